// What a synchronous standby costs: durable commits with one standby in a process of its own, beside
// a bare pair of processes that send and sync the same bytes, and beside local commits.
//
//   replication_bench [SECONDS]
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/txn/engine.h"
#include "replication/grpc/grpc_transport.h"
#include "replication/node.h"

namespace heliosdb::replication {
namespace {

constexpr size_t kRecordBytes = 200;

class EngineDatabase : public MemberDatabase {
 public:
  explicit EngineDatabase(std::unique_ptr<txn::Engine> engine) : engine_(std::move(engine)) {}
  txn::Engine& engine() override { return *engine_; }
  void OnRoleChange() override {}
  absl::Status Initialize() override { return absl::OkStatus(); }
  void Retire() override {}
  absl::Status Close() override { return engine_->Close(); }

 private:
  const std::unique_ptr<txn::Engine> engine_;
};

class EngineDatabases : public MemberDatabases {
 public:
  absl::StatusOr<std::unique_ptr<MemberDatabase>> Open(const std::string& directory,
                                                       txn::CommitGate* gate) override {
    txn::EngineOptions options = LoadOptions(directory);
    options.gate = gate;
    auto engine = txn::Engine::Open(options);
    if (!engine.ok()) return engine.status();
    return std::make_unique<EngineDatabase>(*std::move(engine));
  }
  txn::EngineOptions LoadOptions(const std::string& directory) override {
    txn::EngineOptions options;
    options.directory = directory;
    options.role = txn::NodeRole::kMember;
    return options;
  }
};

// Runs work in a child process; it ends when the parent does, or is told to.
class Child {
 public:
  explicit Child(const std::function<void()>& work) : pid_(fork()) {
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    work();
    _exit(0);
  }
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

