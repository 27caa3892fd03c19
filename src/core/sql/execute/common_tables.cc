#include "core/sql/execute/common_tables.h"

#include <array>
#include <utility>

#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/exec_context.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;

class CommonTableScan final : public Operator {
 public:
  explicit CommonTableScan(const plan::CommonTableScanNode& node)
      : table_(node.table), working_table_(node.working_table) {}

  absl::Status Open(ExecContext& context) override {
    next_block_ = 0;
    if (working_table_) {
      rows_ = context.common_tables->working_table(table_);
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(rows_, context.common_tables->Rows(context, table_));
    return absl::OkStatus();
  }
  absl::StatusOr<Chunk> Next(ExecContext&) override {
    return next_block_ < rows_->block_count() ? rows_->Block(next_block_++) : Chunk{};
  }
  void Close() override {}

 private:
  const int table_;
  const bool working_table_;
  const RowStore* rows_ = nullptr;
  size_t next_block_ = 0;
};

class RecursiveUnion final : public Operator {
 public:
  RecursiveUnion(const plan::RecursiveUnionNode& node, OperatorPtr start, OperatorPtr step)
      : table_(node.table),
        all_(node.all),
        start_(std::move(start)),
        step_(std::move(step)),
        seen_(node.outputs),
        working_(node.outputs),
        next_round_(node.outputs) {}

  absl::Status Open(ExecContext& context) override {
    seen_.Clear();
    working_.Clear();
    HELIOS_RETURN_IF_ERROR(Collect(context, start_.get(), &working_));
    next_block_ = 0;
    return absl::OkStatus();
  }

  // Gives the rows of a round, then computes the next round from them.
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (working_.size() > 0) {
      if (next_block_ < working_.block_count()) return working_.Block(next_block_++);
      next_round_.Clear();
      const RowStore* const outer = context.common_tables->working_table(table_);
      context.common_tables->set_working_table(table_, &working_);
      const absl::Status status = Collect(context, step_.get(), &next_round_);
      context.common_tables->set_working_table(table_, outer);
      HELIOS_RETURN_IF_ERROR(status);
      std::swap(working_, next_round_);
      next_block_ = 0;
    }
    return Chunk{};
  }

  void Close() override {
    start_->Close();
    step_->Close();
    seen_.Clear();
    working_.Clear();
    next_round_.Clear();
  }

 private:
  absl::Status Collect(ExecContext& context, Operator* from, RowStore* to) {
    HELIOS_RETURN_IF_ERROR(from->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, from->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      if (all_) {
        to->Append(chunk);
        continue;
      }
      const size_t known = seen_.size();
      seen_.FindOrAdd(chunk.columns, chunk.size, numbers_.data());
      new_rows_.clear();
      size_t next_new = known;
      for (size_t i = 0; i < chunk.size; ++i) {
        if (numbers_[i] != next_new) continue;
        new_rows_.push_back(static_cast<uint16_t>(i));
        ++next_new;
      }
      to->Append(chunk, new_rows_);
    }
    from->Close();
    return absl::OkStatus();
  }

  const int table_;
  const bool all_;
  OperatorPtr start_;
  OperatorPtr step_;
  DistinctRows seen_;
  RowStore working_;
  RowStore next_round_;
  size_t next_block_ = 0;
  std::array<uint32_t, kChunkRows> numbers_;
  std::vector<uint16_t> new_rows_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CommonTables>> CommonTables::Build(const plan::Plan& plan) {
  auto tables = std::make_unique<CommonTables>();
  for (const plan::CommonTablePlan& table : plan.common_tables) {
    Entry& entry = tables->entries_.emplace_back();
    if (table.root == nullptr) continue;
    HELIOS_ASSIGN_OR_RETURN(entry.root, BuildOperator(*table.root));
    entry.rows = std::make_unique<RowStore>(table.root->outputs);
  }
  return tables;
}

absl::StatusOr<const RowStore*> CommonTables::Rows(ExecContext& context, int table) {
  Entry& entry = entries_[table];
  if (!entry.filled) {
    entry.rows->Clear();
    HELIOS_RETURN_IF_ERROR(entry.root->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, entry.root->Next(context));
      if (chunk.size == 0) break;
      entry.rows->Append(chunk);
    }
    entry.root->Close();
    entry.filled = true;
  }
  return entry.rows.get();
}

void CommonTables::Reset() {
  for (Entry& entry : entries_) {
    entry.working = nullptr;
    if (entry.root == nullptr) continue;
    entry.root->Close();
    entry.rows->Clear();
    entry.filled = false;
  }
}

absl::StatusOr<OperatorPtr> BuildCommonTableScan(const plan::CommonTableScanNode& node) {
  return std::make_unique<CommonTableScan>(node);
}

absl::StatusOr<OperatorPtr> BuildRecursiveUnion(const plan::RecursiveUnionNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr start, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr step, BuildOperator(*node.children[1]));
  return std::make_unique<RecursiveUnion>(node, std::move(start), std::move(step));
}

}  // namespace heliosdb::sql::execute
