// pg_class and pg_stats: what ANALYZE found.
#ifndef HELIOSDB_CORE_CATALOG_STATISTICS_VIEWS_H_
#define HELIOSDB_CORE_CATALOG_STATISTICS_VIEWS_H_

#include <memory>
#include <vector>

#include "core/catalog/system_view.h"

namespace heliosdb::catalog {

std::vector<std::unique_ptr<SystemView>> MakeStatisticsViews();

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_STATISTICS_VIEWS_H_
