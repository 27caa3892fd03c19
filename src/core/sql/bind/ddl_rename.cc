// RENAME and SET SCHEMA. Objects refer to each other by oid, but the text of views and expressions names tables and
// columns: it is written anew.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"
#include "core/sql/bind/definition.h"

namespace heliosdb::sql::bind {
namespace {

using parse::ObjectKind;

bool Uses(const std::vector<int>& columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

absl::Status NoSuchColumn(std::string_view name) {
  return SqlError(sqlstate::kUndefinedColumn, "column \"{}\" does not exist", name);
}

absl::Status ColumnExists(std::string_view name, std::string_view relation) {
  return SqlError(sqlstate::kDuplicateColumn, "column \"{}\" of relation \"{}\" already exists",
                  name, relation);
}

}  // namespace

absl::StatusOr<DdlApplier::ViewTexts> DdlApplier::TextsOfViews(
    const catalog::Reference& what,
    const std::function<absl::StatusOr<std::string>(const catalog::View&)>& rewrite) {
  ViewTexts texts;
  for (const auto& [oid, object] : image().objects()) {
    const catalog::View* const view = image().ViewByOid(oid);
    if (view == nullptr) continue;
    const bool refers = std::any_of(view->references.begin(), view->references.end(),
                                    [&what](const catalog::Reference& reference) {
                                      return reference.object == what.object &&
                                             (what.column < 0 || reference.column == what.column);
                                    });
    if (!refers) continue;
    absl::StatusOr<std::string> text = rewrite(*view);
    if (!text.ok()) return WithContext(text.status(), fmt::format("view {}", view->name));
    if (*text == view->definition) continue;
    HELIOS_RETURN_IF_ERROR(Lock(oid, view->name, txn::TableLockMode::kAccessExclusive));
    texts.emplace_back(oid, *std::move(text));
  }
  return texts;
}

void DdlApplier::PutViewTexts(const ViewTexts& texts) {
  for (const auto& [oid, text] : texts) {
    if (image().ViewByOid(oid) == nullptr) continue;
    std::unique_ptr<catalog::View> view = edit_.CopyView(oid);
    view->definition = text;
    edit_.Put(std::move(view));
  }
}

absl::Status DdlApplier::RenameColumn(const catalog::Table& table, const std::string& member,
                                      const std::string& new_name) {
  const Oid oid = table.oid;
  const int column = table.FindColumn(member);
  if (column < 0) return NoSuchColumn(member);
  if (table.FindColumn(new_name) >= 0) return ColumnExists(new_name, table.name);
  const struct Rename rename { {oid, column}, new_name, "" };
  const BindContext context = Context();
  HELIOS_ASSIGN_OR_RETURN(const ViewTexts texts,
                          TextsOfViews(rename.what, [&](const catalog::View& view) {
                            return RenameInView(view, rename, context);
                          }));
  std::unique_ptr<catalog::Table> renamed = edit_.CopyTable(oid);
  for (catalog::CheckConstraint& check : renamed->checks) {
    if (!Uses(check.columns, column)) continue;
    HELIOS_ASSIGN_OR_RETURN(check.text, RenameInExpression(check.text, table, rename, context));
  }
  std::vector<std::unique_ptr<catalog::Index>> indexes;
  for (const catalog::Index* const index : image().IndexesOf(oid)) {
    if (!Uses(index->expression_columns, column)) continue;
    std::unique_ptr<catalog::Index>& copy = indexes.emplace_back(edit_.CopyIndex(index->oid));
    for (catalog::IndexColumn& key : copy->columns) {
      if (key.column >= 0) continue;
      HELIOS_ASSIGN_OR_RETURN(key.expression_text,
                              RenameInExpression(key.expression_text, table, rename, context));
    }
    if (copy->predicate_text.empty()) continue;
    HELIOS_ASSIGN_OR_RETURN(copy->predicate_text,
                            RenameInExpression(copy->predicate_text, table, rename, context));
  }
  renamed->columns[static_cast<size_t>(column)].name = new_name;
  edit_.Put(std::move(renamed));
  for (std::unique_ptr<catalog::Index>& index : indexes) edit_.Put(std::move(index));
  PutViewTexts(texts);
  return absl::OkStatus();
}

absl::Status DdlApplier::RenameViewColumn(const catalog::View& view, const std::string& member,
                                          const std::string& new_name) {
  const auto place_of = [&view](const std::string& name) {
    return std::find_if(view.columns.begin(), view.columns.end(),
                        [&name](const catalog::ViewColumn& column) { return column.name == name; });
  };
  const auto found = place_of(member);
  if (found == view.columns.end()) return NoSuchColumn(member);
  if (place_of(new_name) != view.columns.end()) return ColumnExists(new_name, view.name);
  const int column = static_cast<int>(found - view.columns.begin());
  const struct Rename rename { {view.oid, column}, new_name, "" };
  HELIOS_ASSIGN_OR_RETURN(const ViewTexts texts,
                          TextsOfViews(rename.what, [&](const catalog::View& other) {
                            return RenameInView(other, rename, Context());
                          }));
  std::unique_ptr<catalog::View> renamed = edit_.CopyView(view.oid);
  renamed->columns[static_cast<size_t>(column)].name = new_name;
  edit_.Put(std::move(renamed));
  PutViewTexts(texts);
  return absl::OkStatus();
}

absl::Status DdlApplier::RenameConstraint(const catalog::Table& table, const std::string& member,
                                          const std::string& new_name) {
  HELIOS_RETURN_IF_ERROR(CheckConstraintName(new_name, table));
  std::unique_ptr<catalog::Table> copy = edit_.CopyTable(table.oid);
  const auto rename = [&](auto& constraints) {
    for (auto& constraint : constraints) {
      if (constraint.name != member) continue;
      constraint.name = new_name;
      return true;
    }
    return false;
  };
  bool found = rename(copy->checks) || rename(copy->foreign_keys);
  if (!found && copy->clustered_key.has_value() && copy->clustered_key->name == member) {
    HELIOS_RETURN_IF_ERROR(ExistsAlready(table.schema, new_name, false).status());
    copy->clustered_key->name = new_name;
    found = true;
  }
  if (found) {
    edit_.Put(std::move(copy));
    return absl::OkStatus();
  }
  for (const catalog::Index* const index : image().IndexesOf(table.oid)) {
    if (index->role == catalog::IndexRole::kPlain || index->name != member) continue;
    HELIOS_RETURN_IF_ERROR(ExistsAlready(table.schema, new_name, false).status());
    std::unique_ptr<catalog::Index> renamed = edit_.CopyIndex(index->oid);
    renamed->name = new_name;
    edit_.Put(std::move(renamed));
    return absl::OkStatus();
  }
  return SqlError(sqlstate::kUndefinedObject, "constraint \"{}\" for table \"{}\" does not exist",
                  member, table.name);
}

absl::Status DdlApplier::RenameRelation(const catalog::Relation& relation,
                                        const std::string& new_name) {
  HELIOS_RETURN_IF_ERROR(ExistsAlready(relation.schema(), new_name, false).status());
  if (relation.clustered_key_of != nullptr) {
    const catalog::Table& table = *relation.clustered_key_of;
    HELIOS_RETURN_IF_ERROR(Lock(table.oid, table.name, txn::TableLockMode::kAccessExclusive));
    std::unique_ptr<catalog::Table> copy = edit_.CopyTable(table.oid);
    copy->clustered_key->name = new_name;
    edit_.Put(std::move(copy));
    return absl::OkStatus();
  }
  const struct Rename rename { {relation.oid(), -1}, new_name, "" };
  HELIOS_ASSIGN_OR_RETURN(const ViewTexts texts,
                          TextsOfViews(rename.what, [&](const catalog::View& view) {
                            return RenameInView(view, rename, Context());
                          }));
  HELIOS_RETURN_IF_ERROR(
      ChangeObject(relation, [&new_name](catalog::Object* object) { object->name = new_name; }));
  PutViewTexts(texts);
  return absl::OkStatus();
}

absl::Status DdlApplier::RenameSchema(const std::string& old_name, const std::string& new_name) {
  HELIOS_ASSIGN_OR_RETURN(const Oid oid, SchemaNamed(old_name));
  if (oid < catalog::kOidFirst && oid != catalog::kPublicSchema) {
    return SqlError(sqlstate::kInsufficientPrivilege, "permission denied for schema {}", old_name);
  }
  if (image().FindSchema(new_name) != nullptr) {
    return SqlError(sqlstate::kDuplicateSchema, "schema \"{}\" already exists", new_name);
  }
  HELIOS_RETURN_IF_ERROR(CheckSchemaName(new_name));
  HELIOS_RETURN_IF_ERROR(Lock(oid, old_name, txn::TableLockMode::kAccessExclusive));
  ViewTexts texts;
  for (const auto& [relation, object] : image().objects()) {
    if (object->schema != oid) continue;
    HELIOS_ASSIGN_OR_RETURN(const ViewTexts of_relation,
                            TextsOfViews({relation, -1}, [&](const catalog::View& view) {
                              return RenameSchemaInView(view, oid, new_name, Context());
                            }));
    texts.insert(texts.end(), of_relation.begin(), of_relation.end());
  }
  auto schema = std::make_unique<catalog::Schema>(*image().SchemaByOid(oid));
  schema->name = new_name;
  edit_.Put(std::move(schema));
  PutViewTexts(texts);
  return absl::OkStatus();
}

absl::Status DdlApplier::Rename(const parse::RenameStatement& statement) {
  const std::string new_name = catalog::TruncateName(statement.new_name);
  if (statement.object == ObjectKind::kSchema) {
    return RenameSchema(statement.name.name.empty() ? statement.member : statement.name.name,
                        new_name);
  }
  const catalog::Relation relation = Find(statement.relation.name);
  if (!relation.found()) {
    if (!statement.if_exists)
      return WithPosition(Missing(statement.relation.name, "relation"),
                          statement.relation.position);
    Notice(fmt::format("relation \"{}\" does not exist, skipping", statement.relation.name.name));
    return absl::OkStatus();
  }
  if ((statement.object == ObjectKind::kView && relation.view == nullptr) ||
      (statement.object == ObjectKind::kSequence && relation.sequence == nullptr)) {
    return SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a {}", relation.name(),
                    statement.object == ObjectKind::kView ? "view" : "sequence");
  }
  HELIOS_RETURN_IF_ERROR(
      Lock(relation.oid(), relation.name(), txn::TableLockMode::kAccessExclusive));
  if (statement.object != ObjectKind::kColumn && statement.object != ObjectKind::kTableConstraint) {
    return RenameRelation(relation, new_name);
  }
  if (statement.object == ObjectKind::kColumn && relation.view != nullptr) {
    return RenameViewColumn(*relation.view, statement.member, new_name);
  }
  if (relation.table == nullptr) {
    return Unsupported("renaming a part of a {} is not supported", relation.KindText());
  }
  return statement.object == ObjectKind::kColumn
             ? RenameColumn(*relation.table, statement.member, new_name)
             : RenameConstraint(*relation.table, statement.member, new_name);
}

absl::Status DdlApplier::MoveToSchema(const catalog::Relation& relation, Oid schema) {
  const std::string name(relation.name());
  if (image().FindRelation(schema, name).found()) {
    return SqlError(sqlstate::kDuplicateTable, "relation \"{}\" already exists in schema \"{}\"",
                    name, image().SchemaByOid(schema)->name);
  }
  const struct Rename rename { {relation.oid(), -1}, name, image().SchemaByOid(schema)->name };
  HELIOS_ASSIGN_OR_RETURN(const ViewTexts texts,
                          TextsOfViews(rename.what, [&](const catalog::View& view) {
                            return RenameInView(view, rename, Context());
                          }));
  // Indexes, and the sequences of serial and identity columns, go with their table.
  std::vector<Oid> moved = {relation.oid()};
  if (relation.table != nullptr) {
    for (const catalog::Index* const index : image().IndexesOf(relation.oid()))
      moved.push_back(index->oid);
    for (const catalog::Column& column : relation.table->columns) {
      if (!column.dropped && column.owned_sequence != catalog::kOidInvalid)
        moved.push_back(column.owned_sequence);
    }
  }
  for (const Oid oid : moved) {
    HELIOS_RETURN_IF_ERROR(
        ChangeObject(image().RelationByOid(oid),
                     [schema](catalog::Object* object) { object->schema = schema; }));
  }
  PutViewTexts(texts);
  return absl::OkStatus();
}

absl::Status DdlApplier::SetSchema(const parse::SetSchemaStatement& statement) {
  const catalog::Relation relation = Find(statement.relation.name);
  if (!relation.found()) {
    if (!statement.if_exists)
      return WithPosition(Missing(statement.relation.name, "relation"),
                          statement.relation.position);
    Notice(fmt::format("relation \"{}\" does not exist, skipping", statement.relation.name.name));
    return absl::OkStatus();
  }
  HELIOS_RETURN_IF_ERROR(
      Lock(relation.oid(), relation.name(), txn::TableLockMode::kAccessExclusive));
  if (relation.sequence != nullptr && relation.sequence->owner.object != catalog::kOidInvalid) {
    return WithDetail(SqlError(sqlstate::kFeatureNotSupported,
                               "cannot move an owned sequence into another schema"),
                      fmt::format("Sequence \"{}\" is linked to table \"{}\".", relation.name(),
                                  image().RelationByOid(relation.sequence->owner.object).name()));
  }
  if (relation.table == nullptr && relation.view == nullptr && relation.sequence == nullptr) {
    return SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a table, view, or sequence",
                    relation.name());
  }
  HELIOS_ASSIGN_OR_RETURN(const Oid schema, SchemaNamed(statement.new_schema));
  if (schema < catalog::kOidFirst && schema != catalog::kPublicSchema) {
    return SqlError(sqlstate::kInsufficientPrivilege, "permission denied for schema {}",
                    statement.new_schema);
  }
  if (relation.schema() == schema) return absl::OkStatus();
  return MoveToSchema(relation, schema);
}

}  // namespace heliosdb::sql::bind
