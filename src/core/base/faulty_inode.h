// A file's content in FaultyFileSystem: what a reader sees, and what the disk would hold after a
// crash.
#ifndef HELIOSDB_CORE_BASE_FAULTY_INODE_H_
#define HELIOSDB_CORE_BASE_FAULTY_INODE_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "core/base/random.h"

namespace heliosdb {

// Sparse: pages that were never written read as zeros and take no memory. Not thread-safe.
class FaultyInode {
 public:
  static constexpr uint64_t kPageBytes = 4096;
  static constexpr uint64_t kSectorBytes = 512;

  uint64_t size() const { return size_; }
  size_t Read(uint64_t offset, std::span<char> out) const;
  void Write(uint64_t offset, std::string_view bytes);
  // Cuts or grows; cut bytes read as zeros if the file grows again.
  void Resize(uint64_t bytes);
  void Sync();
  // Linux after a failed fsync: the unsynced pages count as clean, and are not on the disk.
  void FailSync();
  void FlipBit(uint64_t offset, int bit);

  // After a crash: back to what was synced,
  void LoseUnsynced();
  // or any mixture of it with what was written since, sector by sector.
  void LoseUnsyncedByChance(Random& random);

 private:
  using Page = std::array<char, kPageBytes>;

  void SaveForCrash(uint64_t page_number);
  void Zero(uint64_t begin, uint64_t end);
  void Restore(uint64_t page_number, uint64_t begin, uint64_t end);
  void SetSizeAfterCrash(uint64_t bytes);
  void ForgetHistory();

  uint64_t size_ = 0;
  std::map<uint64_t, Page> pages_;
  // What the disk holds where it differs from pages_; nullopt: zeros.
  std::map<uint64_t, std::optional<Page>> on_disk_;
  std::set<uint64_t> lost_;  // Of on_disk_: pages that no later sync writes.
  uint64_t size_on_disk_ = 0;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_FAULTY_INODE_H_
