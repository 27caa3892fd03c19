#include "replication/sender_set.h"

#include <algorithm>
#include <utility>

#include "replication/backup_sender.h"
#include "replication/log_sender.h"
#include "replication/status_sender.h"

namespace heliosdb::replication {

std::unique_ptr<StreamHandler> SenderSet::Accept(StreamKind kind, Stream* stream) {
  MutexLock lock(&mu_);
  if (kind == StreamKind::kStatus) return std::make_unique<StatusSender>(host_, stream);
  if (!open_) return nullptr;
  if (kind == StreamKind::kBaseBackup) {
    auto backup = std::make_unique<BackupSender>(host_, this, stream);
    backups_.insert(backup.get());
    return backup;
  }
  auto sender = std::make_unique<LogSender>(options_, host_, this, stream);
  senders_.insert(sender.get());
  return sender;
}

void SenderSet::Remove(LogSender* sender) {
  MutexLock lock(&mu_);
  StandbyStatus status = sender->Status();
  senders_.erase(sender);
  if (status.node_id.empty()) return;
  status.state = StandbyState::kDisconnected;
  last_[status.node_id] = std::move(status);
}

void SenderSet::Remove(BackupSender* sender) {
  MutexLock lock(&mu_);
  backups_.erase(sender);
}

void SenderSet::PumpAll() {
  MutexLock lock(&mu_);
  for (LogSender* sender : senders_) sender->Pump();
}

absl::Duration SenderSet::TickAll() {
  MutexLock lock(&mu_);
  absl::Duration next = absl::InfiniteDuration();
  for (LogSender* sender : senders_) next = std::min(next, sender->Tick());
  return next;
}

void SenderSet::ShutAll(std::string_view why) {
  {
    MutexLock lock(&mu_);
    open_ = false;
    for (LogSender* sender : senders_) sender->Shut(why);
    for (BackupSender* backup : backups_) backup->Shut();
  }
}

void SenderSet::Open() {
  MutexLock lock(&mu_);
  open_ = true;
}

std::vector<StandbyStatus> SenderSet::Statuses() {
  MutexLock lock(&mu_);
  std::map<std::string, StandbyStatus> all = last_;
  for (LogSender* sender : senders_) {
    StandbyStatus status = sender->Status();
    if (status.node_id.empty()) continue;
    StandbyStatus& known = all[status.node_id];
    const bool newer = known.node_id.empty() || known.state == StandbyState::kDisconnected;
    if (newer) known = std::move(status);
  }
  for (BackupSender* backup : backups_) {
    const std::string node = backup->node();
    if (node.empty()) continue;
    all[node].node_id = node;
    all[node].state = StandbyState::kBaseBackup;
  }
  std::vector<StandbyStatus> statuses;
  for (auto& [node, status] : all) statuses.push_back(std::move(status));
  return statuses;
}

void SenderSet::Forget() {
  MutexLock lock(&mu_);
  last_.clear();
}

size_t SenderSet::count() {
  size_t connected = 0;
  for (const StandbyStatus& status : Statuses()) {
    connected += status.state == StandbyState::kDisconnected ? 0 : 1;
  }
  return connected;
}

}  // namespace heliosdb::replication
