// workloads: runs concurrent random transactions over a database at every isolation level and judges the histories.
//
//   workloads [--database TARGET] [--sessions N] [--transactions N] [--seed N] [--cross]
//
// --transactions is a session's number. One line a workload and level, with every forbidden anomaly below it, then
// `workloads runs=N clean=N`. --cross adds the test of the test: histories judged by a stronger level than they ran at
// must show anomalies. Exit code 0 when every run is clean and every cross run is not.
#include <cstdio>
#include <cstdlib>

#include "fmt/format.h"

#include "core/base/status.h"
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

absl::StatusOr<int> Workloads(const Flags& flags) {
  HELIOS_ASSIGN_OR_RETURN(const auto database, OpenDatabase(flags.Get("database", kDefaultTarget)));
  Tally tally;
  for (const Isolation isolation :
       {Isolation::kReadCommitted, Isolation::kRepeatableRead, Isolation::kSerializable}) {
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
  return tally.runs == tally.right ? 0 : 1;
}

}  // namespace
}  // namespace heliosdb::testkit

int main(int argc, char** argv) {
  return heliosdb::testkit::ToolMain(argc, argv,
                                     {"database", "sessions", "transactions", "seed", "cross"},
                                     heliosdb::testkit::Workloads);
}
