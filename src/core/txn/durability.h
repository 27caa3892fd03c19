// How safe a commit is when its caller is answered, and what the caller gets.
#ifndef HELIOSDB_CORE_TXN_DURABILITY_H_
#define HELIOSDB_CORE_TXN_DURABILITY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/lsn.h"
#include "core/wal/wal_format.h"

namespace heliosdb::txn {

// What must have happened before a commit is answered. Each level stands alone; kFull is the one
// that a database promises by default.
enum class Durability : uint8_t {
  kAsync = 0,     // Nothing: the log is flushed within EngineOptions::async_flush_delay.
  kLocal = 1,     // This node's log is synced; the cluster's rule is not waited for.
  kFull = 2,      // This node's log is synced and the commit counts by the cluster's rule.
  kReceived = 3,  // Besides kLocal, one standby has received it.
  kQuorum = 4,    // A majority of the nodes has synced it.
  kSync = 5,      // Every member of the sync set has synced it.
  kApplied = 6,   // Every member of the sync set shows it.
};
inline constexpr size_t kDurabilityCount = 7;

// "async", "local", "full", "received", "quorum", "sync", "applied".
std::string_view DurabilityText(Durability durability);

// What a caller knows of its commit. A transaction that wrote nothing has txn_id 0 and, as end, the
// LSN of its last snapshot or of the last sequence block it used.
struct CommitReceipt {
  wal::HistoryId history;
  Term term{0};
  Lsn end{0};  // The log up to here holds the transaction.
  uint64_t txn_id = 0;
  Durability reached = Durability::kAsync;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_DURABILITY_H_
