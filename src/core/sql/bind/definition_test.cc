#include "core/sql/bind/definition.h"

#include <string>

#include "gtest/gtest.h"

#include "core/sql/bind/test_image.h"

namespace heliosdb::sql::bind {
namespace {

class DefinitionTest : public testing::Test {
 protected:
  const catalog::Table& TableNamed(std::string_view name) const {
    const std::vector<std::string> path = {"public"};
    return *image_.context().image->FindRelation(path, "", name).table;
  }
  std::string View(std::string_view sql) const {
    const auto parsed = parse::ParseStatement(sql);
    if (!parsed.ok()) return TestImage::ErrorText(parsed.status());
    const auto view = DefineView((*parsed)->As<parse::SelectStatement>(), image_.context());
    return view.ok() ? view->text : TestImage::ErrorText(view.status());
  }
  std::string Renamed(std::string_view definition, Rename rename) const {
    catalog::View view;
    view.name = "q";
    view.definition = View(definition);
    const auto text = RenameInView(view, rename, image_.context());
    return text.ok() ? *text : TestImage::ErrorText(text.status());
  }

  TestImage image_;
};

TEST_F(DefinitionTest, ViewsAreQualifiedAndExpanded) {
  EXPECT_EQ(View("select * from t"), "SELECT t.a, t.b, t.c, t.d FROM public.t");
  EXPECT_EQ(View("select x.*, 1 as one from t x join u using (a)"),
            "SELECT x.a, x.b, x.c, x.d, 1 AS one FROM (public.t AS x JOIN public.u USING (a))");
  EXPECT_EQ(View("select * from t full join u using (a)"),
            "SELECT a, t.b, t.c, t.d, u.x, u.y FROM (public.t FULL JOIN public.u USING (a))");
  EXPECT_EQ(View("with w as (select * from u) select * from w, v"),
            "WITH w AS (SELECT u.a, u.x, u.y FROM public.u) SELECT w.a, w.x, w.y, v.a, v.b FROM w, "
            "public.v");
  EXPECT_EQ(View("select nope from t"), "42703 column \"nope\" does not exist @8");
  EXPECT_EQ(View("select $1 + 1"), "42P02 there is no parameter $1");
}

TEST_F(DefinitionTest, ViewsKnowWhatTheyReferTo) {
  const auto parsed = parse::ParseStatement("select a, nextval('s') from t where b = 'x'");
  const auto view = DefineView((*parsed)->As<parse::SelectStatement>(), image_.context());
  ASSERT_TRUE(view.ok()) << view.status();
  const catalog::Oid t = TableNamed("t").oid;
  const std::vector<catalog::Reference> expected = {{t, -1}, {t, 0}, {t, 1}, {20000, -1}};
  EXPECT_EQ(view->references, expected);
  EXPECT_NE(view->text.find("'20000'"), std::string::npos) << view->text;
  ASSERT_EQ(view->columns.size(), 2u);
  EXPECT_EQ(view->columns[1].name, "nextval");
}

TEST_F(DefinitionTest, ViewsNameEveryColumnsItem) {
  EXPECT_EQ(View("select a, x.b from t as x where c > 1 order by d"),
            "SELECT x.a, x.b FROM public.t AS x WHERE (x.c > 1) ORDER BY x.d");
  EXPECT_EQ(View("select public.t.a from public.t"), "SELECT t.a FROM public.t");
  // An outer column that an inner table might get later, and one that an inner item hides.
  EXPECT_EQ(View("select (select max(y) from u where x > d::int8) from t"),
            "SELECT (SELECT max(u.y) FROM public.u WHERE (u.x > (t.d)::int8)) FROM public.t");
  EXPECT_EQ(View("select (select c from u as t) from t"),
            "SELECT (SELECT c FROM public.u AS t) FROM public.t");
  // A merged column has no item, but for the side that it is.
  EXPECT_EQ(View("select a from t join u using (a)"),
            "SELECT t.a FROM (public.t JOIN public.u USING (a))");
  EXPECT_EQ(View("select a from t full join u using (a)"),
            "SELECT a FROM (public.t FULL JOIN public.u USING (a))");
}

TEST_F(DefinitionTest, ViewsDoNotChangeWithLaterColumns) {
  EXPECT_EQ(View("select t.b from t natural join u"),
            "SELECT t.b FROM (public.t JOIN public.u USING (a))");
  EXPECT_EQ(View("select 1 as one from e natural left join u"),
            "SELECT 1 AS one FROM (public.e LEFT JOIN public.u ON TRUE)");
  EXPECT_EQ(View("select a / 2 as half, count(*) from t group by half, b"),
            "SELECT (t.a / 2) AS half, count(*) FROM public.t GROUP BY 1, t.b");
}

TEST_F(DefinitionTest, ViewsFollowRenames) {
  const catalog::Oid t = TableNamed("t").oid;
  EXPECT_EQ(Renamed("select t.a, b from t where t.a > 1", {{t, 0}, "z", ""}),
            "SELECT t.z AS a, t.b FROM public.t WHERE (t.z > 1)");
  EXPECT_EQ(Renamed("select t.a from t", {{t, -1}, "tt", ""}), "SELECT t.a FROM public.tt AS t");
  EXPECT_EQ(Renamed("select t.a from t", {{t, -1}, "t", "other"}), "SELECT t.a FROM other.t");
  // Where the name has a meaning of its own, the definition keeps it.
  EXPECT_EQ(Renamed("select b from t join u using (a)", {{t, 0}, "z", ""}),
            "SELECT t.b FROM (public.t AS t (a) JOIN public.u USING (a))");
  EXPECT_EQ(Renamed("select c from t as x (a, b, c)", {{t, 1}, "z", ""}),
            "SELECT x.c FROM public.t AS x (a, b, c)");
  EXPECT_EQ(Renamed("select c from t as x (p)", {{t, 0}, "z", ""}),
            "SELECT x.c FROM public.t AS x (p)");
}

TEST_F(DefinitionTest, AliasListsLoseADroppedColumn) {
  const catalog::Oid t = TableNamed("t").oid;
  catalog::View view;
  view.definition = View("select r from t as x (p, q, r)");
  const auto text = DropInView(view, {t, 1}, image_.context());
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, "SELECT x.r FROM public.t AS x (p, r)");
}

TEST_F(DefinitionTest, ViewsFollowTheirSchema) {
  catalog::View view;
  view.definition = View("select t.a from t join u on true");
  const auto text = RenameSchemaInView(view, catalog::kPublicSchema, "other", image_.context());
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, "SELECT t.a FROM (other.t JOIN other.u ON TRUE)");
}

