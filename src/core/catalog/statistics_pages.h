// Sizes in PostgreSQL's unit, for what it shows in pages.
#ifndef HELIOSDB_CORE_CATALOG_STATISTICS_PAGES_H_
#define HELIOSDB_CORE_CATALOG_STATISTICS_PAGES_H_

#include <cmath>

#include "core/catalog/object.h"

namespace heliosdb::catalog {

// How many pages of 8 KiB the rows that ANALYZE found would fill in PostgreSQL, which stores a row's
// header and its place in the page besides.
inline double PagesOf(const TableStatistics& statistics) {
  constexpr double kRowOverheadBytes = 28;
  return std::ceil(statistics.rows * (statistics.average_row_bytes + kRowOverheadBytes) / 8192);
}

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_STATISTICS_PAGES_H_
