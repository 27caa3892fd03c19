#include "core/sql/plan/operators.h"

#include <utility>

#include "absl/container/flat_hash_map.h"

#include "core/sql/functions/registry.h"

namespace heliosdb::sql::plan {
namespace {

using ByFunction =
    absl::flat_hash_map<const functions::FunctionEntry*, const functions::OperatorEntry*>;

const ByFunction& OperatorsByFunction() {
  // Made of the registry, which never changes either.
  static const ByFunction* const operators = [] {
    auto* const made = new ByFunction();
    for (const functions::OperatorEntry& entry : functions::AllOperators())
      made->emplace(entry.function, &entry);
    return made;
  }();
  return *operators;
}

}  // namespace

const functions::OperatorEntry* OperatorOf(const functions::FunctionEntry* function) {
  if (function == nullptr) return nullptr;
  const auto found = OperatorsByFunction().find(function);
  return found == OperatorsByFunction().end() ? nullptr : found->second;
}

const functions::OperatorEntry* BinaryOperatorOf(const bind::Expression& expression) {
  if (expression.kind != bind::ExpressionKind::kCall || expression.arguments.size() != 2)
    return nullptr;
  return OperatorOf(expression.function);
}

bind::ExpressionPtr MakeCast(bind::ExpressionPtr argument, types::Type to) {
  auto cast = std::make_unique<bind::Expression>();
  cast->kind = bind::ExpressionKind::kCast;
  cast->type = to;
  cast->position = argument->position;
  cast->arguments.push_back(std::move(argument));
  return cast;
}

}  // namespace heliosdb::sql::plan
