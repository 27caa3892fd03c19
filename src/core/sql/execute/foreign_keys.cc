#include "core/sql/execute/foreign_keys.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/key_text.h"
#include "core/sql/execute/row_reader.h"
#include "core/txn/read_view.h"
#include "core/txn/transaction.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {
namespace {

using catalog::ForeignKeyAction;
using types::Chunk;
using types::Vector;

constexpr size_t kReferrersBatch = 1024;

std::vector<types::Type> TypesOf(const catalog::Table& table, std::span<const int> columns) {
  std::vector<types::Type> types;
  for (const int column : columns) types.push_back(table.columns[column].type);
  return types;
}

std::vector<std::string> NamesOf(const catalog::Table& table, std::span<const int> columns) {
  std::vector<std::string> names;
  for (const int column : columns) names.push_back(table.columns[column].name);
  return names;
}

std::vector<const Vector*> Pick(const Chunk& rows, std::span<const int> columns) {
  std::vector<const Vector*> picked;
  for (const int column : columns) picked.push_back(rows.columns[column]);
  return picked;
}

// How many of a row's key columns are NULL.
size_t NullCount(std::span<const Vector* const> columns, size_t row) {
  size_t count = 0;
  for (const Vector* column : columns) count += column->IsNull(row) ? 1 : 0;
  return count;
}

bool SameValues(const Chunk& a, const Chunk& b, std::span<const int> columns, size_t row) {
  for (const int column : columns) {
    const Vector& left = *a.columns[column];
    const Vector& right = *b.columns[column];
    if (!types::RowsNotDistinct(left, left.is_constant() ? 0 : row, right,
                                right.is_constant() ? 0 : row))
      return false;
  }
  return true;
}

std::vector<uint16_t> AllRows(size_t size) {
  std::vector<uint16_t> rows(size);
  std::iota(rows.begin(), rows.end(), uint16_t{0});
  return rows;
}

// Rows of a table as a chunk of all its columns.
class DecodedRows {
 public:
  DecodedRows(const catalog::Table& table, std::span<const FoundRow> rows) {
    std::vector<std::string_view> bytes;
    for (const FoundRow& row : rows) bytes.push_back(row.row);
    for (size_t c = 0; c < table.columns.size(); ++c) {
      vectors_.emplace_back(table.columns[c].type);
      ReadColumn(table, bytes, static_cast<int>(c), &vectors_.back());
    }
    for (const Vector& vector : vectors_) columns_.push_back(&vector);
    size_ = rows.size();
  }
  Chunk chunk() const { return {columns_, size_}; }
  // Puts another vector in the place of a column.
  void set_column(int column, const Vector* vector) { columns_[column] = vector; }

 private:
  std::vector<Vector> vectors_;
  std::vector<const Vector*> columns_;
  size_t size_ = 0;
};

}  // namespace

bool ForeignKeys::Concerns(const catalog::CatalogImage& image, const catalog::Table& table) {
  return !table.foreign_keys.empty() || !image.ReferrersOf(table.oid).empty();
}

void ForeignKeys::Queue(Event event, const catalog::Table& table, const catalog::ForeignKey& key,
                        const Chunk& rows, std::span<const int> columns,
                        std::span<const uint16_t> picked, const Chunk* new_rows) {
  if (picked.empty()) return;
  Pending* pending = nullptr;
  if (!pending_.empty() && pending_.back().event == event && pending_.back().key == &key)
    pending = &pending_.back();
  const catalog::Table& owner =
      event == Event::kReferring ? table : *image_.TableByOid(key.referenced_table);
  if (pending == nullptr) {
    pending = &pending_.emplace_back();
    pending->event = event;
    pending->table = &table;
    pending->key = &key;
    pending->old_values = std::make_unique<RowStore>(TypesOf(owner, columns));
    if (new_rows != nullptr)
      pending->new_values = std::make_unique<RowStore>(TypesOf(owner, columns));
  }
  pending->old_values->Append(Chunk{Pick(rows, columns), rows.size}, picked);
  if (new_rows != nullptr)
    pending->new_values->Append(Chunk{Pick(*new_rows, columns), new_rows->size}, picked);
}

