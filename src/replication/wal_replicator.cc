#include "replication/wal_replicator.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "replication/fork.h"
#include "replication/introduction.h"

namespace heliosdb::replication {

std::string WalReplicator::RefusalFor(const Hello& hello, const SenderFacts& facts) const {
  const Introduction& peer = hello.self;
  const Introduction& self = facts.self;
  if (std::string mistake = IntroductionMistake(peer, self); !mistake.empty()) return mistake;
  if (!self.history.has_value()) {
    return fmt::format("node {} has no database yet", self.node_id);
  }
  if (peer.term > self.term) {
    return fmt::format("node {} knows term {}, node {} only term {}: there is a newer primary{}{}",
                       peer.node_id, ToInt(peer.term), self.node_id, ToInt(self.term),
                       peer.leader.empty() ? "" : ", ", peer.leader);
  }
  if (peer.term == self.term && !peer.leader.empty() && !self.leader.empty() &&
      peer.leader != self.leader) {
    return fmt::format("term {} has two primaries, {} and {}: promote one of them again",
                       ToInt(peer.term), peer.leader, self.leader);
  }
  return "";
}

Welcome WalReplicator::Decide(const Hello& hello, const SenderFacts& facts) const {
  Welcome welcome;
  welcome.self = facts.self;
  welcome.commit = facts.commit;
  welcome.ack_received = facts.ack_received;
  welcome.action = WelcomeAction::kBaseBackup;
  if (!hello.self.history.has_value()) {
    welcome.reason = "it has no database";
    return welcome;
  }
  if (hello.wants_backup) {
    welcome.reason = "its log does not continue here";
    return welcome;
  }
  const absl::StatusOr<Lsn> fork =
      FindFork({facts.terms, facts.written}, {hello.terms, hello.log_end});
  if (!fork.ok()) {
    welcome.reason = std::string(fork.status().message());
    return welcome;
  }
  // The leader of a term has all of it; whoever passes a log on may be behind another.
  const bool same_term = !hello.terms.empty() && !facts.terms.empty() &&
                         hello.terms.back().term == facts.terms.back().term;
  const bool ahead = same_term && !facts.leading && hello.log_end > facts.written;
  const Lsn from = ahead ? hello.log_end : *fork;
  if (from < facts.log_first) {
    welcome.reason = fmt::format("the log here begins at {}, behind {}", LsnText(facts.log_first),
                                 LsnText(from));
    return welcome;
  }
  if (from == hello.log_end) {
    welcome.action = WelcomeAction::kStream;
    welcome.from = from;
    return welcome;
  }
  if (from < hello.committed) {
    welcome.reason = fmt::format("its log parts at {}, but it has shown everything below {}",
                                 LsnText(from), LsnText(hello.committed));
    return welcome;
  }
  welcome.action = WelcomeAction::kCut;
  welcome.from = from;
  welcome.reason = fmt::format("its log parts from this one at {}, {} bytes before its end",
                               LsnText(from), hello.log_end - from);
  return welcome;
}

ReplicatorEffects WalReplicator::Refuse(std::string reason, const SenderFacts& facts) {
  ReplicatorEffects effects = Close(FailedPrecondition("refused: {}", reason));
  effects.send.push_back(Refusal{facts.self, std::move(reason)});
  return effects;
}

ReplicatorEffects WalReplicator::Close(absl::Status why) {
  state_ = State::kClosed;
  ReplicatorEffects effects;
  effects.close = std::move(why);
  return effects;
}

ReplicatorEffects WalReplicator::OnHello(const Hello& hello, const SenderFacts& facts,
                                         absl::Duration now) {
  if (state_ != State::kGreeting) return Close(FailedPrecondition("a second greeting"));
  standby_ = hello.self;
  if (std::string reason = RefusalFor(hello, facts); !reason.empty()) {
    ReplicatorEffects effects = Refuse(std::move(reason), facts);
    const bool same_cluster = IntroductionMistake(hello.self, facts.self).empty();
    if (same_cluster && hello.self.term > facts.self.term) effects.deposed = hello.self.term;
    return effects;
  }
  Welcome welcome = Decide(hello, facts);
  ReplicatorEffects effects;
  if (welcome.action == WelcomeAction::kBaseBackup) {
    effects = Close(FailedPrecondition("needs a base backup: {}", welcome.reason));
  } else {
    state_ = State::kStreaming;
    effects.hold = welcome.from;
    next_ = welcome.from;
    progress_.received = welcome.from;
  }
  term_ = facts.self.term;
  written_ = facts.written;
  commit_ = commit_told_ = facts.commit;
  greeted_at_ = last_sent_ = last_heard_ = commit_since_ = now;
  mark_lsn_ = written_;
  mark_time_ = complete_at_ = now;
  effects.send.push_back(std::move(welcome));
  return effects;
}

ReplicatorEffects WalReplicator::OnAck(const Ack& ack, absl::Duration now) {
  if (state_ != State::kStreaming) return Close(FailedPrecondition("an answer before a greeting"));
  last_heard_ = now;
  if (ack.term > term_) {
    ReplicatorEffects effects = Close(FailedPrecondition(
        "node {} knows term {}, this stream is of term {}", node(), ToInt(ack.term), ToInt(term_)));
    effects.deposed = ack.term;
    return effects;
  }
  if (ack.received > next_ || ack.flushed > ack.received || ack.applied > ack.received) {
    return Close(FailedPrecondition("node {} acknowledges {}, but only {} was sent", node(),
                                    MessageText(ack), LsnText(next_)));
  }
  ReplicatorEffects effects;
  effects.acknowledged = true;
  progress_.received = std::max(progress_.received, ack.received);
  progress_.flushed = std::max(progress_.flushed, ack.flushed);
  progress_.applied = std::max(progress_.applied, ack.applied);
  heartbeat_answered_ = ack.heartbeat;
  if (progress_.flushed >= mark_lsn_) {
    complete_at_ = mark_time_;
    mark_lsn_ = written_;
    mark_time_ = now;
  }
  caught_up_ = caught_up_ || progress_.flushed >= written_;
  return effects;
}

void WalReplicator::OnLog(Lsn written, Lsn commit, absl::Duration now) {
  written_ = std::max(written_, written);
  if (commit > commit_ && commit_ == commit_told_) commit_since_ = now;
  commit_ = std::max(commit_, commit);
}

std::optional<WalReplicator::ReadRequest> WalReplicator::NextRead() const {
  if (state_ != State::kStreaming || next_ >= written_) return std::nullopt;
  if (next_ - progress_.received >= options_.window_bytes) return std::nullopt;
  return ReadRequest{next_, written_, options_.message_bytes_max};
}

WalData WalReplicator::OnRead(Lsn lsn, Lsn end, std::string_view bytes, absl::Duration now) {
  next_ = end;
  last_sent_ = now;
  commit_told_ = commit_;
  return WalData{term_, lsn, written_, commit_, std::string(bytes)};
}

Heartbeat WalReplicator::MakeHeartbeat(absl::Duration now) {
  last_sent_ = now;
  commit_told_ = commit_;
  return Heartbeat{term_, ++heartbeat_, written_, commit_};
}

ReplicatorEffects WalReplicator::OnTick(absl::Duration now) {
  ReplicatorEffects effects;
  if (state_ == State::kClosed) return effects;
  if (now - last_heard_ >= options_.peer_timeout) {
    return Close(
        DeadlineExceeded("nothing was heard for {}", absl::FormatDuration(now - last_heard_)));
  }
  if (state_ != State::kStreaming) return effects;
  const bool commit_due = commit_ > commit_told_ && now - commit_since_ >= options_.commit_delay;
  if (commit_due || now - last_sent_ >= options_.heartbeat_interval) {
    effects.send.push_back(MakeHeartbeat(now));
  }
  return effects;
}

absl::Duration WalReplicator::NextTick() const {
  if (state_ != State::kStreaming) return last_heard_ + options_.peer_timeout;
  const absl::Duration beat =
      std::min(last_sent_ + options_.heartbeat_interval, last_heard_ + options_.peer_timeout);
  return commit_ > commit_told_ ? std::min(beat, commit_since_ + options_.commit_delay) : beat;
}

StandbyStatus WalReplicator::Status(absl::Duration now) const {
  StandbyStatus status;
  status.node_id = standby_.node_id;
  status.address = standby_.address;
  if (state_ == State::kGreeting) status.state = StandbyState::kConnecting;
  if (state_ == State::kStreaming) {
    status.state = caught_up_ ? StandbyState::kStreaming : StandbyState::kCatchingUp;
  }
  status.sent_lsn = ToInt(next_);
  status.received_lsn = ToInt(progress_.received);
  status.flushed_lsn = ToInt(progress_.flushed);
  status.applied_lsn = ToInt(progress_.applied);
  if (written_ > progress_.flushed) {
    status.lag_bytes = written_ - progress_.flushed;
    status.lag_time = now - complete_at_;
  }
  return status;
}

}  // namespace heliosdb::replication
