#include "replication/standby_link.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::replication {

StandbyLink::StandbyLink(const ApplicatorOptions& options, const Introduction& self,
                         std::string address, Transport* transport, FollowerHost* host)
    : address_(std::move(address)),
      transport_(transport),
      host_(host),
      applicator_(options, self) {}

StandbyLink::~StandbyLink() { Stop(); }

void StandbyLink::Start() {
  thread_ = std::thread([this] { Run(); });
}

void StandbyLink::Stop() {
  if (!thread_.joinable()) return;
  host_->CancelBackup();
  {
    MutexLock lock(&mu_);
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
}

PrimaryStatus StandbyLink::Status() {
  MutexLock lock(&status_mu_);
  return status_;
}

void StandbyLink::NoteStatus() {
  PrimaryStatus status = applicator_.Status(host_->Now());
  if (status.address.empty()) status.address = address_;
  status.connected_at = connected_at_;
  status.last_heard = last_heard_;
  MutexLock lock(&status_mu_);
  status_ = std::move(status);
}

void StandbyLink::Run() {
  for (;;) {
    std::unique_ptr<ClientStream> dropped;
    bool backup = false;
    {
      MutexLock lock(&mu_);
      while (!stopping_ && !drop_stream_ && !backup_due_) {
        Execute(applicator_.OnTick(host_->Now()));
        NoteStatus();
        if (drop_stream_ || backup_due_) break;
        changed_.WaitWithTimeout(&mu_, applicator_.NextTick() - host_->Now());
      }
      drop_stream_ = false;
      backup = std::exchange(backup_due_, false) && !stopping_;
      dropped = std::move(stream_);
      if (stopping_) break;
    }
    // Without the lock: its handler may be waiting for it.
    dropped.reset();
    if (!backup) continue;
    const absl::Status status = host_->TakeBackup(address_);
    MutexLock lock(&mu_);
    Execute(applicator_.OnBackupDone(status, host_->Now()));
  }
}

void StandbyLink::OnMessages(std::vector<Message> messages) {
  MutexLock lock(&mu_);
  if (stopping_ || drop_stream_) return;
  last_heard_ = host_->WallNow();
  for (const Message& message : messages) {
    host_->CountReceived(message);
    Execute(applicator_.OnMessage(message, host_->Now()));
  }
  if (!drop_stream_) Execute(applicator_.OnBatchEnd(host_->Now()));
  NoteStatus();
}

void StandbyLink::OnClosed(const absl::Status& why) {
  MutexLock lock(&mu_);
  if (stopping_ || drop_stream_) return;
  Execute(applicator_.OnClosed(why, host_->Now()));
  drop_stream_ = true;
  changed_.SignalAll();
}

void StandbyLink::Execute(ApplicatorActions actions) {
  std::deque<ApplicatorAction> left;
  for (ApplicatorAction& action : actions) left.push_back(std::move(action));
  while (!left.empty()) {
    ApplicatorAction action = std::move(left.front());
    left.pop_front();
    ApplicatorActions more = Do(action);
    // What follows from a step comes before the steps after it.
    left.insert(left.begin(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
  }
}

ApplicatorActions StandbyLink::Connect() {
  absl::StatusOr<FollowerLog> log = host_->ReadOwnLog();
  if (!log.ok()) return applicator_.OnFailed(log.status(), host_->Now());
  stream_ = transport_->Connect(address_, StreamKind::kLog, this);
  return applicator_.OnOpened(*log, host_->Now());
}

ApplicatorActions StandbyLink::Do(ApplicatorAction& action) {
  using Kind = ApplicatorAction::Kind;
  // Once the stream is given up, what was planned for it is void.
  if (drop_stream_ && action.kind != Kind::kEvent && action.kind != Kind::kClose) return {};
  switch (action.kind) {
    case Kind::kConnect:
      return Connect();
    case Kind::kSend:
      if (stream_ != nullptr) stream_->Send(std::move(action.message));
      return {};
    case Kind::kRemember: {
      const absl::Status status = host_->Remember(action.term, action.text);
      return status.ok() ? ApplicatorActions() : applicator_.OnFailed(status, host_->Now());
    }
    case Kind::kCut:
      return applicator_.OnCut(host_->CutLog(action.lsn), host_->Now());
    case Kind::kAppend: {
      const absl::StatusOr<Lsn> end = host_->AppendLog(action.lsn, action.bytes);
      return applicator_.OnAppended(end.status(), end.ok() ? *end : kLsnInvalid, host_->Now());
    }
    case Kind::kSync: {
      const absl::StatusOr<Lsn> end = host_->SyncLog();
      return applicator_.OnSynced(end.status(), end.ok() ? *end : kLsnInvalid, host_->Now());
    }
    case Kind::kApply: {
      const absl::StatusOr<Lsn> visible = host_->ApplyLog(action.lsn);
      return applicator_.OnApplied(visible.status(), visible.ok() ? *visible : kLsnInvalid,
                                   host_->Now());
    }
    case Kind::kBaseBackup:
      backup_due_ = true;
      drop_stream_ = true;
      changed_.SignalAll();
      return {};
    case Kind::kClose:
      drop_stream_ = true;
      changed_.SignalAll();
      return {};
    case Kind::kEvent:
      if (action.event == Event::Kind::kConnected) connected_at_ = host_->WallNow();
      host_->Tell(action.event, applicator_.primary().node_id, std::move(action.text));
      return {};
  }
  return {};
}

}  // namespace heliosdb::replication
