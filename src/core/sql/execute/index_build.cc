#include "core/sql/execute/index_build.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/arena.h"
#include "core/base/coding.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/key_text.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/storage_fill.h"
#include "core/sql/execute/table_rows.h"
#include "core/txn/transaction.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

// About what an entry takes in a write set beside its bytes.
constexpr uint64_t kEntryOverheadBytes = 96;

// One row's entry: the key, of which the first `value_bytes` are the indexed values.
struct Entry {
  std::string_view key;
  uint32_t value_bytes;
  bool has_null;
};

class IndexBuilder {
 public:
  IndexBuilder(const catalog::Table& table, const catalog::Index& index)
      : table_(table), index_(index), orders_(KeyOrdersOf(index)), rows_(table) {}

  absl::Status Compile(const bind::TableRules::IndexRule& rule) {
    HELIOS_ASSIGN_OR_RETURN(keys_, CompileExpressions(rule.keys));
    if (rule.predicate != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(predicate_, CompileExpression(*rule.predicate));
    }
    for (const catalog::IndexColumn& column : index_.columns) {
      names_.push_back(column.column >= 0 ? table_.columns[column.column].name
                                          : column.expression_text);
    }
    return absl::OkStatus();
  }

  absl::Status Run(ExecContext& context, StorageFill* fill, const RowProgress& progress) {
    HELIOS_RETURN_IF_ERROR(rows_.Start(context.view));
    bool in_parts = false;
    for (uint64_t done = 0;;) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, rows_.Next());
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(AddChunk(context, chunk));
      done += chunk.size;
      if (progress) progress(done);
      if (fill == nullptr || run_bytes_ < fill->part_bytes()) continue;
      in_parts = true;
      const std::string last_key(rows_.key(chunk.size - 1));
      HELIOS_RETURN_IF_ERROR(WritePart(context, *fill));
      // A view that stayed open would keep all parts in memory.
      rows_.Stop();
      HELIOS_ASSIGN_OR_RETURN(*context.view, context.transaction->FreshView());
      HELIOS_RETURN_IF_ERROR(rows_.StartAfter(context.view, last_key));
    }
    if (!in_parts) return WriteRun(context, context.transaction);
    HELIOS_RETURN_IF_ERROR(WritePart(context, *fill));
    return index_.unique ? CheckParts(context) : absl::OkStatus();
  }

 private:
  absl::Status AddChunk(ExecContext& context, const Chunk& chunk) {
    const Vector* included = nullptr;
    if (predicate_ != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(included, predicate_->Evaluate(context, chunk));
    }
    HELIOS_ASSIGN_OR_RETURN(const std::vector<const Vector*> columns, KeysOf(context, chunk));
    for (size_t i = 0; i < chunk.size; ++i) {
      if (included != nullptr) {
        const size_t at = included->is_constant() ? 0 : i;
        if (!included->validity().IsValid(at) || included->data<uint8_t>()[at] == 0) continue;
      }
      key_.clear();
      AppendBig32(&key_, index_.storage_id);
      bool has_null = false;
      for (size_t c = 0; c < columns.size(); ++c) {
        types::AppendKeyColumn(*columns[c], columns[c]->is_constant() ? 0 : i, orders_[c], &key_);
        has_null = has_null || columns[c]->IsNull(i);
      }
      const auto value_bytes = static_cast<uint32_t>(key_.size());
      key_.append(rows_.key(i).substr(kStorageIdBytes));
      entries_.push_back({bytes_.Copy(key_), value_bytes, has_null});
      run_bytes_ += key_.size() + kEntryOverheadBytes;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<const Vector*>> KeysOf(ExecContext& context, const Chunk& chunk) {
    std::vector<const Vector*> columns;
    for (const EvaluatorPtr& key : keys_) {
      HELIOS_ASSIGN_OR_RETURN(columns.emplace_back(), key->Evaluate(context, chunk));
    }
    return columns;
  }

  // Writes the entries collected, in key order, and forgets them.
  absl::Status WriteRun(ExecContext& context, txn::Transaction* transaction) {
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (index_.unique && i > 0)
        HELIOS_RETURN_IF_ERROR(CheckDistinct(context, entries_[i - 1], entries_[i]));
      HELIOS_RETURN_IF_ERROR(transaction->Put(entries_[i].key, ""));
    }
    entries_.clear();
    bytes_.Reset();
    run_bytes_ = 0;
    return absl::OkStatus();
  }

  absl::Status WritePart(ExecContext& context, StorageFill& fill) {
    HELIOS_RETURN_IF_ERROR(WriteRun(context, fill.part()));
    return fill.EndPart();
  }

  // Equal keys of different parts: neighbours in the index.
  absl::Status CheckParts(ExecContext& context) {
    rows_.Stop();
    HELIOS_ASSIGN_OR_RETURN(*context.view, context.transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(
        const std::unique_ptr<txn::Cursor> cursor,
        context.view->Open(StorageKeyPrefix(index_.storage_id),
                           StorageKeyPrefix(index_.storage_id + 1), txn::ScanDirection::kForward));
    std::array<storage::KvPair, types::kChunkRows> pairs;
    std::optional<Entry> before;
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(pairs));
      if (count == 0) return absl::OkStatus();
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      for (size_t i = 0; i < count; ++i) {
        HELIOS_ASSIGN_OR_RETURN(const Entry entry, ReadEntry(pairs[i].key));
        if (before.has_value()) HELIOS_RETURN_IF_ERROR(CheckDistinct(context, *before, entry));
        before = entry;
      }
    }
  }

  absl::StatusOr<Entry> ReadEntry(std::string_view key) const {
    Entry entry{key, 0, false};
    std::string_view rest = key.substr(kStorageIdBytes);
    for (const catalog::IndexColumn& column : index_.columns) {
      const types::KeyOrder order{column.descending, column.nulls_first};
      entry.has_null = entry.has_null || types::KeyColumnIsNull(rest);
      HELIOS_RETURN_IF_ERROR(types::SkipKeyColumn(column.type.oid, order, &rest));
    }
    entry.value_bytes = static_cast<uint32_t>(key.size() - rest.size());
    return entry;
  }

  absl::Status CheckDistinct(ExecContext& context, const Entry& a, const Entry& b) {
    if ((a.has_null && !index_.nulls_not_distinct) || a.value_bytes != b.value_bytes)
      return absl::OkStatus();
    if (a.key.substr(0, a.value_bytes) != b.key.substr(0, b.value_bytes)) return absl::OkStatus();
    HELIOS_ASSIGN_OR_RETURN(const std::string text,
                            KeyTextOf(context, b.key.substr(b.value_bytes)));
    return WithConstraint(WithDetail(SqlError(sqlstate::kUniqueViolation,
                                              "could not create unique index \"{}\"", index_.name),
                                     fmt::format("Key {} is duplicated.", text)),
                          index_.name);
  }

  // "(a)=(1)", of the row with this key behind its storage id.
  absl::StatusOr<std::string> KeyTextOf(ExecContext& context, std::string_view row_key) {
    const std::string key = StorageKeyPrefix(table_.storage_id).append(row_key);
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> row, context.view->Get(key));
    if (!row.has_value()) return Corruption("a row of table {} is gone", table_.name);
    const std::string_view rows[] = {*row};
    std::vector<Vector> vectors;
    std::vector<const Vector*> columns;
    vectors.reserve(table_.columns.size());
    for (size_t c = 0; c < table_.columns.size(); ++c) {
      ReadColumn(table_, rows, static_cast<int>(c), &vectors.emplace_back(table_.columns[c].type));
      columns.push_back(&vectors.back());
    }
    HELIOS_ASSIGN_OR_RETURN(const std::vector<const Vector*> keys,
                            KeysOf(context, Chunk{columns, 1}));
    return KeyText(names_, keys, 0, context.functions->format);
  }

  const catalog::Table& table_;
  const catalog::Index& index_;
  const std::vector<types::KeyOrder> orders_;
  std::vector<std::string> names_;
  std::vector<EvaluatorPtr> keys_;
  EvaluatorPtr predicate_;  // May be null.
  TableRows rows_;
  Arena bytes_;
  std::vector<Entry> entries_;
  uint64_t run_bytes_ = 0;
  std::string key_;
};

}  // namespace

absl::Status BuildIndex(ExecContext& context, const catalog::Table& table,
                        const bind::TableRules::IndexRule& rule, StorageFill* fill,
                        const RowProgress& progress) {
  IndexBuilder builder(table, *rule.index);
  HELIOS_RETURN_IF_ERROR(builder.Compile(rule));
  return builder.Run(context, fill, progress);
}

}  // namespace heliosdb::sql::execute