void ForeignKeys::Inserted(const catalog::Table& table, const Chunk& rows) {
  for (const catalog::ForeignKey& key : table.foreign_keys) {
    Queue(Event::kReferring, table, key, rows, key.columns, AllRows(rows.size), nullptr);
  }
}

void ForeignKeys::Referring(const catalog::Table& table, const catalog::ForeignKey& key,
                            const Chunk& rows) {
  Queue(Event::kReferring, table, key, rows, key.columns, AllRows(rows.size), nullptr);
}

void ForeignKeys::Deleted(const catalog::Table& table, const Chunk& rows) {
  for (const catalog::Referrer& referrer : image_.ReferrersOf(table.oid)) {
    Queue(Event::kReferredDeleted, *referrer.table, *referrer.key, rows,
          referrer.key->referenced_columns, AllRows(rows.size), nullptr);
  }
}

void ForeignKeys::Updated(const catalog::Table& table, const Chunk& old_rows,
                          const Chunk& new_rows) {
  std::vector<uint16_t> changed;
  const auto collect = [&](std::span<const int> columns) {
    changed.clear();
    for (size_t i = 0; i < old_rows.size; ++i) {
      if (!SameValues(old_rows, new_rows, columns, i)) changed.push_back(static_cast<uint16_t>(i));
    }
  };
  for (const catalog::ForeignKey& key : table.foreign_keys) {
    collect(key.columns);
    Queue(Event::kReferring, table, key, new_rows, key.columns, changed, nullptr);
  }
  for (const catalog::Referrer& referrer : image_.ReferrersOf(table.oid)) {
    collect(referrer.key->referenced_columns);
    Queue(Event::kReferredUpdated, *referrer.table, *referrer.key, old_rows,
          referrer.key->referenced_columns, changed, &new_rows);
  }
}

absl::Status ForeignKeys::RunPending(ExecContext& context) {
  for (size_t rounds = 0; !pending_.empty(); ++rounds) {
    if (rounds > kRoundsMax) {
      return SqlError(sqlstate::kStatementTooComplex,
                      "foreign key actions cause each other more than {} times", kRoundsMax);
    }
    std::vector<Pending> pending;
    pending.swap(pending_);
    for (Pending& entry : pending) HELIOS_RETURN_IF_ERROR(Run(context, entry));
  }
  return absl::OkStatus();
}

absl::Status ForeignKeys::Run(ExecContext& context, Pending& pending) {
  return pending.event == Event::kReferring ? CheckReferring(context, pending)
                                            : ApplyToReferrers(context, pending);
}

// The referred row is locked FOR KEY SHARE, so that it stays; if it changed before the lock was granted, it is looked up
// again.
absl::StatusOr<bool> ForeignKeys::ReferredRowExists(ExecContext& context, const Pending& pending,
                                                    const KeyLookup& lookup,
                                                    std::span<const Vector* const> values,
                                                    size_t row) {
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView before, context.transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const std::vector<FoundRow> found,
                            lookup.Find(&before, values, row, 1));
    if (found.empty()) return false;
    HELIOS_RETURN_IF_ERROR(
        context.transaction
            ->LockRow(found[0].key, txn::RowLockMode::kKeyShare, txn::LockWait::kBlock)
            .status());
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView after, context.transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const std::vector<FoundRow> still, lookup.Find(&after, values, row, 1));
    if (still.empty()) return false;
    if (still[0].key == found[0].key) return true;
  }
}

