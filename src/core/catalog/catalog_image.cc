#include "core/catalog/catalog_image.h"

#include <algorithm>
#include <array>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/catalog/catalog_key.h"
#include "core/catalog/names.h"
#include "core/catalog/object_codec.h"

namespace heliosdb::catalog {
namespace {

constexpr size_t kLoadBatch = 64;

std::shared_ptr<const Schema> BuiltinSchema(Oid oid, std::string_view name) {
  auto schema = std::make_shared<Schema>();
  schema->oid = oid;
  schema->name = name;
  return schema;
}

template <typename T>
const T* OfKind(const Object* object, ObjectKind kind) {
  return object != nullptr && object->kind == kind ? static_cast<const T*>(object) : nullptr;
}

absl::Status CheckVersion(std::string_view bytes) {
  if (bytes.size() != sizeof(uint32_t)) {
    return Corruption("the catalogue's version row has {} bytes", bytes.size());
  }
  const auto version = LoadFixed<uint32_t>(bytes.data());
  if (version != kCatalogFormatVersion) {
    return FailedPrecondition("the catalogue has format version {}, this build reads version {}",
                              version, kCatalogFormatVersion);
  }
  return absl::OkStatus();
}

}  // namespace

Oid Relation::oid() const {
  if (table != nullptr) return table->oid;
  if (index != nullptr) return index->oid;
  if (sequence != nullptr) return sequence->oid;
  if (view != nullptr) return view->oid;
  if (system_view != nullptr) return system_view->oid();
  return clustered_key_of != nullptr ? clustered_key_of->clustered_key->oid : kOidInvalid;
}

Oid Relation::schema() const {
  if (table != nullptr) return table->schema;
  if (index != nullptr) return index->schema;
  if (sequence != nullptr) return sequence->schema;
  if (view != nullptr) return view->schema;
  if (system_view != nullptr) return system_view->schema();
  return clustered_key_of != nullptr ? clustered_key_of->schema : kOidInvalid;
}

std::string_view Relation::name() const {
  if (table != nullptr) return table->name;
  if (index != nullptr) return index->name;
  if (sequence != nullptr) return sequence->name;
  if (view != nullptr) return view->name;
  if (system_view != nullptr) return system_view->name();
  return clustered_key_of != nullptr ? std::string_view(clustered_key_of->clustered_key->name)
                                     : std::string_view();
}

std::string_view Relation::KindText() const {
  if (table != nullptr) return "table";
  if (index != nullptr || clustered_key_of != nullptr) return "index";
  if (sequence != nullptr) return "sequence";
  return "view";
}

CatalogImage::CatalogImage(std::span<const SystemView* const> views)
    : system_views_(views.begin(), views.end()) {
  Add(BuiltinSchema(kPgCatalogSchema, "pg_catalog"));
  Add(BuiltinSchema(kInformationSchema, "information_schema"));
  Derive();
}

absl::StatusOr<std::shared_ptr<const CatalogImage>> CatalogImage::Load(
    txn::ReadView* view, std::span<const SystemView* const> views) {
  auto image = std::make_shared<CatalogImage>(views);
  HELIOS_ASSIGN_OR_RETURN(
      const std::unique_ptr<txn::Cursor> cursor,
      view->Open(CatalogRowsBegin(), CatalogRowsEnd(), txn::ScanDirection::kForward));
  std::array<txn::KvPair, kLoadBatch> batch;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(batch));
    if (count == 0) break;
    for (size_t i = 0; i < count; ++i) {
      HELIOS_ASSIGN_OR_RETURN(const CatalogKeyParts key, ParseCatalogKey(batch[i].key));
      if (key.kind == RowKind::kVersion) {
        HELIOS_RETURN_IF_ERROR(CheckVersion(batch[i].value));
      } else if (key.kind == RowKind::kStatistics) {
        HELIOS_ASSIGN_OR_RETURN(std::shared_ptr<const TableStatistics> statistics,
                                DecodeStatistics(key.id, batch[i].value));
        image->AddStatistics(std::move(statistics));
      } else {
        HELIOS_ASSIGN_OR_RETURN(
            std::shared_ptr<const Object> object,
            DecodeObject(static_cast<ObjectKind>(key.kind), key.id, batch[i].value));
        image->Add(std::move(object));
      }
    }
  }
  image->Derive();
  return image;
}

const Schema* CatalogImage::FindSchema(std::string_view name) const {
  const auto found = schemas_.find(name);
  return found == schemas_.end() ? nullptr : found->second;
}

const Object* CatalogImage::ObjectByOid(Oid oid) const {
  const auto found = objects_.find(oid);
  return found == objects_.end() ? nullptr : found->second.get();
}

const Schema* CatalogImage::SchemaByOid(Oid oid) const {
  return OfKind<Schema>(ObjectByOid(oid), ObjectKind::kSchema);
}
const Table* CatalogImage::TableByOid(Oid oid) const {
  return OfKind<Table>(ObjectByOid(oid), ObjectKind::kTable);
}
const Index* CatalogImage::IndexByOid(Oid oid) const {
  return OfKind<Index>(ObjectByOid(oid), ObjectKind::kIndex);
}
const Sequence* CatalogImage::SequenceByOid(Oid oid) const {
  return OfKind<Sequence>(ObjectByOid(oid), ObjectKind::kSequence);
}
const View* CatalogImage::ViewByOid(Oid oid) const {
  return OfKind<View>(ObjectByOid(oid), ObjectKind::kView);
}

