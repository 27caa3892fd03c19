// What the planner knows about the data: how many rows a table has, and what its columns hold.
#ifndef HELIOSDB_CORE_SQL_PLAN_STATISTICS_H_
#define HELIOSDB_CORE_SQL_PLAN_STATISTICS_H_

#include "core/catalog/catalog_image.h"
#include "core/catalog/object.h"

namespace heliosdb::sql::plan {

// Says how many rows a table has now, about and fast. The layer above knows (ReadView's estimate).
class RowCountSource {
 public:
  virtual ~RowCountSource() = default;
  // Negative when it cannot say.
  virtual double RowCount(const catalog::Table& table) const = 0;
};

// One statement's view of the statistics.
class Statistics {
 public:
  // source may be null; both outlive this.
  Statistics(const catalog::CatalogImage& image, const RowCountSource* source)
      : image_(image), source_(source) {}

  const catalog::CatalogImage& image() const { return image_; }
  // At least 1. A table that was not analysed since it was made or emptied counts as ten pages at least, as in PostgreSQL: a
  // plan that is kept must still do when the table has grown.
  double RowCount(const catalog::Table& table) const;
  // Null when the column was never analysed.
  const catalog::ColumnStatistics* Column(const catalog::Table& table, int column) const;
  double AverageBytes(const catalog::Table& table, int column) const;
  // Of a row with all columns, what storage adds included.
  double RowBytes(const catalog::Table& table) const;
  // How many different values a column has; at least 1.
  double DistinctValues(const catalog::Table& table, int column) const;

 private:
  const catalog::CatalogImage& image_;
  const RowCountSource* const source_;
};

// What a value of a type takes where nothing is known, as PostgreSQL assumes.
int TypicalBytes(types::Type type);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_STATISTICS_H_
