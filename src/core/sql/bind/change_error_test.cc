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
    {"with x as (insert into t values (1) returning *) select * from x",
     "0A000 data-modifying statements in WITH are not supported @6"},
    {"update t set t.a = 1", "42703 column \"t\" of relation \"t\" does not exist @14"},
    {"update t x set a = t.a",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @20 hint: Perhaps you "
     "meant to reference the table alias \"x\"."},
    {"update t x set x.a = 1", "42703 column \"x\" of relation \"t\" does not exist @16"},
    {"update t set a = 1 from t", "42712 table name \"t\" specified more than once"},
    {"update t set (a, b) = (1)",
     "0A000 source for a multiple-column UPDATE item must be a sub-SELECT or ROW() "
     "expression @24"},
    {"update t set (a, b) = (1, 2, 3)",
     "42601 number of columns does not match number of values @23"},
    {"update t set (a, b) = 5",
     "0A000 source for a multiple-column UPDATE item must be a sub-SELECT or ROW() "
     "expression @23"},
    {"update t set (a) = (5)",
     "0A000 source for a multiple-column UPDATE item must be a sub-SELECT or ROW() "
     "expression @21"},
    {"update t set a = 1 where sum(a) > 1",
     "42803 aggregate functions are not allowed in WHERE @26"},
    {"update t set a = 1 returning sum(a)",
     "42803 aggregate functions are not allowed in RETURNING @30"},
    {"update nosuch set a = 1", "42P01 relation \"nosuch\" does not exist @8"},
    {"update t set a = 1 where current of cur",
     "0A000 cursors in WHERE CURRENT OF are not supported"},
    {"update t set a = true",
     "42804 column \"a\" is of type integer but expression is of type boolean @18 hint: "
     "You will need to rewrite or cast the expression."},
    {"update u set y = 5",
     "42804 column \"y\" is of type date but expression is of type integer @18 hint: You "
     "will need to rewrite or cast the expression."},
    {"update v set a = 1", "0A000 changing rows through view \"v\" is not supported @8"},
    {"delete from t x where t.a = 1",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @23 hint: Perhaps you "
     "meant to reference the table alias \"x\"."},
    {"delete from nosuch", "42P01 relation \"nosuch\" does not exist @13"},
    {"insert into nosuch values (1)", "42P01 relation \"nosuch\" does not exist @13"},
    {"insert into t(a, b) values (1, 'x'), (2)",
     "42601 VALUES lists must all be the same length @39"},
    {"insert into t(a) values (1), (2, 3)", "42601 VALUES lists must all be the same length @31"},
    {"insert into t(a, b) select a from u",
     "42601 INSERT has more target columns than expressions @18"},
    {"insert into t select * from u",
     "42804 column \"c\" is of type numeric but expression is of type date @22 hint: You "
     "will need to rewrite or cast the expression."},
    {"insert into t(a) select 'x'", "22P02 invalid input syntax for type integer: \"x\" @25"},
    {"insert into t(a) select '5' union all select '6'",
     "42804 column \"a\" is of type integer but expression is of type text @25 hint: You "
     "will need to rewrite or cast the expression."},
    {"insert into t(a) values (a)",
     "42703 column \"a\" does not exist @26 hint: There is a column named \"a\" in table "
     "\"t\", but it cannot be referenced from this part of the query."},
    {"insert into t(a) values (t.a)",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @26 hint: There is an "
     "entry for table \"t\", but it cannot be referenced from this part of the query."},
    {"insert into t(a) values (sum(1))", "42803 aggregate functions are not allowed in VALUES @26"},
    {"insert into t as x(a) values (1) returning x.a, t.b",
     "42P01 invalid reference to FROM-clause entry for table \"t\" @49 hint: Perhaps you "
     "meant to reference the table alias \"x\"."},
    {"insert into t(a) values (1) on conflict (b) do nothing",
     "42P10 there is no unique or exclusion constraint matching the ON CONFLICT "
     "specification"},
    {"insert into t(a) values (1) on conflict (zz) do nothing",
     "42703 column \"zz\" does not exist @41"},
    {"insert into t(a) values (1) on conflict (a, b) do nothing",
     "42P10 there is no unique or exclusion constraint matching the ON CONFLICT "
     "specification"},
    {"insert into t(a) values (1) on conflict (a) do update set nosuch = 1",
     "42703 column \"nosuch\" of relation \"t\" does not exist @59"},
    {"insert into t(a) values (1) on conflict (a) do update set b = 1, b = 2",
     "42601 multiple assignments to same column \"b\""},
    {"insert into t(a) values (1) on conflict (a) do update set b = sum(a)",
     "42702 column reference \"a\" is ambiguous @67"},
    {"insert into t(a) values (1) on conflict (lower(b)) do nothing",
     "42P10 there is no unique or exclusion constraint matching the ON CONFLICT "
     "specification"},
    {"insert into s values (1)", "42809 cannot change sequence \"s\""},
    {"insert into v values (1)", "0A000 changing rows through view \"v\" is not supported @13"},
    {"insert into t_pkey values (1)", "42809 \"t_pkey\" is an index @13"},
};

TEST(ChangeError, IsPostgres) {
  const TestImage image;
  for (const Case& one : kCases) EXPECT_EQ(image.Text(one.sql), one.expected) << one.sql;
}

}  // namespace
}  // namespace heliosdb::sql::bind
