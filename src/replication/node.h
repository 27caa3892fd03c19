// A node: its database, its role, and who serves whom.
#ifndef HELIOSDB_REPLICATION_NODE_H_
#define HELIOSDB_REPLICATION_NODE_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/base/mutex.h"
#include "heliosdb/replication/replicated_database.h"
#include "replication/backup_receiver.h"
#include "replication/commit_coordinator.h"
#include "replication/follower_host.h"
#include "replication/member_database.h"
#include "replication/node_directory.h"
#include "replication/sender_host.h"
#include "replication/sender_set.h"
#include "replication/standby_link.h"
#include "replication/system_views.h"
#include "replication/transport.h"

namespace heliosdb::replication {

// Bugs planted on purpose, so that the tests can show that they are found. All off.
struct NodeTestOnlyFaults {
  bool acknowledge_before_sync = false;  // A standby answers before its disk has the log.
  bool commit_alone = false;             // A primary commits, and shows, without any standby.
};

struct NodeOptions {
  std::string path;
  ReplicationConfig config;
  // Borrowed.
  Transport* transport = nullptr;
  MemberDatabases* databases = nullptr;
  FileSystem* files = nullptr;
  Clock* clock = nullptr;
  NodeTestOnlyFaults test_only_faults = {};
};

// Thread-safe but for Close and destruction.
class Node : public SenderHost, public FollowerHost {
 public:
  static absl::StatusOr<std::unique_ptr<Node>> Open(NodeOptions options);
  ~Node() override;
  absl::Status Close();

  absl::Status Promote(const PromoteOptions& options);
  absl::Status Follow(std::string address);
  absl::Status SetSyncSet(std::vector<std::string> node_ids);

  NodeRole role() const;
  NodeStatus Status();
  ReplicationMetrics Metrics();
  // Of the node to send writes to, as far as it is known.
  std::string PrimaryAddress();
  const ReplicationConfig& config() const { return options_.config; }
  // Calls use with the database, which stays meanwhile; 57P03 while there is none.
  absl::Status WithDatabase(const std::function<absl::Status(MemberDatabase&)>& use);
  absl::Status WaitApplied(Lsn lsn, absl::Duration timeout);

  // --- SenderHost ---
  absl::Duration Now() override { return options_.clock->Now(); }
  absl::Time WallNow() override { return options_.clock->WallNow(); }
  Introduction Self() override;
  absl::StatusOr<SenderFacts> Facts() override;
  Lsn Written() override;
  Lsn Committed() override;
  absl::StatusOr<std::unique_ptr<wal::WalReader>> OpenLog(Lsn from) override;
  absl::StatusOr<std::unique_ptr<txn::Backup>> BeginBackup() override;
  absl::Status HoldLog(const std::string& node, Lsn lsn) override;
  absl::Status AdvanceHold(const std::string& node, Lsn lsn) override;
  uint64_t OnStandbyAccepted(const std::string& node) override;
  void OnStandbyProgress(const std::string& node, uint64_t stream,
                         const NodeProgress& progress) override;
  void OnDeposed(Term term) override;
  void CountSent(const Message& message) override;
  void Tell(Event::Kind kind, const std::string& peer, std::string text) override;

  // --- FollowerHost ---
  absl::StatusOr<FollowerLog> ReadOwnLog() override;
  absl::Status Remember(Term term, const std::string& leader) override;
  absl::Status CutLog(Lsn end) override;
  absl::StatusOr<Lsn> AppendLog(Lsn lsn, std::string_view bytes) override;
  absl::StatusOr<Lsn> SyncLog() override;
  absl::StatusOr<Lsn> ApplyLog(Lsn lsn) override;
  absl::Status TakeBackup(const std::string& address) override;
  void CancelBackup() override;
  void CountReceived(const Message& message) override;

 private:
  Node(NodeOptions options, NodeDirectory directory);

