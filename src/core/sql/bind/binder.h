// The binder itself, for this layer's files. One object binds one statement.
#ifndef HELIOSDB_CORE_SQL_BIND_BINDER_H_
#define HELIOSDB_CORE_SQL_BIND_BINDER_H_

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/catalog/catalog_image.h"
#include "core/sql/bind/bind.h"
#include "core/sql/bind/bound_query.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/bind/recorder.h"
#include "core/sql/bind/scope.h"
#include "core/sql/functions/overload.h"
#include "core/sql/parse/dml_statement.h"
#include "core/sql/parse/expression.h"
#include "core/sql/parse/select_statement.h"
#include "core/types/cast.h"

namespace heliosdb::sql::bind {

using ExpressionOr = absl::StatusOr<ExpressionPtr>;
using QueryOr = absl::StatusOr<std::unique_ptr<Query>>;

// Whether targets that are still literals without type become text, or stay unknown for INSERT.
enum class UnknownTargets : uint8_t { kToText, kKeep };

class Binder {
 public:
  // recorder may be null; it and what context points at outlive the binder.
  Binder(const BindContext& context, std::span<const types::Type> parameter_types,
         Recorder* recorder);

  // bind.cc
  absl::StatusOr<BoundStatement> Bind(const parse::Statement& statement);
  // Checks that every parameter got a type and moves them out.
  absl::Status FinishParameters(std::vector<types::Type>* types);
  absl::StatusOr<ExpressionPtr> BindTableExpression(const parse::Expression& expression,
                                                    const catalog::Table& table, Place place);

  // bind_select.cc
  QueryOr BindQuery(const parse::SelectStatement& select, Scope* parent, UnknownTargets unknown);
  // The same for a query whose scope the caller has made.
  absl::Status BindQueryInto(const parse::SelectStatement& select, Scope* scope,
                             UnknownTargets unknown);

  // bind_insert.cc, bind_update.cc, bind_delete.cc
  absl::StatusOr<std::unique_ptr<Insert>> BindInsert(const parse::InsertStatement& statement);
  absl::StatusOr<std::unique_ptr<Update>> BindUpdate(const parse::UpdateStatement& statement);
  absl::StatusOr<std::unique_ptr<Delete>> BindDelete(const parse::DeleteStatement& statement);

  // bind_rules.cc
  absl::StatusOr<TableRules> BindRules(const catalog::Table& table);
  absl::StatusOr<TableRules::IndexRule> BindIndex(const catalog::Table& table,
                                                  const catalog::Index& index);
  // Null for no default.
  ExpressionOr BindColumnDefault(const catalog::Table& table, int column);
  ExpressionOr BindStored(std::string_view text, const catalog::Table& table, Place place);

  // bind_expression.cc
  ExpressionOr BindExpression(const parse::Expression& expression, Scope* scope, Place place);
  // What stands in WHERE, ON, ...: cast to boolean; construct names the place in the error.
  ExpressionOr BindCondition(const parse::Expression& expression, Scope* scope, Place place,
                             std::string_view construct);

  // coerce.cc
  // The expression as type; null status value never. kind says which casts are allowed; without
  // one: 42846.
  ExpressionOr Coerce(ExpressionPtr expression, types::Type type, types::CastKind kind);
  bool CanCoerce(types::TypeOid from, types::TypeOid to, types::CastKind kind) const;
  ExpressionOr CoerceToBoolean(ExpressionPtr expression, std::string_view construct);
  // 42804 "column "x" is of type integer but expression is of type text".
  ExpressionOr CoerceForAssignment(ExpressionPtr expression, std::string_view column,
                                   types::Type type);
  // A literal or parameter without type becomes text.
  ExpressionOr ResolveUnknown(ExpressionPtr expression);

  // bind_type.cc
  absl::StatusOr<types::Type> BindTypeName(const parse::TypeName& name);

  const BindContext& context() const { return context_; }
  const catalog::CatalogImage& image() const { return *context_.image; }
  // Adds to BoundStatement::tables.
  void UseTable(catalog::Oid table, txn::TableLockMode mode);

