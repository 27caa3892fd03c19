// Plans of statements over a small catalogue, as EXPLAIN (COSTS OFF) shows them.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/sql/plan/test_planner.h"

namespace heliosdb::sql::plan {
namespace {

class PlanTest : public PlanFixture {
 protected:
  PlanTest() : PlanFixture(FixedRows({{"t", 10'000}, {"u", 100'000}})) {}
};

TEST_F(PlanTest, ReadsATableWhole) {
  EXPECT_EQ(Explained("select * from t"), R"(
Seq Scan on t
)");
  EXPECT_EQ(Explained("select b from t x where c > 1.5 and b <> 'q'"), R"(
Seq Scan on t x
  Filter: ((c > 1.5) AND (b <> 'q'::text))
)");
}

TEST_F(PlanTest, ReadsAKeyRange) {
  EXPECT_EQ(Explained("select * from t where a = 5"), R"(
Index Scan using t_pkey on t
  Index Cond: (a = 5)
)");
  EXPECT_EQ(Explained("select * from t where a between 5 and 8 and b = 'x'"), R"(
Index Scan using t_pkey on t
  Index Cond: ((a >= 5) AND (a <= 8))
  Filter: (b = 'x'::text)
)");
  EXPECT_EQ(Explained("select * from t where a in (1, 2, 3)"), R"(
Index Scan using t_pkey on t
  Index Cond: (a = ANY ('{1,2,3}'::integer[]))
)");
  EXPECT_EQ(Explained("select * from t where a = 1 or a = 7"), R"(
Index Scan using t_pkey on t
  Index Cond: (a = ANY ('{1,7}'::integer[]))
)");
}

TEST_F(PlanTest, ReadsThroughAnIndex) {
  EXPECT_EQ(Explained("select * from u where x = 7"), R"(
Index Scan using u_x_key on u
  Index Cond: (x = '7'::bigint)
)");
  EXPECT_EQ(Explained("select x from u where x = $1"), R"(
Index Only Scan using u_x_key on u
  Index Cond: (x = $1)
)");
}

TEST_F(PlanTest, TakesTheOrderOfAKey) {
  EXPECT_EQ(Explained("select * from t order by a limit 5"), R"(
Limit
  ->  Seq Scan on t
)");
  EXPECT_EQ(Explained("select * from t order by a desc limit 5"), R"(
Limit
  ->  Index Scan Backward using t_pkey on t
)");
  EXPECT_EQ(Explained("select * from t order by b desc, a limit 5"), R"(
Limit
  ->  Sort
        Sort Key: b DESC, a
        ->  Seq Scan on t
)");
}

TEST_F(PlanTest, JoinsByHashAndByIndex) {
  EXPECT_EQ(Explained("select * from t join u on t.a = u.a"), R"(
Hash Join
  Hash Cond: (u.a = t.a)
  ->  Seq Scan on u
  ->  Hash
        ->  Seq Scan on t
)");
  EXPECT_EQ(Explained("select * from e join t on t.a = e.id where e.k = 'x'"), R"(
Nested Loop
  ->  Seq Scan on e
        Filter: (k = 'x'::text)
  ->  Index Scan using t_pkey on t
        Index Cond: (a = e.id)
)");
}

TEST_F(PlanTest, HashesTheSideWhoseKeysRepeatLess) {
  catalog::ColumnStatistics repeated;
  repeated.distinct = 100;
  catalog::ColumnStatistics different;
  different.distinct = -1;
  Know("u", 0, repeated);
  Know("u", 1, different);
  const std::string_view by_x = R"(
Hash Join
  Hash Cond: ((v.a)::bigint = w.x)
  ->  Seq Scan on u v
  ->  Hash
        ->  Seq Scan on u w
)";
  EXPECT_EQ(Explained("select * from u v, u w where v.a = w.x"), by_x);
  EXPECT_EQ(Explained("select * from u w, u v where v.a = w.x"), by_x);
}

TEST_F(PlanTest, MakesOuterJoinsInnerWhereNullsAreRejected) {
  EXPECT_EQ(Explained("select * from u left join t on t.a = u.a where t.b = 'x'"), R"(
Hash Join
  Hash Cond: (u.a = t.a)
  ->  Seq Scan on u
  ->  Hash
        ->  Seq Scan on t
              Filter: (b = 'x'::text)
)");
  EXPECT_EQ(Explained("select * from u left join t on t.a = u.a where t.b is null"), R"(
Hash Left Join
  Hash Cond: (u.a = t.a)
  Filter: (t.b IS NULL)
  ->  Seq Scan on u
  ->  Hash
        ->  Seq Scan on t
)");
}

TEST_F(PlanTest, CarriesConstantsOverEqualities) {
  EXPECT_EQ(Explained("select * from t, u where t.a = u.a and t.a = 5"), R"(
Nested Loop
  ->  Index Scan using t_pkey on t
        Index Cond: (a = 5)
  ->  Seq Scan on u
        Filter: (a = 5)
)");
}

TEST_F(PlanTest, JoinsWhatSubqueriesAsk) {
  EXPECT_EQ(Explained("select * from t where a in (select a from u)"), R"(
Hash Semi Join
  Hash Cond: (t.a = u.a)
  ->  Seq Scan on t
  ->  Hash
        ->  Seq Scan on u
)");
  EXPECT_EQ(Explained("select * from u where not exists (select 1 from t where t.a = u.a)"), R"(
Hash Anti Join
  Hash Cond: (u.a = t.a)
  ->  Seq Scan on u
  ->  Hash
        ->  Seq Scan on t
)");
  EXPECT_EQ(Explained("select * from t where a > (select min(id) from e)"), R"(
Index Scan using t_pkey on t
  Index Cond: (a > $0)
  InitPlan 1 (returns $0)
    ->  Aggregate
          ->  Seq Scan on e
)");
  EXPECT_EQ(Explained("select (select count(*) from u where u.a = t.a) from t"), R"(
Seq Scan on t
  SubPlan 1
    ->  Aggregate
          ->  Seq Scan on u
                Filter: (a = t.a)
)");
}

TEST_F(PlanTest, LooksUpTheFewValuesOfIn) {
  EXPECT_EQ(Explained("delete from t where a in (select id from e)"), R"(
Delete on t
  ->  Nested Loop
        ->  HashAggregate
              Group Key: e.id
              ->  Seq Scan on e
        ->  Index Scan using t_pkey on t
              Index Cond: (a = e.id)
)");
}

TEST_F(PlanTest, FindsLeastAndGreatestAtTheEndsOfAKey) {
  EXPECT_EQ(Explained("select max(a), min(a) from t"), R"(
Result
  InitPlan 1 (returns $0)
    ->  Limit
          ->  Index Scan Backward using t_pkey on t
  InitPlan 2 (returns $1)
    ->  Limit
          ->  Seq Scan on t
)");
  EXPECT_EQ(Explained("select max(b) from t"), R"(
Aggregate
  ->  Seq Scan on t
)");
}

TEST_F(PlanTest, AsksConstantConditionsOnce) {
  EXPECT_EQ(Explained("select * from t where $1 = 5"), R"(
Result
  One-Time Filter: ($1 = 5)
  ->  Seq Scan on t
)");
}

TEST_F(PlanTest, PullsUpViewsAndPushesConditionsDown) {
  EXPECT_EQ(Explained("select b from v where a = 3"), R"(
Index Scan using t_pkey on t
  Index Cond: (a = 3)
)");
  EXPECT_EQ(
      Explained("select * from (select a, count(*) c from u group by a) s where a = 3 and c > 1"),
      R"(
GroupAggregate
  Group Key: a
  Filter: (count(*) > 1)
  ->  Seq Scan on u
        Filter: (a = 3)
)");
}

TEST_F(PlanTest, Groups) {
  EXPECT_EQ(Explained("select a, sum(x) from u group by a having sum(x) > 5 order by 2"), R"(
Sort
  Sort Key: (sum(x))
  ->  HashAggregate
        Group Key: a
        Filter: (sum(x) > '5'::numeric)
        ->  Seq Scan on u
)");
}

TEST_F(PlanTest, GroupsInTheOrderOfAKey) {
  EXPECT_EQ(Explained("select a, count(*) from t group by a"), R"(
GroupAggregate
  Group Key: a
  ->  Seq Scan on t
)");
  // Whatever the order of the keys, and where the primary key decides the rest.
  EXPECT_EQ(Explained("select b, a, count(distinct c) from t group by b, a order by a desc"), R"(
GroupAggregate
  Group Key: b, a
  ->  Index Scan Backward using t_pkey on t
)");
  EXPECT_EQ(Explained("select x, count(*) from u group by x order by x"), R"(
GroupAggregate
  Group Key: x
  ->  Index Only Scan using u_x_key on u
)");
  EXPECT_EQ(Explained("select b, count(*) from t group by b"), R"(
HashAggregate
  Group Key: b
  ->  Seq Scan on t
)");
}

TEST_F(PlanTest, SortsBeforeGroupingWhereThatCostsLess) {
  // As many groups as rows: the sort that ORDER BY asks for is done either way.
  EXPECT_EQ(Explained("select x, y, count(*) from u group by x, y order by y, x"), R"(
GroupAggregate
  Group Key: x, y
  ->  Sort
        Sort Key: y, x
        ->  Seq Scan on u
)");
  EXPECT_EQ(Explained("select b, count(*) from t group by b order by b"), R"(
Sort
  Sort Key: b
  ->  HashAggregate
        Group Key: b
        ->  Seq Scan on t
)");
}

TEST_F(PlanTest, CombinesQueries) {
  EXPECT_EQ(Explained("select a from t union all select a from u"), R"(
Append
  ->  Seq Scan on t
  ->  Seq Scan on u
)");
  EXPECT_EQ(Explained("select a from t except select a from u"), R"(
HashSetOp Except
  ->  Seq Scan on t
  ->  Seq Scan on u
)");
  EXPECT_EQ(Explained("with recursive r(n) as (select 1 union all select n + 1 from r where n < 5)"
                      " select * from r"),
            R"(
CTE Scan on r
  CTE r
    ->  Recursive Union
          ->  Result
          ->  WorkTable Scan on r
                Filter: (n < 5)
)");
}

TEST_F(PlanTest, ChangesRows) {
  EXPECT_EQ(Explained("insert into e(k) values ('x') on conflict do nothing"), R"(
Insert on e
  Conflict Resolution: NOTHING
  ->  Result
)");
  EXPECT_EQ(Explained("update t set b = 'y' where a = 5"), R"(
Update on t
  ->  Index Scan using t_pkey on t
        Index Cond: (a = 5)
)");
  EXPECT_EQ(Explained("delete from u using t where t.a = u.a and t.b = 'x'"), R"(
Delete on u
  ->  Hash Join
        Hash Cond: (u.a = t.a)
        ->  Seq Scan on u
        ->  Hash
              ->  Seq Scan on t
                    Filter: (b = 'x'::text)
)");
}

TEST_F(PlanTest, ReturnsColumnsOfSubqueriesThatArePulledUp) {
  EXPECT_EQ(Explained("update t set b = s.k from (select id, k from e) s where s.id = t.a "
                      "returning s.k, t.b"),
            R"(
Update on t
  ->  Nested Loop
        ->  Seq Scan on e
        ->  Index Scan using t_pkey on t
              Index Cond: (a = e.id)
)");
}

TEST_F(PlanTest, RefusesToLockWhatMayBeMissing) {
  EXPECT_EQ(Explained("select * from t left join u on t.a = u.a for update"),
            "FOR UPDATE cannot be applied to the nullable side of an outer join");
}

TEST_F(PlanTest, ReadsNoMoreThanALimitAsks) {
  EXPECT_EQ(Explained("select * from u join t on t.a = u.a limit 5"), R"(
Limit
  ->  Nested Loop
        ->  Seq Scan on u
        ->  Index Scan using t_pkey on t
              Index Cond: (a = u.a)
)");
}

TEST_F(PlanTest, WritesJson) {
  const absl::StatusOr<std::unique_ptr<Plan>> plan = Make("select b from t where a = 5");
  ASSERT_TRUE(plan.ok());
  ExplainOptions options;
  options.costs = false;
  options.format = ExplainFormat::kJson;
  const std::string expected =
      "[\n"
      "  {\n"
      "    \"Plan\": {\n"
      "      \"Node Type\": \"Index Scan\",\n"
      "      \"Parallel Aware\": false,\n"
      "      \"Async Capable\": false,\n"
      "      \"Scan Direction\": \"Forward\",\n"
      "      \"Index Name\": \"t_pkey\",\n"
      "      \"Relation Name\": \"t\",\n"
      "      \"Alias\": \"t\",\n"
      "      \"Index Cond\": \"(a = 5)\"\n"
      "    }\n"
      "  }\n"
      "]";
  EXPECT_EQ(Explain(**plan, options), std::vector<std::string>{expected});
}

TEST_F(PlanTest, LocksRows) {
  EXPECT_EQ(Explained("select * from t where a = 5 for update"), R"(
LockRows
  ->  Index Scan using t_pkey on t
        Index Cond: (a = 5)
)");
  EXPECT_EQ(Explained("select b from t order by b limit 1 for update skip locked"), R"(
Limit
  ->  LockRows
        ->  Sort
              Sort Key: b
              ->  Seq Scan on t
)");
}

TEST_F(PlanTest, PlansLateralItems) {
  EXPECT_EQ(Explained("select * from e, lateral (select * from t where t.a = e.id limit 1) s"), R"(
Nested Loop
  ->  Seq Scan on e
  ->  Limit
        ->  Index Scan using t_pkey on t
              Index Cond: (a = e.id)
)");
  EXPECT_EQ(Explained("select * from e, generate_series(1, e.id) g"), R"(
Nested Loop
  ->  Seq Scan on e
  ->  Function Scan on generate_series g
)");
}

}  // namespace
}  // namespace heliosdb::sql::plan
