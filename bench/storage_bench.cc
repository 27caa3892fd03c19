// The store's lookups and scans on one million rows, and the log's append and sync beside a bare
// file's.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"

#include "core/base/check.h"
#include "core/base/file_system.h"
#include "core/base/random.h"
#include "core/storage/kv_store.h"
#include "core/storage/lmdb_store.h"
#include "core/storage/mem_store.h"
#include "core/wal/wal_writer.h"

namespace heliosdb {
namespace {

constexpr uint64_t kRows = 1'000'000;
constexpr size_t kValueBytes = 56;

class Folder {
 public:
  Folder() {
    std::string pattern = "helios_bench_XXXXXX";
    HELIOS_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string Path(std::string_view name) const { return JoinPath(path_, name); }

 private:
  std::string path_;
};

std::string KeyOf(uint64_t row) {
  std::string key("\0\0\0\x10", 4);
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(row >> shift));
  return key;
}

void Fill(storage::KvStore& store) {
  const std::string value(kValueBytes, 'v');
  auto writer = store.BeginWrite();
  for (uint64_t row = 0; row < kRows; ++row) {
    HELIOS_CHECK((*writer)->Put(KeyOf(row), value).ok());
    if ((*writer)->DirtyBytes() < storage::kDirtyBytesMax) continue;
    HELIOS_CHECK((*writer)->Commit().ok());
    writer->reset();
    writer = store.BeginWrite();
  }
  HELIOS_CHECK((*writer)->Commit().ok());
}

enum Kind { kDisk, kMemory };

// One filled store of each kind for all benchmarks.
storage::KvStore& Store(int kind) {
  static Folder folder;
  static std::array<std::unique_ptr<storage::KvStore>, 2> stores;
  if (stores[kind] == nullptr) {
    if (kind == kDisk) {
      storage::LmdbStoreOptions options;
      options.path = folder.Path("store");
      stores[kind] = *storage::OpenLmdbStore(options);
    } else {
      stores[kind] = storage::NewMemStore({});
    }
    Fill(*stores[kind]);
  }
  return *stores[kind];
}

void RandomGet(benchmark::State& state) {
  auto reader = Store(static_cast<int>(state.range(0))).NewReader();
  HELIOS_CHECK((*reader)->Renew().ok());
  Random random(1);
  std::vector<std::string> keys;
  for (int i = 0; i < 100'000; ++i) keys.push_back(KeyOf(random.Below(kRows)));
  size_t at = 0;
  for (auto _ : state) {
    const auto value = (*reader)->Get(keys[at]);
    HELIOS_CHECK((*value)->size() == kValueBytes);
    benchmark::DoNotOptimize((*value)->front());
    at = at + 1 == keys.size() ? 0 : at + 1;
  }
}
BENCHMARK(RandomGet)->Arg(kDisk)->Arg(kMemory);

void Scan(benchmark::State& state, bool forward) {
  auto reader = Store(static_cast<int>(state.range(0))).NewReader();
  HELIOS_CHECK((*reader)->Renew().ok());
  std::array<storage::KvPair, 1024> pairs;
  for (auto _ : state) {
    const auto cursor = (*reader)->NewCursor();
    HELIOS_CHECK((forward ? cursor->Seek("") : cursor->SeekToEnd()).ok());
    uint64_t rows = 0;
    uint64_t sum = 0;
    while (true) {
      const auto count = forward ? cursor->NextBatch(pairs) : cursor->PrevBatch(pairs);
      if (*count == 0) break;
      for (size_t i = 0; i < *count; ++i) sum += pairs[i].value.size();
      rows += *count;
    }
    HELIOS_CHECK(rows == kRows && sum == kRows * kValueBytes);
  }
  state.counters["ns_per_row"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kRows) / 1e9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK_CAPTURE(Scan, forward, true)->Arg(kDisk)->Arg(kMemory);
BENCHMARK_CAPTURE(Scan, backward, false)->Arg(kDisk)->Arg(kMemory);

void Renew(benchmark::State& state) {
  auto reader = Store(static_cast<int>(state.range(0))).NewReader();
  for (auto _ : state) {
    HELIOS_CHECK((*reader)->Renew().ok());
    (*reader)->Reset();
  }
}
BENCHMARK(Renew)->Arg(kDisk)->Arg(kMemory);

// Groups of one 200-byte record, and as many bytes in a bare allocated file, in turns on the same
// disk.
void AppendAndSync(benchmark::State& state) {
  Folder folder;
  FileSystem& files = *FileSystem::Posix();
  HELIOS_CHECK(files.CreateDir(folder.Path("wal")).ok());
  wal::WalOptions options;
  options.files = &files;
  options.directory = folder.Path("wal");
  auto writer = *wal::WalWriter::Create(options, wal::kFirstLsn);
  const std::string payload(200, 'p');
  const wal::WalAppend record{wal::WalRecordType::kTransaction, payload};

  auto raw = *files.Open(folder.Path("raw"), OpenMode::kCreateNew);
  HELIOS_CHECK(raw->Allocate(0, 64 << 20).ok());
  HELIOS_CHECK(raw->Sync().ok());
  const std::string raw_bytes(wal::kFrameHeaderBytes + 200, 'r');
  uint64_t raw_offset = 0;

  using Timer = std::chrono::steady_clock;
  std::vector<double> wal_times;
  std::vector<double> raw_times;
  for (auto _ : state) {
    const auto start = Timer::now();
    HELIOS_CHECK(writer->Append({&record, 1}, Term{1}, kLsnInvalid).ok());
    HELIOS_CHECK(writer->Sync().ok());
    const auto middle = Timer::now();
    HELIOS_CHECK(raw->WriteAt(raw_offset, raw_bytes).ok());
    HELIOS_CHECK(raw->Sync().ok());
    raw_offset += raw_bytes.size();
    const auto end = Timer::now();
    wal_times.push_back(std::chrono::duration<double>(middle - start).count());
    raw_times.push_back(std::chrono::duration<double>(end - middle).count());
  }
  const auto median = [](std::vector<double>& times) {
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    return times[times.size() / 2];
  };
  const double wal_median = median(wal_times);
  const double raw_median = median(raw_times);
  state.counters["wal_us"] = wal_median * 1e6;
  state.counters["raw_us"] = raw_median * 1e6;
  state.counters["ratio_to_raw"] = raw_median / wal_median;
}
BENCHMARK(AppendAndSync)->Iterations(5000);

}  // namespace
}  // namespace heliosdb

BENCHMARK_MAIN();
