// Estimates from statistics: what EXPLAIN would show as rows.
#include "core/sql/plan/selectivity.h"

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "core/sql/plan/test_planner.h"

namespace heliosdb::sql::plan {
namespace {

using types::Value;

std::vector<Value> Integers(int first, int last, int step) {
  std::vector<Value> values;
  for (int i = first; i <= last; i += step) values.push_back(Value::Int4(i));
  return values;
}

class SelectivityTest : public PlanFixture {
 protected:
  SelectivityTest() : PlanFixture(FixedRows({{"t", 10'000}, {"e", 10'000}, {"u", 100'000}})) {}

  double Rows(std::string_view sql) {
    const absl::StatusOr<std::unique_ptr<Plan>> plan = Make(sql);
    EXPECT_TRUE(plan.ok()) << plan.status();
    return plan.ok() ? (*plan)->root->rows : 0;
  }
};

TEST_F(SelectivityTest, KnowsCommonAndRareValues) {
  catalog::ColumnStatistics known;
  known.null_fraction = 0.1;
  known.distinct = 52;
  known.common_values = {Value::Text("often"), Value::Text("some")};
  known.common_fractions = {0.6, 0.2};
  Know("t", 1, known);
  EXPECT_EQ(Rows("select * from t where b = 'often'"), 6000);
  EXPECT_EQ(Rows("select * from t where b = 'some'"), 2000);
  EXPECT_EQ(Rows("select * from t where b = 'else'"), 20);  // 0.1 among 50 values.
  EXPECT_EQ(Rows("select * from t where b <> 'often'"), 3000);
  EXPECT_EQ(Rows("select * from t where b in ('often', 'else')"), 6020);
  EXPECT_EQ(Rows("select * from t where b is null"), 1000);
  EXPECT_EQ(Rows("select * from t where b is not null"), 9000);
}

TEST_F(SelectivityTest, ReadsHistograms) {
  catalog::ColumnStatistics known;
  known.distinct = -1;
  known.histogram = Integers(0, 1000, 10);
  Know("e", 0, known);
  EXPECT_EQ(Rows("select * from e where id < 100"), 1000);
  EXPECT_EQ(Rows("select * from e where id >= 995"), 50);
  EXPECT_EQ(Rows("select * from e where id between 200 and 300"), 1000);
  EXPECT_EQ(Rows("select * from e where id > 5000"), 1);
}

TEST_F(SelectivityTest, CountsGroups) {
  EXPECT_EQ(Rows("select b from t group by b"), 200);
  catalog::ColumnStatistics known;
  known.distinct = 7;
  Know("t", 1, known);
  EXPECT_EQ(Rows("select b from t group by b"), 7);
  EXPECT_EQ(Rows("select distinct b from t"), 7);
  EXPECT_EQ(Rows("select upper(b) from t group by upper(b)"), 7);
  EXPECT_EQ(Rows("select b is null from t group by b is null"), 2);
  EXPECT_EQ(Rows("select distinct b from (select b from t union all select k from e) s"), 200);
  EXPECT_EQ(Rows("(select a from t union all select id from e) order by 1 limit 5"), 5);
  known.distinct = -0.5;
  Know("t", 2, known);
  // Of two columns together, not all combinations occur.
  EXPECT_EQ(Rows("select b, c from t group by b, c"), 5000);
  known.distinct = 400;
  Know("t", 2, known);
  EXPECT_EQ(Rows("select b, c from t group by b, c"), 1000);
  // Fifty of the rows show fewer of the values.
  EXPECT_EQ(Rows("select c from t where d = 'x' group by c"), 47);
}

TEST_F(SelectivityTest, MatchesCommonValuesOfJoins) {
  catalog::ColumnStatistics skewed;
  skewed.distinct = 1000;
  skewed.common_values = {Value::Text("hot")};
  skewed.common_fractions = {0.5};
  catalog::ColumnStatistics other = skewed;
  other.common_fractions = {0.4};
  Know("t", 1, skewed);
  Know("e", 1, other);
  // Half of one side meets two fifths of the other.
  const double hot = Rows("select * from t join e on t.b = e.k");
  EXPECT_NEAR(hot, 1e8 * (0.2 + 0.5 * 0.6 / 999), 1e5);
  // Common values that the other side lists none of.
  other.common_values = {Value::Text("cold")};
  Know("e", 1, other);
  EXPECT_LT(Rows("select * from t join e on t.b = e.k"), hot / 50);
}

TEST_F(SelectivityTest, KnowsWhoFindsPartners) {
  catalog::ColumnStatistics many;
  many.distinct = 1000;
  catalog::ColumnStatistics few;
  few.distinct = 10;
  Know("u", 0, many);
  Know("e", 0, few);
  // 10,000 rows of ten values: they stand for ten of the thousand.
  EXPECT_EQ(Rows("select * from u where exists (select 1 from e where e.id = u.a)"), 1000);
  EXPECT_EQ(Rows("select * from u where not exists (select 1 from e where e.id = u.a)"), 99'000);
}

TEST_F(SelectivityTest, ChangesTheAccessPath) {
  catalog::ColumnStatistics keys;
  keys.distinct = -1;
  for (int i = 0; i <= 100; ++i) keys.histogram.push_back(Value::Int8(i * 1000));
  Know("u", 1, keys);
  EXPECT_EQ(Explained("select * from u where x < 100"), R"(
Index Scan using u_x_key on u
  Index Cond: (x < '100'::bigint)
)");
  EXPECT_EQ(Explained("select * from u where x > 100"), R"(
Seq Scan on u
  Filter: (x > 100)
)");
}

TEST_F(SelectivityTest, ChangesTheJoinMethod) {
  catalog::ColumnStatistics skewed;
  skewed.distinct = 1000;
  skewed.common_values = {Value::Text("hot")};
  skewed.common_fractions = {0.9};
  Know("e", 1, skewed);
  EXPECT_EQ(Explained("select * from e join t on t.a = e.id where e.k = 'rare'"), R"(
Nested Loop
  ->  Seq Scan on e
        Filter: (k = 'rare'::text)
  ->  Index Scan using t_pkey on t
        Index Cond: (a = e.id)
)");
  EXPECT_EQ(Explained("select * from e join t on t.a = e.id where e.k = 'hot'"), R"(
Hash Join
  Hash Cond: (t.a = e.id)
  ->  Seq Scan on t
  ->  Hash
        ->  Seq Scan on e
              Filter: (k = 'hot'::text)
)");
}

TEST_F(SelectivityTest, ChangesTheJoinOrder) {
  catalog::ColumnStatistics skewed;
  skewed.distinct = 5001;
  skewed.common_values = {Value::Integer({types::TypeOid::kDate}, 7305)};
  skewed.common_fractions = {0.6};
  catalog::ColumnStatistics kinds;
  kinds.distinct = 20;
  catalog::ColumnStatistics keys;
  keys.distinct = 10'000;
  Know("u", 2, skewed);
  Know("u", 0, keys);
  Know("e", 1, kinds);
  Know("e", 0, keys);
  // 500 rows of e; 8 rows of u, or 60,000.
  EXPECT_EQ(
      Explained("select * from u join e on e.id = u.a where e.k = 'x' and u.y = '2020-01-02'"),
      R"(
Hash Join
  Hash Cond: (e.id = u.a)
  ->  Seq Scan on e
        Filter: (k = 'x'::text)
  ->  Hash
        ->  Seq Scan on u
              Filter: (y = '2020-01-02'::date)
)");
  EXPECT_EQ(
      Explained("select * from u join e on e.id = u.a where e.k = 'x' and u.y = '2020-01-01'"),
      R"(
Hash Join
  Hash Cond: (u.a = e.id)
  ->  Seq Scan on u
        Filter: (y = '2020-01-01'::date)
  ->  Hash
        ->  Seq Scan on e
              Filter: (k = 'x'::text)
)");
}

}  // namespace
}  // namespace heliosdb::sql::plan
