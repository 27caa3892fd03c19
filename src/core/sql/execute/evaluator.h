// Expressions made ready to run over chunks.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_EVALUATOR_H_
#define HELIOSDB_CORE_SQL_EXECUTE_EVALUATOR_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "core/sql/bind/bound_expression.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

struct ExecContext;

// One node of a compiled expression. Holds its result between calls: not thread-safe, and one per execution.
class Evaluator {
 public:
  explicit Evaluator(types::Type type) : type_(type) {}
  virtual ~Evaluator() = default;
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  types::Type type() const { return type_; }

  // The expression's values for the rows of input: a vector of input.size rows, or a constant one. It stays as it is
  // until the next call, or the next change of input. input.size must not be 0.
  virtual absl::StatusOr<const types::Vector*> Evaluate(ExecContext& context,
                                                        const types::Chunk& input) = 0;

  // Whether an evaluation may give an error, so that it must see only the rows that the statement asks for (the branch
  // of a CASE, the right side of an AND).
  virtual bool CanFail() const = 0;

  // The slots of the input that the expression reads.
  virtual void CollectSlots(std::vector<int>* slots) const = 0;

 private:
  const types::Type type_;
};
using EvaluatorPtr = std::unique_ptr<Evaluator>;

// Compiles an expression of a plan. The expression must outlive the evaluator.
absl::StatusOr<EvaluatorPtr> CompileExpression(const bind::Expression& expression);
absl::StatusOr<std::vector<EvaluatorPtr>> CompileExpressions(
    const std::vector<bind::ExpressionPtr>& expressions);

// The value of an expression that reads no slots.
absl::StatusOr<types::Value> EvaluateConstant(ExecContext& context, Evaluator* evaluator);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_EVALUATOR_H_
