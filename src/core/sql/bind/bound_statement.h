// Bound data-changing statements. Schema statements have structs of their own in bound_ddl.h.
#ifndef HELIOSDB_CORE_SQL_BIND_BOUND_STATEMENT_H_
#define HELIOSDB_CORE_SQL_BIND_BOUND_STATEMENT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/bind/bound_query.h"

namespace heliosdb::catalog {
struct Index;
}  // namespace heliosdb::catalog

namespace heliosdb::sql::bind {

// What is checked and kept up to date when a row of the table is written. Expressions see the row
// as relation 0.
struct TableRules {
  struct Check {
    std::string name;
    ExpressionPtr expression;
  };
  std::vector<Check> checks;
  struct IndexRule {
    const catalog::Index* index = nullptr;
    std::vector<ExpressionPtr> keys;  // One a key column: a kColumn, or the index's expression.
    ExpressionPtr predicate;          // Null unless partial.
  };
  std::vector<IndexRule> indexes;
};

struct Insert {
  const catalog::Table* table = nullptr;
  // Gives, in this order, the columns named in source_columns, already cast for assignment.
  std::unique_ptr<Query> source;
  std::vector<int> source_columns;
  // One a table column: used where the source gives none. Null: NULL.
  std::vector<ExpressionPtr> defaults;
  TableRules rules;

  struct OnConflict {
    bool do_update = false;
    // The unique indexes that arbitrate; empty with DO NOTHING: any. The clustered primary key is
    // named by primary_key.
    std::vector<const catalog::Index*> indexes;
    bool primary_key = false;
    // Over relation 0, the row that is there, and relation 1, the row proposed ("excluded").
    std::vector<std::pair<int, ExpressionPtr>> assignments;  // Column, value cast to its type.
    ExpressionPtr where;
  };
  std::optional<OnConflict> on_conflict;
  std::vector<Target> returning;  // Over relation 0, the row as written.
};

// relations[0] of query is the table itself; its row is updated once even when FROM matches it
// several times. query's targets are the assigned values, in the order of assigned_columns.
struct Update {
  const catalog::Table* table = nullptr;
  std::unique_ptr<Query> query;
  std::vector<int> assigned_columns;
  TableRules rules;
  std::vector<Target> returning;  // Over relations of query; relation 0 is the row as written.
};

struct Delete {
  const catalog::Table* table = nullptr;
  std::unique_ptr<Query> query;   // relations[0] is the table; no targets.
  TableRules rules;               // The indexes to clean.
  std::vector<Target> returning;  // Over relations of query; relation 0 is the row deleted.
};

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_BOUND_STATEMENT_H_