 private:
  const pid_t pid_;
};

// Commits from this many threads for a while; commits per second.
double Commits(txn::Engine& engine, int threads, absl::Duration time) {
  std::atomic<uint64_t> commits = 0;
  const absl::Duration start = Clock::Real()->Now();
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      const std::string value(kRecordBytes - 80, 'v');
      for (uint64_t i = 0; Clock::Real()->Now() - start < time; ++i) {
        const std::unique_ptr<txn::Transaction> txn = engine.Begin({});
        const std::string key = std::string("\0\0\0\x10", 4) + fmt::format("{:02}{:010}", t, i);
        HELIOS_CHECK(txn->Put(key, value).ok());
        HELIOS_CHECK(txn->Commit(std::nullopt).ok());
        ++commits;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return static_cast<double>(commits) / absl::ToDoubleSeconds(Clock::Real()->Now() - start);
}

double Local(const std::string& directory, int threads, absl::Duration time) {
  txn::EngineOptions options;
  options.directory = directory;
  auto engine = txn::Engine::Open(options);
  HELIOS_CHECK(engine.ok());
  return Commits(**engine, threads, time);
}

double Replicated(const std::string& folder, int port, int threads, absl::Duration time) {
  const std::string address = fmt::format("127.0.0.1:{}", port);
  // Before the first gRPC call of this process: its threads would not survive a fork.
  const Child standby([&] {
    auto config = ReplicationConfig::Builder()
                      .NodeId("b")
                      .Role(NodeRole::kStandby)
                      .PrimaryAddress(address)
                      .Mode(SyncMode::kSync)
                      .SyncSet({"a", "b"})
                      .Build();
    auto transport = NewGrpcTransport({});
    EngineDatabases databases;
    auto node = Node::Open(
        {folder + "/b", *config, transport->get(), &databases, FileSystem::Posix(), Clock::Real()});
    HELIOS_CHECK(node.ok());
    for (;;) pause();
  });
  double rate = 0;
  const Child primary([&] {
    auto config = ReplicationConfig::Builder()
                      .NodeId("a")
                      .ListenAddress(address)
                      .Mode(SyncMode::kSync)
                      .SyncSet({"a", "b"})
                      .Build();
    auto transport = NewGrpcTransport({});
    EngineDatabases databases;
    auto node = Node::Open(
        {folder + "/a", *config, transport->get(), &databases, FileSystem::Posix(), Clock::Real()});
    HELIOS_CHECK(node.ok());
    HELIOS_CHECK((*node)
                     ->WithDatabase([&](MemberDatabase& database) {
                       Commits(database.engine(), threads, time / 5);
                       const uint64_t syncs = database.engine().Stats().log_syncs;
                       const uint64_t commits = database.engine().Stats().commits;
                       rate = Commits(database.engine(), threads, time);
                       const txn::EngineStats stats = database.engine().Stats();
                       std::FILE* file = std::fopen((folder + "/rate").c_str(), "w");
                       std::fprintf(file, "%f %f", rate,
                                    static_cast<double>(stats.log_syncs - syncs) /
                                        static_cast<double>(stats.commits - commits));
                       std::fclose(file);
                       return absl::OkStatus();
                     })
                     .ok());
    std::filesystem::rename(folder + "/rate", folder + "/done");
    for (;;) pause();
  });
  while (!std::filesystem::exists(folder + "/done")) usleep(10000);
  double syncs = 0;
  std::FILE* file = std::fopen((folder + "/done").c_str(), "r");
  HELIOS_CHECK(std::fscanf(file, "%lf %lf", &rate, &syncs) == 2);
  std::fclose(file);
  std::printf("  (fdatasyncs per commit: %.2f)\n", syncs);
  return rate;
}

int OpenRaw(const std::string& path) {
  const int file = open(path.c_str(), O_CREAT | O_RDWR, 0600);
  HELIOS_CHECK(file >= 0 && posix_fallocate(file, 0, 64 << 20) == 0);
  return file;
}

void ReadAll(int socket, char* bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    const ssize_t count = read(socket, bytes + done, size - done);
    if (count <= 0) _exit(0);
    done += static_cast<size_t>(count);
  }
}

// Sends, then syncs on both sides, then waits for the answer.
double BarePair(const std::string& folder, absl::Duration time) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  HELIOS_CHECK(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  HELIOS_CHECK(listen(listener, 1) == 0);
  socklen_t size = sizeof(address);
  HELIOS_CHECK(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const int on = 1;
  char record[kRecordBytes] = {};
  const Child peer([&] {
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    HELIOS_CHECK(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const int file = OpenRaw(folder + "/peer");
    for (off_t at = 0;; at += kRecordBytes) {
      ReadAll(connection, record, sizeof(record));
      HELIOS_CHECK(pwrite(file, record, sizeof(record), at) == sizeof(record));
      HELIOS_CHECK(fdatasync(file) == 0);
      HELIOS_CHECK(write(connection, record, 1) == 1);
    }
  });
  const int connection = accept(listener, nullptr, nullptr);
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const int file = OpenRaw(folder + "/own");
  const absl::Duration start = Clock::Real()->Now();
  uint64_t count = 0;
  for (off_t at = 0; Clock::Real()->Now() - start < time; at += kRecordBytes, ++count) {
    HELIOS_CHECK(write(connection, record, sizeof(record)) == sizeof(record));
    HELIOS_CHECK(pwrite(file, record, sizeof(record), at) == sizeof(record));
    HELIOS_CHECK(fdatasync(file) == 0);
    char answer = 0;
    ReadAll(connection, &answer, 1);
  }
  close(connection);
  close(listener);
  close(file);
  return static_cast<double>(count) / absl::ToDoubleSeconds(Clock::Real()->Now() - start);
}

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  HELIOS_CHECK(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  socklen_t size = sizeof(address);
  HELIOS_CHECK(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(listener);
  return ntohs(address.sin_port);
}

int Main(int argc, char** argv) {
  const absl::Duration time = absl::Seconds(argc > 1 ? std::atoi(argv[1]) : 2);
  const std::string base = std::filesystem::current_path() / fmt::format("bench_{}", getpid());
  for (int round = 0; round < 3; ++round) {
    const auto folder = [&](const char* name) {
      const std::string path = fmt::format("{}/{}{}", base, name, round);
      std::filesystem::create_directories(path);
      return path;
    };
    const double pair = BarePair(folder("pair"), time);
    const double one = Replicated(folder("one"), FreePort(), 1, time);
    const double local = Local(folder("local") + "/db", 16, time);
    const double many = Replicated(folder("many"), FreePort(), 16, time);
    std::printf("sync_commit helios=%.0f/s peer=%.0f/s ratio=%.2f\n", one, pair, one / pair);
    std::printf("sync_commit_16threads helios=%.0f/s peer=%.0f/s ratio=%.2f\n", many, local,
                many / local);
    std::fflush(stdout);
  }
  std::filesystem::remove_all(base);
  return 0;
}

}  // namespace
}  // namespace heliosdb::replication

int main(int argc, char** argv) { return heliosdb::replication::Main(argc, argv); }
