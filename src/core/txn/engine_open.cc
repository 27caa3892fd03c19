// Opening, recovery, background work, and closing.

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/storage/lmdb_store.h"
#include "core/storage/mem_store.h"
#include "core/txn/engine_core.h"
#include "core/txn/open_parts.h"
#include "core/wal/segment_files.h"

namespace heliosdb::txn {
namespace {

// One for a checkpoint, one for flushes and segments, which must not wait for it, and one for long
// work of the engine's owner.
constexpr int kBackgroundThreads = 3;
constexpr size_t kStoreCommitsKept = 100000;
constexpr absl::Duration kCheckpointRetry = absl::Milliseconds(10);
constexpr uint64_t kProgressStep = uint64_t{16} << 20;

absl::Status PrepareDirectory(const EngineOptions& options) {
  HELIOS_ASSIGN_OR_RETURN(const bool exists, options.files->Exists(options.directory));
  if (exists) return absl::OkStatus();
  if (options.must_exist) {
    return NotFound("there is no database in \"{}\"", options.directory);
  }
  HELIOS_RETURN_IF_ERROR(options.files->CreateDir(options.directory));
  return options.files->SyncDir(DirectoryOf(options.directory));
}

// The identity of a database that is made now.
absl::StatusOr<EngineMeta> CreateMeta(const EngineOptions& options, storage::KvStore& store) {
  EngineMeta meta;
  meta.history = {options.random->Next(), options.random->Next()};
  meta.checkpoint.end = wal::kFirstLsn;
  meta.checkpoint.chain_crc = wal::ChainStart(meta.history, wal::kFirstLsn);
  meta.counters.next_storage_id = kStorageIdFirst;
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvWriter> writer, store.BeginWrite());
  HELIOS_RETURN_IF_ERROR(writer->PutMeta(kMetaName, EncodeEngineMeta(meta)));
  HELIOS_RETURN_IF_ERROR(writer->Commit());
  return meta;
}

absl::StatusOr<EngineMeta> ReadOrCreateMeta(const EngineOptions& options, storage::KvStore& store) {
  {
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvReader> reader, store.NewReader());
    HELIOS_RETURN_IF_ERROR(reader->Renew());
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                            reader->GetMeta(kMetaName));
    if (bytes.has_value()) return DecodeEngineMeta(*bytes);
    if (reader->KeyCount() > 0) {
      return FailedPrecondition(
          "the database in \"{}\" is incomplete: a base backup into it was not finished",
          options.directory);
    }
  }
  if (!options.directory.empty()) {
    const std::string log = JoinPath(options.directory, "wal");
    HELIOS_ASSIGN_OR_RETURN(const bool has_log, options.files->Exists(log));
    if (has_log) {
      HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> segments,
                              wal::ListSegments(*options.files, log));
      if (!segments.empty()) {
        return Corruption("the database in \"{}\" has a log, but its store is empty",
                          options.directory);
      }
    }
    if (options.must_exist) {
      return NotFound("there is no database in \"{}\"", options.directory);
    }
  }
  return CreateMeta(options, store);
}

}  // namespace

absl::StatusOr<std::unique_ptr<storage::KvStore>> OpenStore(const EngineOptions& options) {
  if (options.open_store) return options.open_store();
  if (options.directory.empty()) return storage::NewMemStore({.failpoints = options.failpoints});
  return storage::OpenLmdbStore({.path = JoinPath(options.directory, "store.db"),
                                 .map_bytes_max = options.map_bytes_max,
                                 .failpoints = options.failpoints});
}

absl::StatusOr<EngineCore::Parts> OpenParts(EngineOptions options) {
  HELIOS_RETURN_IF_ERROR(ValidateEngineOptions(options));
  EngineCore::Parts parts;
  if (options.files == nullptr) options.files = FileSystem::Posix();
  if (options.clock == nullptr) options.clock = Clock::Real();
  if (options.checkpoint_bytes == 0) options.checkpoint_bytes = options.delta_limit / 2;
  Random own_random(options.random == nullptr ? Random::SystemSeed() : 0);
  if (options.random == nullptr) options.random = &own_random;
  if (!options.directory.empty()) {
    HELIOS_RETURN_IF_ERROR(PrepareDirectory(options));
    HELIOS_ASSIGN_OR_RETURN(parts.lock, options.files->Lock(JoinPath(options.directory, "LOCK")));
  }
  HELIOS_ASSIGN_OR_RETURN(parts.store, OpenStore(options));
  HELIOS_ASSIGN_OR_RETURN(parts.meta, ReadOrCreateMeta(options, *parts.store));
  if (options.executor == nullptr) {
    parts.own_executor = std::make_unique<ThreadExecutor>(kBackgroundThreads);
    options.executor = parts.own_executor.get();
  }
  parts.options = std::move(options);
  return parts;
}

