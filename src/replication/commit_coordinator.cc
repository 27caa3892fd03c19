#include "replication/commit_coordinator.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::replication {

template <typename Change>
void CommitCoordinator::Apply(Change change) {
  txn::GateListener* listener = nullptr;
  txn::GateProgress progress;
  bool commit_grew = false;
  {
    MutexLock lock(&mu_);
    const Lsn before = lsns_.commit();
    if (!change(lsns_)) return;
    progress = lsns_.Progress();
    commit_grew = progress.commit > before;
    listener = listener_;
    if (listener != nullptr) ++telling_;
  }
  // The engine ignores what is older than it knows, so two may tell at once.
  if (listener != nullptr) {
    listener->OnGateProgress(progress);
    MutexLock lock(&mu_);
    if (--telling_ == 0) told_.SignalAll();
  }
  if (commit_grew && on_commit_) on_commit_();
}

void CommitCoordinator::Attach(txn::GateListener* listener) {
  MutexLock lock(&mu_);
  listener_ = listener;
}

void CommitCoordinator::Detach(txn::GateListener* listener) {
  MutexLock lock(&mu_);
  // A base backup's database is attached before the one that it replaces closes.
  if (listener_ == listener) listener_ = nullptr;
  while (telling_ > 0) told_.Wait(&mu_);
}

absl::Status CommitCoordinator::CheckDurability(txn::Durability durability) {
  if (durability < txn::Durability::kQuorum) return absl::OkStatus();
  MutexLock lock(&mu_);
  if (!lsns_.sync_set().empty()) return absl::OkStatus();
  return WithHint(SqlError(sqlstate::kObjectNotInPrerequisiteState,
                           "durability \"{}\" needs a sync set, and mode {} has none",
                           txn::DurabilityText(durability), SyncModeName(lsns_.mode())),
                  "Configure the primary with mode semi-sync, sync or quorum.");
}

void CommitCoordinator::Lead(SyncMode mode, std::vector<std::string> sync_set, Lsn committed,
                             Lsn term_start, const NodeProgress& own) {
  Apply([&](LsnManager& lsns) {
    lsns.Lead(mode, std::move(sync_set), committed, term_start, own);
    return true;
  });
}

void CommitCoordinator::StopLeading() {
  MutexLock lock(&mu_);
  lsns_.StopLeading();
}

void CommitCoordinator::SetSyncSet(std::vector<std::string> sync_set) {
  Apply([&](LsnManager& lsns) {
    lsns.SetSyncSet(std::move(sync_set));
    return true;
  });
}

std::vector<std::string> CommitCoordinator::sync_set() const {
  MutexLock lock(&mu_);
  return lsns_.sync_set();
}

bool CommitCoordinator::InSyncSet(const std::string& node) const {
  MutexLock lock(&mu_);
  return lsns_.InSyncSet(node);
}

Lsn CommitCoordinator::commit() const {
  MutexLock lock(&mu_);
  return lsns_.leading() ? lsns_.commit() : kLsnInvalid;
}

void CommitCoordinator::OnLocal(Lsn written, Lsn flushed) {
  Apply([&](LsnManager& lsns) { return lsns.OnLocal(written, flushed); });
}

void CommitCoordinator::OnAck(const std::string& node, uint64_t stream,
                              const NodeProgress& progress) {
  Apply([&](LsnManager& lsns) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const auto current = streams_.find(node);
    return current != streams_.end() && current->second == stream && lsns.OnAck(node, progress);
  });
}

uint64_t CommitCoordinator::Accept(const std::string& node) {
  MutexLock lock(&mu_);
  lsns_.Forget(node);
  return streams_[node] = ++last_stream_;
}

}  // namespace heliosdb::replication
