// What a definition that the catalogue keeps as text refers to, and where in its tree.
#ifndef HELIOSDB_CORE_SQL_BIND_RECORDER_H_
#define HELIOSDB_CORE_SQL_BIND_RECORDER_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/catalog/object.h"
#include "core/sql/parse/expression.h"
#include "core/sql/parse/select_statement.h"

namespace heliosdb::sql::bind {

// Filled while a definition is bound; pointers are into its syntax tree. A node that is bound more
// than once is recorded once.
struct Recorder {
  // A column that a star stands for; the qualifier may be empty.
  struct StarColumn {
    std::string qualifier;
    std::string name;
  };

  std::set<catalog::Reference> references;
  // FROM items that name a table or view of the catalogue.
  std::map<const parse::TableFromItem*, catalog::Oid> tables;
  // Literals that were read as regclass.
  std::map<const parse::Expression*, catalog::Oid> regclasses;
  std::map<const parse::Expression*, std::vector<StarColumn>> stars;
  // Column references that mean a column of a table.
  std::map<const parse::ColumnReference*, catalog::Reference> columns;
  // The FROM item whose name alone reaches the column, for references that are bare or name a schema.
  std::map<const parse::ColumnReference*, std::string> qualifiers;
  // JOIN ... USING and NATURAL: the names joined by.
  std::map<const parse::JoinFromItem*, std::vector<std::string>> joins;
  // GROUP BY, and the places in the select list that names in it mean.
  std::set<const parse::GroupByItem*> group_items;
  std::map<const parse::Expression*, int> group_targets;
  // Every select list.
  std::set<const std::vector<parse::TargetItem>*> target_lists;
  // Above 0 while the text of a view is bound: what that refers to is the view's affair.
  int suspended = 0;
};

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_RECORDER_H_
