#include "core/sql/execute/sort.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/execute/sort_keys.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

// One row of the input: its key in memory, its place in the row store, and, to keep equal keys in input order, that
// place as the last criterion.
struct SortEntry {
  uint64_t prefix;
  std::string_view key;
  uint32_t row;
};

bool Before(const SortEntry& a, const SortEntry& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.row < b.row;
}

// A test, cheaper than encoding a key, that a row cannot come before a bound. Works on the first sort column, when that
// is a string or an integer in ascending order; otherwise it never rejects.
class FirstColumnBound {
 public:
  explicit FirstColumnBound(const plan::SortKey& key) : key_(key) {}

  void Set(const Chunk& chunk, size_t row) {
    const Vector& column = *chunk.columns[key_.slot];
    const size_t at = column.is_constant() ? 0 : row;
    active_ = !key_.descending && !key_.nulls_first && !column.IsNull(at);
    if (!active_) return;
    switch (column.type().oid) {
      case types::TypeOid::kText:
      case types::TypeOid::kVarchar:
        text_ = std::string(column.data<std::string_view>()[at]);
        break;
      case types::TypeOid::kInt4:
      case types::TypeOid::kDate:
        integer_ = column.data<int32_t>()[at];
        break;
      case types::TypeOid::kInt8:
      case types::TypeOid::kTimestamp:
      case types::TypeOid::kTimestamptz:
        integer_ = column.data<int64_t>()[at];
        break;
      default:
        active_ = false;
    }
  }

  // Appends the rows of chunk that may come before the bound.
  void Select(const Chunk& chunk, std::vector<uint16_t>* rows) const {
    rows->resize(chunk.size);
    const Vector& column = *chunk.columns[key_.slot];
    size_t count = 0;
    const auto keep_if = [&](auto may_precede) {
      for (size_t i = 0; i < chunk.size; ++i) {
        (*rows)[count] = static_cast<uint16_t>(i);
        count += may_precede(i) ? 1 : 0;
      }
    };
    if (!active_ || column.is_constant()) {
      keep_if([](size_t) { return true; });
    } else if (column.physical() == types::Physical::kString) {
      const auto* const values = column.data<std::string_view>();
      const uint64_t bound = SortKeyPrefix(text_);
      keep_if([&](size_t i) {
        const uint64_t prefix = SortKeyPrefix(values[i]);
        return prefix < bound || (prefix == bound && values[i] <= text_);
      });
    } else if (column.physical() == types::Physical::kInt32) {
      const auto* const values = column.data<int32_t>();
      keep_if([&](size_t i) { return values[i] <= integer_; });
    } else {
      const auto* const values = column.data<int64_t>();
      keep_if([&](size_t i) { return values[i] <= integer_; });
    }
    rows->resize(count);
  }

 private:
  const plan::SortKey key_;
  bool active_ = false;
  std::string text_;
  int64_t integer_ = 0;
};

