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
    {"select * from t natural join u natural join e",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.1 as x, #1.2 as y, #2.0 as "
     "id, #2.1 as k from ((t t join u u on int4eq(#0.0, #1.0)) join e e))"},
    {"select * from t join u using (a) join (select a, 1 as q from t) z using (a)",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.1 as x, #1.2 as y, #2.1 as q "
     "from ((t t join u u on int4eq(#0.0, #1.0)) join (select #0.0 as a, 1:integer as q "
     "from t t) z on int4eq(#0.0, #2.0)))"},
    {"select t.a, u.a from t full join u using (a)",
     "(select #0.0 as a, #1.0 as a from (t t full join u u on int4eq(#0.0, #1.0)))"},
    {"select a from t right join u using (a)",
     "(select #1.0 as a from (t t right join u u on int4eq(#0.0, #1.0)))"},
    {"select * from t join u on t.a = u.a and b = 'x' join e on e.id = u.a",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as a, #1.1 as x, #1.2 as "
     "y, #2.0 as id, #2.1 as k from ((t t join u u on (int4eq(#0.0, #1.0) and "
     "texteq(#0.1, x:text))) join e e on int4eq(#2.0, #1.0)))"},
    {"select * from (t join u using (a)) j where j.b = 'x'",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.1 as x, #1.2 as y from (t t "
     "join u u on int4eq(#0.0, #1.0)) where texteq(#0.1, x:text))"},
    {"select * from t x(p, q) where p = 1",
     "(select #0.0 as p, #0.1 as q, #0.2 as c, #0.3 as d from t x where int4eq(#0.0, "
     "1:integer))"},
    {"select * from t cross join u where t.a = u.a",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as a, #1.1 as x, #1.2 as y "
     "from (t t join u u) where int4eq(#0.0, #1.0))"},
    {"select * from t a, public.t b",
     "(select #0.0 as a, #0.1 as b, #0.2 as c, #0.3 as d, #1.0 as a, #1.1 as b, #1.2 as "
     "c, #1.3 as d from (t a join t b))"},
    {"select b from t group by a, b having c > 1",
     "(select g1 as b from t t group [#0.0, #0.1, #0.2] having numeric_gt(g2, 1:numeric))"},
    {"select 1 having 1 = 1", "(select 1:integer as ?column? group [] having t:boolean)"},
    {"select b as a from t group by a", "(select g1 as a from t t group [#0.0, #0.1])"},
    {"select b as z from t group by z", "(select g0 as z from t t group [#0.1])"},
    {"select b || 'x' as z from t group by b",
     "(select textcat(g0, x:text) as z from t t group [#0.1])"},
    {"select b || 'x' as z from t order by b",
     "(select textcat(#0.1, x:text) as z, #0.1 hidden from t t order 1)"},
    {"select distinct on (a, b) a, b, c from t order by b",
     "(select #0.0 as a, #0.1 as b, #0.2 as c from t t distinct on 1,0 order 1)"},
    {"select distinct on (1) a, b from t order by a",
     "(select #0.0 as a, #0.1 as b from t t distinct on 0 order 0)"},
    {"select a, b from t union select a, b from t order by b desc, a limit 3",
     "(union (select #0.0 as a, #0.1 as b from t t) (select #0.0 as a, #0.1 as b from t "
     "t) order 1 desc nulls first order 0 limit 3:bigint)"},
    {"(select a from t order by b limit 1) union all (select a from u limit 2) order by a",
     "(union all (select #0.0 as a, #0.1 hidden from t t order 1 limit 1:bigint) (select "
     "#0.0 as a from u u limit 2:bigint) order 0)"},
    {"select a from t union select a from u intersect select 1",
     "(union (select #0.0 as a from t t) (intersect (select #0.0 as a from u u) (select "
     "1:integer as ?column?)))"},
    {"select null union select 1",
     "(union (select null:integer as ?column?) (select 1:integer as ?column?))"},
    {"select 'a' union select b from t",
     "(union (select a:text as ?column?) (select #0.1 as b from t t))"},
    {"select a from t except all select x from u",
     "(except all (select cast(#0.0 as bigint) as a from t t) (select #0.1 as x from u u))"},
    {"select a from (select a from t union select x from u) q where a > 1",
     "(select #0.0 as a from (union (select cast(#0.0 as bigint) as a from t t) (select "
     "#0.1 as x from u u)) q where int84gt(#0.0, 1:integer))"},
    {"values (1), (2) order by 1 desc limit 1",
     "(select #0.0 as column1 from values (1:integer), (2:integer) *VALUES* order 0 desc "
     "nulls first limit 1:bigint)"},
    {"select * from (values (1, 'a'), (null, null)) v(x, y) where y = 'b'",
     "(select #0.0 as x, #0.1 as y from (select #0.0 as column1, #0.1 as column2 from "
     "values (1:integer, a:text), (null:integer, null:text) *VALUES*) v where "
     "texteq(#0.1, b:text))"},
    {"select (select 1 union select 2)",
     "(select scalar(union (select 1:integer as ?column?) (select 2:integer as ?column?)) "
     "as ?column?)"},
    {"select (select a from t where t.a = u.a) from u",
     "(select scalar(select #0.0 as a from t t where int4eq(#0.0, ^1#0.0)) as a from u u)"},
    {"select (select sum(u.a) from t) from u",
     "(select scalar(select ^1a0 as sum from t t) as sum from u u group [] sum(#0.0))"},
    {"select (select sum(t.a + u.a) from t) from u",
     "(select scalar(select a0 as sum from t t group [] sum(int4pl(#0.0, ^1#0.0))) as sum "
     "from u u)"},
    {"select sum((select max(u.a) from u where u.a = t.a)) from t",
     "(select a0 as sum from t t group [] sum(scalar(select a0 as max from u u where "
     "int4eq(#0.0, ^1#0.0) group [] max(#0.0))))"},
    {"select a, (select count(*) from u where u.a = t.a) from t group by a",
     "(select g0 as a, scalar(select a0 as count from u u where int4eq(#0.0, ^1g0) group "
     "[] count()) as count from t t group [#0.0])"},
    {"select b, (select count(*) from u where u.a = max(t.a)) from t group by b",
     "(select g0 as b, scalar(select a0 as count from u u where int4eq(#0.0, ^1a0) group "
     "[] count()) as count from t t group [#0.1] max(#0.0))"},
    {"select exists (select * from u where u.a = sum(t.a)) from t",
     "(select exists(select #0.0 as a, #0.1 as x, #0.2 as y from u u where int48eq(#0.0, "
     "^1a0)) as exists from t t group [] sum(#0.0))"},
    {"select a from t where exists (select 1 from u where u.x in (select e.id from e "
     "where e.id = t.a))",
     "(select #0.0 as a from t t where exists(select 1:integer as ?column? from u u where "
     "any([#0.1] int84eq(#-1.0, #-2.0) (select #0.0 as id from e e where int4eq(#0.0, "
     "^2#0.0)))))"},
    {"select a from t where a > all (select a from u) or a <> some (select a from u)",
     "(select #0.0 as a from t t where (all([#0.0] int4gt(#-1.0, #-2.0) (select #0.0 as a "
     "from u u)) or any([#0.0] int4ne(#-1.0, #-2.0) (select #0.0 as a from u u))))"},
    {"select a from t where a not in (select a from u)",
     "(select #0.0 as a from t t where not(any([#0.0] int4eq(#-1.0, #-2.0) (select #0.0 "
     "as a from u u))))"},
    {"select a from t where (a, b) not in (select a, 'q' from u)",
     "(select #0.0 as a from t t where not(any([#0.0, #0.1] (int4eq(#-1.0, #-2.0) and "
     "texteq(#-1.1, #-2.1)) (select #0.0 as a, q:text as ?column? from u u))))"},
};

TEST(QueryTree, Clauses) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

}  // namespace
}  // namespace heliosdb::sql::bind
