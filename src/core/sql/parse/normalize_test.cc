#include "core/sql/parse/normalize.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string TextOf(std::string_view sql) { return std::string(Normalize(sql).text()); }

void ExpectUnchanged(std::string_view sql) {
  const NormalizedStatement normalized = Normalize(sql);
  EXPECT_EQ(normalized.text(), sql);
  EXPECT_EQ(normalized.key(), sql);
  EXPECT_THAT(normalized.literals(), IsEmpty());
}

TEST(Normalize, ReplacesValuesByParameters) {
  EXPECT_EQ(TextOf("SELECT name FROM users WHERE id = 42"), "SELECT name FROM users WHERE id = $1");
  EXPECT_EQ(TextOf("UPDATE t SET a = a + 1, b='x' WHERE c IN (1, -2) LIMIT 5;"),
            "UPDATE t SET a = a + $1, b=$2 WHERE c IN ($3, $4) LIMIT $5;");
  EXPECT_EQ(TextOf("INSERT INTO t VALUES (1, 'a', 2.5), (99999999999, 'it''s', DEFAULT)"),
            "INSERT INTO t VALUES ($1, $2, $3), ($4, $5, DEFAULT)");
  EXPECT_EQ(
      TextOf("WITH x AS MATERIALIZED (SELECT 1 FROM t WHERE a = 1) SELECT FROM x WHERE b = 2"),
      "WITH x AS MATERIALIZED (SELECT 1 FROM t WHERE a = $1) SELECT FROM x WHERE b = $2");
  EXPECT_EQ(TextOf("WITH x AS (SELECT 1 FROM t WHERE a = 1) DELETE FROM x WHERE b > 'z'"),
            "WITH x AS (SELECT 1 FROM t WHERE a = $1) DELETE FROM x WHERE b > $2");
}

TEST(Normalize, GivesTypesValuesAndPositions) {
  const NormalizedStatement normalized =
      Normalize("SELECT a FROM t WHERE b = 'ä''x' AND c = -7 AND d = 3000000000 AND e = 1.50");
  ASSERT_THAT(normalized.literals(), SizeIs(4));
  EXPECT_EQ(normalized.literals()[0].type, LiteralType::kUnknown);
  EXPECT_EQ(normalized.literals()[0].text, "ä'x");
  EXPECT_EQ(normalized.literals()[0].position, 27);
  EXPECT_EQ(normalized.literals()[1].type, LiteralType::kInt4);
  EXPECT_EQ(normalized.literals()[1].integer, -7);
  EXPECT_EQ(normalized.literals()[1].position, 42);
  EXPECT_EQ(normalized.literals()[2].type, LiteralType::kInt8);
  EXPECT_EQ(normalized.literals()[2].integer, 3000000000);
  EXPECT_EQ(normalized.literals()[3].type, LiteralType::kNumeric);
  EXPECT_EQ(normalized.literals()[3].text, "1.50");
}

TEST(Normalize, KeysTellTypesApart) {
  EXPECT_EQ(Normalize("SELECT a FROM t WHERE b = 1").key(),
            Normalize("SELECT a FROM t WHERE b = 200").key());
  EXPECT_NE(Normalize("SELECT a FROM t WHERE b = 1").key(),
            Normalize("SELECT a FROM t WHERE b = 3000000000").key());
  EXPECT_NE(Normalize("SELECT a FROM t WHERE b = 1").key(),
            Normalize("SELECT a FROM t WHERE b = '1'").key());
  EXPECT_NE(Normalize("SELECT a FROM t WHERE b = 1").key(),
            Normalize("SELECT a FROM t WHERE b = $1").key());
}

