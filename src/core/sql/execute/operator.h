// Operators: the nodes of a running plan.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_OPERATOR_H_
#define HELIOSDB_CORE_SQL_EXECUTE_OPERATOR_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/plan/plan.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

struct ExecContext;

// Open, then Next until a chunk of size 0, then Close. Open may come again at any time and starts anew, with the outer
// values as they then are; memory is kept from run to run, so that a prepared statement that is run again allocates
// little. Not thread-safe.
class Operator {
 public:
  virtual ~Operator() = default;
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  virtual absl::Status Open(ExecContext& context) = 0;
  // The next rows; size 0 at the end, and again on every later call. Valid until the next call of any kind.
  virtual absl::StatusOr<types::Chunk> Next(ExecContext& context) = 0;
  // Lets go of cursors and large memory. Harmless when not open.
  virtual void Close() = 0;
  // What the last run took of memory and disk, for EXPLAIN ANALYZE; stays known after Close. Null: nothing of note.
  virtual const plan::MemoryUse* memory_use() const { return nullptr; }

 protected:
  Operator() = default;
};
using OperatorPtr = std::unique_ptr<Operator>;

// Makes the operators of a plan node and all below it. The node must outlive them.
absl::StatusOr<OperatorPtr> BuildOperator(const plan::Node& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_OPERATOR_H_
