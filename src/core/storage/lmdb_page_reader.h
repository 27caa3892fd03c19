// Reads the pages of an LMDB 0.9 file in memory, without LMDB: several times faster than its
// cursors for lookups and scans. Trusts nothing: whatever the bytes are, nothing outside of [base,
// base + page_count * page_bytes) is read, and damage is reported. (Another writer of the same
// memory is excluded by LMDB's own transactions, see lmdb_store.cc.)
//
// All integers are little endian; offsets are within a page. A page number is a page's place in the
// file. page header (16 bytes):
//   0  page number u64 | 8 unused u16 | 10 flags u16: 1 branch, 2 leaf, 4 overflow, 8 meta; 16 only in memory
//   12 lower u16, upper u16: end of the offset array, start of the nodes (overflow: 12 pages u32 of the run)
// branch and leaf: from 16 to lower an array of u16 offsets of nodes, in the order of their keys.
// node:
//   branch: 0 child page number u48 (low u32 at 0, high u16 at 4) | 6 key bytes u16 | 8 key; the first node's key
//           stands for everything below the second one's, whatever it says
//   leaf:   0 value bytes u32 | 4 flags u16: 1 the value lies on overflow pages | 6 key bytes u16 | 8 key, then the
//           value, or the u64 number of the first overflow page, which holds the value from its byte 16 on
// meta (pages 0 and 1, the newer transaction wins):
//   16 magic u32 BEEFC0DE | 20 version u32 1 | 24 address u64 | 32 map bytes u64
//   40 free list and 88 main database, each: page bytes u32 | flags u16 | 6 depth u16 | branch, leaf, overflow
//   pages u64 each | 32 entries u64 | 40 root page number u64, all ones when empty
//   136 last page number u64 | 144 transaction id u64
#ifndef HELIOSDB_CORE_STORAGE_LMDB_PAGE_READER_H_
#define HELIOSDB_CORE_STORAGE_LMDB_PAGE_READER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/storage/kv_store.h"

namespace heliosdb::storage::lmdb_pages {

inline constexpr uint64_t kNoPage = UINT64_MAX;
inline constexpr int kDepthMax = 32;
inline constexpr size_t kMetaBytes = 152;

// One version of the main database. Borrowed memory, stable while in use.
struct Tree {
  const char* base = nullptr;
  uint64_t page_bytes = 4096;
  uint64_t page_count = 0;
  uint64_t root = kNoPage;
  int depth = 0;
  uint64_t entries = 0;
  // Every value ends in this many bytes that are not the caller's.
  uint32_t value_suffix_bytes = 0;
};

struct Meta {
  uint64_t txn_id = 0;
  uint64_t last_page = 0;
  uint64_t page_bytes = 0;
  uint64_t root = kNoPage;
  int depth = 0;
  uint64_t entries = 0;
};
// The meta page at the front of bytes; nullopt if it is none.
std::optional<Meta> ReadMeta(std::string_view bytes);

// The value of key, without its suffix.
absl::StatusOr<std::optional<std::string_view>> Find(const Tree& tree, std::string_view key);

// About how many keys there are in [low, high); exact when both lie on one leaf. Empty high: no
// upper end.
absl::StatusOr<uint64_t> EstimateCount(const Tree& tree, std::string_view low,
                                       std::string_view high);

// Walks every page: structure, order of keys, counts, no page used twice. check gets each pair, the
// value with its suffix.
absl::Status VerifyTree(
    const Tree& tree,
    absl::FunctionRef<absl::Status(std::string_view key, std::string_view value)> check);

// A page whose header was checked.
struct Page {
  const char* bytes = nullptr;
  int count = 0;  // Nodes.
};

// A place between two pairs. Keys below `floor` are not shown.
class Cursor {
 public:
  Cursor(const Tree& tree, std::string_view floor) : tree_(tree), floor_(floor) {}

  absl::Status Seek(std::string_view key);
  absl::Status SeekToEnd();
  absl::StatusOr<size_t> NextBatch(std::span<KvPair> out);
  absl::StatusOr<size_t> PrevBatch(std::span<KvPair> out);

 private:
  struct Place {
    Page page;
    int at = 0;
  };
  absl::Status DescendFrom(int level, uint64_t page_number, bool to_last);
  // False when there is none.
  absl::StatusOr<bool> ToNextLeaf();
  absl::StatusOr<bool> ToPreviousLeaf();
  // The child of the leaf's parent at this index, if there is one.
  void PrefetchLeaf(int at) const;

  const Tree tree_;
  const std::string_view floor_;
  std::array<Place, kDepthMax> path_;  // path_[depth - 1] is the leaf.
  bool positioned_ = false;
};

}  // namespace heliosdb::storage::lmdb_pages

#endif  // HELIOSDB_CORE_STORAGE_LMDB_PAGE_READER_H_
