// Moves the delta into the store, and lets go of what is no longer needed: log segments, delta
// parts, retired storage ids.
#ifndef HELIOSDB_CORE_TXN_CHECKPOINTER_H_
#define HELIOSDB_CORE_TXN_CHECKPOINTER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "core/base/mutex.h"
#include "core/storage/kv_store.h"
#include "core/txn/delta.h"
#include "core/txn/meta.h"

namespace heliosdb::txn {

class EngineCore;

// Thread-safe; one checkpoint at a time.
class Checkpointer {
 public:
  // core is not owned and outlives this.
  explicit Checkpointer(EngineCore* core) : core_(core) {}

  // Freezes the delta, waits until it is committed (by the gate), makes sure of the log, writes the
  // store in transactions of at most 64 MiB, records the LSN in the last, and cleans up. Blocks on
  // the disk. UNAVAILABLE when it was given up because the engine closes or stops leading.
  absl::Status Run();

  // Where the store stands. Set at open and by Run.
  void SetCheckpoint(const EngineMeta& meta);
  EngineMeta checkpoint() const;
  Lsn checkpoint_lsn() const { return Lsn{lsn_.load(std::memory_order_acquire)}; }

  // Held by whoever must not meet a checkpoint: cutting the log, rebuilding the delta. It is held
  // during file I/O, and while a checkpoint waits until other nodes confirm what it holds: nobody
  // whom they need for that may wait for it.
  Mutex& run_mutex() ABSL_LOCK_RETURNED(run_mu_) { return run_mu_; }
  // Held while the store is written: outside of it the store is exactly what checkpoint_lsn() says.
  Mutex& store_mutex() ABSL_LOCK_RETURNED(store_mu_) { return store_mu_; }
  // Held while the log is trimmed.
  Mutex& trim_mutex() ABSL_LOCK_RETURNED(trim_mu_) { return trim_mu_; }

  struct Statistics {
    uint64_t count = 0;
    absl::Duration last_duration;
    std::string last_error;  // Empty when the last one succeeded.
  };
  Statistics Stats() const;

 private:
  struct Plan {
    std::vector<std::shared_ptr<DeltaPart>> parts;
    wal::WalEnd end;
    EngineMeta meta;
    bool changed = false;
  };

  absl::Status RunLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(run_mu_);
  absl::StatusOr<Plan> Freeze();
  absl::Status Write(const Plan& plan);
  absl::Status WriteParts(const Plan& plan, std::unique_ptr<storage::KvWriter>& writer);
  absl::Status DropRetired() ABSL_EXCLUSIVE_LOCKS_REQUIRED(run_mu_);
  absl::Status Commit(storage::KvWriter& writer);
  absl::Status DropStorageId(uint32_t storage_id);
  void TrimLog(Lsn checkpoint);

  EngineCore* const core_;
  std::atomic<uint64_t> lsn_{0};
  Mutex run_mu_;
  Mutex store_mu_ ABSL_ACQUIRED_AFTER(run_mu_);
  Mutex trim_mu_ ABSL_ACQUIRED_AFTER(run_mu_);
  mutable Mutex mu_ ABSL_ACQUIRED_AFTER(run_mu_, store_mu_);
  EngineMeta meta_ ABSL_GUARDED_BY(mu_);
  Statistics statistics_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_CHECKPOINTER_H_
