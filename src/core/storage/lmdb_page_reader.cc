#include "core/storage/lmdb_page_reader.h"

#include <algorithm>
#include <cmath>
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

// The bounds that branch pages give to the keys below them; nullopt at the tree's edges.
struct KeyRange {
  std::optional<std::string_view> low;
  std::optional<std::string_view> high;
};

// The eight bytes from `at` on as a number; zeros stand for those behind the key's end.
uint64_t NumberAt(std::string_view key, size_t at) {
  if (key.size() >= at + 8) [[likely]]
    return LoadBig64(key.data() + at);
  if (key.size() <= at) return 0;
  if (key.size() >= 8) return LoadBig64(key.data() + key.size() - 8) << (8 * (at + 8 - key.size()));
  char padded[8] = {};
  std::memcpy(padded, key.data() + at, key.size() - at);
  return LoadBig64(padded);
}

// Where key should stand among [first, count) nodes if keys were spread evenly over the range: a
// table's keys nearly are, and every probe saved is a cache miss saved. The middle when there is
// nothing to go by.
int GuessIndex(const KeyRange& range, std::string_view key, int first, int count) {
  const int middle = first + (count - first) / 2;
  if (!range.low.has_value() || !range.high.has_value()) return middle;
  const std::string_view low = *range.low;
  const std::string_view high = *range.high;
  const size_t both = std::min(low.size(), high.size());
  size_t common = 0;
  while (common + 8 <= both && NumberAt(low, common) == NumberAt(high, common)) common += 8;
  const uint64_t from = NumberAt(low, common);
  const uint64_t to = NumberAt(high, common);
  const uint64_t sought = NumberAt(key, common);
  if (sought < from || sought >= to) return middle;
  const double part = static_cast<double>(sought - from) / static_cast<double>(to - from);
  return first + static_cast<int>(part * (count - first));
}

enum class Bound { kLower, kUpper };  // First key >= the one sought; first key > it.

// Index of the first node of [first, count) at the bound; count if there is none, -1 for a bad
// page. Starts at the guess and doubles its steps away from it, so that a good guess costs two
// probes and a bad one few more than halving.
int Search(const Tree& tree, const Page& page, int first, const KeyRange& range,
           std::string_view key, Bound bound) {
  int low = first;  // The answer is in [low, high].
  int high = page.count;
  if (low >= high) return low;
  int probe = GuessIndex(range, key, first, page.count);
  int step_up = 1;
  int step_down = 1;
  while (low < high) {
    const char* const node = NodeAt(tree, page, probe);
    if (node == nullptr) [[unlikely]]
      return -1;
    const std::string_view node_key = KeyOf(node);
    if (bound == Bound::kLower ? KeyLess(node_key, key) : !KeyLess(key, node_key)) {
      low = probe + 1;
      probe = std::min(low + step_up - 1, low + (high - low) / 2);
      step_up *= 2;
    } else {
      high = probe;
      probe = std::max(high - step_down, low + (high - low) / 2);
      step_down *= 2;
    }
  }
  return low;
}

// Index of a branch's child that may hold key; -1 for a bad page.
int ChildIndex(const Tree& tree, const Page& page, const KeyRange& range, std::string_view key) {
  const int behind = Search(tree, page, 1, range, key, Bound::kUpper);
  return behind < 0 ? -1 : behind - 1;
}

// The page that a branch's node refers to; narrows range to what that page may hold. kNoPage for a
// bad page.
uint64_t EnterChild(const Tree& tree, const Page& page, int at, KeyRange* range) {
  const char* const node = at < 0 ? nullptr : NodeAt(tree, page, at);
  if (node == nullptr) [[unlikely]]
    return kNoPage;
  if (at > 0) range->low = KeyOf(node);
  if (at + 1 < page.count) {
    const char* const next = NodeAt(tree, page, at + 1);
    if (next == nullptr) [[unlikely]]
      return kNoPage;
    range->high = KeyOf(next);
  }
  const uint64_t child = ChildOf(node);
  if (child < tree.page_count) {
    __builtin_prefetch(PageAddress(tree, child));
    __builtin_prefetch(PageAddress(tree, child) + 64);
  }
  return child;
}

struct LeafPlace {
  Page page;
  int at = 0;       // First node with a key >= the one sought.
  double rank = 0;  // Part of the tree that stands before it.
};

absl::StatusOr<LeafPlace> Descend(const Tree& tree, std::string_view key) {
  LeafPlace place;
  KeyRange range;
  double share = 1;
  uint64_t number = tree.root;
  for (int level = 1;; ++level) {
    const bool leaf = level == tree.depth;
    const Page page = OpenPage(tree, number, leaf);
    if (page.count == 0) return BadPage(tree, number, leaf);
    const int at = leaf ? Search(tree, page, 0, range, key, Bound::kLower)
                        : ChildIndex(tree, page, range, key);
    if (at < 0) return Damaged(page, "a node lies outside");
    place.rank += share * at / page.count;
    share /= page.count;
    if (leaf) {
      place.page = page;
      place.at = at;
      return place;
    }
    number = EnterChild(tree, page, at, &range);
  }
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
  KeyRange range;
  uint64_t number = tree.root;
  for (int level = 1; level < tree.depth; ++level) {
    const Page page = OpenPage(tree, number, false);
    if (page.count == 0) [[unlikely]]
      return BadPage(tree, number, false);
    number = EnterChild(tree, page, ChildIndex(tree, page, range, key), &range);
    if (number == kNoPage) [[unlikely]]
      return Damaged(page, "a node lies outside");
  }
  const Page page = OpenPage(tree, number, true);
  if (page.count == 0) [[unlikely]]
    return BadPage(tree, number, true);
  const int at = Search(tree, page, 0, range, key, Bound::kLower);
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
  return static_cast<uint64_t>(std::llround(part * static_cast<double>(tree.entries)));
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
  KeyRange range;
  uint64_t number = tree_.root;
  for (int level = 0; level < tree_.depth; ++level) {
    const bool leaf = level + 1 == tree_.depth;
    Place& place = path_[level];
    place.page = OpenPage(tree_, number, leaf);
    if (place.page.count == 0) return BadPage(tree_, number, leaf);
    place.at = leaf ? Search(tree_, place.page, 0, range, key, Bound::kLower)
                    : ChildIndex(tree_, place.page, range, key);
    if (place.at < 0) return Damaged(place.page, "a node lies outside");
    if (!leaf) number = EnterChild(tree_, place.page, place.at, &range);
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
  PrefetchLeaf(path_[tree_.depth - 2].at + 1);
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
  PrefetchLeaf(path_[tree_.depth - 2].at - 1);
  return true;
}

void Cursor::PrefetchLeaf(int at) const {
  const Place& parent = path_[tree_.depth - 2];
  if (at < 0 || at >= parent.page.count) return;
  const char* const node = NodeAt(tree_, parent.page, at);
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
    const char* const first = NodeAt(tree_, page, 0);
    if (first == nullptr) return Damaged(page, "a node lies outside");
    const bool reaches_floor = KeyOf(first) < floor_;
    for (; place.at > 0 && filled < out.size(); --place.at, ++filled) {
      const char* const node = NodeAt(tree_, page, place.at - 1);
      if (node == nullptr) [[unlikely]]
        return Damaged(page, "a node lies outside");
      if (reaches_floor && KeyOf(node) < floor_) return filled;
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
