#include "tools/shell.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include <unistd.h>

#include "heliosdb/heliosdb.h"

namespace heliosdb::tools {
namespace {

// A shell over a database in memory whose output is kept.
class ShellTest : public testing::Test {
 protected:
  ShellTest() {
    database_ = *Database::Open(":memory:");
    connection_ = *database_->Connect();
    out_ = std::tmpfile();
    error_ = std::tmpfile();
  }
  ~ShellTest() override {
    std::fclose(out_);
    std::fclose(error_);
  }

  bool Run(const std::string& input) {
    std::istringstream in(input);
    Shell shell(connection_.get(), out_, error_, {.timing = false, .stop_on_error = true});
    return shell.Run(MakeStreamReader(&in).get());
  }
  static std::string Contents(std::FILE* file) {
    std::rewind(file);
    std::string text;
    for (int c = 0; (c = std::fgetc(file)) != EOF;) text.push_back(static_cast<char>(c));
    return text;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
  std::FILE* out_;
  std::FILE* error_;
};

TEST_F(ShellTest, RunsStatementsOverSeveralLines) {
  EXPECT_TRUE(Run(
      "CREATE TABLE t (a int,\n  b text);\nINSERT INTO t VALUES (1, 'x;y');\nSELECT *\nFROM t;\n"));
  EXPECT_EQ(Contents(out_),
            "CREATE TABLE\n"
            "INSERT 0 1\n"
            " a |  b  \n"
            "---+-----\n"
            " 1 | x;y\n"
            "(1 row)\n"
            "\n");
}

TEST_F(ShellTest, PointsAtErrors) {
  EXPECT_FALSE(Run("SELECT 1,\n  nope;\n"));
  EXPECT_EQ(Contents(error_),
            "ERROR:  column \"nope\" does not exist\n"
            "LINE 2:   nope\n"
            "          ^\n");
}

TEST_F(ShellTest, DescribesTables) {
  EXPECT_TRUE(
      Run("CREATE TABLE t (a int PRIMARY KEY, b varchar(5) NOT NULL DEFAULT 'x');\n\\dt\n\\d t\n"));
  const std::string out = Contents(out_);
  EXPECT_NE(out.find("List of relations"), std::string::npos) << out;
  EXPECT_NE(out.find("character varying(5)"), std::string::npos) << out;
  EXPECT_NE(out.find("\"t_pkey\""), std::string::npos) << out;
}

TEST_F(ShellTest, CopiesCsvInAndOut) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("heliosdb_shell_test_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string in = (folder / "in.csv").string();
  const std::string out = (folder / "out.csv").string();
  std::ofstream(in) << "a,b\n1,\"x,y\"\n2,\n";
  EXPECT_TRUE(Run("CREATE TABLE t (a int, b text);\n\\copy t from " + in +
                  " header\n\\copy (SELECT * FROM t ORDER "
                  "BY a) to " +
                  out + "\n"))
      << Contents(error_);
  std::ifstream written(out);
  std::ostringstream text;
  text << written.rdbuf();
  EXPECT_EQ(text.str(), "1,\"x,y\"\n2,\n");
  std::filesystem::remove_all(folder);
}

TEST_F(ShellTest, SaysWhenACommandIsUnknown) {
  EXPECT_FALSE(Run("\\nope\n"));
  EXPECT_NE(Contents(error_).find("invalid command \\nope"), std::string::npos);
}

}  // namespace
}  // namespace heliosdb::tools
