#include "heliosdb/database.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <sys/wait.h>
#include <unistd.h>

#include "core/api/database_state.h"
#include "core/api/test_database.h"
#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/faulty_file_system.h"
#include "core/base/mutex.h"
#include "core/storage/borrowed_store.h"
#include "core/storage/mem_store.h"

namespace heliosdb::api {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

std::string OpenError(const std::string& path) { return ErrorText(Database::Open(path).status()); }

// A database with rows in its store and others in its log only.
void MakeDatabase(const std::string& path) {
  const absl::StatusOr<Options> options = Options::Builder().CheckpointOnClose(false).Build();
  const std::unique_ptr<Database> database = OpenForTest(path, *options);
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_EQ(Sql(*connection, "CREATE TABLE t (a int PRIMARY KEY, b text)"), "CREATE TABLE");
  EXPECT_EQ(
      Sql(*connection, "INSERT INTO t SELECT g, repeat('s', 100) FROM generate_series(1, 1000) g"),
      "INSERT 0 1000");
  EXPECT_TRUE(database->Checkpoint().ok());
  EXPECT_EQ(Sql(*connection,
                "INSERT INTO t SELECT g, repeat('l', 100) FROM generate_series(1001, 2000) g"),
            "INSERT 0 1000");
}

std::filesystem::path OnlySegment(const std::string& path) {
  std::vector<std::filesystem::path> segments;
  for (const auto& entry : std::filesystem::directory_iterator(path + "/wal"))
    segments.push_back(entry.path());
  std::sort(segments.begin(), segments.end());
  EXPECT_FALSE(segments.empty());
  return segments.front();
}

// Of a segment's header (wal/wal_format.h): crc, magic, version at 12, history, first LSN, size.
constexpr size_t kIdentityBytes = 4 + 8 + 4 + 16 + 8 + 8;

// Over the first bytes of a file.
void WriteBytes(const std::filesystem::path& path, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Names and contents of everything in a folder, to see that a refusal changes nothing.
std::vector<std::pair<std::string, std::string>> Contents(const std::string& path) {
  std::vector<std::pair<std::string, std::string>> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file() || entry.path().filename().string().starts_with("LOCK")) continue;
    // LMDB's lock file holds its readers.
    if (entry.path().string().ends_with("-lock")) continue;
    contents.emplace_back(entry.path().string(), FileBytes(entry.path()));
  }
  std::sort(contents.begin(), contents.end());
  return contents;
}

TEST(Database, KeepsWhatWasCommitted) {
  TestFolder folder;
  HistoryId history;
  {
    const std::unique_ptr<Database> database = OpenForTest(folder.database());
    history = database->history();
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    Sql(*connection, "CREATE TABLE t (a int)");
    Sql(*connection, "INSERT INTO t VALUES (1)");
    Sql(*connection, "BEGIN");
    Sql(*connection, "INSERT INTO t VALUES (2)");
  }
  const std::unique_ptr<Database> database = OpenForTest(folder.database());
  EXPECT_EQ(database->history(), history);
  EXPECT_EQ(history.Text().size(), 32u);
  EXPECT_EQ(Sql(*ConnectForTest(*database), "SELECT a FROM t"), "1");
}

TEST(Database, MemoryEndsWithTheObject) {
  const std::unique_ptr<Database> a = OpenForTest(":memory:");
  const std::unique_ptr<Database> b = OpenForTest(":memory:");
  Sql(*ConnectForTest(*a), "CREATE TABLE t (a int)");
  EXPECT_EQ(StateOf(*ConnectForTest(*b), "SELECT a FROM t"), "42P01");
  EXPECT_NE(a->history(), b->history());
  EXPECT_FALSE(std::filesystem::exists(":memory:"));
  EXPECT_TRUE(a->Checkpoint().ok());
  EXPECT_TRUE(a->Verify().ok());
}

TEST(Database, AnEmptyPathIsRefused) {
  EXPECT_EQ(OpenError(""), "22023 the path of a database must not be empty");
}

