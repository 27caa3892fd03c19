#include "tests/kit/crash_replicated/replicated_rounds.h"

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "fmt/format.h"

#include "core/base/random.h"
#include "core/base/status.h"
#include "tests/kit/crash_replicated/node_pair.h"

namespace heliosdb::testkit::crash {
namespace {

constexpr int kRoundsOfADirectory = 10;
constexpr uint64_t kKillAfterMillisecondsMax = 1200;
// Commits that must come after a crash: the load goes on.
constexpr uint64_t kCommitsAfter = 40;
constexpr absl::Duration kGoesOnWithin = absl::Minutes(1);
// A process that has not come to its failpoint by then is killed all the same.
constexpr absl::Duration kFailpointTimeMax = absl::Seconds(12);
// Time for the primary to log what nobody confirms any more.
constexpr absl::Duration kAloneTime = absl::Milliseconds(30);

// In which process, and when.
enum class Place {
  kPrimary,     // Under load.
  kStandby,     // The same.
  kStart,       // A primary that starts again.
  kPromotion,   // A standby whose primary is dead.
  kRejoin,      // An old primary that has log of its own.
  kNewStandby,  // One without a database.
  kServing,     // A primary to which such a one comes.
};
std::string_view PlaceName(Place place) {
  constexpr std::string_view kNames[] = {"primary", "standby",     "start",  "promotion",
                                         "rejoin",  "new_standby", "serving"};
  return kNames[static_cast<int>(place)];
}

struct NodeFailpoint {
  Place place;
  std::string name;
  uint64_t skip_max;  // Upper bound of the passes that are let through.
  std::string text() const { return fmt::format("{} {}", PlaceName(place), name); }
};
// Those of one place apart, so that a few rounds see many places.
const std::vector<NodeFailpoint>& Failpoints() {
  static const std::vector<NodeFailpoint> kAll = {
      {Place::kStandby, "node.before_sync", 200},
      {Place::kPromotion, "node.after_term", 1},
      {Place::kPrimary, "node.before_send", 200},
      {Place::kRejoin, "node.before_cut", 1},
      {Place::kNewStandby, "node.backup_loaded", 1},
      {Place::kStart, "node.after_term", 1},
      {Place::kServing, "node.backup_begun", 1},
      {Place::kPrimary, "node.ack_received", 200},
      {Place::kStandby, "node.after_sync", 200},
      {Place::kStart, "node.before_term", 1},
      {Place::kRejoin, "node.after_cut", 1},
      {Place::kPrimary, "commit.before_publish", 200},
      {Place::kStandby, "node.after_append", 200},
      {Place::kNewStandby, "node.database_replaced", 1},
      {Place::kPrimary, "wal.rotate", 2},
      {Place::kStandby, "wal.rotate", 2},
      {Place::kServing, "node.hold_moving", 1},
      {Place::kPrimary, "wal.before_sync", 200},
      {Place::kStandby, "checkpoint.before_commit", 2},
      {Place::kPromotion, "node.before_term", 1},
      {Place::kPrimary, "checkpoint.after_commit", 2},
      {Place::kStandby, "node.before_append", 200},
      {Place::kRejoin, "node.remembered", 1},
      {Place::kPrimary, "commit.after_publish", 200},
      {Place::kStandby, "node.before_apply", 200},
      {Place::kNewStandby, "node.backup_started", 1},
      {Place::kPrimary, "wal.after_sync", 200},
      {Place::kStandby, "node.after_apply", 200},
      {Place::kPrimary, "checkpoint.before_commit", 2},
      {Place::kStandby, "checkpoint.after_commit", 2},
      {Place::kPrimary, "wal.before_write", 200},
      {Place::kStandby, "checkpoint.after_freeze", 2},
      {Place::kPrimary, "checkpoint.after_freeze", 2},
      {Place::kStandby, "wal.after_write", 200},
  };
  return kAll;
}

class Rounds {
 public:
  explicit Rounds(const ReplicatedOptions& options) : options_(options), random_(options.seed) {}

