// CREATE VIEW and CREATE SCHEMA.
#include <algorithm>
#include <functional>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"
#include "core/sql/parse/deparse.h"

namespace heliosdb::sql::bind {
namespace {

// Puts what the recorder found into the tree of a definition: schemas of tables, oids of sequences, columns in the
// place of stars. The tree is the statement's own; nobody reads it afterwards.
class DefinitionWriter {
 public:
  DefinitionWriter(const Recorder& recorder, const catalog::CatalogImage& image)
      : recorder_(recorder), image_(image) {}

  void Write(parse::SelectStatement* select) {
    for (const auto& [item, oid] : recorder_.tables) {
      const catalog::Relation relation = image_.RelationByOid(oid);
      auto* const table = const_cast<parse::TableFromItem*>(item);
      if (table->alias.empty()) table->alias.name = table->table.name.name;
      table->table.name.schema = image_.SchemaByOid(relation.schema())->name;
    }
    for (const auto& [literal, oid] : recorder_.regclasses) {
      auto* const constant = const_cast<parse::Constant*>(literal->TryAs<parse::Constant>());
      if (constant != nullptr) constant->text = fmt::format("{}", oid);
    }
    if (!recorder_.stars.empty()) ExpandStars(select);
  }

 private:
  void ExpandStars(parse::SelectStatement* select) {
    if (select->left != nullptr) ExpandStars(select->left.get());
    if (select->right != nullptr) ExpandStars(select->right.get());
    if (select->with != nullptr) {
      for (parse::CommonTableExpression& table : select->with->tables) {
        auto* const inner =
            const_cast<parse::SelectStatement*>(table.query->TryAs<parse::SelectStatement>());
        if (inner != nullptr) ExpandStars(inner);
      }
    }
    for (parse::FromItemPtr& item : select->from) ExpandStars(item.get());
    std::vector<parse::TargetItem> targets;
    for (parse::TargetItem& target : select->targets) {
      const auto found = recorder_.stars.find(target.value.get());
      if (found == recorder_.stars.end()) {
        targets.push_back(std::move(target));
        continue;
      }
      for (const auto& [qualifier, name] : found->second) {
        auto column = std::make_unique<parse::ColumnReference>();
        if (!qualifier.empty()) column->names.push_back(qualifier);
        column->names.push_back(name);
        parse::TargetItem& expanded = targets.emplace_back();
        expanded.value = std::move(column);
      }
    }
    select->targets = std::move(targets);
  }

  void ExpandStars(parse::FromItem* item) {
    if (const auto* subquery = item->TryAs<parse::SubqueryFromItem>()) {
      ExpandStars(const_cast<parse::SelectStatement*>(subquery->query.get()));
    } else if (const auto* join = item->TryAs<parse::JoinFromItem>()) {
      ExpandStars(join->left.get());
      ExpandStars(join->right.get());
    }
  }

  const Recorder& recorder_;
  const catalog::CatalogImage& image_;
};

}  // namespace

absl::Status DdlApplier::CreateView(const parse::CreateViewStatement& statement) {
  if (statement.check != parse::ViewCheck::kNone)
    return Unsupported("WITH CHECK OPTION is not supported");
  if (!statement.options.empty())
    return Unsupported("view option {} is not supported", statement.options[0].name);
  HELIOS_ASSIGN_OR_RETURN(const Oid schema, CreationSchema(statement.view));
  const std::string name = catalog::TruncateName(statement.view.name.name);
  const catalog::Relation there = image().FindRelation(schema, name);
  if (there.found() && !(statement.is_replace && there.view != nullptr)) {
    if (statement.is_replace)
      return SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a view", name);
    return SqlError(sqlstate::kDuplicateTable, "relation \"{}\" already exists", name);
  }
  auto view = std::make_unique<catalog::View>();
  view->schema = schema;
  view->name = name;
  if (there.view != nullptr) {
    HELIOS_RETURN_IF_ERROR(Lock(there.oid(), name, txn::TableLockMode::kAccessExclusive));
    view->oid = there.oid();
    view->comment = there.view->comment;
  } else {
    HELIOS_ASSIGN_OR_RETURN(view->oid, edit_.NewOid());
  }
  Recorder recorder;
  Binder binder(Context(), {}, &recorder);
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Query> query,
                          binder.BindQuery(*statement.query, nullptr, UnknownTargets::kToText));
  if (statement.columns.size() > query->visible_targets) {
    return SqlError(sqlstate::kSyntaxError, "CREATE VIEW specifies more column names than columns");
  }
  for (size_t i = 0; i < query->visible_targets; ++i) {
    const std::string& column =
        i < statement.columns.size() ? statement.columns[i] : query->targets[i].name;
    for (const catalog::ViewColumn& other : view->columns) {
      if (other.name == column) {
        return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" specified more than once",
                        column);
      }
    }
    view->columns.push_back({catalog::TruncateName(column), query->targets[i].expression->type});
  }
  if (there.view != nullptr) {
    if (view->columns.size() < there.view->columns.size()) {
      return SqlError(sqlstate::kInvalidTableDefinition, "cannot drop columns from view");
    }
    for (size_t i = 0; i < there.view->columns.size(); ++i) {
      const catalog::ViewColumn& old = there.view->columns[i];
      if (old.name != view->columns[i].name) {
        return SqlError(sqlstate::kInvalidTableDefinition,
                        "cannot change name of view column \"{}\" to \"{}\"", old.name,
                        view->columns[i].name);
      }
      if (old.type != view->columns[i].type) {
        return SqlError(sqlstate::kInvalidTableDefinition,
                        "cannot change data type of view column \"{}\" from {} to {}", old.name,
                        types::TypeName(old.type), types::TypeName(view->columns[i].type));
      }
    }
  }
  auto* const select = const_cast<parse::SelectStatement*>(statement.query.get());
  DefinitionWriter(recorder, image()).Write(select);
  view->definition = parse::SelectText(*select);
  for (const catalog::Reference& reference : recorder.references) {
    if (reference.object == view->oid) {
      return SqlError(sqlstate::kInvalidObjectDefinition,
                      "infinite recursion detected in rules for relation \"{}\"", name);
    }
    view->references.push_back(reference);
  }
  edit_.Put(std::move(view));
  return absl::OkStatus();
}

absl::Status DdlApplier::CreateSchema(const parse::CreateSchemaStatement& statement) {
  if (!statement.role.empty()) return Unsupported("CREATE SCHEMA AUTHORIZATION is not supported");
  if (!statement.elements.empty())
    return Unsupported("CREATE SCHEMA with elements is not supported");
  const std::string name = catalog::TruncateName(statement.name);
  if (image().FindSchema(name) != nullptr) {
    if (!statement.if_not_exists)
      return SqlError(sqlstate::kDuplicateSchema, "schema \"{}\" already exists", name);
    Notice(fmt::format("schema \"{}\" already exists, skipping", name));
    return absl::OkStatus();
  }
  if (name.starts_with("pg_")) {
    return WithDetail(SqlError(sqlstate::kReservedName, "unacceptable schema name \"{}\"", name),
                      "The prefix \"pg_\" is reserved for system schemas.");
  }
  auto schema = std::make_unique<catalog::Schema>();
  HELIOS_ASSIGN_OR_RETURN(schema->oid, edit_.NewOid());
  schema->name = name;
  edit_.Put(std::move(schema));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
