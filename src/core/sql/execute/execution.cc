#include "core/sql/execute/execution.h"

#include <utility>

#include "core/sql/execute/foreign_keys.h"

namespace heliosdb::sql::execute {

Execution::Execution(const plan::Plan& plan) {
  context_.plan = &plan;
  for (const types::Type& type : plan.outer_value_types) context_.outer_values.emplace_back(type);
}

absl::StatusOr<std::unique_ptr<Execution>> Execution::Build(const plan::Plan& plan) {
  std::unique_ptr<Execution> execution(new Execution(plan));
  HELIOS_ASSIGN_OR_RETURN(execution->root_, BuildOperator(*plan.root));
  HELIOS_ASSIGN_OR_RETURN(execution->subplans_, Subplans::Build(plan));
  HELIOS_ASSIGN_OR_RETURN(execution->common_tables_, CommonTables::Build(plan));
  execution->context_.subplans = execution->subplans_.get();
  execution->context_.common_tables = execution->common_tables_.get();
  return execution;
}

absl::Status Execution::Start(const Run& run) {
  Finish();
  context_.image = run.image;
  context_.row_ids = run.row_ids;
  context_.foreign_keys = run.foreign_keys;
  context_.changes = run.changes;
  context_.functions = run.functions;
  context_.transaction = run.transaction;
  context_.view = run.view;
  context_.parameters = run.parameters;
  context_.cancel = run.cancel;
  context_.work_mem_bytes = run.work_mem_bytes;
  context_.temporary_files = run.temporary_files;
  context_.rows_changed = 0;
  running_ = true;
  absl::Status status = root_->Open(context_);
  if (!status.ok()) Finish();
  return status;
}

absl::StatusOr<types::Chunk> Execution::Next() {
  HELIOS_ASSIGN_OR_RETURN(const types::Chunk chunk, root_->Next(context_));
  if (chunk.size == 0 && context_.foreign_keys != nullptr) {
    HELIOS_RETURN_IF_ERROR(context_.foreign_keys->RunPending(context_));
  }
  return chunk;
}

void Execution::Finish() {
  if (!running_) return;
  running_ = false;
  root_->Close();
  subplans_->Reset();
  common_tables_->Reset();
}

}  // namespace heliosdb::sql::execute
