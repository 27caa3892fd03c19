#include "tools/table_printer.h"

#include <algorithm>
#include <cstdint>

#include "fmt/format.h"

namespace heliosdb::tools {
namespace {

// The code point at *text, which moves behind it; bytes that are no UTF-8 count as themselves.
uint32_t NextCodePoint(std::string_view* text) {
  const auto first = static_cast<uint8_t>(text->front());
  const size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  uint32_t point = length == 1 ? first : first & (0xFFu >> (length + 1));
  const size_t there = std::min(length, text->size());
  for (size_t i = 1; i < there; ++i)
    point = (point << 6) | (static_cast<uint8_t>((*text)[i]) & 0x3F);
  text->remove_prefix(there);
  return point;
}

// East Asian wide and full-width characters, and emoji: the ranges that terminals draw two cells wide.
bool IsWide(uint32_t point) {
  return (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
         (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
         (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
         (point >= 0x1F300 && point <= 0x1FAFF) || (point >= 0x20000 && point <= 0x3FFFD);
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back().push_back(c);
    }
  }
  return lines;
}

std::string Pad(const std::string& text, size_t width, bool right) {
  const std::string blanks(width - std::min(width, DisplayWidth(text)), ' ');
  return right ? blanks + text : text + blanks;
}

std::string Centre(const std::string& text, size_t width) {
  const size_t spare = width - std::min(width, DisplayWidth(text));
  return std::string(spare / 2, ' ') + text + std::string(spare - spare / 2, ' ');
}

bool IsRightAligned(TypeId type) {
  switch (type) {
    case TypeId::kInt2:
    case TypeId::kInt4:
    case TypeId::kInt8:
    case TypeId::kFloat4:
    case TypeId::kFloat8:
    case TypeId::kNumeric:
      return true;
    default:
      return false;
  }
}

// One row, which takes as many lines as its tallest cell; psql marks a cell that goes on with "+".
void AppendRow(const std::vector<std::optional<std::string>>& row,
               const std::vector<size_t>& widths, const std::vector<bool>& right_aligned,
               std::string* out) {
  std::vector<std::vector<std::string>> cells;
  size_t height = 1;
  for (const std::optional<std::string>& cell : row) {
    cells.push_back(Lines(cell.value_or("")));
    height = std::max(height, cells.back().size());
  }
  for (size_t line = 0; line < height; ++line) {
    std::string text;
    for (size_t c = 0; c < cells.size(); ++c) {
      const bool last = c + 1 == cells.size();
      const bool goes_on = line + 1 < cells[c].size();
      const std::string cell = line < cells[c].size() ? cells[c][line] : "";
      text +=
          " " +
          (last && !right_aligned[c] && !goes_on ? cell : Pad(cell, widths[c], right_aligned[c]));
      text += goes_on ? "+" : last ? "" : " ";
      if (!last) text += "|";
    }
    *out += text + "\n";
  }
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += IsWide(NextCodePoint(&text)) ? 2 : 1;
  return width;
}

std::string FormatTable(const TextTable& table, Footer footer) {
  std::vector<size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(DisplayWidth(column));
  for (const auto& row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      for (const std::string& line : Lines(row[c].value_or("")))
        widths[c] = std::max(widths[c], DisplayWidth(line));
    }
  }
  std::string header;
  std::string rule;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    header += (c > 0 ? "|" : "") + fmt::format(" {} ", Centre(table.columns[c], widths[c]));
    rule += (c > 0 ? "+" : "") + std::string(widths[c] + 2, '-');
  }
  std::string out;
  if (!table.title.empty()) out += Centre(table.title, rule.size()) + "\n";
  out += header + "\n" + rule + "\n";
  for (const auto& row : table.rows) AppendRow(row, widths, table.right_aligned, &out);
  if (footer == Footer::kRowCount) {
    out += fmt::format("({} {})\n", table.rows.size(), table.rows.size() == 1 ? "row" : "rows");
  }
  return out;
}

TextTable ReadTable(Result* result, size_t rows_max) {
  TextTable table;
  for (const Column& column : result->columns()) {
    table.columns.push_back(column.name);
    table.right_aligned.push_back(IsRightAligned(column.type));
  }
  while (table.rows.size() < rows_max && result->Next()) {
    const Row row = result->row();
    auto& cells = table.rows.emplace_back();
    for (size_t c = 0; c < row.size(); ++c) {
      cells.push_back(row.IsNull(c) ? std::nullopt : std::optional<std::string>(row.Text(c)));
    }
  }
  return table;
}

}  // namespace heliosdb::tools
