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
    if (working_table_) {
      reader_.Start(context.common_tables->working_table(table_));
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(const RowSpool* rows, context.common_tables->Rows(context, table_));
    reader_.Start(rows);
    return absl::OkStatus();
  }
  absl::StatusOr<Chunk> Next(ExecContext&) override { return reader_.Next(); }
  void Close() override { reader_.Stop(); }

 private:
  const int table_;
  const bool working_table_;
  RowSpoolReader reader_;
};

class RecursiveUnion final : public Operator {
 public:
  RecursiveUnion(const plan::RecursiveUnionNode& node, OperatorPtr start, OperatorPtr step)
      : table_(node.table),
        all_(node.all),
        start_(std::move(start)),
        step_(std::move(step)),
        seen_(node.outputs),
        working_(std::make_unique<RowSpool>(node.outputs)),
        next_round_(std::make_unique<RowSpool>(node.outputs)) {}

  absl::Status Open(ExecContext& context) override {
    seen_.Clear();
    HELIOS_RETURN_IF_ERROR(Collect(context, start_.get(), working_.get()));
    reader_.Start(working_.get());
    return absl::OkStatus();
  }

  // Gives the rows of a round, then computes the next round from them.
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (working_->size() > 0) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, reader_.Next());
      if (chunk.size > 0) return chunk;
      const RowSpool* const outer = context.common_tables->working_table(table_);
      context.common_tables->set_working_table(table_, working_.get());
      const absl::Status status = Collect(context, step_.get(), next_round_.get());
      context.common_tables->set_working_table(table_, outer);
      HELIOS_RETURN_IF_ERROR(status);
      std::swap(working_, next_round_);
      reader_.Start(working_.get());
    }
    return Chunk{};
  }

  void Close() override {
    start_->Close();
    step_->Close();
    seen_.Clear();
    reader_.Stop();
    working_->Clear();
    next_round_->Clear();
  }

 private:
  absl::Status Collect(ExecContext& context, Operator* from, RowSpool* to) {
    to->Start(context.work_mem_bytes, context.temporary_files);
    HELIOS_RETURN_IF_ERROR(from->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, from->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      if (all_) {
        HELIOS_RETURN_IF_ERROR(to->Append(chunk));
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
      HELIOS_RETURN_IF_ERROR(to->Append(chunk, new_rows_));
    }
    from->Close();
    return to->Finish();
  }

  const int table_;
  const bool all_;
  OperatorPtr start_;
  OperatorPtr step_;
  DistinctRows seen_;
  std::unique_ptr<RowSpool> working_;
  std::unique_ptr<RowSpool> next_round_;
  RowSpoolReader reader_;
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
    entry.rows = std::make_unique<RowSpool>(table.root->outputs);
  }
  return tables;
}

absl::StatusOr<const RowSpool*> CommonTables::Rows(ExecContext& context, int table) {
  Entry& entry = entries_[table];
  if (!entry.filled) {
    entry.rows->Start(context.work_mem_bytes, context.temporary_files);
    HELIOS_RETURN_IF_ERROR(entry.root->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, entry.root->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(entry.rows->Append(chunk));
    }
    entry.root->Close();
    HELIOS_RETURN_IF_ERROR(entry.rows->Finish());
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
