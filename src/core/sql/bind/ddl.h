// Statements that change the schema: from the syntax tree to changes of the catalogue, and the work on rows that these
// leave.
#ifndef HELIOSDB_CORE_SQL_BIND_DDL_H_
#define HELIOSDB_CORE_SQL_BIND_DDL_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "core/catalog/catalog_edit.h"
#include "core/sql/bind/bind.h"
#include "core/sql/parse/statement.h"
#include "core/txn/lock_mode.h"

namespace heliosdb::sql::bind {

// What is to be done with rows once the catalogue's new rows are written. Oids are those of the new image.
struct RowWork {
  enum class Kind : uint8_t {
    kBuildIndex,  // index: fill it from its table's rows.
    kCheckRows,  // table: not_null_columns and checks (by constraint oid) must hold for the rows that are there.
    kCheckForeignKey,  // table, constraint: likewise.
    kRewrite,  // table: write its rows, read under old_table of the image before, with values for its columns
               // (over relation 0, the old table; null: the same place), under its new storage.
    kFill,  // table: insert the rows of query, which gives its columns.
  };
  Kind kind = Kind::kBuildIndex;
  catalog::Oid table = catalog::kOidInvalid;
  catalog::Oid index = catalog::kOidInvalid;
  catalog::Oid constraint = catalog::kOidInvalid;
  std::vector<int> not_null_columns;
  std::vector<catalog::Oid> checks;
  std::vector<ExpressionPtr> values;
  std::unique_ptr<Query> query;
};

struct DdlResult {
  std::vector<RowWork> work;
  // Sequences made or altered, whose state the transaction has written.
  std::vector<catalog::Oid> sequences;
  // A lock was waited for: nothing was changed; run the statement again on a fresh image.
  bool retry = false;
};

// Takes a lock for the statement; true when it had to wait.
using LockFunction = std::function<absl::StatusOr<bool>(catalog::Oid oid, std::string_view name,
                                                        txn::TableLockMode mode)>;

// Whether ApplyDdl knows this kind of statement.
bool IsDdl(const parse::Statement& statement);

// Changes edit, whose image is context.image at first. Errors are PostgreSQL's; 0A000 by name for what is not
// supported.
absl::StatusOr<DdlResult> ApplyDdl(const parse::Statement& statement, const BindContext& context,
                                   const LockFunction& lock, catalog::CatalogEdit* edit);

}  // namespace heliosdb::sql::bind

#endif  // HELIOSDB_CORE_SQL_BIND_DDL_H_
