#include "core/storage/lmdb_page_reader.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/status.h"

namespace heliosdb::storage::lmdb_pages {
namespace {

constexpr uint32_t kMagic = 0xBEEFC0DE;
constexpr uint32_t kDataVersion = 1;
constexpr size_t kPageHeaderBytes = 16;
constexpr size_t kNodeHeaderBytes = 8;
constexpr uint16_t kBranchFlag = 1;
constexpr uint16_t kLeafFlag = 2;
constexpr uint16_t kOverflowFlag = 4;
constexpr uint16_t kMetaFlag = 8;
constexpr uint16_t kInMemoryFlag = 16;
constexpr uint16_t kBigValueFlag = 1;

absl::Status Damaged(uint64_t page_number, std::string_view what) {
  return Corruption("store page {} is damaged: {}", page_number, what);
}
absl::Status Damaged(const Page& page, std::string_view what) {
  return Damaged(LoadFixed<uint64_t>(page.bytes), what);
}

const char* PageAddress(const Tree& tree, uint64_t page_number) {
  return tree.base + page_number * tree.page_bytes;
}

// Checks a page's header; count is 0 (and no page has 0 nodes) for a bad one.
Page OpenPage(const Tree& tree, uint64_t page_number, bool leaf) {
  if (page_number >= tree.page_count) [[unlikely]]
    return {};
  const char* const bytes = PageAddress(tree, page_number);
  const uint16_t flags = LoadFixed<uint16_t>(bytes + 10) & ~kInMemoryFlag;
  const size_t lower = LoadFixed<uint16_t>(bytes + 12);
  const size_t upper = LoadFixed<uint16_t>(bytes + 14);
  if (LoadFixed<uint64_t>(bytes) != page_number || flags != (leaf ? kLeafFlag : kBranchFlag) ||
      lower < kPageHeaderBytes || lower > upper || upper > tree.page_bytes) [[unlikely]] {
    return {};
  }
  return {bytes, static_cast<int>((lower - kPageHeaderBytes) / 2)};
}

absl::Status BadPage(const Tree& tree, uint64_t page_number, bool leaf) {
  if (page_number >= tree.page_count) {
    return Corruption("the store refers to page {} of {}", page_number, tree.page_count);
  }
  return Damaged(page_number, leaf ? "it is no leaf page" : "it is no branch page");
}

// The node at an index; null if it does not lie within the page with its whole key.
const char* NodeAt(const Tree& tree, const Page& page, int at) {
  const size_t offset = LoadFixed<uint16_t>(page.bytes + kPageHeaderBytes + 2 * at);
  if (offset + kNodeHeaderBytes > tree.page_bytes) [[unlikely]]
    return nullptr;
  const char* const node = page.bytes + offset;
  const size_t key_bytes = LoadFixed<uint16_t>(node + 6);
  if (offset + kNodeHeaderBytes + key_bytes > tree.page_bytes) [[unlikely]]
    return nullptr;
  return node;
}
std::string_view KeyOf(const char* node) {
  return {node + kNodeHeaderBytes, LoadFixed<uint16_t>(node + 6)};
}
uint64_t ChildOf(const char* node) {
  return LoadFixed<uint32_t>(node) | uint64_t{LoadFixed<uint16_t>(node + 4)} << 32;
}

// A leaf node's whole value; data() is null if it does not lie where it may.
std::string_view ValueOf(const Tree& tree, const Page& page, const char* node) {
  const size_t value_bytes = LoadFixed<uint32_t>(node);
  const uint16_t flags = LoadFixed<uint16_t>(node + 4);
  const char* const data = node + kNodeHeaderBytes + LoadFixed<uint16_t>(node + 6);
  const size_t room = page.bytes + tree.page_bytes - data;
  if (flags == 0) [[likely]] {
    if (value_bytes > room || value_bytes < tree.value_suffix_bytes) [[unlikely]]
      return {};
    return {data, value_bytes};
  }
  if (flags != kBigValueFlag || room < 8) return {};
  const uint64_t first = LoadFixed<uint64_t>(data);
  if (first >= tree.page_count) return {};
  const char* const overflow = PageAddress(tree, first);
  const uint64_t pages = LoadFixed<uint32_t>(overflow + 12);
  const uint16_t overflow_flags = LoadFixed<uint16_t>(overflow + 10) & ~kInMemoryFlag;
  if (LoadFixed<uint64_t>(overflow) != first || overflow_flags != kOverflowFlag || pages == 0 ||
      pages > tree.page_count - first || value_bytes > pages * tree.page_bytes - kPageHeaderBytes ||
      value_bytes < tree.value_suffix_bytes) {
    return {};
  }
  return {overflow + kPageHeaderBytes, value_bytes};
}

// Whether a < b, as memcmp and then by length: by words, since keys are short and differ late.
bool KeyLess(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  const char* x = a.data();
  const char* y = b.data();
  size_t left = common;
  for (; left >= 8; left -= 8, x += 8, y += 8) {
    const uint64_t u = LoadBig64(x);
    const uint64_t v = LoadBig64(y);
    if (u != v) return u < v;
  }
  if (left >= 4) {
    const uint32_t u = LoadBig32(x);
    const uint32_t v = LoadBig32(y);
    if (u != v) return u < v;
    left -= 4, x += 4, y += 4;
  }
  for (; left > 0; --left, ++x, ++y) {
    if (*x != *y) return static_cast<uint8_t>(*x) < static_cast<uint8_t>(*y);
  }
  return a.size() < b.size();
}

void PrefetchNode(const Page& page, int at) {
  __builtin_prefetch(page.bytes + LoadFixed<uint16_t>(page.bytes + kPageHeaderBytes + 2 * at));
}

// The probes of the next three steps of Search, all at once: they would otherwise miss the cache
// one after the other.
void PrefetchProbes(const Page& page, int low, int length) {
  const int half = length / 2;
  const int quarter = (length - half) / 2;
  const int eighth = (length - half - quarter) / 2;
  if (eighth < 1) return;
  for (const int step : {0, quarter}) {
    for (const int base : {low + step, low + half + step}) {
      PrefetchNode(page, base + eighth - 1);
    }
  }
  PrefetchNode(page, low + quarter - 1);
  PrefetchNode(page, low + half + quarter - 1);
  PrefetchNode(page, low + half - 1);
}

enum class Bound { kLower, kUpper };  // First key >= the one sought; first key > it.

// Index of the first node of [first, count) at the bound; count if there is none, -1 for a bad
// page. The lengths it goes through depend on the count alone, which lets PrefetchProbes know where
// it will look.
int Search(const Tree& tree, const Page& page, int first, std::string_view key, Bound bound) {
  constexpr int kPrefetchAll = 7;
  int low = first;
  int length = page.count - first;
  if (length <= 0) return low;
  if (length > kPrefetchAll) PrefetchProbes(page, low, length);
  bool rest_is_prefetched = false;
  while (true) {
    if (!rest_is_prefetched && length <= kPrefetchAll) {
      for (int i = 0; i < length; ++i) PrefetchNode(page, low + i);
      rest_is_prefetched = true;
    }
    const int half = length / 2;
    const char* const node = NodeAt(tree, page, length == 1 ? low : low + half - 1);
    if (node == nullptr) [[unlikely]]
      return -1;
    const bool before =
        bound == Bound::kLower ? KeyLess(KeyOf(node), key) : !KeyLess(key, KeyOf(node));
    if (length == 1) return before ? low + 1 : low;
    low = before ? low + half : low;
    length -= half;
  }
}

// Index of a branch's child that may hold key; -1 for a bad page.
int ChildIndex(const Tree& tree, const Page& page, std::string_view key) {
  const int behind = Search(tree, page, 1, key, Bound::kUpper);
  return behind < 0 ? -1 : behind - 1;
}

struct LeafPlace {
  Page page;
  int at = 0;       // First node with a key >= the one sought.
  double rank = 0;  // Part of the tree that stands before it.
};

absl::StatusOr<LeafPlace> Descend(const Tree& tree, std::string_view key) {
  LeafPlace place;
  double share = 1;
  uint64_t number = tree.root;
  for (int level = 1; level <= tree.depth; ++level) {
    const bool leaf = level == tree.depth;
    const Page page = OpenPage(tree, number, leaf);
    if (page.count == 0) return BadPage(tree, number, leaf);
    const int at = leaf ? Search(tree, page, 0, key, Bound::kLower) : ChildIndex(tree, page, key);
    if (at < 0) return Damaged(page, "a node lies outside");
    place.rank += share * at / page.count;
    share /= page.count;
    if (leaf) {
      place.page = page;
      place.at = at;
      return place;
    }
    const char* const node = NodeAt(tree, page, at);
    if (node == nullptr) return Damaged(page, "a node lies outside");
    number = ChildOf(node);
  }
  return Corruption("the store's tree has no leaf");
}

bool Empty(const Tree& tree) { return tree.root == kNoPage; }

absl::Status CheckDepth(const Tree& tree) {
  if (tree.depth >= 1 && tree.depth <= kDepthMax) return absl::OkStatus();
  return Corruption("the store's tree is {} levels deep", tree.depth);
}

class Verifier {
 public:
  using Check = absl::FunctionRef<absl::Status(std::string_view, std::string_view)>;
  Verifier(const Tree& tree, Check check)
      : tree_(tree), check_(check), used_(tree.page_count, false) {}

