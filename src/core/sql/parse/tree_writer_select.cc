#include "core/sql/parse/tree_writer.h"

namespace heliosdb::sql::parse {

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::Fields(const SelectStatement& select) {
  out_ += "select";
  Field("with", select.with);
  Field("set_operation", select.set_operation);
  Field("is_set_all", select.is_set_all);
  Field("left", select.left);
  Field("right", select.right);
  Field("values", select.values);
  Field("distinct", select.distinct);
  Field("distinct_on", select.distinct_on);
  Field("targets", select.targets);
  Field("into", select.into);
  Field("from", select.from);
  Field("where", select.where);
  Field("group_by", select.group_by);
  Field("is_group_distinct", select.is_group_distinct);
  Field("having", select.having);
  Field("windows", select.windows);
  Field("order_by", select.order_by);
  Field("offset", select.offset);
  Field("limit", select.limit);
  Field("has_ties", select.has_ties);
  Field("locking", select.locking);
}

// NOLINTNEXTLINE(readability-function-size): one case per kind, no logic of its own.
void TreeWriter::DmlFields(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kSelect:
      return Fields(statement.As<SelectStatement>());
    case StatementKind::kInsert: {
      const auto& node = statement.As<InsertStatement>();
      out_ += "insert_statement";
      Field("with", node.with);
      Field("table", node.table);
      Field("alias", node.alias);
      Field("columns", node.columns);
      Field("overriding", node.overriding);
      Field("source", node.source);
      Field("on_conflict", node.on_conflict);
      Field("returning", node.returning);
      return;
    }
    case StatementKind::kUpdate: {
      const auto& node = statement.As<UpdateStatement>();
      out_ += "update_statement";
      Field("with", node.with);
      Field("table", node.table);
      Field("alias", node.alias);
      Field("set", node.set);
      Field("from", node.from);
      Field("where", node.where);
      Field("returning", node.returning);
      return;
    }
    case StatementKind::kDelete: {
      const auto& node = statement.As<DeleteStatement>();
      out_ += "delete_statement";
      Field("with", node.with);
      Field("table", node.table);
      Field("alias", node.alias);
      Field("using_items", node.using_items);
      Field("where", node.where);
      Field("returning", node.returning);
      return;
    }
    case StatementKind::kMerge: {
      const auto& node = statement.As<MergeStatement>();
      out_ += "merge_statement";
      Field("with", node.with);
      Field("table", node.table);
      Field("alias", node.alias);
      Field("source", node.source);
      Field("on", node.on);
      Field("whens", node.whens);
      return;
    }
    default:
      return TableFields(statement);
  }
}

void TreeWriter::Value(const FromItem& item) {
  out_ += "(";
  Fields(item);
  Field("alias", item.alias);
  out_ += ")";
}

void TreeWriter::Fields(const FromItem& item) {
  switch (item.kind) {
    case FromItemKind::kTable: {
      const auto& node = item.As<TableFromItem>();
      out_ += "table_from_item";
      Field("table", node.table);
      return;
    }
    case FromItemKind::kSubquery: {
      const auto& node = item.As<SubqueryFromItem>();
      out_ += "subquery_from_item";
      Field("is_lateral", node.is_lateral);
      Field("query", node.query);
      return;
    }
    case FromItemKind::kFunction: {
      const auto& node = item.As<FunctionFromItem>();
      out_ += "function_from_item";
      Field("is_lateral", node.is_lateral);
      Field("has_ordinality", node.has_ordinality);
      Field("is_rows_from", node.is_rows_from);
      Field("functions", node.functions);
      Field("columns", node.columns);
      return;
    }
    case FromItemKind::kJoin: {
      const auto& node = item.As<JoinFromItem>();
      out_ += "join_from_item";
      Field("type", node.type);
      Field("is_natural", node.is_natural);
      Field("left", node.left);
      Field("right", node.right);
      Field("using_columns", node.using_columns);
      Field("using_alias", node.using_alias);
      Field("on", node.on);
      return;
    }
    case FromItemKind::kSample: {
      const auto& node = item.As<SampleFromItem>();
      out_ += "sample_from_item";
      Field("table", node.table);
      Field("method", node.method);
      Field("arguments", node.arguments);
      Field("seed", node.seed);
      return;
    }
  }
}

void TreeWriter::Value(const Alias& alias) {
  out_ += "(alias";
  Field("name", alias.name);
  Field("columns", alias.columns);
  out_ += ")";
}

