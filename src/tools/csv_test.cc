#include "tools/csv.h"

#include <sstream>

#include "gtest/gtest.h"

#include "heliosdb/error.h"

namespace heliosdb::tools {
namespace {

TEST(Csv, TellsNullFromEmpty) {
  std::istringstream in("a,,\"\",\"x,\"\"y\"\"\"\n\"two\nlines\",z");
  CsvReader reader(&in);
  auto first = reader.Next();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(**first, (CsvRecord{"a", std::nullopt, "", "x,\"y\""}));
  auto second = reader.Next();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(**second, (CsvRecord{"two\nlines", "z"}));
  EXPECT_EQ(reader.line(), 3);
  auto end = reader.Next();
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->has_value());
}

TEST(Csv, RefusesBrokenQuotes) {
  for (const char* bad : {"\"abc", "\"a\"b,c\n"}) {
    std::istringstream in(bad);
    CsvReader reader(&in);
    EXPECT_EQ(SqlStateOf(reader.Next().status()), "22P04") << bad;
  }
}

TEST(Csv, WritesWhatItReads) {
  const CsvRecord record = {"plain", std::nullopt, "", "a,b", "say \"hi\"", "two\nlines"};
  std::istringstream in(FormatCsv(record));
  CsvReader reader(&in);
  auto read = reader.Next();
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(**read, record);
}

}  // namespace
}  // namespace heliosdb::tools
