// The syntax tree of INSERT, UPDATE, DELETE and MERGE.
#ifndef HELIOSDB_CORE_SQL_PARSE_DML_STATEMENT_H_
#define HELIOSDB_CORE_SQL_PARSE_DML_STATEMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "core/sql/parse/select_statement.h"
#include "core/sql/parse/statement.h"

namespace heliosdb::sql::parse {

// A column that receives a value; steps for a[1] or a.field.
struct AssignmentTarget {
  std::string column;
  std::vector<IndirectionStep> steps;
  int position = 0;
};

// a = value, or (a, b) = value with is_multiple, where value is a row, a subquery or ROW(...).
struct Assignment {
  std::vector<AssignmentTarget> targets;
  bool is_multiple = false;
  ExpressionPtr value;
};

// A column or expression of an index, or of ON CONFLICT (...).
struct IndexElement {
  std::string column;  // Empty for an expression.
  ExpressionPtr expression;
  QualifiedName collation;
  QualifiedName operator_class;
  std::vector<Option> operator_class_options;
  SortDirection direction = SortDirection::kDefault;
  NullsOrder nulls = NullsOrder::kDefault;
};

enum class ConflictAction : uint8_t { kNothing, kUpdate };

// ON CONFLICT [(elements) [WHERE inference_where] | ON CONSTRAINT constraint] DO NOTHING | DO
// UPDATE SET ... WHERE where
struct OnConflict {
  ConflictAction action = ConflictAction::kNothing;
  std::vector<IndexElement> elements;
  ExpressionPtr inference_where;
  std::string constraint;
  int inference_position = 0;  // Of the elements or the constraint.
  std::vector<Assignment> set;
  ExpressionPtr where;
  int position = 0;
};

enum class Overriding : uint8_t { kNone, kUserValue, kSystemValue };

struct InsertStatement : StatementOf<StatementKind::kInsert> {
  std::unique_ptr<WithClause> with;
  RelationName table;
  Alias alias;
  std::vector<AssignmentTarget> columns;
  Overriding overriding = Overriding::kNone;
  std::unique_ptr<SelectStatement> source;  // VALUES or a query; null for DEFAULT VALUES.
  std::unique_ptr<OnConflict> on_conflict;
  std::vector<TargetItem> returning;
};

struct UpdateStatement : StatementOf<StatementKind::kUpdate> {
  std::unique_ptr<WithClause> with;
  RelationName table;
  Alias alias;
  std::vector<Assignment> set;
  std::vector<FromItemPtr> from;
  ExpressionPtr where;
  std::vector<TargetItem> returning;
};

struct DeleteStatement : StatementOf<StatementKind::kDelete> {
  std::unique_ptr<WithClause> with;
  RelationName table;
  Alias alias;
  std::vector<FromItemPtr> using_items;
  ExpressionPtr where;
  std::vector<TargetItem> returning;
};

enum class MergeAction : uint8_t { kNothing, kInsert, kUpdate, kDelete };

// WHEN [NOT] MATCHED [AND condition] THEN action
struct MergeWhen {
  bool is_matched = false;
  ExpressionPtr condition;
  MergeAction action = MergeAction::kNothing;
  Overriding overriding = Overriding::kNone;
  std::vector<AssignmentTarget> columns;  // Of an insert.
  std::vector<ExpressionPtr> values;      // Of an insert; empty for DEFAULT VALUES.
  std::vector<Assignment> set;            // Of an update.
};

struct MergeStatement : StatementOf<StatementKind::kMerge> {
  std::unique_ptr<WithClause> with;
  RelationName table;
  Alias alias;
  FromItemPtr source;
  ExpressionPtr on;
  std::vector<MergeWhen> whens;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_DML_STATEMENT_H_
