#include "tests/kit/hermitage/hermitage.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "tests/kit/scripted_database.h"

namespace heliosdb::testkit::hermitage {
namespace {

constexpr char kText[] =
    "# a comment\nscenario a title\n\nsetup create\n\nT1 begin\nT2 select\nT1 bad\n\n"
    "level read committed\nT1 begin -> BEGIN\nT2 select -> (1 NULL, 2 x)\nT1 bad -> error 40001\n";

TEST(Hermitage, ParsesStepsAndTranscripts) {
  const auto scenario = ParseScenario(kText);
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->title, "a title");
  EXPECT_EQ(scenario->steps.size(), 3u);
  EXPECT_EQ(scenario->steps[1], std::pair(std::string("T2"), std::string("select")));
  ASSERT_EQ(scenario->transcripts.size(), 1u);
  EXPECT_FALSE(ParseScenario("scenario x\nlevel read everything\n").ok());
  EXPECT_FALSE(ParseScenario("nonsense\n").ok());
}

TEST(Hermitage, RunsAndTranscribes) {
  ScriptedDatabase database;
  database.AnswerTag("create", "CREATE TABLE");
  database.AnswerTag("begin isolation level read committed", "BEGIN");
  database.AnswerRows("select", {{"id", 23}, {"v", 25}}, {{"1", std::nullopt}, {"2", "x"}});
  database.Answer("bad",
                  {.results = {}, .status = SqlError(sqlstate::kTRSerializationFailure, "no")});
  const auto scenario = ParseScenario(kText);
  ASSERT_TRUE(scenario.ok());
  const auto transcript = RunScenario(*scenario, "read committed", &database);
  ASSERT_TRUE(transcript.ok()) << transcript.status();
  EXPECT_EQ(*transcript, scenario->transcripts[0].second);
  EXPECT_EQ(WithTranscripts(kText, {{"read committed", *transcript}}), kText);
  EXPECT_FALSE(RunScenario(*scenario, "serializable", &database)->starts_with("T1 begin -> BEGIN"));
}

}  // namespace
}  // namespace heliosdb::testkit::hermitage
