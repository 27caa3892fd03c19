#include "heliosdb/transaction.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

#include "core/api/test_database.h"

namespace heliosdb::api {
namespace {

class TransactionTest : public testing::Test {
 protected:
  TransactionTest() { Sql(*connection_, "CREATE TABLE t (a int PRIMARY KEY)"); }
  std::string Rows() { return Sql(*other_, "SELECT a FROM t ORDER BY a"); }

  const std::unique_ptr<Database> database_ = OpenForTest(":memory:");
  const std::unique_ptr<Connection> connection_ = ConnectForTest(*database_);
  const std::unique_ptr<Connection> other_ = ConnectForTest(*database_);
};

TEST_F(TransactionTest, Commits) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  ASSERT_TRUE(transaction.ok());
  EXPECT_TRUE(connection_->in_transaction());
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_EQ(Rows(), "");
  const uint64_t id = connection_->TransactionId().value();
  const absl::StatusOr<CommitReceipt> receipt = transaction->Commit();
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->transaction_id, id);
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Rows(), "1");
}

TEST_F(TransactionTest, RollsBackWithTheGuard) {
  {
    absl::StatusOr<Transaction> transaction = connection_->Begin();
    ASSERT_TRUE(transaction.ok());
    Sql(*connection_, "INSERT INTO t VALUES (1)");
  }
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Rows(), "");
}

TEST_F(TransactionTest, RollsBackWhenAsked) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_TRUE(transaction->Rollback().ok());
  EXPECT_TRUE(transaction->Rollback().ok());
  EXPECT_EQ(SqlStateOf(transaction->Commit().status()), "25P01");
  EXPECT_EQ(Rows(), "");
}

TEST_F(TransactionTest, CommitsOnce) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(SqlStateOf(transaction->Commit().status()), "25P01");
  EXPECT_EQ(Rows(), "1");
}

TEST_F(TransactionTest, ASecondBeginIsRefused) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  EXPECT_EQ(SqlStateOf(connection_->Begin().status()), "25001");
  EXPECT_TRUE(connection_->in_transaction());
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Rows(), "1");
}

TEST_F(TransactionTest, AFailedStatementFailsTheTransaction) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (1)"), "23505");
  EXPECT_TRUE(connection_->transaction_failed());
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (2)"), "25P02");
  EXPECT_EQ(SqlStateOf(transaction->Commit().status()), "25P02");
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Rows(), "");
  EXPECT_EQ(Sql(*connection_, "INSERT INTO t VALUES (3)"), "INSERT 0 1");
}

TEST_F(TransactionTest, ASavepointSavesTheTransaction) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  Sql(*connection_, "SAVEPOINT s");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (2), (1)"), "23505");
  Sql(*connection_, "ROLLBACK TO s");
  EXPECT_FALSE(connection_->transaction_failed());
  Sql(*connection_, "INSERT INTO t VALUES (3)");
  EXPECT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Rows(), "1;3");
}

TEST_F(TransactionTest, SqlMayEndTheGuardsTransaction) {
  {
    absl::StatusOr<Transaction> transaction = connection_->Begin();
    Sql(*connection_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(Sql(*connection_, "COMMIT"), "COMMIT");
    // Another one is none of the guard's business.
    Sql(*connection_, "BEGIN");
    Sql(*connection_, "INSERT INTO t VALUES (2)");
    EXPECT_EQ(SqlStateOf(transaction->Commit().status()), "25P01");
  }
  EXPECT_TRUE(connection_->in_transaction());
  Sql(*connection_, "COMMIT");
  EXPECT_EQ(Rows(), "1;2");
}

TEST_F(TransactionTest, CommitAndChainIsAnotherTransaction) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  Sql(*connection_, "COMMIT AND CHAIN");
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  EXPECT_EQ(SqlStateOf(transaction->Commit().status()), "25P01");
  EXPECT_EQ(Sql(*connection_, "COMMIT"), "COMMIT");
  EXPECT_EQ(Rows(), "1");
}

TEST_F(TransactionTest, MayBeMoved) {
  absl::StatusOr<Transaction> begun = connection_->Begin();
  Transaction a = *std::move(begun);
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  Transaction b = std::move(a);
  EXPECT_EQ(SqlStateOf(a.Commit().status()), "25P01");
  EXPECT_TRUE(b.Commit().ok());
  begun = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (2)");
  // Assigning ends what stood there.
  *begun = std::move(b);
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Rows(), "1");
}

TEST_F(TransactionTest, Options) {
  absl::StatusOr<Transaction> transaction =
      connection_->Begin({.isolation = IsolationLevel::kRepeatableRead, .read_only = true});
  EXPECT_EQ(Sql(*connection_, "SHOW transaction_isolation"), "repeatable read");
  EXPECT_EQ(Sql(*connection_, "SHOW transaction_read_only"), "on");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
  Sql(*other_, "INSERT INTO t VALUES (1)");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "0");
  EXPECT_EQ(StateOf(*connection_, "INSERT INTO t VALUES (2)"), "25006");
  EXPECT_TRUE(transaction->Rollback().ok());

  transaction = connection_->Begin(
      {.isolation = IsolationLevel::kSerializable, .read_only = true, .deferrable = true});
  EXPECT_EQ(Sql(*connection_, "SHOW transaction_isolation"), "serializable");
  EXPECT_EQ(Sql(*connection_, "SHOW transaction_deferrable"), "on");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "1");
}

TEST_F(TransactionTest, ADurabilityIsReachedOrRefused) {
  absl::StatusOr<Transaction> transaction = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (1)");
  const absl::StatusOr<CommitReceipt> receipt = transaction->Commit(Durability::kAsync);
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->reached, Durability::kAsync);
  transaction = connection_->Begin();
  Sql(*connection_, "INSERT INTO t VALUES (2)");
  EXPECT_EQ(SqlStateOf(transaction->Commit(Durability::kSync).status()), "55000");
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Rows(), "1");
}

TEST_F(TransactionTest, FirstCommitterWins) {
  absl::StatusOr<Transaction> transaction =
      connection_->Begin({.isolation = IsolationLevel::kRepeatableRead});
  Sql(*other_, "INSERT INTO t VALUES (1)");
  EXPECT_EQ(Sql(*connection_, "SELECT count(*) FROM t"), "1");
  Sql(*other_, "UPDATE t SET a = 2");
  EXPECT_EQ(StateOf(*connection_, "UPDATE t SET a = 3"), "40001");
  EXPECT_EQ(SqlStateOf(transaction->Commit().status()), "25P02");
}

}  // namespace
}  // namespace heliosdb::api