  // bind_from.cc: the table that a change names, as relation 0 of the scope.
  absl::StatusOr<const catalog::Table*> FindTargetTable(const parse::RelationName& name);
  absl::Status AddTargetTable(const catalog::Table& table, const parse::Alias& alias, Scope* scope);
  absl::Status BindFromList(const std::vector<parse::FromItemPtr>& items, Scope* scope);

  // bind_targets.cc
  absl::Status BindTargets(const std::vector<parse::TargetItem>& items, Scope* scope, Place place,
                           std::vector<Target>* targets);
  absl::Status ResolveUnknownTargets(std::vector<Target>* targets);
  static std::string_view StarQualifier(const ScopeItem& item, const ScopeColumn& column,
                                        const Scope& scope);
  absl::Status ExpandStar(const parse::ColumnReference& star, Scope* scope,
                          std::vector<Target>* targets);

  // bind_with.cc
  absl::Status BindWith(const parse::WithClause* with, Scope* scope);
  void InlineCommonTables(Scope* scope);

 private:
  friend class DepthGuard;

  // --- bind_expression.cc ---
  ExpressionOr BindNode(const parse::Expression& expression, Scope* scope);
  ExpressionOr BindConstant(const parse::Constant& constant);
  ExpressionOr BindParameter(const parse::ParameterReference& parameter);
  ExpressionOr BindBoolean(const parse::BooleanExpression& expression, Scope* scope);
  ExpressionOr BindNullTest(const parse::NullTest& test, Scope* scope);
  ExpressionOr BindBooleanTest(const parse::BooleanTest& test, Scope* scope);
  ExpressionOr BindConditional(const parse::Expression& expression, Scope* scope);
  ExpressionOr BindCase(const parse::CaseExpression& expression, Scope* scope);
  ExpressionOr BindCoalesce(const parse::CoalesceExpression& expression, Scope* scope);
  ExpressionOr BindMinMax(const parse::MinMaxExpression& expression, Scope* scope);
  ExpressionOr BindTypeCast(const parse::TypeCast& cast, Scope* scope);
  ExpressionOr BindCollate(const parse::CollateExpression& expression, Scope* scope);
  ExpressionOr BindValueFunction(const parse::ValueFunction& function);
  // Binds each and casts them to their common type; construct as CommonType wants it.
  absl::StatusOr<std::vector<ExpressionPtr>> BindUnified(
      const std::vector<parse::ExpressionPtr>& expressions, Scope* scope,
      std::string_view construct);
  // --- coerce.cc ---
  absl::Status Unify(const std::vector<ExpressionPtr*>& expressions, std::string_view construct);
  ExpressionOr CoerceLiteral(ExpressionPtr literal, types::Type type, types::CastKind kind);
  ExpressionOr CoerceParameter(ExpressionPtr parameter, types::Type type);

  // --- bind_operator.cc ---
  ExpressionOr BindOperator(const parse::OperatorExpression& expression, Scope* scope);
  ExpressionOr BindIndirection(const parse::Indirection& expression, Scope* scope);
  absl::Status CheckOperatorSchema(const parse::QualifiedName& op, int position) const;
  absl::Status RecordOperator(std::string_view symbol, const parse::OperatorExpression& expression,
                              Scope* scope);
  ExpressionOr BindDistinct(const parse::DistinctExpression& expression, Scope* scope);
  ExpressionOr BindNullIf(const parse::NullIfExpression& expression, Scope* scope);
  ExpressionOr BindBetween(const parse::BetweenExpression& expression, Scope* scope);
  ExpressionOr BindLike(const parse::LikeExpression& expression, Scope* scope);
  ExpressionOr BindIn(const parse::InExpression& expression, Scope* scope);
  ExpressionOr BindInAlternatives(const parse::InExpression& expression, Scope* scope);
  ExpressionOr BindQuantifiedArray(const parse::QuantifiedExpression& expression, Scope* scope);
  // left may be null.
  ExpressionOr MakeOperator(std::string_view symbol, ExpressionPtr left, ExpressionPtr right,
                            int position);
  // Rows compared field by field; symbol is one of the six comparisons.
  ExpressionOr CompareRows(std::string_view symbol, std::vector<ExpressionPtr> left,
                           std::vector<ExpressionPtr> right, int position);
  absl::StatusOr<std::vector<ExpressionPtr>> BindRow(const parse::RowExpression& row, Scope* scope);

