#include "replication/lsn_manager.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace heliosdb::replication {

void LsnManager::Lead(SyncMode mode, std::vector<std::string> sync_set, Lsn committed,
                      Lsn term_start, const NodeProgress& own) {
  leading_ = true;
  mode_ = mode;
  sync_set_ = std::move(sync_set);
  next_set_.reset();
  term_start_ = term_start;
  nodes_.clear();
  nodes_[self_] = own;
  progress_ = txn::GateProgress();
  progress_.commit = committed;
  Recompute();
}

void LsnManager::SetSyncSet(std::vector<std::string> sync_set) {
  next_set_ = std::move(sync_set);
  Recompute();
}

bool LsnManager::InSyncSet(std::string_view node) const {
  return std::find(sync_set_.begin(), sync_set_.end(), node) != sync_set_.end();
}

bool LsnManager::OnLocal(Lsn written, Lsn flushed) {
  if (!leading_) return false;
  NodeProgress& own = nodes_[self_];
  own.received = std::max(own.received, written);
  own.flushed = std::max(own.flushed, flushed);
  return Recompute();
}

bool LsnManager::OnAck(const std::string& node, const NodeProgress& progress) {
  if (!leading_) return false;
  NodeProgress& known = nodes_[node];
  known.received = std::max(known.received, progress.received);
  known.flushed = std::max(known.flushed, progress.flushed);
  known.applied = std::max(known.applied, progress.applied);
  return Recompute();
}

NodeProgress LsnManager::Of(const std::string& node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? NodeProgress() : found->second;
}

Lsn LsnManager::FlushedBy(const std::vector<std::string>& set, size_t count) const {
  if (set.size() < count) return kLsnInvalid;
  std::vector<Lsn> flushed;
  flushed.reserve(set.size());
  for (const std::string& node : set) flushed.push_back(Of(node).flushed);
  std::nth_element(flushed.begin(), flushed.begin() + (count - 1), flushed.end(),
                   std::greater<Lsn>());
  return flushed[count - 1];
}

Lsn LsnManager::ReceivedByAnother(const std::vector<std::string>& set) const {
  Lsn best = kLsnInvalid;
  for (const auto& [node, progress] : nodes_) {
    const bool counts =
        node != self_ && (set.empty() || std::find(set.begin(), set.end(), node) != set.end());
    if (counts) best = std::max(best, progress.received);
  }
  return std::min(best, Of(self_).flushed);
}

Lsn LsnManager::AppliedByAll(const std::vector<std::string>& set) const {
  Lsn least = progress_.commit;
  for (const std::string& node : set) {
    if (node != self_) least = std::min(least, Of(node).applied);
  }
  return least;
}

Lsn LsnManager::RuleLsn(const std::vector<std::string>& set) const {
  switch (mode_) {
    case SyncMode::kAsync:
      return Of(self_).flushed;
    case SyncMode::kSemiSync:
      return ReceivedByAnother(set);
    case SyncMode::kSync:
      return FlushedBy(set, set.size());
    case SyncMode::kQuorum:
      // The primary's own disk counts in every mode.
      return std::min(FlushedBy(set, set.size() / 2 + 1), Of(self_).flushed);
  }
  return kLsnInvalid;
}

bool LsnManager::Raise(Lsn* reported, Lsn reached) const {
  if (reached < term_start_ || reached <= *reported) return false;
  *reported = reached;
  return true;
}

bool LsnManager::Recompute() {
  if (!leading_) return false;
  if (next_set_.has_value() && RuleLsn(*next_set_) >= progress_.commit) {
    sync_set_ = *std::move(next_set_);
    next_set_.reset();
  }
  bool changed = Raise(&progress_.commit, RuleLsn(sync_set_));
  const auto raise = [&](txn::Durability durability, Lsn reached) {
    changed |= Raise(&progress_.reached[static_cast<size_t>(durability)], reached);
  };
  raise(txn::Durability::kReceived, ReceivedByAnother(sync_set_));
  if (sync_set_.empty()) return changed;
  raise(txn::Durability::kQuorum, FlushedBy(sync_set_, sync_set_.size() / 2 + 1));
  raise(txn::Durability::kSync, FlushedBy(sync_set_, sync_set_.size()));
  raise(txn::Durability::kApplied, AppliedByAll(sync_set_));
  return changed;
}

}  // namespace heliosdb::replication
