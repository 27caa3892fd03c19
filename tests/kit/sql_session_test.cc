#include "tests/kit/sql_session.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/kit/scripted_database.h"

namespace heliosdb::testkit {
namespace {

using ::testing::ElementsAre;

TEST(SplitStatements, KeepsSemicolonsInsideQuotesAndComments) {
  EXPECT_THAT(SplitStatements("-- a;\nselect ';' /* ; /* ; */ ; */ , \"a;b\"; ;select $x$;$x$;\n"),
              ElementsAre("select ';' /* ; /* ; */ ; */ , \"a;b\"", "select $x$;$x$"));
}

TEST(SplitStatements, KnowsEscapesAndDoubledQuotes) {
  EXPECT_THAT(SplitStatements(R"(select E'\';', 'it''s;', 'a\';select $1)"),
              ElementsAre(R"(select E'\';', 'it''s;', 'a\')", "select $1"));
}

TEST(SplitStatements, EndsAtUnterminatedText) {
  EXPECT_THAT(SplitStatements("select 'a; b"), ElementsAre("select 'a; b"));
  EXPECT_THAT(SplitStatements("/* a"), ElementsAre());
}

TEST(SqlSession, RunsInTheBackgroundAndGivesTheOutcomeOnce) {
  ScriptedDatabase database;
  database.AnswerRows("select 1", {{"a", 23}}, {{"1"}});
  const auto session = database.Connect("s");
  ASSERT_TRUE(session.ok());
  for (int round = 0; round < 3; ++round) {
    (*session)->Start("select 1");
    while (!(*session)->WaitFor(absl::Seconds(1))) {
    }
    const SqlOutcome outcome = (*session)->Finish();
    ASSERT_TRUE(outcome.status.ok());
    EXPECT_EQ(outcome.results.at(0).rows.at(0).at(0), "1");
  }
}

}  // namespace
}  // namespace heliosdb::testkit
