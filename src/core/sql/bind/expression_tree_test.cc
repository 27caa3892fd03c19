// Queries and the trees they are bound to (debug_text.cc).
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

// Read by hand when they were added.
constexpr Case kCases[] = {
    {"select a from t where (a, b) in ((1, 'x'), (2, 'y'))",
     "(select #0.0 as a from t t where ((int4eq(#0.0, 1:integer) and texteq(#0.1, "
     "x:text)) or (int4eq(#0.0, 2:integer) and texteq(#0.1, y:text))))"},
    {"select a from t where a in (null)", "(select #0.0 as a from t t where null:boolean)"},
    {"select a from t where b in (null, 'x')",
     "(select #0.0 as a from t t where in(#0.1, null:text, x:text))"},
    {"select a from t where a in (1, 2.5, null)",
     "(select #0.0 as a from t t where in(cast(#0.0 as numeric), 1:numeric, 2.5:numeric, "
     "null:numeric))"},
    {"select a from t where '1' in (1, 2)",
     "(select #0.0 as a from t t where in(1:integer, 1:integer, 2:integer))"},
    {"select a from t where null in (1, 2)",
     "(select #0.0 as a from t t where in(null:integer, 1:integer, 2:integer))"},
    {"select $1 in (1, 2)", "(select in($1:integer, 1:integer, 2:integer) as ?column?)"},
    {"select a from t where a in ($1, $2)",
     "(select #0.0 as a from t t where in(#0.0, $1:integer, $2:integer))"},
    {"select a from t where b = $1 or a = $2",
     "(select #0.0 as a from t t where (texteq(#0.1, $1:text) or int4eq(#0.0, "
     "$2:integer)))"},
    {"select a from t where $1", "(select #0.0 as a from t t where $1:boolean)"},
    {"select $1 || 'x'", "(select textcat($1:text, x:text) as ?column?)"},
    {"select coalesce($1, 1)", "(select coalesce($1:integer, 1:integer) as coalesce)"},
    {"select case when $1 then 1 else 2 end",
     "(select case($1:boolean, 1:integer, 2:integer) as case)"},
    {"select a from t limit $1 offset $2",
     "(select #0.0 as a from t t limit $1:bigint offset $2:bigint)"},
    {"select a from t limit (select 3)",
     "(select #0.0 as a from t t limit cast(scalar(select 3:integer as ?column?) as "
     "bigint))"},
    {"select a from t limit 1.5", "(select #0.0 as a from t t limit 2:bigint)"},
    {"select a from t offset -1", "(select #0.0 as a from t t offset -1:bigint)"},
    {"select a from t fetch first 3 rows only", "(select #0.0 as a from t t limit 3:bigint)"},
    {"select a from t order by a fetch first 3 rows with ties",
     "(select #0.0 as a from t t order 0 limit 3:bigint with ties)"},
    {"with w(p) as (select a, b from t) select p, b from w",
     "(with w - select #0.0 as p, #0.1 as b from (select #0.0 as p, #0.1 as b from t t) w)"},
    {"with w as (select a from t), x as (select * from w) select * from x, w",
     "(with w (select #0.0 as a from t t) with x - select #0.0 as a, #1.0 as a from "
     "((select #0.0 as a from cte0^1 w) x join cte0^0 w))"},
    {"with w as (select 1 as a) select * from (with w as (select 2 as b) select * from w) "
     "z",
     "(with w - select #0.0 as b from (with w - select #0.0 as b from (select 2:integer "
     "as b) w) z)"},
    {"with t as (select 1 as zz) select zz from t",
     "(with t - select #0.0 as zz from (select 1:integer as zz) t)"},
    {"with recursive r as (select 1 as n union select n + 1 from r where n < 5) select "
     "r1.n from r r1 join r r2 on r1.n = r2.n",
     "(with recursive r (union (select 1:integer as n) (select int4pl(#0.0, 1:integer) as "
     "?column? from cte0^2 r where int4lt(#0.0, 5:integer))) select #0.0 as n from "
     "(cte0^0 r1 join cte0^0 r2 on int4eq(#0.0, #1.0)))"},
    {"with recursive r(n) as (select 1 union all (select n + 1 from r where n < 5)) "
     "select n from r",
     "(with recursive r (union all (select 1:integer as ?column?) (select int4pl(#0.0, "
     "1:integer) as ?column? from cte0^2 r where int4lt(#0.0, 5:integer))) select #0.0 as "
     "n from cte0^0 r)"},
    {"with recursive a(n) as (select 1), b as (select * from a) select * from b",
     "(with a - with b - select #0.0 as n from (select #0.0 as n from (select 1:integer "
     "as n) a) b)"},
    {"with w as materialized (select 1) select * from w",
     "(with w (select 1:integer as ?column?) select #0.0 as ?column? from cte0^0 w)"},
    {"with w as not materialized (select a from t) select * from w x, w y",
     "(with w - select #0.0 as a, #1.0 as a from ((select #0.0 as a from t t) x join "
     "(select #0.0 as a from t t) y))"},
    {"select lateral_x.* from t, lateral (select t.a + 1 as y) lateral_x",
     "(select #1.0 as y from (t t join lateral (select int4pl(^1#0.0, 1:integer) as y) "
     "lateral_x))"},
    {"select * from t left join lateral (select u.x from u where u.a = t.a) z on true",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as x from (t t left join "
     "lateral (select #0.1 as x from u u where int4eq(#0.0, ^1#0.0)) z on t:boolean))"},
    {"select * from generate_series(1, 3) with ordinality",
     "(select #0.0 as generate_series, #0.1 as ordinality from generate_series(1:integer, "
     "3:integer) with ordinality generate_series)"},
    {"select * from generate_series(1, 3) with ordinality as g(v, n) where n > 1",
     "(select #0.0 as v, #0.1 as n from generate_series(1:integer, 3:integer) with "
     "ordinality g where int84gt(#0.1, 1:integer))"},
    {"select g from generate_series(1, 3) g",
     "(select #0.0 as g from generate_series(1:integer, 3:integer) g)"},
    {"select * from t, generate_series(1, t.a) g",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as g from (t t join "
     "lateral generate_series(1:integer, #0.0) g))"},
    {"select * from lower('X')", "(select #0.0 as lower from x:text lower)"},
    {"select * from lower('X') as l(z)", "(select #0.0 as z from x:text l)"},
    {"select * from now()", "(select #0.0 as now from now() now)"},
    {"select count(*) from t group by ()", "(select a0 as count from t t group [] count())"},
    {"select a, count(*) from t group by 1, a",
     "(select g0 as a, a0 as count from t t group [#0.0] count())"},
    {"select sum(distinct a), count(distinct (a)), avg(a order by b) from t",
     "(select a0 as sum, a1 as count, a2 as avg from t t group [] sum(distinct #0.0) "
     "count(distinct #0.0) avg(#0.0 order #0.1))"},
    {"select string_agg(distinct b, ',' order by b) from t",
     "(select a0 as string_agg from t t group [] string_agg(distinct #0.1, ,:text order "
     "#0.1))"},
    {"select mode() within group (order by b) from t",
     "(select a0 as mode from t t group [] mode(#0.1 order #0.1))"},
    {"select cast(a as boolean), cast(true as int), cast(1.5 as int) from t",
     "(select cast!(#0.0 as boolean) as a, 1:integer as int4, 2:integer as int4 from t t)"},
    {"select '12.345'::numeric(4, 1)", "(select 12.3:numeric(4,1) as numeric)"},
    {"select 'a'::char, 'abc'::char(2), 'abc'::varchar",
     "(select a:character(1) as bpchar, ab:character(2) as bpchar, abc:character varying "
     "as varchar)"},
    {"select interval '1' day, interval '1-2' year to month, interval(3) '1.23456 s'",
     "(select 1 day:interval day as interval, 1 year 2 mons:interval year to month as "
     "interval, 00:00:01.235:interval(3) as interval)"},
    {"select timestamp(2) '2020-01-01 00:00:00.567', time '12:00'",
     "(select 2020-01-01 00:00:00.57:timestamp(2) without time zone as timestamp, "
     "12:00:00:time without time zone as time)"},
    {"select int '5' + '3'", "(select 8:integer as ?column?)"},
    {"select date '2020-01-01' + 1, date '2020-01-01' - '2019-01-01'",
     "(select 2020-01-02:date as ?column?, 365:integer as ?column?)"},
    {"select 'a' = 'b', 'a' < 'b', 'a' || 'b'",
     "(select f:boolean as ?column?, t:boolean as ?column?, ab:text as ?column?)"},
    {"select null = null, null + 1, null || 'a'",
     "(select null:boolean as ?column?, null:integer as ?column?, null:text as ?column?)"},
    {"select 1 = 1.0, 1::int2 + 1::int8, 1.5 + 1::float8",
     "(select t:boolean as ?column?, 2:bigint as ?column?, 2.5:double precision as "
     "?column?)"},
    {"select 'a' || 1", "(select textanycat(a:text, 1:integer) as ?column?)"},
    {"select 'x' is null, null is null", "(select f:boolean as ?column?, t:boolean as ?column?)"},
    {"select a is null, (a, b) is null, (a, b) is not null, row() is null from t",
     "(select (#0.0 is null) as ?column?, ((#0.0 is null) and (#0.1 is null)) as "
     "?column?, ((#0.0 is not null) and (#0.1 is not null)) as ?column?, t:boolean as "
     "?column? from t t)"},
    {"select (a, b) is distinct from (1, 'x') from t",
     "(select ((#0.0 is distinct from 1:integer) or (#0.1 is distinct from x:text)) as "
     "?column? from t t)"},
    {"select nullif(1, 2.5), nullif('a', b) from t",
     "(select nullif(1:numeric, 2.5:numeric) as nullif, nullif(a:text, #0.1) as nullif "
     "from t t)"},
    {"select greatest(1, 2.5, null), least('a', b) from t",
     "(select greatest(1:numeric, 2.5:numeric, null:numeric) as greatest, least(a:text, "
     "#0.1) as least from t t)"},
    {"select case b when 'x' then 1.5 else 2 end from t",
     "(select case(texteq(#0.1, x:text), 1.5:numeric, 2:numeric) as case from t t)"},
    {"select a between symmetric 5 and 1 from t",
     "(select ((int4ge(#0.0, 5:integer) and int4le(#0.0, 1:integer)) or (int4ge(#0.0, "
     "1:integer) and int4le(#0.0, 5:integer))) as ?column? from t t)"},
    {"select (a, b) between (1, 'a') and (2, 'b') from t",
     "(select ((int4gt(#0.0, 1:integer) or (int4eq(#0.0, 1:integer) and text_ge(#0.1, "
     "a:text))) and (int4lt(#0.0, 2:integer) or (int4eq(#0.0, 2:integer) and "
     "text_le(#0.1, b:text)))) as ?column? from t t)"},
    {"select u.* from t, u", "(select #1.0 as a, #1.1 as x, #1.2 as y from (t t join u u))"},
    {"select *, a from t",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #0.0 as a from t t)"},
    {"select substring(b from 1 for 2), substring('abc', 2), trim(both 'x' from b), "
     "position('a' in b) from t",
     "(select substring(#0.1, 1:integer, 2:integer) as substring, bc:text as substring, "
     "btrim(#0.1, x:text) as btrim, position(#0.1, a:text) as position from t t)"},
    {"select extract(year from y), extract(epoch from now()), date_part('day', y) from u",
     "(select extract(year:text, #0.2) as extract, extract(epoch:text, now()) as extract, "
     "date_part(day:text, #0.2) as date_part from u u)"},
    {"select overlay('abc' placing 'x' from 2), b like '%' || b from t",
     "(select axc:text as overlay, textlike(#0.1, textcat(%:text, #0.1)) as ?column? from "
     "t t)"},
    {"select length(null), upper('x'), concat('a', 1, null, true)",
     "(select null:integer as length, X:text as upper, concat(a:text, 1:integer, "
     "null:text, t:boolean) as concat)"},
    {"select concat_ws(',', a, b) from t",
     "(select concat_ws(,:text, #0.0, #0.1) as concat_ws from t t)"},
    {"select format('%s', a) from t", "(select format(%s:text, #0.0) as format from t t)"},
    {"select to_char(now(), 'YYYY'), to_char(a, '999') from t",
     "(select to_char(now(), YYYY:text) as to_char, to_char(#0.0, 999:text) as to_char "
     "from t t)"},
    {"select random(), pi(), now() - now()",
     "(select random() as random, 3.141592653589793:double precision as pi, "
     "timestamptz_mi(now(), now()) as ?column?)"},
    {"select current_user, session_user, current_schema, current_catalog, user",
     "(select current_user() as current_user, session_user() as session_user, "
     "current_schema() as current_schema, current_database() as current_catalog, "
     "current_user() as user)"},
    {"select make_interval(days => 3)", "(select 3 days:interval as make_interval)"},
    {"select pg_typeof(1), pg_typeof(null), pg_typeof('a')",
     "(select pg_typeof(1:integer) as pg_typeof, pg_typeof(null:text) as pg_typeof, "
     "pg_typeof(a:text) as pg_typeof)"},
    {"select nextval('s'::regclass), currval('s'), lastval()",
     "(select nextval(20000:regclass) as nextval, currval(20000:regclass) as currval, "
     "lastval() as lastval)"},
    {"select 's'::regclass, 't'::regclass::oid",
     "(select 20000:regclass as regclass, 16484:oid as oid)"},
    {"select setval('s', 5), setval('s', 5, false)",
     "(select setval(20000:regclass, 5:bigint) as setval, setval(20000:regclass, "
     "5:bigint, f:boolean) as setval)"},
    {"select b ~ 'x', b ~* 'x', b !~ 'x' from t",
     "(select textregexeq(#0.1, x:text) as ?column?, texticregexeq(#0.1, x:text) as "
     "?column?, textregexne(#0.1, x:text) as ?column? from t t)"},
    {"select b collate \"C\" < 'x' from t order by b collate \"C\"",
     "(select text_lt(#0.1, x:text) as ?column?, #0.1 hidden from t t order 1)"},
    {"select @ a, |/ 4.0, -a, + a from t",
     "(select int4abs(#0.0) as ?column?, 2:double precision as ?column?, int4um(#0.0) as "
     "?column?, int4up(#0.0) as ?column? from t t)"},
    {"select ~ a, a & 1, a | 1, a # 1, a << 1 from t",
     "(select int4not(#0.0) as ?column?, int4and(#0.0, 1:integer) as ?column?, "
     "int4or(#0.0, 1:integer) as ?column?, int4xor(#0.0, 1:integer) as ?column?, "
     "int4shl(#0.0, 1:integer) as ?column? from t t)"},
    {"select 2 ^ 3, 5 % 2, 5 / 2, 5.0 / 2",
     "(select 8:double precision as ?column?, 1:integer as ?column?, 2:integer as "
     "?column?, 2.5000000000000000:numeric as ?column?)"},
    {"select 99999999999999999999, 1e400",
     "(select 99999999999999999999:numeric as ?column?, "
     "10000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "000000000000000000000000000000000000000000000000000000000000000000000:numeric as "
     "?column?)"},
    {"select coalesce(1, 1 / 0)", "(select 1:integer as coalesce)"},
    {"select false and 1 / 0 = 1", "(select f:boolean as ?column?)"},
    {"select * from t, u for update of t nowait for share of u skip locked",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as a, #1.1 as x, #1.2 as y "
     "from (t t join u u) lock 0 3 1 lock 1 1 2)"},
    {"select * from t x for update of x",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d from t x lock 0 3 0)"},
    {"select * from v for update",
     "(select #0.0 as a, #0.1 as b from (select #0.0 as a, #0.1 as b from t t lock 0 3 0) "
     "v)"},
    {"select * from (select a from t) q for update",
     "(select #0.0 as a from (select #0.0 as a from t t lock 0 3 0) q)"},
    {"select * from t where a = 1 for no key update skip locked",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d from t t where int4eq(#0.0, "
     "1:integer) lock 0 2 2)"},
    {"select a from t order by a using <", "(select #0.0 as a from t t order 0)"},
    {"select a from t order by a nulls first, b desc nulls last",
     "(select #0.0 as a, #0.1 hidden from t t order 0 nulls first order 1 desc)"},
    {"select a from t order by 1 + 1", "(select #0.0 as a, 2:integer hidden from t t order 1)"},
    {"select a from t order by t.b, c",
     "(select #0.0 as a, #0.1 hidden, #0.2 hidden from t t order 1 order 2)"},
    {"select a as b, b as a from t order by a", "(select #0.0 as b, #0.1 as a from t t order 1)"},
};

TEST(QueryTree, Expressions) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

}  // namespace
}  // namespace heliosdb::sql::bind
