#include "core/sql/execute/key_text.h"

#include "fmt/format.h"
#include "fmt/ranges.h"

#include "core/types/text_form.h"

namespace heliosdb::sql::execute {
namespace {

// PostgreSQL cuts values in these messages at 64 bytes.
constexpr size_t kValueBytesMax = 64;

std::string ValueText(const types::Vector& vector, size_t row, const types::FormatContext& format) {
  if (vector.IsNull(row)) return "null";
  std::string text;
  types::AppendText(vector, vector.is_constant() ? 0 : row, format, &text);
  if (text.size() > kValueBytesMax) {
    text.resize(kValueBytesMax);
    text += "...";
  }
  return text;
}

}  // namespace

std::string KeyText(std::span<const std::string> names,
                    std::span<const types::Vector* const> values, size_t row,
                    const types::FormatContext& format) {
  std::vector<std::string> texts;
  for (const types::Vector* value : values) texts.push_back(ValueText(*value, row, format));
  return fmt::format("({})=({})", fmt::join(names, ", "), fmt::join(texts, ", "));
}

std::string FailingRowText(const catalog::Table& table,
                           std::span<const types::Vector* const> columns, size_t row,
                           const types::FormatContext& format) {
  std::vector<std::string> texts;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (!table.columns[c].dropped) texts.push_back(ValueText(*columns[c], row, format));
  }
  return fmt::format("Failing row contains ({}).", fmt::join(texts, ", "));
}

}  // namespace heliosdb::sql::execute
