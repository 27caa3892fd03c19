#include "core/catalog/row_builder.h"

#include "core/base/check.h"

namespace heliosdb::catalog {

std::vector<ViewColumn> ViewColumns(
    std::initializer_list<std::pair<std::string_view, types::TypeOid>> columns) {
  std::vector<ViewColumn> list;
  for (const auto& [name, type] : columns) list.push_back({std::string(name), {type}});
  return list;
}

types::Value NameValue(std::string_view text) {
  return types::Value::String({types::TypeOid::kName}, std::string(text));
}

RowBuilder::RowBuilder(const SystemView& view) : view_(view) {
  for (const ViewColumn& column : view.columns()) row_.push_back(types::Value::Null(column.type));
}

RowBuilder& RowBuilder::Set(std::string_view column, const types::Value& value) {
  for (size_t i = 0; i < view_.columns().size(); ++i) {
    if (view_.columns()[i].name == column) {
      row_[i] = value.WithType(view_.columns()[i].type);
      return *this;
    }
  }
  HELIOS_CHECK(false);
  return *this;
}

}  // namespace heliosdb::catalog
