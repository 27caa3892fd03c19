// Statements that need more than work_mem, on a disk that is watched: what they take there is gone when they end, however
// they end.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/api/database_state.h"
#include "core/base/executor.h"
#include "core/base/faulty_file_system.h"
#include "core/base/status.h"
#include "core/storage/borrowed_store.h"
#include "core/storage/mem_store.h"
#include "core/txn/test_engine.h"
#include "heliosdb/connection.h"
#include "heliosdb/database.h"
#include "heliosdb/error.h"
#include "heliosdb/result.h"

namespace heliosdb::api {
namespace {

// One a kind of operator that keeps rows; 40,000 rows and more.
constexpr const char* kStatements[] = {
    "SELECT x FROM generate_series(1, 40000) x ORDER BY -x",
    "SELECT x % 30000, count(*) FROM generate_series(1, 40000) x GROUP BY 1",
    "SELECT DISTINCT x / 2 FROM generate_series(1, 80000) x",
    "SELECT count(DISTINCT x), string_agg(x::text, '' ORDER BY -x) FROM generate_series(1, 40000) "
    "x",
    "SELECT count(*) FROM generate_series(1, 40000) x JOIN generate_series(1, 50000) y ON x = y",
    "SELECT count(*) FROM generate_series(1, 9) x FULL JOIN (SELECT 7 AS y FROM generate_series(1, "
    "40000)) y "
    "ON x = y",
    "SELECT x FROM generate_series(1, 40000) x EXCEPT SELECT x FROM generate_series(20000, 60000) "
    "x",
    "WITH m AS MATERIALIZED (SELECT x FROM generate_series(1, 40000) x) SELECT count(*) FROM m a, "
    "m b "
    "WHERE a.x = b.x",
    "WITH RECURSIVE r(x) AS (SELECT x FROM generate_series(1, 40000) x UNION ALL SELECT x + 40000 "
    "FROM r "
    "WHERE x < 40000) SELECT count(*) FROM r",
    "SELECT count(*) FROM (VALUES (1), (2)) v(i) JOIN (SELECT x FROM generate_series(1, 40000) x "
    "OFFSET 0) s "
    "ON s.x % 2 < v.i",
};

// Background work, which makes log files ahead of need, never runs: the disk holds what the statements put there.
class IdleExecutor final : public Executor {
 public:
  void PostAfter(const void*, absl::Duration, std::function<void()>) override {}
  void Drop(const void*) override {}
};

class SpillTest : public testing::Test {
 protected:
  static constexpr uint64_t kCapacity = uint64_t{256} << 20;

  SpillTest() : files_({.capacity_bytes = kCapacity}), store_(storage::NewMemStore({})) { Open(); }

  void Open() {
    Options options;
    options.wal_segment_bytes = 1 << 20;
    options.checkpoint_interval = absl::Hours(24);
    txn::EngineOptions seams;
    seams.files = &files_;
    seams.executor = &executor_;
    seams.open_store = [this]() -> absl::StatusOr<std::unique_ptr<storage::KvStore>> {
      return std::make_unique<storage::BorrowedStore>(store_.get());
    };
    absl::StatusOr<std::unique_ptr<DatabaseState>> state =
        DatabaseState::Open("db", options, {}, seams);
    ASSERT_TRUE(state.ok()) << state.status();
    state_ = state->get();
    database_ = DatabaseState::MakeDatabase(*std::move(state));
    connection_ = *database_->Connect();
    ASSERT_TRUE(Run("SET work_mem = '64kB'").ok());
  }

  // Reads the whole result.
  absl::Status Run(std::string_view sql) {
    absl::StatusOr<Result> result = connection_->Execute(sql);
    if (!result.ok()) return result.status();
    rows_ = 0;
    while (result->Next()) ++rows_;
    return result->status();
  }
  std::vector<std::string> Lines(std::string_view sql) {
    std::vector<std::string> lines;
    absl::StatusOr<Result> result = connection_->Execute(sql);
    EXPECT_TRUE(result.ok()) << result.status();
    while (result.ok() && result->Next()) lines.push_back(result->row().Text(0));
    return lines;
  }

