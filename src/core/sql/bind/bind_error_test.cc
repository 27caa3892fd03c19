// Statements that are refused, and how: SQLSTATE, message, position, detail, hint.
#include <string>
#include <string_view>

#include "gtest/gtest.h"

#include "core/sql/bind/test_image.h"

namespace heliosdb::sql::bind {
namespace {

struct Case {
  std::string_view sql;
  std::string_view expected;
};

// But for 0A000 of what is not supported, as PostgreSQL 15 answers.
constexpr Case kCases[] = {
    {"select zz from t", "42703 column \"zz\" does not exist @8"},
    {"select t.zz from t", "42703 column t.zz does not exist @8"},
    {"select bb from t",
     "42703 column \"bb\" does not exist @8 hint: Perhaps you meant to reference the "
     "column \"t.b\"."},
    {"select a from t, u", "42702 column reference \"a\" is ambiguous @8"},
    {"select q.a from t", "42P01 missing FROM-clause entry for table \"q\" @8"},
    {"select * from nope", "42P01 relation \"nope\" does not exist @15"},
    {"select t.a from t x",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @8 hint: Perhaps you "
     "meant to reference the table alias \"x\"."},
    {"select b, c from t group by b",
     "42803 column \"t.c\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @11"},
    {"select sum(a) from t where sum(a) > 1",
     "42803 aggregate functions are not allowed in WHERE @28"},
    {"select a from t union select b from t",
     "42804 UNION types integer and text cannot be matched @30"},
    {"select distinct b from t order by a",
     "42P10 for SELECT DISTINCT, ORDER BY expressions must appear in select list @35"},
    {"select 1 + 'x'", "22P02 invalid input syntax for type integer: \"x\" @12"},
    {"select 1/0", "22012 division by zero"},
    {"select a from t where b", "42804 argument of WHERE must be type boolean, not type text @23"},
    {"select * from t, (select * from u where u.a = t.a) l",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @47 hint: There is an "
     "entry for table \"t\", but it cannot be referenced from this part of the query."},
    {"select row_number() over () from t", "0A000 window functions are not supported @8"},
    {"select sum(sum(a)) from t", "42803 aggregate function calls cannot be nested @12"},
    {"select array[1,2]", "0A000 arrays are not supported @8"},
    {"insert into t values (1, 'x', 3, 'abcd')",
     "22001 value too long for type character varying(3)"},
    {"insert into t values (1, 2, 3, 4, 5)",
     "42601 INSERT has more expressions than target columns @35"},
    {"insert into t(a, b) values (1)", "42601 INSERT has more target columns than expressions @18"},
    {"insert into t(zz) values (1)", "42703 column \"zz\" of relation \"t\" does not exist @15"},
    {"insert into t(a, a) values (1, 2)", "42701 column \"a\" specified more than once @18"},
    {"insert into t(a) values ('q')", "22P02 invalid input syntax for type integer: \"q\" @26"},
    {"insert into t(a) select y from u",
     "42804 column \"a\" is of type integer but expression is of type date @25 hint: You "
     "will need to rewrite or cast the expression."},
    {"insert into e(k) select b from t on conflict (id) do nothing",
     "42P10 there is no unique or exclusion constraint matching the ON CONFLICT "
     "specification"},
    {"insert into u(a, x) values (1, 2) on conflict (x) do update set a = a",
     "42702 column reference \"a\" is ambiguous @69"},
    {"insert into t values (1) on conflict do update set a = 1",
     "42601 ON CONFLICT DO UPDATE requires inference specification or constraint name @26 "
     "hint: For example, ON CONFLICT (column_name)."},
    {"insert into t values (1) on conflict on constraint nope do nothing",
     "42704 constraint \"nope\" for table \"t\" does not exist"},
    {"update t set c = 'z'", "22P02 invalid input syntax for type numeric: \"z\" @18"},
    {"update t set a = b",
     "42804 column \"a\" is of type integer but expression is of type text @18 hint: You "
     "will need to rewrite or cast the expression."},
    {"update t set a = 1, a = 2", "42601 multiple assignments to same column \"a\""},
    {"update t set zz = 1", "42703 column \"zz\" of relation \"t\" does not exist @14"},
    {"update t set a = sum(a)", "42803 aggregate functions are not allowed in UPDATE @18"},
    {"delete from t using t where true", "42712 table name \"t\" specified more than once"},
    {"select * from t for update of u",
     "42P01 relation \"u\" in FOR UPDATE clause not found in FROM clause @31"},
    {"select b, count(*) from t group by b for update",
     "0A000 FOR UPDATE is not allowed with GROUP BY clause"},
    {"select a from t left join u using (a) for update",
     "0A000 FOR UPDATE cannot be applied to the nullable side of an outer join"},
    {"select a from t where b = $1 and a = $1",
     "42883 operator does not exist: integer = text @36 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select nextval('s'), nextval('nope')", "42P01 relation \"nope\" does not exist @30"},
    {"select max(a), b from t",
     "42803 column \"t.b\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @16"},
    {"select t.* from t order by nope", "42703 column \"nope\" does not exist @28"},
    {"select a as x, b as x from t order by x", "42702 ORDER BY \"x\" is ambiguous @39"},
    {"select a from t group by 2", "42P10 GROUP BY position 2 is not in select list @26"},
    {"select a from t order by 3", "42P10 ORDER BY position 3 is not in select list @26"},
    {"select exists (select 1), (select 1, 2)", "42601 subquery must return only one column @27"},
    {"select a from t where a in (1, 'x')",
     "22P02 invalid input syntax for type integer: \"x\" @32"},
    {"select a from t where b in (1, 2)",
     "42883 operator does not exist: text = integer @25 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select ctid from t", "0A000 system column \"ctid\" is not supported @8"},
    {"select t from t", "0A000 whole-row references are not supported @8"},
    {"select * from t tablesample system (10)", "0A000 TABLESAMPLE is not supported @29"},
    {"select a, count(*) from t group by rollup (a)",
     "0A000 GROUPING SETS, ROLLUP and CUBE are not supported @36"},
    {"select a::nope from t", "42704 type \"nope\" does not exist @11"},
    {"select a from nosch.t", "42P01 relation \"nosch.t\" does not exist @15"},
    {"select * from (select 1)",
     "42601 subquery in FROM must have an alias @15 hint: For example, FROM (SELECT ...) "
     "[AS] foo."},
    {"select 1 as a union all select 2 order by a + 1",
     "0A000 invalid UNION/INTERSECT/EXCEPT ORDER BY clause @43 detail: Only result column "
     "names can be used, not expressions or functions. hint: Add the expression/function "
     "to every SELECT, or move the UNION into a FROM clause."},
    {"with a as (select 1), a as (select 2) select 1",
     "42712 WITH query name \"a\" specified more than once @23"},
    {"with recursive r as (select 1 union all select 'x' from r) select * from r",
     "22P02 invalid input syntax for type integer: \"x\" @48"},
    {"with recursive r as (select * from r) select * from r",
     "42P19 recursive query \"r\" does not have the form non-recursive-term UNION [ALL] "
     "recursive-term @16"},
    {"with recursive r(n) as (select 1 union all select n + 1.5 from r) select * from r",
     "42804 recursive query \"r\" column 1 has type integer in non-recursive term but "
     "type numeric overall @32 hint: Cast the output of the non-recursive term to the "
     "correct type."},
    {"with x as (insert into t values (1) returning *) select * from x",
     "0A000 data-modifying statements in WITH are not supported @6"},
    {"select count(*) filter (where sum(a) > 1) from t",
     "42803 aggregate functions are not allowed in FILTER @31"},
    {"select count() from t",
     "42809 count(*) must be used to call a parameterless aggregate function @8"},
    {"select lower(*) from t",
     "42883 function lower() does not exist @8 hint: No function matches the given name "
     "and argument types. You might need to add explicit type casts."},
    {"select lower(distinct b) from t",
     "42809 DISTINCT specified, but lower is not an aggregate function @8"},
    {"select nope(a) from t",
     "42883 function nope(integer) does not exist @8 hint: No function matches the given "
     "name and argument types. You might need to add explicit type casts."},
    {"select a @@@ b from t",
     "42883 operator does not exist: integer @@@ text @10 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select -b from t",
     "42883 operator does not exist: - text @8 hint: No operator matches the given name "
     "and argument type. You might need to add an explicit type cast."},
    {"select not a from t", "42804 argument of NOT must be type boolean, not type integer @12"},
    {"select a collate \"C\", b collate \"de_DE\" from t",
     "42804 collations are not supported by type integer @10"},
    {"select generate_series(1, 2), generate_series(1, 3)",
     "0A000 several set-returning functions in a select list are not supported @31"},
    {"select a, generate_series(1, 2) from t group by a",
     "0A000 set-returning functions in the select list of an aggregated query are not "
     "supported"},
    {"select case when true then generate_series(1, 2) end",
     "0A000 set-returning functions are not allowed in CASE @28 hint: You might be able "
     "to move the set-returning function into a LATERAL FROM item."},
    {"select a from t where (a, b) = (select a from u)", "42601 subquery has too few columns @30"},
    {"select min() from t",
     "42883 function min() does not exist @8 hint: No function matches the given name and "
     "argument types. You might need to add explicit type casts."},
    {"select 1 = (1, 2)",
     "42883 operator does not exist: integer = record @10 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select extract(hour from 5)",
     "42883 function pg_catalog.extract(unknown, integer) does not exist @8 hint: No "
     "function matches the given name and argument types. You might need to add explicit "
     "type casts."},
    {"select a from t where generate_series(1, 2) = a",
     "0A000 set-returning functions are not allowed in WHERE @23"},
    {"select pg_catalog.lower(b), pg_catalog.nosuch(b) from t",
     "42883 function pg_catalog.nosuch(text) does not exist @29 hint: No function matches "
     "the given name and argument types. You might need to add explicit type casts."},
};

TEST(BindError, IsPostgres) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

TEST(BindError, DeepNestingIsRefused) {
  const TestImage image;
  std::string sql = "select ";
  for (int i = 0; i < 5000; ++i) sql += "(";
  sql += "1";
  for (int i = 0; i < 5000; ++i) sql += ")";
  EXPECT_EQ(image.Text(sql).substr(0, 5), "54001");
}

}  // namespace
}  // namespace heliosdb::sql::bind
