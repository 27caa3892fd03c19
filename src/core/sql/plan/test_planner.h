// Plans over TestImage's catalogue. For tests.
#ifndef HELIOSDB_CORE_SQL_PLAN_TEST_PLANNER_H_
#define HELIOSDB_CORE_SQL_PLAN_TEST_PLANNER_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fmt/format.h"
#include "fmt/ranges.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "core/sql/bind/test_image.h"
#include "core/sql/plan/explain.h"
#include "core/sql/plan/planner.h"

namespace heliosdb::sql::plan {

// What the tables of TestImage hold: t(a key, b text, c numeric, d varchar), u(a, x, y),
// e(id, k text).
class FixedRows final : public RowCountSource {
 public:
  explicit FixedRows(std::map<std::string, double, std::less<>> rows) : rows_(std::move(rows)) {}

  double RowCount(const catalog::Table& table) const override {
    const auto found = rows_.find(table.name);
    return found == rows_.end() ? kOtherRows : found->second;
  }

 private:
  static constexpr double kOtherRows = 50;

  const std::map<std::string, double, std::less<>> rows_;
};

class PlanFixture : public testing::Test {
 protected:
  explicit PlanFixture(FixedRows rows) : rows_(std::move(rows)) {}

  absl::StatusOr<std::unique_ptr<Plan>> Make(std::string_view sql) {
    HELIOS_ASSIGN_OR_RETURN(bind::BoundStatement bound, image_.Bind(sql));
    const Statistics statistics(image_.edit().image(), &rows_);
    Planner planner(image_.edit().image(), statistics, {.work_mem_bytes = work_mem_bytes_});
    auto& statement = bound.statement;
    if (auto* query = std::get_if<std::unique_ptr<bind::Query>>(&statement))
      return planner.PlanSelect(std::move(*query));
    if (auto* insert = std::get_if<std::unique_ptr<bind::Insert>>(&statement))
      return planner.PlanInsert(std::move(**insert));
    if (auto* update = std::get_if<std::unique_ptr<bind::Update>>(&statement))
      return planner.PlanUpdate(std::move(**update));
    return planner.PlanDelete(std::move(*std::get<std::unique_ptr<bind::Delete>>(statement)));
  }

  // The lines of EXPLAIN (COSTS OFF), or the error.
  std::string Explained(std::string_view sql) {
    const absl::StatusOr<std::unique_ptr<Plan>> plan = Make(sql);
    if (!plan.ok()) return std::string(plan.status().message());
    ExplainOptions options;
    options.costs = false;
    return fmt::format("\n{}\n", fmt::join(Explain(**plan, options), "\n"));
  }

  // What ANALYZE found about a column of a table.
  void Know(std::string_view table, int column, catalog::ColumnStatistics known) {
    const catalog::Relation relation =
        image_.edit().image().FindRelation(catalog::kPublicSchema, table);
    auto statistics = std::make_unique<catalog::TableStatistics>();
    const catalog::TableStatistics* const before =
        image_.edit().image().StatisticsOf(relation.oid());
    if (before != nullptr) *statistics = *before;
    statistics->table = relation.oid();
    statistics->rows = rows_.RowCount(*relation.table);
    statistics->columns.resize(relation.table->columns.size());
    statistics->columns[column] = std::move(known);
    image_.edit().PutStatistics(std::move(statistics));
  }

  bind::TestImage image_;
  const FixedRows rows_;
  uint64_t work_mem_bytes_ = uint64_t{64} << 20;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_TEST_PLANNER_H_
