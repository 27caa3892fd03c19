// The least that a durable commit costs: an append of as many bytes to a file whose space is reserved, and an
// fdatasync.
#ifndef HELIOSDB_BENCH_COMPARE_RAW_LOG_H_
#define HELIOSDB_BENCH_COMPARE_RAW_LOG_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace heliosdb::bench {

class RawLog {
 public:
  static absl::StatusOr<RawLog> Open(const std::string& path);
  ~RawLog();
  RawLog(RawLog&& other) noexcept : fd_(other.fd_), end_(other.end_), reserved_(other.reserved_) {
    other.fd_ = -1;
  }
  RawLog(const RawLog&) = delete;

  // Appends and syncs.
  absl::Status Commit(uint64_t bytes);

 private:
  explicit RawLog(int fd) : fd_(fd) {}
  int fd_;
  uint64_t end_ = 0;
  uint64_t reserved_ = 0;
};

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_RAW_LOG_H_
