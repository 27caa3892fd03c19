// What join ordering compares: ways to compute a part of a FROM, before any plan node is made.
#ifndef HELIOSDB_CORE_SQL_PLAN_PATH_H_
#define HELIOSDB_CORE_SQL_PLAN_PATH_H_

#include <memory>
#include <vector>

#include "core/sql/plan/access_path.h"
#include "core/sql/plan/join_tree.h"
#include "core/sql/plan/plan.h"

namespace heliosdb::sql::plan {

struct Path;
using PathPtr = std::shared_ptr<const Path>;

struct Path {
  enum class Method {
    kScan,         // Of the item's table, as `scan` says.
    kPart,         // The item was planned as a whole.
    kHash,         // The right side is hashed.
    kHashSwapped,  // The left side is hashed: for an inner or left join.
    kLoop,         // The right side is read again for each left row.
    kIndexLoop,    // The right side is `scan` of the item's table, with keys from the left row.
    kUnique,       // Each combination of the columns that `conjuncts` read of `left`, once.
  };
  Method method = Method::kScan;
  RelationSet relations;
  double rows = 1;
  double startup_cost = 0;
  double total_cost = 0;
  // Rows come in the order that the query block wants.
  bool ordered = false;

  // kScan, kPart, and the right side where it is one item.
  int item = -1;
  ScanPathPtr scan;
  PathPtr left;
  PathPtr right;
  JoinKind join = JoinKind::kInner;
  // What the join tests (kIndexLoop: besides the keys), and, for joins other than inner ones,
  // conditions on the joined rows.
  std::vector<const Conjunct*> conjuncts;
  std::vector<const Conjunct*> filters;
};

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_PATH_H_
