// Which transactions are running and which are committed.
#ifndef HELIOSDB_CORE_TXN_OUTCOME_TABLE_H_
#define HELIOSDB_CORE_TXN_OUTCOME_TABLE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/mutex.h"
#include "core/storage/kv_store.h"
#include "core/txn/engine.h"

namespace heliosdb::txn {

// One bit a transaction, in blocks of 8,192 (format: txn/meta.h). Blocks changed since the last
// checkpoint are in memory, the others are read from the store. Thread-safe.
class OutcomeTable {
 public:
  static constexpr uint64_t kBlockTxns = 8192;
  static constexpr size_t kBlockBytes = kBlockTxns / 8;

  // store is not owned and outlives this.
  explicit OutcomeTable(storage::KvStore* store) : store_(store) {}

  void Begin(uint64_t txn_id);
  void MarkCommitted(uint64_t txn_id);
  // The transaction no longer runs.
  void End(uint64_t txn_id);
  // None runs any more.
  void EndAll();
  // next_txn_id: the least id that was never given.
  absl::StatusOr<TxnOutcome> Get(uint64_t txn_id, uint64_t next_txn_id);

  // Writes the changed blocks, merged with what the store has, and drops those older than the
  // window.
  absl::Status WriteTo(storage::KvWriter& writer, uint64_t next_txn_id);
  // The checkpoint that WriteTo was part of is committed, or was given up.
  void NoteWritten();

 private:
  using Block = std::array<uint8_t, kBlockBytes>;

  absl::StatusOr<std::string> ReadBlock(uint64_t block);

  storage::KvStore* const store_;
  Mutex mu_;
  absl::flat_hash_set<uint64_t> running_ ABSL_GUARDED_BY(mu_);
  std::map<uint64_t, Block> changed_ ABSL_GUARDED_BY(mu_);
  // Being written by a checkpoint: still read, no longer changed.
  std::map<uint64_t, Block> writing_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_OUTCOME_TABLE_H_
