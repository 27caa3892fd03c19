// Appends to the log. A group of commits costs one write and one fdatasync.
#ifndef HELIOSDB_CORE_WAL_WAL_WRITER_H_
#define HELIOSDB_CORE_WAL_WAL_WRITER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"
#include "core/base/lsn.h"
#include "core/base/mutex.h"
#include "core/wal/wal_format.h"
#include "core/wal/wal_record.h"

namespace heliosdb::wal {

struct WalOptions {
  FileSystem* files = nullptr;  // Not owned; outlives the writer.
  // The log's directory, which exists and holds nothing else.
  std::string directory;
  HistoryId history;
  // Size of a new segment file, header included, in bytes: a multiple of 4096, at least
  // kSegmentBytesMin. Older segments keep theirs. Smaller ones rotate more often (one more
  // fdatasync each).
  uint64_t segment_bytes = kSegmentBytesDefault;
  // Retired segments kept for reuse; more are deleted. Each costs segment_bytes of disk and saves
  // an allocation.
  int spare_segments_max = 4;
  // Frames wait in memory until Write() or Sync(), but at most this many bytes: an Append beyond it
  // writes by itself.
  uint64_t buffer_bytes_max = uint64_t{4} << 20;
};

// Where a log ends; what Recover() finds and Open() needs.
struct WalEnd {
  Lsn end{0};
  uint32_t chain_crc = 0;  // crc of the last frame before end.
  Term last_term{0};
  // Nothing that was written lies behind `end`: Open() need not wipe.
  bool nothing_behind = false;
};

// One thread at a time for all but these, which may run in any thread beside it: the positions,
// failure(), PrepareNextSegment(), RemoveBelow(), first_lsn(), Stats(). Starts no thread.
//
// Positions: synced() <= written() <= appended(). written() bytes can be read from the files;
// synced() bytes survive power loss.
//
// After any failed write or sync the writer is failed for good: the error is kept, and every later
// Append, Write, Sync and AppendForeign returns it. What was not synced may or may not be there
// after a restart.
class WalWriter {
 public:
  // Starts a new log in an empty directory. Its first record stands at first_lsn (a multiple of 8,
  // not 0). The first segment is durable on return. ALREADY_EXISTS if the directory holds a
  // segment.
  static absl::StatusOr<std::unique_ptr<WalWriter>> Create(const WalOptions& options,
                                                           Lsn first_lsn);
  // The same for a copy of another node's log, of which everything before `start` is left out: its
  // first record follows start's chain and term.
  static absl::StatusOr<std::unique_ptr<WalWriter>> CreateAt(const WalOptions& options,
                                                             const WalEnd& start);
  // Goes on where Recover() found the end. Whatever lies behind it (a torn tail) is wiped, durably,
  // before this returns.
  static absl::StatusOr<std::unique_ptr<WalWriter>> Open(const WalOptions& options,
                                                         const WalEnd& end);
  // Deletes a log with all its spares, so that Create() can start another one in its directory: a
  // standby that takes a base backup, a restore. No writer or reader may have it open.
  static absl::Status RemoveLog(FileSystem& files, const std::string& directory);
  ~WalWriter();

  // Appends records, in order, to the buffer, all under this term (not below the last one's).
  // synced() and commit (what the caller knows to be committed) go into each frame. Returns one
  // position a record. Costs no I/O unless the buffer overflows.
  absl::StatusOr<std::vector<WalPosition>> Append(std::span<const WalAppend> records, Term term,
                                                  Lsn commit);
  // Appends frames that another node wrote, unchanged. lsn must be appended() and bytes a run of
  // whole frames that continue this log's chain: FAILED_PRECONDITION for a wrong place or chain,
  // DATA_LOSS for damaged bytes; the log is then as it was.
  absl::Status AppendForeign(Lsn lsn, std::string_view bytes);
  // Hands the buffer to the operating system: written() becomes appended().
  absl::Status Write();
  // Write(), then fdatasync: synced() becomes appended().
  absl::Status Sync();

  Lsn appended() const { return Lsn{appended_.load(std::memory_order_acquire)}; }
  Lsn written() const { return Lsn{written_.load(std::memory_order_acquire)}; }
  Lsn synced() const { return Lsn{synced_.load(std::memory_order_acquire)}; }
  // crc of the last frame before appended(): equal chains mean equal logs.
  uint32_t chain_crc() const { return chain_crc_; }
  Term last_term() const { return last_term_; }
  // OK, or why the writer is failed.
  absl::Status failure() const;