void TreeWriter::Value(const RelationName& relation) {
  out_ += "(relation_name";
  Field("name", relation.name);
  Field("is_only", relation.is_only);
  Field("persistence", relation.persistence);
  out_ += ")";
}

void TreeWriter::Value(const Option& option) {
  out_ += "(option";
  Field("name_space", option.name_space);
  Field("name", option.name);
  Field("value", option.value);
  Field("type", option.type);
  Field("object", option.object);
  out_ += ")";
}

void TreeWriter::Value(const TargetItem& target) {
  out_ += "(target_item";
  Field("name", target.name);
  Field("value", target.value);
  out_ += ")";
}

void TreeWriter::Value(const WithClause& with) {
  out_ += "(with_clause";
  Field("is_recursive", with.is_recursive);
  Field("tables", with.tables);
  out_ += ")";
}

void TreeWriter::Value(const CommonTableExpression& table) {
  out_ += "(common_table_expression";
  Field("name", table.name);
  Field("columns", table.columns);
  Field("materialization", table.materialization);
  Field("query", table.query);
  Field("search", table.search);
  Field("cycle", table.cycle);
  out_ += ")";
}

void TreeWriter::Value(const SearchClause& search) {
  out_ += "(search_clause";
  Field("is_breadth_first", search.is_breadth_first);
  Field("columns", search.columns);
  Field("sequence_column", search.sequence_column);
  out_ += ")";
}

void TreeWriter::Value(const CycleClause& cycle) {
  out_ += "(cycle_clause";
  Field("columns", cycle.columns);
  Field("mark_column", cycle.mark_column);
  Field("mark_value", cycle.mark_value);
  Field("mark_default", cycle.mark_default);
  Field("path_column", cycle.path_column);
  out_ += ")";
}

void TreeWriter::Value(const GroupByItem& item) {
  out_ += "(group_by_item";
  Field("kind", item.kind);
  Field("expression", item.expression);
  Field("content", item.content);
  out_ += ")";
}

void TreeWriter::Value(const FunctionColumn& column) {
  out_ += "(function_column";
  Field("name", column.name);
  Field("type", column.type);
  Field("collation", column.collation);
  out_ += ")";
}

void TreeWriter::Value(const FunctionFromElement& element) {
  out_ += "(function_from_element";
  Field("call", element.call);
  Field("columns", element.columns);
  out_ += ")";
}

void TreeWriter::Value(const LockingClause& clause) {
  out_ += "(locking_clause";
  Field("strength", clause.strength);
  Field("wait", clause.wait);
  Field("tables", clause.tables);
  out_ += ")";
}

void TreeWriter::Value(const IntoClause& into) {
  out_ += "(into_clause";
  Field("table", into.table);
  Field("columns", into.columns);
  Field("access_method", into.access_method);
  Field("options", into.options);
  Field("on_commit", into.on_commit);
  Field("tablespace", into.tablespace);
  Field("has_no_data", into.has_no_data);
  out_ += ")";
}

void TreeWriter::Value(const AssignmentTarget& target) {
  out_ += "(assignment_target";
  Field("column", target.column);
  Field("steps", target.steps);
  out_ += ")";
}

void TreeWriter::Value(const Assignment& assignment) {
  out_ += "(assignment";
  Field("targets", assignment.targets);
  Field("is_multiple", assignment.is_multiple);
  Field("value", assignment.value);
  out_ += ")";
}

void TreeWriter::Value(const IndexElement& element) {
  out_ += "(index_element";
  Field("column", element.column);
  Field("expression", element.expression);
  Field("collation", element.collation);
  Field("operator_class", element.operator_class);
  Field("operator_class_options", element.operator_class_options);
  Field("direction", element.direction);
  Field("nulls", element.nulls);
  out_ += ")";
}

void TreeWriter::Value(const OnConflict& conflict) {
  out_ += "(on_conflict";
  Field("action", conflict.action);
  Field("elements", conflict.elements);
  Field("inference_where", conflict.inference_where);
  Field("constraint", conflict.constraint);
  Field("set", conflict.set);
  Field("where", conflict.where);
  out_ += ")";
}

void TreeWriter::Value(const MergeWhen& when) {
  out_ += "(merge_when";
  Field("is_matched", when.is_matched);
  Field("condition", when.condition);
  Field("action", when.action);
  Field("overriding", when.overriding);
  Field("columns", when.columns);
  Field("values", when.values);
  Field("set", when.set);
  out_ += ")";
}

}  // namespace heliosdb::sql::parse
