// The receiving side: finds its primary, brings its log to where it continues the primary's, takes
// in what comes, and tells how far it is.
#ifndef HELIOSDB_REPLICATION_WAL_APPLICATOR_H_
#define HELIOSDB_REPLICATION_WAL_APPLICATOR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "heliosdb/replication/replicated_database.h"
#include "replication/message.h"

namespace heliosdb::replication {

struct ApplicatorOptions {
  absl::Duration reconnect_delay_max = absl::Seconds(1);
  absl::Duration peer_timeout = absl::Seconds(2);
};

// This node's log, when a stream opens.
struct FollowerLog {
  std::optional<wal::HistoryId> history;  // None: no database, and the rest means nothing.
  std::vector<wal::TermStart> terms;
  Lsn end{0};
  Lsn committed{0};
};

// What the driver does, in order. It reports each of the steps that have an On...() below as soon
// as it is done, and carries out what that returns before it goes on.
struct ApplicatorAction {
  enum class Kind {
    kConnect,     // Open a stream; then OnOpened, or OnClosed.
    kSend,        // message
    kRemember,    // Keep term and leader (text) for good, before anything else happens.
    kCut,         // Cut the log back to lsn; OnCut.
    kAppend,      // Append bytes, borrowed from the message, at lsn; OnAppended.
    kSync,        // Sync the log; OnSynced.
    kApply,       // Apply the log up to lsn; OnApplied.
    kBaseBackup,  // Close the stream, replace the database by a copy; OnBackupDone.
    kClose,       // End the stream, for the reason in text; no OnClosed follows.
    kEvent,       // Tell the host: event, text
  };
  Kind kind = Kind::kSend;
  Lsn lsn{0};
  Term term{0};
  std::string_view bytes{};
  std::string text{};
  Event::Kind event = Event::Kind::kConnected;
  Message message{};
};
using ApplicatorActions = std::vector<ApplicatorAction>;
std::string ActionText(const ApplicatorAction& action);

// Pure: no thread, lock, I/O or clock; `now` is a time of a monotonic clock. One a node, for as long
// as it follows; the driver calls it from one thread at a time.
//
// It never goes back to a lower term, takes log of one writer a term only, and applies nothing
// beyond the commit LSN that it was told in the present stream.
class WalApplicator {
 public:
  // self: without history, which each stream's log tells.
  WalApplicator(const ApplicatorOptions& options, Introduction self)
      : options_(options), self_(std::move(self)), delay_(DelayMin()) {}

  ApplicatorActions OnTick(absl::Duration now);
  // The stream can be used.
  ApplicatorActions OnOpened(const FollowerLog& log, absl::Duration now);
  ApplicatorActions OnMessage(const Message& message, absl::Duration now);
  // Nothing more has come for now: what was taken in is synced together.
  ApplicatorActions OnBatchEnd(absl::Duration now);
  // The other side, or the network, ended the stream.
  ApplicatorActions OnClosed(const absl::Status& why, absl::Duration now);
  // This node could not do its part: its disk fails. Tried again after the longest pause.
  ApplicatorActions OnFailed(const absl::Status& why, absl::Duration now);

  ApplicatorActions OnCut(const absl::Status& status, absl::Duration now);
  ApplicatorActions OnAppended(const absl::Status& status, Lsn end, absl::Duration now);
  ApplicatorActions OnSynced(const absl::Status& status, Lsn end, absl::Duration now);
  ApplicatorActions OnApplied(const absl::Status& status, Lsn visible, absl::Duration now);
  ApplicatorActions OnBackupDone(const absl::Status& status, absl::Duration now);

  // When OnTick is due at the latest.
  absl::Duration NextTick() const;

  // The highest term seen, and who leads it.
  Term term() const { return self_.term; }
  const std::string& leader() const { return self_.leader; }
  // The node it follows, as far as it is known.
  const Introduction& primary() const { return primary_; }
  bool streaming() const { return state_ == State::kStreaming; }
  PrimaryStatus Status(absl::Duration now) const;

 private:
  enum class State { kWaiting, kConnecting, kGreeting, kStreaming, kBackup };

  absl::Duration DelayMin() const { return options_.reconnect_delay_max / 100; }
  // Gives the stream up; the next one begins after the pause.
  ApplicatorActions GiveUp(std::string why, absl::Duration pause, absl::Duration now);
  // The peer is not one to follow: told to the host, tried again after the longest pause.
  ApplicatorActions Refuse(std::string why, absl::Duration now);
  std::string RefusalOf(const Introduction& peer) const;
  // The same for a log that cannot be brought to continue the primary's: only a copy helps then.
  ApplicatorActions OnUnfit(const absl::Status& why, absl::Duration now);
  ApplicatorActions EndStream(const absl::Status& why, absl::Duration pause, absl::Duration now);
  ApplicatorActions OnWelcome(const Welcome& welcome, absl::Duration now);
  ApplicatorActions OnWal(const WalData& data, absl::Duration now);
  ApplicatorActions OnHeartbeat(const Heartbeat& heartbeat, absl::Duration now);
  ApplicatorActions BeginStreaming(absl::Duration now);
  ApplicatorActions StartBackup(std::string why, absl::Duration now);
  ApplicatorAction MakeAck();
  void NoteWritten(Lsn written, absl::Duration now);

  const ApplicatorOptions options_;
  Introduction self_;
  Introduction primary_;
  State state_ = State::kWaiting;
  absl::Duration retry_at_;
  absl::Duration delay_;
  absl::Duration last_heard_;
  bool wants_backup_ = false;
  bool ack_received_ = false;
  bool ack_due_ = false;
  Welcome welcome_;
  // Of this node's log.
  Lsn received_{0};
  Lsn flushed_{0};
  Lsn applied_{0};
  // As told by the primary.
  Lsn commit_{0};
  Lsn written_{0};
  uint64_t heartbeat_ = 0;
  std::string last_error_;
  bool caught_up_ = false;
  Lsn mark_lsn_{0};
  absl::Duration mark_time_;
  absl::Duration complete_at_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_WAL_APPLICATOR_H_
