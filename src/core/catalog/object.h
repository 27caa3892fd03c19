// Schema objects: what CREATE makes. Plain structs, immutable once they stand in a CatalogImage.
//
// Expressions (defaults, CHECK, index keys and predicates) and view definitions are SQL text that
// this layer stores and never reads; sql/bind makes and binds it. Names in such text are qualified,
// and a sequence stands as '16400'::regclass, by its oid.
#ifndef HELIOSDB_CORE_CATALOG_OBJECT_H_
#define HELIOSDB_CORE_CATALOG_OBJECT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types/row_codec.h"
#include "core/types/type.h"
#include "core/types/value.h"

namespace heliosdb::catalog {

// Names an object for ever; never used again after a drop.
using Oid = uint32_t;
inline constexpr Oid kOidInvalid = 0;
// Oids below are built in.
inline constexpr Oid kOidFirst = 16384;
inline constexpr Oid kPgCatalogSchema = 11;
inline constexpr Oid kPublicSchema = 2200;
inline constexpr Oid kInformationSchema = 13000;
// Longest name in bytes; longer ones are cut (TruncateName).
inline constexpr size_t kNameBytesMax = 63;
// PostgreSQL's limits.
inline constexpr size_t kTableColumnsMax = 1600;
inline constexpr size_t kIndexColumnsMax = 32;

// The values are stored: do not renumber.
enum class ObjectKind : uint8_t {
  kSchema = 1,
  kTable = 2,
  kIndex = 3,
  kSequence = 4,
  kView = 5,
};

struct Object {
  const ObjectKind kind;
  Oid oid = kOidInvalid;
  // The schema's oid; kOidInvalid for a schema.
  Oid schema = kOidInvalid;
  std::string name;
  // COMMENT ON; empty for none.
  std::string comment;

  virtual ~Object() = default;

 protected:
  explicit Object(ObjectKind object_kind) : kind(object_kind) {}
  Object(const Object&) = default;
  Object& operator=(const Object&) = delete;
};

struct Schema : Object {
  Schema() : Object(ObjectKind::kSchema) {}
};

// What an expression or a definition refers to. column is a place in Table::columns, or -1 for the
// object as a whole.
struct Reference {
  Oid object = kOidInvalid;
  int column = -1;

  friend bool operator==(const Reference&, const Reference&) = default;
  friend bool operator<(const Reference& a, const Reference& b) {
    return a.object != b.object ? a.object < b.object : a.column < b.column;
  }
};

// The values of the enumerations below are stored: do not renumber.
enum class Identity : uint8_t { kNone = 0, kAlways = 1, kByDefault = 2 };

struct Column {
  std::string name;
  types::Type type;
  bool not_null = false;
  // Dropped columns stay in their place, so that rows written before decode; nothing else of them
  // counts.
  bool dropped = false;
  // GENERATED ALWAYS AS (default_text) STORED.
  bool generated = false;
  Identity identity = Identity::kNone;
  // SQL text; empty for none.
  std::string default_text;
  // The sequences that default_text names, and for a generated column the table's own columns.
  std::vector<Reference> default_references;
  // The identity column's or serial column's own sequence: it is dropped with the column.
  Oid owned_sequence = kOidInvalid;
  // What rows read that were written before ADD COLUMN; nullopt: NULL.
  std::optional<types::Value> missing;
  std::string comment;
};

// A primary key declared in CREATE TABLE: rows are stored under its columns. There is no Index. Its
// oid and name are those of an index in PostgreSQL.
struct ClusteredKey {
  Oid oid = kOidInvalid;
  std::string name;
  std::vector<int> columns;
  bool deferrable = false;
  bool initially_deferred = false;
};

struct CheckConstraint {
  Oid oid = kOidInvalid;
  std::string name;
  std::string text;
  std::vector<int> columns;  // That text refers to.
  bool validated = true;
};

enum class ForeignKeyAction : uint8_t {
  kNoAction = 0,
  kRestrict = 1,
  kCascade = 2,
  kSetNull = 3,
  kSetDefault = 4,
};
enum class ForeignKeyMatch : uint8_t { kSimple = 0, kFull = 1 };

struct ForeignKey {
  Oid oid = kOidInvalid;
  std::string name;
  std::vector<int> columns;
  Oid referenced_table = kOidInvalid;
  std::vector<int> referenced_columns;
  // The unique index of the referenced table that proves them unique: an Index, or the ClusteredKey
  // by its oid.
  Oid referenced_index = kOidInvalid;
  ForeignKeyMatch match = ForeignKeyMatch::kSimple;
  ForeignKeyAction on_update = ForeignKeyAction::kNoAction;
  ForeignKeyAction on_delete = ForeignKeyAction::kNoAction;
  // SET NULL (columns), SET DEFAULT (columns); empty: all.
  std::vector<int> on_delete_columns;
  bool deferrable = false;
  bool initially_deferred = false;
  bool validated = true;
};

struct Table : Object {
  Table() : Object(ObjectKind::kTable) {}

