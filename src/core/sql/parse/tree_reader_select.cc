#include <pg_query/pg_query.pb-c.h>

#include "core/base/status.h"
#include "core/sql/parse/tree_reader.h"

namespace heliosdb::sql::parse {
namespace {

SetOperation SetOperationOf(PgQuery__SetOperation op) {
  switch (op) {
    case PG_QUERY__SET_OPERATION__SETOP_UNION:
      return SetOperation::kUnion;
    case PG_QUERY__SET_OPERATION__SETOP_INTERSECT:
      return SetOperation::kIntersect;
    case PG_QUERY__SET_OPERATION__SETOP_EXCEPT:
      return SetOperation::kExcept;
    default:
      return SetOperation::kNone;
  }
}

GroupByKind GroupByKindOf(PgQuery__GroupingSetKind kind) {
  switch (kind) {
    case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_ROLLUP:
      return GroupByKind::kRollup;
    case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_CUBE:
      return GroupByKind::kCube;
    case PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_SETS:
      return GroupByKind::kSets;
    default:
      return GroupByKind::kEmpty;
  }
}

JoinType JoinTypeOf(PgQuery__JoinType type) {
  switch (type) {
    case PG_QUERY__JOIN_TYPE__JOIN_LEFT:
      return JoinType::kLeft;
    case PG_QUERY__JOIN_TYPE__JOIN_RIGHT:
      return JoinType::kRight;
    case PG_QUERY__JOIN_TYPE__JOIN_FULL:
      return JoinType::kFull;
    default:
      return JoinType::kInner;
  }
}

LockStrength LockStrengthOf(PgQuery__LockClauseStrength strength) {
  switch (strength) {
    case PG_QUERY__LOCK_CLAUSE_STRENGTH__LCS_FORKEYSHARE:
      return LockStrength::kKeyShare;
    case PG_QUERY__LOCK_CLAUSE_STRENGTH__LCS_FORSHARE:
      return LockStrength::kShare;
    case PG_QUERY__LOCK_CLAUSE_STRENGTH__LCS_FORNOKEYUPDATE:
      return LockStrength::kNoKeyUpdate;
    default:
      return LockStrength::kUpdate;
  }
}

LockWait LockWaitOf(PgQuery__LockWaitPolicy policy) {
  if (policy == PG_QUERY__LOCK_WAIT_POLICY__LockWaitSkip) return LockWait::kSkipLocked;
  if (policy == PG_QUERY__LOCK_WAIT_POLICY__LockWaitError) return LockWait::kNoWait;
  return LockWait::kBlock;
}

OnCommit OnCommitOf(PgQuery__OnCommitAction action) {
  switch (action) {
    case PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_PRESERVE_ROWS:
      return OnCommit::kPreserveRows;
    case PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DELETE_ROWS:
      return OnCommit::kDeleteRows;
    case PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DROP:
      return OnCommit::kDrop;
    default:
      return OnCommit::kNone;
  }
}

Materialization MaterializationOf(PgQuery__CTEMaterialize materialized) {
  if (materialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeAlways) {
    return Materialization::kMaterialized;
  }
  if (materialized == PG_QUERY__CTEMATERIALIZE__CTEMaterializeNever) {
    return Materialization::kNotMaterialized;
  }
  return Materialization::kDefault;
}

}  // namespace

std::unique_ptr<SelectStatement> TreeReader::ReadSelectNode(const PgQuery__Node* node) {
  if (node == nullptr) return nullptr;
  if (node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    Refuse("this subquery");
    return nullptr;
  }
  return ReadSelect(node->select_stmt);
}

std::unique_ptr<SelectStatement> TreeReader::ReadSelect(const PgQuery__SelectStmt* select) {
  if (select == nullptr) return nullptr;
  auto out = std::make_unique<SelectStatement>();
  out->with = ReadWith(select->with_clause);
  out->set_operation = SetOperationOf(select->op);
  if (out->set_operation != SetOperation::kNone) {
    out->is_set_all = select->all != 0;
    out->left = ReadSelect(select->larg);
    out->right = ReadSelect(select->rarg);
  } else {
    ReadSelectBody(*select, out.get());
  }
  out->order_by = ReadSortKeys({select->sort_clause, select->n_sort_clause});
  out->offset = ReadExpression(select->limit_offset);
  out->limit = ReadExpression(select->limit_count);
  out->has_ties = select->limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_WITH_TIES;
  for (const PgQuery__Node* node : NodeList(select->locking_clause, select->n_locking_clause)) {
    out->locking.push_back(ReadLocking(*node->locking_clause));
  }
  return out;
}

void TreeReader::ReadSelectBody(const PgQuery__SelectStmt& select, SelectStatement* out) {
  for (const PgQuery__Node* row : NodeList(select.values_lists, select.n_values_lists)) {
    out->values.push_back(ReadExpressions({row->list->items, row->list->n_items}));
  }
  const NodeList distinct(select.distinct_clause, select.n_distinct_clause);
  if (distinct.size() == 1 && distinct[0]->node_case == PG_QUERY__NODE__NODE__NOT_SET) {
    out->distinct = DistinctKind::kAll;
  } else if (!distinct.empty()) {
    out->distinct = DistinctKind::kOn;
    out->distinct_on = ReadExpressions(distinct);
  }
  out->targets = ReadTargets({select.target_list, select.n_target_list});
  if (select.into_clause != nullptr) {
    out->into = std::make_unique<IntoClause>(ReadInto(*select.into_clause));
  }
  out->from = ReadFrom({select.from_clause, select.n_from_clause});
  out->where = ReadExpression(select.where_clause);
  out->group_by = ReadGroupBy({select.group_clause, select.n_group_clause});
  out->is_group_distinct = select.group_distinct != 0;
  out->having = ReadExpression(select.having_clause);
  for (const PgQuery__Node* node : NodeList(select.window_clause, select.n_window_clause)) {
    out->windows.push_back(std::move(*ReadWindow(node->window_def)));
  }
}

std::vector<TargetItem> TreeReader::ReadTargets(NodeList nodes) {
  std::vector<TargetItem> targets;
  targets.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    targets.push_back({.name = node->res_target->name,
                       .value = ReadExpression(node->res_target->val),
                       .position = Position(node->res_target->location)});
  }
  return targets;
}

