#include "core/sql/plan/join_tree.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/operators.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using bind::FromItem;
using bind::JoinType;

// Relations that make the expression NULL when all their columns are.
RelationSet GivesNull(const Expression& expression) {
  RelationSet result;
  switch (expression.kind) {
    case ExpressionKind::kColumn:
      if (expression.levels_up == 0) result.set(expression.relation);
      return result;
    case ExpressionKind::kCall:
      if (!expression.function->strict) return result;
      break;
    case ExpressionKind::kCast:
    case ExpressionKind::kNot:
      break;
    case ExpressionKind::kInList:
      return GivesNull(*expression.arguments[0]);
    default:
      return result;
  }
  for (const ExpressionPtr& argument : expression.arguments) result |= GivesNull(*argument);
  return result;
}

// Hash keys must be of one type: the same, or made the same by a cast that keeps what = means.
bool CanUnify(types::TypeOid left, types::TypeOid right) {
  using types::TypeOid;
  const auto is_integer = [](TypeOid oid) {
    return oid == TypeOid::kInt2 || oid == TypeOid::kInt4 || oid == TypeOid::kInt8;
  };
  const auto is_float = [](TypeOid oid) {
    return oid == TypeOid::kFloat4 || oid == TypeOid::kFloat8;
  };
  return left == right || (is_integer(left) && is_integer(right)) ||
         (is_float(left) && is_float(right));
}

RelationSet RelationsOfItem(const FromItem& item) {
  if (item.relation >= 0) return RelationBit(item.relation);
  return RelationsOfItem(*item.left) | RelationsOfItem(*item.right);
}

// Relations beside it that a relation's inside refers to.
RelationSet LateralReferences(bind::Relation& relation) {
  RelationSet result;
  const auto add = [&result](const ColumnRef& column) { result.set(column.relation); };
  if (relation.query != nullptr) ForEachColumnInQuery(*relation.query, 1, add);
  if (relation.function != nullptr) ForEachColumn(*relation.function, add);
  for (const auto& row : relation.rows) {
    for (const ExpressionPtr& value : row) ForEachColumn(*value, add);
  }
  return result;
}

std::vector<Conjunct> MakeConjuncts(ExpressionPtr condition) {
  std::vector<ExpressionPtr> parts;
  SplitConjuncts(std::move(condition), &parts);
  std::vector<Conjunct> conjuncts;
  for (ExpressionPtr& part : parts) conjuncts.push_back(MakeConjunct(std::move(part)));
  return conjuncts;
}

class Builder {
 public:
  explicit Builder(bind::Query* query) : query_(*query) {}

  // Adds item to *problem. not_null: relations whose columns cannot all be NULL in any row that
  // the conditions above let pass.
  void Add(FromItem* item, RelationSet not_null, JoinProblem* problem) {
    if (item->relation >= 0) {
      AddRelation(item->relation, problem);
      for (Conjunct& conjunct : MakeConjuncts(std::move(item->condition)))
        problem->conjuncts.push_back(std::move(conjunct));
      return;
    }
    std::vector<Conjunct> on = MakeConjuncts(std::move(item->condition));
    RelationSet on_not_null = not_null;
    for (const Conjunct& conjunct : on) on_not_null |= RejectsNull(*conjunct.expression);
    FromItem* left = item->left.get();
    FromItem* right = item->right.get();
    const bool left_kept = (not_null & RelationsOfItem(*left)).any();
    const bool right_kept = (not_null & RelationsOfItem(*right)).any();
    switch (Reduce(item->join_type, left_kept, right_kept)) {
      case JoinType::kInner:
        Add(left, on_not_null, problem);
        Add(right, on_not_null, problem);
        for (Conjunct& conjunct : on) problem->conjuncts.push_back(std::move(conjunct));
        return;
      case JoinType::kRight:
        std::swap(left, right);
        [[fallthrough]];
      case JoinType::kLeft:
        Add(left, not_null, problem);
        AddLeftJoined(right, on_not_null, std::move(on), problem);
        return;
      case JoinType::kFull:
        AddFull(left, right, std::move(on), problem);
        return;
    }
  }

 private:
  static JoinType Reduce(JoinType type, bool left_kept, bool right_kept) {
    switch (type) {
      case JoinType::kInner:
        return JoinType::kInner;
      case JoinType::kLeft:
        return right_kept ? JoinType::kInner : JoinType::kLeft;
      case JoinType::kRight:
        return left_kept ? JoinType::kInner : JoinType::kRight;
      case JoinType::kFull:
        break;
    }
    if (left_kept && right_kept) return JoinType::kInner;
    if (left_kept) return JoinType::kLeft;
    return right_kept ? JoinType::kRight : JoinType::kFull;
  }

  void AddRelation(int relation, JoinProblem* problem) {
    JoinItem& item = problem->items.emplace_back();
    item.relation = relation;
    item.relations.set(relation);
    item.required = LateralReferences(query_.relations[relation]) & ~item.relations;
    problem->relations |= item.relations;
  }

  void AddLeftJoined(FromItem* side, RelationSet not_null, std::vector<Conjunct> on,
                     JoinProblem* problem) {
    JoinItem item;
    item.join = JoinKind::kLeft;
    item.problem = std::make_unique<JoinProblem>();
    Add(side, not_null, item.problem.get());
    item.on = std::move(on);
    FinishItem(std::move(item), problem);
  }

