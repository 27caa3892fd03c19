// Sends a copy of the whole database while it is being used.
#ifndef HELIOSDB_REPLICATION_BACKUP_SENDER_H_
#define HELIOSDB_REPLICATION_BACKUP_SENDER_H_

#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"
#include "replication/sender_host.h"
#include "replication/transport.h"

namespace heliosdb::replication {

class SenderSet;

// One a stream. The copy is read by a thread of its own, which waits whenever the stream is not
// idle, so that memory stays bounded by the size of a chunk.
class BackupSender : public StreamHandler {
 public:
  BackupSender(SenderHost* host, SenderSet* set, Stream* stream)
      : host_(host), set_(set), stream_(stream) {}

  void OnMessages(std::vector<Message> messages) override;
  void OnSent() override;
  void OnClosed(const absl::Status& why) override;

  // Ends the copy. On return the engine is not used any more.
  void Shut();
  // Who gets the copy; empty before it was told.
  std::string node() const;

 private:
  void Refuse(std::string reason);
  void Run();
  absl::Status Copy();
  absl::Status SendWhenIdle(Message message);

  SenderHost* const host_;
  SenderSet* const set_;
  Stream* const stream_;
  std::thread thread_;  // The stream's calls' own.
  mutable Mutex mu_;
  CondVar changed_;
  std::string node_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  bool running_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_BACKUP_SENDER_H_