std::unique_ptr<WithClause> TreeReader::ReadWith(const PgQuery__WithClause* with) {
  if (with == nullptr) return nullptr;
  auto out = std::make_unique<WithClause>();
  out->is_recursive = with->recursive != 0;
  out->position = Position(with->location);
  for (const PgQuery__Node* node : NodeList(with->ctes, with->n_ctes)) {
    out->tables.push_back(ReadCommonTable(*node->common_table_expr));
  }
  return out;
}

CommonTableExpression TreeReader::ReadCommonTable(const PgQuery__CommonTableExpr& table) {
  CommonTableExpression out;
  out.name = table.ctename;
  out.columns = ReadStrings({table.aliascolnames, table.n_aliascolnames});
  out.materialization = MaterializationOf(table.ctematerialized);
  out.query = ReadStatement(table.ctequery);
  out.position = Position(table.location);
  if (const PgQuery__CTESearchClause* search = table.search_clause; search != nullptr) {
    out.search = std::make_unique<SearchClause>();
    out.search->is_breadth_first = search->search_breadth_first != 0;
    out.search->columns = ReadStrings({search->search_col_list, search->n_search_col_list});
    out.search->sequence_column = search->search_seq_column;
    out.search->position = Position(search->location);
  }
  if (const PgQuery__CTECycleClause* cycle = table.cycle_clause; cycle != nullptr) {
    out.cycle = std::make_unique<CycleClause>();
    out.cycle->columns = ReadStrings({cycle->cycle_col_list, cycle->n_cycle_col_list});
    out.cycle->mark_column = cycle->cycle_mark_column;
    out.cycle->mark_value = ReadExpression(cycle->cycle_mark_value);
    out.cycle->mark_default = ReadExpression(cycle->cycle_mark_default);
    out.cycle->path_column = cycle->cycle_path_column;
    out.cycle->position = Position(cycle->location);
  }
  return out;
}

std::vector<GroupByItem> TreeReader::ReadGroupBy(NodeList nodes) {
  std::vector<GroupByItem> items;
  items.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    GroupByItem& item = items.emplace_back();
    if (node->node_case == PG_QUERY__NODE__NODE_GROUPING_SET) {
      const PgQuery__GroupingSet& set = *node->grouping_set;
      item.kind = GroupByKindOf(set.kind);
      item.content = ReadGroupBy({set.content, set.n_content});
      item.position = Position(set.location);
    } else {
      item.expression = ReadExpression(node);
      item.position = item.expression == nullptr ? 0 : LeftmostPosition(*item.expression);
    }
  }
  return items;
}

std::vector<FromItemPtr> TreeReader::ReadFrom(NodeList nodes) {
  std::vector<FromItemPtr> items;
  items.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) items.push_back(ReadFromItem(node));
  return items;
}

