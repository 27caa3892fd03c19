// A plan that runs.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_EXECUTION_H_
#define HELIOSDB_CORE_SQL_EXECUTE_EXECUTION_H_

#include <memory>
#include <span>

#include "core/sql/execute/common_tables.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/operator.h"
#include "core/sql/execute/subplans.h"

namespace heliosdb::sql::execute {

// Start, Next until a chunk of size 0, Finish; then Start again at will, without building anything anew. Not
// thread-safe.
class Execution {
 public:
  // The plan must outlive the execution.
  static absl::StatusOr<std::unique_ptr<Execution>> Build(const plan::Plan& plan);

  // What a run needs from its session; all must outlive the run.
  struct Run {
    const catalog::CatalogImage* image = nullptr;
    functions::EvalContext* functions = nullptr;
    txn::Transaction* transaction = nullptr;
    txn::ReadView* view = nullptr;
    std::span<const types::Value> parameters;
    // For plans that write.
    RowIds* row_ids = nullptr;
    ForeignKeys* foreign_keys = nullptr;
    TableChanges* changes = nullptr;
    const txn::CancelToken* cancel = nullptr;
    size_t work_mem_bytes = 64 << 20;
    // Null: nothing goes to disk.
    TemporaryFiles* temporary_files = nullptr;
  };
  // A failed start is finished already.
  absl::Status Start(const Run& run);
  // Valid until the next call. At the end of a plan that writes, its foreign keys are checked.
  absl::StatusOr<types::Chunk> Next();
  // Lets go of all that belongs to the run. Harmless when none is running.
  void Finish();

  uint64_t rows_changed() const { return context_.rows_changed; }
  const plan::Plan& plan() const { return *context_.plan; }

 private:
  explicit Execution(const plan::Plan& plan);

  ExecContext context_;
  OperatorPtr root_;
  std::unique_ptr<Subplans> subplans_;
  std::unique_ptr<CommonTables> common_tables_;
  bool running_ = false;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_EXECUTION_H_
