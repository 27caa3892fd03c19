// Workloads whose histories are judged by one invariant each: register, bank, set and predicate inserts.
#ifndef HELIOSDB_TESTS_KIT_WORKLOAD_INVARIANT_WORKLOADS_H_
#define HELIOSDB_TESTS_KIT_WORKLOAD_INVARIANT_WORKLOADS_H_

#include <vector>

#include "tests/kit/history/invariants.h"
#include "tests/kit/history/linearizability.h"
#include "tests/kit/workload/workload.h"

namespace heliosdb::testkit::workload {

// Single statements that read, write, and compare and set one row of a few. Linearizable at every level.
absl::StatusOr<std::vector<history::RegisterOperation>> RunRegister(const WorkloadOptions& options,
                                                                    SqlDatabase* database);

enum class BankStyle {
  // Transfers read both balances and write new ones, totals are read account by account: needs repeatable read.
  kReadThenWrite,
  // Transfers are relative updates with a condition, totals are read by one statement: holds at read committed too.
  kRelative,
};
struct BankHistory {
  history::BankRules rules;
  std::vector<history::BankRead> reads;
};
absl::StatusOr<BankHistory> RunBank(const WorkloadOptions& options, BankStyle style,
                                    SqlDatabase* database);

struct SetHistory {
  std::vector<history::SetAdd> adds;
  std::vector<history::SetRead> reads;
};
// Single INSERTs of unique elements, and reads of them all.
absl::StatusOr<SetHistory> RunSet(const WorkloadOptions& options, SqlDatabase* database);

// Pairs of transactions that each insert into one of two tables after finding no row of their key in either: of a
// key's inserts, serializability lets one commit.
absl::StatusOr<std::vector<history::PredicateInsert>> RunPredicateInserts(
    const WorkloadOptions& options, SqlDatabase* database);

}  // namespace heliosdb::testkit::workload

#endif  // HELIOSDB_TESTS_KIT_WORKLOAD_INVARIANT_WORKLOADS_H_