  // --- bind_function.cc ---
  ExpressionOr BindFunctionCall(const parse::FunctionCall& call, Scope* scope);
  ExpressionOr MakeCall(std::string_view name, std::vector<ExpressionPtr> arguments,
                        std::span<const std::string_view> names, int position);
  absl::Status SetReturningError(Place place) const;
  ExpressionOr MoveSetToFrom(ExpressionPtr call, Scope* scope);
  // 'name' or 'oid' as a regclass constant.
  ExpressionOr CoerceRegclass(ExpressionPtr literal);

  // --- bind_aggregate.cc ---
  ExpressionOr BindAggregateCall(const parse::FunctionCall& call, Scope* scope);
  absl::StatusOr<Aggregate> BindAggregateArguments(const parse::FunctionCall& call, Scope* scope);
  ExpressionOr AddAggregate(Aggregate aggregate, Scope* scope, int position);
  // Replaces what is grouped in targets and HAVING; 42803 for what is not.
  absl::Status GroupQuery(Scope* scope);

  // --- bind_column.cc ---
  ExpressionOr BindColumnReference(const parse::ColumnReference& reference, Scope* scope);
  // Null when nothing of that name is visible.
  ExpressionOr FindColumn(std::string_view name, Scope* scope, int position, bool own_level_only);
  ExpressionOr FindQualifiedColumn(const parse::ColumnReference& reference, Scope* scope);
  struct FoundItem {
    const ScopeItem* item = nullptr;
    Scope* scope = nullptr;
    int levels_up = 0;
  };
  absl::StatusOr<FoundItem> FindItem(std::string_view schema, std::string_view name, Scope* scope,
                                     int position);
  ExpressionPtr MakeReference(const ScopeColumn& column, Scope* from, int levels_up, int position);
  static std::string_view QualifierOf(std::string_view name, const Expression& column,
                                      const Scope& scope);
  void RecordColumn(const parse::ColumnReference& reference, const Expression& found, Scope* scope);
  absl::Status MissingRelation(std::string_view name, Scope* scope, int position) const;
  absl::Status MissingColumn(std::string_view relation, std::string_view column, Scope* scope,
                             int position) const;

  // --- bind_sublink.cc ---
  ExpressionOr BindSublink(const parse::Sublink& sublink, Scope* scope);
  // test op ANY | ALL (query), and row op (query).
  ExpressionOr BindComparisonSublink(std::string_view symbol, SubqueryKind kind,
                                     std::vector<ExpressionPtr> left, std::unique_ptr<Query> query,
                                     int position);
  ExpressionOr BindRowSublink(std::string_view symbol, const parse::RowExpression& row,
                              const parse::Sublink& sublink, Scope* scope, int position);

  // --- bind_select.cc ---
  absl::Status BindClauses(const parse::SelectStatement& select, Scope* scope,
                           UnknownTargets unknown);
  absl::Status BindPlainSelect(const parse::SelectStatement& select, Scope* scope,
                               UnknownTargets unknown);
  absl::Status BindLimit(const parse::SelectStatement& select, Scope* scope);
  absl::Status BindLocking(const parse::SelectStatement& select, Scope* scope);
  absl::Status LockRelation(Query* query, int relation, RowLock lock);
  absl::Status LockNamed(const parse::RelationName& name, const RowLock& lock, Scope* scope);
  ExpressionOr BindLimitExpression(const parse::Expression& expression, Scope* scope, Place place);

  // --- bind_values.cc ---
  absl::Status BindValues(const parse::SelectStatement& select, Scope* scope,
                          UnknownTargets unknown);