  // Makes the next segment ready if it is not: allocated, named and synced, so that the committing
  // thread need not. For a background thread; call it after each rotation (NeedsNextSegment) or
  // from time to time.
  absl::Status PrepareNextSegment();
  bool NeedsNextSegment() const;
  // Retires the segments that lie wholly below lsn: kept as spares or deleted. The caller makes
  // sure that no reader, standby or recovery needs them. The segment being written always stays.
  // Returns how many were retired.
  absl::StatusOr<int> RemoveBelow(Lsn lsn);
  // The first LSN that the segments still hold.
  Lsn first_lsn() const;

  // Cuts the log back to end, a record boundary not above appended(), with the chain and term there
  // (from a WalReader). Durable on return: what followed can never be taken for valid. The buffer
  // must be empty (Write() first).
  absl::Status TruncateTo(const WalEnd& end);
  // Syncs, and notes that the log was closed in order: the next Recover() takes any damage below
  // for what it is, and need not look for frames behind. The writer takes nothing more.
  absl::Status Close();

  struct Statistics {
    uint64_t writes = 0;
    uint64_t syncs = 0;  // fdatasync calls.
    uint64_t bytes = 0;  // Of frames, written.
    uint64_t rotations = 0;
    uint64_t rotations_unprepared = 0;  // The committing thread had to make the segment itself.
    uint64_t segments = 0;
    uint64_t segment_file_bytes = 0;  // Spares included.
  };
  Statistics Stats() const;

 private:
  struct Segment {
    SegmentIdentity identity;
    SegmentMark mark;
    std::unique_ptr<File> file;
  };
  // A segment that an appended frame reaches, and the start block it gets when its first byte is
  // written.
  struct PendingStart {
    Lsn first_lsn{0};
    SegmentStart start;
  };

  explicit WalWriter(const WalOptions& options);

  absl::Status CheckUsable() const;
  absl::Status Fail(absl::Status error);
  void AppendRecord(const WalAppend& record, Term term, Lsn commit);
  // Notes that the log grew by a frame with this crc, and which segments it reached.
  void NoteFrame(const FrameHeader& header, uint32_t crc);
  absl::Status WriteBuffer();
  absl::Status Rotate();
  // Makes the segment (a new one if there is none) the active one, with its start block.
  absl::Status SwitchTo(std::optional<Segment> next);
  absl::Status WriteMark(SegmentMark mark);
  absl::Status MarkForeign();
  // Makes a segment file, durably: of a spare if there is one. With a start, it says from the moment
  // it has its name where the log's first record stands.
  absl::StatusOr<Segment> MakeSegment(Lsn first_lsn, std::optional<SegmentStart> start);
  absl::StatusOr<Segment> OpenSegment(Lsn first_lsn) const;
  // Takes over the directory: the segment that holds end is the active one.
  absl::Status AdoptSegments(const WalEnd& end);
  absl::Status CutTo(const WalEnd& end, const std::vector<Lsn>& segments);
  absl::Status AdoptPrepared(std::span<const Lsn> behind);
  absl::Status WipeBehind(Lsn end, std::span<const Lsn> behind);
  void GoTo(const WalEnd& end);
  void AwaitPreparation() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::string PathOf(std::string_view name) const;

  const WalOptions options_;
  const uint32_t history_tag_;
  std::atomic<uint64_t> appended_{0};
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> synced_{0};
  // The writing thread's own.
  std::string buffer_;  // The log from written_ to appended_.
  uint32_t chain_crc_ = 0;
  Term last_term_{0};
  std::deque<PendingStart> pending_starts_;
  Lsn reached_end_{
      0};  // End of the last segment that some appended frame, or the active segment, reaches.
  Segment active_;
  std::vector<std::unique_ptr<File>> unsynced_full_;  // Segments filled since the last sync.
  bool active_unsynced_ = false;
  bool buffer_has_foreign_ = false;
  bool closed_ = false;

  mutable Mutex mu_;
  CondVar prepared_changed_;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
  std::deque<SegmentIdentity> segments_ ABSL_GUARDED_BY(mu_);  // Up to the active one, ascending.
  std::optional<Segment> prepared_ ABSL_GUARDED_BY(mu_);
  bool preparing_ ABSL_GUARDED_BY(mu_) = false;  // The next segment is being made, or made active.
  std::vector<std::string> spares_ ABSL_GUARDED_BY(mu_);  // Names of files to make segments of.
  Statistics statistics_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_WAL_WRITER_H_
