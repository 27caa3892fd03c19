#include "tests/kit/crash/crash_load.h"

#include <algorithm>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "fmt/format.h"

#include "core/base/mutex.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "heliosdb/connection.h"
#include "heliosdb/error.h"
#include "heliosdb/result.h"
#include "heliosdb/transaction.h"

namespace heliosdb::testkit::crash {
namespace {

constexpr size_t kRecentIdsMax = 256;
constexpr uint64_t kPartsMax = 4;
constexpr char kSchema[] = R"(
CREATE TABLE IF NOT EXISTS progress (worker integer PRIMARY KEY, sequence integer NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
  worker integer, sequence integer, part integer, parts integer NOT NULL, filler text NOT NULL,
  PRIMARY KEY (worker, sequence, part));
CREATE INDEX IF NOT EXISTS entry_filler ON entry (filler, worker);
)";
// More than storage::kDirtyBytesMax.
constexpr char kBulk[] =
    "CREATE TABLE IF NOT EXISTS bulk (id integer PRIMARY KEY, filler text);"
    "INSERT INTO bulk SELECT id, repeat('x', 20000) FROM generate_series(1, 5000) AS g (id);"
    "DROP TABLE bulk";

// Runs one statement and reads its rows to the end.
absl::Status Do(Connection* connection, std::string_view sql) {
  absl::StatusOr<Result> result = connection->Execute(sql);
  if (!result.ok()) return result.status();
  while (result->Next()) {
  }
  return result->status();
}

class Worker {
 public:
  Worker(uint32_t id, const LoadOptions& options)
      : id_(id), options_(options), random_(options.seed * 1009 + id) {}

  absl::Status Open(const Target& target) {
    HELIOS_ASSIGN_OR_RETURN(connection_, target.connect());
    const int worker = static_cast<int>(id_);
    HELIOS_RETURN_IF_ERROR(
        connection_
            ->Execute("INSERT INTO progress VALUES ($1, 0) ON CONFLICT (worker) DO NOTHING", worker)
            .status());
    HELIOS_ASSIGN_OR_RETURN(
        Result result,
        connection_->Execute("SELECT sequence FROM progress WHERE worker = $1", worker));
    if (!result.Next()) return Internal("worker {} has no progress", id_);
    sequence_ = static_cast<uint32_t>(result.row().Get<int32_t>(0));
    return absl::OkStatus();
  }

  // One transaction, from BEGIN to the answer to its COMMIT.
  absl::Status Step() {
    HELIOS_ASSIGN_OR_RETURN(Transaction transaction, connection_->Begin());
    const int worker = static_cast<int>(id_);
    const int sequence = static_cast<int>(sequence_) + 1;
    const int parts = static_cast<int>(1 + random_.Below(kPartsMax));
    for (int part = 0; part < parts; ++part) {
      const std::string filler = fmt::format("{:016x}", random_.Next());
      HELIOS_RETURN_IF_ERROR(connection_
                                 ->Execute("INSERT INTO entry VALUES ($1, $2, $3, $4, $5)", worker,
                                           sequence, part, parts, filler)
                                 .status());
    }
    HELIOS_RETURN_IF_ERROR(connection_
                               ->Execute("UPDATE entry SET filler = 'marked' WHERE worker = $1 AND "
                                         "sequence = $2 AND part = 0",
                                         worker, sequence - 1)
                               .status());
    if (random_.Below(16) == 0) HELIOS_RETURN_IF_ERROR(RollBackToSavepoint());
    HELIOS_RETURN_IF_ERROR(
        connection_
            ->Execute("UPDATE progress SET sequence = $2 WHERE worker = $1", worker, sequence)
            .status());
    HELIOS_ASSIGN_OR_RETURN(const CommitReceipt receipt, transaction.Commit());
    ++sequence_;
    options_.acknowledged({id_, sequence_, receipt.transaction_id});
    return absl::OkStatus();
  }

 private:
  // Rows that must never be seen.
  absl::Status RollBackToSavepoint() {
    HELIOS_RETURN_IF_ERROR(Do(connection_.get(), "SAVEPOINT s"));
    HELIOS_RETURN_IF_ERROR(
        Do(connection_.get(),
           fmt::format("INSERT INTO entry VALUES ({}, {}, 99, 1, 'undone')", id_, sequence_ + 1)));
    return Do(connection_.get(), "ROLLBACK TO SAVEPOINT s");
  }

