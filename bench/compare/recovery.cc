// recovery: how fast a log is replayed when a database opens. open: how long a database of 1 GB takes to open after a
// clean close.
#include <memory>

#include "bench/compare/figure.h"
#include "bench/compare/helios_peer.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

constexpr double kMillion = 1e6;
constexpr size_t kRecoveryPad = 40;
constexpr int64_t kRowsOfATransaction = 100;
constexpr size_t kOpenPad = 1000;
constexpr double kOpenBarMilliseconds = 50;

// A log of a few hundred MB that no checkpoint has taken over; its size in bytes.
absl::StatusOr<double> WriteLog(const std::string& path, const Options& options) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Database::Open(path, options));
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, database->Connect());
  HELIOS_RETURN_IF_ERROR(connection->Execute(kCreateTable).status());
  HELIOS_RETURN_IF_ERROR(connection->Execute("SET synchronous_commit = off").status());
  for (int64_t first = 1; first < kRows; first += kRowsOfATransaction) {
    HELIOS_RETURN_IF_ERROR(
        LoadRows(connection.get(), "t", first, kRowsOfATransaction, kRecoveryPad));
  }
  connection.reset();
  const Stats stats = database->GetStats();
  HELIOS_RETURN_IF_ERROR(database->Close());
  return static_cast<double>(stats.log_written_lsn - stats.checkpoint_lsn);
}

absl::Status MeasureRecovery(Workspace* workspace) {
  HELIOS_ASSIGN_OR_RETURN(const Options options, Options::Builder()
                                                     .DeltaLimit(uint64_t{4} << 30)
                                                     .CheckpointBytes(uint64_t{2} << 30)
                                                     .CheckpointInterval(absl::Hours(1))
                                                     .CheckpointOnClose(false)
                                                     .Build());
  const std::string path = workspace->NewPath("recovery");
  HELIOS_ASSIGN_OR_RETURN(const double bytes, WriteLog(path, options));
  std::vector<double> rates;
  for (int i = 0; i < kSamples; ++i) {
    const double start = NowSeconds();
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                            Database::Open(path, options));
    rates.push_back(bytes / kMillion / (NowSeconds() - start));
    HELIOS_RETURN_IF_ERROR(database->Close());
  }
  PrintAlone("recovery", Median(rates), "MB/s", std::nullopt);
  workspace->Remove(path);
  return absl::OkStatus();
}

absl::Status MeasureOpen(Workspace* workspace) {
  const std::string path = workspace->NewPath("open");
  {
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Database::Open(path));
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, database->Connect());
    HELIOS_RETURN_IF_ERROR(connection->Execute(kCreateTable).status());
    constexpr int64_t kRowsAtOnce = 100'000;
    for (int64_t first = 1; first < kRows; first += kRowsAtOnce) {
      HELIOS_RETURN_IF_ERROR(LoadRows(connection.get(), "t", first, kRowsAtOnce, kOpenPad));
    }
    connection.reset();
    HELIOS_RETURN_IF_ERROR(database->Close());
  }
  std::vector<double> milliseconds;
  for (int i = 0; i < kSamples; ++i) {
    const double start = NowSeconds();
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Database::Open(path));
    milliseconds.push_back((NowSeconds() - start) * 1000);
    HELIOS_RETURN_IF_ERROR(database->Close());
  }
  PrintAlone("open", Median(milliseconds), "ms", kOpenBarMilliseconds);
  workspace->Remove(path);
  return absl::OkStatus();
}

}  // namespace

absl::Status CompareRecovery(Workspace* workspace, const Wanted& wanted) {
  if (wanted("recovery")) HELIOS_RETURN_IF_ERROR(MeasureRecovery(workspace));
  if (wanted("open")) HELIOS_RETURN_IF_ERROR(MeasureOpen(workspace));
  return absl::OkStatus();
}

}  // namespace heliosdb::bench
