#include "replication/wal_applicator.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/base/status.h"
#include "replication/introduction.h"

namespace heliosdb::replication {
namespace {

using Kind = ApplicatorAction::Kind;

ApplicatorAction SendAction(Message message) {
  ApplicatorAction action;
  action.kind = Kind::kSend;
  action.message = std::move(message);
  return action;
}

ApplicatorAction LsnAction(Kind kind, Lsn lsn) {
  ApplicatorAction action;
  action.kind = kind;
  action.lsn = lsn;
  return action;
}

ApplicatorAction TextAction(Kind kind, std::string text) {
  ApplicatorAction action;
  action.kind = kind;
  action.text = std::move(text);
  return action;
}

ApplicatorAction EventAction(Event::Kind event, std::string text) {
  ApplicatorAction action = TextAction(Kind::kEvent, std::move(text));
  action.event = event;
  return action;
}

}  // namespace

std::string ActionText(const ApplicatorAction& action) {
  switch (action.kind) {
    case Kind::kConnect:
      return "connect";
    case Kind::kSend:
      return "send " + MessageText(action.message);
    case Kind::kRemember:
      return fmt::format("remember term={} leader={}", ToInt(action.term), action.text);
    case Kind::kCut:
      return "cut " + LsnText(action.lsn);
    case Kind::kAppend:
      return fmt::format("append {} bytes={}", LsnText(action.lsn), action.bytes.size());
    case Kind::kSync:
      return "sync";
    case Kind::kApply:
      return "apply " + LsnText(action.lsn);
    case Kind::kBaseBackup:
      return "base_backup";
    case Kind::kClose:
      return fmt::format("close ({})", action.text);
    case Kind::kEvent:
      return fmt::format("event {} ({})", EventKindName(action.event), action.text);
  }
  return "unknown";
}

ApplicatorActions WalApplicator::GiveUp(std::string why, absl::Duration pause, absl::Duration now) {
  state_ = State::kWaiting;
  retry_at_ = now + pause;
  last_error_ = why;
  ApplicatorActions actions;
  actions.push_back(TextAction(Kind::kClose, std::move(why)));
  return actions;
}

ApplicatorActions WalApplicator::Refuse(std::string why, absl::Duration now) {
  ApplicatorActions actions = GiveUp(why, options_.reconnect_delay_max, now);
  actions.push_back(EventAction(Event::Kind::kRefused, std::move(why)));
  return actions;
}

ApplicatorActions WalApplicator::OnTick(absl::Duration now) {
  if (state_ == State::kWaiting) {
    if (now < retry_at_) return {};
    state_ = State::kConnecting;
    last_heard_ = now;
    return {LsnAction(Kind::kConnect, kLsnInvalid)};
  }
  if (state_ == State::kBackup || now - last_heard_ < options_.peer_timeout) return {};
  return OnClosed(
      DeadlineExceeded("nothing was heard for {}", absl::FormatDuration(now - last_heard_)), now);
}

absl::Duration WalApplicator::NextTick() const {
  if (state_ == State::kWaiting) return retry_at_;
  if (state_ == State::kBackup) return absl::InfiniteDuration();
  return last_heard_ + options_.peer_timeout;
}

ApplicatorActions WalApplicator::OnOpened(const FollowerLog& log, absl::Duration now) {
  state_ = State::kGreeting;
  last_heard_ = now;
  self_.history = log.history;
  received_ = flushed_ = log.end;
  applied_ = log.committed;
  commit_ = kLsnInvalid;
  ack_due_ = caught_up_ = false;
  Hello hello;
  hello.self = self_;
  hello.terms = log.terms;
  hello.log_end = log.end;
  hello.committed = log.committed;
  hello.wants_backup = wants_backup_;
  return {SendAction(std::move(hello))};
}

ApplicatorActions WalApplicator::OnClosed(const absl::Status& why, absl::Duration now) {
  if (state_ == State::kWaiting || state_ == State::kBackup) return {};
  const absl::Duration pause = delay_;
  delay_ = std::min(delay_ * 2, options_.reconnect_delay_max);
  return EndStream(why, pause, now);
}

ApplicatorActions WalApplicator::OnFailed(const absl::Status& why, absl::Duration now) {
  if (state_ == State::kWaiting || state_ == State::kBackup) return {};
  return EndStream(why, options_.reconnect_delay_max, now);
}

ApplicatorActions WalApplicator::OnUnfit(const absl::Status& why, absl::Duration now) {
  // The disk says nothing about the log.
  if (absl::IsUnavailable(why) || absl::IsResourceExhausted(why)) return OnFailed(why, now);
  wants_backup_ = true;
  return OnClosed(why, now);
}

ApplicatorActions WalApplicator::EndStream(const absl::Status& why, absl::Duration pause,
                                           absl::Duration now) {
  const bool was_streaming = state_ == State::kStreaming;
  ApplicatorActions actions = GiveUp(std::string(why.message()), pause, now);
  if (was_streaming) {
    actions.push_back(EventAction(Event::Kind::kDisconnected, std::string(why.message())));
  }
  return actions;
}

std::string WalApplicator::RefusalOf(const Introduction& peer) const {
  if (std::string mistake = IntroductionMistake(peer, self_); !mistake.empty()) return mistake;
  if (peer.term < self_.term) {
    return fmt::format("node {} has term {}, below term {} that this node has seen{}{}",
                       peer.node_id, ToInt(peer.term), ToInt(self_.term),
                       self_.leader.empty() ? "" : ", led by ", self_.leader);
  }
  if (peer.term == self_.term && !peer.leader.empty() && !self_.leader.empty() &&
      peer.leader != self_.leader) {
    return fmt::format("term {} has two primaries, {} and {}: promote one of them again",
                       ToInt(peer.term), peer.leader, self_.leader);
  }
  return "";
}

ApplicatorActions WalApplicator::OnMessage(const Message& message, absl::Duration now) {
  if (state_ != State::kGreeting && state_ != State::kStreaming) return {};
  last_heard_ = now;
  if (const Refusal* refusal = std::get_if<Refusal>(&message)) {
    return Refuse(fmt::format("refused by node {}: {}", refusal->self.node_id, refusal->reason),
                  now);
  }
  if (state_ == State::kGreeting) {
    if (const Welcome* welcome = std::get_if<Welcome>(&message)) return OnWelcome(*welcome, now);
  } else if (const WalData* data = std::get_if<WalData>(&message)) {
    return OnWal(*data, now);
  } else if (const Heartbeat* heartbeat = std::get_if<Heartbeat>(&message)) {
    return OnHeartbeat(*heartbeat, now);
  }
  return OnClosed(FailedPrecondition("unexpected message: {}", MessageText(message)), now);
}

ApplicatorActions WalApplicator::StartBackup(std::string why, absl::Duration now) {
  state_ = State::kBackup;
  last_heard_ = now;
  return {EventAction(Event::Kind::kBaseBackup,
                      fmt::format("takes a copy of node {}: {}", primary_.node_id, why)),
          LsnAction(Kind::kBaseBackup, kLsnInvalid)};
}

ApplicatorActions WalApplicator::OnWelcome(const Welcome& welcome, absl::Duration now) {
  if (std::string why = RefusalOf(welcome.self); !why.empty()) return Refuse(std::move(why), now);
  primary_ = welcome.self;
  ApplicatorActions actions;
  if (welcome.self.term > self_.term || (self_.leader.empty() && !welcome.self.leader.empty())) {
    self_.term = welcome.self.term;
    self_.leader = welcome.self.leader;
    ApplicatorAction remember = TextAction(Kind::kRemember, self_.leader);
    remember.term = self_.term;
    actions.push_back(std::move(remember));
  }
  welcome_ = welcome;
  ApplicatorActions more;
  switch (welcome.action) {
    case WelcomeAction::kBaseBackup:
      more = StartBackup(welcome.reason, now);
      break;
    case WelcomeAction::kCut:
      actions.push_back(EventAction(Event::Kind::kLogCut, welcome.reason));
      more = {LsnAction(Kind::kCut, welcome.from)};
      break;
    case WelcomeAction::kStream:
      if (welcome.from != received_) {
        return OnClosed(
            FailedPrecondition("node {} would go on at {}, but this log ends at {}",
                               welcome.self.node_id, LsnText(welcome.from), LsnText(received_)),
            now);
      }
      more = BeginStreaming(now);
      break;
  }
  for (ApplicatorAction& action : more) actions.push_back(std::move(action));
  return actions;
}

ApplicatorActions WalApplicator::OnCut(const absl::Status& status, absl::Duration now) {
  if (!status.ok()) return OnUnfit(status, now);
  received_ = welcome_.from;
  return BeginStreaming(now);
}

ApplicatorActions WalApplicator::BeginStreaming(absl::Duration now) {
  state_ = State::kStreaming;
  delay_ = DelayMin();
  last_error_.clear();
  ack_received_ = welcome_.ack_received;
  // The log's tail may be in memory only; the first answer says what is on the disk.
  flushed_ = kLsnInvalid;
  ack_due_ = true;
  heartbeat_ = 0;
  commit_ = welcome_.commit;
  written_ = std::max(received_, commit_);
  mark_lsn_ = written_;
  mark_time_ = complete_at_ = now;
  return {EventAction(Event::Kind::kConnected,
                      fmt::format("follows node {} from {} in term {}", primary_.node_id,
                                  LsnText(received_), ToInt(self_.term)))};
}

void WalApplicator::NoteWritten(Lsn written, absl::Duration now) {
  written_ = std::max(written_, written);
  if (applied_ >= mark_lsn_) {
    complete_at_ = mark_time_;
    mark_lsn_ = written_;
    mark_time_ = now;
  }
}

ApplicatorActions WalApplicator::OnWal(const WalData& data, absl::Duration now) {
  if (data.term != self_.term || data.lsn != received_ || data.bytes.empty()) {
    return OnClosed(FailedPrecondition("unexpected {}: this log ends at {} and follows term {}",
                                       MessageText(data), LsnText(received_), ToInt(self_.term)),
                    now);
  }
  commit_ = std::max(commit_, data.commit);
  NoteWritten(data.written, now);
  received_ = data.lsn + data.bytes.size();
  ApplicatorActions actions;
  if (ack_received_) actions.push_back(MakeAck());
  ApplicatorAction append = LsnAction(Kind::kAppend, data.lsn);
  append.bytes = data.bytes;
  actions.push_back(std::move(append));
  return actions;
}

ApplicatorActions WalApplicator::OnHeartbeat(const Heartbeat& heartbeat, absl::Duration now) {
  if (heartbeat.term != self_.term) {
    return OnClosed(FailedPrecondition("unexpected {}: this node follows term {}",
                                       MessageText(heartbeat), ToInt(self_.term)),
                    now);
  }
  commit_ = std::max(commit_, heartbeat.commit);
  NoteWritten(heartbeat.written, now);
  heartbeat_ = heartbeat.number;
  ack_due_ = true;
  return {};
}

ApplicatorActions WalApplicator::OnBatchEnd(absl::Duration) {
  if (state_ != State::kStreaming) return {};
  if (flushed_ < received_) return {LsnAction(Kind::kSync, kLsnInvalid)};
  const Lsn to = std::min(commit_, received_);
  if (to > applied_) return {LsnAction(Kind::kApply, to)};
  if (!ack_due_) return {};
  return {MakeAck()};
}

ApplicatorAction WalApplicator::MakeAck() {
  ack_due_ = false;
  return SendAction(Ack{self_.term, received_, flushed_, applied_, heartbeat_});
}

ApplicatorActions WalApplicator::OnAppended(const absl::Status& status, Lsn end,
                                            absl::Duration now) {
  if (status.ok()) {
    if (end == received_) return {};
    return OnClosed(Internal("appended up to {}, not {}", LsnText(end), LsnText(received_)), now);
  }
  // The bytes do not continue this log, though the terms said so.
  return OnUnfit(status, now);
}

ApplicatorActions WalApplicator::OnSynced(const absl::Status& status, Lsn end, absl::Duration now) {
  if (!status.ok()) return OnFailed(status, now);
  last_heard_ = now;  // While it worked it could not listen.
  flushed_ = std::min(end, received_);
  ApplicatorActions actions = {MakeAck()};
  const Lsn to = std::min(commit_, received_);
  if (to > applied_) actions.push_back(LsnAction(Kind::kApply, to));
  return actions;
}

ApplicatorActions WalApplicator::OnApplied(const absl::Status& status, Lsn visible,
                                           absl::Duration now) {
  if (!status.ok()) return OnFailed(status, now);
  last_heard_ = now;
  applied_ = std::max(applied_, visible);
  if (applied_ >= written_) caught_up_ = true;
  NoteWritten(written_, now);
  if (!ack_due_) return {};
  return {MakeAck()};
}

ApplicatorActions WalApplicator::OnBackupDone(const absl::Status& status, absl::Duration now) {
  state_ = State::kWaiting;
  if (status.ok()) {
    wants_backup_ = false;
    delay_ = DelayMin();
    retry_at_ = now;
    return {EventAction(Event::Kind::kBaseBackup,
                        fmt::format("has a copy of node {}", primary_.node_id))};
  }
  last_error_ = std::string(status.message());
  retry_at_ = now + delay_;
  delay_ = std::min(delay_ * 2, options_.reconnect_delay_max);
  return {EventAction(Event::Kind::kBaseBackup, fmt::format("could not take a copy of node {}: {}",
                                                            primary_.node_id, last_error_))};
}

PrimaryStatus WalApplicator::Status(absl::Duration now) const {
  PrimaryStatus status;
  status.node_id = primary_.node_id;
  status.address = primary_.address;
  switch (state_) {
    case State::kWaiting:
      status.state = StandbyState::kDisconnected;
      break;
    case State::kConnecting:
    case State::kGreeting:
      status.state = StandbyState::kConnecting;
      break;
    case State::kBackup:
      status.state = StandbyState::kBaseBackup;
      break;
    case State::kStreaming:
      status.state = caught_up_ ? StandbyState::kStreaming : StandbyState::kCatchingUp;
      break;
  }
  status.written_lsn = ToInt(written_);
  status.commit_lsn = ToInt(commit_);
  if (written_ > applied_) {
    status.lag_bytes = written_ - applied_;
    status.lag_time = now - complete_at_;
  }
  status.last_error = last_error_;
  return status;
}

}  // namespace heliosdb::replication
