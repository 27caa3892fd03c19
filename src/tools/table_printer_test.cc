#include "tools/table_printer.h"

#include "gtest/gtest.h"

namespace heliosdb::tools {
namespace {

TEST(TablePrinter, AlignsAsPsqlDoes) {
  TextTable table;
  table.columns = {"id", "name"};
  table.right_aligned = {true, false};
  table.rows = {{"1", "Ann"}, {"20", std::nullopt}};
  EXPECT_EQ(FormatTable(table, Footer::kRowCount),
            " id | name \n"
            "----+------\n"
            "  1 | Ann\n"
            " 20 | \n"
            "(2 rows)\n");
}

TEST(TablePrinter, MarksCellsOfSeveralLines) {
  TextTable table;
  table.columns = {"a", "b"};
  table.right_aligned = {false, false};
  table.rows = {{"x\nyy", "z"}};
  EXPECT_EQ(FormatTable(table, Footer::kRowCount),
            " a  | b \n"
            "----+---\n"
            " x +| z\n"
            " yy | \n"
            "(1 row)\n");
}

TEST(TablePrinter, CountsCellsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("Gr\xC3\xBC\xC3\x9F"), 4u);
  EXPECT_EQ(DisplayWidth("\xE6\x97\xA5"), 2u);
}

}  // namespace
}  // namespace heliosdb::tools
