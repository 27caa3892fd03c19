// The KvStore on disk: one LMDB file, always fully synced.
//
// Format (docs/formats/store.md): an LMDB 0.9 environment with one unnamed database.
//   key   := the caller's bytes, or 00 00 00 00 then a meta value's name
//   value := the caller's bytes | crc32c u32le of key and value bytes together
// The meta value "format" holds "heliosdb-store " and a version number in decimal; a file without
// it is foreign.
#ifndef HELIOSDB_CORE_STORAGE_LMDB_STORE_H_
#define HELIOSDB_CORE_STORAGE_LMDB_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "core/base/failpoint.h"
#include "core/storage/kv_store.h"

namespace heliosdb::storage {

inline constexpr int kStoreFormatVersion = 1;

struct LmdbStoreOptions {
  // The file; "<path>-lock" stands beside it. Made, with its name synced, if absent. No two stores
  // of one process may have the same path open: the caller holds the directory's lock.
  std::string path;
  // Address space for the file, and so its greatest size. It costs no memory. Where the process has
  // not so much left it is halved, down to 1 GiB at least; StoreStats::bytes_max tells.
  uint64_t map_bytes_max = uint64_t{1} << 40;
  // Most KvReaders at once. 64 bytes of lock file each.
  uint32_t readers_max = 4096;
  // Passes "store.before_commit" and "store.after_commit". May be null; not owned; outlives the
  // store.
  FailpointSet* failpoints = nullptr;
};

// DATA_LOSS for a file that is damaged or cut short; FAILED_PRECONDITION for one that HeliosDB did
// not write, or that another version of its format wrote; what the operating system says (see
// base/file_system.h) for the rest.
absl::StatusOr<std::unique_ptr<KvStore>> OpenLmdbStore(const LmdbStoreOptions& options);

}  // namespace heliosdb::storage

#endif  // HELIOSDB_CORE_STORAGE_LMDB_STORE_H_
