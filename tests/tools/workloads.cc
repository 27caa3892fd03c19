// workloads: runs concurrent random transactions over a database at every isolation level and judges the histories.
//
//   workloads [--database TARGET] [--sessions N] [--transactions N] [--seed N] [--level LEVEL] [--cross]
//   workloads --planted
//
// --transactions is a session's number. One line a workload and level, with every forbidden anomaly below it, then
// `workloads runs=N clean=N`. --cross adds the test of the test: histories judged by a stronger level than they ran at
// must show anomalies. --level runs one level ("read committed"). --planted runs embedded databases with a planted bug
// each, until the checker has found it. Exit code 0 when every run is clean and every cross run is not.
#include <cstdio>
#include <cstdlib>

#include "fmt/format.h"

#include "core/base/status.h"
#include "tests/kit/embedded_session.h"
#include "tests/kit/open_database.h"
#include "tests/kit/workload/invariant_workloads.h"
#include "tests/kit/workload/list_append_workload.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {
namespace {

using history::Isolation;
using history::Verdict;
using workload::BankStyle;
using workload::ListForm;
using workload::WorkloadOptions;

struct Tally {
  int runs = 0;
  int right = 0;
};

enum class Expect { kClean, kAnomalies };

void Judge(std::string_view name, const WorkloadOptions& options, std::string_view size,
           const Verdict& verdict, Expect expect, Tally* tally) {
  const bool is_right = verdict.ok() == (expect == Expect::kClean);
  ++tally->runs;
  tally->right += is_right;
  fmt::print("{} {} level=\"{}\" {} anomalies={}{}\n", is_right ? "ok" : "FAILED", name,
             workload::NameOf(options.isolation), size, verdict.anomalies.size(),
             expect == Expect::kAnomalies ? " (judged by a stronger level: must have some)" : "");
  if (!is_right) fmt::print("{}", verdict.Explain());
  std::fflush(stdout);
}

absl::Status RunLists(const WorkloadOptions& options, bool cross, SqlDatabase* database,
                      Tally* tally) {
  const std::pair<std::string_view, ListForm> forms[] = {{"list-append-update", ListForm::kUpdate},
                                                         {"list-append-upsert", ListForm::kUpsert},
                                                         {"list-append-rows", ListForm::kRows}};
  for (const auto& [name, form] : forms) {
    workload::ListAppendOptions list_options;
    list_options.form = form;
    HELIOS_ASSIGN_OR_RETURN(const auto history,
                            workload::RunListAppend(options, list_options, database));
    int committed = 0;
    for (const auto& transaction : history)
      committed += transaction.ending == history::Ending::kCommitted;
    const std::string size = fmt::format("transactions={} committed={}", history.size(), committed);
    // On one node, what has ended is seen by all that begins later, at every level.
    const history::Order order = history::Order::kRealtime;
    Judge(name, options, size, history::CheckListAppend(history, options.isolation, order),
          Expect::kClean, tally);
    if (cross && options.isolation != Isolation::kSerializable) {
      Judge(name, options, size,
            history::CheckListAppend(history, Isolation::kSerializable, history::Order::kNone),
            Expect::kAnomalies, tally);
    }
  }
  return absl::OkStatus();
}

absl::Status RunInvariants(const WorkloadOptions& options, bool cross, SqlDatabase* database,
                           Tally* tally) {
  const bool is_weak = options.isolation == Isolation::kReadCommitted;
  HELIOS_ASSIGN_OR_RETURN(const auto registers, workload::RunRegister(options, database));
  Judge("register", options, fmt::format("operations={}", registers.size()),
        history::CheckLinearizable(registers,
                                   {.clock = options.clock, .time_max = absl::Seconds(30)}),
        Expect::kClean, tally);
  const auto bank = [&](BankStyle style, Expect expect) -> absl::Status {
    HELIOS_ASSIGN_OR_RETURN(const auto history, workload::RunBank(options, style, database));
    Judge(style == BankStyle::kRelative ? "bank-relative" : "bank-read-then-write", options,
          fmt::format("reads={}", history.reads.size()),
          history::CheckBank(history.rules, history.reads), expect, tally);
    return absl::OkStatus();
  };
  HELIOS_RETURN_IF_ERROR(bank(BankStyle::kRelative, Expect::kClean));
  if (!is_weak) HELIOS_RETURN_IF_ERROR(bank(BankStyle::kReadThenWrite, Expect::kClean));
  if (is_weak && cross) HELIOS_RETURN_IF_ERROR(bank(BankStyle::kReadThenWrite, Expect::kAnomalies));
  HELIOS_ASSIGN_OR_RETURN(const auto set, workload::RunSet(options, database));
  Judge("set", options, fmt::format("adds={} reads={}", set.adds.size(), set.reads.size()),
        history::CheckSet(set.adds, set.reads), Expect::kClean, tally);
  const bool is_serializable = options.isolation == Isolation::kSerializable;
  if (is_serializable || cross) {
    HELIOS_ASSIGN_OR_RETURN(const auto inserts, workload::RunPredicateInserts(options, database));
    Judge("predicate-inserts", options, fmt::format("inserts={}", inserts.size()),
          history::CheckPredicateInserts(inserts),
          is_serializable ? Expect::kClean : Expect::kAnomalies, tally);
  }
  return absl::OkStatus();
}

// Whether some list-append history over a database with the bug is refused.
absl::StatusOr<bool> FindsPlanted(std::string_view name, const txn::TestOnlyFaults& faults) {
  constexpr uint64_t kSeedsMax = 20;
  EmbeddedOptions embedded;
  embedded.seams.test_only_faults = faults;
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenEmbeddedDatabase(embedded));
  for (uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
    WorkloadOptions options;
    options.isolation = Isolation::kReadCommitted;
    options.seed = seed;
    options.session_setup = {"SET deadlock_timeout = '20ms'"};
    HELIOS_ASSIGN_OR_RETURN(const auto history,
                            workload::RunListAppend(options, {}, database.get()));
    const Verdict verdict =
        history::CheckListAppend(history, options.isolation, history::Order::kRealtime);
    if (verdict.ok()) continue;
    fmt::print("planted bug={} found=yes seed={} as={}\n", name, seed, verdict.anomalies[0].name);
    return true;
  }
  fmt::print("planted bug={} found=no seeds={}\n", name, kSeedsMax);
  return false;
}