TEST(Database, ADirectoryIsOpenOnceInThisProcess) {
  TestFolder folder;
  const std::unique_ptr<Database> database = OpenForTest(folder.database());
  const std::string error = OpenError(folder.database());
  EXPECT_THAT(error, HasSubstr("55006 "));
  EXPECT_THAT(error, HasSubstr(folder.database()));
  // By another name, too.
  std::filesystem::create_directory_symlink(folder.database(), folder.path() / "alias");
  EXPECT_THAT(OpenError((folder.path() / "alias").string()), HasSubstr("55006 "));
  EXPECT_EQ(Sql(*ConnectForTest(*database), "SELECT 1"), "1");
  EXPECT_TRUE(database->Close().ok());
  EXPECT_EQ(OpenError(folder.database()), "");
}

TEST(Database, ADirectoryIsOpenOnceOnThisMachine) {
  TestFolder folder;
  OpenForTest(folder.database()).reset();
  int ready[2];
  int leave[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(leave), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // As an open database does; without its threads, which do not go well with a fork.
    const auto lock = FileSystem::Posix()->Lock(folder.database() + "/LOCK");
    char byte = lock.ok() ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1 || read(leave[0], &byte, 1) != 1) _exit(2);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  const std::string error = OpenError(folder.database());
  EXPECT_THAT(error, HasSubstr("55006 "));
  EXPECT_THAT(error, HasSubstr("is held by another open database"));
  ASSERT_EQ(write(leave[1], &byte, 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  // It ended without closing.
  EXPECT_EQ(OpenError(folder.database()), "");
}

TEST(Database, PathsThatCannotBeADatabase) {
  TestFolder folder;
  const std::string file = (folder.path() / "file").string();
  std::ofstream(file) << "not a database";
  EXPECT_THAT(OpenError(file), HasSubstr("Not a directory"));
  EXPECT_THAT(OpenError(file), HasSubstr(file));
  EXPECT_THAT(OpenError(file + "/db"), HasSubstr(file));
  EXPECT_THAT(OpenError((folder.path() / "no" / "such").string()), HasSubstr("58P01 "));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "no"));
}