TEST(Normalize, KeepsLiteralsThatAreNoValues) {
  for (const std::string_view sql : {
           "SELECT a, 1, 'x' FROM t GROUP BY 1, a + 1 HAVING count(*) > 1 ORDER BY 1, a + 2",
           "SELECT DISTINCT ON (a + 1) a FROM t",
           "SELECT sum(a) FILTER (WHERE b = 1) OVER (ORDER BY c ROWS 5 PRECEDING) FROM t",
           "SELECT a FROM t WHERE b = DATE '2020-01-01'",
           "SELECT a FROM t WHERE b > now() - interval '1 day'",
           "SELECT a FROM t WHERE b = c::varchar(10)",
           "SELECT a FROM t WHERE b = c::pg_catalog.numeric(10, 2)[]",
           "SELECT a FROM t WHERE b = CAST(c AS numeric(10,2))",
           "SELECT a FROM t WHERE b LIKE 'x%' ESCAPE '!'",
           "SELECT a FROM t WHERE b ~ 'x' AND c AT TIME ZONE 'utc' = d",
           "SELECT a FROM t WHERE b = interval(3) '1'",
           "SELECT a FROM t WHERE b < current_timestamp(3) AND c = LOCALTIME(2)",
           "SELECT a AS where, t.from, b set, c using, d values, a + 1 GROUP BY a + 1",
           "INSERT INTO t SELECT values, do, 1 GROUP BY conflict, 1",
           "SELECT a FROM t WHERE u < between - 5",
           "SELECT a::timestamp with time zone, f(1) FROM t",
           "SELECT a FROM t WHERE b = c::int[3][4] AND d = CAST(e AS int array[5])",
           "SELECT a FROM f() AS (a varchar(10), b numeric(3,1)), g() AS x(a bit(3))",
           "SELECT a FROM t WHERE b = E'\\n' OR b = B'1' OR b = $$x$$ OR b = U&'x'",
           "SELECT a FROM t WHERE b = 'x'\n'y'",
           "INSERT INTO t SELECT 1 ON CONFLICT (a) WHERE b = 1 DO NOTHING RETURNING 1",
           "((SELECT 1) UNION (SELECT 2) ORDER BY 1)",
           "SELECT a FROM (VALUES (1), (2)) v(a)",
           "SELECT (SELECT 1 FROM u WHERE b = 1) FROM t",
           "CREATE TABLE t (a int DEFAULT 1)",
           "SELECT a FROM t WHERE b = 1; SELECT 1",
           "SELECT a FROM t WHERE b = 1abc",
           "SELECT a FROM t WHERE b = 'open",
           "SELECT a FROM t WHERE b = '\xff'",
           "SELECT a FROM t WHERE b = (1",
           "",
       }) {
    ExpectUnchanged(sql);
  }
}

TEST(Normalize, TakesLiteralsBehindTheOnesThatItKeeps) {
  EXPECT_EQ(TextOf("SELECT 1 FROM t WHERE a = b::varchar(10) AND c = 5 ORDER BY 2 LIMIT 3"),
            "SELECT 1 FROM t WHERE a = b::varchar(10) AND c = $1 ORDER BY 2 LIMIT $2");
  EXPECT_EQ(TextOf("SELECT 1 FROM (SELECT 2 FROM t WHERE a = 3) x WHERE b IS DISTINCT FROM 4"),
            "SELECT 1 FROM (SELECT 2 FROM t WHERE a = $1) x WHERE b IS DISTINCT FROM $2");
  EXPECT_EQ(TextOf("INSERT INTO t VALUES (1) ON CONFLICT (a) WHERE b = 2 DO UPDATE SET c = 3"),
            "INSERT INTO t VALUES ($1) ON CONFLICT (a) WHERE b = 2 DO UPDATE SET c = $2");
  EXPECT_EQ(TextOf("SELECT 1 FROM t WHERE a = -5::int2 AND b = - 6 AND c-1 > 0"),
            "SELECT 1 FROM t WHERE a = -5::int2 AND b = $1 AND c-$2 > $3");
}

TEST(Normalize, SeparatesParametersFromWords) {
  const std::string text = TextOf("SELECT a FROM t WHERE b IN('x','y')AND'z'=c AND 'u'=d LIMIT'5'");
  EXPECT_EQ(text, "SELECT a FROM t WHERE b IN($1,$2)AND $3=c AND $4=d LIMIT $5");
  EXPECT_TRUE(Parse(text).ok());
}

TEST(Normalize, LeavesLongStatementsAlone) {
  std::string values = "INSERT INTO t VALUES (1)";
  for (int i = 0; i < 100; ++i) values += ", (1)";
  ExpectUnchanged(values);
}

}  // namespace
}  // namespace heliosdb::sql::parse
