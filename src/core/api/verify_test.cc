#include "core/api/verify.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/api/database_state.h"
#include "core/api/test_database.h"
#include "core/sql/execute/key_range.h"

namespace heliosdb::api {
namespace {

using testing::HasSubstr;

// A database whose storage a test can reach below the SQL.
class DamagedDatabase {
 public:
  DamagedDatabase() {
    const absl::StatusOr<Options> options =
        Options::Builder().CheckpointOnClose(false).WalSegmentBytes(1 << 20).Build();
    absl::StatusOr<std::unique_ptr<DatabaseState>> state =
        DatabaseState::Open(folder_.database(), *options, {}, {});
    EXPECT_TRUE(state.ok()) << state.status();
    state_ = state->get();
    database_ = DatabaseState::MakeDatabase(*std::move(state));
    connection_ = ConnectForTest(*database_);
    Sql(*connection_, "CREATE TABLE t (id int PRIMARY KEY, a int, b text)");
    Sql(*connection_, "CREATE INDEX t_a ON t (a)");
    Sql(*connection_, "CREATE UNIQUE INDEX t_b ON t (lower(b)) WHERE a > 10");
    Sql(*connection_, "CREATE TABLE heap (a int)");
    Sql(*connection_, "INSERT INTO t SELECT g, g % 100, 'b' || g FROM generate_series(1, 1000) g");
    Sql(*connection_, "INSERT INTO heap SELECT generate_series(1, 10)");
  }

  uint32_t StorageOf(const std::string& name) {
    const std::unique_ptr<txn::Transaction> transaction = state_->engine()->Begin({});
    absl::StatusOr<txn::ReadView> view = transaction->View();
    const catalog::ImagePtr image = *state_->catalogs()->Get(&*view);
    const std::vector<std::string> path = {"public"};
    const catalog::Relation relation = image->FindRelation(path, "", name);
    return relation.table != nullptr ? relation.table->storage_id : relation.index->storage_id;
  }
  // Keys of a table or index, with their values.
  std::vector<std::pair<std::string, std::string>> Pairs(const std::string& name) {
    const uint32_t storage = StorageOf(name);
    const std::unique_ptr<txn::Transaction> transaction = state_->engine()->Begin({});
    absl::StatusOr<txn::ReadView> view = transaction->View();
    const auto cursor =
        view->Open(sql::execute::StorageKeyPrefix(storage),
                   sql::execute::StorageKeyPrefix(storage + 1), txn::ScanDirection::kForward);
    std::vector<std::pair<std::string, std::string>> pairs;
    txn::KvPair batch[64];
    while (true) {
      const size_t count = (*cursor)->NextBatch(batch).value();
      if (count == 0) return pairs;
      for (size_t i = 0; i < count; ++i) pairs.emplace_back(batch[i].key, batch[i].value);
    }
  }
  void Change(const std::function<absl::Status(txn::Transaction&)>& change) {
    const std::unique_ptr<txn::Transaction> transaction = state_->engine()->Begin({});
    EXPECT_TRUE(change(*transaction).ok());
    EXPECT_TRUE(transaction->Commit(std::nullopt).ok());
  }
  // The same finding wherever the damage lies: in memory, and in the store.
  void ExpectDamage(const std::string& text) {
    for (const bool checkpointed : {false, true}) {
      if (checkpointed) {
        ASSERT_TRUE(database_->Checkpoint().ok());
      }
      const absl::Status status = database_->Verify().status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
      EXPECT_THAT(std::string(status.message()), HasSubstr(text));
    }
  }

  Database& database() { return *database_; }
  Connection& connection() { return *connection_; }
  std::string path() const { return folder_.database(); }
  void Close() {
    connection_.reset();
    EXPECT_TRUE(database_->Close().ok());
    database_.reset();
  }

