// The least that a commit on two machines costs: the bytes go to the other process, both sides append and sync them,
// the answer comes back.
#ifndef HELIOSDB_BENCH_COMPARE_BARE_PAIR_H_
#define HELIOSDB_BENCH_COMPARE_BARE_PAIR_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "bench/compare/child_process.h"
#include "bench/compare/raw_log.h"

namespace heliosdb::bench {

class BarePair {
 public:
  // folder holds the files of both sides.
  static absl::StatusOr<std::unique_ptr<BarePair>> Open(const std::string& folder);
  ~BarePair();
  BarePair(const BarePair&) = delete;
  BarePair& operator=(const BarePair&) = delete;

  // Sends, syncs on both sides, waits for the answer.
  absl::Status Commit(uint64_t bytes);

 private:
  BarePair(int connection, RawLog log, ChildProcess peer);
  const int connection_;
  RawLog log_;
  const ChildProcess peer_;
  std::string record_;
};

// The other side, as main() of the child: connects to the port of this machine. Ends with the connection.
absl::Status RunBarePeer(const std::string& path, uint16_t port);

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_BARE_PAIR_H_
