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
    {"select t.a from (t join u using (a)) j",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @8 hint: There is an "
     "entry for table \"t\", but it cannot be referenced from this part of the query."},
    {"select a from t x(p, q)", "42703 column \"a\" does not exist @8"},
    {"select * from t x(p,q,r,s,z)",
     "42P10 table \"x\" has 4 columns available but 5 columns specified"},
    {"select * from t join u using (zz)",
     "42703 column \"zz\" specified in USING clause does not exist in left table"},
    {"select * from t join u using (b)",
     "42703 column \"b\" specified in USING clause does not exist in right table"},
    {"select * from t join u using (a, a)",
     "42701 column name \"a\" appears more than once in USING clause"},
    {"select * from t, u, t", "42712 table name \"t\" specified more than once"},
    {"select * from t, u t", "42712 table name \"t\" specified more than once"},
    {"select a from t having true",
     "42803 column \"t.a\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @8"},
    {"select count(*) from t having a = 1",
     "42803 column \"t.a\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @31"},
    {"select b || 'x' as z from t group by z order by z || 'y'",
     "42703 column \"z\" does not exist @49"},
    {"select b || 'x' as z from t order by z || 'y'", "42703 column \"z\" does not exist @38"},
    {"select distinct b || 'x' as z from t order by b",
     "42P10 for SELECT DISTINCT, ORDER BY expressions must appear in select list @47"},
    {"select distinct b from t order by b || ''",
     "42P10 for SELECT DISTINCT, ORDER BY expressions must appear in select list @35"},
    {"select distinct on (a) a, b from t order by b",
     "42P10 SELECT DISTINCT ON expressions must match initial ORDER BY expressions @21"},
    {"select distinct on (5) a, b from t",
     "42P10 DISTINCT ON position 5 is not in select list @21"},
    {"select 1 union select 'b'", "22P02 invalid input syntax for type integer: \"b\" @23"},
    {"select 1, 2 union select 1",
     "42601 each UNION query must have the same number of columns @26"},
    {"values (1), ('a')", "22P02 invalid input syntax for type integer: \"a\" @14"},
    {"values (1, 2), (1)", "42601 VALUES lists must all be the same length @17"},
    {"select b, (select count(*) from u where u.a = t.a) from t group by b",
     "42803 subquery uses ungrouped column \"t.a\" from outer query @47"},
    {"select a from t where a in (select a, x from u)", "42601 subquery has too many columns @25"},
    {"select a from t where (a, b, c) in (select a, x from u)",
     "42601 subquery has too few columns @33"},
    {"select a from t where a = (select a, x from u)",
     "42601 subquery must return only one column @27"},
    {"select a from t where a in ()", "42601 syntax error at or near \")\" @29"},
    {"select $1 + $2",
     "42725 operator is not unique: unknown + unknown @11 hint: Could not choose a best "
     "candidate operator. You might need to add explicit type casts."},
    {"select a from t limit 'x'", "22P02 invalid input syntax for type bigint: \"x\" @23"},
    {"select a from t limit a", "42P10 argument of LIMIT must not contain variables @23"},
    {"select a from t fetch first 3 rows with ties",
     "42601 WITH TIES cannot be specified without ORDER BY clause"},
    {"with w(p, q) as (select a from t) select * from w",
     "42P10 WITH query \"w\" has 1 columns available but 2 columns specified @6"},
    {"with w as (select * from x), x as (select 1) select * from w",
     "42P01 relation \"x\" does not exist @26 detail: There is a WITH item named \"x\", "
     "but it cannot be referenced from this part of the query. hint: Use WITH RECURSIVE, "
     "or re-order the WITH items to remove forward references."},
    {"with recursive w as (select * from x), x as (select 1) select * from w",
     "0A000 references to WITH queries further down the list are not supported @36"},
    {"with recursive r(n) as (select 1 union all select (select max(n) from r)) select * "
     "from r",
     "42P19 recursive reference to query \"r\" must not appear within a subquery @71"},
    {"with recursive r(n) as (select n from r union all select 1) select * from r",
     "42P19 recursive reference to query \"r\" must not appear within its non-recursive "
     "term @39"},
    {"with recursive r(n) as (select 1 intersect select n + 1 from r) select * from r",
     "42P19 recursive query \"r\" does not have the form non-recursive-term UNION [ALL] "
     "recursive-term @16"},
    {"with recursive r(n) as (select 1 union all select n + 1 from r order by 1) select * "
     "from r",
     "0A000 ORDER BY in a recursive query is not implemented @73"},
    {"with recursive r(n) as (select 1 union all select n + 1 from r limit 5) select * "
     "from r",
     "0A000 LIMIT in a recursive query is not implemented @70"},
    {"select * from t right join lateral (select u.x from u where u.a = t.a) z on true",
     "42P10 invalid reference to FROM-clause entry for table \"t\" @67 detail: The "
     "combining JOIN type must be INNER or LEFT for a LATERAL reference."},
    {"select * from t full join lateral (select t.a) z on true",
     "42P10 invalid reference to FROM-clause entry for table \"t\" @43 detail: The "
     "combining JOIN type must be INNER or LEFT for a LATERAL reference."},
    {"select * from t join u on t.a = z.a join e z on true",
     "42P01 missing FROM-clause entry for table \"z\" @33"},
    {"select * from generate_series(1, t.a) g, t",
     "42P01 missing FROM-clause entry for table \"t\" @34"},
    {"select sum(a) over (partition by b) from t", "0A000 window functions are not supported @8"},
    {"select count(*) over w from t window w as (order by a)",
     "0A000 window functions are not supported @43"},
    {"select a from t group by ()",
     "42803 column \"t.a\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @8"},
    {"select string_agg(distinct b, ',' order by a) from t",
     "42P10 in an aggregate with DISTINCT, ORDER BY expressions must appear in argument "
     "list @44"},
    {"select count(a, b) from t",
     "42883 function count(integer, text) does not exist @8 hint: No function matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select sum(b) from t",
     "42883 function sum(text) does not exist @8 hint: No function matches the given name "
     "and argument types. You might need to add explicit type casts."},
    {"select max(a, b) from t",
     "42883 function max(integer, text) does not exist @8 hint: No function matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select upper(b) filter (where true) from t",
     "42809 FILTER specified, but upper is not an aggregate function @8"},
    {"select upper(b order by a) from t",
     "42809 ORDER BY specified, but upper is not an aggregate function @8"},
    {"select a::date from t", "42846 cannot cast type integer to date @9"},
    {"select cast(b as nosuch(3)) from t", "42704 type \"nosuch\" does not exist @18"},
    {"select 'x'::numeric(3, 5, 7)", "22023 invalid NUMERIC type modifier @13"},
    {"select 1 || 2",
     "42883 operator does not exist: integer || integer @10 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select true and null, not null, 1 and true",
     "42804 argument of AND must be type boolean, not type integer @33"},
    {"select 1 is true", "42804 argument of IS TRUE must be type boolean, not type integer @8"},
    {"select a is distinct from b from t",
     "42883 operator does not exist: integer = text @10 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select nullif(a, b) from t",
     "42883 operator does not exist: integer = text @8 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select greatest(a, b) from t", "42804 GREATEST types integer and text cannot be matched @20"},
    {"select coalesce(null, null), coalesce(a, b) from t",
     "42804 COALESCE types integer and text cannot be matched @42"},
    {"select coalesce(a, 'x') from t", "22P02 invalid input syntax for type integer: \"x\" @20"},
    {"select case a when 1 then 'x' when 'y' then 'z' end from t",
     "22P02 invalid input syntax for type integer: \"y\" @36"},
    {"select case a when 'x' then 1 end from t",
     "22P02 invalid input syntax for type integer: \"x\" @20"},
    {"select case when a then 1 end from t",
     "42804 argument of CASE/WHEN must be type boolean, not type integer @18"},
    {"select case when true then 1 else 'x' end",
     "22P02 invalid input syntax for type integer: \"x\" @35"},
    {"select case when true then a else b end from t",
     "42804 CASE types text and integer cannot be matched @28"},
    {"select a between 'x' and 3 from t", "22P02 invalid input syntax for type integer: \"x\" @18"},
    {"select b between 1 and 2 from t",
     "42883 operator does not exist: text >= integer @10 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select (1, 2) < (3, 4, 5)", "42601 unequal number of entries in row expressions @15"},
    {"select (1, 2) || (3, 4)",
     "42883 operator does not exist: integer || integer @15 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select (1, 2) = 3",
     "42883 operator does not exist: record = integer @15 hint: No operator matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select row(1, 2) = row(1, 'x')", "22P02 invalid input syntax for type integer: \"x\" @27"},
    {"select a[1] from t",
     "42804 cannot subscript type integer because it does not support subscripting @8"},
    {"select (t).a from t", "0A000 fields of composite values are not supported @9"},
    {"select t.* from u", "42P01 missing FROM-clause entry for table \"t\" @8"},
    {"select nosuch.* from t", "42P01 missing FROM-clause entry for table \"nosuch\" @8"},
    {"select *", "42601 SELECT * with no tables specified is not valid @8"},
    {"select t.a.b from t", "42P01 missing FROM-clause entry for table \"a\" @8"},
    {"select x.y.z.a.b from t",
     "42601 improper qualified name (too many dotted names): x.y.z.a.b @8"},
    {"select \"A\" from t", "42703 column \"A\" does not exist @8"},
    {"select abs(-5), abs('5'), abs(b) from t",
     "42883 function abs(text) does not exist @27 hint: No function matches the given "
     "name and argument types. You might need to add explicit type casts."},
    {"select round(1.5), round(1.234, 1), round('1.5'), round(1.5::float8, 1)",
     "42883 function round(double precision, integer) does not exist @51 hint: No "
     "function matches the given name and argument types. You might need to add explicit "
     "type casts."},
    {"select lower(1)",
     "42883 function lower(integer) does not exist @8 hint: No function matches the given "
     "name and argument types. You might need to add explicit type casts."},
    {"select length(a) from t",
     "42883 function length(integer) does not exist @8 hint: No function matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select localtime, localtimestamp, current_time",
     "0A000 type time with time zone (CURRENT_TIME) is not supported @35"},
    {"select lower(b, b) from t",
     "42883 function lower(text, text) does not exist @8 hint: No function matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select lower(x => 'A')",
     "42883 function lower(x => unknown) does not exist @8 hint: No function matches the "
     "given name and argument types. You might need to add explicit type casts."},
    {"select make_interval(days => 3, 4)",
     "42601 positional argument cannot follow named argument @33"},
    {"select make_interval(nosuch => 3)",
     "42883 function make_interval(nosuch => integer) does not exist @8 hint: No function "
     "matches the given name and argument types. You might need to add explicit type "
     "casts."},
    {"select nextval(s) from t", "42703 column \"s\" does not exist @16"},
    {"select b collate nosuch from t",
     "0A000 collation \"nosuch\" is not supported: all text sorts as in collation \"C\" "
     "@10"},
    {"select a operator(pg_catalog.+) 1, a operator(nosuch.+) 1 from t",
     "3F000 schema \"nosuch\" does not exist @38"},
    {"select a !== 1 from t",
     "42883 operator does not exist: integer !== integer @10 hint: No operator matches "
     "the given name and argument types. You might need to add explicit type casts."},
    {"select '99999999999'::int",
     "22003 value \"99999999999\" is out of range for type integer @8"},
    {"select 2147483647 + 1", "22003 integer out of range"},
    {"select 1 / 0 from t where false", "22012 division by zero"},
    {"select case when a = 0 then 1 / 0 end from t", "22012 division by zero"},
    {"select * from t for update of t, u",
     "42P01 relation \"u\" in FOR UPDATE clause not found in FROM clause @34"},
    {"select * from t x for update of t",
     "42P01 relation \"t\" in FOR UPDATE clause not found in FROM clause @33"},
    {"select a from t group by a for share", "0A000 FOR SHARE is not allowed with GROUP BY clause"},
    {"select distinct a from t for share", "0A000 FOR SHARE is not allowed with DISTINCT clause"},
    {"select count(*) from t for share", "0A000 FOR SHARE is not allowed with aggregate functions"},
    {"select a from t union select a from u for update",
     "0A000 FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT"},
    {"select * from (select distinct a from t) q for update",
     "0A000 FOR UPDATE is not allowed with DISTINCT clause"},
    {"select * from generate_series(1, 2) g for update of g",
     "0A000 FOR UPDATE cannot be applied to a function @53"},
    {"values (1) for update", "0A000 FOR UPDATE cannot be applied to VALUES"},
    {"select * from s", "0A000 reading sequence \"s\" as a table is not supported @15"},
    {"select * from t_pkey", "42809 \"t_pkey\" is an index @15"},
    {"select a from t order by 'x'", "42601 non-integer constant in ORDER BY @26"},
    {"select a from t order by null", "42601 non-integer constant in ORDER BY @26"},
    {"select a from t group by 'x'", "42601 non-integer constant in GROUP BY @26"},
    {"select count(*) from t order by a",
     "42803 column \"t.a\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @33"},
    {"select a from t order by count(*)",
     "42803 column \"t.a\" must appear in the GROUP BY clause or be used in an aggregate "
     "function @8"},
};

TEST(QueryError, IsPostgres) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

TEST(QueryError, DeepNestingIsRefused) {
  const TestImage image;
  std::string sql = "select ";
  for (int i = 0; i < 5000; ++i) sql += "(";
  sql += "1";
  for (int i = 0; i < 5000; ++i) sql += ")";
  EXPECT_EQ(image.Text(sql).substr(0, 5), "54001");
}

}  // namespace
}  // namespace heliosdb::sql::bind
