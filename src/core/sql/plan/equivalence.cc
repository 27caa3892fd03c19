#include "core/sql/plan/equivalence.h"

#include <algorithm>
#include <utility>

#include "core/sql/plan/operators.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;

bool IsOwnColumn(const Expression& expression) {
  return expression.kind == ExpressionKind::kColumn && expression.levels_up == 0;
}

bool SameColumn(const Expression& a, const Expression& b) {
  return a.relation == b.relation && a.column == b.column;
}

// A column = column condition, both of one type, between two relations.
bool IsColumnEquality(const Expression& expression) {
  const functions::OperatorEntry* const op = BinaryOperatorOf(expression);
  if (op == nullptr || op->kind != functions::OperatorKind::kEqual || !op->can_hash) return false;
  const Expression& left = *expression.arguments[0];
  const Expression& right = *expression.arguments[1];
  return IsOwnColumn(left) && IsOwnColumn(right) && left.relation != right.relation &&
         op->left == op->right && left.type.oid == right.type.oid;
}

EquivalenceClass* FindClass(std::vector<EquivalenceClass>& classes, const Expression& column) {
  for (EquivalenceClass& known : classes) {
    for (const ExpressionPtr& member : known.members) {
      if (SameColumn(*member, column)) return &known;
    }
  }
  return nullptr;
}

// False when the class has another column of the relation already: then the condition stays one of
// its own.
bool AddMember(EquivalenceClass* known, const Expression& column) {
  if (known->relations.test(column.relation)) return false;
  known->members.push_back(bind::CloneExpression(column));
  known->relations.set(column.relation);
  return true;
}

bool AddEquality(const Expression& equality, std::vector<EquivalenceClass>* classes) {
  const Expression& left = *equality.arguments[0];
  const Expression& right = *equality.arguments[1];
  EquivalenceClass* const of_left = FindClass(*classes, left);
  EquivalenceClass* const of_right = FindClass(*classes, right);
  if (of_left != nullptr && of_left == of_right) return true;
  if (of_left != nullptr && of_right != nullptr) {
    if ((of_left->relations & of_right->relations).any() || of_left->equal != of_right->equal)
      return false;
    for (ExpressionPtr& member : of_right->members) of_left->members.push_back(std::move(member));
    of_left->relations |= of_right->relations;
    classes->erase(classes->begin() + (of_right - classes->data()));
    return true;
  }
  EquivalenceClass* const known = of_left != nullptr ? of_left : of_right;
  if (known != nullptr) {
    if (known->equal != equality.function) return false;
    return AddMember(known, of_left != nullptr ? right : left);
  }
  EquivalenceClass& made = classes->emplace_back();
  made.equal = equality.function;
  return AddMember(&made, left) && AddMember(&made, right);
}

ExpressionPtr MakeCall(const functions::FunctionEntry* function, const Expression& left,
                       const Expression& right) {
  auto call = std::make_unique<Expression>();
  call->kind = ExpressionKind::kCall;
  call->type = {types::TypeOid::kBool};
  call->function = function;
  call->arguments.push_back(bind::CloneExpression(left));
  call->arguments.push_back(bind::CloneExpression(right));
  return call;
}

// The constant (something that reads no relation) that a condition sets a member equal to; null for
// none.
const Expression* ConstantFor(const EquivalenceClass& known, const Conjunct& conjunct,
                              size_t* member) {
  const Expression& expression = *conjunct.expression;
  if (expression.kind != ExpressionKind::kCall || expression.function != known.equal)
    return nullptr;
  for (const size_t side : {size_t{0}, size_t{1}}) {
    const Expression& column = *expression.arguments[side];
    const Expression& constant = *expression.arguments[1 - side];
    if (!IsOwnColumn(column) || RelationsOf(constant).any() || ContainsVolatile(constant) ||
        ContainsSubquery(constant))
      continue;
    for (size_t i = 0; i < known.members.size(); ++i) {
      if (!SameColumn(*known.members[i], column)) continue;
      *member = i;
      return &constant;
    }
  }
  return nullptr;
}

// With a constant for one member, every other member gets it too; false when there is none.
bool SpreadConstant(const EquivalenceClass& known, std::vector<Conjunct>* conjuncts) {
  for (const Conjunct& conjunct : *conjuncts) {
    size_t member = 0;
    const Expression* const constant = ConstantFor(known, conjunct, &member);
    if (constant == nullptr) continue;
    std::vector<Conjunct> spread;
    for (size_t i = 0; i < known.members.size(); ++i) {
      if (i != member)
        spread.push_back(MakeConjunct(MakeCall(known.equal, *known.members[i], *constant)));
    }
    for (Conjunct& made : spread) conjuncts->push_back(std::move(made));
    return true;
  }
  return false;
}

}  // namespace

std::vector<EquivalenceClass> TakeEquivalences(std::vector<Conjunct>* conjuncts) {
  std::vector<EquivalenceClass> classes;
  std::vector<Conjunct> rest;
  for (Conjunct& conjunct : *conjuncts) {
    if (!IsColumnEquality(*conjunct.expression) || !AddEquality(*conjunct.expression, &classes))
      rest.push_back(std::move(conjunct));
  }
  *conjuncts = std::move(rest);
  std::vector<EquivalenceClass> kept;
  for (EquivalenceClass& known : classes) {
    if (!SpreadConstant(known, conjuncts)) kept.push_back(std::move(known));
  }
  return kept;
}

Conjunct MakeEquality(const EquivalenceClass& equivalence, size_t i, size_t j) {
  return MakeConjunct(
      MakeCall(equivalence.equal, *equivalence.members[i], *equivalence.members[j]));
}

}  // namespace heliosdb::sql::plan
