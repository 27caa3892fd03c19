#include "tests/kit/crash/process_rounds.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "fmt/format.h"
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/failpoint.h"
#include "core/base/file_system.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "tests/kit/crash/torn_writes.h"
#include "tests/kit/embedded_session.h"

namespace heliosdb::testkit::crash {
namespace {

constexpr int kRoundsOfADirectory = 10;
constexpr int kKillAfterMillisecondsMax = 2200;
// A child that has not come to its failpoint by then is killed all the same.
constexpr int kFailpointMillisecondsMax = 12'000;

struct Failpoint {
  std::string name;
  // Upper bound of the passes that are let through: many for what every commit passes, few for what a
  // checkpoint or a new segment does.
  uint64_t skip_max;
};
const std::vector<Failpoint>& Failpoints() {
  static const std::vector<Failpoint> kAll = {
      {"commit.before_queue", 2000},
      {"commit.before_publish", 500},
      {"commit.after_publish", 500},
      {"wal.before_write", 500},
      {"wal.after_write", 500},
      {"wal.before_sync", 500},
      {"wal.after_sync", 500},
      {"wal.rotate", 2},
      {"wal.segment_made", 2},
      {"wal.retire", 2},
      {"wal.cut", 1},
      {"store.before_commit", 3},
      {"store.after_commit", 3},
      {"checkpoint.after_freeze", 2},
      {"checkpoint.between_commits", 1},
      {"checkpoint.before_commit", 2},
      {"checkpoint.after_commit", 2},
      {"checkpoint.before_trim", 2},
      {"checkpoint.before_drop_commit", 2},
  };
  return kAll;
}

absl::StatusOr<Options> DatabaseOptions() {
  return Options::Builder()
      .WalSegmentBytes(1 << 20)
      .CheckpointInterval(absl::Seconds(1))
      .DeltaLimit(uint64_t{512} << 20)
      .CheckpointBytes(uint64_t{256} << 20)
      .Build();
}

// A running child and the pipe from it.
class Child {
 public:
  static absl::StatusOr<Child> Start(const std::vector<std::string>& command) {
    int ends[2];
    if (pipe(ends) != 0) return Internal("pipe: {}", std::strerror(errno));
    std::vector<std::string> arguments = command;
    arguments.push_back("--pipe");
    arguments.push_back(fmt::format("{}", ends[1]));
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid < 0) return Internal("fork: {}", std::strerror(errno));
    if (pid == 0) {
      close(ends[0]);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(ends[1]);
    return Child(pid, ends[0]);
  }
  ~Child() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      close(fd_);
    }
  }
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), fd_(other.fd_) {}
  Child(const Child&) = delete;

  // Takes in acknowledgements until the child is dead, which it is killed to be after `milliseconds`. True when it
  // died of a kill of its own.
  absl::StatusOr<bool> Watch(int milliseconds, Ledger* ledger) {
    const absl::Duration end = Clock::Real()->Now() + absl::Milliseconds(milliseconds);
    bool killed_here = false;
    for (;;) {
      const auto left = absl::ToInt64Milliseconds(end - Clock::Real()->Now());
      if (left <= 0 && !killed_here) {
        kill(pid_, SIGKILL);
        killed_here = true;
      }
      pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
      if (poll(&ready, 1, killed_here ? -1 : static_cast<int>(left)) == 0) continue;
      if (!ReadSome(ledger)) break;
    }
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    close(fd_);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
      return Internal("a child ended by itself, with wait status {}", status);
    }
    return !killed_here;
  }

 private:
  Child(pid_t pid, int fd) : pid_(pid), fd_(fd) {}

  // False at the end of the pipe.
  bool ReadSome(Ledger* ledger) {
    Acknowledgement batch[256];
    const ssize_t bytes =
        read(fd_, reinterpret_cast<char*>(batch) + partial_bytes_, sizeof(batch) - partial_bytes_);
    if (bytes <= 0) return false;
    // Each is written whole, but a read may end inside one.
    std::memcpy(batch, partial_, partial_bytes_);
    const size_t total = partial_bytes_ + static_cast<size_t>(bytes);
    const size_t whole = total / sizeof(Acknowledgement);
    for (size_t i = 0; i < whole; ++i) ledger->Add(batch[i]);
    partial_bytes_ = total % sizeof(Acknowledgement);
    std::memcpy(partial_, reinterpret_cast<char*>(batch) + whole * sizeof(Acknowledgement),
                partial_bytes_);
    return true;
  }

  pid_t pid_;
  int fd_;
  char partial_[sizeof(Acknowledgement)] = {};
  size_t partial_bytes_ = 0;
};

class Rounds {
 public:
  explicit Rounds(const ProcessOptions& options) : options_(options), random_(options.seed) {}

