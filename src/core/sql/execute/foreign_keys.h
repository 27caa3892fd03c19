// Foreign keys: what a statement's changes must leave true, checked when it ends, and the actions on referring rows.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_FOREIGN_KEYS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_FOREIGN_KEYS_H_

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "core/catalog/catalog_image.h"
#include "core/sql/bind/bound_statement.h"
#include "core/sql/execute/key_lookup.h"
#include "core/sql/execute/row_store.h"
#include "core/sql/execute/table_writer.h"

namespace heliosdb::sql::execute {

// One execution's. Operators tell it which rows they wrote; RunPending at the end of the statement does what PostgreSQL's
// referential triggers do. Not thread-safe.
class ForeignKeys {
 public:
  // Gives the rules for writing a table that an action changes: bound anew, with slots in the place of columns, or kept
  // by the caller.
  using RulesSource =
      std::function<absl::StatusOr<const bind::TableRules*>(const catalog::Table& table)>;
  // Gives the value of a column's default, for SET DEFAULT.
  using DefaultSource =
      std::function<absl::StatusOr<types::Value>(const catalog::Table& table, int column)>;

  ForeignKeys(const catalog::CatalogImage& image, RulesSource rules, DefaultSource defaults)
      : image_(image), rules_(std::move(rules)), defaults_(std::move(defaults)) {}

  // Whether rows of the table need to be told at all.
  static bool Concerns(const catalog::CatalogImage& image, const catalog::Table& table);

  // Chunks have one column for each of Table::columns.
  void Inserted(const catalog::Table& table, const types::Chunk& rows);
  // Rows of the table to be checked against one of its keys.
  void Referring(const catalog::Table& table, const catalog::ForeignKey& key,
                 const types::Chunk& rows);
  void Deleted(const catalog::Table& table, const types::Chunk& rows);
  // Row for row.
  void Updated(const catalog::Table& table, const types::Chunk& old_rows,
               const types::Chunk& new_rows);

  // Runs all checks and actions, and those that the actions cause. 23503.
  absl::Status RunPending(ExecContext& context);

 private:
  enum class Event : uint8_t { kReferring, kReferredDeleted, kReferredUpdated };
  // A set of rows to look at for one key.
  struct Pending {
    Event event = Event::kReferring;
    const catalog::Table* table = nullptr;  // That refers.
    const catalog::ForeignKey* key = nullptr;
    std::unique_ptr<RowStore>
        old_values;  // Of the referred columns; kReferring: of the referring ones.
    std::unique_ptr<RowStore> new_values;  // kReferredUpdated.
  };
  // Actions may cause actions; a chain longer than this is an error.
  static constexpr size_t kRoundsMax = 10'000;

  void Queue(Event event, const catalog::Table& table, const catalog::ForeignKey& key,
             const types::Chunk& rows, std::span<const int> columns,
             std::span<const uint16_t> picked, const types::Chunk* new_rows);
  absl::Status Run(ExecContext& context, Pending& pending);
  absl::Status CheckReferring(ExecContext& context, Pending& pending);
  absl::Status ApplyToReferrers(ExecContext& context, Pending& pending);
  absl::StatusOr<std::vector<FoundRow>> Referrers(ExecContext& context, const Pending& pending,
                                                  catalog::ForeignKeyAction action,
                                                  const types::Chunk& values, size_t row);
  // The error for a row of `values` that is still referred to.
  absl::Status StillReferenced(ExecContext& context, const Pending& pending,
                               const types::Chunk& values, size_t row) const;
  absl::Status ActOn(ExecContext& context, Pending& pending, catalog::ForeignKeyAction action,
                     const std::vector<FoundRow>& rows,
                     std::span<const types::Vector* const> values,
                     std::span<const types::Vector* const> new_values, size_t value_row);
  absl::StatusOr<TableWriter*> WriterFor(const catalog::Table& table);
  // True when the newest state has a row of the referred table with these values.
  absl::StatusOr<bool> ReferredRowExists(ExecContext& context, const Pending& pending,
                                         const KeyLookup& lookup,
                                         std::span<const types::Vector* const> values, size_t row);

  const catalog::CatalogImage& image_;
  const RulesSource rules_;
  const DefaultSource defaults_;
  std::vector<Pending> pending_;
  std::map<catalog::Oid, std::unique_ptr<TableWriter>> writers_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_FOREIGN_KEYS_H_
