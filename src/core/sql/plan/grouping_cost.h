// What it costs to find groups, by hashing or in order, and to sort.
#ifndef HELIOSDB_CORE_SQL_PLAN_GROUPING_COST_H_
#define HELIOSDB_CORE_SQL_PLAN_GROUPING_COST_H_

#include <cstddef>
#include <cstdint>

namespace heliosdb::sql::plan {

// An aggregation, as far as its cost goes.
struct Grouping {
  double rows = 1;  // Of the input.
  double row_bytes = 8;
  double groups = 1;
  double group_bytes = 8;  // The keys' and results'.
  size_t keys = 1;
  size_t aggregates = 0;
};

// Both without reading the input. A table of groups larger than twice work_mem_bytes (PostgreSQL's hash_mem_multiplier)
// goes to disk in part.
double HashGroupingCost(const Grouping& grouping, uint64_t work_mem_bytes);
double SortedGroupingCost(const Grouping& grouping);
// rows_wanted: only so many are asked for; 0: all.
double SortCost(double rows, double row_bytes, double rows_wanted, uint64_t work_mem_bytes);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_GROUPING_COST_H_
