// From a syntax tree to a statement that can run.
#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"

#include "core/api/session.h"
#include "core/base/status.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/plan/planner.h"
#include "core/sql/plan/rewrite_rules.h"

namespace heliosdb::api {
namespace {

using Bound = sql::bind::BoundStatement;

// Row counts from the shape of the store, each looked up once a statement.
class ViewRowCounts final : public sql::plan::RowCountSource {
 public:
  explicit ViewRowCounts(txn::ReadView* view) : view_(view) {}
  double RowCount(const catalog::Table& table) const override {
    if (const auto known = known_.find(table.oid); known != known_.end()) return known->second;
    return known_[table.oid] = Look(table);
  }

 private:
  double Look(const catalog::Table& table) const {
    const std::string low = sql::execute::StorageKeyPrefix(table.storage_id);
    const std::string high = sql::execute::StorageKeyPrefix(table.storage_id + 1);
    const absl::StatusOr<uint64_t> count = view_->EstimateCount(low, high);
    return count.ok() ? static_cast<double>(*count) : -1;
  }

  txn::ReadView* const view_;
  mutable absl::flat_hash_map<catalog::Oid, double> known_;
};

absl::StatusOr<std::unique_ptr<sql::plan::Plan>> PlanOf(Bound bound, sql::plan::Planner* planner) {
  if (auto* query = std::get_if<std::unique_ptr<sql::bind::Query>>(&bound.statement)) {
    return planner->PlanSelect(std::move(*query));
  }
  if (auto* insert = std::get_if<std::unique_ptr<sql::bind::Insert>>(&bound.statement)) {
    return planner->PlanInsert(std::move(**insert));
  }
  if (auto* update = std::get_if<std::unique_ptr<sql::bind::Update>>(&bound.statement)) {
    return planner->PlanUpdate(std::move(**update));
  }
  return planner->PlanDelete(
      std::move(*std::get<std::unique_ptr<sql::bind::Delete>>(bound.statement)));
}

// "SELECT FOR UPDATE" and the like, as errors call a query that locks rows, here or in a subquery; empty for others.
std::string_view LockCommand(const Bound& bound) {
  const auto* query = std::get_if<std::unique_ptr<sql::bind::Query>>(&bound.statement);
  if (query == nullptr) return "";
  const bool locks = std::any_of(
      bound.tables.begin(), bound.tables.end(),
      [](const sql::bind::TableUse& use) { return use.mode >= txn::TableLockMode::kRowShare; });
  if (!locks) return "";
  if ((*query)->row_locks.empty()) return "SELECT FOR UPDATE";
  switch ((*query)->row_locks.front().strength) {
    case sql::bind::RowLockStrength::kKeyShare:
      return "SELECT FOR KEY SHARE";
    case sql::bind::RowLockStrength::kShare:
      return "SELECT FOR SHARE";
    case sql::bind::RowLockStrength::kNoKeyUpdate:
      return "SELECT FOR NO KEY UPDATE";
    case sql::bind::RowLockStrength::kUpdate:
      break;
  }
  return "SELECT FOR UPDATE";
}

}  // namespace

sql::bind::BindContext Session::MakeBindContext(const catalog::CatalogImage& image) const {
  sql::bind::BindContext context;
  context.image = &image;
  context.search_path = settings_.values().search_path;
  context.format = {&settings_.values().time_zone, transaction_start_};
  return context;
}

absl::StatusOr<std::shared_ptr<CompiledStatement>> Session::CompileBorrowed(
    const sql::parse::Statement& tree, catalog::ImagePtr image, txn::ReadView* view,
    std::span<const types::Type> declared_types) {
  auto statement = std::make_shared<CompiledStatement>();
  statement->names = settings_.names();
  const sql::bind::BindContext context = MakeBindContext(*image);
  HELIOS_ASSIGN_OR_RETURN(Bound bound, sql::bind::Bind(tree, context, declared_types));
  statement->parameter_types = bound.parameter_types;
  statement->tables = bound.tables;
  statement->depends_on_session = bound.depends_on_session;
  statement->lock_command = LockCommand(bound);
  statement->locks_rows = !statement->lock_command.empty();
  const ViewRowCounts row_counts(view);
  const sql::plan::Statistics statistics(*image, &row_counts);
  sql::plan::PlannerOptions planner_options;
  // A database in memory keeps all there, whatever the setting.
  planner_options.work_mem_bytes = database_->temporary_files() == nullptr
                                       ? std::numeric_limits<uint64_t>::max() / 2
                                       : settings_.values().work_mem;
  sql::plan::Planner planner(*image, statistics, planner_options);
  HELIOS_ASSIGN_OR_RETURN(statement->plan, PlanOf(std::move(bound), &planner));
  statement->plan->parameter_types = statement->parameter_types;
  statement->command = sql::parse::CommandTag(tree);
  statement->writes = statement->plan->writes;
  for (const sql::bind::ColumnInfo& column : statement->plan->columns) {
    statement->columns.push_back(
        {column.name, static_cast<TypeId>(column.type.oid), column.type.modifier});
  }
  statement->image = std::move(image);
  return statement;
}

absl::StatusOr<std::shared_ptr<const CompiledStatement>> Session::Compile(
    std::shared_ptr<const sql::parse::Statement> tree, catalog::ImagePtr image, txn::ReadView* view,
    std::span<const types::Type> declared_types) {
  HELIOS_ASSIGN_OR_RETURN(std::shared_ptr<CompiledStatement> statement,
                          CompileBorrowed(*tree, std::move(image), view, declared_types));
  statement->tree = std::move(tree);
  return std::shared_ptr<const CompiledStatement>(std::move(statement));
}

absl::StatusOr<std::vector<std::string>> Session::Explain(const sql::parse::Statement& tree,
                                                          sql::plan::ExplainOptions options) {
  Clock* const clock = database_->clock();
  const absl::Duration start = clock->Now();
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction_->View());
  HELIOS_ASSIGN_OR_RETURN(catalog::ImagePtr image, ImageFor(&view));
  HELIOS_ASSIGN_OR_RETURN(const std::shared_ptr<CompiledStatement> statement,
                          CompileBorrowed(tree, std::move(image), &view, {}));
  options.planning_milliseconds = absl::ToDoubleMilliseconds(clock->Now() - start);
  if (!options.analyze) return sql::plan::Explain(*statement->plan, options);
  if (statement->writes) HELIOS_RETURN_IF_ERROR(CheckWritable(statement->command));
  HELIOS_RETURN_IF_ERROR(LockTables(*statement).status());
  sql::plan::Instrument(statement->plan.get());
  const absl::Duration run_start = clock->Now();
  HELIOS_ASSIGN_OR_RETURN(const ResultPtr result, RunCompiled(statement, std::move(view), {}));
  while (result->Next()) {
  }
  HELIOS_RETURN_IF_ERROR(result->status());
  options.execution_milliseconds = absl::ToDoubleMilliseconds(clock->Now() - run_start);
  return sql::plan::Explain(*statement->plan, options);
}

