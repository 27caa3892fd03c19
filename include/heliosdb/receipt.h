// What a commit is known to have reached.
#ifndef HELIOSDB_RECEIPT_H_
#define HELIOSDB_RECEIPT_H_

#include <array>
#include <cstdint>
#include <string>

namespace heliosdb {

// How safe a commit must be before it is answered. Ordered: each includes those before it.
//
// A commit that cannot reach what was asked for waits, or ends with an error that says what is known; it is never
// answered with less.
enum class Durability : uint8_t {
  kAsync,  // Written to the log in memory; on disk within 10 ms. Lost by a crash in between, never torn.
  kFull,      // On this node's disk (fdatasync). The default.
  kReceived,  // Also received by one standby.
  kQuorum,    // Also on disk on a majority of the data nodes, this one included.
  kSync,      // Also on disk on every member of the sync set.
};
// "async", "full", "received", "quorum", "sync": the words that SET synchronous_commit takes, beside PostgreSQL's.
std::string DurabilityName(Durability durability);

// The identity of a database's history: made when it is created, changed when a restore or a forced promotion leaves a
// part of it behind. Nodes of different histories refuse each other.
struct HistoryId {
  std::array<uint8_t, 16> bytes{};
  friend bool operator==(const HistoryId&, const HistoryId&) = default;
  // 32 hex digits.
  std::string Text() const;
};

// Proof of a commit. Keep it to ask any node of the same history, at any later time, what became of the transaction
// (Database::Outcome), or to wait until another node shows it.
struct CommitReceipt {
  HistoryId history;
  uint64_t term = 0;  // The primary's term; 0 on a database that was never part of a cluster.
  uint64_t end_lsn =
      0;  // The log position behind the transaction's record: bytes from the beginning of the log.
  uint64_t transaction_id = 0;  // 0 when the transaction changed nothing.
  Durability reached = Durability::kFull;
};

enum class TransactionOutcome : uint8_t {
  kInProgress,  // Running, or in the log but not yet known to be committed.
  kCommitted,
  kAborted,    // Not committed, and never will be.
  kNeverSeen,  // This history never gave that id.
  kForgotten,  // Too old to know: only the last 16 million transactions are remembered.
};

}  // namespace heliosdb

#endif  // HELIOSDB_RECEIPT_H_
