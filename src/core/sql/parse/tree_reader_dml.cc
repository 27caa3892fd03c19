#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

Overriding OverridingOf(PgQuery__OverridingKind kind) {
  if (kind == PG_QUERY__OVERRIDING_KIND__OVERRIDING_USER_VALUE) return Overriding::kUserValue;
  if (kind == PG_QUERY__OVERRIDING_KIND__OVERRIDING_SYSTEM_VALUE) return Overriding::kSystemValue;
  return Overriding::kNone;
}

MergeAction MergeActionOf(PgQuery__CmdType type) {
  switch (type) {
    case PG_QUERY__CMD_TYPE__CMD_INSERT:
      return MergeAction::kInsert;
    case PG_QUERY__CMD_TYPE__CMD_UPDATE:
      return MergeAction::kUpdate;
    case PG_QUERY__CMD_TYPE__CMD_DELETE:
      return MergeAction::kDelete;
    default:
      return MergeAction::kNothing;
  }
}

bool IsMultiAssign(const PgQuery__Node* value) {
  return value != nullptr && value->node_case == PG_QUERY__NODE__NODE_MULTI_ASSIGN_REF;
}

}  // namespace

StatementPtr TreeReader::ReadInsert(const PgQuery__InsertStmt& insert) {
  auto out = std::make_unique<InsertStatement>();
  out->with = ReadWith(insert.with_clause);
  out->table = ReadRelation(insert.relation);
  out->alias = ReadAlias(insert.relation->alias);
  out->columns = ReadAssignmentTargets({insert.cols, insert.n_cols});
  out->overriding = OverridingOf(insert.override);
  out->source = ReadSelectNode(insert.select_stmt);
  out->on_conflict = ReadOnConflict(insert.on_conflict_clause);
  out->returning = ReadTargets({insert.returning_list, insert.n_returning_list});
  return out;
}

StatementPtr TreeReader::ReadUpdate(const PgQuery__Node& node) {
  const PgQuery__UpdateStmt& update = *node.update_stmt;
  auto out = std::make_unique<UpdateStatement>();
  out->with = ReadWith(update.with_clause);
  out->table = ReadRelation(update.relation);
  out->alias = ReadAlias(update.relation->alias);
  out->set = ReadAssignments({update.target_list, update.n_target_list});
  out->from = ReadFrom({update.from_clause, update.n_from_clause});
  out->where = ReadExpression(update.where_clause);
  out->returning = ReadTargets({update.returning_list, update.n_returning_list});
  return out;
}

StatementPtr TreeReader::ReadDelete(const PgQuery__Node& node) {
  const PgQuery__DeleteStmt& statement = *node.delete_stmt;
  auto out = std::make_unique<DeleteStatement>();
  out->with = ReadWith(statement.with_clause);
  out->table = ReadRelation(statement.relation);
  out->alias = ReadAlias(statement.relation->alias);
  out->using_items = ReadFrom({statement.using_clause, statement.n_using_clause});
  out->where = ReadExpression(statement.where_clause);
  out->returning = ReadTargets({statement.returning_list, statement.n_returning_list});
  return out;
}

StatementPtr TreeReader::ReadMerge(const PgQuery__MergeStmt& merge) {
  auto out = std::make_unique<MergeStatement>();
  out->with = ReadWith(merge.with_clause);
  out->table = ReadRelation(merge.relation);
  out->alias = ReadAlias(merge.relation->alias);
  out->source = ReadFromItem(merge.source_relation);
  out->on = ReadExpression(merge.join_condition);
  for (const PgQuery__Node* node : NodeList(merge.merge_when_clauses, merge.n_merge_when_clauses)) {
    out->whens.push_back(ReadMergeWhen(*node->merge_when_clause));
  }
  return out;
}

MergeWhen TreeReader::ReadMergeWhen(const PgQuery__MergeWhenClause& clause) {
  MergeWhen out;
  out.is_matched = clause.matched != 0;
  out.condition = ReadExpression(clause.condition);
  out.action = MergeActionOf(clause.command_type);
  out.overriding = OverridingOf(clause.override);
  const NodeList targets(clause.target_list, clause.n_target_list);
  if (out.action == MergeAction::kUpdate) {
    out.set = ReadAssignments(targets);
  } else {
    out.columns = ReadAssignmentTargets(targets);
  }
  out.values = ReadExpressions({clause.values, clause.n_values});
  return out;
}

AssignmentTarget TreeReader::ReadAssignmentTarget(const PgQuery__Node& node) {
  const PgQuery__ResTarget& target = *node.res_target;
  return {.column = target.name,
          .steps = ReadSteps({target.indirection, target.n_indirection}),
          .position = Position(target.location)};
}

std::vector<AssignmentTarget> TreeReader::ReadAssignmentTargets(NodeList nodes) {
  std::vector<AssignmentTarget> targets;
  targets.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) targets.push_back(ReadAssignmentTarget(*node));
  return targets;
}

std::vector<Assignment> TreeReader::ReadAssignments(NodeList nodes) {
  std::vector<Assignment> assignments;
  assignments.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    const PgQuery__Node* value = node->res_target->val;
    // (a, b) = source arrives as a = part 1 of source, b = part 2 of source, each with the whole
    // source.
    if (!IsMultiAssign(value) || value->multi_assign_ref->colno == 1) {
      Assignment& assignment = assignments.emplace_back();
      assignment.is_multiple = IsMultiAssign(value);
      assignment.value =
          ReadExpression(assignment.is_multiple ? value->multi_assign_ref->source : value);
    }
    assignments.back().targets.push_back(ReadAssignmentTarget(*node));
  }
  return assignments;
}

std::unique_ptr<OnConflict> TreeReader::ReadOnConflict(const PgQuery__OnConflictClause* clause) {
  if (clause == nullptr) return nullptr;
  auto out = std::make_unique<OnConflict>();
  if (clause->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE) {
    out->action = ConflictAction::kUpdate;
  }
  if (const PgQuery__InferClause* infer = clause->infer; infer != nullptr) {
    out->elements = ReadIndexElements({infer->index_elems, infer->n_index_elems});
    out->inference_where = ReadExpression(infer->where_clause);
    out->constraint = infer->conname;
    out->inference_position = Position(infer->location);
  }
  out->set = ReadAssignments({clause->target_list, clause->n_target_list});
  out->where = ReadExpression(clause->where_clause);
  out->position = Position(clause->location);
  return out;
}

}  // namespace heliosdb::sql::parse