TEST_F(DefinitionTest, ExpressionsKeepSequencesByOid) {
  const catalog::Table& table = TableNamed("u");
  const auto parsed = parse::ParseExpression("nextval('s') + 1");
  const auto defined = DefineExpression(**parsed, table, image_.context(), Place::kDefault);
  ASSERT_TRUE(defined.ok()) << defined.status();
  EXPECT_EQ(defined->text, "(nextval('20000') + 1)");
  const auto check = parse::ParseExpression("a > 0 and x < 10");
  const auto defined_check = DefineExpression(**check, table, image_.context(), Place::kCheck);
  ASSERT_TRUE(defined_check.ok()) << defined_check.status();
  const std::vector<catalog::Reference> expected = {{table.oid, 0}, {table.oid, 1}};
  EXPECT_EQ(defined_check->references, expected);
  const auto renamed =
      RenameInExpression(defined_check->text, table, {{table.oid, 1}, "w", ""}, image_.context());
  ASSERT_TRUE(renamed.ok()) << renamed.status();
  EXPECT_EQ(*renamed, "((a > 0) AND (w < 10))");
  // Without the table's name, which may change.
  const auto qualified = parse::ParseExpression("u.a > public.u.x");
  const auto bare = DefineExpression(**qualified, table, image_.context(), Place::kCheck);
  ASSERT_TRUE(bare.ok()) << bare.status();
  EXPECT_EQ(bare->text, "(a > x)");
}

TEST_F(DefinitionTest, PlacesRefuseWhatTheyCannotHold) {
  const auto error = [this](std::string_view sql, Place place) {
    const auto parsed = parse::ParseExpression(sql);
    return TestImage::ErrorText(
        DefineExpression(**parsed, TableNamed("u"), image_.context(), place).status());
  };
  EXPECT_EQ(error("(select 1) > 0", Place::kCheck).substr(0, 47),
            "0A000 cannot use subquery in check constraint @");
  EXPECT_EQ(error("a + 1", Place::kDefault).substr(0, 55),
            "0A000 cannot use column reference in DEFAULT expression");
  EXPECT_EQ(error("sum(a)", Place::kIndexExpression).substr(0, 62),
            "42803 aggregate functions are not allowed in index expressions");
}

}  // namespace
}  // namespace heliosdb::sql::bind
