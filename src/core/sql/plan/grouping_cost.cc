#include "core/sql/plan/grouping_cost.h"

#include <algorithm>
#include <cmath>

#include "core/sql/plan/make_node.h"

namespace heliosdb::sql::plan {
namespace {

// Finding a row's group in the table, above comparing its keys.
constexpr double kHashProbeCost = 0.0075;
// Bytes that the table takes for a group besides its keys and results, and for each aggregate's state.
constexpr double kGroupOverheadBytes = 56;
constexpr double kStateBytes = 32;
// A page that is written and read again: PostgreSQL's 3/4 sequential, 1/4 random, both ways.
constexpr double kSpilledPageCost = 3.5;
// PostgreSQL makes spilled hash tables dearer than sorts that spill as much.
constexpr double kHashSpillPenalty = 2;

double PerRow(const Grouping& grouping) {
  return static_cast<double>(grouping.keys + grouping.aggregates) * kCpuOperatorCost;
}

}  // namespace

double SortedGroupingCost(const Grouping& grouping) {
  return grouping.rows * PerRow(grouping) + grouping.groups * kCpuTupleCost;
}

double HashGroupingCost(const Grouping& grouping, uint64_t work_mem_bytes) {
  double cost = SortedGroupingCost(grouping) + grouping.rows * kHashProbeCost;
  const double memory = 2 * static_cast<double>(work_mem_bytes);
  const double table = grouping.groups * (grouping.group_bytes + kGroupOverheadBytes +
                                          static_cast<double>(grouping.aggregates) * kStateBytes);
  if (table <= memory) return cost;
  const double spilled_rows = grouping.rows * (1 - memory / table);
  cost += spilled_rows * grouping.row_bytes / kPageBytes * kSpilledPageCost * kHashSpillPenalty;
  return cost + spilled_rows * 2 * kCpuTupleCost;
}

double SortCost(double rows, double row_bytes, double rows_wanted, uint64_t work_mem_bytes) {
  rows = std::max(2.0, rows);
  const bool bounded = rows_wanted > 0 && rows_wanted * 2 < rows;
  // Comparing takes about two operators.
  double cost =
      rows * std::log2(std::max(2.0, bounded ? rows_wanted * 2 : rows)) * 2 * kCpuOperatorCost;
  const double bytes = (bounded ? rows_wanted * 2 : rows) * row_bytes;
  if (bytes > static_cast<double>(work_mem_bytes))
    cost += rows * row_bytes / kPageBytes * kSpilledPageCost;
  return cost + rows * kCpuOperatorCost;
}

}  // namespace heliosdb::sql::plan
