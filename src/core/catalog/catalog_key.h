// Where the catalogue's rows lie. Format version 1, docs/formats/catalog.md.
//
//   key  := kCatalogStorageId u32be | row kind u8 | id u32be
//   kinds: 0 version, id 0: format version u32le
//          1 to 5 objects, by ObjectKind; id is the oid       (object_codec.h)
//          16 statistics of a table; id is its oid            (object_codec.h)
//          32 a sequence's state; id is its oid: last value i64le | is called u8 | generation u32le
//          33 the row ids of a table; id is its storage id: first row id not yet reserved u64le
#ifndef HELIOSDB_CORE_CATALOG_CATALOG_KEY_H_
#define HELIOSDB_CORE_CATALOG_CATALOG_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/catalog/object.h"

namespace heliosdb::catalog {

inline constexpr uint32_t kCatalogFormatVersion = 1;
// Below txn::kStorageIdFirst: never given to a table.
inline constexpr uint32_t kCatalogStorageId = 8;

enum class RowKind : uint8_t {
  kVersion = 0,
  kSchema = 1,
  kTable = 2,
  kIndex = 3,
  kSequence = 4,
  kView = 5,
  kStatistics = 16,
  kSequenceState = 32,
  kRowIds = 33,
};

std::string CatalogKey(RowKind kind, uint32_t id);
// The rows of the objects, statistics and version: what an image is made of.
std::string CatalogRowsBegin();
std::string CatalogRowsEnd();
struct CatalogKeyParts {
  RowKind kind = RowKind::kVersion;
  uint32_t id = 0;
};
// DATA_LOSS for a key that is none.
absl::StatusOr<CatalogKeyParts> ParseCatalogKey(std::string_view key);

// The state of a sequence: what nextval draws from. Written by Transaction::ReserveSequenceBlock,
// and by the transaction itself for CREATE SEQUENCE and RESTART.
struct SequenceState {
  int64_t last_value = 0;
  bool is_called = false;
  uint32_t generation = 0;  // Sequence::generation that it belongs to.

  friend bool operator==(const SequenceState&, const SequenceState&) = default;
};
std::string SequenceStateKey(Oid sequence);
std::string EncodeSequenceState(const SequenceState& state);
absl::StatusOr<SequenceState> DecodeSequenceState(std::string_view bytes);

// The row ids that a table without clustered key has handed out, in blocks reserved ahead.
std::string RowIdsKey(uint32_t storage_id);
std::string EncodeRowIds(uint64_t first_free);
absl::StatusOr<uint64_t> DecodeRowIds(std::string_view bytes);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_CATALOG_KEY_H_
