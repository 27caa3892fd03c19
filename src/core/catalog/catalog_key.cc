#include "core/catalog/catalog_key.h"

#include "core/base/coding.h"
#include "core/base/status.h"

namespace heliosdb::catalog {
namespace {

constexpr size_t kKeyBytes = 9;

std::string KindPrefix(uint8_t kind) {
  std::string key;
  AppendBig32(&key, kCatalogStorageId);
  key.push_back(static_cast<char>(kind));
  return key;
}

}  // namespace

std::string CatalogKey(RowKind kind, uint32_t id) {
  std::string key = KindPrefix(static_cast<uint8_t>(kind));
  AppendBig32(&key, id);
  return key;
}

std::string CatalogRowsBegin() { return KindPrefix(static_cast<uint8_t>(RowKind::kVersion)); }
std::string CatalogRowsEnd() { return KindPrefix(static_cast<uint8_t>(RowKind::kSequenceState)); }

absl::StatusOr<CatalogKeyParts> ParseCatalogKey(std::string_view key) {
  if (key.size() != kKeyBytes || LoadBig32(key.data()) != kCatalogStorageId) {
    return Corruption("a key of {} bytes in the catalogue is not one of its keys", key.size());
  }
  CatalogKeyParts parts;
  parts.kind = static_cast<RowKind>(key[4]);
  parts.id = LoadBig32(key.data() + 5);
  switch (parts.kind) {
    case RowKind::kVersion:
    case RowKind::kSchema:
    case RowKind::kTable:
    case RowKind::kIndex:
    case RowKind::kSequence:
    case RowKind::kView:
    case RowKind::kStatistics:
    case RowKind::kSequenceState:
    case RowKind::kRowIds:
      return parts;
  }
  return Corruption("the catalogue has a row of unknown kind {}", static_cast<uint8_t>(key[4]));
}

std::string SequenceStateKey(Oid sequence) { return CatalogKey(RowKind::kSequenceState, sequence); }

std::string EncodeSequenceState(const SequenceState& state) {
  std::string bytes;
  AppendFixed(&bytes, state.last_value);
  AppendFixed(&bytes, static_cast<uint8_t>(state.is_called ? 1 : 0));
  AppendFixed(&bytes, state.generation);
  return bytes;
}

absl::StatusOr<SequenceState> DecodeSequenceState(std::string_view bytes) {
  ByteReader reader(bytes);
  SequenceState state;
  state.last_value = reader.Fixed<int64_t>();
  const auto is_called = reader.Fixed<uint8_t>();
  state.is_called = is_called != 0;
  state.generation = reader.Fixed<uint32_t>();
  if (!reader.AtEnd() || is_called > 1) {
    return Corruption("a sequence's state of {} bytes is not valid", bytes.size());
  }
  return state;
}

std::string RowIdsKey(uint32_t storage_id) { return CatalogKey(RowKind::kRowIds, storage_id); }

std::string EncodeRowIds(uint64_t first_free) {
  std::string bytes;
  AppendFixed(&bytes, first_free);
  return bytes;
}

absl::StatusOr<uint64_t> DecodeRowIds(std::string_view bytes) {
  if (bytes.size() != sizeof(uint64_t)) {
    return Corruption("a table's row id counter has {} bytes", bytes.size());
  }
  return LoadFixed<uint64_t>(bytes.data());
}

}  // namespace heliosdb::catalog
