// The seam to files. Core touches the disk through it alone (LMDB excepted), so that a test or the
// simulator can put a disk that forgets, fills up or fails in its place.
//
// Errors, for every operation: a full disk is SQLSTATE 53100 "could not write ...: No space left on
// device"; a failing device is 58030; a file that is not there is NOT_FOUND (58P01); missing
// permission is 42501. Each names the path.
#ifndef HELIOSDB_CORE_BASE_FILE_SYSTEM_H_
#define HELIOSDB_CORE_BASE_FILE_SYSTEM_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/failpoint.h"

namespace heliosdb {

// An open file. Closed by its destructor, which syncs nothing. Reads may run in any number of
// threads at once; writes, Allocate, Truncate and Sync need one thread at a time. Every call may
// block on the disk.
class File {
 public:
  virtual ~File() = default;

  // Fills out from offset on and returns how many bytes there were: fewer than out.size() only at
  // the file's end.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> out) = 0;
  // Writes all bytes at offset; the file grows as needed. After an error any prefix of them may
  // have been written.
  virtual absl::Status WriteAt(uint64_t offset, std::string_view bytes) = 0;
  // fdatasync: what was written before is on the disk when this returns OK. After an error nothing
  // is known of the unsynced bytes and a second call proves nothing: never retry.
  virtual absl::Status Sync() = 0;
  // Reserves disk space for [offset, offset + bytes) and grows the file to hold it; new bytes read
  // as zeros.
  virtual absl::Status Allocate(uint64_t offset, uint64_t bytes) = 0;
  // Cuts or extends the file to this size; new bytes read as zeros.
  virtual absl::Status Truncate(uint64_t bytes) = 0;
  virtual absl::StatusOr<uint64_t> Size() = 0;
};

// Held until destroyed, or until the process ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode {
  kRead,       // Must exist.
  kWrite,      // Read and write; must exist.
  kCreate,     // Read and write; made empty if absent.
  kCreateNew,  // Read and write; ALREADY_EXISTS if it exists.
};

// Thread-safe. Paths are as the operating system takes them. A created, renamed or removed name is
// sure to outlive a crash only after SyncDir of its directory.
class FileSystem {
 public:
  // failpoints may be null, is not owned and outlives the file system.
  explicit FileSystem(FailpointSet* failpoints) : failpoints_(failpoints) {}
  virtual ~FileSystem() = default;

  virtual absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) = 0;
  // Atomic; replaces `to` if it exists.
  virtual absl::Status Rename(std::string_view from, std::string_view to) = 0;
  virtual absl::Status Remove(std::string_view path) = 0;
  // The names (not paths) in a directory, sorted.
  virtual absl::StatusOr<std::vector<std::string>> List(std::string_view directory) = 0;
  // OK if it exists already. Its parent must exist.
  virtual absl::Status CreateDir(std::string_view directory) = 0;
  virtual absl::Status SyncDir(std::string_view directory) = 0;
  virtual absl::StatusOr<bool> Exists(std::string_view path) = 0;
  // Takes an exclusive lock on the file, made if absent, without waiting: UNAVAILABLE (SQLSTATE
  // 55006) while any process, this one included, holds it through another FileLock.
  virtual absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view path) = 0;
  // Bytes that may still be written to the disk that holds the directory.
  virtual absl::StatusOr<uint64_t> FreeBytes(std::string_view directory) = 0;

  // For HELIOS_FAILPOINT; null outside tests.
  FailpointSet* failpoints() const { return failpoints_; }

  // The operating system's files, without failpoints. Lives for the whole program.
  static FileSystem* Posix();
  static std::unique_ptr<FileSystem> NewPosix(FailpointSet* failpoints);

 private:
  FailpointSet* const failpoints_;
};

// The whole file. RESOURCE_EXHAUSTED if it holds more than bytes_max.
absl::StatusOr<std::string> ReadWholeFile(FileSystem& files, std::string_view path,
                                          uint64_t bytes_max);
// Replaces the file's content so that after a crash it is the old or the new one, whole: writes
// "<path>.tmp", syncs it, renames it and syncs the directory.
absl::Status WriteFileAtomically(FileSystem& files, std::string_view path, std::string_view bytes);
// directory + "/" + name.
std::string JoinPath(std::string_view directory, std::string_view name);
// What stands before the last slash; "." if there is none, "/" for a name in the root.
std::string_view DirectoryOf(std::string_view path);

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_FILE_SYSTEM_H_
