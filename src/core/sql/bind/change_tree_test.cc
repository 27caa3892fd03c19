// INSERT, UPDATE and DELETE: the queries they are bound to.
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
    {"insert into t(a, b) values ($1, $2)", "(select $1:integer as a, $2:text as b)"},
    {"insert into t select $1, $2", "(select $1:integer as ?column?, $2:text as ?column?)"},
    {"update t set a = $1 where b = $2",
     "(select $1:integer as a from t t where texteq(#0.1, $2:text))"},
    {"update t set a = default, b = default",
     "(select null:integer as a, null:text as b from t t)"},
    {"update t set a = (select max(a) from u), b = lower(b)",
     "(select scalar(select a0 as max from u u group [] max(#0.0)) as a, lower(#0.1) as b "
     "from t t)"},
    {"update t x set a = x.a + 1 where x.b = 'q'",
     "(select int4pl(#0.0, 1:integer) as a from t x where texteq(#0.1, q:text))"},
    {"update t set a = y.a from u y where y.a = t.a and t.b = 'x' returning t.a, y.x, *",
     "(select #1.0 as a from (t t join u y) where (int4eq(#1.0, #0.0) and texteq(#0.1, "
     "x:text)))"},
    {"update t set a = 1 from t z where z.a = t.a",
     "(select 1:integer as a from (t t join t z) where int4eq(#1.0, #0.0))"},
    {"update t set c = 1.5, d = 1",
     "(select 1.50:numeric(10,2) as c, 1:character varying(3) as d from t t)"},
    {"update t set b = 1, c = '5'", "(select 1:text as b, 5.00:numeric(10,2) as c from t t)"},
    {"update t set a = 1.5", "(select 2:integer as a from t t)"},
    {"update u set y = '2020-01-01', x = 5",
     "(select 2020-01-01:date as y, 5:bigint as x from u u)"},
    {"update e set id = default",
     "(select cast(nextval(20000:regclass) as integer) as id from e e)"},
    {"delete from t x where x.a = 1 returning x.*, 1 as one",
     "(select  from t x where int4eq(#0.0, 1:integer))"},
    {"delete from t where a = (select max(a) from t)",
     "(select  from t t where int4eq(#0.0, scalar(select a0 as max from t t group [] "
     "max(#0.0))))"},
    {"delete from t using u, e where t.a = u.a and e.id = u.a",
     "(select  from ((t t join u u) join e e) where (int4eq(#0.0, #1.0) and int4eq(#2.0, "
     "#1.0)))"},
    {"insert into t values (default, default)", "(select null:integer as a, null:text as b)"},
    {"insert into t(b) select 1", "(select 1:text as ?column?)"},
    {"insert into t(a) values ((select max(a) from u))",
     "(select scalar(select a0 as max from u u group [] max(#0.0)) as a)"},
    {"insert into t(a) values (generate_series(1, 3))",
     "(select #0.0 as a from generate_series(1:integer, 3:integer) generate_series)"},
    {"insert into t(a) values (1.5), ('2'), (null)",
     "(select #0.0 as a from values (2:integer), (2:integer), (null:integer) *VALUES*)"},
    {"insert into t(a, c) values (1, '1.234'), (2, 5)",
     "(select #0.0 as a, #0.1 as c from values (1:integer, 1.23:numeric(10,2)), "
     "(2:integer, 5.00:numeric(10,2)) *VALUES*)"},
    {"insert into t(a) values (1) on conflict (a) do update set b = excluded.b || t.b "
     "where t.a > excluded.a",
     "(select 1:integer as a)"},
    {"insert into t as x(a) values (1) on conflict (a) do update set b = x.b returning *",
     "(select 1:integer as a)"},
    {"insert into t(a) values (1) on conflict (a) do update set a = 1, b = default",
     "(select 1:integer as a)"},
    {"insert into t(a) values (1) on conflict (a) where b = 'x' do nothing",
     "(select 1:integer as a)"},
    {"insert into t(a) values (1) on conflict do nothing returning a", "(select 1:integer as a)"},
    {"insert into t(a) values (1) on conflict (a) do update set b = (select max(b) from t)",
     "(select 1:integer as a)"},
    {"insert into e overriding system value values (5, 'x')",
     "(select 5:integer as id, x:text as k)"},
    {"insert into e overriding user value values (5, 'x')",
     "(select cast(nextval(20000:regclass) as integer) as id, x:text as k)"},
    {"insert into t(a) select a from u order by x limit 1",
     "(select #0.0 as a, #0.1 hidden from u u order 1 limit 1:bigint)"},
    {"insert into t(a, b) (values (1, 'x') order by 1)",
     "(select #0.0 as column1, #0.1 as column2 from values (1:integer, x:text) *VALUES* "
     "order 0)"},
    {"insert into t (a) with w as (select 1 as z) select z from w",
     "(with w - select #0.0 as z from (select 1:integer as z) w)"},
};

TEST(ChangeTree, IsAsExpected) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

}  // namespace
}  // namespace heliosdb::sql::bind