  absl::Status Start();
  absl::Status OpenDatabase(uint64_t number);
  absl::Status UseDatabase(std::unique_ptr<MemberDatabase> database);
  // Takes the database from its place.
  void RetireDatabase();
  void CloseRetired();
  txn::Engine* engine() const { return engine_.load(std::memory_order_acquire); }
  // The engine, or UNAVAILABLE (57P03).
  absl::StatusOr<txn::Engine*> RequireEngine() const;
  void OnLog(Lsn written, Lsn synced);

  // --- Roles (node_roles.cc) ---
  absl::Status Lead(SyncMode mode, const std::vector<std::string>& sync_set)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(role_mu_);
  absl::Status StepDown() ABSL_EXCLUSIVE_LOCKS_REQUIRED(role_mu_);
  void StartLink(std::string address) ABSL_EXCLUSIVE_LOCKS_REQUIRED(role_mu_);
  void StopLink() ABSL_EXCLUSIVE_LOCKS_REQUIRED(role_mu_);
  // Where this log's terms begin and its last whole record ends: the engine knows of those that it
  // applied.
  struct LogTail {
    std::vector<wal::TermStart> terms;
    Lsn record_end{0};
    bool has_pending = false;  // A transaction that is not known to be committed.
  };
  absl::StatusOr<LogTail> ReadTail(txn::Engine& engine);
  // Nothing was ever written to it.
  static absl::StatusOr<bool> IsEmpty(txn::Engine& engine);
  // A node that followed this one follows another now, unless it is connected: its log is not kept
  // any more.
  absl::Status ReleaseHolds();
  void RunTicker();
  void HandleDeposed();

  const NodeOptions options_;
  const absl::Duration opened_at_;
  CommitCoordinator coordinator_;
  SenderSet senders_;

  // Serialises changes of the role. The ticker takes it too.
  Mutex role_mu_;
  std::unique_ptr<StandbyLink> link_ ABSL_GUARDED_BY(role_mu_);
  bool closed_ ABSL_GUARDED_BY(role_mu_) = false;

  std::unique_ptr<Listener> listener_;
  std::atomic<txn::Engine*> engine_{nullptr};
  std::atomic<bool> leading_{false};
  std::atomic<uint64_t> pumped_{0};
  struct Counters {
    std::atomic<uint64_t> wal_messages_sent{0};
    std::atomic<uint64_t> wal_bytes_sent{0};
    std::atomic<uint64_t> heartbeats_sent{0};
    std::atomic<uint64_t> heartbeats_received{0};
    std::atomic<uint64_t> connects{0};
    // Microseconds since the Unix epoch; 0: never.
    std::atomic<int64_t> last_write{0};
    std::atomic<int64_t> last_replication{0};
  };
  Counters counters_;

  mutable Mutex mu_ ABSL_ACQUIRED_AFTER(role_mu_);
  CondVar changed_;
  NodeDirectory directory_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<MemberDatabase> database_ ABSL_GUARDED_BY(mu_);
  int database_users_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<std::unique_ptr<MemberDatabase>> retired_ ABSL_GUARDED_BY(mu_);
  BackupReceiver* receiver_ ABSL_GUARDED_BY(mu_) = nullptr;
  bool backups_cancelled_ ABSL_GUARDED_BY(mu_) = false;
  StandbyLink* status_link_ ABSL_GUARDED_BY(mu_) = nullptr;
  std::string address_ ABSL_GUARDED_BY(mu_);

  Mutex events_mu_;  // Orders the host's callback; held while it runs.

  std::thread ticker_;
  Mutex ticker_mu_;
  CondVar ticker_changed_;
  bool ticker_stopping_ ABSL_GUARDED_BY(ticker_mu_) = false;
  bool ticker_due_ ABSL_GUARDED_BY(ticker_mu_) = false;
  std::optional<Term> deposed_ ABSL_GUARDED_BY(ticker_mu_);
  // A commit that has not been told to standbys is waiting for the ticker.
  std::atomic<bool> commit_armed_{false};
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_NODE_H_
