#include "core/catalog/catalog_edit.h"

#include <algorithm>
#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/catalog/names.h"
#include "core/catalog/object_codec.h"

namespace heliosdb::catalog {
namespace {

std::string VersionBytes() {
  std::string bytes;
  AppendFixed(&bytes, kCatalogFormatVersion);
  return bytes;
}

std::string KeyOf(const Object& object) {
  return CatalogKey(static_cast<RowKind>(object.kind), object.oid);
}

// The storage that goes when the object goes; 0 for none.
uint32_t StorageOf(const Object& object) {
  switch (object.kind) {
    case ObjectKind::kTable:
      return static_cast<const Table&>(object).storage_id;
    case ObjectKind::kIndex:
      return static_cast<const Index&>(object).storage_id;
    default:
      return 0;
  }
}

bool HasConstraintNamed(const Table& table, std::span<const Index* const> indexes,
                        std::string_view name) {
  const auto is_named = [name](const auto& constraint) { return constraint.name == name; };
  if (table.clustered_key.has_value() && table.clustered_key->name == name) return true;
  if (std::any_of(table.checks.begin(), table.checks.end(), is_named)) return true;
  if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), is_named)) return true;
  return std::any_of(indexes.begin(), indexes.end(), [name](const Index* index) {
    return index->role != IndexRole::kPlain && index->name == name;
  });
}

template <typename T>
std::unique_ptr<T> CopyOf(const T* object) {
  HELIOS_CHECK(object != nullptr);
  return std::make_unique<T>(*object);
}

}  // namespace

CatalogEdit::CatalogEdit(const ImagePtr& base, IdSource ids)
    : image_(base->Copy()), ids_(std::move(ids)) {
  image_->Derive();
}

CatalogImage& CatalogEdit::Own() {
  if (image_.use_count() > 1) image_ = image_->Copy();
  return *image_;
}

absl::StatusOr<Oid> CatalogEdit::NewOid() {
  HELIOS_ASSIGN_OR_RETURN(const uint32_t id, ids_());
  return kOidFirst + id;
}

absl::StatusOr<uint32_t> CatalogEdit::NewStorageId() { return ids_(); }

std::string CatalogEdit::ChooseRelationName(Oid schema, std::string_view first,
                                            std::string_view second, std::string_view label) const {
  return ChooseName(first, second, label, [this, schema](std::string_view name) {
    return !image_->FindRelation(schema, name).found();
  });
}

std::string CatalogEdit::ChooseConstraintName(const Table& table, std::string_view first,
                                              std::string_view second,
                                              std::string_view label) const {
  return ChooseName(first, second, label, [this, &table](std::string_view name) {
    return !HasConstraintNamed(table, image_->IndexesOf(table.oid), name);
  });
}

void CatalogEdit::PutObject(std::unique_ptr<Object> object) {
  HELIOS_CHECK(object->oid >= kOidFirst || object->oid == kPublicSchema);
  const std::string key = KeyOf(*object);
  const Oid oid = object->oid;
  CatalogImage& image = Own();
  const Object* const before = image.ObjectByOid(oid);
  if (before != nullptr && StorageOf(*before) != StorageOf(*object)) {
    retired_.insert(StorageOf(*before));
  }
  writes_[key] = EncodeObject(*object);
  deletes_.erase(key);
  changed_.insert(oid);
  image.Add(std::move(object));
  image.Derive();
}

void CatalogEdit::Put(std::unique_ptr<Table> table) {
  table->Finish();
  const Table* const before = image_->TableByOid(table->oid);
  const TableStatistics* const known = image_->StatisticsOf(table->oid);
  if (before != nullptr && known != nullptr) ForgetStatistics(*before, *table, *known);
  PutObject(std::move(table));
}

void CatalogEdit::ForgetStatistics(const Table& before, const Table& after,
                                   const TableStatistics& known) {
  auto changed = std::make_unique<TableStatistics>(known);
  bool has_changed = before.storage_id != after.storage_id;
  if (has_changed) changed->rows = -1;
  for (size_t c = 0; c < std::min(before.columns.size(), changed->columns.size()); ++c) {
    if (before.columns[c].type.oid == after.columns[c].type.oid &&
        before.columns[c].dropped == after.columns[c].dropped)
      continue;
    changed->columns[c] = {};
    has_changed = true;
  }
  if (has_changed) PutStatistics(std::move(changed));
}