  // --- bind_set_operation.cc ---
  absl::Status BindSetOperation(const parse::SelectStatement& select, Scope* scope,
                                UnknownTargets unknown);
  absl::Status BindSetOrderBy(const std::vector<parse::SortKey>& keys, Scope* scope);
  absl::Status WrapAndCast(std::unique_ptr<Query>* query, std::span<const types::Type> types,
                           types::CastKind kind);
  // Casts both sides' columns to common types and makes the query's targets of them.
  absl::Status UnifySides(const parse::SelectStatement& select, Query* query);
  absl::Status CastTargets(std::unique_ptr<Query>* query, std::span<const types::Type> types,
                           types::CastKind kind);

  // --- bind_from.cc ---
  struct FromResult {
    std::unique_ptr<FromItem> item;
    std::vector<ScopeItem> items;
  };
  absl::StatusOr<FromResult> BindFromItem(const parse::FromItem& item, Scope* scope);
  absl::StatusOr<FromResult> BindTable(const parse::TableFromItem& item, Scope* scope);
  absl::StatusOr<FromResult> BindView(const catalog::View& view, const parse::TableFromItem& item,
                                      std::string_view schema, Scope* scope);
  absl::StatusOr<FromResult> BindFromSubquery(const parse::SubqueryFromItem& item, Scope* scope);
  absl::StatusOr<FromResult> BindFromFunction(const parse::FunctionFromItem& item, Scope* scope);
  // table_name and schema outlive the scope.
  absl::StatusOr<FromResult> AddRelation(Relation relation, const parse::Alias& alias,
                                         std::string_view schema, std::string_view table_name,
                                         Scope* scope);
  absl::Status MissingTable(const parse::QualifiedName& name, const Scope* scope,
                            int position) const;
  absl::Status CheckItemNames(std::span<const ScopeItem> left,
                              std::span<const ScopeItem> right) const;
  void RecordTable(const parse::TableFromItem& item, catalog::Oid oid);

  // --- bind_join.cc ---
  struct JoinColumns {
    std::vector<ScopeColumn> merged;
    std::vector<ScopeColumn> left;
    std::vector<ScopeColumn> right;
  };
  absl::StatusOr<FromResult> BindJoin(const parse::JoinFromItem& join, Scope* scope);
  absl::Status BindUsing(const parse::JoinFromItem& join, const std::vector<std::string>& names,
                         FromItem* node, Scope* scope, JoinColumns* columns);
  absl::Status BindOn(const parse::Expression& on, const FromResult& left, const FromResult& right,
                      FromItem* node, Scope* scope);
  ExpressionOr MergeColumns(JoinType join, const ScopeColumn& left, const ScopeColumn& right,
                            Scope* scope, int position);

  // --- bind_with.cc ---
  absl::Status BindCommonTable(const parse::CommonTableExpression& expression, bool recursive,
                               Scope* scope, size_t place);
  // Whether the query refers to itself; if not, it is to be bound as a plain one.
  absl::StatusOr<bool> BindRecursiveTable(const parse::CommonTableExpression& expression,
                                          const parse::SelectStatement& select, Scope* scope,
                                          size_t place);
  absl::Status CheckRecursiveTypes(const parse::CommonTableExpression& expression,
                                   const Query::SetOperation& operation, const CommonTable& table);
  absl::StatusOr<FromResult> BindCommonTableReference(const parse::TableFromItem& item,
                                                      Scope* scope, Scope* owner, size_t place,
                                                      int levels_up);
  absl::Status NameColumns(const parse::CommonTableExpression& expression, CommonTable* table);

  // --- bind_order.cc ---
  // Which target the element means; adds a hidden one where none fits.
  absl::StatusOr<int> FindTarget(const parse::Expression& expression, Scope* scope, Place place);
  absl::StatusOr<std::optional<int>> FindTargetByNameOrNumber(const parse::Expression& expression,
                                                              Scope* scope, Place place);
  absl::Status BindOrderBy(const std::vector<parse::SortKey>& keys, Scope* scope);
  absl::StatusOr<SortKey> BindSortDirection(const parse::SortKey& key) const;
  absl::Status AddGroupKey(const parse::Expression& expression, Scope* scope);
  absl::Status BindGroupBy(const parse::SelectStatement& select, Scope* scope);
  absl::Status BindDistinct(const parse::SelectStatement& select, Scope* scope);

