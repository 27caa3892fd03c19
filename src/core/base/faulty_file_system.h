// A file system in memory that forgets and fails on command, for tests and the simulator. Same
// seed, same run.
//
// It models what a POSIX disk may do: bytes that were not synced survive a crash sector by sector
// as chance has it (the last one written may be torn inside), names that were not synced with their
// directory come back as an older state, and after a failed fsync the unsynced pages read well but
// never reach the disk, as on Linux.
#ifndef HELIOSDB_CORE_BASE_FAULTY_FILE_SYSTEM_H_
#define HELIOSDB_CORE_BASE_FAULTY_FILE_SYSTEM_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file_system.h"

namespace heliosdb {

enum class FileOperation {
  kOpen,
  kRead,
  kWrite,
  kSync,
  kAllocate,
  kTruncate,
  kRename,
  kRemove,
  kCreateDir,
  kSyncDir,
  kCount
};
std::string_view FileOperationName(FileOperation operation);

enum class FileFault {
  kIoError,     // EIO; nothing done.
  kDiskFull,    // ENOSPC; nothing done.
  kShortWrite,  // A write stores half of its bytes, then ENOSPC; any other operation: EIO.
  kSyncFails,   // A sync answers EIO and its unsynced pages are lost for good; any other operation:
                // EIO.
  kPowerOff,    // The operation is done or torn by chance; from here on every operation fails until
                // Crash().
};

// Thread-safe; outlives its open files and locks. Files opened before a Crash() fail in every call
// after it.
class FaultyFileSystem : public FileSystem {
 public:
  struct Options {
    uint64_t seed = 1;                     // Decides every choice left to chance.
    uint64_t capacity_bytes = UINT64_MAX;  // Sizes of all files together; beyond it: ENOSPC.
    FailpointSet* failpoints = nullptr;    // Not owned; outlives this.
  };
  // What unsynced bytes and names become in a crash.
  enum class Unsynced {
    kLost,    // All of them.
    kKept,    // None: the process died, the machine did not.
    kChance,  // Each sector by chance, one possibly torn; of each directory's changes a prefix.
  };

  explicit FaultyFileSystem(Options options);
  ~FaultyFileSystem() override;

  // Fails the n-th operation from now on (1 is the next one) that counts: every operation but
  // kRead, or, with `only` set, every operation of that kind. One fault is armed at a time; it
  // disarms itself when it strikes, except kPowerOff, which lasts until Crash().
  void FailNth(uint64_t n, FileFault fault, std::optional<FileOperation> only);
  void ClearFault();
  // True once the armed fault has struck.
  bool fault_struck() const;

  // The machine loses power and starts again: locks are gone, open files are dead, `unsynced`
  // happens.
  void Crash(Unsynced unsynced);

  void SetCapacity(uint64_t capacity_bytes);
  uint64_t OperationCount(FileOperation operation) const;
  // All but kRead: the range of n for FailNth.
  uint64_t OperationCount() const;
  // Flips one bit, on "disk" and in cache, as a decaying medium would. NOT_FOUND or
  // INVALID_ARGUMENT if it is not there.
  absl::Status FlipBit(std::string_view path, uint64_t offset, int bit);

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override;
  absl::Status Rename(std::string_view from, std::string_view to) override;
  absl::Status Remove(std::string_view path) override;
  absl::StatusOr<std::vector<std::string>> List(std::string_view directory) override;
  absl::Status CreateDir(std::string_view directory) override;
  absl::Status SyncDir(std::string_view directory) override;
  absl::StatusOr<bool> Exists(std::string_view path) override;
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view path) override;
  absl::StatusOr<uint64_t> FreeBytes(std::string_view directory) override;

 private:
  class Disk;
  class OpenFile;
  class HeldLock;
  std::unique_ptr<Disk> disk_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_FAULTY_FILE_SYSTEM_H_
