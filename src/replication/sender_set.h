// Everybody whom this node serves.
#ifndef HELIOSDB_REPLICATION_SENDER_SET_H_
#define HELIOSDB_REPLICATION_SENDER_SET_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"
#include "replication/sender_host.h"
#include "replication/transport.h"

namespace heliosdb::replication {

class BackupSender;
class LogSender;

// Thread-safe. Outlives the listener that it accepts for.
class SenderSet : public StreamAcceptor {
 public:
  SenderSet(const ReplicatorOptions& options, SenderHost* host) : options_(options), host_(host) {}

  std::unique_ptr<StreamHandler> Accept(StreamKind kind, Stream* stream) override;
  void Remove(LogSender* sender);
  void Remove(BackupSender* sender);

  // More log, or more of it committed.
  void PumpAll();
  // Returns when something is due again.
  absl::Duration TickAll();
  // Ends every stream, and accepts no more until Open(): the engine is then not used from here.
  void ShutAll(std::string_view why);
  void Open();

  // One for each standby seen since the last Forget, by its id.
  std::vector<StandbyStatus> Statuses();
  void Forget();
  size_t count();

 private:
  const ReplicatorOptions options_;
  SenderHost* const host_;
  // Held over calls to senders, so that none of them goes meanwhile; they never call back into this
  // but for Remove, from a thread that holds nothing.
  Mutex mu_;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  std::set<LogSender*> senders_ ABSL_GUARDED_BY(mu_);
  std::set<BackupSender*> backups_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, StandbyStatus> last_ ABSL_GUARDED_BY(mu_);
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SENDER_SET_H_