void CatalogEdit::Put(std::unique_ptr<Index> index) { PutObject(std::move(index)); }
void CatalogEdit::Put(std::unique_ptr<Sequence> sequence) { PutObject(std::move(sequence)); }
void CatalogEdit::Put(std::unique_ptr<View> view) { PutObject(std::move(view)); }
void CatalogEdit::Put(std::unique_ptr<Schema> schema) { PutObject(std::move(schema)); }

void CatalogEdit::PutStatistics(std::unique_ptr<TableStatistics> statistics) {
  const std::string key = CatalogKey(RowKind::kStatistics, statistics->table);
  writes_[key] = EncodeStatistics(*statistics);
  deletes_.erase(key);
  Own().AddStatistics(std::move(statistics));
  image_->Derive();
}

void CatalogEdit::PutSequenceState(Oid sequence, const SequenceState& state) {
  const std::string key = SequenceStateKey(sequence);
  writes_[key] = EncodeSequenceState(state);
  deletes_.erase(key);
}

std::unique_ptr<Table> CatalogEdit::CopyTable(Oid table) const {
  return CopyOf(image_->TableByOid(table));
}
std::unique_ptr<Index> CatalogEdit::CopyIndex(Oid index) const {
  return CopyOf(image_->IndexByOid(index));
}
std::unique_ptr<Sequence> CatalogEdit::CopySequence(Oid sequence) const {
  return CopyOf(image_->SequenceByOid(sequence));
}
std::unique_ptr<View> CatalogEdit::CopyView(Oid view) const {
  return CopyOf(image_->ViewByOid(view));
}

void CatalogEdit::RemoveObject(Oid oid) {
  const Object* const object = image_->ObjectByOid(oid);
  HELIOS_CHECK(object != nullptr);
  std::vector<std::string> keys = {KeyOf(*object)};
  if (object->kind == ObjectKind::kTable) {
    keys.push_back(CatalogKey(RowKind::kStatistics, oid));
    keys.push_back(RowIdsKey(StorageOf(*object)));
  }
  if (object->kind == ObjectKind::kSequence) keys.push_back(SequenceStateKey(oid));
  for (const std::string& key : keys) {
    writes_.erase(key);
    deletes_.insert(key);
  }
  if (StorageOf(*object) != 0) retired_.insert(StorageOf(*object));
  changed_.insert(oid);
  Own().Remove(oid);
  image_->Derive();
}

absl::Status CatalogEdit::NewStorage(Oid table) {
  std::unique_ptr<Table> changed = CopyTable(table);
  deletes_.insert(RowIdsKey(changed->storage_id));
  HELIOS_ASSIGN_OR_RETURN(changed->storage_id, NewStorageId());
  Put(std::move(changed));
  std::vector<Oid> indexes;
  for (const Index* const index : image_->IndexesOf(table)) indexes.push_back(index->oid);
  for (const Oid oid : indexes) {
    std::unique_ptr<Index> index = CopyIndex(oid);
    HELIOS_ASSIGN_OR_RETURN(index->storage_id, NewStorageId());
    Put(std::move(index));
  }
  return absl::OkStatus();
}

absl::Status CatalogEdit::Write(txn::Transaction* transaction) const {
  if (writes_.empty() && deletes_.empty() && retired_.empty()) return absl::OkStatus();
  transaction->TouchCatalog();
  for (const std::string& key : deletes_) {
    HELIOS_RETURN_IF_ERROR(transaction->Delete(key));
  }
  for (const auto& [key, value] : writes_) {
    HELIOS_RETURN_IF_ERROR(transaction->Put(key, value));
  }
  for (const uint32_t storage_id : retired_) {
    HELIOS_RETURN_IF_ERROR(transaction->RetireStorageId(storage_id));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> InitializeCatalog(txn::Transaction* transaction) {
  const std::string version_key = CatalogKey(RowKind::kVersion, 0);
  {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> version, view.Get(version_key));
    if (version.has_value()) return false;
  }
  Schema schema;
  schema.oid = kPublicSchema;
  schema.name = "public";
  schema.comment = "standard public schema";
  transaction->TouchCatalog();
  HELIOS_RETURN_IF_ERROR(transaction->Put(version_key, VersionBytes()));
  HELIOS_RETURN_IF_ERROR(transaction->Put(KeyOf(schema), EncodeObject(schema)));
  return true;
}

}  // namespace heliosdb::catalog
