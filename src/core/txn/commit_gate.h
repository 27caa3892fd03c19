// The seam through which replication decides what counts as committed. Without a gate, a commit
// counts once this node's log is synced.
#ifndef HELIOSDB_CORE_TXN_COMMIT_GATE_H_
#define HELIOSDB_CORE_TXN_COMMIT_GATE_H_

#include <array>

#include "absl/status/status.h"

#include "core/base/lsn.h"
#include "core/txn/durability.h"

namespace heliosdb::txn {

// What replication knows. LSNs never go back while the engine leads one term.
struct GateProgress {
  // The commit LSN: everything below it is committed by the cluster's rule, and may be shown.
  Lsn commit{0};
  // For each Durability, the LSN up to which it is reached. kAsync, kLocal and kFull are the
  // engine's own affair and are not read.
  std::array<Lsn, kDurabilityCount> reached{};
};

// Implemented by the engine.
class GateListener {
 public:
  virtual ~GateListener() = default;
  // Publishes what became committed and answers the commits that waited for it, in the calling
  // thread; their callbacks run inside. Thread-safe; must not be called from inside a CommitGate
  // method. Progress that is behind what was reported before is ignored.
  virtual void OnGateProgress(const GateProgress& progress) = 0;
};

// Implemented by replication. Every method may be called from any thread and must not block.
class CommitGate {
 public:
  virtual ~CommitGate() = default;

  // The engine opens with Attach(listener): from then on the gate tells it, and nobody else.
  virtual void Attach(GateListener* listener) = 0;
  // It closes with Detach(listener), after which the gate must not call it. Another engine may have
  // been attached meanwhile, and stays.
  virtual void Detach(GateListener* listener) = 0;
  // This node's log grew: bytes below `written` can be read and sent, those below `synced` survive
  // a power loss. Called by the thread that wrote, without locks; calls may arrive out of order.
  virtual void OnLocalLog(Lsn written, Lsn synced) = 0;
  // OK if a commit may ask for this durability now; else the error its caller gets. Asked before
  // anything is logged.
  virtual absl::Status CheckDurability(Durability durability) = 0;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_COMMIT_GATE_H_