absl::Status ForeignKeys::CheckReferring(ExecContext& context, Pending& pending) {
  const catalog::ForeignKey& key = *pending.key;
  const catalog::Table& referred = *image_.TableByOid(key.referenced_table);
  const KeyLookup lookup(image_, referred, key.referenced_columns);
  const types::FormatContext& format = context.functions->format;
  for (size_t block = 0; block < pending.old_values->block_count(); ++block) {
    const Chunk values = pending.old_values->Block(block);
    for (size_t i = 0; i < values.size; ++i) {
      const size_t nulls = NullCount(values.columns, i);
      if (nulls == key.columns.size() ||
          (nulls > 0 && key.match == catalog::ForeignKeyMatch::kSimple))
        continue;
      absl::Status violation =
          SqlError(sqlstate::kForeignKeyViolation,
                   "insert or update on table \"{}\" violates foreign key constraint \"{}\"",
                   pending.table->name, key.name);
      if (nulls > 0) {
        return WithConstraint(
            WithDetail(std::move(violation),
                       "MATCH FULL does not allow mixing of null and nonnull key values."),
            key.name);
      }
      HELIOS_ASSIGN_OR_RETURN(const bool exists,
                              ReferredRowExists(context, pending, lookup, values.columns, i));
      if (exists) continue;
      const std::string text =
          KeyText(NamesOf(*pending.table, key.columns), values.columns, i, format);
      return WithConstraint(
          WithDetail(std::move(violation),
                     fmt::format("Key {} is not present in table \"{}\".", text, referred.name)),
          key.name);
    }
  }
  return absl::OkStatus();
}

// What refers to the old key (row `row` of values); none when NO ACTION may overlook them, because another row has
// taken the key.
absl::StatusOr<std::vector<FoundRow>> ForeignKeys::Referrers(ExecContext& context,
                                                             const Pending& pending,
                                                             ForeignKeyAction action,
                                                             const Chunk& values, size_t row) {
  const catalog::ForeignKey& key = *pending.key;
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, context.transaction->FreshView());
  if (action == ForeignKeyAction::kNoAction) {
    const KeyLookup replacement(image_, *image_.TableByOid(key.referenced_table),
                                key.referenced_columns);
    HELIOS_ASSIGN_OR_RETURN(const std::vector<FoundRow> other,
                            replacement.Find(&view, values.columns, row, 1));
    if (!other.empty()) return std::vector<FoundRow>();
  }
  const KeyLookup referrers(image_, *pending.table, key.columns);
  return referrers.Find(&view, values.columns, row, SIZE_MAX);
}

absl::Status ForeignKeys::StillReferenced(ExecContext& context, const Pending& pending,
                                          const Chunk& values, size_t row) const {
  const catalog::ForeignKey& key = *pending.key;
  const catalog::Table& referred = *image_.TableByOid(key.referenced_table);
  const std::string text = KeyText(NamesOf(referred, key.referenced_columns), values.columns, row,
                                   context.functions->format);
  return WithConstraint(
      WithDetail(
          SqlError(sqlstate::kForeignKeyViolation,
                   "update or delete on table \"{}\" violates foreign key constraint \"{}\" on "
                   "table \"{}\"",
                   referred.name, key.name, pending.table->name),
          fmt::format("Key {} is still referenced from table \"{}\".", text, pending.table->name)),
      key.name);
}

