// FileSystem over the operating system's calls.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/file_system.h"
#include "core/base/status.h"

namespace heliosdb {
namespace {

// what: "could not open file", "could not write to file", ...
absl::Status SystemError(std::string_view what, std::string_view path, int error) {
  const std::string message = fmt::format("{} \"{}\": {}", what, path, std::strerror(error));
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return MakeSqlError(sqlstate::kDiskFull, message);
    case ENOENT:
    case ENOTDIR:
      return WithSqlState(MakeStatus(absl::StatusCode::kNotFound, message),
                          sqlstate::kUndefinedFile);
    case EEXIST:
      return WithSqlState(MakeStatus(absl::StatusCode::kAlreadyExists, message),
                          sqlstate::kDuplicateFile);
    case EACCES:
    case EPERM:
    case EROFS:
      return WithSqlState(MakeStatus(absl::StatusCode::kPermissionDenied, message),
                          sqlstate::kInsufficientPrivilege);
    case EMFILE:
    case ENFILE:
      return MakeSqlError(sqlstate::kInsufficientResources, message);
    default:
      return MakeSqlError(sqlstate::kIoError, message);
  }
}

// Runs a call that a signal may interrupt until it does not.
template <typename Call>
auto Uninterrupted(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  const int fd_;
};

class PosixFile : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> out) override {
    size_t done = 0;
    while (done < out.size()) {
      const ssize_t count = Uninterrupted(
          [&] { return ::pread(fd_.get(), out.data() + done, out.size() - done, offset + done); });
      if (count < 0) return SystemError("could not read file", path_, errno);
      if (count == 0) break;
      done += count;
    }
    return done;
  }

  absl::Status WriteAt(uint64_t offset, std::string_view bytes) override {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = Uninterrupted([&] {
        return ::pwrite(fd_.get(), bytes.data() + done, bytes.size() - done, offset + done);
      });
      if (count < 0) return SystemError("could not write to file", path_, errno);
      done += count;
    }
    return absl::OkStatus();
  }

  absl::Status Sync() override {
    if (Uninterrupted([&] { return ::fdatasync(fd_.get()); }) != 0) {
      return SystemError("could not fsync file", path_, errno);
    }
    return absl::OkStatus();
  }

  absl::Status Allocate(uint64_t offset, uint64_t bytes) override {
    const int result = Uninterrupted([&] { return ::fallocate(fd_.get(), 0, offset, bytes); });
    if (result == 0) return absl::OkStatus();
    if (errno != EOPNOTSUPP) return SystemError("could not write to file", path_, errno);
    // A file system without fallocate: posix_fallocate writes into every block.
    const int error = ::posix_fallocate(fd_.get(), offset, bytes);
    return error == 0 ? absl::OkStatus() : SystemError("could not write to file", path_, error);
  }

  absl::Status Truncate(uint64_t bytes) override {
    if (Uninterrupted([&] { return ::ftruncate(fd_.get(), bytes); }) != 0) {
      return SystemError("could not truncate file", path_, errno);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> Size() override {
    struct stat status;
    if (::fstat(fd_.get(), &status) != 0) return SystemError("could not stat file", path_, errno);
    return static_cast<uint64_t>(status.st_size);
  }

 private:
  const Descriptor fd_;
  const std::string path_;
};

class PosixLock : public FileLock {
 public:
  explicit PosixLock(int fd) : fd_(fd) {}

 private:
  const Descriptor fd_;  // Closing it releases the lock.
};

int FlagsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

class PosixFileSystem : public FileSystem {
 public:
  using FileSystem::FileSystem;

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    std::string name(path);
    const int fd =
        Uninterrupted([&] { return ::open(name.c_str(), FlagsOf(mode) | O_CLOEXEC, 0600); });
    if (fd < 0) return SystemError("could not open file", path, errno);
    return std::make_unique<PosixFile>(fd, std::move(name));
  }

  absl::Status Rename(std::string_view from, std::string_view to) override {
    if (::rename(std::string(from).c_str(), std::string(to).c_str()) != 0) {
      return SystemError("could not rename file", from, errno);
    }
    return absl::OkStatus();
  }

  absl::Status Remove(std::string_view path) override {
    if (::remove(std::string(path).c_str()) != 0) {
      return SystemError("could not remove file", path, errno);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> List(std::string_view directory) override {
    DIR* const stream = ::opendir(std::string(directory).c_str());
    if (stream == nullptr) return SystemError("could not open directory", directory, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    const int error = errno;
    ::closedir(stream);
    if (error != 0) return SystemError("could not read directory", directory, error);
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::Status CreateDir(std::string_view directory) override {
    const std::string name(directory);
    if (::mkdir(name.c_str(), 0700) == 0) return absl::OkStatus();
    const int error = errno;
    struct stat status;
    if (error == EEXIST && ::stat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      return absl::OkStatus();
    }
    return SystemError("could not create directory", directory, error);
  }

  absl::Status SyncDir(std::string_view directory) override {
    const Descriptor fd(::open(std::string(directory).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() < 0) return SystemError("could not open directory", directory, errno);
    if (Uninterrupted([&] { return ::fsync(fd.get()); }) != 0) {
      return SystemError("could not fsync directory", directory, errno);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Exists(std::string_view path) override {
    struct stat status;
    if (::stat(std::string(path).c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return SystemError("could not stat file", path, errno);
  }

  absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view path) override {
    const int fd = ::open(std::string(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return SystemError("could not open lock file", path, errno);
    auto lock = std::make_unique<PosixLock>(fd);
    // flock, unlike fcntl's locks, belongs to the open file: it also excludes a second open in this
    // process.
    if (Uninterrupted([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }) != 0) {
      if (errno != EWOULDBLOCK) return SystemError("could not lock file", path, errno);
      return WithSqlState(Unavailable("lock file \"{}\" is held by another open database", path),
                          sqlstate::kObjectInUse);
    }
    return lock;
  }

  absl::StatusOr<uint64_t> FreeBytes(std::string_view directory) override {
    struct statvfs status;
    if (::statvfs(std::string(directory).c_str(), &status) != 0) {
      return SystemError("could not stat file system of", directory, errno);
    }
    return uint64_t{status.f_bavail} * status.f_frsize;
  }
};

}  // namespace

FileSystem* FileSystem::Posix() {
  static PosixFileSystem posix(nullptr);
  return &posix;
}

std::unique_ptr<FileSystem> FileSystem::NewPosix(FailpointSet* failpoints) {
  return std::make_unique<PosixFileSystem>(failpoints);
}

}  // namespace heliosdb
