// The sending side of one stream: greets a standby, decides where its log goes on, and keeps it
// supplied.
#ifndef HELIOSDB_REPLICATION_WAL_REPLICATOR_H_
#define HELIOSDB_REPLICATION_WAL_REPLICATOR_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "heliosdb/replication/replicated_database.h"
#include "replication/lsn_manager.h"
#include "replication/message.h"

namespace heliosdb::replication {

struct ReplicatorOptions {
  uint64_t window_bytes = uint64_t{16} << 20;
  uint64_t message_bytes_max = uint64_t{256} << 10;
  absl::Duration heartbeat_interval = absl::Milliseconds(100);
  absl::Duration peer_timeout = absl::Seconds(2);
  // A commit LSN that no log bytes carry along is told by itself after this long: readers of a
  // standby see the newest commit so much later, and the path of the next commit stays free.
  absl::Duration commit_delay = absl::Milliseconds(2);
};

// What the sending node is when a standby greets it.
struct SenderFacts {
  Introduction self;
  bool leading = false;  // Otherwise it is a standby itself, and passes on what it receives.
  std::vector<wal::TermStart> terms;
  Lsn log_first{0};
  Lsn written{0};
  Lsn flushed{0};
  Lsn commit{0};
  bool ack_received = false;
};

struct ReplicatorEffects {
  std::vector<Message> send;  // First.
  // The standby is accepted: keep the log from here on for it. Its later acks move that on.
  std::optional<Lsn> hold;
  bool acknowledged = false;    // progress() is news.
  std::optional<Term> deposed;  // The standby knows of this higher term.
  // Last: end the stream, for this reason.
  std::optional<absl::Status> close;
};

// Pure: no thread, lock, I/O or clock; `now` is a time of a monotonic clock. One object a stream;
// the driver calls it from one thread at a time, carries out the effects, and sends log bytes for as
// long as NextRead() asks for some.
class WalReplicator {
 public:
  WalReplicator(const ReplicatorOptions& options, absl::Duration now)
      : options_(options), last_heard_(now) {}

  ReplicatorEffects OnHello(const Hello& hello, const SenderFacts& facts, absl::Duration now);
  ReplicatorEffects OnAck(const Ack& ack, absl::Duration now);
  ReplicatorEffects OnTick(absl::Duration now);
  // The log grew, or more of it is committed.
  void OnLog(Lsn written, Lsn commit, absl::Duration now);

  struct ReadRequest {
    Lsn from{0};
    Lsn bound{0};
    uint64_t bytes_max = 0;
  };
  // The log to send next; nullopt: there is none, or the standby has enough to do.
  std::optional<ReadRequest> NextRead() const;
  // The frames that were read for NextRead(), to be sent.
  WalData OnRead(Lsn lsn, Lsn end, std::string_view bytes, absl::Duration now);

  // The standby has answered all that was sent.
  bool Answered() const { return progress_.flushed >= next_ && heartbeat_answered_ == heartbeat_; }
  // When OnTick is due at the latest.
  absl::Duration NextTick() const;

  // Of the standby, once it has greeted.
  const std::string& node() const { return standby_.node_id; }
  NodeProgress progress() const { return progress_; }
  bool accepted() const { return state_ == State::kStreaming; }
  StandbyStatus Status(absl::Duration now) const;

 private:
  enum class State { kGreeting, kStreaming, kClosed };

  // Why a standby that says this cannot be served; empty if it can.
  std::string RefusalFor(const Hello& hello, const SenderFacts& facts) const;
  ReplicatorEffects Refuse(std::string reason, const SenderFacts& facts);
  // Where the standby's log goes on.
  Welcome Decide(const Hello& hello, const SenderFacts& facts) const;
  ReplicatorEffects Close(absl::Status why);
  Heartbeat MakeHeartbeat(absl::Duration now);

  const ReplicatorOptions options_;
  State state_ = State::kGreeting;
  Introduction standby_;
  Term term_{0};
  Lsn next_{0};  // The next byte to send.
  Lsn written_{0};
  Lsn commit_{0};
  Lsn commit_told_{0};
  absl::Duration commit_since_;  // When commit_ went above commit_told_.
  NodeProgress progress_;
  uint64_t heartbeat_ = 0;  // The number of the last one sent.
  uint64_t heartbeat_answered_ = 0;
  absl::Duration greeted_at_;
  absl::Duration last_sent_;
  absl::Duration last_heard_;
  bool caught_up_ = false;  // It once had everything since it came.
  // When the standby's disk has the log up to mark_lsn_, it has all there was at mark_time_.
  Lsn mark_lsn_{0};
  absl::Duration mark_time_;
  absl::Duration complete_at_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_WAL_REPLICATOR_H_
