#include "core/sql/plan/sublinks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/operators.h"
#include "core/sql/plan/pull_up.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using bind::ExpressionPtr;
using bind::Query;
using bind::SubqueryKind;

// A conjunct that is a subquery, or the negation of one.
struct Sublink {
  Expression* node = nullptr;
  bool negated = false;
};

std::optional<Sublink> FindSublink(Expression* conjunct) {
  Sublink link{conjunct, false};
  while (link.node->kind == ExpressionKind::kNot) {
    link.negated = !link.negated;
    link.node = link.node->arguments[0].get();
  }
  if (link.node->kind != ExpressionKind::kSubquery) return std::nullopt;
  link.negated = link.negated != link.node->negated;
  return link;
}

// What EXISTS does not look at.
void DropForExists(Query* query) {
  query->order_by.clear();
  query->distinct = bind::DistinctKind::kNone;
  query->distinct_on.clear();
  const bool some_rows = query->limit != nullptr &&
                         query->limit->kind == ExpressionKind::kConstant &&
                         (query->limit->value.is_null() || query->limit->value.integer() > 0);
  if (some_rows && !query->with_ties) query->limit.reset();
  if (query->aggregated) return;
  query->targets.clear();
  query->visible_targets = 0;
}

// Without a limit, neither order nor repetition matters to IN.
void DropForIn(Query* query) {
  if (query->limit != nullptr || query->offset != nullptr ||
      query->distinct == bind::DistinctKind::kOn)
    return;
  query->order_by.clear();
  query->distinct = bind::DistinctKind::kNone;
  query->targets.resize(query->visible_targets);
}

// Whether something in the FROM, other than conditions, refers to the query around.
bool FromReachesOutside(const Query& query) {
  return std::any_of(query.relations.begin(), query.relations.end(),
                     [](const bind::Relation& relation) { return RelationRefersTo(relation, 1); });
}

// Replaces the sides of a comparison: relation -1 by the arguments, relation -2 by the outputs.
void SetSides(ExpressionPtr* node, const std::vector<ExpressionPtr>& arguments,
              const std::vector<ExpressionPtr>& outputs) {
  if ((*node)->kind == ExpressionKind::kColumn && (*node)->relation < 0) {
    const std::vector<ExpressionPtr>& side = (*node)->relation == -1 ? arguments : outputs;
    *node = bind::CloneExpression(*side[(*node)->column]);
    return;
  }
  for (ExpressionPtr& argument : (*node)->arguments) SetSides(&argument, arguments, outputs);
}

class Converter {
 public:
  explicit Converter(Query* query) : query_(*query) {}

  void Convert(JoinProblem* problem) {
    std::vector<Conjunct> kept;
    std::vector<Conjunct> conjuncts = std::move(problem->conjuncts);
    for (Conjunct& conjunct : conjuncts) {
      const std::optional<Sublink> link = FindSublink(conjunct.expression.get());
      if (!link.has_value() || !ConvertOne(*link, problem)) kept.push_back(std::move(conjunct));
    }
    problem->conjuncts = std::move(kept);
    for (JoinItem& item : problem->items) {
      if (item.problem != nullptr) Convert(item.problem.get());
      if (item.full_right != nullptr) Convert(item.full_right.get());
    }
  }

 private:
  bool ConvertOne(const Sublink& link, JoinProblem* problem) {
    switch (link.node->subquery_kind) {
      case SubqueryKind::kExists:
        return ConvertExists(link, problem);
      case SubqueryKind::kAny:
        return ConvertAny(*link.node, link.negated, problem);
      case SubqueryKind::kAll:
      case SubqueryKind::kScalar:
        break;
    }
    return false;
  }

  bool FitsInto(const Query& inner) const {
    return IsPlainJoin(inner) && !FromReachesOutside(inner) &&
           query_.relations.size() + inner.relations.size() <= kRelationsMax;
  }

  bool ConvertExists(const Sublink& link, JoinProblem* problem) {
    Query& inner = *link.node->subquery;
    // Without a column of the query around it, it is computed once; that is best.
    if (RelationsOf(*link.node).none()) return false;
    DropForExists(&inner);
    PullUpSubqueries(&inner);
    if (!FitsInto(inner)) return false;
    MergeAndJoin(&inner, {}, link.negated ? JoinKind::kAnti : JoinKind::kSemi, problem);
    return true;
  }

  bool ConvertAny(const Expression& link, bool negated, JoinProblem* problem) {
    for (const ExpressionPtr& argument : link.arguments) {
      if (ContainsVolatile(*argument) || ContainsSubquery(*argument)) return false;
      if (RelationsOf(*argument).none()) return false;
    }
    Query& inner = *link.subquery;
    if (ContainsVolatile(inner)) return false;
    const bool correlated = ReachesOwnQuery(inner);
    if (negated && (correlated || link.arguments.size() != 1)) return false;
    DropForIn(&inner);
    PullUpSubqueries(&inner);
    if (FitsInto(inner)) return MergeAny(link, negated, problem);
    return !correlated && JoinWhole(link, negated, problem);
  }

