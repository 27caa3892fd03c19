// Writes trees as SQL text. Private to this layer; deparse.h has the functions.
#ifndef HELIOSDB_CORE_SQL_PARSE_DEPARSER_H_
#define HELIOSDB_CORE_SQL_PARSE_DEPARSER_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/parse/deparse.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {

// Every expression that is not closed in itself puts brackets round itself, as PostgreSQL's own definitions do, so that
// precedence plays no part.
class Deparser {
 public:
  std::string Take() { return std::move(out_); }

  // deparse_expression.cc
  void Expr(const Expression& expression);
  void Type(const TypeName& type);

  // deparse_select.cc
  void Select(const SelectStatement& select);
  void With(const WithClause* with);
  void From(const std::vector<FromItemPtr>& items, std::string_view keyword);
  void Targets(const std::vector<TargetItem>& targets);
  void Where(const ExpressionPtr& where);
  void Relation(const RelationName& relation);
  void AliasText(const Alias& alias);

  // deparse_dml.cc
  void Dml(const Statement& statement);

 private:
  void Add(std::string_view text) { out_ += text; }
  void AddName(std::string_view name) { out_ += QuoteIdentifier(name); }
  void AddNames(const std::vector<std::string>& names);
  void AddNameList(const std::vector<std::string>& names);
  void AddExpressions(const std::vector<ExpressionPtr>& expressions);

  void RareExpr(const Expression& expression);
  void ConstantText(const Constant& constant);
  void Operator(const QualifiedName& op);
  void OperatorText(const OperatorExpression& expression);
  void Boolean(const BooleanExpression& expression);
  void In(const InExpression& expression);
  void Between(const BetweenExpression& expression);
  void Like(const LikeExpression& expression);
  void Case(const CaseExpression& expression);
  void Call(const FunctionCall& call);
  bool SqlSyntaxCall(const FunctionCall& call);
  bool SqlSyntaxOperator(const FunctionCall& call);
  void WordsBetween(const std::vector<ExpressionPtr>& arguments,
                    std::initializer_list<std::string_view> words);
  void ColumnRef(const ColumnReference& reference);
  void ValueFunctionText(const ValueFunction& function);
  void SublinkText(const Sublink& link);
  void Steps(const std::vector<IndirectionStep>& steps);
  void SortKeys(const std::vector<SortKey>& keys);
  void Window(const WindowDefinition& window);
  void Frame(const WindowDefinition& window);
  void IntervalFields(const TypeName& type);

  void SelectCore(const SelectStatement& select);
  void SetOperand(const SelectStatement& select);
  void SelectTail(const SelectStatement& select);
  void CommonTable(const CommonTableExpression& table);
  void FromItemText(const FromItem& item);
  void Join(const JoinFromItem& join);
  void FunctionItem(const FunctionFromItem& item);
  void FunctionElement(const FunctionFromElement& element);
  void FunctionColumns(const std::vector<FunctionColumn>& columns);
  void GroupBy(const std::vector<GroupByItem>& items);
  void Locking(const LockingClause& clause);

  void Insert(const InsertStatement& insert);
  void Update(const UpdateStatement& update);
  void Delete(const DeleteStatement& statement);
  void ConflictClause(const OnConflict& conflict);
  void Assignments(const std::vector<Assignment>& assignments);
  void Target(const AssignmentTarget& target);
  void Options(const std::vector<Option>& options);
  void OptionValue(const Expression& value);
  void IndexElements(const std::vector<IndexElement>& elements);
  void Returning(const std::vector<TargetItem>& targets);

  std::string out_;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_DEPARSER_H_
