#include "bench/compare/helios_inserts.h"

#include "fmt/format.h"

#include "bench/compare/helios_peer.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr double kSecondsEach = 0.8;
constexpr size_t kPadLength = 40;

}  // namespace

absl::StatusOr<std::unique_ptr<HeliosInserts>> HeliosInserts::Open(Source source) {
  std::unique_ptr<HeliosInserts> self(new HeliosInserts(std::move(source)));
  for (int i = 0; i < kThreads; ++i) {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, self->source_.connect());
    if (i == 0) HELIOS_RETURN_IF_ERROR(connection->Execute(kCreateTable).status());
    HELIOS_ASSIGN_OR_RETURN(Statement insert,
                            connection->Prepare("INSERT INTO t VALUES ($1, $2, $3)"));
    self->connections_.push_back(std::move(connection));
    self->inserts_.push_back(std::move(insert));
  }
  return self;
}

absl::StatusOr<double> HeliosInserts::Run(int threads) {
  HELIOS_ASSIGN_OR_RETURN(const Stats before, source_.stats());
  const std::string pad(kPadLength, 'p');
  HELIOS_ASSIGN_OR_RETURN(const double rate, RunThreads(threads, kSecondsEach, [&](int thread) {
                            const int64_t id = ++next_id_;
                            return inserts_[thread].Execute(id, id % kDistinctK, pad).status();
                          }));
  HELIOS_ASSIGN_OR_RETURN(const Stats after, source_.stats());
  const auto commits = static_cast<double>(after.commits - before.commits);
  syncs_per_commit_ = static_cast<double>(after.log_syncs - before.log_syncs) / commits;
  bytes_per_commit_ = static_cast<double>(after.log_written_lsn - before.log_written_lsn) / commits;
  return rate;
}

std::string SyncNote(const HeliosInserts& helios, double peer_syncs_per_commit) {
  return fmt::format("helios_syncs_per_commit={:.3f} peer_syncs_per_commit={:.3f} log_bytes={:.0f}",
                     helios.syncs_per_commit(), peer_syncs_per_commit, helios.bytes_per_commit());
}

}  // namespace heliosdb::bench