  absl::StatusOr<ProcessReport> Run() {
    for (int round = 0; round < options_.rounds; ++round) {
      if (round % kRoundsOfADirectory == 0) NewDirectory(round);
      const uint64_t before = ledger_.count();
      const absl::Status status = RunRound(round);
      report_.acknowledged += ledger_.count() - before;
      if (!status.ok()) return WithContext(status, fmt::format("round {} in {}", round, path_));
      ++report_.rounds;
      if (!report_.findings.ok()) return std::move(report_);
    }
    Remove();
    return std::move(report_);
  }

 private:
  void NewDirectory(int round) {
    Remove();
    path_ = fmt::format("{}/crash-{}", options_.directory, round);
    Remove();
    ledger_ = Ledger();
  }
  void Remove() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  absl::Status RunRound(int round) {
    std::vector<std::string> more;
    int milliseconds = 20 + static_cast<int>(random_.Below(kKillAfterMillisecondsMax));
    std::string failpoint;
    if (round % 2 == 1) {
      const Failpoint& next = Failpoints()[next_failpoint_++ % Failpoints().size()];
      failpoint = next.name;
      milliseconds = kFailpointMillisecondsMax;
      if (failpoint == "wal.cut") HELIOS_RETURN_IF_ERROR(LeaveTornTail());
      more = {"--failpoint", failpoint, "--skip", fmt::format("{}", random_.Below(next.skip_max))};
    }
    HELIOS_ASSIGN_OR_RETURN(const bool died_there, RunOne(std::move(more), milliseconds));
    if (died_there) ++report_.kills_at[failpoint];
    return ExamineDirectory();
  }

  // Something to cut, for the next child: kill -9 alone leaves none.
  absl::Status LeaveTornTail() {
    HELIOS_ASSIGN_OR_RETURN(
        const bool torn,
        RunOne({"--torn", fmt::format("{}", random_.Below(500))}, kFailpointMillisecondsMax));
    return torn ? absl::OkStatus() : Internal("a child had no write to tear");
  }

  // Whether a child died of a kill of its own.
  absl::StatusOr<bool> RunOne(std::vector<std::string> more, int milliseconds) {
    std::vector<std::string> command = {options_.program, "--child", path_, "--seed",
                                        fmt::format("{}", random_.Next() >> 1)};
    std::move(more.begin(), more.end(), std::back_inserter(command));
    HELIOS_ASSIGN_OR_RETURN(Child child, Child::Start(command));
    return child.Watch(milliseconds, &ledger_);
  }

  absl::Status ExamineDirectory() {
    HELIOS_ASSIGN_OR_RETURN(const Options options, DatabaseOptions());
    absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path_, options);
    if (!database.ok()) {
      ++report_.findings.corrupt;
      report_.findings.explanation += fmt::format("{}\n", database.status().ToString());
      return absl::OkStatus();
    }
    HELIOS_ASSIGN_OR_RETURN(const Findings findings, Examine(TargetOf(database->get()), ledger_));
    report_.findings.Add(findings);
    return (*database)->Close();
  }

  const ProcessOptions options_;
  Random random_;
  size_t next_failpoint_ = 0;
  std::string path_;
  Ledger ledger_;
  ProcessReport report_;
};

}  // namespace

const std::vector<std::string>& FailpointNames() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const Failpoint& failpoint : Failpoints()) names.push_back(failpoint.name);
    return names;
  }();
  return kNames;
}

absl::Status RunChild(const ChildOptions& options) {
  FailpointSet failpoints;
  const std::unique_ptr<FileSystem> files = FileSystem::NewPosix(&failpoints);
  if (!options.failpoint.empty()) {
    failpoints.KillAt(options.failpoint, {.skip = options.skip, .count = 1});
  }
  txn::EngineOptions seams;
  std::unique_ptr<FileSystem> torn_files;
  if (options.torn.has_value()) torn_files = NewTornWrites(files.get(), *options.torn);
  seams.files = torn_files != nullptr ? torn_files.get() : files.get();
  seams.failpoints = &failpoints;
  HELIOS_ASSIGN_OR_RETURN(const Options database_options, DatabaseOptions());
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                          OpenWithSeams(options.directory, database_options, seams));
  LoadOptions load;
  load.seed = options.seed;
  load.writes_bulk = options.failpoint == "checkpoint.between_commits";
  load.acknowledged = [&](const Acknowledgement& acknowledgement) {
    // A write of this size into a pipe is one piece. A failure means that the parent is gone.
    if (write(options.pipe_fd, &acknowledgement, sizeof(acknowledgement)) < 0) std::raise(SIGKILL);
  };
  const std::atomic<bool> never{false};
  return RunLoad(TargetOf(database.get()), load, &never);
}

absl::StatusOr<ProcessReport> RunProcessRounds(const ProcessOptions& options) {
  return Rounds(options).Run();
}

}  // namespace heliosdb::testkit::crash
