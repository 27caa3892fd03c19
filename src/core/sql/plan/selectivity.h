// Which fraction of rows meets a condition: PostgreSQL's estimates (manual, chapter 72) from what
// ANALYZE found, and its defaults where it found nothing.
#ifndef HELIOSDB_CORE_SQL_PLAN_SELECTIVITY_H_
#define HELIOSDB_CORE_SQL_PLAN_SELECTIVITY_H_

#include <optional>
#include <vector>

#include "core/sql/bind/bound_query.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/column_set.h"
#include "core/sql/plan/statistics.h"

namespace heliosdb::sql::plan {

inline constexpr double kSelectivityUnknown = 1.0 / 3;

// Estimates over the relations of one query.
class Selectivity {
 public:
  // Both outlive this.
  Selectivity(const Statistics& statistics, const bind::Query& query)
      : statistics_(statistics), query_(query) {}

  // Of one condition: over one relation or joining several.
  double Of(const bind::Expression& condition) const;
  // Of all together. Two bounds on one column count as a range.
  double OfAll(const std::vector<const bind::Expression*>& conditions) const;
  // Of left = right, where both have rows of their own to join.
  double EqualJoin(const bind::Expression& left, const bind::Expression& right) const;
  // The share of outer rows that find a partner among so many inner rows by all of the conditions: a
  // semi join's.
  double OfSemiJoin(const std::vector<const bind::Expression*>& conditions,
                    const RelationSet& inner, double inner_rows) const;
  // The share that finds none: an anti join's.
  double OfAntiJoin(const std::vector<const bind::Expression*>& conditions,
                    const RelationSet& inner, double inner_rows) const;
  // How many different values an expression has; at least 1.
  double DistinctValues(const bind::Expression& expression) const;
  // Whether that is more than a guess.
  bool KnowsDistinctValues(const bind::Expression& expression) const;

 private:
  // A column of a table and what is known of it.
  struct Column {
    const catalog::Table* table = nullptr;
    int column = 0;
    const catalog::ColumnStatistics* known = nullptr;
    double distinct = 200;
  };
  // table is null for what is no column of a table; casts are looked through.
  Column ColumnOf(const bind::Expression& expression) const;

  double OfComparison(const bind::Expression& call, const functions::OperatorEntry& op) const;
  // `constant` may be no constant: then what holds for any value.
  double Equal(const bind::Expression& expression, const bind::Expression& constant) const;
  double Less(const bind::Expression& expression, const bind::Expression& constant,
              bool or_equal) const;
  // OfSemiJoin by what is known of the columns; nullopt when nothing is.
  std::optional<double> KnownSemiJoin(const std::vector<const bind::Expression*>& conditions,
                                      const RelationSet& inner, double inner_rows) const;
  double EqualSemiJoin(const Column& outer, const Column& inner, double inner_rows) const;
  double Like(const bind::Expression& text, const bind::Expression& pattern) const;
  double NullFraction(const bind::Expression& expression) const;
  double InList(const bind::Expression& list) const;
  double TrueFraction(const bind::Expression& expression) const;

  const Statistics& statistics_;
  const bind::Query& query_;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_SELECTIVITY_H_
