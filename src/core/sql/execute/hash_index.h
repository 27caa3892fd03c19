// Row numbers by the hash of their keys, with chains for equal hashes: the build side of hash joins and set operations.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_HASH_INDEX_H_
#define HELIOSDB_CORE_SQL_EXECUTE_HASH_INDEX_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heliosdb::sql::execute {

// Row numbers are dense from 0. Chains list the newest row first.
class HashIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  void Clear() {
    heads_.clear();
    next_.clear();
    hashes_.clear();
  }
  // Notes the hash of the next row. absent: the row can never be found (a NULL key).
  void Add(uint64_t hash) {
    hashes_.push_back(hash);
    next_.push_back(kNone);
  }
  void AddAbsent() {
    hashes_.push_back(0);
    next_.push_back(kAbsent);
  }
  // Builds the table over all added rows, in reverse so that chains list rows in ascending order.
  void Build() {
    mask_ = buckets() - 1;
    heads_.assign(buckets(), kNone);
    for (size_t row = hashes_.size(); row-- > 0;) {
      if (next_[row] == kAbsent) continue;
      uint32_t& head = heads_[Bucket(hashes_[row])];
      next_[row] = head;
      head = static_cast<uint32_t>(row);
    }
  }
  void Prefetch(uint64_t hash) const { __builtin_prefetch(&heads_[Bucket(hash)]); }
  // The first row that may have this hash, and the one after row; kNone at the end. The caller compares.
  uint32_t First(uint64_t hash) const { return heads_[Bucket(hash)]; }
  uint32_t Next(uint32_t row) const { return next_[row]; }
  uint64_t hash(uint32_t row) const { return hashes_[row]; }
  size_t size() const { return hashes_.size(); }
  // Of the table that Build makes, or made.
  size_t buckets() const { return std::bit_ceil(hashes_.size() * 2 + 16); }
  // With that table.
  size_t bytes() const {
    return hashes_.size() * (sizeof(uint64_t) + sizeof(uint32_t)) + buckets() * sizeof(uint32_t);
  }

 private:
  static constexpr uint32_t kAbsent = UINT32_MAX - 1;
  // The top half of the product, so that hashes that differ only in their low bits spread too.
  size_t Bucket(uint64_t hash) const { return ((hash * 0x9E3779B97F4A7C15u) >> 20) & mask_; }

  std::vector<uint32_t> heads_;
  std::vector<uint32_t> next_;
  std::vector<uint64_t> hashes_;
  size_t mask_ = 0;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_HASH_INDEX_H_
