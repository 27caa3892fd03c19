// From libpg_query's tree to ours. Private to this layer.
#ifndef HELIOSDB_CORE_SQL_PARSE_TREE_READER_H_
#define HELIOSDB_CORE_SQL_PARSE_TREE_READER_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "core/sql/parse/parse.h"
#include "core/sql/parse/text_position.h"

// libpg_query's types, complete in the .cc files alone.
struct PgQuery__AConst;
struct PgQuery__AExpr;
struct PgQuery__AIndirection;
struct PgQuery__Alias;
struct PgQuery__AlterTableCmd;
struct PgQuery__AlterTableStmt;
struct PgQuery__CollateClause;
struct PgQuery__ColumnDef;
struct PgQuery__CommonTableExpr;
struct PgQuery__Constraint;
struct PgQuery__CopyStmt;
struct PgQuery__CreateStmt;
struct PgQuery__DefElem;
struct PgQuery__FuncCall;
struct PgQuery__GrantStmt;
struct PgQuery__IndexElem;
struct PgQuery__InsertStmt;
struct PgQuery__IntoClause;
struct PgQuery__JoinExpr;
struct PgQuery__LockingClause;
struct PgQuery__MergeStmt;
struct PgQuery__MergeWhenClause;
struct PgQuery__Node;
struct PgQuery__OnConflictClause;
struct PgQuery__RangeFunction;
struct PgQuery__RangeVar;
struct PgQuery__RenameStmt;
struct PgQuery__RoleSpec;
struct PgQuery__SelectStmt;
struct PgQuery__SubLink;
struct PgQuery__TypeName;
struct PgQuery__VariableSetStmt;
struct PgQuery__WindowDef;
struct PgQuery__WithClause;

namespace heliosdb::sql::parse {

using NodeList = std::span<PgQuery__Node* const>;

// Reads the trees of one text. Methods return what they read; the first piece of syntax that has no
// place in our tree is remembered by Refuse(), the first mistake by Fail(), and what was read is
// then to be thrown away.
class TreeReader {
 public:
  // positions: not owned; outlives this.
  explicit TreeReader(const TextPositions* positions) : positions_(positions) {}

  // A whole statement, or an OtherStatement when it holds something without a place in our tree.
  absl::StatusOr<StatementPtr> ReadTopStatement(const PgQuery__Node& node);

 private:
  struct Refusal {
    std::string feature;
    int position;
  };

  void Refuse(std::string_view feature, int location = -1);
  void Fail(absl::Status status, int location);
  int Position(int location) const { return location < 0 ? 0 : positions_->At(location); }

  // tree_reader.cc: statements by kind, and the pieces shared by them.
  StatementPtr ReadStatement(const PgQuery__Node* node);
  StatementPtr ReadUtility(const PgQuery__Node& node);
  StatementPtr ReadOther(const PgQuery__Node& node);
  StatementPtr ReadSelectOrInto(const PgQuery__SelectStmt& select);
  std::string ReadString(const PgQuery__Node* node);
  std::vector<std::string> ReadStrings(NodeList nodes);
  QualifiedName ReadQualifiedName(NodeList nodes, int location = -1);
  TypeName ReadTypeName(const PgQuery__TypeName* type);
  RelationName ReadRelation(const PgQuery__RangeVar* relation);
  RelationName ReadRelationNames(NodeList names);
  Alias ReadAlias(const PgQuery__Alias* alias);
  Option ReadOption(const PgQuery__DefElem& element);
  void ReadOptionValue(const PgQuery__Node& value, Option* option);
  std::vector<Option> ReadOptions(NodeList nodes);
  std::string ReadRole(const PgQuery__RoleSpec* role);
  QualifiedName ReadCollation(const PgQuery__CollateClause* clause);
  IndexElement ReadIndexElement(const PgQuery__IndexElem& element);
  std::vector<IndexElement> ReadIndexElements(NodeList nodes);

  // tree_reader_expression.cc
  ExpressionPtr ReadExpression(const PgQuery__Node* node);
  ExpressionPtr ReadRareExpression(const PgQuery__Node& node);
  std::vector<ExpressionPtr> ReadExpressions(NodeList nodes);
  ExpressionPtr ReadConstant(const PgQuery__AConst& constant);
  ExpressionPtr ReadColumnReference(NodeList fields, int location);
  ExpressionPtr ReadOperator(const PgQuery__AExpr& node);
  ExpressionPtr ReadLike(const PgQuery__AExpr& node);
  ExpressionPtr ReadIn(const PgQuery__AExpr& node);
  ExpressionPtr ReadBetween(const PgQuery__AExpr& node);
  ExpressionPtr ReadFunctionCall(const PgQuery__FuncCall& call);
  ExpressionPtr ReadSublink(const PgQuery__SubLink& link);
  ExpressionPtr ReadIndirection(const PgQuery__AIndirection& node);
  std::vector<IndirectionStep> ReadSteps(NodeList nodes);
  std::vector<SortKey> ReadSortKeys(NodeList nodes);
  std::unique_ptr<WindowDefinition> ReadWindow(const PgQuery__WindowDef* window);

