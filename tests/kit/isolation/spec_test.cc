#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "tests/kit/isolation/spec_file.h"
#include "tests/kit/isolation/spec_runner.h"
#include "tests/kit/scripted_database.h"

namespace heliosdb::testkit::isolation {
namespace {

constexpr char kSpec[] =
    "# two sessions\nsetup { create }\nsetup\n{\n more\n}\nteardown { drop }\n"
    "session one\nsetup { begin }\nstep a { select  }\nstep \"b c\" { bad }\nteardown { end }\n"
    "session two\nstep d { nothing }\n";

TEST(IsolationSpec, ParsesBlocksNamesAndMarkers) {
  const auto spec = ParseSpec(
      std::string(kSpec) + "permutation a \"b c\" (*) d (a, \"b c\" notices 2)\npermutation d\n");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_THAT(spec->setup, ::testing::ElementsAre("create", "\n more\n"));
  EXPECT_EQ(spec->sessions[0].steps[0].sql, "select");
  ASSERT_EQ(spec->permutations.size(), 2u);
  const Permutation& first = spec->permutations[0];
  EXPECT_EQ(first[1].blockers[0].kind, Blocker::Kind::kOnce);
  EXPECT_EQ(first[2].blockers[0].kind, Blocker::Kind::kOtherStep);
  EXPECT_EQ(first[2].blockers[1].notices, 2);
  EXPECT_EQ(first[2].blockers[1].step->name, "b c");
}

TEST(IsolationSpec, MakesEveryInterleavingWhenNoneIsGiven) {
  const auto spec = ParseSpec(kSpec);
  ASSERT_TRUE(spec.ok());
  ASSERT_EQ(spec->permutations.size(), 3u);
  EXPECT_EQ(spec->permutations[0][2].step->name, "d");
  EXPECT_EQ(spec->permutations[2][0].step->name, "d");
}

TEST(IsolationSpec, NamesTheLineOfAnError) {
  EXPECT_THAT(ParseSpec("session a\nstep b { x }\npermutation nosuch\n").status().message(),
              ::testing::HasSubstr("line 3"));
  EXPECT_FALSE(ParseSpec("setup { x }\n").ok());
  EXPECT_FALSE(ParseSpec("session a step b { x").ok());
  EXPECT_FALSE(ParseSpec("session a step b { x } permutation b (").ok());
}

TEST(IsolationRunner, WritesWhatIsolationtesterWrites) {
  ScriptedDatabase database;
  for (const char* sql : {"create", "\n more\n", "begin", "end", "drop", "nothing"})
    database.AnswerTag(sql, "OK");
  database.AnswerRows("select", {{"id", 23}, {"name", 25}, {"n", 20}},
                      {{"1", "ann", "-1.5e3"}, {"20", std::nullopt, std::nullopt}});
  database.Answer(
      "bad", {.results = {}, .status = SqlError(sqlstate::kDivisionByZero, "division by zero")});
  const auto spec = ParseSpec(std::string(kSpec) + "permutation a \"b c\"(*) d\n");
  ASSERT_TRUE(spec.ok());
  const auto output = RunSpec(*spec, {}, &database);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(*output,
            "Parsed test spec with 2 sessions\n\nstarting permutation: a b c d\nstep a: select\n"
            "id|name|     n\n--+----+------\n 1|ann |-1.5e3\n20|    |      \n(2 rows)\n\n"
            "step b c: bad <waiting ...>\nstep d: nothing\nstep b c: <... completed>\nERROR:  "
            "division by zero\n");
}

TEST(IsolationRunner, FailsWhenTheSetupFails) {
  ScriptedDatabase database;
  const auto spec = ParseSpec(kSpec);
  ASSERT_TRUE(spec.ok());
  EXPECT_FALSE(RunSpec(*spec, {}, &database).ok());
}

}  // namespace
}  // namespace heliosdb::testkit::isolation
