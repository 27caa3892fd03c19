#include "bench/compare/raw_log.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr uint64_t kReservedAtOnce = uint64_t{64} << 20;

}  // namespace

absl::StatusOr<RawLog> RawLog::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (fd < 0) return Internal("open {}: {}", path, std::strerror(errno));
  return RawLog(fd);
}

RawLog::~RawLog() {
  if (fd_ >= 0) close(fd_);
}

absl::Status RawLog::Commit(uint64_t bytes) {
  if (end_ + bytes > reserved_) {
    if (posix_fallocate(fd_, static_cast<off_t>(reserved_), kReservedAtOnce) != 0 ||
        fsync(fd_) != 0) {
      return Internal("cannot reserve space for the raw log");
    }
    reserved_ += kReservedAtOnce;
  }
  const std::vector<char> buffer(bytes, 'x');
  if (pwrite(fd_, buffer.data(), bytes, static_cast<off_t>(end_)) != static_cast<ssize_t>(bytes) ||
      fdatasync(fd_) != 0) {
    return Internal("cannot write the raw log: {}", std::strerror(errno));
  }
  end_ += bytes;
  return absl::OkStatus();
}

}  // namespace heliosdb::bench
