#include "core/catalog/object.h"

#include <algorithm>

namespace heliosdb::catalog {

void Table::Finish() {
  std::vector<types::Type> types;
  types.reserve(columns.size());
  for (const Column& column : columns) types.push_back(column.type);
  layout = std::make_shared<const types::RowLayout>(types);
}

int Table::FindColumn(std::string_view column) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].dropped && columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

size_t Table::LiveColumnCount() const {
  return static_cast<size_t>(std::count_if(columns.begin(), columns.end(),
                                           [](const Column& column) { return !column.dropped; }));
}

bool Index::UsesColumn(int column) const {
  const auto is_key = [column](const IndexColumn& key) { return key.column == column; };
  return std::any_of(columns.begin(), columns.end(), is_key) ||
         std::count(included_columns.begin(), included_columns.end(), column) > 0 ||
         std::count(expression_columns.begin(), expression_columns.end(), column) > 0;
}

}  // namespace heliosdb::catalog
