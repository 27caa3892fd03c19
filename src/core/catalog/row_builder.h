// Making the rows of a system view, column by column.
#ifndef HELIOSDB_CORE_CATALOG_ROW_BUILDER_H_
#define HELIOSDB_CORE_CATALOG_ROW_BUILDER_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

#include "core/catalog/system_view.h"
#include "core/types/value.h"

namespace heliosdb::catalog {

// The columns of a view, by name and type.
std::vector<ViewColumn> ViewColumns(
    std::initializer_list<std::pair<std::string_view, types::TypeOid>> columns);

types::Value NameValue(std::string_view text);

using RowsFunction = absl::Status (*)(const SystemView& view, const SystemViewContext& context,
                                      const SystemRowSink& sink);

// A view whose rows are made by a function.
class FunctionView : public SystemView {
 public:
  FunctionView(Oid oid, Oid schema, std::string name, std::vector<ViewColumn> columns,
               RowsFunction rows)
      : SystemView(oid, schema, std::move(name), std::move(columns)), rows_(rows) {}

  absl::Status Rows(const SystemViewContext& context, const SystemRowSink& sink) const override {
    return rows_(*this, context, sink);
  }

 private:
  const RowsFunction rows_;
};

// A row of NULLs of the view's types, to fill by name.
class RowBuilder {
 public:
  explicit RowBuilder(const SystemView& view);
  // The view must have the column; the value becomes one of its type.
  RowBuilder& Set(std::string_view column, const types::Value& value);
  absl::Status Emit(const SystemRowSink& sink) const { return sink(row_); }

 private:
  const SystemView& view_;
  std::vector<types::Value> row_;
};

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_ROW_BUILDER_H_
