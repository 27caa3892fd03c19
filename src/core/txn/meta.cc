#include "core/txn/meta.h"

#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/status.h"

namespace heliosdb::txn {
namespace {

constexpr uint8_t kCountersFormat = 1;
constexpr size_t kRetiredKeyBytes = 9;

std::string EngineKey(char kind) {
  std::string key = StorageIdPrefix(kEngineStorageId);
  key.push_back(kind);
  return key;
}

}  // namespace

std::string StorageIdPrefix(uint32_t storage_id) {
  std::string prefix;
  AppendBig32(&prefix, storage_id);
  return prefix;
}

std::string EncodeEngineMeta(const EngineMeta& meta) {
  std::string bytes;
  AppendFixed<uint32_t>(&bytes, kEngineFormatVersion);
  AppendFixed(&bytes, meta.history.high);
  AppendFixed(&bytes, meta.history.low);
  AppendFixed(&bytes, ToInt(meta.checkpoint.end));
  AppendFixed(&bytes, meta.checkpoint.chain_crc);
  AppendFixed(&bytes, ToInt(meta.checkpoint.last_term));
  AppendFixed(&bytes, meta.counters.next_txn_id);
  AppendFixed(&bytes, meta.counters.next_storage_id);
  AppendFixed(&bytes, static_cast<uint32_t>(meta.terms.size()));
  for (const wal::TermStart& term : meta.terms) {
    AppendFixed(&bytes, ToInt(term.term));
    AppendFixed(&bytes, ToInt(term.first_lsn));
  }
  AppendFixed(&bytes, Crc32c(bytes));
  return bytes;
}

absl::StatusOr<EngineMeta> DecodeEngineMeta(std::string_view bytes) {
  constexpr size_t kCrcBytes = 4;
  if (bytes.size() < kCrcBytes) return Corruption("the store's engine record is cut short");
  ByteReader reader(bytes.substr(0, bytes.size() - kCrcBytes));
  const auto version = reader.Fixed<uint32_t>();
  if (version != kEngineFormatVersion) {
    return FailedPrecondition("the database has format version {}, this build reads version {}",
                              version, kEngineFormatVersion);
  }
  if (LoadFixed<uint32_t>(bytes.data() + bytes.size() - kCrcBytes) !=
      Crc32c(bytes.substr(0, bytes.size() - kCrcBytes))) {
    return Corruption("the store's engine record is damaged");
  }
  EngineMeta meta;
  meta.history.high = reader.Fixed<uint64_t>();
  meta.history.low = reader.Fixed<uint64_t>();
  meta.checkpoint.end = Lsn{reader.Fixed<uint64_t>()};
  meta.checkpoint.chain_crc = reader.Fixed<uint32_t>();
  meta.checkpoint.last_term = Term{reader.Fixed<uint64_t>()};
  meta.counters.next_txn_id = reader.Fixed<uint64_t>();
  meta.counters.next_storage_id = reader.Fixed<uint32_t>();
  const auto count = reader.Fixed<uint32_t>();
  for (uint32_t i = 0; i < count && reader.ok(); ++i) {
    wal::TermStart start;
    start.term = Term{reader.Fixed<uint64_t>()};
    start.first_lsn = Lsn{reader.Fixed<uint64_t>()};
    meta.terms.push_back(start);
  }
  if (!reader.AtEnd()) return Corruption("the store's engine record has a wrong length");
  return meta;
}

std::string EncodeCounters(const Counters& counters) {
  std::string bytes;
  AppendFixed<uint8_t>(&bytes, kCountersFormat);
  AppendFixed<uint8_t>(&bytes, 0);
  AppendFixed<uint16_t>(&bytes, 0);
  AppendFixed(&bytes, counters.next_storage_id);
  AppendFixed(&bytes, counters.next_txn_id);
  return bytes;
}

absl::StatusOr<Counters> DecodeCounters(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = reader.Fixed<uint8_t>();
  reader.Fixed<uint8_t>();
  reader.Fixed<uint16_t>();
  Counters counters;
  counters.next_storage_id = reader.Fixed<uint32_t>();
  counters.next_txn_id = reader.Fixed<uint64_t>();
  if (!reader.AtEnd() || format != kCountersFormat) {
    return Corruption("a counters record has format {} and {} bytes", format, bytes.size());
  }
  return counters;
}

std::string RetiredKey(uint32_t storage_id) {
  std::string key = EngineKey('R');
  AppendBig32(&key, storage_id);
  return key;
}

std::string RetiredKeysBegin() { return EngineKey('R'); }

std::string RetiredKeysEnd() { return EngineKey('R' + 1); }

uint32_t RetiredIdOf(std::string_view key) {
  if (key.size() != kRetiredKeyBytes || !key.starts_with(RetiredKeysBegin())) return 0;
  return LoadBig32(key.data() + kRetiredKeyBytes - 4);
}

std::string OutcomeKey(uint64_t block) {
  std::string key = EngineKey('O');
  AppendBig64(&key, block);
  return key;
}

}  // namespace heliosdb::txn