  // Whether something inside refers to the query that holds the sublink.
  static bool ReachesOwnQuery(const Query& inner) {
    bool reaches = false;
    ForEachColumnInQuery(inner, 1, [&reaches](const ColumnRef&) { reaches = true; });
    return reaches;
  }

  // x IN (SELECT y FROM ...) as EXISTS (SELECT FROM ... WHERE x = y).
  bool MergeAny(const Expression& link, bool negated, JoinProblem* problem) {
    // Looked at before anything is moved.
    Query& inner = *link.subquery;
    if (negated && (!IsHashable(link) || RelationsOf(*inner.targets[0].expression).none()))
      return false;
    MergeRelations(&query_, &inner);
    std::vector<ExpressionPtr> outputs;
    for (bind::Target& target : inner.targets) outputs.push_back(std::move(target.expression));
    inner.targets.clear();
    ExpressionPtr comparison = bind::CloneExpression(*link.comparison);
    SetSides(&comparison, link.arguments, outputs);
    JoinMerged(&inner, std::move(comparison), negated ? JoinKind::kNullAwareAnti : JoinKind::kSemi,
               problem);
    return true;
  }

  // The comparison is one = that a hash join can use.
  static bool IsHashable(const Expression& link) {
    const functions::OperatorEntry* const op = BinaryOperatorOf(*link.comparison);
    if (op == nullptr || op->kind != functions::OperatorKind::kEqual || !op->can_hash) return false;
    // Relations below zero stand for the sides.
    ExpressionPtr copy = bind::CloneExpression(*link.comparison);
    WalkExpression(copy, 0,
                   {[](ExpressionPtr& node, int) { node->relation = -node->relation; }, nullptr});
    return MakeConjunct(std::move(copy)).can_hash;
  }

  void MergeAndJoin(Query* inner, ExpressionPtr condition, JoinKind kind, JoinProblem* problem) {
    MergeRelations(&query_, inner);
    JoinMerged(inner, std::move(condition), kind, problem);
  }

  // inner reads as part of the query already.
  void JoinMerged(Query* inner, ExpressionPtr condition, JoinKind kind, JoinProblem* problem) {
    JoinItem item;
    item.join = kind;
    item.problem = std::make_unique<JoinProblem>(
        BuildProblemOf(&query_, std::move(inner->from), std::move(inner->where)));
    item.relations = item.problem->relations;
    std::vector<Conjunct> inside;
    for (Conjunct& conjunct : item.problem->conjuncts) {
      const bool own = Contains(item.relations, conjunct.relations);
      (own ? inside : item.on).push_back(std::move(conjunct));
    }
    item.problem->conjuncts = std::move(inside);
    PushConjunctsDown(item.problem.get());
    if (condition != nullptr) {
      std::vector<ExpressionPtr> parts;
      SplitConjuncts(std::move(condition), &parts);
      for (ExpressionPtr& part : parts) item.on.push_back(MakeConjunct(std::move(part)));
    }
    Add(std::move(item), problem);
  }

  // The subquery stays a query of its own.
  bool JoinWhole(const Expression& link, bool negated, JoinProblem* problem) {
    if (query_.relations.size() >= kRelationsMax) return false;
    if (negated && !IsHashable(link)) return false;
    const int number = static_cast<int>(query_.relations.size());
    bind::Relation& relation = query_.relations.emplace_back();
    relation.kind = bind::Relation::Kind::kSubquery;
    relation.alias = "ANY_subquery";
    std::vector<ExpressionPtr> outputs;
    Query& inner = *link.subquery;
    for (size_t i = 0; i < inner.visible_targets; ++i) {
      const bind::Target& target = inner.targets[i];
      relation.columns.push_back({target.name, target.expression->type});
      auto column = std::make_unique<Expression>();
      column->kind = ExpressionKind::kColumn;
      column->type = target.expression->type;
      column->relation = number;
      column->column = static_cast<int>(i);
      outputs.push_back(std::move(column));
    }
    relation.query = bind::CloneQuery(inner);
    ExpressionPtr comparison = bind::CloneExpression(*link.comparison);
    SetSides(&comparison, link.arguments, outputs);
    JoinItem item;
    item.join = negated ? JoinKind::kNullAwareAnti : JoinKind::kSemi;
    item.relation = number;
    item.relations.set(number);
    std::vector<ExpressionPtr> parts;
    SplitConjuncts(std::move(comparison), &parts);
    for (ExpressionPtr& part : parts) item.on.push_back(MakeConjunct(std::move(part)));
    Add(std::move(item), problem);
    return true;
  }

  static void Add(JoinItem item, JoinProblem* problem) {
    for (const Conjunct& conjunct : item.on) item.required |= conjunct.relations;
    item.required &= ~item.relations;
    problem->relations |= item.relations;
    problem->items.push_back(std::move(item));
  }

  Query& query_;
};

}  // namespace

void ConvertSublinks(Query* query, JoinProblem* problem) { Converter(query).Convert(problem); }

}  // namespace heliosdb::sql::plan