TEST(Database, ADirectoryThatCannotBeWritten) {
  if (geteuid() == 0) {
    // The superuser may write everywhere but on a file system that nobody may write.
    EXPECT_THAT(OpenError("/proc/heliosdb"), AnyOf(HasSubstr("42501 "), HasSubstr("58P01 ")));
    EXPECT_THAT(OpenError("/sys/kernel"), AnyOf(HasSubstr("42501 "), HasSubstr("58P01 ")));
    return;
  }
  TestFolder folder;
  MakeDatabase(folder.database());
  std::filesystem::permissions(
      folder.database(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_THAT(OpenError(folder.database()), HasSubstr("42501 "));
  std::filesystem::permissions(folder.database(), std::filesystem::perms::owner_all);
  EXPECT_EQ(OpenError(folder.database()), "");
}

TEST(Database, ALogOfAnotherFormatVersionIsRefused) {
  TestFolder folder;
  MakeDatabase(folder.database());
  const std::filesystem::path segment = OnlySegment(folder.database());
  const std::string old_header = FileBytes(segment).substr(0, kIdentityBytes);
  std::string header = old_header;
  StoreFixed<uint32_t>(header.data() + 12, 2);
  StoreFixed<uint32_t>(header.data(), Crc32c(std::string_view(header).substr(4)));
  WriteBytes(segment, header);
  const auto before = Contents(folder.database());
  const absl::Status status = Database::Open(folder.database()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(ErrorText(status), HasSubstr("version 2"));
  EXPECT_EQ(Contents(folder.database()), before);
  WriteBytes(segment, old_header);
  EXPECT_EQ(OpenError(folder.database()), "");
}

TEST(Database, AFlippedBitBelowTheTailIsAnErrorThatSaysWhere) {
  TestFolder folder;
  MakeDatabase(folder.database());
  {
    // More behind it, so that it is no tail.
    const absl::StatusOr<Options> options = Options::Builder().CheckpointOnClose(false).Build();
    const std::unique_ptr<Database> database = OpenForTest(folder.database(), *options);
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    for (int i = 0; i < 10; ++i) Sql(*connection, "INSERT INTO t VALUES ($1, 'later')", 3000 + i);
  }
  const std::filesystem::path segment = OnlySegment(folder.database());
  // Rows of the second thousand are in the log alone.
  const std::string bytes = FileBytes(segment);
  const size_t offset = bytes.find(std::string(50, 'l'));
  ASSERT_NE(offset, std::string::npos);
  FlipByte(segment, offset);
  const auto before = Contents(folder.database());
  const absl::Status status = Database::Open(folder.database()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(ErrorText(status), HasSubstr(segment.filename().string()));
  EXPECT_EQ(Contents(folder.database()), before);
  FlipByte(segment, offset);
  const std::unique_ptr<Database> database = OpenForTest(folder.database());
  ASSERT_NE(database, nullptr);
  EXPECT_EQ(Sql(*ConnectForTest(*database), "SELECT count(*) FROM t"), "2010");
}

TEST(Database, ATornTailIsCutToTheCommittedPrefix) {
  TestFolder folder;
  const std::string copy = (folder.path() / "copy").string();
  {
    const std::unique_ptr<Database> database = OpenForTest(folder.database());
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    Sql(*connection, "CREATE TABLE t (a int, b text)");
    Sql(*connection, "INSERT INTO t VALUES (1, 'whole')");
    Sql(*connection, "INSERT INTO t VALUES (2, repeat('l', 1000))");
    // As a killed process leaves it: an orderly end says where the log ends.
    CopyDatabase(folder.database(), copy);
  }
  const std::filesystem::path segment = OnlySegment(copy);
  const size_t offset = FileBytes(segment).rfind(std::string(500, 'l'));
  ASSERT_NE(offset, std::string::npos);
  std::filesystem::resize_file(segment, offset);
  const std::unique_ptr<Database> database = OpenForTest(copy);
  ASSERT_NE(database, nullptr);
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_EQ(Sql(*connection, "SELECT a FROM t"), "1");
  EXPECT_EQ(Sql(*connection, "INSERT INTO t VALUES (3, 'after')"), "INSERT 0 1");
  EXPECT_TRUE(database->Verify().ok());
}

TEST(Database, ALogThatWasClosedInOrderAndIsCutIsAnError) {
  TestFolder folder;
  MakeDatabase(folder.database());
  const std::filesystem::path segment = OnlySegment(folder.database());
  std::filesystem::resize_file(segment, FileBytes(segment).rfind(std::string(50, 'l')));
  const absl::Status status = Database::Open(folder.database()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(ErrorText(status), HasSubstr(segment.filename().string()));
}

TEST(Database, AMissingLogIsAnError) {
  TestFolder folder;
  MakeDatabase(folder.database());
  std::filesystem::remove_all(folder.database() + "/wal");
  const absl::Status status = Database::Open(folder.database()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
}

TEST(Database, AMissingStoreIsAnError) {
  TestFolder folder;
  MakeDatabase(folder.database());
  std::filesystem::remove(folder.database() + "/store.db");
  const absl::Status status = Database::Open(folder.database()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(ErrorText(status), HasSubstr("has a log, but its store is empty"));
}

TEST(Database, ATruncatedStoreIsAnError) {
  TestFolder folder;
  MakeDatabase(folder.database());
  const std::string store = folder.database() + "/store.db";
  const uint64_t size = std::filesystem::file_size(store);
  for (const uint64_t left : {size - 4096, size / 2, uint64_t{5000}, uint64_t{100}}) {
    SCOPED_TRACE(left);
    std::filesystem::copy_file(store, store + ".whole");
    std::filesystem::resize_file(store, left);
    const absl::Status status = Database::Open(folder.database()).status();
    EXPECT_THAT(status.code(),
                AnyOf(absl::StatusCode::kDataLoss, absl::StatusCode::kFailedPrecondition))
        << status;
    EXPECT_THAT(ErrorText(status), HasSubstr("store.db"));
    std::filesystem::rename(store + ".whole", store);
  }
  EXPECT_EQ(OpenError(folder.database()), "");
}

TEST(Database, AForeignFileIsNoStore) {
  TestFolder folder;
  MakeDatabase(folder.database());
  std::ofstream(folder.database() + "/store.db", std::ios::binary | std::ios::trunc)
      << std::string(20000, 'x');
  const absl::Status status = Database::Open(folder.database()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(ErrorText(status), HasSubstr("is not a HeliosDB store"));
}

TEST(Database, ClosingNeedsEveryConnectionGone) {
  const std::unique_ptr<Database> database = OpenForTest(":memory:");
  std::unique_ptr<Connection> connection = ConnectForTest(*database);
  EXPECT_EQ(ErrorText(database->Close()), "55006 1 connections are still open");
  EXPECT_EQ(Sql(*connection, "SELECT 1"), "1");
  connection.reset();
  EXPECT_TRUE(database->Close().ok());
  EXPECT_TRUE(database->Close().ok());
  EXPECT_EQ(SqlStateOf(database->Connect().status()), "57P03");
  EXPECT_EQ(SqlStateOf(database->Checkpoint()), "57P03");
  EXPECT_EQ(SqlStateOf(database->Verify().status()), "57P03");
}

TEST(Database, ReceiptsAnswerForTheirTransactions) {
  TestFolder folder;
  CommitReceipt receipt;
  uint64_t rolled_back = 0;
  uint64_t open = 0;
  {
    const std::unique_ptr<Database> database = OpenForTest(folder.database());
    const std::unique_ptr<Connection> connection = ConnectForTest(*database);
    Sql(*connection, "CREATE TABLE t (a int)");
    absl::StatusOr<Result> result = connection->Execute("INSERT INTO t VALUES (1)");
    ASSERT_TRUE(result.ok() && result->receipt().has_value());
    receipt = *result->receipt();
    EXPECT_EQ(receipt.history, database->history());
    EXPECT_GT(receipt.end_lsn, 0u);
    EXPECT_NE(receipt.transaction_id, 0u);
    EXPECT_EQ(receipt.reached, Durability::kFull);
    EXPECT_EQ(database->Outcome(receipt.transaction_id).value(), TransactionOutcome::kCommitted);

    Sql(*connection, "BEGIN");
    Sql(*connection, "INSERT INTO t VALUES (2)");
    rolled_back = connection->TransactionId().value();
    EXPECT_EQ(database->Outcome(rolled_back).value(), TransactionOutcome::kInProgress);
    Sql(*connection, "ROLLBACK");
    EXPECT_EQ(database->Outcome(rolled_back).value(), TransactionOutcome::kAborted);

    Sql(*connection, "BEGIN");
    Sql(*connection, "INSERT INTO t VALUES (3)");
    open = connection->TransactionId().value();
    EXPECT_EQ(database->Outcome(open + 1'000'000).value(), TransactionOutcome::kNeverSeen);
    EXPECT_EQ(database->Outcome(0).value(), TransactionOutcome::kNeverSeen);
  }
  const std::unique_ptr<Database> database = OpenForTest(folder.database());
  EXPECT_EQ(database->Outcome(receipt.transaction_id).value(), TransactionOutcome::kCommitted);
  EXPECT_EQ(database->Outcome(rolled_back).value(), TransactionOutcome::kAborted);
  EXPECT_EQ(database->Outcome(open).value(), TransactionOutcome::kAborted);
  EXPECT_EQ(database->Outcome(UINT64_MAX).value(), TransactionOutcome::kNeverSeen);
}

TEST(Database, AStatementThatChangesNothingHasNoTransactionId) {
  const std::unique_ptr<Database> database = OpenForTest(":memory:");
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  Sql(*connection, "CREATE TABLE t (a int)");
  const absl::StatusOr<Result> result = connection->Execute("DELETE FROM t");
  ASSERT_TRUE(result.ok() && result->receipt().has_value());
  EXPECT_EQ(result->receipt()->transaction_id, 0u);
}

TEST(Database, StatsCount) {
  TestFolder folder;
  const std::unique_ptr<Database> database = OpenForTest(folder.database());
  const std::unique_ptr<Connection> connection = ConnectForTest(*database);
  const Stats before = database->GetStats();
  Sql(*connection, "CREATE TABLE t (a int PRIMARY KEY)");
  Sql(*connection, "INSERT INTO t VALUES (1)");
  Sql(*connection, "BEGIN");
  Sql(*connection, "INSERT INTO t VALUES (2)");
  Sql(*connection, "ROLLBACK");
  Stats after = database->GetStats();
  EXPECT_EQ(after.commits - before.commits, 2u);
  EXPECT_EQ(after.rollbacks - before.rollbacks, 1u);
  EXPECT_GE(after.log_syncs - before.log_syncs, 2u);
  EXPECT_GT(after.log_written_lsn, before.log_written_lsn);
  EXPECT_EQ(after.log_written_lsn, after.log_synced_lsn);
  EXPECT_GT(after.delta_bytes, 0u);
  EXPECT_EQ(after.connections, 1u);
  EXPECT_TRUE(database->Checkpoint().ok());
  after = database->GetStats();
  EXPECT_EQ(after.checkpoints - before.checkpoints, 1u);
  EXPECT_EQ(after.delta_bytes, 0u);
  EXPECT_EQ(after.checkpoint_last_error, "");
  EXPECT_GT(after.store_keys, 0u);
  EXPECT_GT(after.store_file_bytes, 0u);
  EXPECT_GT(after.log_file_bytes, 0u);
}

TEST(Database, ProgressTellsOfRecoveryCheckpointVerifyAndIndexBuild) {
  TestFolder folder;
  Mutex mu;
  std::vector<std::pair<Task, bool>> seen;
  const auto record = [&](const Progress& progress) {
    MutexLock lock(&mu);
    seen.emplace_back(progress.task, progress.finished);
    EXPECT_TRUE(progress.total == 0 || progress.done <= progress.total);
    if (progress.finished) {
      EXPECT_EQ(progress.done, progress.total);
    }
    if (progress.task == Task::kIndexBuild) {
      EXPECT_EQ(progress.subject, "i");
    }
  };
  const auto ends = [&](Task task) {
    MutexLock lock(&mu);
    return std::count(seen.begin(), seen.end(), std::pair(task, true));
  };
  MakeDatabase(folder.database());
  const absl::StatusOr<Options> options = Options::Builder().OnProgress(record).Build();
  const std::unique_ptr<Database> database = OpenForTest(folder.database(), *options);
  EXPECT_EQ(ends(Task::kRecovery), 1);
  EXPECT_EQ(Sql(*ConnectForTest(*database), "CREATE INDEX i ON t (b)"), "CREATE INDEX");
  EXPECT_EQ(ends(Task::kIndexBuild), 1);
  EXPECT_TRUE(database->Checkpoint().ok());
  EXPECT_EQ(ends(Task::kCheckpoint), 1);
  EXPECT_TRUE(database->Verify().ok());
  EXPECT_EQ(ends(Task::kVerify), 1);
}

// --- Faults of the disk, below the log ---

class FaultyDatabase {
 public:
  explicit FaultyDatabase(FaultyFileSystem::Options options = {})
      : files_(options), store_(storage::NewMemStore({})) {}

  absl::Status Open() {
    txn::EngineOptions seams;
    seams.files = &files_;
    seams.open_store = [this]() -> absl::StatusOr<std::unique_ptr<storage::KvStore>> {
      return std::make_unique<storage::BorrowedStore>(store_.get());
    };
    const absl::StatusOr<Options> options = Options::Builder().WalSegmentBytes(1 << 20).Build();
    absl::StatusOr<std::unique_ptr<DatabaseState>> state =
        DatabaseState::Open("db", *options, {}, std::move(seams));
    if (!state.ok()) return state.status();
    database_ = DatabaseState::MakeDatabase(*std::move(state));
    return absl::OkStatus();
  }
  Database& database() { return *database_; }
  FaultyFileSystem& files() { return files_; }
  void Close() { database_.reset(); }

 private:
  FaultyFileSystem files_;
  const std::unique_ptr<storage::KvStore> store_;
  std::unique_ptr<Database> database_;
};

TEST(DatabaseFaults, AFullDiskFailsTheCommitAndNothingElse) {
  FaultyDatabase test;
  ASSERT_TRUE(test.Open().ok());
  std::unique_ptr<Connection> connection = ConnectForTest(test.database());
  Sql(*connection, "CREATE TABLE t (a int, b text)");
  Sql(*connection, "INSERT INTO t VALUES (1, 'first')");
  // What is allocated is there; a new segment is not.
  test.files().SetCapacity(1);
  std::string error;
  int written = 0;
  for (; written < 100 && error.empty(); ++written) {
    error = Sql(*connection,
                "INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(1, 100) g");
    if (error == "INSERT 0 100") error.clear();
  }
  EXPECT_THAT(error, HasSubstr("53100 "));
  EXPECT_THAT(error, HasSubstr("No space left on device"));
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), std::to_string((written - 1) * 100 + 1));
  connection.reset();
  test.Close();
  test.files().SetCapacity(UINT64_MAX);
  ASSERT_TRUE(test.Open().ok());
  connection = ConnectForTest(test.database());
  EXPECT_EQ(Sql(*connection, "SELECT count(*) FROM t"), std::to_string((written - 1) * 100 + 1));
  EXPECT_EQ(Sql(*connection, "INSERT INTO t VALUES (2, 'again')"), "INSERT 0 1");
}

TEST(DatabaseFaults, AFullDiskRefusesANewDatabase) {
  FaultyDatabase test({.capacity_bytes = 100});
  EXPECT_THAT(ErrorText(test.Open()), HasSubstr("53100 "));
  test.files().SetCapacity(UINT64_MAX);
  EXPECT_TRUE(test.Open().ok());
}

TEST(DatabaseFaults, AFailedSyncStopsWritesAndSaysSo) {
  FaultyDatabase test;
  ASSERT_TRUE(test.Open().ok());
  std::unique_ptr<Connection> connection = ConnectForTest(test.database());
  Sql(*connection, "CREATE TABLE t (a int)");
  Sql(*connection, "INSERT INTO t VALUES (1)");
  test.files().FailNth(1, FileFault::kPowerOff, FileOperation::kSync);
  EXPECT_EQ(StateOf(*connection, "INSERT INTO t VALUES (2)"), "58030");
  // Never tried again: the pages may be gone.
  EXPECT_EQ(StateOf(*connection, "INSERT INTO t VALUES (3)"), "58030");
  EXPECT_EQ(Sql(*connection, "SELECT a FROM t"), "1");
  connection.reset();
  EXPECT_FALSE(test.database().Close().ok());
  test.Close();
  test.files().Crash(FaultyFileSystem::Unsynced::kLost);
  ASSERT_TRUE(test.Open().ok());
  EXPECT_EQ(Sql(*ConnectForTest(test.database()), "SELECT a FROM t"), "1");
}

TEST(DatabaseFaults, APowerFailureLeavesEveryAcknowledgedRow) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    FaultyDatabase test({.seed = seed});
    ASSERT_TRUE(test.Open().ok());
    std::unique_ptr<Connection> connection = ConnectForTest(test.database());
    Sql(*connection, "CREATE TABLE t (a int)");
    test.files().FailNth(3 * seed, FileFault::kPowerOff, std::nullopt);
    int acknowledged = 0;
    while (StateOf(*connection, "INSERT INTO t VALUES (1)").empty()) ++acknowledged;
    connection.reset();
    test.Close();
    test.files().Crash(FaultyFileSystem::Unsynced::kChance);
    ASSERT_TRUE(test.Open().ok());
    const int there = std::stoi(Sql(*ConnectForTest(test.database()), "SELECT count(*) FROM t"));
    EXPECT_GE(there, acknowledged);
    EXPECT_LE(there, acknowledged + 1);
  }
}

}  // namespace
}  // namespace heliosdb::api
