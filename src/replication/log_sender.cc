#include "replication/log_sender.h"

#include <optional>
#include <utility>

#include "core/base/status.h"
#include "replication/sender_set.h"

namespace heliosdb::replication {
namespace {

// A slot is moved on in steps, since the log is freed by segments anyway.
constexpr uint64_t kHoldStepBytes = uint64_t{1} << 20;

}  // namespace

LogSender::LogSender(const ReplicatorOptions& options, SenderHost* host, SenderSet* set,
                     Stream* stream)
    : host_(host), set_(set), stream_(stream), replicator_(options, host->Now()) {}

LogSender::~LogSender() = default;

void LogSender::OnMessages(std::vector<Message> messages) {
  bool progressed = false;
  for (const Message& message : messages) {
    if (const Hello* hello = std::get_if<Hello>(&message)) {
      OnHello(*hello);
      continue;
    }
    MutexLock lock(&mu_);
    if (closing_) return;
    last_heard_ = host_->WallNow();
    if (const Ack* ack = std::get_if<Ack>(&message)) {
      progressed |= Execute(replicator_.OnAck(*ack, host_->Now()));
    } else {
      CloseStream(FailedPrecondition("unexpected message: {}", MessageText(message)));
    }
  }
  if (!progressed) return;
  std::string node;
  uint64_t number = 0;
  NodeProgress progress;
  {
    MutexLock lock(&mu_);
    node = replicator_.node();
    number = number_;
    progress = replicator_.progress();
  }
  // First what commits wait for, then more log.
  host_->OnStandbyProgress(node, number, progress);
  MutexLock lock(&mu_);
  AdvanceHold();
  PumpLocked();
  if (replicator_.Answered()) stream_->ExpectSilence();
}

void LogSender::OnHello(const Hello& hello) {
  const absl::StatusOr<SenderFacts> facts = host_->Facts();
  MutexLock lock(&mu_);
  if (closing_) return;
  if (!facts.ok()) {
    stream_->Send(Refusal{host_->Self(), std::string(facts.status().message())});
    CloseStream(facts.status());
    return;
  }
  Execute(replicator_.OnHello(hello, *facts, host_->Now()));
}

bool LogSender::Execute(ReplicatorEffects effects) {
  // Before the standby hears that it is accepted, the log is kept for it.
  if (effects.hold.has_value()) {
    Accept(*effects.hold);
    if (closing_) return false;
  }
  for (Message& message : effects.send) {
    host_->CountSent(message);
    stream_->Send(std::move(message));
  }
  if (effects.deposed.has_value()) host_->OnDeposed(*effects.deposed);
  if (effects.close.has_value()) CloseStream(*effects.close);
  if (effects.hold.has_value()) PumpLocked();
  return effects.acknowledged;
}

void LogSender::Accept(Lsn from) {
  const std::string& node = replicator_.node();
  absl::Status status = host_->HoldLog(node, from);
  if (status.ok()) {
    absl::StatusOr<std::unique_ptr<wal::WalReader>> reader = host_->OpenLog(from);
    status = reader.status();
    if (reader.ok()) reader_ = *std::move(reader);
  }
  if (!status.ok()) {
    stream_->Send(Refusal{host_->Self(), std::string(status.message())});
    CloseStream(status);
    return;
  }
  held_ = from;
  connected_at_ = last_heard_ = host_->WallNow();
  number_ = host_->OnStandbyAccepted(node);
  host_->Tell(Event::Kind::kConnected, node,
              fmt::format("node {} follows from {}", node, LsnText(from)));
}

void LogSender::CloseStream(const absl::Status& why) {
  if (closing_) return;
  closing_ = true;
  close_reason_ = std::string(why.message());
  reader_.reset();
  stream_->Close();
}

void LogSender::OnClosed(const absl::Status& why) {
  set_->Remove(this);
  MutexLock lock(&mu_);
  if (close_reason_.empty()) close_reason_ = std::string(why.message());
  reader_.reset();
  closing_ = true;
  if (replicator_.node().empty()) return;
  const bool followed = connected_at_ != absl::InfinitePast();
  host_->Tell(followed ? Event::Kind::kDisconnected : Event::Kind::kRefused, replicator_.node(),
              fmt::format("node {}: {}", replicator_.node(), close_reason_));
}

void LogSender::Pump() {
  MutexLock lock(&mu_);
  PumpLocked();
}

void LogSender::PumpLocked() {
  if (closing_ || reader_ == nullptr || !stream_->Idle()) return;
  replicator_.OnLog(host_->Written(), host_->Committed(), host_->Now());
  const std::optional<WalReplicator::ReadRequest> request = replicator_.NextRead();
  if (!request.has_value()) return;
  const absl::StatusOr<std::optional<wal::WalReader::RawFrames>> frames =
      reader_->NextRaw(request->bound, request->bytes_max);
  if (!frames.ok()) {
    CloseStream(frames.status());
    return;
  }
  if (!frames->has_value()) return;
  const wal::WalReader::RawFrames& raw = **frames;
  Message message = replicator_.OnRead(raw.lsn, raw.end, raw.bytes, host_->Now());
  host_->CountSent(message);
  stream_->Send(std::move(message));
}

void LogSender::AdvanceHold() {
  const Lsn flushed = replicator_.progress().flushed;
  if (closing_ || flushed < held_ + kHoldStepBytes) return;
  const absl::Status status = host_->AdvanceHold(replicator_.node(), flushed);
  if (status.ok()) {
    held_ = flushed;
    return;
  }
  host_->Tell(Event::Kind::kSlotLost, replicator_.node(),
              fmt::format("node {}: {}", replicator_.node(), std::string(status.message())));
  CloseStream(status);
}

absl::Duration LogSender::Tick() {
  MutexLock lock(&mu_);
  if (closing_) return absl::InfiniteDuration();
  replicator_.OnLog(host_->Written(), host_->Committed(), host_->Now());
  Execute(replicator_.OnTick(host_->Now()));
  PumpLocked();
  return closing_ ? absl::InfiniteDuration() : replicator_.NextTick();
}

void LogSender::Shut(std::string_view why) {
  MutexLock lock(&mu_);
  CloseStream(Unavailable("{}", why));
}

StandbyStatus LogSender::Status() {
  MutexLock lock(&mu_);
  if (connected_at_ == absl::InfinitePast()) return StandbyStatus();
  StandbyStatus status = replicator_.Status(host_->Now());
  if (closing_) status.state = StandbyState::kDisconnected;
  status.connected_at = connected_at_;
  status.last_heard = last_heard_;
  return status;
}

}  // namespace heliosdb::replication
