// Key expressions and predicates of indexes, bound when a plan first asks for them.
#ifndef HELIOSDB_CORE_SQL_PLAN_INDEX_RULES_H_
#define HELIOSDB_CORE_SQL_PLAN_INDEX_RULES_H_

#include <map>
#include <memory>
#include <vector>

#include "core/catalog/catalog_image.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/plan/join_tree.h"

namespace heliosdb::sql::plan {

class IndexRules {
 public:
  // image outlives this.
  explicit IndexRules(const catalog::CatalogImage& image) : image_(image) {}

  // Null when its texts cannot be bound: then no plan reads the index. Lives as long as this.
  const bind::TableRules::IndexRule* Of(const catalog::Table& table, const catalog::Index& index);

 private:
  const catalog::CatalogImage& image_;
  std::map<const catalog::Index*, std::unique_ptr<bind::TableRules::IndexRule>> rules_;
};

// Whether every row that meets the conditions (all over `relation`) meets the predicate, which is
// over relation 0; then those conditions that say just what the predicate says are added to
// *same.
bool ImpliesPredicate(const std::vector<const Conjunct*>& conditions,
                      const bind::Expression& predicate, int relation,
                      std::vector<const Conjunct*>* same);

// A copy of an expression over relation 0 that is over `relation`.
bind::ExpressionPtr OverRelation(const bind::Expression& expression, int relation);

}  // namespace heliosdb::sql::plan

#endif  // HELIOSDB_CORE_SQL_PLAN_INDEX_RULES_H_