  const uint32_t id_;
  const LoadOptions& options_;
  Random random_;
  std::unique_ptr<Connection> connection_;
  uint32_t sequence_ = 0;
};

// Makes tables and drops them again, so that checkpoints delete what is dropped.
absl::Status ChangeSchema(Connection* connection, const LoadOptions& options, int round) {
  if (options.writes_bulk && round == 0) {
    HELIOS_RETURN_IF_ERROR(Do(connection, "DROP TABLE IF EXISTS bulk"));
    return connection->ExecuteScript(kBulk);
  }
  HELIOS_RETURN_IF_ERROR(connection->ExecuteScript(
      "DROP TABLE IF EXISTS scratch; CREATE TABLE scratch (id integer PRIMARY KEY);"));
  for (int i = 0; i < 40; ++i) {
    HELIOS_RETURN_IF_ERROR(connection->Execute("INSERT INTO scratch VALUES ($1)", i).status());
  }
  return absl::OkStatus();
}

// Reads how far the workers are, as any reader may.
absl::Status Observe(Connection* connection, const LoadOptions& options) {
  HELIOS_ASSIGN_OR_RETURN(Result result,
                          connection->Execute("SELECT worker, sequence FROM progress"));
  for (const Row row : result) {
    options.acknowledged({static_cast<uint32_t>(row.Get<int32_t>(0)),
                          static_cast<uint32_t>(row.Get<int32_t>(1)), 0});
  }
  return result.status();
}

// The first error that any thread of a load met.
class FirstError {
 public:
  void Set(const absl::Status& status) {
    MutexLock lock(&mu_);
    if (status_.ok()) status_ = status;
    failed_ = true;
  }
  bool failed() const { return failed_; }
  absl::Status status() {
    MutexLock lock(&mu_);
    return status_;
  }

 private:
  std::atomic<bool> failed_{false};
  Mutex mu_;
  absl::Status status_ ABSL_GUARDED_BY(mu_);
};

struct Found {
  uint32_t progress = 0;
  uint32_t sequences = 0;  // Whole ones among 1 .. progress.
  uint32_t acknowledged_missing = 0;
  uint64_t torn = 0;
};

// Reads every transaction of every worker.
absl::Status ReadEntries(Connection* connection, const Ledger& ledger,
                         std::map<uint32_t, Found>* found, Findings* findings) {
  HELIOS_ASSIGN_OR_RETURN(
      Result result,
      connection->Execute("SELECT worker, sequence, count(*), min(parts), max(parts), "
                          "sum(CASE WHEN filler = 'marked' THEN 1 ELSE 0 END), max(part) "
                          "FROM entry GROUP BY worker, sequence"));
  std::map<uint32_t, uint32_t> acknowledged_seen;
  for (const Row row : result) {
    const auto worker = static_cast<uint32_t>(row.Get<int32_t>(0));
    const auto sequence = static_cast<uint32_t>(row.Get<int32_t>(1));
    Found& each = (*found)[worker];
    const int64_t marks = row.Get<int64_t>(5);
    const bool whole = row.Get<int64_t>(2) == row.Get<int32_t>(3) &&
                       row.Get<int32_t>(3) == row.Get<int32_t>(4) &&
                       row.Get<int32_t>(6) == row.Get<int32_t>(3) - 1 &&
                       sequence <= each.progress && marks == (sequence < each.progress ? 1 : 0);
    if (!whole) {
      ++each.torn;
      findings->explanation += fmt::format("worker {} transaction {} is torn\n", worker, sequence);
    }
    if (sequence <= each.progress) ++each.sequences;
    if (worker < kWorkers && sequence <= ledger.last(worker)) ++acknowledged_seen[worker];
  }
  for (uint32_t worker = 0; worker < kWorkers; ++worker) {
    (*found)[worker].acknowledged_missing = ledger.last(worker) - acknowledged_seen[worker];
  }
  return result.status();
}

absl::Status ExamineRows(Connection* connection, const Ledger& ledger, Findings* findings) {
  std::map<uint32_t, Found> found;
  {
    absl::StatusOr<Result> result = connection->Execute("SELECT worker, sequence FROM progress");
    // A crash before the tables were there.
    const bool is_new = SqlStateOf(result.status()) == "42P01";
    if (is_new && ledger.count() == 0) return absl::OkStatus();
    if (!result.ok() && !is_new) return result.status();
    if (is_new) {
      findings->lost += ledger.count();
      findings->explanation += "the tables are not there\n";
      return absl::OkStatus();
    }
    for (const Row row : *result) {
      found[static_cast<uint32_t>(row.Get<int32_t>(0))].progress =
          static_cast<uint32_t>(row.Get<int32_t>(1));
    }
    HELIOS_RETURN_IF_ERROR(result->status());
  }
  HELIOS_RETURN_IF_ERROR(ReadEntries(connection, ledger, &found, findings));
  for (const auto& [worker, each] : found) {
    const uint32_t last = ledger.last(worker);
    const uint32_t undone = last > each.progress ? last - each.progress : 0;
    findings->lost += std::max(undone, each.acknowledged_missing);
    findings->torn += each.torn + (each.progress - each.sequences);
    if (each.progress > last + 1 || undone > 0 || each.sequences != each.progress) {
      findings->explanation += fmt::format("worker {}: acknowledged {}, progress {}, whole {}\n",
                                           worker, last, each.progress, each.sequences);
    }
    // More than one beyond the last acknowledged was never even begun.
    if (each.progress > last + 1) ++findings->torn;
  }
  return absl::OkStatus();
}

}  // namespace

