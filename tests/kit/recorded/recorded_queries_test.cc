#include "tests/kit/recorded/recorded_queries.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/kit/scripted_database.h"

namespace heliosdb::testkit::recorded {
namespace {

using ::testing::HasSubstr;

TEST(RecordedQueries, ParsesNamesAndTexts) {
  const auto queries =
      ParseQueries("-- a comment\n\n-- name: one\nselect 1;\n-- name: two\nselect\n2;\n");
  ASSERT_TRUE(queries.ok());
  ASSERT_EQ(queries->size(), 2u);
  EXPECT_EQ((*queries)[0].name, "one");
  EXPECT_EQ((*queries)[1].sql, "select\n2;\n");
  EXPECT_FALSE(ParseQueries("select 1;\n").ok());
}

TEST(RecordedQueries, AnswersWithTheLastSelectAndEscapes) {
  ScriptedDatabase database;
  database.AnswerTag("create view v", "CREATE VIEW");
  database.AnswerRows("select", {{"a", 23}, {"b", 25}}, {{"1", "x\ty\\\n"}, {std::nullopt, ""}});
  database.AnswerTag("drop view v", "DROP VIEW");
  const auto session = database.Connect("s");
  const auto answer = Answer({"q", "create view v;select;drop view v;"}, session->get());
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, "a int4\tb text\n1\tx\\ty\\\\\\n\n\\N\t\n");
  EXPECT_FALSE(Answer({"q", "drop view v"}, session->get()).ok());
  EXPECT_FALSE(Answer({"q", "select 1"}, session->get()).ok());
}

TEST(RecordedQueries, AnAlteredAnswerDiffers) {
  EXPECT_EQ(FirstDifference("a\nb\n", "a\nb\n"), "");
  EXPECT_THAT(FirstDifference("a\nb\n", "a\nc\n"), HasSubstr("line 2"));
  EXPECT_THAT(FirstDifference("a\nb\n", "a\n"), HasSubstr("(no more)"));
  EXPECT_THAT(FirstDifference("a\n", "a\n\n"), HasSubstr("line 2"));
}

}  // namespace
}  // namespace heliosdb::testkit::recorded
