// Durable INSERTs of one row, one prepared statement on one connection for each thread.
#ifndef HELIOSDB_BENCH_COMPARE_HELIOS_INSERTS_H_
#define HELIOSDB_BENCH_COMPARE_HELIOS_INSERTS_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "bench/compare/figure.h"
#include "heliosdb/heliosdb.h"

namespace heliosdb::bench {

class HeliosInserts {
 public:
  // A database, or a node that holds one; both functions may be called until this ends.
  struct Source {
    std::function<absl::StatusOr<std::unique_ptr<Connection>>()> connect;
    std::function<absl::StatusOr<Stats>()> stats;
  };
  // Makes the table and the connections.
  static absl::StatusOr<std::unique_ptr<HeliosInserts>> Open(Source source);

  // Commits of so many threads together, a second.
  absl::StatusOr<double> Run(int threads);

  // Of the last run.
  double syncs_per_commit() const { return syncs_per_commit_; }
  double bytes_per_commit() const { return bytes_per_commit_; }

 private:
  explicit HeliosInserts(Source source) : source_(std::move(source)) {}

  const Source source_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Statement> inserts_;
  std::atomic<int64_t> next_id_{0};
  double syncs_per_commit_ = 0;
  double bytes_per_commit_ = 0;
};

// "helios_syncs_per_commit=… peer_syncs_per_commit=… log_bytes=…", after the last run.
std::string SyncNote(const HeliosInserts& helios, double peer_syncs_per_commit);

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_HELIOS_INSERTS_H_
