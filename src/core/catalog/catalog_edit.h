// Changes of the catalogue. An edit works on a copy of an image and remembers what it did; Write
// hands that to a transaction.
#ifndef HELIOSDB_CORE_CATALOG_CATALOG_EDIT_H_
#define HELIOSDB_CORE_CATALOG_CATALOG_EDIT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/catalog/catalog_image.h"
#include "core/catalog/catalog_key.h"
#include "core/catalog/object.h"
#include "core/txn/transaction.h"

namespace heliosdb::catalog {

// A NOTICE for the client.
struct Notice {
  std::string message;
  std::string detail;
};

enum class DropBehavior : uint8_t { kRestrict, kCascade };

// Gives ids that were never given before. txn::Engine::AllocateStorageId is the one in a database.
using IdSource = std::function<absl::StatusOr<uint32_t>()>;

// What is dropped. A constraint that is an index of its own (unique, or a primary key that is not
// clustered) is named by that index's oid.
struct DropTarget {
  enum class Part : uint8_t { kObject, kColumn, kConstraint, kDefault };
  Part part = Part::kObject;
  // The object, or the table of the part.
  Oid object = kOidInvalid;
  int column = -1;               // kColumn, kDefault.
  Oid constraint = kOidInvalid;  // kConstraint.

  friend bool operator==(const DropTarget&, const DropTarget&) = default;
  friend bool operator<(const DropTarget& a, const DropTarget& b) {
    if (a.object != b.object) return a.object < b.object;
    if (a.part != b.part) return a.part < b.part;
    if (a.column != b.column) return a.column < b.column;
    return a.constraint < b.constraint;
  }
};

// One statement's changes. For one thread.
class CatalogEdit {
 public:
  CatalogEdit(const ImagePtr& base, IdSource ids);

  // The catalogue with the changes so far. Pointers into it live until the next change.
  const CatalogImage& image() const { return *image_; }
  // The same to keep; the edit goes on with a copy.
  ImagePtr Share() const { return image_; }

  absl::StatusOr<Oid> NewOid();
  absl::StatusOr<uint32_t> NewStorageId();

  // A name that no relation of the schema has, as ChooseName makes it.
  std::string ChooseRelationName(Oid schema, std::string_view first, std::string_view second,
                                 std::string_view label) const;
  // The same for a constraint of a table, which needs to differ from the table's others only.
  std::string ChooseConstraintName(const Table& table, std::string_view first,
                                   std::string_view second, std::string_view label) const;

  // Adds an object or puts a new version in the place of an old one. The caller has set the oid and
  // made sure of the name.
  void Put(std::unique_ptr<Table> table);
  void Put(std::unique_ptr<Index> index);
  void Put(std::unique_ptr<Sequence> sequence);
  void Put(std::unique_ptr<View> view);
  void Put(std::unique_ptr<Schema> schema);
  void PutStatistics(std::unique_ptr<TableStatistics> statistics);
  // Sets a sequence's state together with its definition: CREATE SEQUENCE, RESTART.
  void PutSequenceState(Oid sequence, const SequenceState& state);
  // Copies to change and Put back.
  std::unique_ptr<Table> CopyTable(Oid table) const;
  std::unique_ptr<Index> CopyIndex(Oid index) const;
  std::unique_ptr<Sequence> CopySequence(Oid sequence) const;
  std::unique_ptr<View> CopyView(Oid view) const;

  // Drops the targets and what depends on them (drop.cc). Errors: 2BP01 with detail and hint when
  // with kRestrict something would go that is neither a target nor part of one, and for what cannot
  // go by itself (the index of a constraint). Names in messages are as the search path has them.
  // Notices tell what a cascade reached.
  absl::Status Drop(std::span<const DropTarget> targets, DropBehavior behavior,
                    std::span<const std::string> search_path);

  // The table's rows, and those of its indexes, are to be found under new storage ids, which are
  // empty: TRUNCATE, and the start of a rewrite.
  absl::Status NewStorage(Oid table);

  void AddNotice(Notice notice) { notices_.push_back(std::move(notice)); }
  const std::vector<Notice>& notices() const { return notices_; }
  // Tables whose rows have to be copied from their storage in the base image to the new one,
  // because they are now stored under another key; their indexes have to be filled again.
  const std::set<Oid>& moved_tables() const { return moved_; }
  // Storage that nobody needs any more after the changes, ascending.
  const std::set<uint32_t>& retired_storage_ids() const { return retired_; }
  // Objects that are new, changed or gone.
  const std::set<Oid>& changed() const { return changed_; }

  // Writes the changed rows, retires storage and marks the transaction as one that touches the
  // catalogue. Errors are the transaction's.
  absl::Status Write(txn::Transaction* transaction) const;

 private:
  void PutObject(std::unique_ptr<Object> object);
  // What is known of a table and no longer true of its new version.
  void ForgetStatistics(const Table& before, const Table& after, const TableStatistics& known);
  void RemoveObject(Oid oid);
  void RemoveParts(Oid table, std::span<const DropTarget> parts);
  // image_ as one that nobody else holds.
  CatalogImage& Own();

  std::shared_ptr<CatalogImage> image_;
  IdSource ids_;
  std::map<std::string, std::string> writes_;  // Key, value.
  std::set<std::string> deletes_;
  std::set<uint32_t> retired_;
  std::set<Oid> moved_;
  std::set<Oid> changed_;
  std::vector<Notice> notices_;
};

// Writes the version row and the schema public into a catalogue that has none; returns whether it
// did. The transaction is committed by the caller.
absl::StatusOr<bool> InitializeCatalog(txn::Transaction* transaction);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_CATALOG_EDIT_H_