  void AddFull(FromItem* left, FromItem* right, std::vector<Conjunct> on, JoinProblem* problem) {
    JoinItem item;
    item.problem = std::make_unique<JoinProblem>();
    item.full_right = std::make_unique<JoinProblem>();
    Add(left, {}, item.problem.get());
    Add(right, {}, item.full_right.get());
    item.on = std::move(on);
    FinishItem(std::move(item), problem);
  }

  static void FinishItem(JoinItem item, JoinProblem* problem) {
    for (const JoinProblem* inside : {item.problem.get(), item.full_right.get()}) {
      if (inside == nullptr) continue;
      item.relations |= inside->relations;
      for (const JoinItem& inner : inside->items) item.required |= inner.required;
      for (const Conjunct& conjunct : inside->conjuncts) item.required |= conjunct.relations;
    }
    for (const Conjunct& conjunct : item.on) item.required |= conjunct.relations;
    item.required &= ~item.relations;
    problem->relations |= item.relations;
    problem->items.push_back(std::move(item));
  }

  bind::Query& query_;
};

}  // namespace

Conjunct MakeConjunct(ExpressionPtr expression) {
  Conjunct conjunct;
  conjunct.relations = RelationsOf(*expression);
  const functions::OperatorEntry* const op = BinaryOperatorOf(*expression);
  if (op != nullptr && op->kind == functions::OperatorKind::kEqual && op->can_hash) {
    const Expression& first = *expression->arguments[0];
    const Expression& second = *expression->arguments[1];
    conjunct.first = RelationsOf(first);
    conjunct.second = RelationsOf(second);
    conjunct.can_hash = conjunct.first.any() && conjunct.second.any() &&
                        CanUnify(first.type.oid, second.type.oid) &&
                        !ContainsVolatile(*expression) && !ContainsSubquery(*expression);
  }
  conjunct.expression = std::move(expression);
  return conjunct;
}

RelationSet RejectsNull(const Expression& expression) {
  switch (expression.kind) {
    case ExpressionKind::kAnd: {
      RelationSet result;
      for (const ExpressionPtr& argument : expression.arguments) result |= RejectsNull(*argument);
      return result;
    }
    case ExpressionKind::kOr: {
      RelationSet result = RejectsNull(*expression.arguments[0]);
      for (const ExpressionPtr& argument : expression.arguments) result &= RejectsNull(*argument);
      return result;
    }
    case ExpressionKind::kIsNull:
      return expression.negated ? GivesNull(*expression.arguments[0]) : RelationSet();
    case ExpressionKind::kBooleanTest: {
      // IS TRUE, IS FALSE and IS NOT UNKNOWN are false for a NULL.
      const bool is_unknown = expression.test == bind::BooleanTest::kUnknown;
      return is_unknown == expression.negated ? GivesNull(*expression.arguments[0]) : RelationSet();
    }
    default:
      return GivesNull(expression);
  }
}

absl::StatusOr<JoinProblem> BuildJoinProblem(bind::Query* query) {
  if (query->relations.size() > kRelationsMax) {
    return SqlError(sqlstate::kStatementTooComplex, "a query cannot have more than {} relations",
                    kRelationsMax);
  }
  return BuildProblemOf(query, std::move(query->from), std::move(query->where));
}

JoinProblem BuildProblemOf(bind::Query* query, std::unique_ptr<FromItem> from,
                           ExpressionPtr where) {
  JoinProblem problem;
  problem.conjuncts = MakeConjuncts(std::move(where));
  RelationSet not_null;
  for (const Conjunct& conjunct : problem.conjuncts) not_null |= RejectsNull(*conjunct.expression);
  if (from != nullptr) Builder(query).Add(from.get(), not_null, &problem);
  return problem;
}

void AddColumnsOf(const JoinProblem& problem, ColumnSet* columns) {
  const auto add = [columns](const ColumnRef& column) { columns->insert(column); };
  for (const Conjunct& conjunct : problem.conjuncts) ForEachColumn(*conjunct.expression, add);
  for (const JoinItem& item : problem.items) {
    for (const Conjunct& conjunct : item.on) ForEachColumn(*conjunct.expression, add);
    if (item.problem != nullptr) AddColumnsOf(*item.problem, columns);
    if (item.full_right != nullptr) AddColumnsOf(*item.full_right, columns);
  }
}

void PushConjunctsDown(JoinProblem* problem) {
  for (JoinItem& item : problem->items) {
    if (item.problem == nullptr) continue;
    if (item.full_right != nullptr) {
      PushConjunctsDown(item.problem.get());
      PushConjunctsDown(item.full_right.get());
      continue;
    }
    // A condition on the inner side alone decides which of its rows can match.
    std::vector<Conjunct> kept;
    for (Conjunct& conjunct : item.on) {
      const bool inside = conjunct.relations.any() &&
                          Contains(item.relations, conjunct.relations) &&
                          !ContainsVolatile(*conjunct.expression);
      (inside ? item.problem->conjuncts : kept).push_back(std::move(conjunct));
    }
    item.on = std::move(kept);
    PushConjunctsDown(item.problem.get());
  }
}

}  // namespace heliosdb::sql::plan
