#include "core/txn/checkpointer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/txn/engine_core.h"

namespace heliosdb::txn {
namespace {

constexpr uint64_t kDeletedAtOnce = 100000;
constexpr uint64_t kProgressStep = uint64_t{1} << 20;

// The nodes of several parts in key order; of equal keys the newest part's, as it hides the others.
class PartMerge {
 public:
  explicit PartMerge(const std::vector<std::shared_ptr<DeltaPart>>& parts) {
    for (const auto& part : parts) nodes_.push_back(part->map->First());
  }
  // Null at the end.
  const VersionMap::Node* Next() {
    const VersionMap::Node* least = nullptr;
    for (const VersionMap::Node* const node : nodes_) {
      if (node != nullptr && (least == nullptr || node->key() <= least->key())) least = node;
    }
    if (least == nullptr) return nullptr;
    const std::string_view key = least->key();
    for (const VersionMap::Node*& node : nodes_) {
      if (node != nullptr && node->key() == key) node = node->Next();
    }
    return least;
  }

 private:
  std::vector<const VersionMap::Node*> nodes_;  // Oldest part first.
};

}  // namespace

void Checkpointer::SetCheckpoint(const EngineMeta& meta) {
  MutexLock lock(&mu_);
  meta_ = meta;
  lsn_.store(ToInt(meta.checkpoint.end), std::memory_order_release);
}

EngineMeta Checkpointer::checkpoint() const {
  MutexLock lock(&mu_);
  return meta_;
}

Checkpointer::Statistics Checkpointer::Stats() const {
  MutexLock lock(&mu_);
  return statistics_;
}

absl::Status Checkpointer::Run() {
  const absl::Duration start = core_->clock->Now();
  MutexLock run(&run_mu_);
  const absl::Status status = RunLocked();
  MutexLock lock(&mu_);
  statistics_.last_error = std::string(status.message());
  statistics_.last_duration = core_->clock->Now() - start;
  if (status.ok()) ++statistics_.count;
  return status;
}

absl::Status Checkpointer::RunLocked() {
  HELIOS_ASSIGN_OR_RETURN(const Plan plan, Freeze());
  if (plan.changed) {
    // The log first: the store must not hold what the log could still lose.
    HELIOS_RETURN_IF_ERROR(core_->MakeDurable(plan.end.end));
    {
      MutexLock store(&store_mu_);
      HELIOS_RETURN_IF_ERROR(Write(plan));
      core_->outcomes.NoteWritten();
      SetCheckpoint(plan.meta);
    }
    const Lsn keep_from = std::min(core_->snapshots.OldestActive(), plan.end.end);
    core_->delta.Checkpointed(plan.parts.size(), keep_from, core_->options.validation_bytes_max);
  }
  core_->delta.TrimValidation(core_->snapshots.OldestActive());
  core_->snapshots.SweepIdle();
  core_->pipeline.Kick();
  HELIOS_FAILPOINT(core_->options.failpoints, "checkpoint.before_trim");
  TrimLog(checkpoint_lsn());
  return DropRetired();
}

absl::StatusOr<Checkpointer::Plan> Checkpointer::Freeze() {
  Plan plan;
  HELIOS_RETURN_IF_ERROR(core_->pipeline.RunExclusive([&]() -> absl::Status {
    // What the delta holds may be more than what is applied.
    HELIOS_RETURN_IF_ERROR(core_->CheckFailure());
    core_->delta.Freeze();
    const std::shared_ptr<const PartList> list = core_->delta.List();
    plan.parts.assign(list->parts.begin(), list->parts.end() - 1);
    plan.end = core_->AppliedEnd();
    plan.meta = core_->MetaAt(plan.end);
    return absl::OkStatus();
  }));
  plan.changed = plan.end.end > checkpoint_lsn();
  HELIOS_FAILPOINT(core_->options.failpoints, "checkpoint.after_freeze");
  // I3: nothing enters the store before it counts as committed.
  HELIOS_RETURN_IF_ERROR(core_->WaitCommitted(plan.end.end));
  return plan;
}

absl::Status Checkpointer::WriteParts(const Plan& plan,
                                      std::unique_ptr<storage::KvWriter>& writer) {
  uint64_t total = 0;
  for (const auto& part : plan.parts) total += part->map->bytes();
  uint64_t done = 0;
  uint64_t reported = 0;
  PartMerge merge(plan.parts);
  while (const VersionMap::Node* const node = merge.Next()) {
    const VersionMap::Version* const version = node->Newest();
    if (version == nullptr) continue;
    if (version->tombstone()) {
      HELIOS_RETURN_IF_ERROR(writer->Delete(node->key()).status());
    } else {
      HELIOS_RETURN_IF_ERROR(writer->Put(node->key(), version->value()));
    }
    done += node->key_size + version->value().size();
    if (done - reported >= kProgressStep) {
      reported = done;
      core_->Report({ProgressPhase::kCheckpoint, done, total});
    }
    if (writer->DirtyBytes() < storage::kDirtyBytesMax) continue;
    HELIOS_FAILPOINT(core_->options.failpoints, "checkpoint.between_commits");
    HELIOS_RETURN_IF_ERROR(Commit(*writer));
    writer.reset();
    HELIOS_ASSIGN_OR_RETURN(writer, core_->store->BeginWrite());
  }
  core_->Report({ProgressPhase::kCheckpoint, total, total});
  return absl::OkStatus();
}

absl::Status Checkpointer::Write(const Plan& plan) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<storage::KvWriter> writer, core_->store->BeginWrite());
  HELIOS_RETURN_IF_ERROR(WriteParts(plan, writer));
  HELIOS_RETURN_IF_ERROR(core_->outcomes.WriteTo(*writer, plan.meta.counters.next_txn_id));
  HELIOS_RETURN_IF_ERROR(writer->PutMeta(kMetaName, EncodeEngineMeta(plan.meta)));
  HELIOS_FAILPOINT(core_->options.failpoints, "checkpoint.before_commit");
  HELIOS_RETURN_IF_ERROR(Commit(*writer));
  HELIOS_FAILPOINT(core_->options.failpoints, "checkpoint.after_commit");
  return absl::OkStatus();
}

