// The seam to the ordered key-value store that holds a checkpoint: LmdbStore on disk, MemStore in
// memory.
//
// Keys are byte strings of 1 to kKeyBytesMax bytes, compared as memcmp does, a prefix before what
// it begins; keys below kKeyMin are the store's own (INVALID_ARGUMENT). Values are byte strings of
// up to kValueBytesMax bytes. Beside them a store holds named meta values, written in the same
// transaction as the keys.
//
// One KvWriter at a time; any number of KvReaders in any threads, never blocked by the writer. A
// reader sees the state of the newest commit before its Renew(), whatever is committed later.
#ifndef HELIOSDB_CORE_STORAGE_KV_STORE_H_
#define HELIOSDB_CORE_STORAGE_KV_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace heliosdb::storage {

inline constexpr size_t kKeyBytesMax = 511;
inline constexpr size_t kValueBytesMax = size_t{1} << 30;
inline constexpr size_t kMetaNameBytesMax = 100;
// The least key a caller may use: the object id 0 is never given.
inline constexpr std::string_view kKeyMin{"\0\0\0\1", 4};

struct KvPair {
  std::string_view key;
  std::string_view value;
};

// A position between two keys of a reader's state. Moves in either direction; both kinds of batch
// may be mixed. Belongs to the reader's thread, and must be destroyed before the reader; after
// Reset() or Renew() of the reader it must be positioned anew. DATA_LOSS from any call: the store's
// bytes are damaged.
class KvCursor {
 public:
  virtual ~KvCursor() = default;

  // Stands before the first key >= key. "" is the very beginning.
  virtual absl::Status Seek(std::string_view key) = 0;
  // Stands behind the last key: PrevBatch yields the greatest first.
  virtual absl::Status SeekToEnd() = 0;
  // Fills out with what follows, in ascending order, and moves past it. Returns the count, which
  // may be less than out.size() although more follow; 0 at the end only. The views live until the
  // reader's Reset() or Renew().
  virtual absl::StatusOr<size_t> NextBatch(std::span<KvPair> out) = 0;
  // The same with what precedes, in descending order. After Seek(key) it yields the keys < key.
  virtual absl::StatusOr<size_t> PrevBatch(std::span<KvPair> out) = 0;
};

// A reusable read transaction, for one thread at a time (which may change between calls). It starts
// reset: Renew() before any read. An old active reader keeps replaced pages from being used again:
// Reset() soon.
class KvReader {
 public:
  virtual ~KvReader() = default;

  // Takes the newest committed state. Well under a microsecond; never blocks on the writer.
  virtual absl::Status Renew() = 0;
  // Gives the state up; views and cursor positions end here.
  virtual void Reset() = 0;
  // Which state this is: one more for every commit. 0 when reset.
  virtual uint64_t version() const = 0;

  // The view lives until Reset() or Renew(). nullopt: no such key.
  virtual absl::StatusOr<std::optional<std::string_view>> Get(std::string_view key) = 0;
  virtual std::unique_ptr<KvCursor> NewCursor() = 0;
  virtual absl::StatusOr<std::optional<std::string_view>> GetMeta(std::string_view name) = 0;

  // About how many keys lie in [low, high), from the shape of the tree, in about a microsecond;
  // exact when few do. An empty high means no upper end.
  virtual absl::StatusOr<uint64_t> EstimateCount(std::string_view low, std::string_view high) = 0;
  // How many keys there are, exactly.
  virtual uint64_t KeyCount() = 0;
  // Walks everything this state holds: structure, order, counts, and the CRC of each value.
  // DATA_LOSS says where.
  virtual absl::Status Verify() = 0;
};

// One write transaction. Aborts when destroyed without Commit(). For one thread. After an error
// other than INVALID_ARGUMENT it can only be destroyed.
//
// Cheapest when keys come in ascending order; keys beyond the greatest one are appended at once.
class KvWriter {
 public:
  virtual ~KvWriter() = default;

  // Stores the value, over any old one. SQLSTATE 53100 when the store's map or the disk is full.
  virtual absl::Status Put(std::string_view key, std::string_view value) = 0;
  // False if there was no such key.
  virtual absl::StatusOr<bool> Delete(std::string_view key) = 0;
  // Deletes up to count_max keys of [low, high), lowest first, and returns how many there were:
  // fewer than count_max means that none is left. An empty high means no upper end.
  virtual absl::StatusOr<uint64_t> DeleteRange(std::string_view low, std::string_view high,
                                               uint64_t count_max) = 0;
  virtual absl::Status PutMeta(std::string_view name, std::string_view value) = 0;

  // About how many bytes of pages this transaction has changed and holds in memory. Commit and
  // begin another one when it passes kDirtyBytesMax; LMDB fails far beyond that.
  virtual uint64_t DirtyBytes() const = 0;

  // Makes all of it durable and visible to readers that renew from here on; all or nothing. Blocks
  // on the disk.
  virtual absl::Status Commit() = 0;
};

inline constexpr uint64_t kDirtyBytesMax = uint64_t{64} << 20;

struct KvStats {
  uint64_t keys = 0;
  uint64_t bytes_used = 0;  // Of live pages or entries.
  uint64_t bytes_file = 0;  // Of the file on disk; 0 in memory.
  uint64_t bytes_max = 0;   // bytes_file cannot grow beyond it; 0: no limit.
  uint64_t readers_active = 0;
  uint64_t oldest_reader_version = 0;  // 0 when no reader is active.
};

// Thread-safe. Outlives its readers and writers.
class KvStore {
 public:
  virtual ~KvStore() = default;

  // RESOURCE_EXHAUSTED (53300) beyond the store's limit of readers.
  virtual absl::StatusOr<std::unique_ptr<KvReader>> NewReader() = 0;
  // FAILED_PRECONDITION while another writer exists.
  virtual absl::StatusOr<std::unique_ptr<KvWriter>> BeginWrite() = 0;
  // The version that a reader would get now.
  virtual uint64_t version() const = 0;
  virtual absl::StatusOr<KvStats> Stats() = 0;
};

}  // namespace heliosdb::storage

#endif  // HELIOSDB_CORE_STORAGE_KV_STORE_H_
