// Drives a WalApplicator: one stream to the primary at a time, and a thread that opens it.
#ifndef HELIOSDB_REPLICATION_STANDBY_LINK_H_
#define HELIOSDB_REPLICATION_STANDBY_LINK_H_

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"

#include "core/base/mutex.h"
#include "replication/follower_host.h"
#include "replication/transport.h"
#include "replication/wal_applicator.h"

namespace heliosdb::replication {

// Thread-safe but for Stop and destruction. What arrives is appended, synced, answered and applied
// in the thread that brings it.
class StandbyLink : public StreamHandler {
 public:
  // host and transport are borrowed.
  StandbyLink(const ApplicatorOptions& options, const Introduction& self, std::string address,
              Transport* transport, FollowerHost* host);
  ~StandbyLink() override;

  void Start();
  // On return nothing is done to the node any more.
  void Stop();
  PrimaryStatus Status();
  const std::string& address() const { return address_; }

  void OnMessages(std::vector<Message> messages) override;
  void OnSent() override {}
  void OnClosed(const absl::Status& why) override;

 private:
  void Run();
  void Execute(ApplicatorActions actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Does one action, and returns what it leads to.
  ApplicatorActions Do(ApplicatorAction& action) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  ApplicatorActions Connect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void NoteStatus() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string address_;
  Transport* const transport_;
  FollowerHost* const host_;
  std::thread thread_;
  // Held over the node's work for the stream, so that there is one step at a time; only the stream
  // and the link's own thread take it.
  Mutex mu_;
  CondVar changed_;
  WalApplicator applicator_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<ClientStream> stream_ ABSL_GUARDED_BY(mu_);
  bool drop_stream_ ABSL_GUARDED_BY(mu_) = false;
  bool backup_due_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  absl::Time connected_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  absl::Time last_heard_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();

  Mutex status_mu_ ABSL_ACQUIRED_AFTER(mu_);
  PrimaryStatus status_ ABSL_GUARDED_BY(status_mu_);
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_STANDBY_LINK_H_
