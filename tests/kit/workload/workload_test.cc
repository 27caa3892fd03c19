#include "tests/kit/workload/workload.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "tests/kit/scripted_database.h"
#include "tests/kit/workload/invariant_workloads.h"
#include "tests/kit/workload/list_append_workload.h"

namespace heliosdb::testkit::workload {
namespace {

using history::Ending;

TEST(Workload, ParsesListTexts) {
  EXPECT_TRUE(ParseList("").empty());
  EXPECT_THAT(ParseList(",5"), ::testing::ElementsAre(5));
  EXPECT_THAT(ParseList(",1,-2,30"), ::testing::ElementsAre(1, -2, 30));
}

TEST(Workload, KnowsWhichErrorsLeaveTheEndingOpen) {
  EXPECT_EQ(EndingOf(SqlError(sqlstate::kTRSerializationFailure, "x")), Ending::kAborted);
  EXPECT_EQ(EndingOf(SqlError(sqlstate::kUniqueViolation, "x")), Ending::kAborted);
  EXPECT_EQ(EndingOf(SqlError(sqlstate::kQueryCanceled, "x")), Ending::kAborted);
  EXPECT_EQ(EndingOf(SqlError(sqlstate::kTRStatementCompletionUnknown, "x")), Ending::kUnknown);
  EXPECT_EQ(EndingOf(SqlError(sqlstate::kConnectionFailure, "x")), Ending::kUnknown);
  EXPECT_EQ(EndingOf(Unavailable("x")), Ending::kUnknown);
}

class WorkloadClient : public ::testing::Test {
 protected:
  WorkloadClient() {
    database_.AnswerTag("BEGIN ISOLATION LEVEL read committed", "BEGIN");
    database_.AnswerTag("COMMIT", "COMMIT");
    database_.AnswerTag("ROLLBACK", "ROLLBACK");
    database_.AnswerTag("good", "UPDATE 1");
  }
  ScriptedDatabase database_;
};

TEST_F(WorkloadClient, CommitsWhatWentWellAndRollsBackWhatDidNot) {
  Client client(1, {}, &database_);
  ASSERT_TRUE(client.Begin().ok());
  EXPECT_TRUE(client.Execute("good").ok());
  EXPECT_EQ(client.End(), Ending::kCommitted);
  ASSERT_TRUE(client.Begin().ok());
  EXPECT_FALSE(client.Execute("bad").ok());
  EXPECT_FALSE(client.Execute("good").ok());
  EXPECT_EQ(client.End(), Ending::kAborted);
  EXPECT_EQ(database_.log().back(), "client 1: ROLLBACK");
  EXPECT_EQ(client.EndOfStatement(client.Execute("good").status()), Ending::kCommitted);
}

TEST_F(WorkloadClient, ALostCommitIsOfUnknownEnding) {
  database_.Answer("COMMIT",
                   {.results = {}, .status = SqlError(sqlstate::kConnectionFailure, "gone")});
  Client client(1, {}, &database_);
  ASSERT_TRUE(client.Begin().ok());
  EXPECT_EQ(client.End(), Ending::kUnknown);
  EXPECT_TRUE(client.is_connected());
  database_.AnswerTag("COMMIT", "ROLLBACK");
  ASSERT_TRUE(client.Begin().ok());
  EXPECT_EQ(client.End(), Ending::kAborted);
}

// One client over a table of answers: what the workload records is what was answered.
TEST_F(WorkloadClient, RecordsWhatTheSetAnswered) {
  database_.AnswerTag("CREATE TABLE elements (id int PRIMARY KEY)", "CREATE TABLE");
  database_.AnswerRows("SELECT id FROM elements", {{"id", 23}}, {{"0"}, {"1"}});
  for (int i = 0; i < 40; ++i)
    database_.AnswerTag(fmt::format("INSERT INTO elements VALUES ({})", i), "INSERT 0 1");
  WorkloadOptions options;
  options.sessions = 1;
  options.transactions_per_session = 20;
  const auto history = RunSet(options, &database_);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->adds.size() + history->reads.size(), 20u);
  // It lies: it always shows two elements.
  EXPECT_TRUE(history::CheckSet(history->adds, history->reads).Has("lost"));
}

}  // namespace
}  // namespace heliosdb::testkit::workload