  // --- bind_insert.cc ---
  absl::StatusOr<std::unique_ptr<Query>> BindInsertSource(const parse::InsertStatement& statement,
                                                          const catalog::Table& table,
                                                          std::vector<int>* columns);
  absl::Status BindInsertValues(const parse::InsertStatement& statement,
                                const catalog::Table& table, std::vector<int>* columns,
                                Scope* scope);
  absl::StatusOr<std::unique_ptr<Query>> BindInsertQuery(const parse::InsertStatement& statement,
                                                         const catalog::Table& table,
                                                         std::vector<int>* columns, Scope* scope);
  absl::StatusOr<std::vector<ExpressionPtr>> BindInsertRow(
      const std::vector<parse::ExpressionPtr>& row, const parse::InsertStatement& statement,
      const catalog::Table& table, const std::vector<int>& columns, Scope* scope);
  absl::StatusOr<std::vector<int>> InsertColumns(const parse::InsertStatement& statement,
                                                 const catalog::Table& table) const;
  absl::Status CheckInsertWidth(const parse::InsertStatement& statement, size_t columns,
                                size_t values, int position) const;
  ExpressionOr DefaultOrNull(const catalog::Table& table, int column);

  // --- bind_on_conflict.cc ---
  absl::StatusOr<Insert::OnConflict> BindOnConflict(const parse::OnConflict& clause,
                                                    const catalog::Table& table,
                                                    const parse::Alias& alias);
  absl::Status FindArbiters(const parse::OnConflict& clause, const catalog::Table& table,
                            Scope* scope, Insert::OnConflict* out);
  absl::Status FindConstraintArbiter(const parse::OnConflict& clause, const catalog::Table& table,
                                     Insert::OnConflict* out);

  // --- bind_update.cc ---
  absl::StatusOr<std::vector<std::pair<int, ExpressionPtr>>> BindAssignments(
      const std::vector<parse::Assignment>& assignments, const catalog::Table& table, Scope* scope);
  absl::Status BindMultipleAssignment(const parse::Assignment& assignment,
                                      const catalog::Table& table, const std::vector<int>& columns,
                                      Scope* scope,
                                      std::vector<std::pair<int, ExpressionPtr>>* assignments);
  ExpressionOr BindAssignedValue(const parse::Expression& value, const catalog::Table& table,
                                 int column, Scope* scope);
  // The table, FROM or USING, and WHERE.
  absl::Status BindChangedRows(const parse::WithClause* with, const catalog::Table& table,
                               const parse::Alias& alias,
                               const std::vector<parse::FromItemPtr>& from,
                               const parse::Expression* where, Scope* scope);

  const BindContext context_;
  Recorder* const recorder_;
  std::vector<types::Type> parameter_types_;
  std::vector<TableUse> tables_;
  bool depends_on_session_ = false;
  // Bound literals and where they came from; kept only for a recorder.
  std::map<const Expression*, const parse::Expression*> literals_;
  int depth_ = 0;
  // Text of views and stored expressions is being bound: positions mean nothing.
  int stored_depth_ = 0;
  // Names that scopes refer to and nobody else keeps.
  std::vector<std::unique_ptr<std::string>> names_;
  // CASE or COALESCE around what is being bound: no set-returning function may stand there.
  std::string_view no_sets_in_;
  // The next call may return a set: it is a FROM item.
  bool allow_set_returning_ = false;
};

// Counts a level of nesting for its own life.
class DepthGuard {
 public:
  explicit DepthGuard(Binder* binder) : binder_(binder) { ++binder_->depth_; }
  ~DepthGuard() { --binder_->depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  // 54001 when the limit is passed.
  absl::Status Check() const;

 private:
  Binder* const binder_;
};

// Column number `column` of a query that gives one row, as a scalar subquery.
ExpressionPtr ScalarColumn(const Query& query, size_t column);

// Refuses every collation but C and its synonyms.
absl::Status CheckCollation(const parse::QualifiedName& collation);

// The column of a table that an expression sees as relation 0.
inline ExpressionPtr MakeTableColumn(const catalog::Table& table, int column) {
  return MakeColumn(0, column, table.columns[static_cast<size_t>(column)].type, 0);
}

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_BINDER_H_
