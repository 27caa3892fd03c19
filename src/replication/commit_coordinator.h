// Between the engine's commit pipeline and LsnManager: the lock, and who must be told.
#ifndef HELIOSDB_REPLICATION_COMMIT_COORDINATOR_H_
#define HELIOSDB_REPLICATION_COMMIT_COORDINATOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

#include "core/base/mutex.h"
#include "core/txn/commit_gate.h"
#include "replication/lsn_manager.h"

namespace heliosdb::replication {

// Thread-safe. Tells the engine what is committed in the thread that brought the news: of the
// primary's own sync, or of a standby's answer.
class CommitCoordinator : public txn::CommitGate {
 public:
  // on_commit is called after the commit LSN grew, without locks.
  CommitCoordinator(std::string self, std::function<void()> on_commit)
      : on_commit_(std::move(on_commit)), lsns_(std::move(self)) {}

  // --- CommitGate ---
  void Attach(txn::GateListener* listener) override;
  void Detach(txn::GateListener* listener) override;
  // The log listener brings the same news when the engine may be told something in return.
  void OnLocalLog(Lsn, Lsn) override {}
  absl::Status CheckDurability(txn::Durability durability) override;

  void Lead(SyncMode mode, std::vector<std::string> sync_set, Lsn committed, Lsn term_start,
            const NodeProgress& own);
  void StopLeading();
  void SetSyncSet(std::vector<std::string> sync_set);
  std::vector<std::string> sync_set() const;
  bool InSyncSet(const std::string& node) const;
  // 0 while this node does not lead.
  Lsn commit() const;

  void OnLocal(Lsn written, Lsn flushed);
  // A node begins a new stream; returns the stream's number.
  uint64_t Accept(const std::string& node);
  void OnAck(const std::string& node, uint64_t stream, const NodeProgress& progress);

 private:
  // Changes lsns_ under the lock, then tells without it.
  template <typename Change>
  void Apply(Change change);

  const std::function<void()> on_commit_;
  mutable Mutex mu_;
  CondVar told_;
  LsnManager lsns_ ABSL_GUARDED_BY(mu_);
  txn::GateListener* listener_ ABSL_GUARDED_BY(mu_) = nullptr;
  int telling_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<std::string, uint64_t> streams_ ABSL_GUARDED_BY(mu_);
  uint64_t last_stream_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_COMMIT_COORDINATOR_H_