absl::Status ForeignKeys::ApplyToReferrers(ExecContext& context, Pending& pending) {
  const catalog::ForeignKey& key = *pending.key;
  const bool updated = pending.event == Event::kReferredUpdated;
  const ForeignKeyAction action = updated ? key.on_update : key.on_delete;
  for (size_t block = 0; block < pending.old_values->block_count(); ++block) {
    const Chunk old_values = pending.old_values->Block(block);
    const Chunk new_values = updated ? pending.new_values->Block(block) : Chunk{};
    for (size_t i = 0; i < old_values.size; ++i) {
      if (NullCount(old_values.columns, i) > 0) continue;
      HELIOS_ASSIGN_OR_RETURN(const std::vector<FoundRow> rows,
                              Referrers(context, pending, action, old_values, i));
      if (rows.empty()) continue;
      if (action == ForeignKeyAction::kNoAction || action == ForeignKeyAction::kRestrict)
        return StillReferenced(context, pending, old_values, i);
      for (size_t start = 0; start < rows.size(); start += kReferrersBatch) {
        const size_t count = std::min(kReferrersBatch, rows.size() - start);
        const std::vector<FoundRow> batch(rows.begin() + start, rows.begin() + start + count);
        HELIOS_RETURN_IF_ERROR(
            ActOn(context, pending, action, batch, old_values.columns, new_values.columns, i));
      }
      if (action != ForeignKeyAction::kSetDefault) continue;
      // A default that is the old key itself changed nothing, so nothing was queued to be checked.
      HELIOS_ASSIGN_OR_RETURN(
          const std::vector<FoundRow> left,
          Referrers(context, pending, ForeignKeyAction::kNoAction, old_values, i));
      if (!left.empty()) return StillReferenced(context, pending, old_values, i);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<TableWriter*> ForeignKeys::WriterFor(const catalog::Table& table) {
  std::unique_ptr<TableWriter>& writer = writers_[table.oid];
  if (writer == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(const bind::TableRules* rules, rules_(table));
    HELIOS_ASSIGN_OR_RETURN(writer, TableWriter::Build(table, *rules));
  }
  return writer.get();
}

absl::Status ForeignKeys::ActOn(ExecContext& context, Pending& pending, ForeignKeyAction action,
                                const std::vector<FoundRow>& rows,
                                std::span<const Vector* const> values,
                                std::span<const Vector* const> new_values, size_t value_row) {
  const catalog::Table& table = *pending.table;
  const catalog::ForeignKey& key = *pending.key;
  HELIOS_ASSIGN_OR_RETURN(TableWriter * writer, WriterFor(table));
  const bool deletes =
      action == ForeignKeyAction::kCascade && pending.event == Event::kReferredDeleted;
  const bool some_columns =
      pending.event == Event::kReferredDeleted && !key.on_delete_columns.empty();
  const std::vector<int>& set_columns = some_columns ? key.on_delete_columns : key.columns;
  const txn::RowLockMode mode =
      deletes ? txn::RowLockMode::kUpdate : writer->UpdateLockMode(set_columns);
  std::vector<FoundRow> locked;
  for (const FoundRow& row : rows) {
    HELIOS_RETURN_IF_ERROR(
        context.transaction->LockRow(row.key, mode, txn::LockWait::kBlock).status());
    if (context.transaction->isolation() != txn::Isolation::kReadCommitted) {
      HELIOS_RETURN_IF_ERROR(context.transaction->RequireUnchanged(*context.view, row.key));
    }
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, context.transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes, fresh.Get(row.key));
    if (!bytes.has_value()) continue;
    FoundRow newest{row.key, std::string(*bytes)};
    const DecodedRows decoded(table, {&newest, 1});
    bool refers = true;
    for (size_t c = 0; c < key.columns.size() && refers; ++c) {
      const Vector& column = *decoded.chunk().columns[key.columns[c]];
      refers = !column.IsNull(0) && types::CompareRows(column, 0, *values[c], value_row) == 0;
    }
    if (refers) locked.push_back(std::move(newest));
  }
  if (locked.empty()) return absl::OkStatus();

  const DecodedRows old_rows(table, locked);
  HELIOS_RETURN_IF_ERROR(writer->PrepareOld(context, old_rows.chunk()));
  if (deletes) {
    for (size_t i = 0; i < locked.size(); ++i) {
      HELIOS_RETURN_IF_ERROR(writer->DeleteOld(context, i, locked[i].key));
    }
    Deleted(table, old_rows.chunk());
    return absl::OkStatus();
  }
  DecodedRows new_rows(table, locked);
  std::vector<Vector> set_values;
  set_values.reserve(set_columns.size());
  for (const int column : set_columns) {
    types::Value value = types::Value::Null(table.columns[column].type);
    if (action == ForeignKeyAction::kSetDefault) {
      HELIOS_ASSIGN_OR_RETURN(value, defaults_(table, column));
    } else if (action == ForeignKeyAction::kCascade) {
      const size_t place = static_cast<size_t>(
          std::find(key.columns.begin(), key.columns.end(), column) - key.columns.begin());
      value = new_values[place]->GetValue(value_row).WithType(table.columns[column].type);
    }
    Vector& vector = set_values.emplace_back(Vector::Constant(value));
    vector.Flatten(locked.size());
    new_rows.set_column(column, &vector);
  }
  HELIOS_RETURN_IF_ERROR(writer->CheckRows(context, new_rows.chunk()));
  HELIOS_RETURN_IF_ERROR(writer->PrepareReplacement(context, new_rows.chunk()));
  for (size_t i = 0; i < locked.size(); ++i) {
    HELIOS_RETURN_IF_ERROR(writer->Replace(context, new_rows.chunk(), i, locked[i].key));
  }
  Updated(table, old_rows.chunk(), new_rows.chunk());
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::execute
