// DROP, TRUNCATE, COMMENT.
#include <algorithm>
#include <set>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"
#include "core/sql/parse/command_tag.h"

namespace heliosdb::sql::bind {
namespace {

using parse::ObjectKind;

std::string LowerKind(ObjectKind kind) {
  std::string text(parse::ObjectKindName(kind));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool IsOfKind(const catalog::Relation& relation, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kTable:
      return relation.table != nullptr;
    case ObjectKind::kIndex:
      return relation.index != nullptr || relation.clustered_key_of != nullptr;
    case ObjectKind::kView:
      return relation.view != nullptr;
    case ObjectKind::kSequence:
      return relation.sequence != nullptr;
    default:
      return false;
  }
}

std::string_view Article(ObjectKind kind) { return kind == ObjectKind::kIndex ? "an" : "a"; }

}  // namespace

absl::Status DdlApplier::Drop(const parse::DropStatement& statement) {
  const std::string kind = LowerKind(statement.object);
  std::vector<catalog::DropTarget> targets;
  for (const parse::QualifiedName& name : statement.names) {
    if (statement.object == ObjectKind::kSchema) {
      const catalog::Schema* const schema = image().FindSchema(name.name);
      if (schema == nullptr && statement.if_exists) {
        Notice(fmt::format("schema \"{}\" does not exist, skipping", name.name));
        continue;
      }
      HELIOS_ASSIGN_OR_RETURN(const Oid oid, SchemaNamed(name.name));
      HELIOS_RETURN_IF_ERROR(Lock(oid, name.name, txn::TableLockMode::kAccessExclusive));
      targets.push_back({catalog::DropTarget::Part::kObject, oid});
      continue;
    }
    if (statement.object != ObjectKind::kTable && statement.object != ObjectKind::kIndex &&
        statement.object != ObjectKind::kView && statement.object != ObjectKind::kSequence) {
      return Unsupported("DROP {} is not supported", parse::ObjectKindName(statement.object));
    }
    const catalog::Relation relation = Find(name);
    if (!relation.found()) {
      const bool no_schema = !name.schema.empty() && image().FindSchema(name.schema) == nullptr;
      if (statement.if_exists) {
        Notice(no_schema ? fmt::format("schema \"{}\" does not exist, skipping", name.schema)
                         : fmt::format("{} \"{}\" does not exist, skipping", kind, name.name));
        continue;
      }
      if (no_schema) HELIOS_RETURN_IF_ERROR(SchemaNamed(name.schema).status());
      absl::Status missing =
          SqlError(statement.object == ObjectKind::kIndex ? sqlstate::kUndefinedObject
                                                          : sqlstate::kUndefinedTable,
                   "{} \"{}\" does not exist", kind,
                   name.schema.empty() ? name.name : fmt::format("{}.{}", name.schema, name.name));
      return missing;
    }
    if (!IsOfKind(relation, statement.object)) {
      return WithHint(
          SqlError(sqlstate::kWrongObjectType, "\"{}\" is not {} {}", name.name,
                   Article(statement.object), kind),
          fmt::format("Use DROP {} to remove {} {}.",
                      relation.KindText() == "table"      ? "TABLE"
                      : relation.KindText() == "view"     ? "VIEW"
                      : relation.KindText() == "sequence" ? "SEQUENCE"
                                                          : "INDEX",
                      relation.KindText() == "index" ? "an" : "a", relation.KindText()));
    }
    const catalog::Table* const owner = relation.index != nullptr
                                            ? image().TableByOid(relation.index->table)
                                            : relation.clustered_key_of;
    if (owner != nullptr) {
      HELIOS_RETURN_IF_ERROR(Lock(owner->oid, owner->name, txn::TableLockMode::kAccessExclusive));
    }
    HELIOS_RETURN_IF_ERROR(Lock(relation.oid(), name.name, txn::TableLockMode::kAccessExclusive));
    const bool is_constraint =
        relation.clustered_key_of != nullptr ||
        (relation.index != nullptr && relation.index->role != catalog::IndexRole::kPlain);
    if (is_constraint) {
      return WithHint(
          SqlError(sqlstate::kDependentObjectsStillExist,
                   "cannot drop index {} because constraint {} on table {} requires it", name.name,
                   name.name, owner->name),
          fmt::format("You can drop constraint {} on table {} instead.", name.name, owner->name));
    }
    targets.push_back({catalog::DropTarget::Part::kObject, relation.oid()});
  }
  return DropTargets(targets, statement.behavior);
}

absl::Status DdlApplier::Truncate(const parse::TruncateStatement& statement) {
  std::vector<const catalog::Table*> tables;
  std::set<Oid> oids;
  for (const parse::RelationName& name : statement.tables) {
    HELIOS_ASSIGN_OR_RETURN(const catalog::Table* table,
                            FindTable(name, false, txn::TableLockMode::kAccessExclusive));
    if (oids.insert(table->oid).second) tables.push_back(table);
  }
  for (size_t i = 0; i < tables.size(); ++i) {
    for (const catalog::Referrer& referrer : image().ReferrersOf(tables[i]->oid)) {
      if (oids.contains(referrer.table->oid)) continue;
      if (statement.behavior != parse::DropBehavior::kCascade) {
        return WithHint(
            WithDetail(SqlError(sqlstate::kFeatureNotSupported,
                                "cannot truncate a table referenced in a foreign key constraint"),
                       fmt::format("Table \"{}\" references \"{}\".", referrer.table->name,
                                   tables[i]->name)),
            fmt::format("Truncate table \"{}\" at the same time, or use TRUNCATE ... CASCADE.",
                        referrer.table->name));
      }
      Notice(fmt::format("truncate cascades to table \"{}\"", referrer.table->name));
      HELIOS_RETURN_IF_ERROR(
          Lock(referrer.table->oid, referrer.table->name, txn::TableLockMode::kAccessExclusive));
      oids.insert(referrer.table->oid);
      tables.push_back(referrer.table);
    }
  }
  for (const Oid oid : oids) {
    if (statement.restarts_identity) {
      const std::unique_ptr<catalog::Table> table = edit_.CopyTable(oid);
      for (const catalog::Column& column : table->columns) {
        if (column.owned_sequence == catalog::kOidInvalid) continue;
        std::unique_ptr<catalog::Sequence> sequence = edit_.CopySequence(column.owned_sequence);
        ++sequence->generation;
        const catalog::SequenceState state{sequence->start, false, sequence->generation};
        HELIOS_RETURN_IF_ERROR(PutSequence(std::move(sequence), state));
      }
    }
    HELIOS_RETURN_IF_ERROR(edit_.NewStorage(oid));
  }
  return absl::OkStatus();
}

absl::Status DdlApplier::ChangeObject(const catalog::Relation& relation,
                                      const std::function<void(catalog::Object*)>& change) {
  if (relation.table != nullptr) {
    std::unique_ptr<catalog::Table> copy = edit_.CopyTable(relation.oid());
    change(copy.get());
    edit_.Put(std::move(copy));
  } else if (relation.index != nullptr) {
    std::unique_ptr<catalog::Index> copy = edit_.CopyIndex(relation.oid());
    change(copy.get());
    edit_.Put(std::move(copy));
  } else if (relation.sequence != nullptr) {
    std::unique_ptr<catalog::Sequence> copy = edit_.CopySequence(relation.oid());
    change(copy.get());
    edit_.Put(std::move(copy));
  } else if (relation.view != nullptr) {
    std::unique_ptr<catalog::View> copy = edit_.CopyView(relation.oid());
    change(copy.get());
    edit_.Put(std::move(copy));
  } else {
    return SqlError(sqlstate::kWrongObjectType, "\"{}\" cannot be changed", relation.name());
  }
  return absl::OkStatus();
}

absl::Status DdlApplier::Comment(const parse::CommentStatement& statement) {
  const std::string text = statement.comment.value_or("");
  if (statement.object == ObjectKind::kSchema) {
    HELIOS_ASSIGN_OR_RETURN(const Oid oid, SchemaNamed(statement.name.name));
    if (oid < catalog::kOidFirst)
      return Unsupported("COMMENT ON a built-in schema is not supported");
    auto schema = std::make_unique<catalog::Schema>(*image().SchemaByOid(oid));
    schema->comment = text;
    edit_.Put(std::move(schema));
    return absl::OkStatus();
  }
  const catalog::Relation relation = Find(statement.name);
  if (!relation.found()) return Missing(statement.name, "relation");
  if (statement.object == ObjectKind::kColumn) {
    if (relation.table == nullptr)
      return Unsupported("COMMENT ON a column of a {} is not supported", relation.KindText());
    HELIOS_ASSIGN_OR_RETURN(const int column, ColumnOf(*relation.table, statement.member));
    std::unique_ptr<catalog::Table> copy = edit_.CopyTable(relation.oid());
    copy->columns[column].comment = text;
    edit_.Put(std::move(copy));
    return absl::OkStatus();
  }
  if (!IsOfKind(relation, statement.object)) {
    return Unsupported("COMMENT ON {} is not supported", parse::ObjectKindName(statement.object));
  }
  return ChangeObject(relation, [&text](catalog::Object* object) { object->comment = text; });
}

}  // namespace heliosdb::sql::bind
