#include "core/sql/execute/index_build.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/coding.h"
#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/key_text.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/table_rows.h"
#include "core/txn/transaction.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

// One row's entry: the key, of which the first `value_bytes` are the indexed values.
struct Entry {
  std::string_view key;
  uint32_t value_bytes;
  bool has_null;
};

class IndexBuilder {
 public:
  IndexBuilder(const catalog::Table& table, const catalog::Index& index)
      : index_(index), orders_(KeyOrdersOf(index)), rows_(table) {}

  absl::Status Compile(const bind::TableRules::IndexRule& rule) {
    HELIOS_ASSIGN_OR_RETURN(keys_, CompileExpressions(rule.keys));
    if (rule.predicate != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(predicate_, CompileExpression(*rule.predicate));
    }
    return absl::OkStatus();
  }

  absl::Status Collect(ExecContext& context, const RowProgress& progress) {
    HELIOS_RETURN_IF_ERROR(rows_.Start(context.view));
    uint64_t done = 0;
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, rows_.Next());
      if (chunk.size == 0) return absl::OkStatus();
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(AddChunk(context, chunk));
      done += chunk.size;
      if (progress) progress(done);
    }
  }

  absl::Status Write(ExecContext& context) {
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.key < b.key; });
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (index_.unique && i > 0)
        HELIOS_RETURN_IF_ERROR(CheckDistinct(entries_[i - 1], entries_[i]));
      HELIOS_RETURN_IF_ERROR(context.transaction->Put(entries_[i].key, ""));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status AddChunk(ExecContext& context, const Chunk& chunk) {
    const Vector* included = nullptr;
    if (predicate_ != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(included, predicate_->Evaluate(context, chunk));
    }
    std::vector<const Vector*> columns;
    for (const EvaluatorPtr& key : keys_) {
      HELIOS_ASSIGN_OR_RETURN(columns.emplace_back(), key->Evaluate(context, chunk));
    }
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
    }
    return absl::OkStatus();
  }

  absl::Status CheckDistinct(const Entry& a, const Entry& b) const {
    if ((a.has_null && !index_.nulls_not_distinct) || a.value_bytes != b.value_bytes)
      return absl::OkStatus();
    if (a.key.substr(0, a.value_bytes) != b.key.substr(0, b.value_bytes)) return absl::OkStatus();
    return WithConstraint(
        SqlError(sqlstate::kUniqueViolation, "could not create unique index \"{}\"", index_.name),
        index_.name);
  }

  const catalog::Index& index_;
  const std::vector<types::KeyOrder> orders_;
  std::vector<EvaluatorPtr> keys_;
  EvaluatorPtr predicate_;  // May be null.
  TableRows rows_;
  Arena bytes_;
  std::vector<Entry> entries_;
  std::string key_;
};

}  // namespace

absl::Status BuildIndex(ExecContext& context, const catalog::Table& table,
                        const bind::TableRules::IndexRule& rule, const RowProgress& progress) {
  IndexBuilder builder(table, *rule.index);
  HELIOS_RETURN_IF_ERROR(builder.Compile(rule));
  HELIOS_RETURN_IF_ERROR(builder.Collect(context, progress));
  return builder.Write(context);
}

}  // namespace heliosdb::sql::execute
