// Results as aligned tables, in the form of psql.
#ifndef HELIOSDB_TOOLS_TABLE_PRINTER_H_
#define HELIOSDB_TOOLS_TABLE_PRINTER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heliosdb/result.h"

namespace heliosdb::tools {

enum class Footer { kRowCount, kNone };

// Rows as text; an empty optional is NULL, printed as nothing.
struct TextTable {
  std::string title;  // Above the table, centred; may be empty.
  std::vector<std::string> columns;
  std::vector<bool> right_aligned;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

std::string FormatTable(const TextTable& table, Footer footer);

// Reads the next rows of a result, up to rows_max.
TextTable ReadTable(Result* result, size_t rows_max);

// How many cells of a terminal a text takes: characters of UTF-8, wide ones twice.
size_t DisplayWidth(std::string_view text);

}  // namespace heliosdb::tools

#endif  // HELIOSDB_TOOLS_TABLE_PRINTER_H_
