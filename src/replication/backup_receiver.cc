#include "replication/backup_receiver.h"

#include "core/base/status.h"
#include "replication/introduction.h"

namespace heliosdb::replication {

absl::Status BackupReceiver::Run(Transport* transport, const std::string& address) {
  const std::unique_ptr<ClientStream> stream =
      transport->Connect(address, StreamKind::kBaseBackup, this);
  stream->Send(BackupRequest{self_});
  MutexLock lock(&mu_);
  for (uint64_t before = heard_; !result_.has_value(); before = heard_) {
    const bool late = changed_.WaitWithTimeout(&mu_, patience_);
    if (late && !result_.has_value() && heard_ == before) {
      result_ =
          DeadlineExceeded("the base backup has not moved for {}", absl::FormatDuration(patience_));
    }
  }
  return *result_;
}

void BackupReceiver::Cancel() { Finish(Unavailable("the base backup was cancelled")); }

void BackupReceiver::Finish(const absl::Status& status) {
  MutexLock lock(&mu_);
  if (!result_.has_value()) result_ = status;
  changed_.SignalAll();
}

void BackupReceiver::OnMessages(std::vector<Message> messages) {
  for (const Message& message : messages) {
    {
      MutexLock lock(&mu_);
      if (result_.has_value()) return;
    }
    if (const absl::Status status = Take(message); !status.ok()) {
      Finish(status);
      return;
    }
    if (complete_) {
      Finish(absl::OkStatus());
      return;
    }
    MutexLock lock(&mu_);
    ++heard_;
    changed_.SignalAll();
  }
}

void BackupReceiver::OnClosed(const absl::Status& why) { Finish(why); }

absl::Status BackupReceiver::Take(const Message& message) {
  if (const Refusal* refusal = std::get_if<Refusal>(&message)) {
    return FailedPrecondition("refused by node {}: {}", refusal->self.node_id, refusal->reason);
  }
  if (const BackupBegin* begin = std::get_if<BackupBegin>(&message)) {
    if (const std::string mistake = IntroductionMistake(begin->self, self_); !mistake.empty()) {
      return FailedPrecondition("{}", mistake);
    }
    if (begin->self.term < self_.term) {
      return FailedPrecondition("node {} has term {}, below term {} that this node has seen",
                                begin->self.node_id, ToInt(begin->self.term), ToInt(self_.term));
    }
    if (load_ != nullptr) return FailedPrecondition("a second copy begins");
    HELIOS_ASSIGN_OR_RETURN(load_, txn::Engine::LoadBackup(options_));
    return absl::OkStatus();
  }
  if (load_ == nullptr) return FailedPrecondition("unexpected message: {}", MessageText(message));
  if (const BackupChunk* chunk = std::get_if<BackupChunk>(&message)) {
    ++chunks_;
    return load_->Add(chunk->bytes);
  }
  const BackupEnd* end = std::get_if<BackupEnd>(&message);
  if (end == nullptr || end->chunks != chunks_) {
    return FailedPrecondition("unexpected {} after {} chunks", MessageText(message), chunks_);
  }
  HELIOS_RETURN_IF_ERROR(load_->Finish());
  // Closes the store, so that the database can be opened.
  load_.reset();
  complete_ = true;
  return absl::OkStatus();
}

}  // namespace heliosdb::replication