  absl::StatusOr<ReplicatedReport> Run() {
    for (int round = 0; round < options_.rounds; ++round) {
      const absl::Status status = RunRound(round);
      if (!status.ok()) return WithContext(status, fmt::format("round {} in {}", round, path_));
      ++report_.rounds;
      if (!report_.findings.ok() || !report_.nodes_equal) return std::move(report_);
    }
    pair_.reset();
    Remove();
    return std::move(report_);
  }

 private:
  absl::Status RunRound(int round) {
    if (round % kRoundsOfADirectory == 0) HELIOS_RETURN_IF_ERROR(NewPair(round));
    const uint64_t before = pair_->ledger().count();
    Load();
    HELIOS_RETURN_IF_ERROR(GoOn());
    if (round % 3 == 2) {
      what_ = "random";
      HELIOS_RETURN_IF_ERROR(KillAtRandom());
    } else {
      const NodeFailpoint& failpoint = NextFailpoint();
      what_ = failpoint.text();
      HELIOS_ASSIGN_OR_RETURN(const bool died_there, KillAt(failpoint));
      if (died_there) ++report_.kills_at[what_];
    }
    HELIOS_RETURN_IF_ERROR(WithContext(GoOn(), what_));
    HELIOS_RETURN_IF_ERROR(WithContext(Compare(), what_));
    report_.acknowledged += pair_->ledger().count() - before;
    return absl::OkStatus();
  }

  // In turn; those that were hit already are left out until all were.
  const NodeFailpoint& NextFailpoint() {
    const std::vector<NodeFailpoint>& all = Failpoints();
    for (size_t i = 0; i < all.size(); ++i) {
      const NodeFailpoint& next = all[next_failpoint_++ % all.size()];
      if (!report_.kills_at.contains(next.text())) return next;
    }
    return all[next_failpoint_++ % all.size()];
  }

  absl::Status NewPair(int round) {
    pair_.reset();
    Remove();
    path_ = fmt::format("{}/nodes-{}", options_.directory, round);
    Remove();
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) return InvalidArgument("cannot make {}: {}", path_, error.message());
    pair_ = std::make_unique<NodePair>(options_.program, path_);
    HELIOS_RETURN_IF_ERROR(pair_->StartAgain(pair_->leader()));
    return pair_->StartAgain(pair_->follower());
  }
  void Remove() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  void Load() { pair_->Tell(pair_->leader(), fmt::format("load {}", random_.Next() >> 1)); }
  // Commits come, whatever happened.
  absl::Status GoOn() {
    const uint64_t goal = pair_->ledger().count() + kCommitsAfter;
    const absl::Status status = pair_->WaitUntil(
        [&] { return pair_->ledger().count() >= goal || !pair_->leader().answers.empty(); },
        kGoesOnWithin);
    if (absl::IsDeadlineExceeded(status)) return Internal("commits do not go on");
    HELIOS_RETURN_IF_ERROR(status);
    if (pair_->leader().answers.empty()) return status;
    return Internal("node {} says {}", pair_->leader().id, pair_->leader().answers.front());
  }
  absl::Status PassRandomTime() {
    return pair_->Pass(absl::Milliseconds(random_.Below(kKillAfterMillisecondsMax)));
  }

  // --- Ways on, each to a pair that runs under load ---