  uint64_t files_made() const { return state_->temporary_files()->created(); }
  uint64_t FreeBytes() {
    // What lost its name is gone for good once the folder is synced.
    if (*files_.Exists("db/tmp")) {
      EXPECT_TRUE(files_.SyncDir("db/tmp").ok());
    }
    return *files_.FreeBytes("db");
  }
  void ExpectNothingLeft(uint64_t free_before, std::string_view what) {
    EXPECT_EQ(FreeBytes(), free_before) << what;
    if (*files_.Exists("db/tmp")) {
      EXPECT_TRUE(files_.List("db/tmp")->empty()) << what;
    }
  }

  FaultyFileSystem files_;
  IdleExecutor executor_;
  const std::unique_ptr<storage::KvStore> store_;
  std::unique_ptr<Database> database_;
  DatabaseState* state_ = nullptr;
  std::unique_ptr<Connection> connection_;
  uint64_t rows_ = 0;
};

TEST_F(SpillTest, LeavesNothingBehind) {
  for (const char* const statement : kStatements) {
    const uint64_t free_before = FreeBytes();
    const uint64_t made_before = files_made();
    const absl::Status status = Run(statement);
    EXPECT_TRUE(status.ok()) << statement << ": " << status;
    EXPECT_GT(files_made(), made_before) << statement;
    ExpectNothingLeft(free_before, statement);
  }
}

TEST_F(SpillTest, NothingIsWrittenWhileRowsFit) {
  ASSERT_TRUE(Run("SET work_mem = '64MB'").ok());
  for (const char* const statement : kStatements) {
    EXPECT_TRUE(Run(statement).ok()) << statement;
    EXPECT_EQ(files_made(), 0u) << statement;
  }
}

TEST_F(SpillTest, LeavesNothingBehindWhenCancelledOrAbandoned) {
  const char* const streams[] = {
      "SELECT x FROM generate_series(1, 40000) x ORDER BY -x",
      "SELECT x, count(*) FROM generate_series(1, 40000) x GROUP BY 1",
      "SELECT x FROM generate_series(1, 40000) x JOIN generate_series(1, 50000) y ON x = y",
  };
  for (const char* const statement : streams) {
    const uint64_t free_before = FreeBytes();
    {
      absl::StatusOr<Result> result = connection_->Execute(statement);
      ASSERT_TRUE(result.ok()) << result.status();
      ASSERT_TRUE(result->Next());
      EXPECT_LT(FreeBytes(), free_before) << statement;
      connection_->Cancel();
      while (result->Next()) {
      }
      EXPECT_TRUE(HasSqlState(result->status(), sqlstate::kQueryCanceled)) << result->status();
      ExpectNothingLeft(free_before, statement);
    }
    absl::StatusOr<Result> abandoned = connection_->Execute(statement);
    ASSERT_TRUE(abandoned.ok() && abandoned->Next());
    abandoned = absl::CancelledError("not read any further");
    ExpectNothingLeft(free_before, statement);
  }
}

TEST_F(SpillTest, LeavesNothingBehindWhenItFails) {
  const uint64_t free_before = FreeBytes();
  const absl::Status status =
      Run("SELECT 1 / (x - 100) FROM (SELECT x FROM generate_series(1, 40000) x ORDER BY -x) s");
  EXPECT_TRUE(HasSqlState(status, sqlstate::kDivisionByZero)) << status;
  EXPECT_GT(files_made(), 0u);
  ExpectNothingLeft(free_before, "division by zero");
}

TEST_F(SpillTest, FullDiskIs53100AndLeavesNothingBehind) {
  for (const char* const statement : kStatements) {
    const uint64_t free_before = FreeBytes();
    files_.SetCapacity(kCapacity - free_before + (64 << 10));
    const absl::Status status = Run(statement);
    EXPECT_TRUE(HasSqlState(status, sqlstate::kDiskFull)) << statement << ": " << status;
    files_.SetCapacity(kCapacity);
    ExpectNothingLeft(free_before, statement);
    EXPECT_TRUE(Run(statement).ok()) << statement;
  }
}

TEST_F(SpillTest, EveryFailingOperationIsReported) {
  for (const char* const statement : kStatements) {
    for (uint64_t n = 1;; n = n * 3 / 2 + 1) {
      files_.FailNth(n, FileFault::kIoError, std::nullopt);
      const absl::Status status = Run(statement);
      const bool struck = files_.fault_struck();
      files_.ClearFault();
      EXPECT_EQ(status.ok(), !struck) << statement << ", operation " << n << ": " << status;
      if (!struck) break;
      EXPECT_TRUE(HasSqlState(status, sqlstate::kIoError)) << status;
    }
  }
  // A name whose removal failed goes when the database is opened again.
  connection_.reset();
  ASSERT_TRUE(database_->Close().ok());
  database_.reset();
  EXPECT_FALSE(files_.List("db/tmp")->empty());
  Open();
  EXPECT_TRUE(files_.List("db/tmp")->empty());
}

// The number before "kB" that follows `name`.
int Kilobytes(const std::vector<std::string>& lines, std::string_view name) {
  for (const std::string& line : lines) {
    const size_t at = line.find(name);
    if (at == std::string::npos) continue;
    const size_t start = at + name.size();
    int value = 0;
    const std::string number = line.substr(start, line.find("kB", start) - start);
    EXPECT_TRUE(absl::SimpleAtoi(number, &value)) << line;
    return value;
  }
  ADD_FAILURE() << name << " is not in\n" << fmt::format("{}", fmt::join(lines, "\n"));
  return 0;
}

TEST_F(SpillTest, MemoryStaysBounded) {
  const std::vector<std::string> sort =
      Lines("EXPLAIN ANALYZE SELECT x FROM generate_series(1, 200000) x ORDER BY -x");
  EXPECT_GT(Kilobytes(sort, "Sort Method: external merge  Disk: "), 200'000 * 10 / 1024);
  // Twice work_mem, and what one chunk of rows adds.
  const std::vector<std::string> groups =
      Lines("EXPLAIN ANALYZE SELECT x, count(*) FROM generate_series(1, 200000) x GROUP BY 1");
  EXPECT_LT(Kilobytes(groups, "Memory Usage: "), 256);
  EXPECT_GT(Kilobytes(groups, "Disk Usage: "), 200'000 * 4 / 1024);
  const std::vector<std::string> texts = Lines(
      "EXPLAIN ANALYZE SELECT x % 5000, string_agg(x::text, ',') FROM generate_series(1, 200000) x "
      "GROUP BY 1");
  EXPECT_LT(Kilobytes(texts, "Memory Usage: "), 1024);
  const std::vector<std::string> join = Lines(
      "EXPLAIN ANALYZE SELECT count(*) FROM generate_series(1, 200000) x JOIN "
      "generate_series(1, 200000) y ON x = y");
  EXPECT_LT(Kilobytes(join, "Memory Usage: "), 256);
  EXPECT_FALSE(absl::StrContains(fmt::format("{}", fmt::join(join, "\n")), "Batches: 1 "));
}

TEST_F(SpillTest, AFewLeastRowsNeedNoDisk) {
  EXPECT_GT(Kilobytes(Lines("EXPLAIN ANALYZE SELECT x FROM generate_series(1, 40000) x "
                            "ORDER BY -x LIMIT 5"),
                      "Sort Method: top-N heapsort  Memory: "),
            0);
  EXPECT_EQ(files_made(), 0u);
}

TEST_F(SpillTest, KeptResultsSpillToo) {
  ASSERT_TRUE(Run("CREATE TABLE t (x int)").ok());
  const uint64_t made_before = files_made();
  absl::StatusOr<Result> result =
      connection_->Execute("INSERT INTO t SELECT x FROM generate_series(1, 40000) x RETURNING x");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_GT(files_made(), made_before);
  int32_t next = 1;
  while (result->Next()) ASSERT_EQ(result->row().Get<int32_t>(0), next++);
  EXPECT_TRUE(result->status().ok()) << result->status();
  EXPECT_EQ(next, 40'001);
}

TEST(SpillInMemory, KeepsAllInMemory) {
  std::unique_ptr<Database> database = *Database::Open(":memory:");
  std::unique_ptr<Connection> connection = *database->Connect();
  ASSERT_TRUE(connection->Execute("SET work_mem = '64kB'").ok());
  absl::StatusOr<Result> result =
      connection->Execute("EXPLAIN ANALYZE SELECT x FROM generate_series(1, 40000) x ORDER BY -x");
  ASSERT_TRUE(result.ok()) << result.status();
  bool quicksort = false;
  while (result->Next())
    quicksort = quicksort || absl::StrContains(result->row().Text(0), "Sort Method: quicksort");
  EXPECT_TRUE(quicksort);
}

}  // namespace
}  // namespace heliosdb::api