absl::Status Checkpointer::Commit(storage::KvWriter& writer) {
  const uint64_t bytes = writer.DirtyBytes();
  HELIOS_RETURN_IF_ERROR(writer.Commit());
  core_->NoteStoreCommit(bytes);
  core_->delta.NoteStoreCommit();
  core_->snapshots.SweepIdle();
  return absl::OkStatus();
}

void Checkpointer::TrimLog(Lsn checkpoint) {
  wal::WalWriter* const writer = core_->log->writer();
  if (writer == nullptr) return;
  // No slot comes between the look at them and the cut.
  MutexLock trim(&trim_mu_);
  const Lsn slots =
      core_->slots.KeepFrom(core_->log->written(), core_->options.max_slot_wal_keep_size);
  // A failure here costs disk, not data: the next checkpoint tries again.
  if (absl::Status status = core_->slots.Save(); !status.ok()) core_->NoteHousekeeping(status);
  if (absl::StatusOr<int> removed = writer->RemoveBelow(std::min(checkpoint, slots));
      !removed.ok()) {
    core_->NoteHousekeeping(removed.status());
  }
}

absl::Status Checkpointer::DropRetired() {
  std::vector<uint32_t> ids;
  {
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvReader> reader,
                            core_->store->NewReader());
    HELIOS_RETURN_IF_ERROR(reader->Renew());
    const std::unique_ptr<storage::KvCursor> cursor = reader->NewCursor();
    HELIOS_RETURN_IF_ERROR(cursor->Seek(RetiredKeysBegin()));
    constexpr size_t kIdsAtOnce = 64;
    storage::KvPair pairs[kIdsAtOnce];
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor->NextBatch(pairs));
    for (size_t i = 0; i < count; ++i) {
      const uint32_t id = RetiredIdOf(pairs[i].key);
      if (id == 0) break;
      ids.push_back(id);
    }
  }
  for (const uint32_t id : ids) HELIOS_RETURN_IF_ERROR(DropStorageId(id));
  return absl::OkStatus();
}

absl::Status Checkpointer::DropStorageId(uint32_t storage_id) {
  // Snapshots from before the drop have a store reader from before these deletions, so they still
  // find the keys.
  const std::string low = StorageIdPrefix(storage_id);
  const std::string high = storage_id == UINT32_MAX ? "" : StorageIdPrefix(storage_id + 1);
  for (bool more = true; more;) {
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvWriter> writer,
                            core_->store->BeginWrite());
    HELIOS_ASSIGN_OR_RETURN(const uint64_t count, writer->DeleteRange(low, high, kDeletedAtOnce));
    more = count == kDeletedAtOnce;
    if (!more) HELIOS_RETURN_IF_ERROR(writer->Delete(RetiredKey(storage_id)).status());
    HELIOS_FAILPOINT(core_->options.failpoints, "checkpoint.before_drop_commit");
    HELIOS_RETURN_IF_ERROR(Commit(*writer));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::txn
