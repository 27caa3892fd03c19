// What the engine keeps for itself: meta values and keys in the store, and the payloads of control
// records in the log.
//
// Store, meta value "engine" (kMetaName), written with the last transaction of every checkpoint:
//   engine := format version u32le (1) | history high u64le, low u64le | checkpoint LSN u64le |
//             chain crc u32le and term u64le of the record that ends there | next txn id u64le |
//             next storage id u32le | term count u32le | (term u64le | first LSN u64le)* |
//             crc32c u32le of all before
// The store holds exactly what the log says up to the checkpoint LSN.
//
// Store and log, keys below storage id kStorageIdFirst:
//   00 00 00 01 'R' storage id u32be  -> ""   a retired storage id whose keys are yet to be deleted
//   00 00 00 01 'O' block u64be -> 1024 bytes: bit n is set when transaction block * 8192 + n is
//                                  committed (in the store only)
//
// Log, payload of a kTermStart and of a kSequence record:
//   counters := format u8 (1) | zero u8, u16 | next storage id u32le | next txn id u64le
// No id at or above these was given before the record; ids below are never given again.
#ifndef HELIOSDB_CORE_TXN_META_H_
#define HELIOSDB_CORE_TXN_META_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/wal/recover.h"
#include "core/wal/wal_format.h"

namespace heliosdb::txn {

inline constexpr uint32_t kEngineFormatVersion = 1;
inline constexpr std::string_view kMetaName = "engine";
inline constexpr uint32_t kEngineStorageId = 1;

// The least ids that were never given.
struct Counters {
  uint64_t next_txn_id = 1;
  uint32_t next_storage_id = 0;
};

struct EngineMeta {
  wal::HistoryId history;
  // end, chain and term of the checkpoint.
  wal::WalEnd checkpoint;
  Counters counters;
  std::vector<wal::TermStart> terms;  // Up to the checkpoint, ascending.
};

std::string EncodeEngineMeta(const EngineMeta& meta);
// DATA_LOSS, or FAILED_PRECONDITION for another format version.
absl::StatusOr<EngineMeta> DecodeEngineMeta(std::string_view bytes);

std::string EncodeCounters(const Counters& counters);
absl::StatusOr<Counters> DecodeCounters(std::string_view bytes);

std::string RetiredKey(uint32_t storage_id);
// The prefix of all retired keys, and the first key behind them.
std::string RetiredKeysBegin();
std::string RetiredKeysEnd();
// 0 for a key that is none.
uint32_t RetiredIdOf(std::string_view key);

std::string OutcomeKey(uint64_t block);

// A storage id as it begins a key.
std::string StorageIdPrefix(uint32_t storage_id);

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_META_H_
