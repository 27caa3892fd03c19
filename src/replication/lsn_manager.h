// Who has received, flushed and applied what, and what follows from it: the commit LSN.
#ifndef HELIOSDB_REPLICATION_LSN_MANAGER_H_
#define HELIOSDB_REPLICATION_LSN_MANAGER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/lsn.h"
#include "core/txn/commit_gate.h"
#include "core/txn/durability.h"
#include "heliosdb/replication/sync_mode.h"

namespace heliosdb::replication {

struct NodeProgress {
  Lsn received{0};
  Lsn flushed{0};
  Lsn applied{0};
};

// The primary's arithmetic. Pure: no lock, no clock; for one thread at a time.
//
// Within a term nothing that was reported goes back, whatever a node says later. A term begins with
// a record of its own, and nothing counts as committed before that record does: what an earlier
// primary wrote and nobody confirmed to it is committed with it.
class LsnManager {
 public:
  explicit LsnManager(std::string self) : self_(std::move(self)) {}

  // This node leads: `committed` is what it knows to be committed from before, `term_start` the end
  // of the term's first record, `own` where its log is. Forgets what other nodes said.
  void Lead(SyncMode mode, std::vector<std::string> sync_set, Lsn committed, Lsn term_start,
            const NodeProgress& own);
  void StopLeading() { leading_ = false; }
  bool leading() const { return leading_; }

  // Another set for the rule. The old one is obeyed until the new one has everything committed.
  void SetSyncSet(std::vector<std::string> sync_set);
  // The one obeyed now.
  const std::vector<std::string>& sync_set() const { return sync_set_; }
  bool InSyncSet(std::string_view node) const;
  SyncMode mode() const { return mode_; }

  // Each returns whether Progress() changed. Nothing counts that comes while this node does not lead.
  bool OnLocal(Lsn written, Lsn flushed);
  bool OnAck(const std::string& node, const NodeProgress& progress);
  // The node begins a new stream: what it said before may not hold any more.
  void Forget(const std::string& node) { nodes_.erase(node); }

  // The commit LSN, and for each durability where it is reached. All 0 while not leading.
  txn::GateProgress Progress() const { return leading_ ? progress_ : txn::GateProgress(); }
  Lsn commit() const { return progress_.commit; }
  NodeProgress Of(const std::string& node) const;

 private:
  bool Recompute();
  // Where the mode's rule stands, with this set.
  Lsn RuleLsn(const std::vector<std::string>& set) const;
  // The count-th highest flushed LSN of the set.
  Lsn FlushedBy(const std::vector<std::string>& set, size_t count) const;
  Lsn ReceivedByAnother(const std::vector<std::string>& set) const;
  Lsn AppliedByAll(const std::vector<std::string>& set) const;
  bool Raise(Lsn* reported, Lsn reached) const;

  const std::string self_;
  bool leading_ = false;
  SyncMode mode_ = SyncMode::kAsync;
  std::vector<std::string> sync_set_;
  std::optional<std::vector<std::string>> next_set_;
  Lsn term_start_{0};
  std::map<std::string, NodeProgress, std::less<>> nodes_;  // This node included.
  txn::GateProgress progress_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_LSN_MANAGER_H_