class Sort final : public Operator {
 public:
  Sort(const plan::SortNode& node, OperatorPtr child, EvaluatorPtr rows_max)
      : keys_(node.keys),
        child_(std::move(child)),
        rows_max_(std::move(rows_max)),
        rows_(node.outputs),
        bound_(node.keys.empty() ? plan::SortKey{} : node.keys.front()) {
    for (const types::Type& type : node.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    Forget();
    std::optional<uint64_t> wanted;
    if (rows_max_ != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(const types::Value value, EvaluateConstant(context, rows_max_.get()));
      if (!value.is_null()) wanted = static_cast<uint64_t>(std::max<int64_t>(0, value.integer()));
    }
    HELIOS_RETURN_IF_ERROR(child_->Open(context));
    // Keeping the N least rows by a buffer of 2N that is cut back costs less than a heap, and nothing for large N.
    const bool top = wanted.has_value() && *wanted <= kTopRowsMax;
    HELIOS_RETURN_IF_ERROR(top ? CollectTop(context, *wanted) : CollectAll(context));
    child_->Close();
    std::sort(entries_.begin(), entries_.end(), Before);
    if (wanted.has_value() && entries_.size() > *wanted) entries_.resize(*wanted);
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext&) override {
    const size_t size = std::min(kChunkRows, entries_.size() - next_);
    picked_.resize(size);
    for (size_t i = 0; i < size; ++i) picked_[i] = entries_[next_ + i].row;
    next_ += size;
    for (Vector& vector : out_) vector.Reset();
    rows_.Gather(picked_, out_);
    return Chunk{columns_, size};
  }

  void Close() override {
    child_->Close();
    Forget();
  }

 private:
  static constexpr uint64_t kTopRowsMax = 10'000;

  void Forget() {
    rows_.Clear();
    key_bytes_.Reset();
    entries_.clear();
    next_ = 0;
  }

  void AddRow(const Chunk& chunk, size_t row, uint32_t place) {
    key_.clear();
    AppendSortKey(keys_, chunk, row, &key_);
    entries_.push_back({SortKeyPrefix(key_), key_bytes_.Copy(key_), place});
  }

  absl::Status CollectAll(ExecContext& context) {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) return absl::OkStatus();
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      for (size_t i = 0; i < chunk.size; ++i)
        AddRow(chunk, i, static_cast<uint32_t>(rows_.size() + i));
      rows_.Append(chunk);
    }
  }

  absl::Status CollectTop(ExecContext& context, uint64_t wanted) {
    bool bounded = false;
    const size_t buffer_rows = std::max<size_t>(wanted * 2, kChunkRows);
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) return absl::OkStatus();
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      if (wanted == 0) continue;
      if (bounded) {
        bound_.Select(chunk, &candidates_);
      } else {
        candidates_.resize(chunk.size);
        for (size_t i = 0; i < chunk.size; ++i) candidates_[i] = static_cast<uint16_t>(i);
      }
      if (candidates_.empty()) continue;
      for (size_t i = 0; i < candidates_.size(); ++i) {
        AddRow(chunk, candidates_[i], static_cast<uint32_t>(rows_.size() + i));
      }
      rows_.Append(chunk, candidates_);
      if (entries_.size() >= buffer_rows + wanted) {
        CutBack(wanted);
        bounded = true;
      }
    }
  }

  // Keeps the wanted least rows, copied to fresh memory, and makes the greatest of them the bound.
  void CutBack(uint64_t wanted) {
    std::nth_element(entries_.begin(), entries_.begin() + (wanted - 1), entries_.end(), Before);
    entries_.resize(wanted);
    std::sort(entries_.begin(), entries_.end(), Before);
    RowStore kept(rows_.types());
    Arena kept_keys;
    std::vector<SortEntry> kept_entries;
    for (size_t start = 0; start < entries_.size(); start += kChunkRows) {
      const size_t count = std::min(kChunkRows, entries_.size() - start);
      picked_.resize(count);
      for (size_t i = 0; i < count; ++i) {
        const SortEntry& entry = entries_[start + i];
        picked_[i] = entry.row;
        kept_entries.push_back(
            {entry.prefix, kept_keys.Copy(entry.key), static_cast<uint32_t>(start + i)});
      }
      for (Vector& vector : out_) vector.Reset();
      rows_.Gather(picked_, out_);
      bound_.Set(Chunk{columns_, count}, count - 1);
      kept.Append(Chunk{columns_, count});
    }
    std::swap(rows_, kept);
    std::swap(key_bytes_, kept_keys);
    entries_.swap(kept_entries);
  }

  const std::vector<plan::SortKey> keys_;
  OperatorPtr child_;
  EvaluatorPtr rows_max_;  // May be null.
  RowStore rows_;
  Arena key_bytes_;
  std::vector<SortEntry> entries_;
  FirstColumnBound bound_;
  size_t next_ = 0;

  std::string key_;
  std::vector<uint16_t> candidates_;
  std::vector<uint32_t> picked_;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildSort(const plan::SortNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  EvaluatorPtr rows_max;
  if (node.rows_max != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(rows_max, CompileExpression(*node.rows_max));
  }
  return std::make_unique<Sort>(node, std::move(child), std::move(rows_max));
}

}  // namespace heliosdb::sql::execute