wal::WalReaderOptions EngineCore::ReaderOptions() const {
  wal::WalReaderOptions reader;
  reader.files = files;
  reader.directory = LogDirectory();
  reader.history = history;
  return reader;
}

absl::StatusOr<wal::Recovered> EngineCore::Replay() {
  wal::RecoverOptions recover;
  recover.reader = ReaderOptions();
  recover.from = applied_.end;
  recover.from_chain_crc = applied_.chain_crc;
  recover.from_term = applied_.last_term;
  recover.synced_floor = applied_.end;
  const Lsn start = applied_.end;
  uint64_t reported = 0;
  HELIOS_ASSIGN_OR_RETURN(wal::Recovered recovered,
                          wal::Recover(recover, [&](const wal::WalRecord& record) -> absl::Status {
                            const uint64_t done = record.end - start;
                            if (done - reported >= kProgressStep) {
                              reported = done;
                              Report({ProgressPhase::kRecovery, done, 0});
                            }
                            // A member learns only at the end how much of its log is committed.
                            return standalone() ? ApplyRecord(record, delta.active())
                                                : absl::OkStatus();
                          }));
  const uint64_t bytes = recovered.end.end - start;
  if (bytes > 0) Report({ProgressPhase::kRecovery, bytes, bytes});
  return recovered;
}

absl::Status EngineCore::OpenLog() {
  if (options.directory.empty()) {
    log = std::make_unique<CommitLog>(nullptr);
  } else {
    wal::WalOptions wal_options;
    wal_options.files = files;
    wal_options.directory = LogDirectory();
    wal_options.history = history;
    wal_options.segment_bytes = options.wal_segment_bytes;
    HELIOS_RETURN_IF_ERROR(files->CreateDir(LogDirectory()));
    HELIOS_RETURN_IF_ERROR(files->SyncDir(options.directory));
    HELIOS_RETURN_IF_ERROR(slots.Load());
    HELIOS_ASSIGN_OR_RETURN(const std::vector<Lsn> segments,
                            wal::ListSegments(*files, LogDirectory()));
    std::unique_ptr<wal::WalWriter> writer;
    if (segments.empty() && applied_.end == wal::kFirstLsn) {
      HELIOS_ASSIGN_OR_RETURN(writer, wal::WalWriter::Create(wal_options, wal::kFirstLsn));
    } else if (segments.empty()) {
      return Corruption("the store of the database in \"{}\" ends at {}, but its log is gone",
                        options.directory, LsnText(applied_.end));
    } else {
      HELIOS_ASSIGN_OR_RETURN(const wal::Recovered recovered, Replay());
      for (const wal::TermStart& term : recovered.terms) NoteTerm(term.term, term.first_lsn);
      HELIOS_ASSIGN_OR_RETURN(writer, wal::WalWriter::Open(wal_options, recovered.end));
      log = std::make_unique<CommitLog>(std::move(writer));
      if (!standalone()) {
        HELIOS_RETURN_IF_ERROR(ApplyLog(std::min(recovered.commit, recovered.end.end)));
      }
    }
    if (log == nullptr) log = std::make_unique<CommitLog>(std::move(writer));
  }
  const Lsn visible = standalone() ? log->appended() : applied_.end;
  snapshots.NoteCatalogCommit(visible);
  snapshots.SetVisible(visible);
  pipeline.NoteInserted(visible);
  leading_.store(standalone(), std::memory_order_release);
  return absl::OkStatus();
}

void EngineCore::Start() {
  if (options.gate != nullptr) options.gate->Attach(this);
  if (options.checkpoint_interval != absl::InfiniteDuration()) {
    executor_->PostAfter(this, options.checkpoint_interval, [this] { TickCheckpoint(); });
  }
  AfterAppend();
}

// --- Background ---

void EngineCore::RequestCheckpoint() {
  if (closing() || checkpoint_requested_.exchange(true)) return;
  Post([this] { RunRequestedCheckpoint(); });
}

