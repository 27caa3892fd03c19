// Copies a store, as of one reader's state, as a stream of chunks: the base backup of a standby.
// Works between any two kinds of store.
//
// chunk := crc32c u32le of what follows | kind u8 | body
// kind 1, meta (first):   (name: varint length, bytes | value: varint length, bytes)*
// kind 2, pairs:          (key: varint length, bytes | value: varint length, bytes)*, keys
// ascending over all chunks kind 3, end (last):     key count u64le | crc32c u32le over the crc
// fields of all chunks before, in order
#ifndef HELIOSDB_CORE_STORAGE_STORE_COPY_H_
#define HELIOSDB_CORE_STORAGE_STORE_COPY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

#include "core/storage/kv_store.h"

namespace heliosdb::storage {

struct StoreCopyOptions {
  // A chunk ends at the first pair that reaches this size.
  uint64_t chunk_bytes = 1 << 20;
  // Meta values that go along (the checkpoint LSN and its kind).
  std::vector<std::string> meta_names;
};

// Gives sink every chunk in order. reader stays in its state throughout: renew it before and leave
// it alone. An error of sink ends the copy and is returned.
absl::Status CopyStore(KvReader& reader, const StoreCopyOptions& options,
                       absl::FunctionRef<absl::Status(std::string_view chunk)> sink);

// Fills an empty store from such chunks, in transactions of at most kDirtyBytesMax. Meta values are
// written with the last transaction: a load that was cut short leaves a store without them.
class StoreLoader {
 public:
  // store is not owned and outlives this. FAILED_PRECONDITION from Add if it holds any key.
  explicit StoreLoader(KvStore* store) : store_(store) {}

  // Takes the next chunk. DATA_LOSS for one that is damaged or out of order. Blocks on the disk.
  absl::Status Add(std::string_view chunk);
  // True once the end chunk was taken and everything is durable.
  bool complete() const { return complete_; }
  uint64_t keys_loaded() const { return keys_loaded_; }

 private:
  absl::Status Begin(std::string_view meta_body);
  absl::Status AddPairs(std::string_view body);
  absl::Status Finish(std::string_view body);

  KvStore* const store_;
  std::unique_ptr<KvWriter> writer_;
  std::vector<std::pair<std::string, std::string>> meta_;
  std::string last_key_;
  uint64_t keys_loaded_ = 0;
  uint32_t chunks_crc_ = 0;
  bool started_ = false;
  bool complete_ = false;
};

}  // namespace heliosdb::storage

#endif  // HELIOSDB_CORE_STORAGE_STORE_COPY_H_
