// Takes a copy of another node's database into an empty directory.
#ifndef HELIOSDB_REPLICATION_BACKUP_RECEIVER_H_
#define HELIOSDB_REPLICATION_BACKUP_RECEIVER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "core/base/mutex.h"
#include "core/txn/engine.h"
#include "replication/transport.h"

namespace heliosdb::replication {

// For one backup.
class BackupReceiver : public StreamHandler {
 public:
  // A copy that does not move for this long has failed.
  BackupReceiver(Introduction self, txn::EngineOptions options, absl::Duration patience)
      : self_(std::move(self)), options_(std::move(options)), patience_(patience) {}

  // Blocks until the copy is complete, or has failed.
  absl::Status Run(Transport* transport, const std::string& address);
  // From any thread.
  void Cancel();

  void OnMessages(std::vector<Message> messages) override;
  void OnSent() override {}
  void OnClosed(const absl::Status& why) override;

 private:
  absl::Status Take(const Message& message);
  void Finish(const absl::Status& status);

  const Introduction self_;
  const txn::EngineOptions options_;
  const absl::Duration patience_;
  // The stream's calls' own.
  std::unique_ptr<txn::BackupLoad> load_;
  uint64_t chunks_ = 0;
  bool complete_ = false;

  Mutex mu_;
  CondVar changed_;
  uint64_t heard_ ABSL_GUARDED_BY(mu_) = 0;
  std::optional<absl::Status> result_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_BACKUP_RECEIVER_H_
