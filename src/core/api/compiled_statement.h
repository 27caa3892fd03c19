// A statement after parsing, binding and planning.
#ifndef HELIOSDB_CORE_API_COMPILED_STATEMENT_H_
#define HELIOSDB_CORE_API_COMPILED_STATEMENT_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/catalog_image.h"
#include "core/sql/bind/bind.h"
#include "core/sql/parse/statement.h"
#include "core/sql/plan/plan.h"
#include "heliosdb/result.h"

namespace heliosdb::api {

// A SELECT, VALUES, INSERT, UPDATE or DELETE. Immutable; safe from any thread. Holds everything that its plan points
// into.
struct CompiledStatement {
  catalog::ImagePtr image;
  // Settings::names() that it was bound under.
  std::string names;
  std::shared_ptr<const sql::parse::Statement> tree;
  // Tables that it touches, with the lock to hold on each.
  std::vector<sql::bind::TableUse> tables;
  // Not to be kept for another execution.
  bool depends_on_session = false;
  std::unique_ptr<sql::plan::Plan> plan;
  std::vector<types::Type> parameter_types;
  std::vector<Column> columns;
  // "SELECT", "INSERT": the command tag's first word.
  std::string command;
  bool writes = false;
  // SELECT FOR UPDATE and the like, which take locks when they run; lock_command is which.
  bool locks_rows = false;
  std::string_view lock_command;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_COMPILED_STATEMENT_H_
