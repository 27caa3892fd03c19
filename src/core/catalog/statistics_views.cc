#include "core/catalog/statistics_views.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "core/catalog/catalog_image.h"
#include "core/catalog/row_builder.h"
#include "core/catalog/statistics_pages.h"
#include "core/types/text_form.h"

namespace heliosdb::catalog {
namespace {

using types::TypeOid;
using types::Value;

// PostgreSQL's oid of pg_class; that of pg_stats it gives anew in every database.
constexpr Oid kPgClass = 1259;
constexpr Oid kPgStats = 12011;
// As in pg_namespace.
constexpr Oid kOwner = 10;
// Bytes of an index entry besides its values.
constexpr double kEntryOverheadBytes = 16;

Value OidValue(Oid oid) { return Value::Integer({TypeOid::kOid}, oid); }
Value Char(char letter) { return Value::String({TypeOid::kChar}, std::string(1, letter)); }
Value Float(double value) { return Value::Float({TypeOid::kFloat4}, value); }
Value Pages(double pages) {
  return Value::Int4(static_cast<int32_t>(std::min(pages, 2147483647.0)));
}

// --- pg_class ---

// What the rows of all kinds share.
RowBuilder ClassRow(const SystemView& view, Oid oid, Oid schema, std::string_view name, char kind) {
  RowBuilder row(view);
  row.Set("oid", OidValue(oid))
      .Set("relname", NameValue(name))
      .Set("relnamespace", OidValue(schema))
      .Set("reltype", OidValue(0))
      .Set("reloftype", OidValue(0))
      .Set("relowner", OidValue(kOwner))
      .Set("relam", OidValue(0))
      .Set("relfilenode", OidValue(0))
      .Set("reltablespace", OidValue(0))
      .Set("relpages", Value::Int4(0))
      .Set("reltuples", Float(-1))
      .Set("relallvisible", Value::Int4(0))
      .Set("reltoastrelid", OidValue(0))
      .Set("relhasindex", Value::Bool(false))
      .Set("relisshared", Value::Bool(false))
      .Set("relpersistence", Char('p'))
      .Set("relkind", Char(kind))
      .Set("relnatts", Value::Int2(0))
      .Set("relchecks", Value::Int2(0))
      .Set("relhasrules", Value::Bool(false))
      .Set("relhastriggers", Value::Bool(false))
      .Set("relhassubclass", Value::Bool(false))
      .Set("relrowsecurity", Value::Bool(false))
      .Set("relforcerowsecurity", Value::Bool(false))
      .Set("relispopulated", Value::Bool(true))
      .Set("relreplident", Char(kind == 'r' ? 'd' : 'n'))
      .Set("relispartition", Value::Bool(false))
      .Set("relrewrite", OidValue(0));
  return row;
}

Value Count(size_t count) { return Value::Int2(static_cast<int16_t>(count)); }

// A B-tree over these columns of all rows.
void SetIndexSize(const TableStatistics* known, const std::vector<int>& columns, RowBuilder* row) {
  if (known == nullptr || known->rows < 0) return;
  double entry_bytes = kEntryOverheadBytes;
  for (const int column : columns) {
    const bool has = column >= 0 && static_cast<size_t>(column) < known->columns.size();
    if (has) entry_bytes += known->columns[column].average_bytes;
  }
  row->Set("reltuples", Float(known->rows));
  row->Set("relpages", Pages(std::ceil(known->rows * entry_bytes / 8192)));
}

absl::Status EmitTable(const SystemView& view, const CatalogImage& image, const Table& table,
                       const SystemRowSink& sink) {
  const TableStatistics* const known = image.StatisticsOf(table.oid);
  RowBuilder row = ClassRow(view, table.oid, table.schema, table.name, 'r');
  const bool has_indexes = table.clustered_key.has_value() || !image.IndexesOf(table.oid).empty();
  row.Set("relfilenode", OidValue(table.storage_id))
      .Set("relhasindex", Value::Bool(has_indexes))
      .Set("relnatts", Count(table.columns.size()))
      .Set("relchecks", Count(table.checks.size()))
      .Set("relhastriggers",
           Value::Bool(!table.foreign_keys.empty() || !image.ReferrersOf(table.oid).empty()));
  if (known != nullptr && known->rows >= 0)
    row.Set("reltuples", Float(known->rows)).Set("relpages", Pages(PagesOf(*known)));
  HELIOS_RETURN_IF_ERROR(row.Emit(sink));
  if (!table.clustered_key.has_value()) return absl::OkStatus();
  const ClusteredKey& key = *table.clustered_key;
  RowBuilder key_row = ClassRow(view, key.oid, table.schema, key.name, 'i');
  key_row.Set("relfilenode", OidValue(table.storage_id)).Set("relnatts", Count(key.columns.size()));
  SetIndexSize(known, key.columns, &key_row);
  return key_row.Emit(sink);
}

absl::Status EmitIndex(const SystemView& view, const CatalogImage& image, const Index& index,
                       const SystemRowSink& sink) {
  RowBuilder row = ClassRow(view, index.oid, index.schema, index.name, 'i');
  row.Set("relfilenode", OidValue(index.storage_id))
      .Set("relnatts", Count(index.columns.size() + index.included_columns.size()));
  std::vector<int> columns;
  for (const IndexColumn& column : index.columns) columns.push_back(column.column);
  // How many rows a partial index takes in is not looked at.
  if (index.predicate_text.empty()) SetIndexSize(image.StatisticsOf(index.table), columns, &row);
  return row.Emit(sink);
}

absl::Status PgClassRows(const SystemView& view, const SystemViewContext& context,
                         const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  for (const SystemView* const system : image.system_views()) {
    RowBuilder row = ClassRow(view, system->oid(), system->schema(), system->name(), 'v');
    row.Set("relnatts", Count(system->columns().size()));
    HELIOS_RETURN_IF_ERROR(row.Emit(sink));
  }
  for (const auto& [oid, object] : image.objects()) {
    if (const Table* const table = image.TableByOid(oid)) {
      HELIOS_RETURN_IF_ERROR(EmitTable(view, image, *table, sink));
    } else if (const Index* const index = image.IndexByOid(oid)) {
      HELIOS_RETURN_IF_ERROR(EmitIndex(view, image, *index, sink));
    } else if (image.SequenceByOid(oid) != nullptr) {
      RowBuilder row = ClassRow(view, oid, object->schema, object->name, 'S');
      row.Set("reltuples", Float(1)).Set("relpages", Value::Int4(1)).Set("relnatts", Count(3));
      HELIOS_RETURN_IF_ERROR(row.Emit(sink));
    } else if (const View* const stored = image.ViewByOid(oid)) {
      RowBuilder row = ClassRow(view, oid, stored->schema, stored->name, 'v');
      row.Set("relnatts", Count(stored->columns.size())).Set("relhasrules", Value::Bool(true));
      HELIOS_RETURN_IF_ERROR(row.Emit(sink));
    }
  }
  return absl::OkStatus();
}

// --- pg_stats ---

// An element as it stands within the braces of PostgreSQL's text form of an array.
std::string ElementText(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of("{}\",\\ \t\n\r\v\f") == text.npos &&
                     !(text.size() == 4 && (text[0] | 32) == 'n' && (text[1] | 32) == 'u' &&
                       (text[2] | 32) == 'l' && (text[3] | 32) == 'l');
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

Value ArrayText(const std::vector<Value>& values) {
  if (values.empty()) return Value::Null({TypeOid::kText});
  std::string text = "{";
  for (const Value& value : values) {
    if (text.size() > 1) text += ',';
    text += ElementText(types::ToText(value, {}));
  }
  return Value::Text(text + "}");
}

absl::Status EmitColumn(const SystemView& view, const CatalogImage& image, const Table& table,
                        const Column& column, const ColumnStatistics& known,
                        const SystemRowSink& sink) {
  const Schema* const schema = image.SchemaByOid(table.schema);
  std::vector<Value> fractions;
  for (const double fraction : known.common_fractions) fractions.push_back(Float(fraction));
  RowBuilder row(view);
  row.Set("schemaname", NameValue(schema == nullptr ? "" : schema->name))
      .Set("tablename", NameValue(table.name))
      .Set("attname", NameValue(column.name))
      .Set("inherited", Value::Bool(false))
      .Set("null_frac", Float(known.null_fraction))
      .Set("avg_width", Value::Int4(static_cast<int32_t>(std::lround(known.average_bytes))))
      .Set("n_distinct", Float(known.distinct))
      .Set("most_common_vals", ArrayText(known.common_values))
      .Set("most_common_freqs", ArrayText(fractions))
      .Set("histogram_bounds", ArrayText(known.histogram));
  if (known.null_fraction < 1) row.Set("correlation", Float(known.correlation));
  return row.Emit(sink);
}

absl::Status PgStatsRows(const SystemView& view, const SystemViewContext& context,
                         const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  for (const auto& [oid, object] : image.objects()) {
    const Table* const table = image.TableByOid(oid);
    const TableStatistics* const known = table == nullptr ? nullptr : image.StatisticsOf(oid);
    if (known == nullptr) continue;
    for (size_t c = 0; c < std::min(table->columns.size(), known->columns.size()); ++c) {
      const ColumnStatistics& column = known->columns[c];
      const bool looked_at = column.distinct != 0 || column.null_fraction > 0;
      if (table->columns[c].dropped || !looked_at) continue;
      HELIOS_RETURN_IF_ERROR(EmitColumn(view, image, *table, table->columns[c], column, sink));
    }
  }
  return absl::OkStatus();
}

std::vector<ViewColumn> PgClassColumns() {
  constexpr TypeOid kO = TypeOid::kOid;
  constexpr TypeOid kB = TypeOid::kBool;
  constexpr TypeOid kC = TypeOid::kChar;
  return ViewColumns({{"oid", kO},
                      {"relname", TypeOid::kName},
                      {"relnamespace", kO},
                      {"reltype", kO},
                      {"reloftype", kO},
                      {"relowner", kO},
                      {"relam", kO},
                      {"relfilenode", kO},
                      {"reltablespace", kO},
                      {"relpages", TypeOid::kInt4},
                      {"reltuples", TypeOid::kFloat4},
                      {"relallvisible", TypeOid::kInt4},
                      {"reltoastrelid", kO},
                      {"relhasindex", kB},
                      {"relisshared", kB},
                      {"relpersistence", kC},
                      {"relkind", kC},
                      {"relnatts", TypeOid::kInt2},
                      {"relchecks", TypeOid::kInt2},
                      {"relhasrules", kB},
                      {"relhastriggers", kB},
                      {"relhassubclass", kB},
                      {"relrowsecurity", kB},
                      {"relforcerowsecurity", kB},
                      {"relispopulated", kB},
                      {"relreplident", kC},
                      {"relispartition", kB},
                      {"relrewrite", kO}});
}

std::vector<ViewColumn> PgStatsColumns() {
  constexpr TypeOid kN = TypeOid::kName;
  constexpr TypeOid kF = TypeOid::kFloat4;
  constexpr TypeOid kT = TypeOid::kText;
  return ViewColumns({{"schemaname", kN},
                      {"tablename", kN},
                      {"attname", kN},
                      {"inherited", TypeOid::kBool},
                      {"null_frac", kF},
                      {"avg_width", TypeOid::kInt4},
                      {"n_distinct", kF},
                      {"most_common_vals", kT},
                      {"most_common_freqs", kT},
                      {"histogram_bounds", kT},
                      {"correlation", kF}});
}

}  // namespace

std::vector<std::unique_ptr<SystemView>> MakeStatisticsViews() {
  std::vector<std::unique_ptr<SystemView>> views;
  views.push_back(std::make_unique<FunctionView>(kPgClass, kPgCatalogSchema, "pg_class",
                                                 PgClassColumns(), PgClassRows));
  views.push_back(std::make_unique<FunctionView>(kPgStats, kPgCatalogSchema, "pg_stats",
                                                 PgStatsColumns(), PgStatsRows));
  return views;
}

}  // namespace heliosdb::catalog
