// The comparisons of text, name, char(n) and bytea, in byte order (the C collation).
#include "core/sql/functions/comparison.h"
#include "core/sql/functions/tables.h"
#include "core/types/scalar_text.h"

namespace heliosdb::sql::functions {
namespace {

using enum types::TypeOid;
using enum OperatorKind;

// char(n): trailing spaces do not count.
struct Blanks {
  using Left = std::string_view;
  using Right = std::string_view;
  template <OperatorKind kind>
  static bool Test(std::string_view a, std::string_view b) {
    return Bytes::Test<kind>(types::TrimTrailingSpaces(a), types::TrimTrailingSpaces(b));
  }
};

constexpr FunctionEntry kRows[] = {
    Comparison<Bytes, kEqual>(61, "chareq", {kChar, kChar}),
    Comparison<Bytes, kEqual>(62, "nameeq", {kName, kName}),
    Comparison<Bytes, kEqual>(67, "texteq", {kText, kText}),
    Comparison<Bytes, kNotEqual>(70, "charne", {kChar, kChar}),
    Comparison<Bytes, kLessOrEqual>(72, "charle", {kChar, kChar}),
    Comparison<Bytes, kGreater>(73, "chargt", {kChar, kChar}),
    Comparison<Bytes, kGreaterOrEqual>(74, "charge", {kChar, kChar}),
    Comparison<Bytes, kNotEqual>(157, "textne", {kText, kText}),
    Comparison<Bytes, kEqual>(240, "nameeqtext", {kName, kText}),
    Comparison<Bytes, kLess>(241, "namelttext", {kName, kText}),
    Comparison<Bytes, kLessOrEqual>(242, "nameletext", {kName, kText}),
    Comparison<Bytes, kGreaterOrEqual>(243, "namegetext", {kName, kText}),
    Comparison<Bytes, kGreater>(244, "namegttext", {kName, kText}),
    Comparison<Bytes, kNotEqual>(245, "namenetext", {kName, kText}),
    Comparison<Bytes, kEqual>(247, "texteqname", {kText, kName}),
    Comparison<Bytes, kLess>(248, "textltname", {kText, kName}),
    Comparison<Bytes, kLessOrEqual>(249, "textlename", {kText, kName}),
    Comparison<Bytes, kGreaterOrEqual>(250, "textgename", {kText, kName}),
    Comparison<Bytes, kGreater>(251, "textgtname", {kText, kName}),
    Comparison<Bytes, kNotEqual>(252, "textnename", {kText, kName}),
    Comparison<Bytes, kLess>(655, "namelt", {kName, kName}),
    Comparison<Bytes, kLessOrEqual>(656, "namele", {kName, kName}),
    Comparison<Bytes, kGreater>(657, "namegt", {kName, kName}),
    Comparison<Bytes, kGreaterOrEqual>(658, "namege", {kName, kName}),
    Comparison<Bytes, kNotEqual>(659, "namene", {kName, kName}),
    Comparison<Bytes, kLess>(740, "text_lt", {kText, kText}),
    Comparison<Bytes, kLessOrEqual>(741, "text_le", {kText, kText}),
    Comparison<Bytes, kGreater>(742, "text_gt", {kText, kText}),
    Comparison<Bytes, kGreaterOrEqual>(743, "text_ge", {kText, kText}),
    Comparison<Blanks, kEqual>(1048, "bpchareq", {kBpchar, kBpchar}),
    Comparison<Blanks, kLess>(1049, "bpcharlt", {kBpchar, kBpchar}),
    Comparison<Blanks, kLessOrEqual>(1050, "bpcharle", {kBpchar, kBpchar}),
    Comparison<Blanks, kGreater>(1051, "bpchargt", {kBpchar, kBpchar}),
    Comparison<Blanks, kGreaterOrEqual>(1052, "bpcharge", {kBpchar, kBpchar}),
    Comparison<Blanks, kNotEqual>(1053, "bpcharne", {kBpchar, kBpchar}),
    Comparison<Bytes, kLess>(1246, "charlt", {kChar, kChar}),
    Comparison<Bytes, kEqual>(1948, "byteaeq", {kBytea, kBytea}),
    Comparison<Bytes, kLess>(1949, "bytealt", {kBytea, kBytea}),
    Comparison<Bytes, kLessOrEqual>(1950, "byteale", {kBytea, kBytea}),
    Comparison<Bytes, kGreater>(1951, "byteagt", {kBytea, kBytea}),
    Comparison<Bytes, kGreaterOrEqual>(1952, "byteage", {kBytea, kBytea}),
    Comparison<Bytes, kNotEqual>(1953, "byteane", {kBytea, kBytea}),
};

}  // namespace

std::span<const FunctionEntry> TextComparisons() { return kRows; }

}  // namespace heliosdb::sql::functions