  absl::Status Run() {
    HELIOS_RETURN_IF_ERROR(VerifyPage(tree_.root, 1, std::nullopt));
    if (entries_ == tree_.entries) return absl::OkStatus();
    return Corruption("the store holds {} entries and counts {}", entries_, tree_.entries);
  }

 private:
  using Key = std::optional<std::string_view>;  // nullopt: no bound.

  absl::Status Use(uint64_t first, uint64_t pages) {
    for (uint64_t page = first; page < first + pages; ++page) {
      if (used_[page]) return Damaged(page, "it is used twice");
      used_[page] = true;
    }
    return absl::OkStatus();
  }

  // Every key of the page is below `end`, and at or after what was seen before. Recursion is
  // bounded by the depth.
  absl::Status VerifyPage(uint64_t number, int level, Key end) {
    const bool leaf = level == tree_.depth;
    const Page page = OpenPage(tree_, number, leaf);
    if (page.count == 0) return BadPage(tree_, number, leaf);
    HELIOS_RETURN_IF_ERROR(Use(number, 1));
    for (int i = 0; i < page.count; ++i) {
      const char* const node = NodeAt(tree_, page, i);
      if (node == nullptr) return Damaged(page, "a node lies outside");
      if (leaf) {
        HELIOS_RETURN_IF_ERROR(VerifyPair(page, node, end));
        continue;
      }
      Key child_end = end;
      if (i + 1 < page.count) {
        const char* const next = NodeAt(tree_, page, i + 1);
        if (next == nullptr) return Damaged(page, "a node lies outside");
        child_end = KeyOf(next);
      }
      if (i > 0 && last_key_ >= KeyOf(node)) return Damaged(page, "its keys are out of order");
      HELIOS_RETURN_IF_ERROR(VerifyPage(ChildOf(node), level + 1, child_end));
    }
    return absl::OkStatus();
  }

