#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "tests/kit/scripted_database.h"
#include "tests/kit/slt/md5.h"
#include "tests/kit/slt/slt_file.h"
#include "tests/kit/slt/slt_runner.h"

namespace heliosdb::testkit::slt {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Md5, GivesTheDigestsOfRfc1321) {
  EXPECT_EQ(Md5(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(Md5("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

class SltRunner : public ::testing::Test {
 protected:
  SltRunner() {
    database_.AnswerTag("create table t", "CREATE TABLE");
    database_.AnswerTag("insert", "INSERT 0 2");
    database_.AnswerRows("select", {{"a", 23}, {"b", 25}},
                         {{"2", "x"}, {"10", std::nullopt}, {"1", ""}});
    database_.Answer(
        "bad", {.results = {}, .status = SqlError(sqlstate::kDivisionByZero, "division by zero")});
  }
  Report MustRun(std::string_view text, const RunOptions& options = {}) {
    const absl::StatusOr<Report> report = RunSltText(text, options, &database_);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : Report{.records = -1, .passed = 0, .failures = {}};
  }
  void ExpectPass(std::string_view text) {
    const Report report = MustRun(text);
    EXPECT_EQ(report.records, 1);
    EXPECT_EQ(report.failed(), 0) << (report.failures.empty() ? "" : report.failures[0].text);
  }
  void ExpectFailure(std::string_view text, std::string_view with) {
    const Report report = MustRun(text);
    ASSERT_EQ(report.failures.size(), 1u) << text;
    EXPECT_THAT(report.failures[0].text, HasSubstr(std::string(with)));
  }
  ScriptedDatabase database_;
};

TEST_F(SltRunner, OriginalDialectPrintsOneValueALine) {
  ExpectPass("query IT nosort\nselect\n----\n2\nx\n10\nNULL\n1\n(empty)\n");
  ExpectPass("query IT rowsort\nselect\n----\n1\n(empty)\n10\nNULL\n2\nx\n");
  ExpectPass("query IT valuesort\nselect\n----\n(empty)\n1\n10\n2\nNULL\nx\n");
  ExpectPass("query RI nosort\nselect\n----\n2.000\n0\n10.000\nNULL\n1.000\n0\n");
}

TEST_F(SltRunner, AnAlteredAnswerFails) {
  ExpectFailure("query IT nosort\nselect\n----\n3\nx\n10\nNULL\n1\n(empty)\n", "expected");
  ExpectFailure("query IT nosort\nselect\n----\n2\nx\n10\nNULL\n1\n", "expected");
  ExpectFailure("query I nosort\nselect\n----\n2\n10\n1\n", "columns");
  ExpectFailure(
      "query IT nosort\nselect\n----\n6 values hashing to d41d8cd98f00b204e9800998ecf8427e\n",
      "hashing");
  ExpectFailure("statement ok\nbad\n", "22012");
  ExpectFailure("statement error\ninsert\n", "succeeded");
}

TEST_F(SltRunner, HashesAboveTheThreshold) {
  const std::string digest = Md5("2\nx\n10\nNULL\n1\n(empty)\n");
  ExpectPass("hash-threshold 5\nquery IT nosort\nselect\n----\n6 values hashing to " + digest +
             "\n");
  ExpectPass("hash-threshold 5\nquery IT nosort\nselect\n----\n2\nx\n10\nNULL\n1\n(empty)\n");
}

TEST_F(SltRunner, SkipsByEngineAndHalts) {
  const Report report = MustRun(
      "onlyif mysql # div\nstatement ok\nbad\n\nskipif postgresql\nstatement ok\nbad\n\n"
      "onlyif postgresql\nstatement ok\ninsert\n\nhalt\n\nstatement ok\nbad\n");
  EXPECT_EQ(report.records, 1);
  EXPECT_EQ(report.passed, 1);
}

TEST_F(SltRunner, SameLabelMustGiveTheSameResult) {
  database_.AnswerRows("other", {{"a", 23}}, {{"7"}});
  const Report report = MustRun(
      "query I nosort x\nother\n----\n7\n\nquery IT nosort "
      "x\nselect\n----\n2\nx\n10\nNULL\n1\n(empty)\n");
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_THAT(report.failures[0].text, HasSubstr("same label"));
}

TEST_F(SltRunner, OnlyListedRecordsCountButAllRun) {
  const std::set<int> lines = {4};
  RunOptions options;
  options.counted_lines = &lines;
  const Report report = MustRun("statement ok\nbad\n\nstatement ok\ninsert\n", options);
  EXPECT_EQ(report.records, 1);
  EXPECT_EQ(report.passed, 1);
  EXPECT_EQ(database_.log().size(), 2u);
}

TEST_F(SltRunner, AListedRecordIsNamedByItsConditionsAndMustExist) {
  const std::set<int> lines = {1, 2};
  RunOptions options;
  options.counted_lines = &lines;
  const Report report = MustRun("skipif mysql\nstatement ok\ninsert\n", options);
  EXPECT_EQ(report.records, 2);
  EXPECT_EQ(report.passed, 1);
  ASSERT_EQ(report.failures.size(), 1u);
  EXPECT_EQ(report.failures[0].line, 2);
}

constexpr char kOurs[] = "dialect postgresql\n\n";

TEST_F(SltRunner, OurDialectChecksTypesRowsTagsAndErrors) {
  const std::string ours = kOurs;
  ExpectPass(ours + "query int4,text\nselect\n----\n2|x\n10|NULL\n1|(empty)\n");
  ExpectPass(ours + "query int4,text rowsort\nselect\n----\n1|(empty)\n10|NULL\n2|x\n");
  ExpectPass(ours + "statement ok INSERT 0 2\ninsert\n");
  ExpectPass(ours + "statement error 22012\nbad\n----\ndivision by zero\n");
  ExpectFailure(ours + "query int8,text\nselect\n----\n2|x\n10|NULL\n1|(empty)\n", "types");
  ExpectFailure(ours + "query int4,text\nselect\n----\n2|x\n1|(empty)\n", "expected");
  ExpectFailure(ours + "statement ok INSERT 0 1\ninsert\n", "tag");
  ExpectFailure(ours + "statement error 22003\nbad\n", "22012");
  ExpectFailure(ours + "statement error 22012\nbad\n----\ndivision by one\n", "message");
}

TEST_F(SltRunner, RunsEachConnectionOnItsOwnSession) {
  MustRun(std::string(kOurs) +
          "connection a\n\nstatement ok\ninsert\n\nconnection b\n\nstatement ok\ninsert\n");
  EXPECT_THAT(database_.log(), ::testing::ElementsAre("a: insert", "b: insert"));
}

TEST_F(SltRunner, RewriteFillsInWhatTheDatabaseAnswersAndThenPasses) {
  const std::string source =
      std::string(kOurs) +
      "# keep me\nquery rowsort\nselect\n\nstatement ok\nbad\n\nquery\ninsert\n----\n1\n\n"
      "# the end\n";
  const absl::StatusOr<std::string> rewritten = RewriteSltText(source, &database_);
  ASSERT_TRUE(rewritten.ok()) << rewritten.status();
  EXPECT_EQ(*rewritten,
            std::string(kOurs) +
                "# keep me\nquery int4,text rowsort\nselect\n----\n1|(empty)\n10|NULL\n2|x\n\n"
                "statement error 22012\nbad\n----\ndivision by zero\n\n"
                "statement ok INSERT 0 2\ninsert\n\n# the end\n");
  EXPECT_EQ(MustRun(*rewritten).failed(), 0);
  EXPECT_EQ(RewriteSltText(*rewritten, &database_).value_or(""), *rewritten);
}

TEST(SltFile, RefusesWhatIsNoDirective) {
  EXPECT_FALSE(ParseSltFile("nonsense\n", "postgresql").ok());
  EXPECT_FALSE(ParseSltFile("statement maybe\nselect 1\n", "postgresql").ok());
  EXPECT_THAT(ParseSltFile("# only a comment\n", "postgresql")->records, IsEmpty());
}

}  // namespace
}  // namespace heliosdb::testkit::slt
