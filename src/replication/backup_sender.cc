#include "replication/backup_sender.h"

#include <utility>

#include "core/base/status.h"
#include "replication/introduction.h"
#include "replication/sender_set.h"

namespace heliosdb::replication {

void BackupSender::OnMessages(std::vector<Message> messages) {
  for (const Message& message : messages) {
    const BackupRequest* request = std::get_if<BackupRequest>(&message);
    const std::string mistake = request == nullptr
                                    ? "unexpected message: " + MessageText(message)
                                    : IntroductionMistake(request->self, host_->Self());
    if (!mistake.empty() || thread_.joinable()) {
      Refuse(mistake);
      return;
    }
    {
      MutexLock lock(&mu_);
      if (stopping_) return;
      node_ = request->self.node_id;
      running_ = true;
    }
    thread_ = std::thread([this] { Run(); });
  }
}

void BackupSender::Refuse(std::string reason) {
  stream_->Send(Refusal{host_->Self(), std::move(reason)});
  stream_->Close();
}

void BackupSender::Run() {
  const std::string peer = node();
  host_->Tell(Event::Kind::kBaseBackup, peer, fmt::format("node {} takes a copy", peer));
  const absl::Status status = Copy();
  if (!status.ok()) stream_->Send(Refusal{host_->Self(), std::string(status.message())});
  stream_->Close();
  host_->Tell(Event::Kind::kBaseBackup, peer,
              status.ok() ? fmt::format("node {} has been sent a copy", peer)
                          : fmt::format("the copy for node {} failed: {}", peer,
                                        std::string(status.message())));
  MutexLock lock(&mu_);
  running_ = false;
  changed_.SignalAll();
}

absl::Status BackupSender::Copy() {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<txn::Backup> backup, host_->BeginBackup());
  // What follows the copy is kept until the node comes for it.
  HELIOS_RETURN_IF_ERROR(host_->HoldLog(node(), backup->lsn()));
  HELIOS_RETURN_IF_ERROR(SendWhenIdle(BackupBegin{host_->Self(), backup->lsn()}));
  uint64_t chunks = 0;
  HELIOS_RETURN_IF_ERROR(backup->Copy([&](std::string_view chunk) {
    ++chunks;
    return SendWhenIdle(BackupChunk{std::string(chunk)});
  }));
  return SendWhenIdle(BackupEnd{chunks});
}

absl::Status BackupSender::SendWhenIdle(Message message) {
  {
    MutexLock lock(&mu_);
    while (!stopping_ && !stream_->Idle()) changed_.Wait(&mu_);
    if (stopping_) return Unavailable("the stream has ended");
  }
  stream_->Send(std::move(message));
  return absl::OkStatus();
}

void BackupSender::OnSent() {
  MutexLock lock(&mu_);
  changed_.SignalAll();
}

void BackupSender::OnClosed(const absl::Status&) {
  Shut();
  if (thread_.joinable()) thread_.join();
  set_->Remove(this);
}

void BackupSender::Shut() {
  MutexLock lock(&mu_);
  stopping_ = true;
  changed_.SignalAll();
  while (running_) changed_.Wait(&mu_);
}

std::string BackupSender::node() const {
  MutexLock lock(&mu_);
  return node_;
}

}  // namespace heliosdb::replication
