// An engine in a temporary folder, and short ways to use it. For tests.
#ifndef HELIOSDB_CORE_TXN_TEST_ENGINE_H_
#define HELIOSDB_CORE_TXN_TEST_ENGINE_H_

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/check.h"
#include "core/base/faulty_file_system.h"
#include "core/storage/borrowed_store.h"
#include "core/storage/mem_store.h"
#include "core/txn/engine.h"

namespace heliosdb::txn {

// Its log lies in a FaultyFileSystem and its store in memory, so that Crash() can lose what was not
// synced.
class TestEngine {
 public:
  explicit TestEngine(EngineOptions options = {}, uint64_t seed = 1)
      : files_({.seed = seed}), store_(storage::NewMemStore({})), options_(std::move(options)) {
    options_.directory = "db";
    options_.files = &files_;
    if (options_.wal_segment_bytes == EngineOptions().wal_segment_bytes) {
      options_.wal_segment_bytes = 1 << 20;
    }
    options_.open_store = [this]() -> absl::StatusOr<std::unique_ptr<storage::KvStore>> {
      return std::make_unique<storage::BorrowedStore>(store_.get());
    };
  }

  // The 4-byte storage id kStorageIdFirst, then the name.
  static std::string Key(std::string_view name) {
    return std::string("\0\0\0\x10", 4) + std::string(name);
  }

  Engine& Open() {
    absl::StatusOr<std::unique_ptr<Engine>> engine = Engine::Open(options_);
    EXPECT_TRUE(engine.ok()) << engine.status();
    HELIOS_CHECK(engine.ok());
    engine_ = *std::move(engine);
    return *engine_;
  }
  void Reopen() {
    EXPECT_TRUE(engine_->Close().ok());
    engine_.reset();
    Open();
  }
  // Loses the power: what was not synced is gone.
  void Crash(FaultyFileSystem::Unsynced unsynced = FaultyFileSystem::Unsynced::kLost) {
    files_.FailNth(1, FileFault::kPowerOff, std::nullopt);
    engine_.reset();
    files_.Crash(unsynced);
  }

  void Write(const std::vector<std::pair<std::string, std::string>>& pairs) {
    const std::unique_ptr<Transaction> txn = engine_->Begin({});
    for (const auto& [key, value] : pairs) EXPECT_TRUE(txn->Put(Key(key), value).ok());
    EXPECT_TRUE(txn->Commit(std::nullopt).ok());
  }
  void Erase(const std::vector<std::string>& keys) {
    const std::unique_ptr<Transaction> txn = engine_->Begin({});
    for (const std::string& key : keys) EXPECT_TRUE(txn->Delete(Key(key)).ok());
    EXPECT_TRUE(txn->Commit(std::nullopt).ok());
  }
  std::optional<std::string> Read(std::string_view key) {
    const std::unique_ptr<Transaction> txn = engine_->Begin({});
    return Read(*txn, key);
  }
  std::optional<std::string> Read(Transaction& txn, std::string_view key) {
    absl::StatusOr<ReadView> view = txn.View();
    EXPECT_TRUE(view.ok()) << view.status();
    const absl::StatusOr<std::optional<std::string_view>> value = view->Get(Key(key));
    EXPECT_TRUE(value.ok()) << value.status();
    if (!value.ok() || !value->has_value()) return std::nullopt;
    return std::string(**value);
  }
  std::string Scan(std::string_view low, std::string_view high) {
    const std::unique_ptr<Transaction> txn = engine_->Begin({});
    return Scan(*txn, low, high, ScanDirection::kForward);
  }
  // "key=value " for each.
  std::string Scan(Transaction& txn, std::string_view low, std::string_view high,
                   ScanDirection direction) {
    absl::StatusOr<ReadView> view = txn.View();
    EXPECT_TRUE(view.ok()) << view.status();
    absl::StatusOr<std::unique_ptr<Cursor>> cursor = view->Open(Key(low), Key(high), direction);
    EXPECT_TRUE(cursor.ok()) << cursor.status();
    std::string text;
    KvPair pairs[3];
    for (;;) {
      const absl::StatusOr<size_t> count = (*cursor)->NextBatch(pairs);
      EXPECT_TRUE(count.ok()) << count.status();
      if (!count.ok() || *count == 0) return text;
      for (size_t i = 0; i < *count; ++i) {
        text += std::string(pairs[i].key.substr(4)) + "=" + std::string(pairs[i].value) + " ";
      }
    }
  }

  Engine& engine() { return *engine_; }
  EngineOptions& options() { return options_; }
  FaultyFileSystem& files() { return files_; }
  storage::KvStore& store() { return *store_; }

 private:
  FaultyFileSystem files_;
  std::unique_ptr<storage::KvStore> store_;
  EngineOptions options_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_TEST_ENGINE_H_