  absl::Status RestartFollower() { return pair_->StartAgain(pair_->follower()); }
  absl::Status RestartLeader() {
    HELIOS_RETURN_IF_ERROR(pair_->StartAgain(pair_->leader()));
    Load();
    return absl::OkStatus();
  }
  // The leader is dead, and the follower takes its place.
  absl::Status PromoteFollower() {
    HELIOS_RETURN_IF_ERROR(pair_->Ask(pair_->follower(), "promote", "promoted").status());
    NotePromotion();
    return absl::OkStatus();
  }
  void NotePromotion() {
    pair_->Swap();
    ++report_.promotions;
    Load();
  }
  absl::Status PromoteAndRejoin() {
    HELIOS_RETURN_IF_ERROR(PromoteFollower());
    return RestartFollower();
  }
  absl::Status AfterLeader() {
    return random_.Below(2) == 0 ? RestartLeader() : PromoteAndRejoin();
  }
  // Both dead; the leader has log that the follower lacks.
  absl::Status KillBothApart() {
    HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->follower()));
    HELIOS_RETURN_IF_ERROR(pair_->Pass(kAloneTime));
    return pair_->Kill(pair_->leader());
  }

  absl::Status KillAtRandom() {
    HELIOS_RETURN_IF_ERROR(PassRandomTime());
    switch (random_.Below(4)) {
      case 0:
        HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->follower()));
        HELIOS_RETURN_IF_ERROR(PassRandomTime());
        return RestartFollower();
      case 1:
        HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->leader()));
        return AfterLeader();
      case 2:
        HELIOS_RETURN_IF_ERROR(KillBothApart());
        HELIOS_RETURN_IF_ERROR(RestartLeader());
        return RestartFollower();
      default:
        HELIOS_RETURN_IF_ERROR(KillBothApart());
        HELIOS_RETURN_IF_ERROR(RestartFollower());
        return PromoteAndRejoin();
    }
  }

  absl::Status Arm(NodePair::Node& node, const NodeFailpoint& failpoint) {
    return pair_
        ->Ask(node,
              fmt::format("failpoint {} {}", failpoint.name, random_.Below(failpoint.skip_max)),
              "armed")
        .status();
  }
  // Waits for a node to die of what it was armed with; kills it if it does not.
  absl::StatusOr<bool> AwaitDeath(NodePair::Node& node) {
    HELIOS_ASSIGN_OR_RETURN(const bool died, pair_->WaitForDeath(node, kFailpointTimeMax));
    if (!died) HELIOS_RETURN_IF_ERROR(pair_->Kill(node));
    return died;
  }
  // Starts the follower with a failpoint, of which it dies sooner or later, and then without.
  absl::StatusOr<bool> StartFollowerTwice(const NodeFailpoint& failpoint) {
    HELIOS_ASSIGN_OR_RETURN(const bool ready, pair_->Start(pair_->follower(), failpoint.name));
    bool died = !ready;
    if (ready) {
      HELIOS_ASSIGN_OR_RETURN(died, AwaitDeath(pair_->follower()));
    }
    HELIOS_RETURN_IF_ERROR(RestartFollower());
    return died;
  }
  absl::Status ForgetFollower() {
    HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->follower()));
    std::error_code error;
    std::filesystem::remove_all(pair_->follower().directory, error);
    return error ? Internal("cannot remove {}", pair_->follower().directory) : absl::OkStatus();
  }

  absl::StatusOr<bool> KillAt(const NodeFailpoint& failpoint) {
    switch (failpoint.place) {
      case Place::kPrimary: {
        HELIOS_RETURN_IF_ERROR(Arm(pair_->leader(), failpoint));
        HELIOS_ASSIGN_OR_RETURN(const bool died, AwaitDeath(pair_->leader()));
        HELIOS_RETURN_IF_ERROR(AfterLeader());
        return died;
      }
      case Place::kStandby: {
        HELIOS_RETURN_IF_ERROR(Arm(pair_->follower(), failpoint));
        HELIOS_ASSIGN_OR_RETURN(const bool died, AwaitDeath(pair_->follower()));
        HELIOS_RETURN_IF_ERROR(RestartFollower());
        return died;
      }
      case Place::kStart:
        return KillAtStart(failpoint);
      case Place::kPromotion:
        return KillAtPromotion(failpoint);
      case Place::kRejoin:
        HELIOS_RETURN_IF_ERROR(KillBothApart());
        HELIOS_RETURN_IF_ERROR(RestartFollower());
        HELIOS_RETURN_IF_ERROR(PromoteFollower());
        return StartFollowerTwice(failpoint);
      case Place::kNewStandby:
        HELIOS_RETURN_IF_ERROR(ForgetFollower());
        return StartFollowerTwice(failpoint);
      case Place::kServing:
        HELIOS_RETURN_IF_ERROR(ForgetFollower());
        HELIOS_RETURN_IF_ERROR(Arm(pair_->leader(), failpoint));
        HELIOS_RETURN_IF_ERROR(RestartFollower());
        HELIOS_ASSIGN_OR_RETURN(const bool died, AwaitDeath(pair_->leader()));
        HELIOS_RETURN_IF_ERROR(RestartLeader());
        return died;
    }
    return Internal("unknown place");
  }

  absl::StatusOr<bool> KillAtStart(const NodeFailpoint& failpoint) {
    HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->leader()));
    HELIOS_ASSIGN_OR_RETURN(const bool ready, pair_->Start(pair_->leader(), failpoint.name));
    if (ready) HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->leader()));
    HELIOS_RETURN_IF_ERROR(RestartLeader());
    return !ready;
  }

  absl::StatusOr<bool> KillAtPromotion(const NodeFailpoint& failpoint) {
    HELIOS_RETURN_IF_ERROR(pair_->Kill(pair_->leader()));
    HELIOS_RETURN_IF_ERROR(Arm(pair_->follower(), failpoint));
    const absl::Status promoted = pair_->Ask(pair_->follower(), "promote", "promoted").status();
    const bool died = absl::IsUnavailable(promoted);
    if (!died) {
      HELIOS_RETURN_IF_ERROR(promoted);
      NotePromotion();
      HELIOS_RETURN_IF_ERROR(RestartFollower());
      return false;
    }
    HELIOS_RETURN_IF_ERROR(pair_->WaitForDeath(pair_->follower(), kFailpointTimeMax).status());
    HELIOS_RETURN_IF_ERROR(RestartFollower());
    HELIOS_RETURN_IF_ERROR(PromoteAndRejoin());
    return true;
  }

  // --- After it ---

  absl::Status Compare() {
    HELIOS_ASSIGN_OR_RETURN(const std::string lsn, pair_->Ask(pair_->leader(), "stop", "stopped"));
    std::string command = "examine " + lsn;
    for (uint32_t worker = 0; worker < kWorkers; ++worker) {
      command += fmt::format(" {}", pair_->ledger().last(worker));
    }
    for (const uint64_t id : pair_->ledger().recent_ids()) command += fmt::format(" {}", id);
    std::string leaders;
    HELIOS_ASSIGN_OR_RETURN(leaders, ExamineOn(pair_->leader(), command));
    std::string followers;
    HELIOS_ASSIGN_OR_RETURN(followers, ExamineOn(pair_->follower(), command));
    if (leaders == followers) return absl::OkStatus();
    report_.nodes_equal = false;
    report_.findings.explanation +=
        fmt::format("{}: node {} has {}, node {} has {}\n", what_, pair_->leader().id, leaders,
                    pair_->follower().id, followers);
    return absl::OkStatus();
  }
  // Returns what both nodes must have alike.
  absl::StatusOr<std::string> ExamineOn(NodePair::Node& node, const std::string& command) {
    HELIOS_ASSIGN_OR_RETURN(const std::string answer, pair_->Ask(node, command, "examined"));
    std::istringstream words(answer);
    Findings findings;
    std::string digest;
    std::string history;
    words >> findings.lost >> findings.torn >> findings.corrupt >> digest >> history;
    if (!words) return Internal("node {} says {}", node.id, answer);
    if (!findings.ok()) {
      findings.explanation = fmt::format("{} in {}: node {}: {}\n", what_, path_, node.id, answer);
    }
    report_.findings.Add(findings);
    return digest + " " + history;
  }

  const ReplicatedOptions options_;
  Random random_;
  size_t next_failpoint_ = 0;
  std::string path_;
  std::string what_;  // This round's crash.
  std::unique_ptr<NodePair> pair_;
  ReplicatedReport report_;
};

}  // namespace

const std::vector<std::string>& NodeFailpointNames() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const NodeFailpoint& failpoint : Failpoints()) names.push_back(failpoint.text());
    return names;
  }();
  return kNames;
}

absl::StatusOr<ReplicatedReport> RunReplicatedRounds(const ReplicatedOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  return Rounds(options).Run();
}

}  // namespace heliosdb::testkit::crash
