// The system views that a catalogue image alone can answer.
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/catalog/catalog_image.h"
#include "core/catalog/definition_text.h"
#include "core/catalog/row_builder.h"
#include "core/catalog/statistics_views.h"
#include "core/catalog/system_view.h"

namespace heliosdb::catalog {
namespace {

using types::Type;
using types::TypeOid;
using types::Value;

// Built-in oids of these views; PostgreSQL gives its own anew in every database.
constexpr Oid kPgTables = 12001;
constexpr Oid kPgViews = 12002;
constexpr Oid kPgIndexes = 12003;
constexpr Oid kPgNamespace = 2615;
constexpr Oid kInformationTables = 13001;
constexpr Oid kInformationColumns = 13002;

Value Name(std::string_view text) { return NameValue(text); }
Value YesNo(bool yes) { return Value::String({TypeOid::kVarchar}, yes ? "YES" : "NO"); }
Value Varchar(std::string_view text) {
  return Value::String({TypeOid::kVarchar}, std::string(text));
}

std::string_view SchemaName(const CatalogImage& image, Oid schema) {
  const Schema* const found = image.SchemaByOid(schema);
  return found == nullptr ? std::string_view() : std::string_view(found->name);
}

template <typename T, typename Function>
absl::Status ForEach(const CatalogImage& image, ObjectKind kind, Function function) {
  for (const auto& [oid, object] : image.objects()) {
    if (object->kind != kind) continue;
    HELIOS_RETURN_IF_ERROR(function(static_cast<const T&>(*object)));
  }
  return absl::OkStatus();
}

absl::Status PgTablesRows(const SystemView& view, const SystemViewContext& context,
                          const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  return ForEach<Table>(image, ObjectKind::kTable, [&](const Table& table) {
    const bool has_indexes = table.clustered_key.has_value() || !image.IndexesOf(table.oid).empty();
    return RowBuilder(view)
        .Set("schemaname", Name(SchemaName(image, table.schema)))
        .Set("tablename", Name(table.name))
        .Set("tableowner", Name(context.user))
        .Set("hasindexes", Value::Bool(has_indexes))
        .Set("hasrules", Value::Bool(false))
        .Set("hastriggers",
             Value::Bool(!table.foreign_keys.empty() || !image.ReferrersOf(table.oid).empty()))
        .Set("rowsecurity", Value::Bool(false))
        .Emit(sink);
  });
}

absl::Status PgViewsRows(const SystemView& view, const SystemViewContext& context,
                         const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  return ForEach<View>(image, ObjectKind::kView, [&](const View& object) {
    return RowBuilder(view)
        .Set("schemaname", Name(SchemaName(image, object.schema)))
        .Set("viewname", Name(object.name))
        .Set("viewowner", Name(context.user))
        .Set("definition", Value::Text(fmt::format(" {};", object.definition)))
        .Emit(sink);
  });
}

absl::Status PgIndexesRows(const SystemView& view, const SystemViewContext& context,
                           const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  const auto emit = [&](const Table& table, std::string_view name, std::string definition) {
    return RowBuilder(view)
        .Set("schemaname", Name(SchemaName(image, table.schema)))
        .Set("tablename", Name(table.name))
        .Set("indexname", Name(name))
        .Set("indexdef", Value::Text(std::move(definition)))
        .Emit(sink);
  };
  return ForEach<Table>(image, ObjectKind::kTable, [&](const Table& table) -> absl::Status {
    if (table.clustered_key.has_value()) {
      HELIOS_RETURN_IF_ERROR(
          emit(table, table.clustered_key->name, ClusteredKeyDefinition(image, table)));
    }
    for (const Index* const index : image.IndexesOf(table.oid)) {
      HELIOS_RETURN_IF_ERROR(emit(table, index->name, IndexDefinition(image, *index)));
    }
    return absl::OkStatus();
  });
}

absl::Status PgNamespaceRows(const SystemView& view, const SystemViewContext& context,
                             const SystemRowSink& sink) {
  return ForEach<Schema>(*context.image, ObjectKind::kSchema, [&](const Schema& schema) {
    return RowBuilder(view)
        .Set("oid", Value::Integer({TypeOid::kOid}, schema.oid))
        .Set("nspname", Name(schema.name))
        .Set("nspowner", Value::Integer({TypeOid::kOid}, 10))
        .Emit(sink);
  });
}

absl::Status InformationTablesRows(const SystemView& view, const SystemViewContext& context,
                                   const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  const auto emit = [&](Oid schema, std::string_view name, bool is_table, bool is_user) {
    return RowBuilder(view)
        .Set("table_catalog", Name(context.database))
        .Set("table_schema", Name(SchemaName(image, schema)))
        .Set("table_name", Name(name))
        .Set("table_type", Varchar(is_table ? "BASE TABLE" : "VIEW"))
        .Set("is_insertable_into", YesNo(is_table && is_user))
        .Set("is_typed", YesNo(false))
        .Emit(sink);
  };
  for (const SystemView* const system_view : image.system_views()) {
    HELIOS_RETURN_IF_ERROR(emit(system_view->schema(), system_view->name(), false, false));
  }
  HELIOS_RETURN_IF_ERROR(ForEach<Table>(image, ObjectKind::kTable, [&](const Table& table) {
    return emit(table.schema, table.name, true, true);
  }));
  return ForEach<View>(image, ObjectKind::kView, [&](const View& object) {
    return emit(object.schema, object.name, false, true);
  });
}

// Precision and scale as the information schema gives them.
void SetTypeFacts(Type type, RowBuilder* row) {
  const auto number = [](int64_t value) { return Value::Int4(static_cast<int32_t>(value)); };
  switch (type.oid) {
    case TypeOid::kInt2:
    case TypeOid::kInt4:
    case TypeOid::kInt8:
      row->Set("numeric_precision", number(type.oid == TypeOid::kInt2   ? 16
                                           : type.oid == TypeOid::kInt4 ? 32
                                                                        : 64));
      row->Set("numeric_precision_radix", number(2)).Set("numeric_scale", number(0));
      break;
    case TypeOid::kFloat4:
    case TypeOid::kFloat8:
      row->Set("numeric_precision", number(type.oid == TypeOid::kFloat4 ? 24 : 53));
      row->Set("numeric_precision_radix", number(2));
      break;
    case TypeOid::kNumeric:
      row->Set("numeric_precision_radix", number(10));
      if (type.modifier >= 4) {
        row->Set("numeric_precision", number((type.modifier - 4) >> 16));
        // Eleven bits with a sign.
        row->Set("numeric_scale", number((((type.modifier - 4) & 0x7FF) ^ 1024) - 1024));
      }
      break;
    case TypeOid::kVarchar:
    case TypeOid::kBpchar:
      if (type.modifier >= 4) {
        row->Set("character_maximum_length", number(type.modifier - 4));
        row->Set("character_octet_length", number(int64_t{4} * (type.modifier - 4)));
      }
      break;
    case TypeOid::kText:
      row->Set("character_octet_length", number(1 << 30));
      break;
    case TypeOid::kDate:
      row->Set("datetime_precision", number(0));
      break;
    case TypeOid::kTime:
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
    case TypeOid::kInterval:
      row->Set("datetime_precision", number(type.modifier >= 0 ? type.modifier & 0xFFFF : 6));
      break;
    default:
      break;
  }
}

struct ColumnFacts {
  std::string_view name;
  Type type;
  int ordinal = 0;
  const Column* column = nullptr;  // Null for a view's.
};

absl::Status EmitInformationColumn(const SystemView& view, const SystemViewContext& context,
                                   Oid schema, std::string_view relation, const ColumnFacts& facts,
                                   const SystemRowSink& sink) {
  RowBuilder row(view);
  const bool is_identity = facts.column != nullptr && facts.column->identity != Identity::kNone;
  const bool is_generated = facts.column != nullptr && facts.column->generated;
  row.Set("table_catalog", Name(context.database))
      .Set("table_schema", Name(SchemaName(*context.image, schema)))
      .Set("table_name", Name(relation))
      .Set("column_name", Name(facts.name))
      .Set("ordinal_position", Value::Int4(facts.ordinal))
      .Set("is_nullable", YesNo(facts.column == nullptr || !facts.column->not_null))
      .Set("data_type", Varchar(types::BaseTypeName(facts.type.oid)))
      .Set("udt_catalog", Name(context.database))
      .Set("udt_schema", Name("pg_catalog"))
      .Set("udt_name", Name(types::CatalogTypeName(facts.type.oid)))
      .Set("dtd_identifier", Name(fmt::format("{}", facts.ordinal)))
      .Set("is_self_referencing", YesNo(false))
      .Set("is_identity", YesNo(is_identity))
      .Set("is_generated", Varchar(is_generated ? "ALWAYS" : "NEVER"))
      .Set("is_updatable", YesNo(facts.column != nullptr));
  if (facts.column != nullptr && !facts.column->default_text.empty()) {
    row.Set(is_generated ? "generation_expression" : "column_default",
            Varchar(facts.column->default_text));
  }
  if (is_identity) {
    row.Set("identity_generation",
            Varchar(facts.column->identity == Identity::kAlways ? "ALWAYS" : "BY DEFAULT"));
  }
  SetTypeFacts(facts.type, &row);
  return row.Emit(sink);
}

absl::Status InformationColumnsRows(const SystemView& view, const SystemViewContext& context,
                                    const SystemRowSink& sink) {
  const CatalogImage& image = *context.image;
  const auto emit_view = [&](Oid schema, std::string_view name,
                             const std::vector<ViewColumn>& columns) -> absl::Status {
    int ordinal = 0;
    for (const ViewColumn& column : columns) {
      const ColumnFacts facts{column.name, column.type, ++ordinal, nullptr};
      HELIOS_RETURN_IF_ERROR(EmitInformationColumn(view, context, schema, name, facts, sink));
    }
    return absl::OkStatus();
  };
  for (const SystemView* const system_view : image.system_views()) {
    HELIOS_RETURN_IF_ERROR(
        emit_view(system_view->schema(), system_view->name(), system_view->columns()));
  }
  HELIOS_RETURN_IF_ERROR(
      ForEach<Table>(image, ObjectKind::kTable, [&](const Table& table) -> absl::Status {
        for (size_t i = 0; i < table.columns.size(); ++i) {
          const Column& column = table.columns[i];
          if (column.dropped) continue;
          const ColumnFacts facts{column.name, column.type, static_cast<int>(i) + 1, &column};
          HELIOS_RETURN_IF_ERROR(
              EmitInformationColumn(view, context, table.schema, table.name, facts, sink));
        }
        return absl::OkStatus();
      }));
  return ForEach<View>(image, ObjectKind::kView, [&](const View& object) {
    return emit_view(object.schema, object.name, object.columns);
  });
}

std::vector<ViewColumn> InformationColumnsColumns() {
  constexpr TypeOid kN = TypeOid::kName;
  constexpr TypeOid kV = TypeOid::kVarchar;
  constexpr TypeOid kI = TypeOid::kInt4;
  return ViewColumns({{"table_catalog", kN},
                      {"table_schema", kN},
                      {"table_name", kN},
                      {"column_name", kN},
                      {"ordinal_position", kI},
                      {"column_default", kV},
                      {"is_nullable", kV},
                      {"data_type", kV},
                      {"character_maximum_length", kI},
                      {"character_octet_length", kI},
                      {"numeric_precision", kI},
                      {"numeric_precision_radix", kI},
                      {"numeric_scale", kI},
                      {"datetime_precision", kI},
                      {"interval_type", kV},
                      {"interval_precision", kI},
                      {"character_set_catalog", kN},
                      {"character_set_schema", kN},
                      {"character_set_name", kN},
                      {"collation_catalog", kN},
                      {"collation_schema", kN},
                      {"collation_name", kN},
                      {"domain_catalog", kN},
                      {"domain_schema", kN},
                      {"domain_name", kN},
                      {"udt_catalog", kN},
                      {"udt_schema", kN},
                      {"udt_name", kN},
                      {"scope_catalog", kN},
                      {"scope_schema", kN},
                      {"scope_name", kN},
                      {"maximum_cardinality", kI},
                      {"dtd_identifier", kN},
                      {"is_self_referencing", kV},
                      {"is_identity", kV},
                      {"identity_generation", kV},
                      {"identity_start", kV},
                      {"identity_increment", kV},
                      {"identity_maximum", kV},
                      {"identity_minimum", kV},
                      {"identity_cycle", kV},
                      {"is_generated", kV},
                      {"generation_expression", kV},
                      {"is_updatable", kV}});
}

class BuiltinProvider : public SystemViewProvider {
 public:
  BuiltinProvider() {
    constexpr TypeOid kN = TypeOid::kName;
    constexpr TypeOid kV = TypeOid::kVarchar;
    constexpr TypeOid kB = TypeOid::kBool;
    Add(kPgTables, kPgCatalogSchema, "pg_tables",
        ViewColumns({{"schemaname", kN},
                     {"tablename", kN},
                     {"tableowner", kN},
                     {"tablespace", kN},
                     {"hasindexes", kB},
                     {"hasrules", kB},
                     {"hastriggers", kB},
                     {"rowsecurity", kB}}),
        PgTablesRows);
    Add(kPgViews, kPgCatalogSchema, "pg_views",
        ViewColumns({{"schemaname", kN},
                     {"viewname", kN},
                     {"viewowner", kN},
                     {"definition", TypeOid::kText}}),
        PgViewsRows);
    Add(kPgIndexes, kPgCatalogSchema, "pg_indexes",
        ViewColumns({{"schemaname", kN},
                     {"tablename", kN},
                     {"indexname", kN},
                     {"tablespace", kN},
                     {"indexdef", TypeOid::kText}}),
        PgIndexesRows);
    Add(kPgNamespace, kPgCatalogSchema, "pg_namespace",
        ViewColumns({{"oid", TypeOid::kOid}, {"nspname", kN}, {"nspowner", TypeOid::kOid}}),
        PgNamespaceRows);
    for (std::unique_ptr<SystemView>& view : MakeStatisticsViews()) Add(std::move(view));
    Add(kInformationTables, kInformationSchema, "tables",
        ViewColumns({{"table_catalog", kN},
                     {"table_schema", kN},
                     {"table_name", kN},
                     {"table_type", kV},
                     {"self_referencing_column_name", kN},
                     {"reference_generation", kV},
                     {"user_defined_type_catalog", kN},
                     {"user_defined_type_schema", kN},
                     {"user_defined_type_name", kN},
                     {"is_insertable_into", kV},
                     {"is_typed", kV},
                     {"commit_action", kV}}),
        InformationTablesRows);
    Add(kInformationColumns, kInformationSchema, "columns", InformationColumnsColumns(),
        InformationColumnsRows);
  }

  std::span<const SystemView* const> views() const override { return views_; }

 private:
  void Add(Oid oid, Oid schema, std::string name, std::vector<ViewColumn> columns,
           RowsFunction rows) {
    Add(std::make_unique<FunctionView>(oid, schema, std::move(name), std::move(columns), rows));
  }
  void Add(std::unique_ptr<SystemView> view) {
    owned_.push_back(std::move(view));
    views_.push_back(owned_.back().get());
  }

  std::vector<std::unique_ptr<SystemView>> owned_;
  std::vector<const SystemView*> views_;
};

}  // namespace

const SystemViewProvider& BuiltinSystemViews() {
  static const BuiltinProvider provider;
  return provider;
}

}  // namespace heliosdb::catalog