  absl::Status VerifyPair(const Page& page, const char* node, Key end) {
    const std::string_view key = KeyOf(node);
    if ((entries_ > 0 && key <= last_key_) || (end.has_value() && key >= *end)) {
      return Damaged(page, "its keys are out of order");
    }
    const std::string_view value = ValueOf(tree_, page, node);
    if (value.data() == nullptr) return Damaged(page, "a value lies outside");
    if (LoadFixed<uint16_t>(node + 4) == kBigValueFlag) {
      const char* const overflow = value.data() - kPageHeaderBytes;
      HELIOS_RETURN_IF_ERROR(
          Use(LoadFixed<uint64_t>(overflow), LoadFixed<uint32_t>(overflow + 12)));
    }
    last_key_ = key;
    ++entries_;
    if (absl::Status checked = check_(key, value); !checked.ok()) {
      return WithContext(checked, fmt::format("store page {}", LoadFixed<uint64_t>(page.bytes)));
    }
    return absl::OkStatus();
  }

  const Tree& tree_;
  const Check check_;
  std::vector<bool> used_;
  std::string_view last_key_;
  uint64_t entries_ = 0;
};

}  // namespace

std::optional<Meta> ReadMeta(std::string_view bytes) {
  if (bytes.size() < kMetaBytes) return std::nullopt;
  const char* const at = bytes.data();
  if ((LoadFixed<uint16_t>(at + 10) & kMetaFlag) == 0 || LoadFixed<uint32_t>(at + 16) != kMagic ||
      LoadFixed<uint32_t>(at + 20) != kDataVersion) {
    return std::nullopt;
  }
  Meta meta;
  meta.page_bytes = LoadFixed<uint32_t>(at + 40);
  meta.depth = LoadFixed<uint16_t>(at + 88 + 6);
  meta.entries = LoadFixed<uint64_t>(at + 88 + 32);
  meta.root = LoadFixed<uint64_t>(at + 88 + 40);
  meta.last_page = LoadFixed<uint64_t>(at + 136);
  meta.txn_id = LoadFixed<uint64_t>(at + 144);
  return meta;
}

absl::StatusOr<std::optional<std::string_view>> Find(const Tree& tree, std::string_view key) {
  using Result = std::optional<std::string_view>;
  if (Empty(tree)) return Result();
  HELIOS_RETURN_IF_ERROR(CheckDepth(tree));
  uint64_t number = tree.root;
  for (int level = 1; level < tree.depth; ++level) {
    const Page page = OpenPage(tree, number, false);
    if (page.count == 0) [[unlikely]]
      return BadPage(tree, number, false);
    const int at = ChildIndex(tree, page, key);
    const char* const node = at < 0 ? nullptr : NodeAt(tree, page, at);
    if (node == nullptr) [[unlikely]]
      return Damaged(page, "a node lies outside");
    number = ChildOf(node);
  }
  const Page page = OpenPage(tree, number, true);
  if (page.count == 0) [[unlikely]]
    return BadPage(tree, number, true);
  const int at = Search(tree, page, 0, key, Bound::kLower);
  if (at < 0) [[unlikely]]
    return Damaged(page, "a node lies outside");
  if (at == page.count) return Result();
  const char* const node = NodeAt(tree, page, at);
  if (node == nullptr) [[unlikely]]
    return Damaged(page, "a node lies outside");
  if (KeyOf(node) != key) return Result();
  const std::string_view value = ValueOf(tree, page, node);
  if (value.data() == nullptr) [[unlikely]]
    return Damaged(page, "a value lies outside");
  return Result(value.substr(0, value.size() - tree.value_suffix_bytes));
}

absl::StatusOr<uint64_t> EstimateCount(const Tree& tree, std::string_view low,
                                       std::string_view high) {
  if (Empty(tree) || (!high.empty() && high <= low)) return uint64_t{0};
  HELIOS_RETURN_IF_ERROR(CheckDepth(tree));
  HELIOS_ASSIGN_OR_RETURN(const LeafPlace from, Descend(tree, low));
  double until = 1;
  if (!high.empty()) {
    HELIOS_ASSIGN_OR_RETURN(const LeafPlace to, Descend(tree, high));
    if (to.page.bytes == from.page.bytes) return static_cast<uint64_t>(to.at - from.at);
    until = to.rank;
  }
  const double part = std::clamp(until - from.rank, 0.0, 1.0);
  return static_cast<uint64_t>(part * static_cast<double>(tree.entries) + 0.5);
}

absl::Status VerifyTree(
    const Tree& tree,
    absl::FunctionRef<absl::Status(std::string_view key, std::string_view value)> check) {
  if (Empty(tree)) {
    if (tree.entries == 0) return absl::OkStatus();
    return Corruption("the store is empty and counts {} entries", tree.entries);
  }
  HELIOS_RETURN_IF_ERROR(CheckDepth(tree));
  return Verifier(tree, check).Run();
}

absl::Status Cursor::DescendFrom(int level, uint64_t number, bool to_last) {
  for (; level < tree_.depth; ++level) {
    const bool leaf = level + 1 == tree_.depth;
    Place& place = path_[level];
    place.page = OpenPage(tree_, number, leaf);
    if (place.page.count == 0) return BadPage(tree_, number, leaf);
    if (leaf) {
      place.at = to_last ? place.page.count : 0;
      return absl::OkStatus();
    }
    place.at = to_last ? place.page.count - 1 : 0;
    const char* const node = NodeAt(tree_, place.page, place.at);
    if (node == nullptr) return Damaged(place.page, "a node lies outside");
    number = ChildOf(node);
  }
  return absl::OkStatus();
}

absl::Status Cursor::SeekToEnd() {
  positioned_ = true;
  if (Empty(tree_)) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(CheckDepth(tree_));
  return DescendFrom(0, tree_.root, true);
}

absl::Status Cursor::Seek(std::string_view key) {
  positioned_ = true;
  if (Empty(tree_)) return absl::OkStatus();
  HELIOS_RETURN_IF_ERROR(CheckDepth(tree_));
  if (key < floor_) key = floor_;
  uint64_t number = tree_.root;
  for (int level = 0; level < tree_.depth; ++level) {
    const bool leaf = level + 1 == tree_.depth;
    Place& place = path_[level];
    place.page = OpenPage(tree_, number, leaf);
    if (place.page.count == 0) return BadPage(tree_, number, leaf);
    place.at = leaf ? Search(tree_, place.page, 0, key, Bound::kLower)
                    : ChildIndex(tree_, place.page, key);
    if (place.at < 0) return Damaged(place.page, "a node lies outside");
    if (leaf) break;
    const char* const node = NodeAt(tree_, place.page, place.at);
    if (node == nullptr) return Damaged(place.page, "a node lies outside");
    number = ChildOf(node);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Cursor::ToNextLeaf() {
  int level = tree_.depth - 2;
  while (level >= 0 && path_[level].at + 1 == path_[level].page.count) --level;
  if (level < 0) return false;
  Place& place = path_[level];
  const char* const node = NodeAt(tree_, place.page, ++place.at);
  if (node == nullptr) return Damaged(place.page, "a node lies outside");
  HELIOS_RETURN_IF_ERROR(DescendFrom(level + 1, ChildOf(node), false));
  PrefetchNextLeaf();
  return true;
}

absl::StatusOr<bool> Cursor::ToPreviousLeaf() {
  int level = tree_.depth - 2;
  while (level >= 0 && path_[level].at == 0) --level;
  if (level < 0) return false;
  Place& place = path_[level];
  const char* const node = NodeAt(tree_, place.page, --place.at);
  if (node == nullptr) return Damaged(place.page, "a node lies outside");
  HELIOS_RETURN_IF_ERROR(DescendFrom(level + 1, ChildOf(node), true));
  return true;
}

void Cursor::PrefetchNextLeaf() const {
  if (tree_.depth < 2) return;
  const Place& parent = path_[tree_.depth - 2];
  if (parent.at + 1 >= parent.page.count) return;
  const char* const node = NodeAt(tree_, parent.page, parent.at + 1);
  if (node == nullptr || ChildOf(node) >= tree_.page_count) return;
  const char* const leaf = PageAddress(tree_, ChildOf(node));
  for (size_t line = 0; line < tree_.page_bytes; line += 64) __builtin_prefetch(leaf + line);
}

absl::StatusOr<size_t> Cursor::NextBatch(std::span<KvPair> out) {
  HELIOS_CHECK(positioned_);
  if (Empty(tree_)) return size_t{0};
  size_t filled = 0;
  while (filled < out.size()) {
    Place& place = path_[tree_.depth - 1];
    const Page page = place.page;
    const int end =
        place.at + static_cast<int>(std::min<size_t>(page.count - place.at, out.size() - filled));
    for (int at = place.at; at < end; ++at, ++filled) {
      const char* const node = NodeAt(tree_, page, at);
      if (node == nullptr) [[unlikely]]
        return Damaged(page, "a node lies outside");
      const std::string_view value = ValueOf(tree_, page, node);
      if (value.data() == nullptr) [[unlikely]]
        return Damaged(page, "a value lies outside");
      out[filled].key = KeyOf(node);
      out[filled].value = {value.data(), value.size() - tree_.value_suffix_bytes};
    }
    place.at = end;
    if (end < page.count) break;
    HELIOS_ASSIGN_OR_RETURN(const bool more, ToNextLeaf());
    if (!more) break;
  }
  return filled;
}

absl::StatusOr<size_t> Cursor::PrevBatch(std::span<KvPair> out) {
  HELIOS_CHECK(positioned_);
  if (Empty(tree_)) return size_t{0};
  size_t filled = 0;
  while (filled < out.size()) {
    Place& place = path_[tree_.depth - 1];
    const Page page = place.page;
    for (; place.at > 0 && filled < out.size(); --place.at, ++filled) {
      const char* const node = NodeAt(tree_, page, place.at - 1);
      if (node == nullptr) [[unlikely]]
        return Damaged(page, "a node lies outside");
      if (KeyOf(node) < floor_) return filled;
      const std::string_view value = ValueOf(tree_, page, node);
      if (value.data() == nullptr) [[unlikely]]
        return Damaged(page, "a value lies outside");
      out[filled].key = KeyOf(node);
      out[filled].value = {value.data(), value.size() - tree_.value_suffix_bytes};
    }
    if (place.at > 0) break;
    HELIOS_ASSIGN_OR_RETURN(const bool more, ToPreviousLeaf());
    if (!more) break;
  }
  return filled;
}

}  // namespace heliosdb::storage::lmdb_pages