std::unique_ptr<sql::execute::ForeignKeys> Session::MakeForeignKeys(
    const CompiledStatement& statement, ResultState::Stream* stream) {
  const catalog::CatalogImage& image = *statement.image;
  auto rules = [this, &image, stream](
                   const catalog::Table& table) -> absl::StatusOr<const sql::bind::TableRules*> {
    HELIOS_ASSIGN_OR_RETURN(sql::bind::TableRules bound,
                            sql::bind::BindTableRules(table, MakeBindContext(image)));
    stream->rules.push_back(
        std::make_unique<sql::bind::TableRules>(sql::plan::RewriteRules(bound)));
    return stream->rules.back().get();
  };
  auto defaults = [this, &image, stream](const catalog::Table& table,
                                         int column) -> absl::StatusOr<types::Value> {
    HELIOS_ASSIGN_OR_RETURN(const sql::bind::ExpressionPtr expression,
                            sql::bind::BindDefault(table, column, MakeBindContext(image)));
    if (expression == nullptr) return types::Value::Null(table.columns[column].type);
    HELIOS_ASSIGN_OR_RETURN(const sql::execute::EvaluatorPtr evaluator,
                            sql::execute::CompileExpression(*expression));
    sql::execute::ExecContext context;
    context.functions = stream->functions.get();
    return sql::execute::EvaluateConstant(context, evaluator.get());
  };
  return std::make_unique<sql::execute::ForeignKeys>(image, std::move(rules), std::move(defaults));
}

}  // namespace heliosdb::api
