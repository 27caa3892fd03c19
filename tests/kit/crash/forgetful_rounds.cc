#include "tests/kit/crash/forgetful_rounds.h"

#include <memory>
#include <utility>

#include "fmt/format.h"

#include "core/base/faulty_file_system.h"
#include "core/base/mutex.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/storage/borrowed_store.h"
#include "core/storage/mem_store.h"
#include "tests/kit/embedded_session.h"

namespace heliosdb::testkit::crash {
namespace {

constexpr int kCrashesOfARound = 3;
// File operations until the power goes.
constexpr uint64_t kOperationsMax = 3000;

class ForgetfulRound {
 public:
  ForgetfulRound(const ForgetfulOptions& options, uint64_t seed)
      : files_({.seed = seed}), store_(storage::NewMemStore({})), random_(seed), seed_(seed) {
    seams_.files = &files_;
    seams_.open_store = [this]() -> absl::StatusOr<std::unique_ptr<storage::KvStore>> {
      return std::make_unique<storage::BorrowedStore>(store_.get());
    };
    seams_.test_only_faults = options.faults;
  }

  absl::StatusOr<Findings> Run() {
    Findings all;
    for (int crash = 0; crash < kCrashesOfARound; ++crash) {
      HELIOS_RETURN_IF_ERROR(LoadUntilCrash(crash));
      HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database, Open());
      HELIOS_ASSIGN_OR_RETURN(const Findings findings, Examine(TargetOf(database.get()), ledger_));
      all.Add(findings);
      if (!findings.ok()) break;
      HELIOS_RETURN_IF_ERROR(database->Close());
    }
    return all;
  }
  uint64_t acknowledged() const { return ledger_.count(); }

 private:
  absl::StatusOr<std::unique_ptr<Database>> Open() {
    HELIOS_ASSIGN_OR_RETURN(const Options options, Options::Builder()
                                                       .WalSegmentBytes(1 << 20)
                                                       .CheckpointBytes(1 << 20)
                                                       .CheckpointInterval(absl::Seconds(1))
                                                       .Build());
    return OpenWithSeams("db", options, seams_);
  }

  absl::Status LoadUntilCrash(int crash) {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Open());
    files_.FailNth(1 + random_.Below(kOperationsMax), FileFault::kPowerOff, std::nullopt);
    LoadOptions load;
    load.seed = seed_ * 31 + static_cast<uint64_t>(crash);
    Mutex mu;
    load.acknowledged = [&](const Acknowledgement& acknowledgement) {
      MutexLock lock(&mu);
      ledger_.Add(acknowledgement);
    };
    const std::atomic<bool> never{false};
    const absl::Status status = RunLoad(TargetOf(database.get()), load, &never);
    if (!files_.fault_struck()) return WithContext(status, "the load ended by itself");
    database.reset();
    files_.Crash(random_.Below(2) == 0 ? FaultyFileSystem::Unsynced::kLost
                                       : FaultyFileSystem::Unsynced::kChance);
    return absl::OkStatus();
  }

  FaultyFileSystem files_;
  const std::unique_ptr<storage::KvStore> store_;
  Random random_;
  const uint64_t seed_;
  txn::EngineOptions seams_;
  Ledger ledger_;
};

}  // namespace

absl::StatusOr<ForgetfulReport> RunForgetfulRounds(const ForgetfulOptions& options) {
  ForgetfulReport report;
  for (int i = 0; i < options.rounds; ++i) {
    const uint64_t seed = options.seed + static_cast<uint64_t>(i);
    ForgetfulRound round(options, seed);
    absl::StatusOr<Findings> findings = round.Run();
    if (!findings.ok()) return WithContext(findings.status(), fmt::format("seed {}", seed));
    ++report.rounds;
    report.acknowledged += round.acknowledged();
    report.findings.lost += findings->lost;
    report.findings.torn += findings->torn;
    report.findings.corrupt += findings->corrupt;
    if (!findings->ok()) {
      report.findings.explanation += fmt::format("seed {}:\n{}", seed, findings->explanation);
      if (options.stops_at_findings) break;
    }
  }
  return report;
}

}  // namespace heliosdb::testkit::crash