 private:
  TestFolder folder_;
  DatabaseState* state_ = nullptr;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Connection> connection_;
};

TEST(Verify, AWholeDatabaseIsCounted) {
  DamagedDatabase test;
  for (const bool checkpointed : {false, true}) {
    if (checkpointed) {
      ASSERT_TRUE(test.database().Checkpoint().ok());
    }
    const absl::StatusOr<VerifyReport> report = test.database().Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->tables, 2u);
    EXPECT_EQ(report->rows, 1010u);
    EXPECT_EQ(report->indexes, 2u);
    EXPECT_EQ(report->index_entries, 1000u + 890u);
    EXPECT_GT(report->log_bytes, 0u);
    if (checkpointed) {
      EXPECT_GE(report->store_keys, 1010u + 1890u);
    }
  }
}

TEST(Verify, WritersGoOnMeanwhile) {
  DamagedDatabase test;
  Sql(test.connection(), "BEGIN");
  Sql(test.connection(), "INSERT INTO t VALUES (5000, 1, 'open')");
  EXPECT_TRUE(test.database().Verify().ok());
  EXPECT_EQ(Sql(test.connection(), "COMMIT"), "COMMIT");
}

TEST(Verify, FindsARowThatDoesNotDecode) {
  DamagedDatabase test;
  const auto row = test.Pairs("t")[500];
  test.Change([&](txn::Transaction& transaction) {
    return transaction.Put(row.first, row.second.substr(0, row.second.size() - 3));
  });
  test.ExpectDamage("table t, row 500 in key order");
}

TEST(Verify, FindsARowUnderTheKeyOfAnother) {
  DamagedDatabase test;
  const auto rows = test.Pairs("t");
  test.Change([&](txn::Transaction& transaction) {
    return transaction.Put(rows[10].first, rows[11].second);
  });
  test.ExpectDamage("table t: a row does not stand under the key of its own columns");
}

TEST(Verify, FindsAMissingIndexEntry) {
  for (const char* const index : {"t_a", "t_b"}) {
    DamagedDatabase test;
    const auto entry = test.Pairs(index)[300];
    test.Change([&](txn::Transaction& transaction) { return transaction.Delete(entry.first); });
    test.ExpectDamage(std::string("index ") + index + " lacks the entry of a row of table t");
  }
}

TEST(Verify, FindsASuperfluousIndexEntry) {
  DamagedDatabase test;
  // For a row that does not exist: the key with another last byte.
  std::string entry = test.Pairs("t_a")[300].first;
  entry.back() = static_cast<char>(entry.back() + 1);
  entry[entry.size() - 3] = static_cast<char>(entry[entry.size() - 3] + 1);
  test.Change([&](txn::Transaction& transaction) { return transaction.Put(entry, ""); });
  test.ExpectDamage("index t_a has 1001 entries for 1000 rows of table t");
}

TEST(Verify, FindsAnEntryOfARowThatAPartialIndexLeavesOut) {
  DamagedDatabase test;
  // The entry of a row that is taken in, made one of a row that is not.
  std::string entry = test.Pairs("t_b")[0].first;
  entry[6] = 'a';
  test.Change([&](txn::Transaction& transaction) { return transaction.Put(entry, ""); });
  test.ExpectDamage("index t_b has 891 entries for 890 rows of table t");
}

TEST(Verify, FindsAFlippedBitInTheLog) {
  DamagedDatabase test;
  std::vector<std::filesystem::path> segments;
  for (const auto& entry : std::filesystem::directory_iterator(test.path() + "/wal"))
    segments.push_back(entry.path());
  std::sort(segments.begin(), segments.end());
  EXPECT_TRUE(test.database().Verify().ok());
  FlipByte(segments.front(), 5000);
  const absl::Status status = test.database().Verify().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(segments.front().filename().string()));
  FlipByte(segments.front(), 5000);
  EXPECT_TRUE(test.database().Verify().ok());
}

TEST(Verify, FindsFlippedBitsInTheStore) {
  DamagedDatabase test;
  Sql(test.connection(), "UPDATE t SET b = repeat(b, 100)");
  EXPECT_TRUE(test.database().Checkpoint().ok());
  test.Close();
  const std::string store = test.path() + "/store.db";
  const std::string bytes = FileBytes(store);
  // Inside a row's text.
  const size_t offset = bytes.find("b777b777b777");
  ASSERT_NE(offset, std::string::npos);
  FlipByte(store, offset + 4);
  {
    const std::unique_ptr<Database> database = OpenForTest(test.path());
    const absl::Status status = database->Verify().status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  }
  FlipByte(store, offset + 4);
  EXPECT_TRUE(OpenForTest(test.path())->Verify().ok());
}

TEST(Verify, FlippedBitsAnywhereInTheStoreAreNoticedOrHarmless) {
  DamagedDatabase test;
  EXPECT_TRUE(test.database().Checkpoint().ok());
  test.Close();
  const uint64_t size = std::filesystem::file_size(test.path() + "/store.db");
  int found = 0;
  for (uint64_t offset = 1009; offset < size; offset += 7919) {
    TestFolder copy;
    CopyDatabase(test.path(), copy.database());
    FlipByte(copy.database() + "/store.db", offset);
    const absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(copy.database());
    // Nothing may crash; what is not in use may have changed.
    if (!database.ok() || !(*database)->Verify().ok()) ++found;
  }
  EXPECT_GT(found, 0);
  EXPECT_TRUE(OpenForTest(test.path())->Verify().ok());
}

}  // namespace
}  // namespace heliosdb::api
