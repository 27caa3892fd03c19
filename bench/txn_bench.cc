// What a commit, a snapshot, a point read and a scan cost, beside the raw disk operations below
// them. Files go to $HELIOSDB_BENCH_DIR, or to a new folder under the temporary directory.

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "benchmark/benchmark.h"
#include "fmt/format.h"

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/file_system.h"
#include "core/txn/engine.h"

namespace heliosdb::txn {
namespace {

constexpr int kRows = 1000000;
constexpr size_t kValueBytes = 60;
constexpr uint64_t kRecordBytes = 160;  // About what the log spends on a one-row commit.

std::string BenchDirectory(std::string_view name) {
  const char* const given = std::getenv("HELIOSDB_BENCH_DIR");
  const std::filesystem::path root =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::temp_directory_path();
  const std::filesystem::path path = root / fmt::format("heliosdb_txn_bench_{}", name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(root);
  return path.string();
}

std::string Key(uint64_t number) {
  std::string key("\0\0\0\x10", 4);
  AppendBig64(&key, number);
  return key;
}

std::unique_ptr<Engine> OpenEngine(std::string_view name) {
  EngineOptions options;
  options.directory = BenchDirectory(name);
  auto engine = Engine::Open(options);
  HELIOS_CHECK(engine.ok());
  return *std::move(engine);
}

// A checkpointed table of a million rows; made once.
Engine& FilledEngine() {
  static const std::unique_ptr<Engine> engine = [] {
    std::unique_ptr<Engine> filled = OpenEngine("filled");
    const std::string value(kValueBytes, 'v');
    const auto txn = filled->Begin({});
    for (int i = 0; i < kRows; ++i) HELIOS_CHECK(txn->Put(Key(i), value).ok());
    HELIOS_CHECK(txn->Commit(std::nullopt).ok());
    HELIOS_CHECK(filled->Checkpoint().ok());
    return filled;
  }();
  return *engine;
}

void RawAppendAndSync(benchmark::State& state) {
  const std::string path = BenchDirectory("raw");
  FileSystem* const files = FileSystem::Posix();
  auto file = files->Open(path, OpenMode::kCreate);
  HELIOS_CHECK(file.ok() && (*file)->Allocate(0, 256 << 20).ok());
  const std::string bytes(kRecordBytes, 'r');
  uint64_t at = 0;
  for (auto _ : state) {
    HELIOS_CHECK((*file)->WriteAt(at, bytes).ok() && (*file)->Sync().ok());
    at += bytes.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(RawAppendAndSync)->UseRealTime();

void Commit(benchmark::State& state) {
  static std::unique_ptr<Engine> engine;
  static std::atomic<uint64_t> next{0};
  if (state.thread_index() == 0) engine = OpenEngine("commit");
  const std::string value(kValueBytes, 'v');
  for (auto _ : state) {
    const auto txn = engine->Begin({});
    HELIOS_CHECK(txn->Put(Key(next.fetch_add(1)), value).ok());
    HELIOS_CHECK(txn->Commit(std::nullopt).ok());
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    const EngineStats stats = engine->Stats();
    state.counters["syncs_per_commit"] =
        static_cast<double>(stats.log_syncs) / static_cast<double>(stats.commits);
    engine.reset();
  }
}
BENCHMARK(Commit)->Threads(1)->Threads(4)->Threads(16)->UseRealTime();

void CommitAsync(benchmark::State& state) {
  const std::unique_ptr<Engine> engine = OpenEngine("async");
  const std::string value(kValueBytes, 'v');
  uint64_t next = 0;
  for (auto _ : state) {
    const auto txn = engine->Begin({});
    HELIOS_CHECK(txn->Put(Key(next++), value).ok());
    HELIOS_CHECK(txn->Commit(Durability::kAsync).ok());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CommitAsync)->UseRealTime();

// Everything a commit costs but the disk.
void CommitInMemory(benchmark::State& state) {
  auto engine = Engine::Open({});
  HELIOS_CHECK(engine.ok());
  const std::string value(kValueBytes, 'v');
  uint64_t next = 0;
  for (auto _ : state) {
    const auto txn = (*engine)->Begin({});
    const std::string key = Key(next++);
    HELIOS_CHECK(txn->LockRow(key, RowLockMode::kUpdate, LockWait::kBlock).ok());
    HELIOS_CHECK(txn->Put(key, value).ok());
    HELIOS_CHECK(txn->Commit(std::nullopt).ok());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(CommitInMemory);

void BulkInsert(benchmark::State& state) {
  const std::string value(kValueBytes, 'v');
  for (auto _ : state) {
    state.PauseTiming();
    std::unique_ptr<Engine> engine = OpenEngine("bulk");
    state.ResumeTiming();
    const auto txn = engine->Begin({});
    for (int i = 0; i < kRows; ++i) HELIOS_CHECK(txn->Put(Key(i), value).ok());
    HELIOS_CHECK(txn->Commit(std::nullopt).ok());
    state.PauseTiming();
    engine.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(BulkInsert)->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();

void SnapshotAcquire(benchmark::State& state) {
  Engine& engine = FilledEngine();
  const auto txn = engine.Begin({});
  for (auto _ : state) {
    auto view = txn->View();
    HELIOS_CHECK(view.ok());
    benchmark::DoNotOptimize(view->read_lsn());
  }
}
BENCHMARK(SnapshotAcquire)->Threads(1)->Threads(2);

// Begin, view, one random row, end: a point select in autocommit, below SQL.
void PointGet(benchmark::State& state) {
  Engine& engine = FilledEngine();
  std::minstd_rand random(7);
  for (auto _ : state) {
    const auto txn = engine.Begin({});
    auto view = txn->View();
    auto value = view->Get(Key(random() % kRows));
    HELIOS_CHECK(value.ok() && value->has_value());
    benchmark::DoNotOptimize(**value);
  }
}
BENCHMARK(PointGet)->Threads(1)->Threads(2);

void Scan(benchmark::State& state) {
  Engine& engine = FilledEngine();
  KvPair pairs[1024];
  uint64_t rows = 0;
  for (auto _ : state) {
    const auto txn = engine.Begin({});
    auto view = txn->View();
    auto cursor = view->Open(Key(0), "", ScanDirection::kForward);
    HELIOS_CHECK(cursor.ok());
    for (;;) {
      const auto count = (*cursor)->NextBatch(pairs);
      HELIOS_CHECK(count.ok());
      if (*count == 0) break;
      rows += *count;
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(rows));
}
BENCHMARK(Scan)->Unit(benchmark::kMillisecond);

// The same rows while all of them still stand in the delta.
void ScanDelta(benchmark::State& state) {
  EngineOptions options;
  options.checkpoint_interval = absl::InfiniteDuration();
  options.checkpoint_bytes = options.delta_limit;
  auto engine = Engine::Open(options);
  HELIOS_CHECK(engine.ok());
  {
    const auto txn = (*engine)->Begin({});
    const std::string value(kValueBytes, 'v');
    for (int i = 0; i < kRows; ++i) HELIOS_CHECK(txn->Put(Key(i), value).ok());
    HELIOS_CHECK(txn->Commit(std::nullopt).ok());
  }
  KvPair pairs[1024];
  uint64_t rows = 0;
  for (auto _ : state) {
    const auto txn = (*engine)->Begin({});
    auto view = txn->View();
    auto cursor = view->Open(Key(0), "", ScanDirection::kForward);
    HELIOS_CHECK(cursor.ok());
    for (;;) {
      const auto count = (*cursor)->NextBatch(pairs);
      HELIOS_CHECK(count.ok());
      if (*count == 0) break;
      rows += *count;
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(rows));
}
BENCHMARK(ScanDelta)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace heliosdb::txn

BENCHMARK_MAIN();
