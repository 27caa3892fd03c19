#include "core/sql/bind/bind.h"

#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/fold.h"

namespace heliosdb::sql::bind {
namespace {

using types::Type;
using types::TypeOid;

}  // namespace

Binder::Binder(const BindContext& context, std::span<const Type> parameter_types,
               Recorder* recorder)
    : context_(context),
      recorder_(recorder),
      parameter_types_(parameter_types.begin(), parameter_types.end()) {}

absl::Status Binder::FinishParameters(std::vector<Type>* types) {
  for (size_t i = 0; i < parameter_types_.size(); ++i) {
    const TypeOid oid = parameter_types_[i].oid;
    if (oid == TypeOid::kInvalid || oid == TypeOid::kUnknown) {
      return SqlError(sqlstate::kIndeterminateDatatype,
                      "could not determine data type of parameter ${}", i + 1);
    }
  }
  *types = parameter_types_;
  return absl::OkStatus();
}

absl::StatusOr<BoundStatement> Binder::Bind(const parse::Statement& statement) {
  BoundStatement bound;
  switch (statement.kind) {
    case parse::StatementKind::kSelect: {
      HELIOS_ASSIGN_OR_RETURN(
          std::unique_ptr<Query> query,
          BindQuery(statement.As<parse::SelectStatement>(), nullptr, UnknownTargets::kToText));
      HELIOS_RETURN_IF_ERROR(FoldQuery(query.get(), context_.format));
      bound.statement = std::move(query);
      break;
    }
    case parse::StatementKind::kInsert: {
      HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Insert> insert,
                              BindInsert(statement.As<parse::InsertStatement>()));
      HELIOS_RETURN_IF_ERROR(FoldInsert(insert.get(), context_.format));
      bound.statement = std::move(insert);
      break;
    }
    case parse::StatementKind::kUpdate: {
      HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Update> update,
                              BindUpdate(statement.As<parse::UpdateStatement>()));
      HELIOS_RETURN_IF_ERROR(FoldQuery(update->query.get(), context_.format));
      HELIOS_RETURN_IF_ERROR(FoldTargets(&update->returning, context_.format));
      bound.statement = std::move(update);
      break;
    }
    case parse::StatementKind::kDelete: {
      HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Delete> deletion,
                              BindDelete(statement.As<parse::DeleteStatement>()));
      HELIOS_RETURN_IF_ERROR(FoldQuery(deletion->query.get(), context_.format));
      HELIOS_RETURN_IF_ERROR(FoldTargets(&deletion->returning, context_.format));
      bound.statement = std::move(deletion);
      break;
    }
    case parse::StatementKind::kMerge:
      return Unsupported("MERGE is not supported");
    case parse::StatementKind::kOther:
      return WithPosition(
          Unsupported("{} is not supported", statement.As<parse::OtherStatement>().feature),
          statement.position);
    default:
      return Unsupported("this kind of statement is not supported here");
  }
  HELIOS_RETURN_IF_ERROR(FinishParameters(&bound.parameter_types));
  bound.tables = std::move(tables_);
  bound.depends_on_session = depends_on_session_;
  return bound;
}

ExpressionOr Binder::BindTableExpression(const parse::Expression& expression,
                                         const catalog::Table& table, Place place) {
  Query query;
  Scope scope(nullptr, &query);
  HELIOS_RETURN_IF_ERROR(AddTargetTable(table, {}, &scope));
  return BindExpression(expression, &scope, place);
}

absl::StatusOr<BoundStatement> Bind(const parse::Statement& statement, const BindContext& context,
                                    std::span<const Type> parameter_types) {
  return Binder(context, parameter_types, nullptr).Bind(statement);
}

absl::StatusOr<Type> BindTypeName(const parse::TypeName& name, const BindContext& context) {
  return Binder(context, {}, nullptr).BindTypeName(name);
}

ExpressionOr BindTableExpression(const parse::Expression& expression, const catalog::Table& table,
                                 const BindContext& context, Place place) {
  return Binder(context, {}, nullptr).BindTableExpression(expression, table, place);
}

ExpressionOr CastForColumn(ExpressionPtr expression, const catalog::Column& column,
                           const BindContext& context) {
  return Binder(context, {}, nullptr)
      .CoerceForAssignment(std::move(expression), column.name, column.type);
}

ExpressionOr BindStoredExpression(std::string_view text, const catalog::Table& table,
                                  const BindContext& context) {
  return Binder(context, {}, nullptr).BindStored(text, table, Place::kCheck);
}

ExpressionOr BindDefault(const catalog::Table& table, int column, const BindContext& context) {
  return Binder(context, {}, nullptr).BindColumnDefault(table, column);
}

absl::StatusOr<TableRules> BindTableRules(const catalog::Table& table, const BindContext& context) {
  return Binder(context, {}, nullptr).BindRules(table);
}

absl::StatusOr<TableRules::IndexRule> BindIndexRule(const catalog::Table& table,
                                                    const catalog::Index& index,
                                                    const BindContext& context) {
  return Binder(context, {}, nullptr).BindIndex(table, index);
}

}  // namespace heliosdb::sql::bind
