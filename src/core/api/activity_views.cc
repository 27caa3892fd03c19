#include "core/api/activity_views.h"

#include <optional>
#include <string>
#include <utility>

#include "core/api/database_state.h"
#include "core/base/status.h"
#include "core/catalog/row_builder.h"
#include "core/sql/execute/key_range.h"

namespace heliosdb::api {
namespace {

using types::TypeOid;
using types::Value;

// A built-in oid of this view; PostgreSQL gives its own anew in every database.
constexpr catalog::Oid kPgStatUserTables = 12010;

Value Count(uint64_t count) { return Value::Int8(static_cast<int64_t>(count)); }

Value Time(std::optional<int64_t> microseconds) {
  if (!microseconds.has_value()) return Value::Null({TypeOid::kTimestamptz});
  return Value::Integer({TypeOid::kTimestamptz}, *microseconds);
}

std::vector<catalog::ViewColumn> UserTablesColumns() {
  constexpr TypeOid kN = TypeOid::kName;
  constexpr TypeOid kI = TypeOid::kInt8;
  constexpr TypeOid kT = TypeOid::kTimestamptz;
  return catalog::ViewColumns(
      {{"relid", TypeOid::kOid}, {"schemaname", kN},          {"relname", kN},
       {"seq_scan", kI},         {"seq_tup_read", kI},        {"idx_scan", kI},
       {"idx_tup_fetch", kI},    {"n_tup_ins", kI},           {"n_tup_upd", kI},
       {"n_tup_del", kI},        {"n_tup_hot_upd", kI},       {"n_live_tup", kI},
       {"n_dead_tup", kI},       {"n_mod_since_analyze", kI}, {"n_ins_since_vacuum", kI},
       {"last_vacuum", kT},      {"last_autovacuum", kT},     {"last_analyze", kT},
       {"last_autoanalyze", kT}, {"vacuum_count", kI},        {"autovacuum_count", kI},
       {"analyze_count", kI},    {"autoanalyze_count", kI}});
}

class UserTables : public catalog::SystemView {
 public:
  explicit UserTables(DatabaseState* database)
      : SystemView(kPgStatUserTables, catalog::kPgCatalogSchema, "pg_stat_user_tables",
                   UserTablesColumns()),
        database_(database) {}

  absl::Status Rows(const catalog::SystemViewContext& context,
                    const catalog::SystemRowSink& sink) const override {
    const std::unique_ptr<txn::Transaction> transaction =
        database_->engine()->Begin({.access = txn::Access::kReadOnly, .lock_timeout = {}});
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->View());
    for (const auto& [oid, object] : context.image->objects()) {
      const catalog::Table* const table = context.image->TableByOid(oid);
      if (table == nullptr) continue;
      HELIOS_ASSIGN_OR_RETURN(
          const uint64_t rows,
          view.EstimateCount(sql::execute::StorageKeyPrefix(table->storage_id),
                             sql::execute::StorageKeyPrefix(table->storage_id + 1)));
      HELIOS_RETURN_IF_ERROR(Emit(*context.image, *table, rows, sink));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Emit(const catalog::CatalogImage& image, const catalog::Table& table, uint64_t rows,
                    const catalog::SystemRowSink& sink) const {
    const TableActivity::Table activity = database_->activity()->Of(table.oid);
    const catalog::Schema* const schema = image.SchemaByOid(table.schema);
    return catalog::RowBuilder(*this)
        .Set("relid", Value::Integer({TypeOid::kOid}, table.oid))
        .Set("schemaname", catalog::NameValue(schema == nullptr ? "" : schema->name))
        .Set("relname", catalog::NameValue(table.name))
        .Set("n_tup_ins", Count(activity.rows.inserted))
        .Set("n_tup_upd", Count(activity.rows.updated))
        .Set("n_tup_del", Count(activity.rows.deleted))
        .Set("n_live_tup", Count(rows))
        // An old version of a row stands in no table here: it goes with the last snapshot that needs it.
        .Set("n_dead_tup", Count(0))
        .Set("n_mod_since_analyze", Count(activity.changed_since_analyze))
        .Set("last_analyze", Time(activity.last_analyze))
        .Set("last_autoanalyze", Time(activity.last_auto_analyze))
        .Set("analyze_count", Count(activity.analyze_count))
        .Set("autoanalyze_count", Count(activity.auto_analyze_count))
        .Emit(sink);
  }

  DatabaseState* const database_;
};

}  // namespace

ActivityViews::ActivityViews(DatabaseState* database) {
  views_.push_back(std::make_unique<UserTables>(database));
  for (const auto& view : views_) pointers_.push_back(view.get());
}

ActivityViews::~ActivityViews() = default;

}  // namespace heliosdb::api