void EngineCore::RunRequestedCheckpoint() {
  checkpoint_requested_.store(false);
  const absl::Status status = checkpointer.Run();
  EnforcePinned();
  if (status.ok() || HasRoom()) return;
  if (absl::IsUnavailable(status) && !HasSqlState(status, sqlstate::kIoError)) {
    // What is not committed yet may be soon.
    if (!closing()) executor_->PostAfter(this, kCheckpointRetry, [this] { RequestCheckpoint(); });
    return;
  }
  // Whoever waits for room would wait for ever.
  pipeline.FailQueued(status);
}

void EngineCore::TickCheckpoint() {
  if (closing()) return;
  if (delta.HasChanges()) {
    RequestCheckpoint();
  } else {
    EnforcePinned();
  }
  executor_->PostAfter(this, options.checkpoint_interval, [this] { TickCheckpoint(); });
}

void EngineCore::ScheduleFlush() {
  if (closing() || flush_scheduled_.exchange(true)) return;
  executor_->PostAfter(this, options.async_flush_delay, [this] { Flush(); });
}

void EngineCore::Flush() {
  flush_scheduled_.store(false);
  auto request = std::make_unique<CommitRequest>();
  request->kind = CommitRequest::Kind::kSync;
  request->durability = Durability::kLocal;
  // A failed sync refuses all further writes; there is nobody else to tell.
  request->done = [](const absl::StatusOr<CommitReceipt>&) {};
  pipeline.Submit(std::move(request));
}

void EngineCore::AfterAppend() {
  if (delta.bytes() >= options.checkpoint_bytes) RequestCheckpoint();
  wal::WalWriter* const writer = log->writer();
  if (writer == nullptr || !writer->NeedsNextSegment() || closing()) return;
  if (prepare_scheduled_.exchange(true)) return;
  Post([this] { PrepareSegment(); });
}

void EngineCore::PrepareSegment() {
  prepare_scheduled_.store(false);
  // Without a prepared segment the committing thread makes one, and reports what is wrong.
  if (absl::Status status = log->writer()->PrepareNextSegment(); !status.ok()) {
    NoteHousekeeping(status);
  }
}

void EngineCore::NoteStoreCommit(uint64_t bytes) {
  MutexLock lock(&store_commits_mu_);
  store_commits_.push_back({store->version(), bytes});
  if (store_commits_.size() > kStoreCommitsKept) {
    store_commits_.erase(store_commits_.begin(), store_commits_.begin() + kStoreCommitsKept / 2);
  }
}

uint64_t EngineCore::PinnedBytes() {
  const uint64_t held = delta.memory_held();
  const uint64_t used = delta.bytes() + delta.validation_bytes();
  uint64_t pinned = held > used ? held - used : 0;
  const absl::StatusOr<storage::KvStats> stats = store->Stats();
  if (!stats.ok()) return pinned;
  MutexLock lock(&store_commits_mu_);
  if (stats->oldest_reader_version == 0) {
    store_commits_.clear();
    return pinned;
  }
  // What a commit replaced is needed by readers from before it.
  for (const StoreCommit& commit : store_commits_) {
    if (commit.version > stats->oldest_reader_version) pinned += commit.bytes;
  }
  return pinned;
}

void EngineCore::EnforcePinned() {
  snapshots.SweepIdle();
  if (PinnedBytes() <= options.snapshot_pinned_bytes_max) return;
  // One at a time: its memory is free only once its holder notices.
  snapshots.CancelOldest(snapshots.visible());
}

// --- Closing ---

absl::Status EngineCore::Close() {
  if (closed_.exchange(true)) return absl::OkStatus();
  absl::Status status;
  if (log != nullptr) {
    pipeline.Drain();
    if (!standalone() && leading()) status = StopLeading();
    if (status.ok()) status = CheckFailure();
    if (status.ok() && options.checkpoint_on_close) status = checkpointer.Run();
  }
  closing_.store(true, std::memory_order_release);
  if (options.gate != nullptr) options.gate->Detach(this);
  WakeVisibleWaiters();
  executor_->Drop(this);
  if (log == nullptr) return status;
  pipeline.Drain();
  NotifyLog();
  const absl::Status saved = slots.Save();
  apply_reader_.reset();
  const absl::Status ended = CheckFailure().ok() ? log->Close() : absl::OkStatus();
  if (status.ok()) status = saved;
  return status.ok() ? ended : status;
}

}  // namespace heliosdb::txn