FromItemPtr TreeReader::ReadFromItem(const PgQuery__Node* node) {
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_RANGE_VAR: {
      auto out = std::make_unique<TableFromItem>();
      out->table = ReadRelation(node->range_var);
      out->alias = ReadAlias(node->range_var->alias);
      out->position = out->table.position;
      return out;
    }
    case PG_QUERY__NODE__NODE_RANGE_SUBSELECT: {
      auto out = std::make_unique<SubqueryFromItem>();
      out->is_lateral = node->range_subselect->lateral != 0;
      out->query = ReadSelectNode(node->range_subselect->subquery);
      out->alias = ReadAlias(node->range_subselect->alias);
      return out;
    }
    case PG_QUERY__NODE__NODE_RANGE_FUNCTION:
      return ReadFunctionItem(*node->range_function);
    case PG_QUERY__NODE__NODE_JOIN_EXPR:
      return ReadJoin(*node->join_expr);
    case PG_QUERY__NODE__NODE_RANGE_TABLE_SAMPLE: {
      const PgQuery__RangeTableSample& sample = *node->range_table_sample;
      auto out = std::make_unique<SampleFromItem>();
      out->table = ReadFromItem(sample.relation);
      out->method = ReadQualifiedName({sample.method, sample.n_method}, sample.location);
      out->arguments = ReadExpressions({sample.args, sample.n_args});
      out->seed = ReadExpression(sample.repeatable);
      out->position = Position(sample.location);
      return out;
    }
    case PG_QUERY__NODE__NODE_RANGE_TABLE_FUNC:
      Refuse("XMLTABLE", node->range_table_func->location);
      return nullptr;
    default:
      Refuse("this FROM item");
      return nullptr;
  }
}

FromItemPtr TreeReader::ReadJoin(const PgQuery__JoinExpr& join) {
  auto out = std::make_unique<JoinFromItem>();
  out->type = JoinTypeOf(join.jointype);
  out->is_natural = join.is_natural != 0;
  out->left = ReadFromItem(join.larg);
  out->right = ReadFromItem(join.rarg);
  out->using_columns = ReadStrings({join.using_clause, join.n_using_clause});
  out->using_alias = ReadAlias(join.join_using_alias).name;
  out->on = ReadExpression(join.quals);
  out->alias = ReadAlias(join.alias);
  return out;
}

FromItemPtr TreeReader::ReadFunctionItem(const PgQuery__RangeFunction& function) {
  auto out = std::make_unique<FunctionFromItem>();
  out->is_lateral = function.lateral != 0;
  out->has_ordinality = function.ordinality != 0;
  out->is_rows_from = function.is_rowsfrom != 0;
  for (const PgQuery__Node* node : NodeList(function.functions, function.n_functions)) {
    // A pair: the call, and its column definitions or nothing.
    const NodeList pair(node->list->items, node->list->n_items);
    FunctionFromElement& element = out->functions.emplace_back();
    element.call = ReadExpression(pair[0]);
    if (pair.size() > 1 && pair[1]->node_case == PG_QUERY__NODE__NODE_LIST) {
      element.columns = ReadFunctionColumns({pair[1]->list->items, pair[1]->list->n_items});
    }
    if (out->position == 0 && element.call != nullptr) out->position = element.call->position;
  }
  out->alias = ReadAlias(function.alias);
  out->columns = ReadFunctionColumns({function.coldeflist, function.n_coldeflist});
  return out;
}

std::vector<FunctionColumn> TreeReader::ReadFunctionColumns(NodeList nodes) {
  std::vector<FunctionColumn> columns;
  columns.reserve(nodes.size());
  for (const PgQuery__Node* node : nodes) {
    const PgQuery__ColumnDef& column = *node->column_def;
    columns.push_back({.name = column.colname,
                       .type = ReadTypeName(column.type_name),
                       .collation = ReadCollation(column.coll_clause),
                       .position = Position(column.location)});
  }
  return columns;
}

LockingClause TreeReader::ReadLocking(const PgQuery__LockingClause& clause) {
  return {.strength = LockStrengthOf(clause.strength),
          .wait = LockWaitOf(clause.wait_policy),
          .tables = ReadRelations({clause.locked_rels, clause.n_locked_rels})};
}

IntoClause TreeReader::ReadInto(const PgQuery__IntoClause& into) {
  return {.table = ReadRelation(into.rel),
          .columns = ReadStrings({into.col_names, into.n_col_names}),
          .access_method = into.access_method,
          .options = ReadOptions({into.options, into.n_options}),
          .on_commit = OnCommitOf(into.on_commit),
          .tablespace = into.table_space_name,
          .has_no_data = into.skip_data != 0};
}

}  // namespace heliosdb::sql::parse
