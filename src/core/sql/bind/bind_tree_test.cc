// Statements and the trees they are bound to (debug_text.cc).
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

// Trees were read by hand when they were added.
constexpr Case kCases[] = {
    {"select 1", "(select 1:integer as ?column?)"},
    {"select a, b from t where a = 5 and b = 'x'",
     "(select #0.0 as a, #0.1 as b from t t where (int4eq(#0.0, 5:integer) and "
     "texteq(#0.1, x:text)))"},
    {"select * from t, u where t.a = u.a",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as a, #1.1 as x, #1.2 as y "
     "from (t t join u u) where int4eq(#0.0, #1.0))"},
    {"select x.a, (select max(u.x) from u where u.a = x.a) from t x",
     "(select #0.0 as a, scalar(select a0 as max from u u where int4eq(#0.0, ^1#0.0) "
     "group [] max(#0.1)) as max from t x)"},
    {"select b, count(*) from t group by b having count(*) > 1 order by 2 desc, b",
     "(select g0 as b, a0 as count from t t group [#0.1] count() having int84gt(a0, "
     "1:integer) order 1 desc nulls first order 0)"},
    {"select a, b from t group by a", "(select g0 as a, g1 as b from t t group [#0.0, #0.1])"},
    {"select (select t.b) from t group by a",
     "(select scalar(select ^1g1 as b) as b from t t group [#0.0, #0.1])"},
    {"select a from t union select x from u order by 1",
     "(union (select cast(#0.0 as bigint) as a from t t) (select #0.1 as x from u u) "
     "order 0)"},
    {"select * from t join u using (a)",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.1 as x, #1.2 as y from (t t "
     "join u u on int4eq(#0.0, #1.0)))"},
    {"select * from t full join u using (a)",
     "(select coalesce(#0.0, #1.0) as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.1 as x, #1.2 "
     "as y from (t t full join u u on int4eq(#0.0, #1.0)))"},
    {"select * from t natural join u",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.1 as x, #1.2 as y from (t t "
     "join u u on int4eq(#0.0, #1.0)))"},
    {"with w as (select a from t) select * from w",
     "(with w - select #0.0 as a from (select #0.0 as a from t t) w)"},
    {"with w as (select a from t) select * from w w1, w w2",
     "(with w (select #0.0 as a from t t) select #0.0 as a, #1.0 as a from (cte0^0 w1 "
     "join cte0^0 w2))"},
    {"with recursive r(n) as (select 1 union all select n+1 from r where n < 10) select * "
     "from r",
     "(with recursive r (union all (select 1:integer as ?column?) (select int4pl(#0.0, "
     "1:integer) as ?column? from cte0^2 r where int4lt(#0.0, 10:integer))) select #0.0 "
     "as n from cte0^0 r)"},
    {"select * from v",
     "(select #0.0 as a, #0.1 as b from (select #0.0 as a, #0.1 as b from t t) v)"},
    {"select * from v where a in (1,2,3)",
     "(select #0.0 as a, #0.1 as b from (select #0.0 as a, #0.1 as b from t t) v where "
     "in(#0.0, 1:integer, 2:integer, 3:integer))"},
    {"select * from generate_series(1, 3) g",
     "(select #0.0 as g from generate_series(1:integer, 3:integer) g)"},
    {"select a from t where a in (select a from u)",
     "(select #0.0 as a from t t where any([#0.0] int4eq(#-1.0, #-2.0) (select #0.0 as a "
     "from u u)))"},
    {"select a from t where (a, b) in (select a, 'x' from u)",
     "(select #0.0 as a from t t where any([#0.0, #0.1] (int4eq(#-1.0, #-2.0) and "
     "texteq(#-1.1, #-2.1)) (select #0.0 as a, x:text as ?column? from u u)))"},
    {"select a from t where not exists (select 1 from u where u.a = t.a)",
     "(select #0.0 as a from t t where not(exists(select 1:integer as ?column? from u u "
     "where int4eq(#0.0, ^1#0.0))))"},
    {"select $1 + a, $2 from t where b like $3",
     "(select int4pl($1:integer, #0.0) as ?column?, $2:text as ?column? from t t where "
     "textlike(#0.1, $3:text))"},
    {"select case when a > 1 then 'x' else b end from t",
     "(select case(int4gt(#0.0, 1:integer), x:text, #0.1) as b from t t)"},
    {"select distinct on (b) a, b from t order by b, a",
     "(select #0.0 as a, #0.1 as b from t t distinct on 1 order 1 order 0)"},
    {"select a from t limit 5 offset 2",
     "(select #0.0 as a from t t limit 5:bigint offset 2:bigint)"},
    {"select a::text, cast(b as int), '5'::int, date '2020-01-01' from t",
     "(select cast!(#0.0 as text) as a, cast!(#0.1 as integer) as b, 5:integer as int4, "
     "2020-01-01:date as date from t t)"},
    {"select case when true then 1 else 1/0 end", "(select 1:integer as case)"},
    {"values (1, 'a'), (2.5, null)",
     "(select #0.0 as column1, #0.1 as column2 from values (1:numeric, a:text), "
     "(2.5:numeric, null:text) *VALUES*)"},
    {"select * from (values (1,2),(3,4)) as q(x,y) where x > 1",
     "(select #0.0 as x, #0.1 as y from (select #0.0 as column1, #0.1 as column2 from "
     "values (1:integer, 2:integer), (3:integer, 4:integer) *VALUES*) q where "
     "int4gt(#0.0, 1:integer))"},
    {"select * from t, lateral (select * from u where u.a = t.a) l",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as a, #1.1 as x, #1.2 as y "
     "from (t t join lateral (select #0.0 as a, #0.1 as x, #0.2 as y from u u where "
     "int4eq(#0.0, ^1#0.0)) l))"},
    {"select count(distinct b), sum(a) filter (where a > 1) from t",
     "(select a0 as count, a1 as sum from t t group [] count(distinct #0.1) sum(#0.0 "
     "filter int4gt(#0.0, 1:integer)))"},
    {"select a from t for update", "(select #0.0 as a from t t lock 0 3 0)"},
    {"select coalesce(a, 1.5), greatest(a, 2), nullif(a, 3) from t",
     "(select coalesce(cast(#0.0 as numeric), 1.5:numeric) as coalesce, greatest(#0.0, "
     "2:integer) as greatest, nullif(#0.0, 3:integer) as nullif from t t)"},
    {"select (1,2) = (a, a), (1,2) < (a, a) from t",
     "(select (int4eq(1:integer, #0.0) and int4eq(2:integer, #0.0)) as ?column?, "
     "(int4lt(1:integer, #0.0) or (int4eq(1:integer, #0.0) and int4lt(2:integer, #0.0))) "
     "as ?column? from t t)"},
    {"select a between 1 and 5, a not between 1 and 5 from t",
     "(select (int4ge(#0.0, 1:integer) and int4le(#0.0, 5:integer)) as ?column?, "
     "(int4lt(#0.0, 1:integer) or int4gt(#0.0, 5:integer)) as ?column? from t t)"},
    {"select a from t where a = any (select x from u)",
     "(select #0.0 as a from t t where any([#0.0] int48eq(#-1.0, #-2.0) (select #0.1 as x "
     "from u u)))"},
    {"select 'abc' || a from t", "(select textanycat(abc:text, #0.0) as ?column? from t t)"},
    {"insert into t(a, d) values (1, 'y'), (2, default)",
     "(select #0.0 as a, #0.1 as d from values (1:integer, y:character varying(3)), "
     "(2:integer, null:character varying(3)) *VALUES*)"},
    {"insert into t(a) select x from u union select 1",
     "(select cast(#0.0 as integer) as x from (union (select #0.1 as x from u u) (select "
     "1:bigint as ?column?)) *SELECT*)"},
    {"insert into e values (default, default)",
     "(select cast(nextval(20000:regclass) as integer) as id, none:text as k)"},
    {"insert into e default values", "(select )"},
    {"insert into u(a, x) values (1, 2) on conflict (x) do update set a = excluded.a, y = "
     "default where u.a > 1 returning u.a, x",
     "(select 1:integer as a, 2:bigint as x)"},
    {"insert into t values (1) on conflict on constraint t_pkey do nothing",
     "(select 1:integer as a)"},
    {"with w as (select 1 as q) insert into t(a) select q from w",
     "(with w - select #0.0 as q from (select #0.0 as q from (select 1:integer as q) w) "
     "*SELECT*)"},
    {"update t set b = 'z', a = a + 1 where a = 3 returning *",
     "(select z:text as b, int4pl(#0.0, 1:integer) as a from t t where int4eq(#0.0, "
     "3:integer))"},
    {"update t set (a, b) = (1, 'x')", "(select 1:integer as a, x:text as b from t t)"},
    {"update t set (a, b) = (select a, 'k' from u where u.a = t.a)",
     "(select scalar(select #0.0 as a from (select #0.0 as a, k:text as ?column? from u u "
     "where int4eq(#0.0, ^2#0.0)) *SELECT*) as a, scalar(select #0.1 as ?column? from "
     "(select #0.0 as a, k:text as ?column? from u u where int4eq(#0.0, ^2#0.0)) "
     "*SELECT*) as b from t t)"},
    {"update t set a = u.a from u where u.x = t.a",
     "(select #1.0 as a from (t t join u u) where int84eq(#1.1, #0.0))"},
    {"update t set d = a", "(select cast(#0.0 as character varying(3)) as d from t t)"},
    {"delete from t where a = 1 returning b", "(select  from t t where int4eq(#0.0, 1:integer))"},
    {"delete from t using u where u.a = t.a",
     "(select  from (t t join u u) where int4eq(#1.0, #0.0))"},
    {"select $1", "(select $1:text as ?column?)"},
    {"select $1::int + $1", "(select int4pl($1:integer, $1:integer) as ?column?)"},
    {"select nextval('s')", "(select nextval(20000:regclass) as nextval)"},
    {"select a as b from t order by b", "(select #0.0 as b from t t order 0)"},
    {"select a + 1 from t group by a + 1",
     "(select g0 as ?column? from t t group [int4pl(#0.0, 1:integer)])"},
    {"select a + 1 as q, count(*) from t group by q having max(a) > 1",
     "(select g0 as q, a0 as count from t t group [int4pl(#0.0, 1:integer)] count() "
     "max(#0.0) having int4gt(a1, 1:integer))"},
    {"select (select count(t.a) from u) from t",
     "(select scalar(select ^1a0 as count from u u) as count from t t group [] "
     "count(#0.0))"},
    {"select * from t where a is distinct from null",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d from t t where (#0.0 is distinct "
     "from null:integer))"},
    {"select b like 'x%', b not ilike 'y', b similar to 'z', b like 'q' escape '!' from t",
     "(select textlike(#0.1, x%:text) as ?column?, texticnlike(#0.1, y:text) as ?column?, "
     "textregexeq(#0.1, ^(?:z)$:text) as ?column?, textlike(#0.1, q:text) as ?column? "
     "from t t)"},
    {"select a from t where a = 1 or true", "(select #0.0 as a from t t where t:boolean)"},
    {"select a from t natural left join u order by u.x nulls first",
     "(select #0.0 as a, #1.1 hidden from (t t left join u u on int4eq(#0.0, #1.0)) order "
     "1 nulls first)"},
    {"select 'x'::varchar(2), 'abc'::varchar(2), 12345678901, 1e10, 1.50",
     "(select x:character varying(2) as varchar, ab:character varying(2) as varchar, "
     "12345678901:bigint as ?column?, 10000000000:numeric as ?column?, 1.50:numeric as "
     "?column?)"},
    {"select a from public.t where public.t.a = 1",
     "(select #0.0 as a from t t where int4eq(#0.0, 1:integer))"},
    {"select * from (select 1 union select 2) q",
     "(select #0.0 as ?column? from (union (select 1:integer as ?column?) (select "
     "2:integer as ?column?)) q)"},
    {"select * from t where exists (with q as (select t.a as z) select * from q)",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d from t t where exists(with q - "
     "select #0.0 as z from (select ^2#0.0 as z) q))"},
    {"select string_agg(b, ',' order by a desc) from t",
     "(select a0 as string_agg from t t group [] string_agg(#0.1, ,:text order #0.0 desc "
     "nulls first))"},
    {"select percentile_cont(0.5) within group (order by a) from t",
     "(select a0 as percentile_cont from t t group [] percentile_cont(cast(#0.0 as double "
     "precision) order cast(#0.0 as double precision) direct 0.5:double precision))"},
    {"select b collate \"C\" from t", "(select #0.1 as b from t t)"},
    {"select generate_series(1, a) + 1 as n, b from t where a > 2 order by n",
     "(select int4pl(#1.0, 1:integer) as n, #0.1 as b from (t t join lateral "
     "generate_series(1:integer, #0.0) generate_series) where int4gt(#0.0, 2:integer) "
     "order 0)"},
    {"select a from t where (a, b) = (select a, 'x' from u)",
     "(select #0.0 as a from t t where (int4eq(#0.0, scalar(select #0.0 as a from (select "
     "#0.0 as a, x:text as ?column? from u u) *SELECT*)) and texteq(#0.1, scalar(select "
     "#0.1 as ?column? from (select #0.0 as a, x:text as ?column? from u u) *SELECT*))))"},
};

TEST(BindTree, IsAsExpected) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

}  // namespace
}  // namespace heliosdb::sql::bind