  // tree_reader_select.cc
  std::unique_ptr<SelectStatement> ReadSelect(const PgQuery__SelectStmt* select);
  std::unique_ptr<SelectStatement> ReadSelectNode(const PgQuery__Node* node);
  void ReadSelectBody(const PgQuery__SelectStmt& select, SelectStatement* out);
  std::vector<TargetItem> ReadTargets(NodeList nodes);
  std::unique_ptr<WithClause> ReadWith(const PgQuery__WithClause* with);
  CommonTableExpression ReadCommonTable(const PgQuery__CommonTableExpr& table);
  std::vector<GroupByItem> ReadGroupBy(NodeList nodes);
  std::vector<FromItemPtr> ReadFrom(NodeList nodes);
  FromItemPtr ReadFromItem(const PgQuery__Node* node);
  FromItemPtr ReadJoin(const PgQuery__JoinExpr& join);
  FromItemPtr ReadFunctionItem(const PgQuery__RangeFunction& function);
  std::vector<FunctionColumn> ReadFunctionColumns(NodeList nodes);
  LockingClause ReadLocking(const PgQuery__LockingClause& clause);
  IntoClause ReadInto(const PgQuery__IntoClause& into);

  // tree_reader_dml.cc
  StatementPtr ReadInsert(const PgQuery__InsertStmt& insert);
  StatementPtr ReadUpdate(const PgQuery__Node& node);
  StatementPtr ReadDelete(const PgQuery__Node& node);
  StatementPtr ReadMerge(const PgQuery__MergeStmt& merge);
  MergeWhen ReadMergeWhen(const PgQuery__MergeWhenClause& clause);
  AssignmentTarget ReadAssignmentTarget(const PgQuery__Node& node);
  std::vector<AssignmentTarget> ReadAssignmentTargets(NodeList nodes);
  std::vector<Assignment> ReadAssignments(NodeList nodes);
  std::unique_ptr<OnConflict> ReadOnConflict(const PgQuery__OnConflictClause* clause);

  // tree_reader_table.cc
  StatementPtr ReadCreateTable(const PgQuery__CreateStmt& create);
  StatementPtr ReadCreateTableAs(const PgQuery__Node& node);
  StatementPtr ReadAlterTable(const PgQuery__AlterTableStmt& alter);
  StatementPtr ReadCreateIndex(const PgQuery__Node& node);
  AlterTableCommand ReadAlterCommand(const PgQuery__AlterTableCmd& command);
  void ReadAlterDefinition(const PgQuery__AlterTableCmd& command, AlterTableCommand* out);
  ColumnDefinition ReadColumn(const PgQuery__ColumnDef& column);
  std::vector<Constraint> ReadColumnConstraints(NodeList nodes);
  void ReadConstraintAttribute(const PgQuery__Constraint& attribute, Constraint* target);
  Constraint ReadConstraint(const PgQuery__Constraint& constraint);
  void ReadForeignKey(const PgQuery__Constraint& constraint, Constraint* out);
  void ReadExclusion(const PgQuery__Constraint& constraint, Constraint* out);

  // tree_reader_schema.cc
  StatementPtr ReadSchemaStatement(const PgQuery__Node& node);
  StatementPtr ReadCreateView(const PgQuery__Node& node);
  StatementPtr ReadCreateSchema(const PgQuery__Node& node);
  StatementPtr ReadCreateDomain(const PgQuery__Node& node);
  StatementPtr ReadRename(const PgQuery__RenameStmt& rename);
  StatementPtr ReadSetSchema(const PgQuery__Node& node);
  StatementPtr ReadSetOwner(const PgQuery__Node& node);
  StatementPtr ReadDrop(const PgQuery__Node& node);
  StatementPtr ReadComment(const PgQuery__Node& node);
  // The name in an object node, or nothing for objects that are named by more than a name
  // (functions, triggers, ...).
  std::optional<QualifiedName> ReadObjectName(const PgQuery__Node* object);

  // tree_reader_utility.cc
  StatementPtr ReadUtilityStatement(const PgQuery__Node& node);
  StatementPtr ReadSessionStatement(const PgQuery__Node& node);
  StatementPtr ReadTransaction(const PgQuery__Node& node);
  TransactionModes ReadTransactionModes(NodeList nodes);
  StatementPtr ReadSetVariable(const PgQuery__VariableSetStmt& set);
  StatementPtr ReadVacuum(const PgQuery__Node& node);
  StatementPtr ReadCopy(const PgQuery__CopyStmt& copy);
  StatementPtr ReadDeclareCursor(const PgQuery__Node& node);
  StatementPtr ReadGrant(const PgQuery__GrantStmt& grant);
  StatementPtr ReadReindex(const PgQuery__Node& node);
  StatementPtr ReadCursorStatement(const PgQuery__Node& node);
  std::vector<RelationName> ReadRelations(NodeList nodes);

  const TextPositions* const positions_;  // Not owned; outlives this.
  absl::Status status_;
  std::optional<Refusal> refusal_;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_TREE_READER_H_
