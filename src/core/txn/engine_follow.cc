// Following another node's log, leading a term, and what lies between.

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/txn/engine_core.h"

namespace heliosdb::txn {
namespace {

// Log applied in one exclusive step, so that appends are not kept waiting for long.
constexpr uint64_t kApplyBytesAtOnce = uint64_t{4} << 20;

absl::Status NotWhileLeading(std::string_view what) {
  return SqlError(sqlstate::kObjectNotInPrerequisiteState, "cannot {} while this node leads", what);
}

}  // namespace

absl::Status EngineCore::AppendForeign(Lsn lsn, std::string_view bytes) {
  HELIOS_RETURN_IF_ERROR(CheckOpen());
  return pipeline.RunExclusive([&]() -> absl::Status {
    if (leading()) return NotWhileLeading("append to the log of another node");
    HELIOS_RETURN_IF_ERROR(CheckFailure());
    wal::WalWriter& writer = *log->writer();
    absl::Status status = writer.AppendForeign(lsn, bytes);
    if (status.ok()) status = writer.Write();
    if (!writer.failure().ok()) return RefuseWrites(writer.failure());
    HELIOS_RETURN_IF_ERROR(status);
    NotifyLog();
    AfterAppend();
    return absl::OkStatus();
  });
}

absl::Status EngineCore::SyncLog() {
  HELIOS_RETURN_IF_ERROR(CheckOpen());
  return pipeline.RunExclusive([this]() -> absl::Status {
    HELIOS_RETURN_IF_ERROR(CheckFailure());
    return SyncNow();
  });
}

absl::Status EngineCore::ApplyLog(Lsn to) {
  if (apply_reader_ == nullptr) {
    HELIOS_ASSIGN_OR_RETURN(apply_reader_, wal::WalReader::Open(ReaderOptions(), applied_.end));
    apply_reader_->ExpectChain(applied_.chain_crc, applied_.last_term);
  }
  while (applied_.end < to) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<wal::WalRecord> record, apply_reader_->Next(to));
    if (!record.has_value()) break;
    if (record->term > LogTerm()) NoteTerm(record->term, record->lsn);
    HELIOS_RETURN_IF_ERROR(ApplyRecord(*record, delta.active()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Lsn> EngineCore::AdvanceCommit(Lsn lsn) {
  HELIOS_RETURN_IF_ERROR(CheckOpen());
  for (bool more = true; more;) {
    HELIOS_RETURN_IF_ERROR(pipeline.RunExclusive([&]() -> absl::Status {
      if (leading()) return NotWhileLeading("apply the log of another node");
      HELIOS_RETURN_IF_ERROR(CheckFailure());
      const Lsn bound = std::min(lsn, log->written());
      const Lsn before = applied_.end;
      const Lsn step = std::min(bound, before + kApplyBytesAtOnce);
      HELIOS_RETURN_IF_ERROR(ApplyLog(step));
      // A record larger than a step.
      if (applied_.end == before && step < bound) HELIOS_RETURN_IF_ERROR(ApplyLog(bound));
      more = applied_.end > before && applied_.end < bound;
      pipeline.NoteInserted(applied_.end);
      SetVisible(applied_.end);
      AfterAppend();
      return absl::OkStatus();
    }));
    if (!HasRoom()) HELIOS_RETURN_IF_ERROR(checkpointer.Run());
  }
  return snapshots.visible();
}

absl::Status EngineCore::InsertPending() {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<wal::WalReader> reader,
                          wal::WalReader::Open(ReaderOptions(), applied_.end));
  reader->ExpectChain(applied_.chain_crc, applied_.last_term);
  Lsn inherited_end = kLsnInvalid;
  for (;;) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<wal::WalRecord> record,
                            reader->Next(log->written()));
    if (!record.has_value()) break;
    if (record->term > LogTerm()) NoteTerm(record->term, record->lsn);
    if (record->type == wal::WalRecordType::kTransaction) {
      inherited_end = record->end;
      HELIOS_ASSIGN_OR_RETURN(const wal::TxnPayloadReader payload,
                              wal::TxnPayloadReader::Open(record->payload));
      HELIOS_RETURN_IF_ERROR(ApplyPayload(record->payload, record->end, delta.active()));
      auto request = std::make_unique<CommitRequest>();
      request->txn_id = payload.header().txn_id;
      request->touches_catalog = payload.header().touches_catalog;
      request->end = record->end;
      request->answered = true;
      if (request->txn_id != 0) {
        outcomes.Begin(request->txn_id);
        NoteCounters({request->txn_id + 1, 0});
      }
      pipeline.AddPending(std::move(request));
    } else if (record->type == wal::WalRecordType::kTermStart ||
               record->type == wal::WalRecordType::kSequence) {
      HELIOS_ASSIGN_OR_RETURN(const Counters counters, DecodeCounters(record->payload));
      NoteCounters(counters);
    }
  }
  if (reader->position() != log->appended()) {
    return Corruption("the log has no record boundary at its end {}, only at {}",
                      LsnText(log->appended()), LsnText(reader->position()));
  }
  inherited_end_.store(ToInt(inherited_end), std::memory_order_release);
  return absl::OkStatus();
}

