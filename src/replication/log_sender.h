// Drives a WalReplicator: reads the log, sends it, and passes on what the standby answers.
#ifndef HELIOSDB_REPLICATION_LOG_SENDER_H_
#define HELIOSDB_REPLICATION_LOG_SENDER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"
#include "replication/sender_host.h"
#include "replication/transport.h"
#include "replication/wal_replicator.h"

namespace heliosdb::replication {

class SenderSet;

// One a stream; made by SenderSet. Log bytes are sent by whichever thread finds that there are some
// and that the stream is idle: the committing one, as soon as it has written them, or the
// transport's.
class LogSender : public StreamHandler {
 public:
  // All borrowed for the handler's life.
  LogSender(const ReplicatorOptions& options, SenderHost* host, SenderSet* set, Stream* stream);
  ~LogSender() override;

  void OnMessages(std::vector<Message> messages) override;
  void OnSent() override { Pump(); }
  void OnClosed(const absl::Status& why) override;

  // Sends what there is to send, if the stream is idle.
  void Pump();
  // Does what is due by now; returns when something is due again.
  absl::Duration Tick();
  // Ends the stream. On return the engine is not used any more.
  void Shut(std::string_view why);
  // Of an accepted standby; its id is empty before.
  StandbyStatus Status();

 private:
  void OnHello(const Hello& hello);
  // Returns whether the standby's progress is news.
  bool Execute(ReplicatorEffects effects) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Accept(Lsn from) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CloseStream(const absl::Status& why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void PumpLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AdvanceHold() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  SenderHost* const host_;
  SenderSet* const set_;
  Stream* const stream_;
  // Held while a few log bytes are read and queued: everybody who waits for it wants just that.
  Mutex mu_;
  WalReplicator replicator_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<wal::WalReader> reader_ ABSL_GUARDED_BY(mu_);
  Lsn held_ ABSL_GUARDED_BY(mu_){0};
  uint64_t number_ ABSL_GUARDED_BY(mu_) = 0;
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  std::string close_reason_ ABSL_GUARDED_BY(mu_);
  absl::Time connected_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  absl::Time last_heard_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_LOG_SENDER_H_
