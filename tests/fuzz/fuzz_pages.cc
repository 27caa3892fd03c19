// Foreign bytes as the pages of a store's tree: lookups, scans in both directions, estimates and
// Verify must end, stay inside the bytes, and agree that a tree which verifies can be read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/storage/lmdb_page_reader.h"

namespace {

using heliosdb::storage::KvPair;
namespace pages = heliosdb::storage::lmdb_pages;

// Few pages and an upper bound on steps: pages that refer to each other in a ring never end a scan.
constexpr size_t kPageBytes = 256;
constexpr int kBatchesMax = 200;

uint64_t Touch(const std::array<KvPair, 8>& pairs, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; ++i) {
    for (const char byte : pairs[i].key) sum += static_cast<uint8_t>(byte);
    for (const char byte : pairs[i].value) sum += static_cast<uint8_t>(byte);
  }
  return sum;
}

uint64_t Scan(const pages::Tree& tree, std::string_view key) {
  std::array<KvPair, 8> pairs;
  uint64_t sum = 0;
  for (const bool forward : {true, false}) {
    pages::Cursor cursor(tree, "");
    if (!(forward ? cursor.Seek(key) : cursor.SeekToEnd()).ok()) continue;
    for (int i = 0; i < kBatchesMax; ++i) {
      const auto count = forward ? cursor.NextBatch(pairs) : cursor.PrevBatch(pairs);
      if (!count.ok() || *count == 0) break;
      sum += Touch(pairs, *count);
    }
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4 + kPageBytes) return 0;
  const std::string_view key(reinterpret_cast<const char*>(data), 4);
  // A copy of exactly the pages, so that a read behind them is seen.
  const size_t page_count = (size - 4) / kPageBytes;
  const std::vector<char> bytes(data + 4, data + 4 + page_count * kPageBytes);
  pages::ReadMeta({bytes.data(), bytes.size()});

  pages::Tree tree;
  tree.base = bytes.data();
  tree.page_bytes = kPageBytes;
  tree.page_count = page_count;
  tree.root = data[0] % (page_count + 1);
  tree.depth = data[1] % 4;
  tree.entries = data[2];
  tree.value_suffix_bytes = data[3] % 8;
  const bool sound = pages::VerifyTree(tree, [](std::string_view, std::string_view) {
                       return absl::OkStatus();
                     }).ok();
  const auto found = pages::Find(tree, key);
  const auto estimate = pages::EstimateCount(tree, key, "");
  HELIOS_CHECK(!sound || (found.ok() && estimate.ok()));
  volatile uint64_t sum = Scan(tree, key);
  static_cast<void>(sum);
  return 0;
}
