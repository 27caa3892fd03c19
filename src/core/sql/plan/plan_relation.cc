#include "core/sql/plan/plan_relation.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/catalog/system_view.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/make_node.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Relation;

// PostgreSQL's guesses.
constexpr double kFunctionRows = 1000;
constexpr double kSystemViewRows = 100;

class SourcePlanner {
 public:
  SourcePlanner(Planner* planner, PlannerScope* scope, Relation* relation, int number)
      : planner_(*planner), scope_(*scope), relation_(*relation), number_(number) {}

  absl::StatusOr<FromPart> Plan(const ColumnSet& needed) {
    switch (relation_.kind) {
      case Relation::Kind::kSubquery:
        HELIOS_RETURN_IF_ERROR(PlanQuery());
        break;
      case Relation::Kind::kCommonTable: {
        HELIOS_ASSIGN_OR_RETURN(
            part_.node, planner_.PlanCommonTableReference(relation_, &scope_, &part_.parameters));
        break;
      }
      case Relation::Kind::kValues:
        HELIOS_RETURN_IF_ERROR(PlanValues());
        break;
      case Relation::Kind::kFunction:
        HELIOS_RETURN_IF_ERROR(PlanFunction());
        break;
      case Relation::Kind::kSystemView:
        PlanSystemView(needed);
        return std::move(part_);
      case Relation::Kind::kTable:
      case Relation::Kind::kJoinUsing:
        return Internal("relation {} gives no rows of its own", relation_.alias);
    }
    for (size_t i = 0; i < part_.node->outputs.size(); ++i)
      part_.map.columns[{number_, static_cast<int>(i)}] = static_cast<int>(i);
    return std::move(part_);
  }

 private:
  absl::Status PlanQuery() {
    PlannerScope inner(&planner_, &scope_);
    HELIOS_ASSIGN_OR_RETURN(part_.node, planner_.PlanQuery(relation_.query.get(), &inner));
    return scope_.TakeRequests(&inner, &part_.parameters);
  }

  absl::Status PlanValues() {
    std::vector<std::vector<ExpressionPtr>> rows;
    for (auto& row : relation_.rows) {
      std::vector<ExpressionPtr>& values = rows.emplace_back();
      for (bind::ExpressionPtr& value : row) {
        if (value->kind == bind::ExpressionKind::kConstant) {
          values.push_back(std::move(value));
        } else {
          HELIOS_ASSIGN_OR_RETURN(values.emplace_back(),
                                  scope_.Rewrite(*value, {}, &part_.parameters));
        }
      }
    }
    std::vector<types::Type> outputs;
    for (const bind::ColumnInfo& column : relation_.columns) outputs.push_back(column.type);
    part_.node = MakeValues(std::move(rows), std::move(outputs));
    return absl::OkStatus();
  }

  absl::Status PlanFunction() {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr call,
                            scope_.Rewrite(*relation_.function, {}, &part_.parameters));
    if (call->kind != bind::ExpressionKind::kCall) return PlanOneValue(std::move(call));
    auto node = std::make_unique<FunctionScanNode>();
    node->outputs.push_back(call->type);
    if (relation_.with_ordinality) node->outputs.push_back({types::TypeOid::kInt8});
    node->alias = relation_.alias;
    node->with_ordinality = relation_.with_ordinality;
    node->rows = call->function->set != nullptr ? kFunctionRows : 1;
    node->total_cost = node->rows * kCpuTupleCost;
    node->call = std::move(call);
    SetTypicalWidth(node.get());
    part_.node = std::move(node);
    return absl::OkStatus();
  }

  // FROM current_date and its like: an expression that is no call.
  absl::Status PlanOneValue(ExpressionPtr value) {
    std::vector<types::Type> outputs{value->type};
    std::vector<std::vector<ExpressionPtr>> rows(1);
    rows[0].push_back(std::move(value));
    if (relation_.with_ordinality) {
      auto one = std::make_unique<bind::Expression>();
      one->type = {types::TypeOid::kInt8};
      one->value = types::Value::Int8(1);
      outputs.push_back(one->type);
      rows[0].push_back(std::move(one));
    }
    part_.node = MakeValues(std::move(rows), std::move(outputs));
    return absl::OkStatus();
  }

  void PlanSystemView(const ColumnSet& needed) {
    auto node = std::make_unique<SystemViewScanNode>();
    node->view = relation_.system_view;
    node->alias = relation_.alias;
    for (const ColumnRef& column : needed) {
      if (column.relation != number_) continue;
      part_.map.columns[column] = static_cast<int>(node->columns.size());
      node->columns.push_back(column.column);
      node->outputs.push_back(relation_.system_view->columns()[column.column].type);
    }
    node->rows = kSystemViewRows;
    node->total_cost = node->rows * kCpuTupleCost;
    SetTypicalWidth(node.get());
    part_.node = std::move(node);
  }

  Planner& planner_;
  PlannerScope& scope_;
  Relation& relation_;
  const int number_;
  FromPart part_;
};

}  // namespace

absl::StatusOr<FromPart> PlanSource(Planner* planner, PlannerScope* scope, Relation* relation,
                                    int number, const ColumnSet& needed) {
  return SourcePlanner(planner, scope, relation, number).Plan(needed);
}

absl::StatusOr<FromPart> FilterPart(PlannerScope* scope, FromPart part,
                                    const std::vector<Conjunct>& conjuncts, double selectivity) {
  std::vector<ExpressionPtr> rewritten;
  for (const Conjunct& conjunct : conjuncts) {
    HELIOS_ASSIGN_OR_RETURN(rewritten.emplace_back(),
                            scope->Rewrite(*conjunct.expression, part.map, &part.parameters));
  }
  part.node = MakeFilter(std::move(part.node), std::move(rewritten), selectivity);
  return part;
}

}  // namespace heliosdb::sql::plan