  // Where the rows are. A new one after TRUNCATE or a rewrite.
  uint32_t storage_id = 0;
  std::vector<Column> columns;
  // Without one, rows are stored under a row id of 8 bytes, big endian, that nobody sees.
  std::optional<ClusteredKey> clustered_key;
  std::vector<CheckConstraint> checks;
  std::vector<ForeignKey> foreign_keys;
  // Of all columns, dropped ones included. Set by Finish.
  std::shared_ptr<const types::RowLayout> layout;

  // Computes what follows from the other fields; CatalogEdit and the decoder call it.
  void Finish();
  // The place of a column that is not dropped; -1 for none.
  int FindColumn(std::string_view column) const;
  // Columns that are not dropped.
  size_t LiveColumnCount() const;
};

struct IndexColumn {
  // A place in Table::columns; -1 for an expression.
  int column = -1;
  std::string expression_text;
  types::Type type;
  bool descending = false;
  bool nulls_first = false;
};

enum class IndexRole : uint8_t {
  kPlain = 0,       // CREATE INDEX
  kUnique = 1,      // UNIQUE constraint
  kPrimaryKey = 2,  // PRIMARY KEY added to a table that is not clustered by it
};

struct Index : Object {
  Index() : Object(ObjectKind::kIndex) {}

  uint32_t storage_id = 0;
  Oid table = kOidInvalid;
  std::vector<IndexColumn> columns;
  // Places in Table::columns, stored for index-only scans (INCLUDE).
  std::vector<int> included_columns;
  bool unique = false;
  bool nulls_not_distinct = false;
  // False while it is being built: written to, not read.
  bool valid = true;
  IndexRole role = IndexRole::kPlain;
  bool deferrable = false;
  bool initially_deferred = false;
  std::string predicate_text;  // Empty unless partial.
  // Table columns that expressions and the predicate refer to.
  std::vector<int> expression_columns;

  bool UsesColumn(int column) const;
};

// A sequence's definition. Its state is a row of its own (SequenceStateKey), kept by the session
// layer.
struct Sequence : Object {
  Sequence() : Object(ObjectKind::kSequence) {}

  types::TypeOid type = types::TypeOid::kInt8;
  int64_t start = 1;
  int64_t increment = 1;
  int64_t minimum = 1;
  int64_t maximum = INT64_MAX;
  int64_t cache = 1;
  bool cycle = false;
  // The table column that it is dropped with; object is kOidInvalid for none.
  Reference owner;
  // Of an identity column: it cannot be dropped by itself.
  bool internal = false;
  // Counts RESTARTs and definitions: a session that has cached values of an older one drops them.
  uint32_t generation = 0;
};

struct ViewColumn {
  std::string name;
  types::Type type;
};

struct View : Object {
  View() : Object(ObjectKind::kView) {}

  // A SELECT, names qualified, stars expanded.
  std::string definition;
  std::vector<ViewColumn> columns;
  std::vector<Reference> references;
};

// What ANALYZE found about a column; the meaning of each is pg_stats'.
struct ColumnStatistics {
  double null_fraction = 0;
  // Positive: how many; negative: as a fraction of the rows, negated. 0: unknown.
  double distinct = 0;
  double average_bytes = 0;
  double correlation = 0;
  std::vector<types::Value> common_values;  // Most common first.
  std::vector<double> common_fractions;
  // Bounds of equally filled buckets, ascending, without the common values; empty or two and more.
  std::vector<types::Value> histogram;
};

struct TableStatistics {
  Oid table = kOidInvalid;
  // Negative: no longer known, as the rows have moved to new storage since.
  double rows = 0;
  double average_row_bytes = 0;
  // One a table column of when ANALYZE ran; a dropped column's is empty.
  std::vector<ColumnStatistics> columns;
};

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_OBJECT_H_
