#include "core/sql/bind/bind.h"

#include <string>

#include "gtest/gtest.h"

#include "core/sql/bind/test_image.h"

namespace heliosdb::sql::bind {
namespace {

using types::TypeOid;

TEST(Bind, InfersParameterTypes) {
  const TestImage image;
  const auto bound = image.Bind("select $1 + a from t where b = $2 and c > $3 limit $4");
  ASSERT_TRUE(bound.ok()) << bound.status();
  const std::vector<types::Type> expected = {
      {TypeOid::kInt4}, {TypeOid::kText}, {TypeOid::kNumeric}, {TypeOid::kInt8}};
  EXPECT_EQ(bound->parameter_types, expected);
}

TEST(Bind, TakesDeclaredParameterTypes) {
  const TestImage image;
  const std::vector<types::Type> declared = {{TypeOid::kInt8}};
  const auto bound = image.Bind("select $1 + a from t", declared);
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_EQ(bound->parameter_types, declared);
  EXPECT_EQ(TestImage::ErrorText(image.Bind("select 1 where $2 = 1").status()),
            "42P18 could not determine data type of parameter $1");
}

TEST(Bind, ListsTheTablesToLock) {
  const TestImage image;
  const auto bound = image.Bind("update t set a = 1 from v where v.a = t.a");
  ASSERT_TRUE(bound.ok()) << bound.status();
  ASSERT_EQ(bound->tables.size(), 1u);
  EXPECT_EQ(bound->tables[0].mode, txn::TableLockMode::kRowExclusive);
  const auto locked = image.Bind("select * from u, t for share of u");
  ASSERT_TRUE(locked.ok()) << locked.status();
  ASSERT_EQ(locked->tables.size(), 2u);
  EXPECT_EQ(locked->tables[0].mode, txn::TableLockMode::kRowShare);
  EXPECT_EQ(locked->tables[1].mode, txn::TableLockMode::kAccessShare);
}

TEST(Bind, KnowsWhatDependsOnTheSession) {
  const TestImage image;
  EXPECT_TRUE(image.Bind("select timestamptz '2020-01-01'")->depends_on_session);
  EXPECT_TRUE(image.Bind("select date 'today'")->depends_on_session);
  EXPECT_FALSE(image.Bind("select date '2020-01-01'")->depends_on_session);
}

TEST(Bind, InsertKeepsRulesAndDefaults) {
  const TestImage image;
  const auto bound = image.Bind("insert into e default values returning id + 1");
  ASSERT_TRUE(bound.ok()) << bound.status();
  const Insert& insert = *std::get<std::unique_ptr<Insert>>(bound->statement);
  EXPECT_TRUE(insert.source_columns.empty());
  EXPECT_EQ(ExpressionDebugText(*insert.defaults[0]), "cast(nextval(20000:regclass) as integer)");
  EXPECT_EQ(ExpressionDebugText(*insert.defaults[1]), "none:text");
  ASSERT_EQ(insert.rules.checks.size(), 1u);
  EXPECT_EQ(ExpressionDebugText(*insert.rules.checks[0].expression), "int4gt(#0.0, 0:integer)");
  EXPECT_EQ(ExpressionDebugText(*insert.returning[0].expression), "int4pl(#0.0, 1:integer)");
}

TEST(Bind, OnConflictSeesBothRows) {
  const TestImage image;
  const auto bound = image.Bind(
      "insert into u(a, x) values (1, 2) on conflict (x) do update set a = excluded.a + u.a "
      "where excluded.y is null");
  ASSERT_TRUE(bound.ok()) << bound.status();
  const Insert& insert = *std::get<std::unique_ptr<Insert>>(bound->statement);
  ASSERT_TRUE(insert.on_conflict.has_value());
  EXPECT_EQ(insert.on_conflict->indexes.size(), 1u);
  EXPECT_FALSE(insert.on_conflict->primary_key);
  EXPECT_EQ(ExpressionDebugText(*insert.on_conflict->assignments[0].second), "int4pl(#1.0, #0.0)");
  EXPECT_EQ(ExpressionDebugText(*insert.on_conflict->where), "(#1.2 is null)");
}

TEST(Bind, ClonesAreTheSame) {
  const TestImage image;
  const auto bound = image.Bind(
      "with w as materialized (select a from t) select count(*), b from t left join w using (a) "
      "where exists (select 1 from u where u.a = t.a) group by b having count(*) > 1 "
      "order by 2 limit 3");
  ASSERT_TRUE(bound.ok()) << bound.status();
  const Query& query = *std::get<std::unique_ptr<Query>>(bound->statement);
  const std::unique_ptr<Query> copy = CloneQuery(query);
  EXPECT_EQ(QueryDebugText(*copy), QueryDebugText(query));
  EXPECT_TRUE(SameQuery(*copy, query));
  copy->having.reset();
  EXPECT_FALSE(SameQuery(*copy, query));
}

TEST(Bind, StoredExpressionsSeeTheTable) {
  const TestImage image;
  const std::vector<std::string> path = {"public"};
  const catalog::Table& table = *image.context().image->FindRelation(path, "", "u").table;
  const auto bound = BindStoredExpression("a + x > 3", table, image.context());
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_EQ(ExpressionDebugText(**bound), "int84gt(int48pl(#0.0, #0.1), 3:integer)");
  EXPECT_FALSE(BindStoredExpression("a +", table, image.context()).ok());
}

}  // namespace
}  // namespace heliosdb::sql::bind
