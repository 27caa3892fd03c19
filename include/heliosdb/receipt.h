// What a commit is known to have reached.
#ifndef HELIOSDB_RECEIPT_H_
#define HELIOSDB_RECEIPT_H_

#include <array>
#include <cstdint>
#include <string>

namespace heliosdb {

// How safe a commit must be before it is answered.
//
// A commit that cannot reach what was asked for waits, or ends with an error that says what is known; it is never
// answered with less. On a database without standbys only kAsync, kLocal and kFull exist; the others are refused.
enum class Durability : uint8_t {
  kAsync,  // In the log, in memory; on disk within 10 ms. A crash in between loses it, but never tears it.
  kLocal,  // On this node's disk (fdatasync). A failover may lose it.
  kFull,  // On this node's disk, and committed by the cluster's rule, if there is one. The default.
  kReceived,  // As kLocal, and received by one standby.
  kQuorum,    // On disk on a majority of the data nodes.
  kSync,      // On disk on every member of the sync set.
  kApplied,   // As kSync, and shown to readers on each of them.
};
// "async", "local", "full", "received", "quorum", "sync", "applied": the words that SET synchronous_commit takes, beside
// PostgreSQL's own.
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