Relation CatalogImage::FindRelation(Oid schema, std::string_view name) const {
  const auto of_schema = relations_.find(schema);
  if (of_schema == relations_.end()) return {};
  const auto found = of_schema->second.find(name);
  return found == of_schema->second.end() ? Relation{} : found->second;
}

Relation CatalogImage::FindRelation(std::span<const std::string> search_path,
                                    std::string_view schema, std::string_view name) const {
  if (!schema.empty()) {
    const Schema* const found = FindSchema(schema);
    return found == nullptr ? Relation{} : FindRelation(found->oid, name);
  }
  // As in PostgreSQL: first of all, unless the path says where.
  if (std::find(search_path.begin(), search_path.end(), "pg_catalog") == search_path.end()) {
    const Relation relation = FindRelation(kPgCatalogSchema, name);
    if (relation.found()) return relation;
  }
  for (const std::string& candidate : search_path) {
    const Schema* const found = FindSchema(candidate);
    if (found == nullptr) continue;
    const Relation relation = FindRelation(found->oid, name);
    if (relation.found()) return relation;
  }
  return {};
}

Relation CatalogImage::RelationByOid(Oid oid) const {
  const auto found = relations_by_oid_.find(oid);
  return found == relations_by_oid_.end() ? Relation{} : found->second;
}

std::span<const Index* const> CatalogImage::IndexesOf(Oid table) const {
  const auto found = indexes_.find(table);
  if (found == indexes_.end()) return {};
  return found->second;
}

std::span<const Referrer> CatalogImage::ReferrersOf(Oid table) const {
  const auto found = referrers_.find(table);
  if (found == referrers_.end()) return {};
  return found->second;
}

const TableStatistics* CatalogImage::StatisticsOf(Oid table) const {
  const auto found = statistics_.find(table);
  return found == statistics_.end() ? nullptr : found->second.get();
}

std::string CatalogImage::DisplayName(const Relation& relation,
                                      std::span<const std::string> search_path) const {
  const Relation visible = FindRelation(search_path, "", relation.name());
  if (visible.oid() == relation.oid()) return QuoteName(relation.name());
  const Schema* const schema = SchemaByOid(relation.schema());
  return fmt::format("{}.{}", QuoteName(schema == nullptr ? "" : schema->name),
                     QuoteName(relation.name()));
}

std::shared_ptr<CatalogImage> CatalogImage::Copy() const {
  auto copy = std::make_shared<CatalogImage>(system_views_);
  copy->objects_ = objects_;
  copy->statistics_ = statistics_;
  return copy;
}

void CatalogImage::Add(std::shared_ptr<const Object> object) {
  const Oid oid = object->oid;
  objects_[oid] = std::move(object);
}

void CatalogImage::AddStatistics(std::shared_ptr<const TableStatistics> statistics) {
  const Oid table = statistics->table;
  statistics_[table] = std::move(statistics);
}

void CatalogImage::Remove(Oid oid) {
  objects_.erase(oid);
  statistics_.erase(oid);
}

void CatalogImage::Derive() {
  schemas_.clear();
  relations_.clear();
  relations_by_oid_.clear();
  indexes_.clear();
  referrers_.clear();
  const auto add = [this](Oid schema, const std::string& name, const Relation& relation) {
    relations_[schema][name] = relation;
    relations_by_oid_[relation.oid()] = relation;
  };
  for (const SystemView* const view : system_views_) {
    add(view->schema(), view->name(), Relation{.system_view = view});
  }
  for (const auto& [oid, object] : objects_) {
    switch (object->kind) {
      case ObjectKind::kSchema:
        schemas_[object->name] = static_cast<const Schema*>(object.get());
        break;
      case ObjectKind::kTable: {
        const auto* const table = static_cast<const Table*>(object.get());
        add(table->schema, table->name, Relation{.table = table});
        if (table->clustered_key.has_value()) {
          add(table->schema, table->clustered_key->name, Relation{.clustered_key_of = table});
        }
        for (const ForeignKey& key : table->foreign_keys) {
          referrers_[key.referenced_table].push_back({table, &key});
        }
        break;
      }
      case ObjectKind::kIndex: {
        const auto* const index = static_cast<const catalog::Index*>(object.get());
        add(index->schema, index->name, Relation{.index = index});
        indexes_[index->table].push_back(index);
        break;
      }
      case ObjectKind::kSequence:
        add(object->schema, object->name,
            Relation{.sequence = static_cast<const Sequence*>(object.get())});
        break;
      case ObjectKind::kView:
        add(object->schema, object->name, Relation{.view = static_cast<const View*>(object.get())});
        break;
    }
  }
}

bool SameTable(const CatalogImage& a, const CatalogImage& b, Oid table) {
  const Table* const first = a.TableByOid(table);
  const Table* const second = b.TableByOid(table);
  if (first == nullptr || second == nullptr) return false;
  if (first != second && EncodeObject(*first) != EncodeObject(*second)) return false;
  const std::span<const Index* const> indexes = b.IndexesOf(table);
  return std::equal(a.IndexesOf(table).begin(), a.IndexesOf(table).end(), indexes.begin(),
                    indexes.end(), [](const Index* left, const Index* right) {
                      return left == right || EncodeObject(*left) == EncodeObject(*right);
                    });
}

}  // namespace heliosdb::catalog