void Ledger::Add(const Acknowledgement& acknowledgement) {
  last_[acknowledgement.worker] = std::max(last_[acknowledgement.worker], acknowledgement.sequence);
  if (acknowledgement.transaction_id == 0) return;
  ++count_;
  if (recent_ids_.size() < kRecentIdsMax) {
    recent_ids_.push_back(acknowledgement.transaction_id);
    return;
  }
  recent_ids_[next_recent_++ % kRecentIdsMax] = acknowledgement.transaction_id;
}

Target TargetOf(Database* database) {
  return {[database] { return database->Connect(); },
          [database] { return database->Verify().status(); },
          [database](uint64_t transaction_id) { return database->Outcome(transaction_id); }};
}

void Findings::Add(const Findings& other) {
  lost += other.lost;
  torn += other.torn;
  corrupt += other.corrupt;
  explanation += other.explanation;
}

absl::Status RunLoad(const Target& target, const LoadOptions& options,
                     const std::atomic<bool>* stop) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> setup, target.connect());
  HELIOS_RETURN_IF_ERROR(setup->ExecuteScript(kSchema));
  std::vector<std::unique_ptr<Worker>> workers;
  for (uint32_t id = 0; id < kWorkers; ++id) {
    workers.push_back(std::make_unique<Worker>(id, options));
    HELIOS_RETURN_IF_ERROR(workers.back()->Open(target));
  }
  // What a load before this one committed unanswered is known from here on.
  HELIOS_RETURN_IF_ERROR(Observe(setup.get(), options));
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> observer, target.connect());
  FirstError error;
  std::vector<std::thread> threads;
  const auto run = [&](const std::function<absl::Status()>& step) {
    threads.emplace_back([&error, stop, step] {
      while (!error.failed() && !stop->load(std::memory_order_relaxed)) {
        if (absl::Status status = step(); !status.ok()) error.Set(status);
      }
    });
  };
  for (const auto& worker : workers) run([worker = worker.get()] { return worker->Step(); });
  run([&] { return Observe(observer.get(), options); });
  int round = 0;
  run([&] { return ChangeSchema(setup.get(), options, round++); });
  for (std::thread& thread : threads) thread.join();
  // What is seen after a failed sync must outlive the crash too. A database that refuses to be read shows nothing.
  Observe(observer.get(), options).IgnoreError();
  return error.status();
}

absl::StatusOr<Findings> Examine(const Target& target, const Ledger& ledger) {
  Findings findings;
  if (const absl::Status status = target.verify(); !status.ok()) {
    ++findings.corrupt;
    findings.explanation += fmt::format("{}\n", status.ToString());
  }
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection, target.connect());
  HELIOS_RETURN_IF_ERROR(ExamineRows(connection.get(), ledger, &findings));
  for (const uint64_t id : ledger.recent_ids()) {
    HELIOS_ASSIGN_OR_RETURN(const TransactionOutcome outcome, target.outcome(id));
    if (outcome == TransactionOutcome::kCommitted) continue;
    ++findings.lost;
    findings.explanation += fmt::format("transaction id {} was acknowledged, its outcome is {}\n",
                                        id, static_cast<int>(outcome));
  }
  return findings;
}

}  // namespace heliosdb::testkit::crash
