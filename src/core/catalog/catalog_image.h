// The catalogue as of one moment: every object, by name and by oid.
#ifndef HELIOSDB_CORE_CATALOG_CATALOG_IMAGE_H_
#define HELIOSDB_CORE_CATALOG_CATALOG_IMAGE_H_

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "core/catalog/object.h"
#include "core/catalog/system_view.h"
#include "core/txn/read_view.h"

namespace heliosdb::catalog {

// What stands under a relation's name. At most one pointer is set.
struct Relation {
  const Table* table = nullptr;
  const Index* index = nullptr;
  const Sequence* sequence = nullptr;
  const View* view = nullptr;
  const SystemView* system_view = nullptr;
  // The name is that of this table's clustered primary key.
  const Table* clustered_key_of = nullptr;

  bool found() const {
    return table != nullptr || index != nullptr || sequence != nullptr || view != nullptr ||
           system_view != nullptr || clustered_key_of != nullptr;
  }
  Oid oid() const;
  Oid schema() const;
  std::string_view name() const;
  // "table", "index", "sequence", "view": as messages say.
  std::string_view KindText() const;
};

// A foreign key seen from the table that it refers to.
struct Referrer {
  const Table* table = nullptr;
  const ForeignKey* key = nullptr;
};

// Immutable once shared; then safe from any thread. Pointers that it gives live as long as it does.
class CatalogImage {
 public:
  // Built-in schemas and system views alone. views are not owned and outlive the image.
  explicit CatalogImage(std::span<const SystemView* const> views);
  CatalogImage(const CatalogImage&) = delete;
  CatalogImage& operator=(const CatalogImage&) = delete;

  // Reads every catalogue row that the view sees. DATA_LOSS for rows that do not decode,
  // FAILED_PRECONDITION for a catalogue of another format version. May block on the disk.
  static absl::StatusOr<std::shared_ptr<const CatalogImage>> Load(
      txn::ReadView* view, std::span<const SystemView* const> views);

  // Null, or an empty Relation, for what is not there.
  const Schema* FindSchema(std::string_view name) const;
  const Schema* SchemaByOid(Oid oid) const;
  Relation FindRelation(Oid schema, std::string_view name) const;
  // Without a schema: the first found along the path.
  Relation FindRelation(std::span<const std::string> search_path, std::string_view schema,
                        std::string_view name) const;
  Relation RelationByOid(Oid oid) const;
  const Table* TableByOid(Oid oid) const;
  const Index* IndexByOid(Oid oid) const;
  const Sequence* SequenceByOid(Oid oid) const;
  const View* ViewByOid(Oid oid) const;
  const Object* ObjectByOid(Oid oid) const;

  // In the order they were created.
  std::span<const Index* const> IndexesOf(Oid table) const;
  std::span<const Referrer> ReferrersOf(Oid table) const;
  // Null before the table's first ANALYZE.
  const TableStatistics* StatisticsOf(Oid table) const;
  // Every object, by oid; built-in schemas included.
  const std::map<Oid, std::shared_ptr<const Object>>& objects() const { return objects_; }
  std::span<const SystemView* const> system_views() const { return system_views_; }

  // "name", or "schema.name" where the search path does not find the object by its name alone; both
  // quoted where needed.
  std::string DisplayName(const Relation& relation, std::span<const std::string> search_path) const;

 private:
  friend class CatalogEdit;

  // A copy to change; objects are shared.
  std::shared_ptr<CatalogImage> Copy() const;
  void Add(std::shared_ptr<const Object> object);
  void AddStatistics(std::shared_ptr<const TableStatistics> statistics);
  void Remove(Oid oid);
  // Brings what is derived from the objects up to date.
  void Derive();

  std::map<Oid, std::shared_ptr<const Object>> objects_;
  std::map<Oid, std::shared_ptr<const TableStatistics>> statistics_;
  std::vector<const SystemView*> system_views_;

  // Derived.
  std::map<std::string, const Schema*, std::less<>> schemas_;
  absl::flat_hash_map<Oid, std::map<std::string, Relation, std::less<>>> relations_;
  absl::flat_hash_map<Oid, Relation> relations_by_oid_;
  absl::flat_hash_map<Oid, std::vector<const Index*>> indexes_;
  absl::flat_hash_map<Oid, std::vector<Referrer>> referrers_;
};

using ImagePtr = std::shared_ptr<const CatalogImage>;

// Whether the table, with its indexes, is the same in both: there, and defined alike.
bool SameTable(const CatalogImage& a, const CatalogImage& b, Oid table);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_CATALOG_IMAGE_H_