absl::StatusOr<Lsn> EngineCore::BeginTerm(Term term) {
  HELIOS_RETURN_IF_ERROR(CheckOpen());
  Lsn end{0};
  HELIOS_RETURN_IF_ERROR(pipeline.RunExclusive([&]() -> absl::Status {
    if (standalone()) return FailedPrecondition("a standalone database begins its terms itself");
    if (leading()) return NotWhileLeading("begin a term");
    HELIOS_RETURN_IF_ERROR(CheckFailure());
    if (term <= LogTerm()) {
      return FailedPrecondition("term {} is not above term {} of this log", ToInt(term),
                                ToInt(LogTerm()));
    }
    HELIOS_RETURN_IF_ERROR(log->Write());
    HELIOS_RETURN_IF_ERROR(InsertPending());
    apply_reader_.reset();
    if (term <= LogTerm()) {
      return FailedPrecondition("term {} is not above term {} of this log", ToInt(term),
                                ToInt(LogTerm()));
    }
    term_.store(ToInt(term), std::memory_order_release);
    ControlRecord control = CountersRecord(wal::WalRecordType::kTermStart);
    const wal::WalAppend append{control.type, control.payload};
    HELIOS_ASSIGN_OR_RETURN(const std::vector<wal::WalPosition> positions,
                            log->Append({&append, 1}, term, KnownCommitted()));
    NoteControlRecord(control, positions[0]);
    end = positions[0].end;
    leading_.store(true, std::memory_order_release);
    return SyncNow();
  }));
  return end;
}

absl::Status EngineCore::RebuildDelta(Lsn to) {
  applied_ = checkpointer.checkpoint().checkpoint;
  apply_reader_.reset();
  const std::shared_ptr<DeltaPart> part = delta.NewPart();
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<wal::WalReader> reader,
                          wal::WalReader::Open(ReaderOptions(), applied_.end));
  reader->ExpectChain(applied_.chain_crc, applied_.last_term);
  for (;;) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<wal::WalRecord> record, reader->Next(to));
    if (!record.has_value()) break;
    HELIOS_RETURN_IF_ERROR(ApplyRecord(*record, *part));
  }
  // In one step: a snapshot sees the old parts or the new one.
  delta.Replace(part, to);
  return absl::OkStatus();
}

absl::Status EngineCore::StopLeading() {
  if (standalone()) return FailedPrecondition("a standalone database always leads");
  // A checkpoint that waits for the gate gives up, and none begins before the delta is rebuilt: until
  // then it holds what is not committed, without a mark of where that begins.
  stepping_down_.store(true, std::memory_order_release);
  WakeVisibleWaiters();
  MutexLock run(&checkpointer.run_mutex());
  const absl::Status status = StopLeadingLocked();
  stepping_down_.store(false, std::memory_order_release);
  return status;
}

absl::Status EngineCore::StopLeadingLocked() {
  const absl::Status written = pipeline.RunExclusive([this]() -> absl::Status {
    leading_.store(false, std::memory_order_release);
    inherited_end_.store(0, std::memory_order_release);
    return log->Write();
  });
  WakeVisibleWaiters();
  pipeline.AbandonPending(absl::OkStatus());
  if (!written.ok()) return RefuseWrites(written);
  const absl::Status rebuilt =
      pipeline.RunExclusive([this] { return RebuildDelta(snapshots.visible()); });
  if (rebuilt.ok()) return rebuilt;
  // The delta still holds what is not committed: it must not reach the store.
  return Refuse(SqlError(sqlstate::kIoError,
                         "the log could not be read again when this node stopped leading; it must "
                         "be opened anew: {}",
                         std::string(rebuilt.message())));
}

absl::StatusOr<wal::WalEnd> EngineCore::EndAt(Lsn end) const {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<wal::WalReader> reader,
                          wal::WalReader::Open(ReaderOptions(), applied_.end));
  reader->ExpectChain(applied_.chain_crc, applied_.last_term);
  wal::WalEnd found = applied_;
  for (;;) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<wal::WalRecord> record, reader->Next(end));
    if (!record.has_value()) break;
    found = {record->end, record->chain_crc, record->term};
  }
  if (found.end != end) {
    return InvalidArgument("no record ends at {}: the log cannot be cut there", LsnText(end));
  }
  return found;
}

absl::Status EngineCore::CutLog(Lsn end) {
  HELIOS_RETURN_IF_ERROR(CheckOpen());
  MutexLock run(&checkpointer.run_mutex());
  return pipeline.RunExclusive([&]() -> absl::Status {
    if (leading()) return NotWhileLeading("cut the log");
    HELIOS_RETURN_IF_ERROR(CheckFailure());
    if (end < snapshots.visible()) {
      return FailedPrecondition("the log cannot be cut at {}: it is committed up to {}",
                                LsnText(end), LsnText(snapshots.visible()));
    }
    HELIOS_RETURN_IF_ERROR(log->Write());
    HELIOS_ASSIGN_OR_RETURN(const wal::WalEnd cut, EndAt(end));
    apply_reader_.reset();
    HELIOS_RETURN_IF_ERROR(log->writer()->TruncateTo(cut));
    outcomes.EndAll();
    term_.store(ToInt(cut.last_term), std::memory_order_release);
    MutexLock lock(&status_mu_);
    std::erase_if(terms_, [&](const wal::TermStart& term) { return term.first_lsn >= end; });
    return absl::OkStatus();
  });
}

}  // namespace heliosdb::txn
