#include "core/txn/serializable.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/hash64.h"
#include "core/base/status.h"
#include "core/txn/engine.h"

namespace heliosdb::txn {
namespace {

uint32_t TableOf(std::string_view key) { return key.size() < 4 ? 0 : LoadBig32(key.data()); }

// As in PostgreSQL, reads and writes of the catalogue are not followed: locks on its objects keep
// what a transaction read there right, and statistics may change under anybody.
bool IsFollowed(std::string_view key) { return TableOf(key) >= kStorageIdFirst; }

std::string TablePrefix(uint32_t table) {
  std::string prefix;
  AppendBig32(&prefix, table);
  return prefix;
}

void EraseFrom(auto& list, SerializableTransaction* xact) {
  list.erase(std::remove(list.begin(), list.end(), xact), list.end());
}

}  // namespace

class SerializableManager::SafeSnapshotWaiter : public CancelToken::Waiter {
 public:
  explicit SafeSnapshotWaiter(SerializableManager* manager) : manager_(manager) {}
  void Wake() override {
    MutexLock lock(&manager_->mu_);
    manager_->safety_changed_.SignalAll();
  }

 private:
  SerializableManager* const manager_;
};

SerializableManager::~SerializableManager() = default;

absl::Status SerializableTransaction::OnRead(std::string_view key) {
  return manager_->ReadKey(this, key);
}

absl::Status SerializableTransaction::OnReadRange(std::string_view low, std::string_view high) {
  return manager_->ReadRange(this, low, high);
}

absl::Status SerializableManager::Failure(std::string_view reason) {
  failures_.fetch_add(1, std::memory_order_relaxed);
  return WithHint(
      WithDetail(SqlError(sqlstate::kTRSerializationFailure,
                          "could not serialize access due to read/write dependencies among "
                          "transactions"),
                 fmt::format("Reason code: {}.", reason)),
      "The transaction might succeed if retried.");
}

// --- Beginning ---

absl::StatusOr<SerializableManager::Begun> SerializableManager::Begin(
    const TransactionOptions& options,
    absl::FunctionRef<absl::StatusOr<SnapshotRef>()> take_snapshot) {
  const bool read_only = options.access == Access::kReadOnly;
  SafeSnapshotWaiter waiter(this);
  if (options.cancel != nullptr && options.deferrable) options.cancel->SetWaiter(&waiter);
  absl::StatusOr<Begun> result = [&]() -> absl::StatusOr<Begun> {
    MutexLock lock(&mu_);
    for (;;) {
      Begun begun;
      HELIOS_ASSIGN_OR_RETURN(begun.snapshot, take_snapshot());
      auto owned = std::unique_ptr<Xact>(new Xact(this));
      Xact* const xact = owned.get();
      xact->read_only_ = read_only;
      xact->session_id_ = options.session_id;
      xact->read_lsn_ = begun.snapshot.read_lsn();
      xact->last_commit_before_snapshot_ = last_commit_number_;
      if (read_only) {
        for (Xact* const other : running_) {
          if (other->read_only_ || other->doomed_) continue;
          xact->possibly_unsafe_.insert(other);
          other->possibly_unsafe_.insert(xact);
        }
        if (xact->possibly_unsafe_.empty()) return begun;
      }
      running_.insert(xact);
      xacts_.emplace(xact, std::move(owned));
      if (!read_only || !options.deferrable) {
        begun.transaction = xact;
        return begun;
      }
      HELIOS_ASSIGN_OR_RETURN(Xact* const unsafe, WaitSafe(xact, options.cancel));
      if (unsafe == nullptr) return begun;
    }
  }();
  if (options.cancel != nullptr && options.deferrable) options.cancel->SetWaiter(nullptr);
  return result;
}

// Returns null once the snapshot is known to be safe, and the transaction itself once it is known
// not to be; either way it is forgotten.
absl::StatusOr<SerializableManager::Xact*> SerializableManager::WaitSafe(Xact* me,
                                                                         CancelToken* cancel) {
  absl::Status status;
  while (!me->read_only_safe_ && !me->read_only_unsafe_) {
    if (cancel != nullptr) {
      status = cancel->Check();
      if (!status.ok()) break;
    }
    safety_changed_.WaitWithTimeout(
        &mu_, cancel == nullptr ? absl::InfiniteDuration() : cancel->TimeLeft());
  }
  Xact* const result = me->read_only_unsafe_ ? me : nullptr;
  Forget(me);
  if (!status.ok()) return status;
  return result;
}

std::vector<uint32_t> SerializableManager::BlockingSessions(uint32_t session_id) {
  std::vector<uint32_t> sessions;
  MutexLock lock(&mu_);
  for (const Xact* const xact : running_) {
    if (xact->session_id_ != session_id || !xact->read_only_) continue;
    for (const Xact* const writer : xact->possibly_unsafe_) sessions.push_back(writer->session_id_);
  }
  return sessions;
}

// --- Reading and writing ---

absl::Status SerializableManager::ReadKey(Xact* me, std::string_view key) {
  if (!IsFollowed(key)) return absl::OkStatus();
  MutexLock lock(&mu_);
  if (me->read_only_safe_) {
    ForgetReads(me);
    return absl::OkStatus();
  }
  if (me->doomed_)
    return Failure("Canceled on identification as a pivot, during conflict out checking");
  const uint32_t table = TableOf(key);
  Xact::TableReads& reads = me->tables_read_[table];
  const uint64_t hash = Hash64(key);
  if (!reads.whole && me->keys_read_.insert(hash).second) {
    key_reads_[hash].push_back(me);
    if (++reads.keys > locks_per_table_max_) MarkWholeTable(me, table);
  }
  const auto written = writes_.find(key);
  if (written == writes_.end()) return absl::OkStatus();
  const auto writers = written->second;
  for (Xact* const writer : writers) {
    HELIOS_RETURN_IF_ERROR(ConflictOut(me, writer));
  }
  return absl::OkStatus();
}

absl::Status SerializableManager::ReadRange(Xact* me, std::string_view low, std::string_view high) {
  if (!IsFollowed(low)) return absl::OkStatus();
  MutexLock lock(&mu_);
  if (me->read_only_safe_) {
    ForgetReads(me);
    return absl::OkStatus();
  }
  if (me->doomed_)
    return Failure("Canceled on identification as a pivot, during conflict out checking");
  AddRange(me, TableOf(low), low, high);
  for (auto at = writes_.lower_bound(low);
       at != writes_.end() && (high.empty() || at->first < high); ++at) {
    for (Xact* const writer : at->second) {
      HELIOS_RETURN_IF_ERROR(ConflictOut(me, writer));
    }
  }
  return absl::OkStatus();
}

void SerializableManager::AddRange(Xact* me, uint32_t table, std::string_view low,
                                   std::string_view high) {
  Xact::TableReads& reads = me->tables_read_[table];
  if (reads.whole) return;
  std::vector<RangeRead>& ranges = range_reads_[table];
  // A scan reports its batches one after the other: they grow one range.
  for (size_t i = ranges.size(); i-- > 0;) {
    RangeRead& range = ranges[i];
    if (range.reader != me) continue;
    const bool covers =
        range.low <= low && (range.high.empty() || (!high.empty() && high <= range.high));
    if (covers) return;
    if (range.high == low && !range.high.empty()) {
      range.high = high;
      return;
    }
    if (range.low == high && !high.empty()) {
      range.low = low;
      return;
    }
    break;
  }
  ranges.push_back({std::string(low), std::string(high), me});
  if (++reads.ranges > locks_per_table_max_) MarkWholeTable(me, table);
}

void SerializableManager::MarkWholeTable(Xact* me, uint32_t table) {
  me->tables_read_[table].whole = true;
  std::vector<RangeRead>& ranges = range_reads_[table];
  std::erase_if(ranges, [me](const RangeRead& range) { return range.reader == me; });
  ranges.push_back({TablePrefix(table), table == UINT32_MAX ? "" : TablePrefix(table + 1), me});
}

absl::Status SerializableManager::OnWrite(Xact* me, std::string_view key) {
  if (!IsFollowed(key)) return absl::OkStatus();
  MutexLock lock(&mu_);
  if (me->doomed_)
    return Failure("Canceled on identification as a pivot, during conflict in checking");
  me->did_write_ = true;
  auto written = writes_.find(key);
  if (written == writes_.end())
    written = writes_.emplace(std::string(key), absl::InlinedVector<Xact*, 1>()).first;
  auto& writers = written->second;
  if (std::find(writers.begin(), writers.end(), me) == writers.end()) {
    writers.push_back(me);
    me->keys_written_.emplace_back(key);
  }
  if (const auto readers = key_reads_.find(Hash64(key)); readers != key_reads_.end()) {
    for (Xact* const reader : readers->second) {
      HELIOS_RETURN_IF_ERROR(ConflictIn(me, reader));
    }
  }
  if (const auto ranges = range_reads_.find(TableOf(key)); ranges != range_reads_.end()) {
    for (const RangeRead& range : ranges->second) {
      if (key < range.low || (!range.high.empty() && key >= range.high)) continue;
      HELIOS_RETURN_IF_ERROR(ConflictIn(me, range.reader));
    }
  }
  return absl::OkStatus();
}

// --- Conflicts ---

absl::Status SerializableManager::ConflictOut(Xact* me, Xact* writer) {
  if (writer == me || writer->doomed_) return absl::OkStatus();
  const Lsn commit{writer->commit_lsn_.load(std::memory_order_acquire)};
  if (commit != kLsnInvalid && commit <= me->read_lsn_) return absl::OkStatus();
  // A read-only transaction minds a committed writer only if that has a conflict out to one that
  // committed before our snapshot.
  if (me->read_only_ && Committed(*writer) &&
      (writer->earliest_out_commit_ == 0 ||
       me->last_commit_before_snapshot_ < writer->earliest_out_commit_)) {
    return absl::OkStatus();
  }
  if (me->out_conflicts_.contains(writer)) return absl::OkStatus();
  return Flag(me, me, writer);
}

absl::Status SerializableManager::ConflictIn(Xact* me, Xact* reader) {
  if (reader == me || reader->doomed_) return absl::OkStatus();
  if (Committed(*reader) && reader->commit_number_ <= me->last_commit_before_snapshot_) {
    return absl::OkStatus();
  }
  if (reader->out_conflicts_.contains(me)) return absl::OkStatus();
  return Flag(me, reader, me);
}

bool SerializableManager::WriterIsDangerous(const Xact& reader, const Xact& writer) {
  if (Committed(writer) && writer.earliest_out_commit_ != 0) return true;
  for (const Xact* const last : writer.out_conflicts_) {
    if (!Prepared(*last)) continue;
    if (Committed(reader) && last->prepare_number_ > reader.commit_number_) continue;
    if (Committed(writer) && last->prepare_number_ > writer.commit_number_) continue;
    if (reader.read_only_ && last->prepare_number_ > reader.last_commit_before_snapshot_) continue;
    return true;
  }
  return false;
}

bool SerializableManager::ReaderIsDangerous(const Xact& reader, const Xact& writer) {
  if (!Prepared(writer) || reader.read_only_) return false;
  for (const Xact* const first : reader.in_conflicts_) {
    if (first->doomed_) continue;
    if (Committed(*first) && first->commit_number_ < writer.prepare_number_) continue;
    if (first->read_only_ && first->last_commit_before_snapshot_ < writer.prepare_number_) continue;
    return true;
  }
  return false;
}

absl::Status SerializableManager::Flag(Xact* me, Xact* reader, Xact* writer) {
  if (WriterIsDangerous(*reader, *writer) || ReaderIsDangerous(*reader, *writer)) {
    if (me == writer) return Failure("Canceled on identification as a pivot, during write");
    if (Prepared(*writer)) return Failure("Canceled on conflict out to pivot, during read");
    writer->doomed_ = true;
  }
  reader->out_conflicts_.insert(writer);
  writer->in_conflicts_.insert(reader);
  return absl::OkStatus();
}

// --- The end ---

absl::Status SerializableManager::Prepare(Xact* me) {
  MutexLock lock(&mu_);
  if (me->doomed_) return Failure("Canceled on identification as a pivot, during commit attempt");
  for (Xact* const near : me->in_conflicts_) {
    if (Committed(*near) || near->doomed_) continue;
    for (const Xact* const far : near->in_conflicts_) {
      const bool dangerous = far == me || (!Committed(*far) && !far->read_only_ && !far->doomed_);
      if (!dangerous) continue;
      // The pivot fails rather than this transaction, so that a retry makes progress; but one that
      // is committing already cannot.
      if (Prepared(*near)) {
        return Failure("Canceled on commit attempt with conflict in from prepared pivot");
      }
      near->doomed_ = true;
      break;
    }
  }
  me->prepare_number_ = ++last_commit_number_;
  return absl::OkStatus();
}

// Tells the read-only transactions beside a writer what its end means for their snapshots.
void SerializableManager::Settle(Xact* writer, End end) {
  const bool out =
      end == End::kCommitted && writer->did_write_ && writer->earliest_out_commit_ != 0;
  const auto readers = std::exchange(writer->possibly_unsafe_, {});
  for (Xact* const reader : readers) {
    reader->possibly_unsafe_.erase(writer);
    if (reader->read_only_unsafe_) continue;
    if (out && writer->earliest_out_commit_ <= reader->last_commit_before_snapshot_) {
      reader->read_only_unsafe_ = true;
      for (Xact* const other : std::exchange(reader->possibly_unsafe_, {})) {
        other->possibly_unsafe_.erase(reader);
      }
    } else if (reader->possibly_unsafe_.empty()) {
      reader->read_only_safe_ = true;
    }
  }
  safety_changed_.SignalAll();
}

void SerializableManager::Finish(Xact* me, End end) {
  MutexLock lock(&mu_);
  if (end == End::kRolledBack) {
    me->doomed_ = true;
    if (!me->read_only_) Settle(me, end);
    Forget(me);
    FreeFinished();
    return;
  }
  me->commit_number_ = ++last_commit_number_;
  const bool declared_read_only = me->read_only_;
  if (!declared_read_only) {
    for (const Xact* const writer : me->out_conflicts_) {
      if (!Committed(*writer) || !me->did_write_) continue;
      if (me->earliest_out_commit_ == 0 || writer->prepare_number_ < me->earliest_out_commit_) {
        me->earliest_out_commit_ = writer->prepare_number_;
      }
    }
    Settle(me, end);
  }
  if (!me->did_write_) me->read_only_ = true;
  // Conflicts among committed transactions have done what they could do: what matters of them is
  // in earliest_out_commit_.
  for (Xact* const writer :
       std::vector<Xact*>(me->out_conflicts_.begin(), me->out_conflicts_.end())) {
    if (!Committed(*writer)) continue;
    me->out_conflicts_.erase(writer);
    writer->in_conflicts_.erase(me);
  }
  for (Xact* const reader :
       std::vector<Xact*>(me->in_conflicts_.begin(), me->in_conflicts_.end())) {
    if (!Committed(*reader) && !reader->read_only_) continue;
    me->in_conflicts_.erase(reader);
    reader->out_conflicts_.erase(me);
  }
  running_.erase(me);
  finished_.push_back(me);
  FreeFinished();
}

void SerializableManager::FreeFinished() {
  uint64_t oldest = UINT64_MAX;
  for (const Xact* const xact : running_) {
    oldest = std::min(oldest, xact->last_commit_before_snapshot_);
  }
  size_t count = 0;
  while (count < finished_.size() && finished_[count]->commit_number_ <= oldest) ++count;
  for (size_t i = 0; i < count; ++i) Forget(finished_[i]);
  finished_.erase(finished_.begin(), finished_.begin() + static_cast<ptrdiff_t>(count));
}

void SerializableManager::ForgetReads(Xact* xact) {
  for (const uint64_t hash : xact->keys_read_) {
    const auto found = key_reads_.find(hash);
    if (found == key_reads_.end()) continue;
    EraseFrom(found->second, xact);
    if (found->second.empty()) key_reads_.erase(found);
  }
  xact->keys_read_.clear();
  for (const auto& [table, reads] : xact->tables_read_) {
    const auto found = range_reads_.find(table);
    if (found == range_reads_.end()) continue;
    std::erase_if(found->second, [xact](const RangeRead& range) { return range.reader == xact; });
    if (found->second.empty()) range_reads_.erase(found);
  }
  xact->tables_read_.clear();
}

void SerializableManager::Forget(Xact* xact) {
  ForgetReads(xact);
  for (const std::string& key : xact->keys_written_) {
    const auto found = writes_.find(key);
    if (found == writes_.end()) continue;
    EraseFrom(found->second, xact);
    if (found->second.empty()) writes_.erase(found);
  }
  for (Xact* const writer : xact->out_conflicts_) writer->in_conflicts_.erase(xact);
  for (Xact* const reader : xact->in_conflicts_) reader->out_conflicts_.erase(xact);
  for (Xact* const other : xact->possibly_unsafe_) other->possibly_unsafe_.erase(xact);
  running_.erase(xact);
  xacts_.erase(xact);
}

}  // namespace heliosdb::txn
