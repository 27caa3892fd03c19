// Tables that are made of what the engine knows, not stored: pg_tables, helios_stats.
#ifndef HELIOSDB_CORE_CATALOG_SYSTEM_VIEW_H_
#define HELIOSDB_CORE_CATALOG_SYSTEM_VIEW_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "core/catalog/object.h"
#include "core/types/value.h"

namespace heliosdb::catalog {

class CatalogImage;

struct SystemViewContext {
  // What the statement sees. Not null.
  const CatalogImage* image = nullptr;
  // The session's database, as current_database() gives it.
  std::string_view database;
  std::string_view user;
};

// Takes a row, one value a column, of the column's type or NULL; its error stops the scan.
using SystemRowSink = std::function<absl::Status(std::span<const types::Value> row)>;

// Immutable and thread-safe. Whoever provides one keeps it alive as long as the CatalogCache.
class SystemView {
 public:
  SystemView(Oid oid, Oid schema, std::string name, std::vector<ViewColumn> columns)
      : oid_(oid), schema_(schema), name_(std::move(name)), columns_(std::move(columns)) {}
  virtual ~SystemView() = default;
  SystemView(const SystemView&) = delete;
  SystemView& operator=(const SystemView&) = delete;

  // Built in: below kOidFirst.
  Oid oid() const { return oid_; }
  // kPgCatalogSchema or kInformationSchema.
  Oid schema() const { return schema_; }
  const std::string& name() const { return name_; }
  const std::vector<ViewColumn>& columns() const { return columns_; }

  // Gives every row to sink, in no particular order. Returns sink's error.
  virtual absl::Status Rows(const SystemViewContext& context, const SystemRowSink& sink) const = 0;

 private:
  const Oid oid_;
  const Oid schema_;
  const std::string name_;
  const std::vector<ViewColumn> columns_;
};

// How upper layers add views: engine counters, replication, sessions.
class SystemViewProvider {
 public:
  virtual ~SystemViewProvider() = default;
  virtual std::span<const SystemView* const> views() const = 0;
};

// pg_tables, pg_views, pg_indexes and their like: what the image alone can tell. Lives as long as
// the program.
const SystemViewProvider& BuiltinSystemViews();

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_SYSTEM_VIEW_H_