absl::StatusOr<int> FindAllPlanted() {
  HELIOS_ASSIGN_OR_RETURN(const bool lock, FindsPlanted("skip_one_lock", {.skip_one_lock = true}));
  HELIOS_ASSIGN_OR_RETURN(const bool version,
                          FindsPlanted("read_one_version_late", {.read_one_version_late = true}));
  return lock && version ? 0 : 1;
}

absl::StatusOr<int> Workloads(const Flags& flags) {
  if (flags.Has("planted")) return FindAllPlanted();
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  Tally tally;
  for (const Isolation isolation :
       {Isolation::kReadCommitted, Isolation::kRepeatableRead, Isolation::kSerializable}) {
    if (flags.Get("level", std::string(workload::NameOf(isolation))) != workload::NameOf(isolation))
      continue;
    WorkloadOptions options;
    options.isolation = isolation;
    options.sessions = std::atoi(flags.Get("sessions", "8").c_str());
    options.transactions_per_session = std::atoi(flags.Get("transactions", "250").c_str());
    options.seed = std::strtoull(flags.Get("seed", "1").c_str(), nullptr, 10);
    // Random transactions run into deadlocks all the time.
    options.session_setup = {"SET deadlock_timeout = '20ms'"};
    HELIOS_RETURN_IF_ERROR(RunLists(options, flags.Has("cross"), database.get(), &tally));
    HELIOS_RETURN_IF_ERROR(RunInvariants(options, flags.Has("cross"), database.get(), &tally));
  }
  fmt::print("workloads runs={} clean={}\n", tally.runs, tally.right);
  return tally.runs == tally.right && tally.runs > 0 ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(
      argc, argv, {"database", "sessions", "transactions", "seed", "level", "cross", "planted"},
      heliosdb::testkit::Workloads);
}
