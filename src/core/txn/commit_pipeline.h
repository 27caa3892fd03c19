// The way of a commit: queue, log, delta, visibility, answer.
//
// Committers queue. Whoever finds no leader leads: it takes the whole queue as a group, appends it
// to the log, links its versions into the delta (invisible yet), writes, syncs, publishes, passes
// the lead to the next waiting committer, and answers the group. The next group forms while the
// disk works. A lone committer leads itself and hands nothing over.
//
// The leader is the one place where the log's end, the delta's active part and the term are
// touched; whatever else must touch them runs as an exclusive step, alone in a group of its own.
#ifndef HELIOSDB_CORE_TXN_COMMIT_PIPELINE_H_
#define HELIOSDB_CORE_TXN_COMMIT_PIPELINE_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/txn/cancel_token.h"
#include "core/txn/commit_company.h"
#include "core/txn/commit_gate.h"
#include "core/txn/durability.h"
#include "core/txn/transaction_state.h"
#include "core/wal/wal_record.h"

namespace heliosdb::txn {

class EngineCore;

// A committer's thread, asleep until its answer is in or it is told to lead.
class CommitWaiter : public CancelToken::Waiter {
 public:
  // timed: it may give up when its cancel token says so; costs a mutex.
  explicit CommitWaiter(bool timed) : timed_(timed) {}
  void Wake() override { Raise(kWoken); }

 private:
  friend class CommitPipeline;
  static constexpr int kAnswered = 1;
  static constexpr int kLead = 2;
  static constexpr int kWoken = 4;

  void Raise(int bit);
  // Sleeps until a bit is set and returns them; kWoken past the token's deadline, or past this one
  // by clock. cancel may be null; neither counts if it is not timed.
  int Next(CancelToken* cancel, Clock* clock, absl::Duration deadline);

  const bool timed_;
  // int, because its wait is then a bare futex.
  std::atomic<int> state_{0};
  // Written before kAnswered.
  std::optional<absl::StatusOr<CommitReceipt>> answer_;
  Mutex mu_;
  CondVar changed_;
};

struct CommitRequest {
  enum class Kind : uint8_t {
    kRecord,     // Appends the payload and applies it.
    kSync,       // Waits until the log up to here has the durability.
    kExclusive,  // Runs a step alone.
  };
  Kind kind = Kind::kRecord;
  Durability durability = Durability::kFull;
  bool touches_catalog = false;
  std::string payload;  // A wal::TxnPayloadWriter's.
  uint64_t txn_id = 0;
  // Its write set is what the payload says; null: the payload itself is applied.
  std::unique_ptr<TransactionState> state;
  std::function<absl::Status()> step;

  // Exactly one of the two.
  CommitWaiter* waiter = nullptr;
  std::function<void(absl::StatusOr<CommitReceipt>)> done;

  // The pipeline's.
  Lsn end{0};
  bool answered = false;
  bool shown = false;
};

class CommitPipeline {
 public:
  // core is not owned and outlives this.
  explicit CommitPipeline(EngineCore* core) : core_(core) {}

  // Queues the request; request->done is called later, never inside this call. It must not wait for
  // the engine: it may run in the thread that leads.
  void Submit(std::unique_ptr<CommitRequest> request);
  // Queues it and waits. A cancel while a logged commit waits for the gate gives 40003, and so does
  // EngineOptions::commit_ack_timeout.
  absl::StatusOr<CommitReceipt> SubmitAndWait(std::unique_ptr<CommitRequest> request,
                                              CancelToken* cancel);
  // Runs step alone, and returns what it returned. It must not wait for another request.
  absl::Status RunExclusive(std::function<absl::Status()> step);

  // There may be room in the delta again.
  void Kick();
  // Fails what waits for room.
  void FailQueued(const absl::Status& status);
  // What the gate allows is shown, and what waited for it is answered.
  void OnGateProgress(const GateProgress& progress);
  // Fails what waits for the gate with `why`, or, if that is OK, because its outcome is not known.
  void AbandonPending(const absl::Status& why);
  // A transaction from the log that is in the delta and waits for the gate.
  void AddPending(std::unique_ptr<CommitRequest> request);
  // Runs what is queued, in this thread if nobody leads.
  void Drain();
  // The highest LSN whose versions are in the delta.
  void NoteInserted(Lsn lsn);
  Lsn inserted() const { return Lsn{inserted_.load(std::memory_order_acquire)}; }
  // Whether anything is queued, led or waits for the gate.
  bool Idle() const;

  uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  uint64_t groups() const { return groups_.load(std::memory_order_relaxed); }

 private:
  using Group = std::vector<std::unique_ptr<CommitRequest>>;
  enum class Leader : uint8_t { kNone, kPosted, kActive };
  struct Answer {
    CommitWaiter* waiter;
    std::function<void(absl::StatusOr<CommitReceipt>)> done;
    absl::StatusOr<CommitReceipt> result;
  };

  absl::StatusOr<CommitReceipt> Await(CommitWaiter& waiter, CancelToken* cancel,
                                      absl::Duration deadline);
  // Stops waiting for a logged commit. False if it is answered already, or still queued.
  bool Detach(CommitWaiter& waiter);
  bool CanTake() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  Group TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Before a group is taken: waits for those who are about to come back; see CommitCompany.
  void AwaitCompany();
  // Tells a leader who waits for them that there are enough.
  void NoteQueued() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Takes one group through, and passes the lead on.
  void Lead();
  void LeadPosted();
  // Gives the lead to the next in the queue, or to nobody.
  void PassLead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Does a group's work; the requests that can be answered come back with their result.
  absl::Status RunGroup(Group& group);
  absl::Status AppendGroup(Group& group);
  void InsertGroup(Group& group);
  absl::Status FlushGroup(const Group& group, Lsn end);
  void Publish(Lsn lsn, const Group& group);
  // With a gate: shows what is committed, and answers what has its durability.
  void Settle();
  bool Reached(const CommitRequest& request, Lsn synced, Lsn visible) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(pending_mu_);
  void Finish(Group group, const absl::Status& status);
  CommitReceipt ReceiptOf(const CommitRequest& request) const;
  static void Deliver(CommitWaiter* waiter,
                      const std::function<void(absl::StatusOr<CommitReceipt>)>& done,
                      absl::StatusOr<CommitReceipt> result);

  EngineCore* const core_;
  std::atomic<uint64_t> commits_{0};
  std::atomic<uint64_t> groups_{0};
  std::atomic<uint64_t> inserted_{0};

  mutable Mutex mu_;
  std::deque<std::unique_ptr<CommitRequest>> steps_ ABSL_GUARDED_BY(mu_);
  std::deque<std::unique_ptr<CommitRequest>> queue_ ABSL_GUARDED_BY(mu_);
  Leader leader_ ABSL_GUARDED_BY(mu_) = Leader::kNone;
  // Only with a gate:
  size_t waiting_ ABSL_GUARDED_BY(mu_) = 0;  // Sessions in SubmitAndWait.
  CommitCompany company_ ABSL_GUARDED_BY(mu_);
  size_t company_wanted_ ABSL_GUARDED_BY(mu_) = 0;  // How many a leader waits for; 0: none does.
  CondVar company_came_;

  // Logged, in log order, and not yet both visible and answered. Only with a gate.
  mutable Mutex pending_mu_;
  std::deque<std::unique_ptr<CommitRequest>> pending_ ABSL_GUARDED_BY(pending_mu_);
  GateProgress progress_ ABSL_GUARDED_BY(pending_mu_);
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_COMMIT_PIPELINE_H_
