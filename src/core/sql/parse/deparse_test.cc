#include "core/sql/parse/deparse.h"

#include "gtest/gtest.h"

#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {
namespace {

StatementPtr MustParse(std::string_view sql) {
  absl::StatusOr<StatementPtr> statement = ParseDefinition(sql);
  EXPECT_TRUE(statement.ok()) << sql << ": " << statement.status().ToString();
  return statement.ok() ? *std::move(statement) : std::make_unique<OtherStatement>();
}

std::string ExpressionRoundTrip(std::string_view sql) {
  absl::StatusOr<ExpressionPtr> expression = ParseExpression(sql);
  EXPECT_TRUE(expression.ok()) << sql << ": " << expression.status().ToString();
  return expression.ok() ? ExpressionText(**expression) : "";
}

// The text of the tree parses to the same tree.
void ExpectRoundTrip(std::string_view sql) {
  const StatementPtr statement = MustParse(sql);
  const std::string text = DmlText(*statement);
  const StatementPtr again = MustParse(text);
  EXPECT_EQ(DebugText(*again), DebugText(*statement)) << text;
}

TEST(ExpressionText, BracketsWhatPrecedenceWouldTouch) {
  EXPECT_EQ(ExpressionRoundTrip("a > 0"), "(a > 0)");
  EXPECT_EQ(ExpressionRoundTrip("a + b * 2 = 3 and not c"), "(((a + (b * 2)) = 3) AND (NOT c))");
  EXPECT_EQ(ExpressionRoundTrip("-5 + -a"), "((-5) + (- a))");
  EXPECT_EQ(ExpressionRoundTrip("nextval('t_id_seq'::regclass)"),
            "nextval(('t_id_seq')::regclass)");
  EXPECT_EQ(ExpressionRoundTrip("a like 'x\\y' or b is null"),
            "((a LIKE E'x\\\\y') OR (b IS NULL))");
}

TEST(ExpressionText, WritesSqlFormsAsSql) {
  EXPECT_EQ(ExpressionRoundTrip("extract(year from a)"), "EXTRACT('year' FROM a)");
  EXPECT_EQ(ExpressionRoundTrip("a at time zone 'utc'"), "(a AT TIME ZONE 'utc')");
  EXPECT_EQ(ExpressionRoundTrip("trim(leading 'x' from a)"), "TRIM(LEADING FROM a, 'x')");
  EXPECT_EQ(ExpressionRoundTrip("current_timestamp(3)"), "CURRENT_TIMESTAMP(3)");
}

TEST(TypeNameText, WritesTypesAsPostgresDoes) {
  for (const std::string_view type :
       {"integer", "bigint", "character(1)", "character varying(10)[]", "numeric(10, 2)",
        "timestamp(3) with time zone", "time without time zone", "double precision",
        "interval day to second(3)", "interval(2)", "interval", "bit(3)", "bit varying", "text",
        "s.\"My Type\"(1)[3][]", "real", "boolean"}) {
    absl::StatusOr<TypeName> parsed = ParseTypeName(type);
    ASSERT_TRUE(parsed.ok()) << type;
    EXPECT_EQ(TypeNameText(*parsed), type);
  }
}

TEST(QuoteIdentifier, QuotesWhereItMust) {
  EXPECT_EQ(QuoteIdentifier("abc_1"), "abc_1");
  EXPECT_EQ(QuoteIdentifier("Abc"), "\"Abc\"");
  EXPECT_EQ(QuoteIdentifier("select"), "\"select\"");
  EXPECT_EQ(QuoteIdentifier("1a"), "\"1a\"");
  EXPECT_EQ(QuoteIdentifier("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(QuoteIdentifier(""), "\"\"");
  EXPECT_EQ(QuoteLiteral("it's"), "'it''s'");
  EXPECT_EQ(QuoteLiteral("a\\b'"), "E'a\\\\b'''");
}

TEST(Deparse, RoundTripsExpressions) {
  for (const std::string_view sql : {
           "SELECT a.b, t.*, *, \"cube\"(1), $1, ($1).x, ($1)[2], B'101', X'1F', .5, 1e10, -1.5",
           "SELECT (a AND b) AND c, a AND (b AND c), a OR b AND NOT c, -(-1), (-5)^2, - '1'",
           "SELECT a OPERATOR(s.+) b, @ -5, a -> 'x' ->> 'y', a !~~* 'z'",
           "SELECT a NOT ILIKE b ESCAPE 'x', a SIMILAR TO 'x', a LIKE ANY (ARRAY['x'])",
           "SELECT a NOT BETWEEN SYMMETRIC 1 AND 2, (a, b) IN ((1, 2)), a <> ALL (SELECT 1)",
           "SELECT a NOT IN (SELECT 1), EXISTS (SELECT 1), ARRAY(SELECT 1), (VALUES (1))",
           "SELECT a IS NOT UNKNOWN, a IS NOT DISTINCT FROM b, (a, b) IS NULL, a IS NFC NORMALIZED",
           "SELECT CASE a WHEN 1 THEN 2 ELSE 3 END, COALESCE(a, 1), NULLIF(a, b), LEAST(a, b)",
           "SELECT f(DISTINCT a ORDER BY b DESC), f(VARIADIC a), f(x => 1), count(*) FILTER "
           "(WHERE a), mode() WITHIN GROUP (ORDER BY a)",
           "SELECT f(a) OVER w, f(a) OVER (w ORDER BY b GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW "
           "EXCLUDE TIES) FROM t WINDOW w AS (PARTITION BY x)",
           "SELECT SUBSTRING(a FROM 1 FOR 2), POSITION('a' IN b), OVERLAY(a PLACING b FROM 1), "
           "(a, b) OVERLAPS (c, d), COLLATION FOR (a), LOCALTIME(0)",
           "SELECT ROW(), ROW(1), (1, 2), (a).b[1], a[1:2], a[:], (r).*, ARRAY[[1], [2]], "
           "(SELECT r).x",
           "SELECT a COLLATE \"C\", a::int::text, date '2020-01-01', interval '1' year, "
           "GROUPING(a) GROUP BY a",
       }) {
    ExpectRoundTrip(sql);
  }
}

TEST(Deparse, RoundTripsQueries) {
  for (const std::string_view sql : {
           "SELECT",
           "SELECT DISTINCT ON (a) b AS \"order\" FROM ONLY s.t AS u (p, q), v TABLESAMPLE "
           "bernoulli (10) REPEATABLE (1)",
           "SELECT * FROM a NATURAL LEFT JOIN b CROSS JOIN c JOIN (d JOIN e USING (x) AS u) AS j "
           "ON true",
           "SELECT * FROM f(1) WITH ORDINALITY AS x (a, b), LATERAL g(x) y, ROWS FROM (f(1), g(2) "
           "AS (a int, b text COLLATE \"C\")), CAST(1 AS int) c",
           "SELECT a FROM t GROUP BY DISTINCT a, (b, c), ROLLUP (a, (b, c)), GROUPING SETS ((a), "
           "CUBE (b), ()) HAVING true",
           "(SELECT 1 ORDER BY 1 LIMIT 1) UNION ALL (SELECT 2 EXCEPT SELECT 3) ORDER BY 1 DESC "
           "NULLS LAST OFFSET 1",
           "SELECT a FROM t ORDER BY a USING < FETCH FIRST 5 ROWS WITH TIES",
           "SELECT a FROM t LIMIT ALL FOR NO KEY UPDATE OF t NOWAIT FOR KEY SHARE SKIP LOCKED",
           "WITH RECURSIVE t (n) AS NOT MATERIALIZED (VALUES (1) UNION ALL SELECT n + 1 FROM t) "
           "SEARCH DEPTH FIRST BY n SET o CYCLE n SET c TO int '1' DEFAULT int '0' USING p "
           "SELECT * FROM t",
           "WITH x AS (DELETE FROM t USING u WHERE t.a = u.a RETURNING *) INSERT INTO v SELECT * "
           "FROM x",
           "INSERT INTO t AS x (a, b[1]) OVERRIDING SYSTEM VALUE VALUES (1, DEFAULT) ON CONFLICT "
           "(lower(a) COLLATE \"C\" text_ops) WHERE b DO UPDATE SET (a, b) = (1, DEFAULT), "
           "(c) = ROW(1), d.e[1] = 2 WHERE c RETURNING a AS z",
           "INSERT INTO t VALUES (1) ON CONFLICT (a ops (b, c = -1, d = 'x', n.e = word, f = +)) "
           "DO "
           "NOTHING",
           "INSERT INTO t DEFAULT VALUES ON CONFLICT ON CONSTRAINT k DO NOTHING",
           "UPDATE ONLY t AS x SET a = DEFAULT FROM u JOIN v ON true WHERE CURRENT OF c",
       }) {
    ExpectRoundTrip(sql);
  }
}

TEST(Deparse, WritesDeepTreesSoThatTheyParseAgain) {
  std::string sql = "SELECT ";
  for (int i = 0; i < kNestingDepthMax - 10; ++i) sql += "NOT ";
  ExpectRoundTrip(sql + "a");
}

}  // namespace
}  // namespace heliosdb::sql::parse
