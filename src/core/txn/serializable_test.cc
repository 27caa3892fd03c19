#include "core/txn/serializable.h"

#include <memory>
#include <string>
#include <thread>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/txn/test_engine.h"
#include "heliosdb/error.h"

namespace heliosdb::txn {
namespace {

class SerializableTest : public testing::Test {
 protected:
  SerializableTest() { test_.Open(); }

  std::unique_ptr<Transaction> Begin(Access access = Access::kReadWrite) {
    return test_.engine().Begin({.isolation = Isolation::kSerializable, .access = access});
  }
  // "": fine; else the SQLSTATE.
  static std::string Put(Transaction& txn, std::string_view key, std::string_view value) {
    return Code(txn.Put(TestEngine::Key(key), value));
  }
  static std::string Commit(Transaction& txn) { return Code(txn.Commit(std::nullopt).status()); }
  static std::string Code(const absl::Status& status) {
    if (status.ok()) return "";
    EXPECT_EQ(status.message(),
              "could not serialize access due to read/write dependencies among transactions");
    return SqlStateOf(status);
  }
  std::string Get(Transaction& txn, std::string_view key) {
    absl::StatusOr<ReadView> view = txn.View();
    EXPECT_TRUE(view.ok());
    const auto value = view->Get(TestEngine::Key(key));
    if (!value.ok()) return SqlStateOf(value.status());
    return std::string(value->value_or("none"));
  }
  std::string Scan(Transaction& txn, std::string_view low, std::string_view high) {
    return test_.Scan(txn, low, high, ScanDirection::kForward);
  }

  TestEngine test_;
};

TEST_F(SerializableTest, WriteSkewOnKeysFailsTheSecondCommitter) {
  test_.Write({{"a", "1"}, {"b", "1"}});
  const auto t1 = Begin();
  const auto t2 = Begin();
  EXPECT_EQ(Get(*t1, "a"), "1");
  EXPECT_EQ(Get(*t2, "b"), "1");
  EXPECT_EQ(Put(*t1, "b", "2"), "");
  EXPECT_EQ(Put(*t2, "a", "2"), "");
  EXPECT_EQ(Commit(*t1), "");
  EXPECT_EQ(Commit(*t2), "40001");
}

TEST_F(SerializableTest, GapsCountAsRead) {
  test_.Write({{"a", "1"}, {"z", "1"}});
  const auto t1 = Begin();
  const auto t2 = Begin();
  EXPECT_EQ(Scan(*t1, "a", "n"), "a=1 ");
  EXPECT_EQ(Scan(*t2, "n", "zz"), "z=1 ");
  EXPECT_EQ(Put(*t1, "p", "new"), "");
  EXPECT_EQ(Put(*t2, "c", "new"), "");
  EXPECT_EQ(Commit(*t1), "");
  EXPECT_EQ(Commit(*t2), "40001");
}

TEST_F(SerializableTest, DisjointReadsAndWritesDoNotFail) {
  test_.Write({{"a", "1"}, {"b", "1"}});
  const auto t1 = Begin();
  const auto t2 = Begin();
  EXPECT_EQ(Scan(*t1, "a", "b"), "a=1 ");
  EXPECT_EQ(Scan(*t2, "b", "c"), "b=1 ");
  EXPECT_EQ(Put(*t1, "aa", "2"), "");
  EXPECT_EQ(Put(*t2, "bb", "2"), "");
  EXPECT_EQ(Commit(*t1), "");
  EXPECT_EQ(Commit(*t2), "");
}

TEST_F(SerializableTest, TheCatalogueIsNotFollowed) {
  // Write skew over keys below kStorageIdFirst.
  const std::string x = std::string("\0\0\0\x08x", 5);
  const std::string y = std::string("\0\0\0\x08y", 5);
  const auto t1 = Begin();
  const auto t2 = Begin();
  {
    ReadView first = *t1->View();
    ReadView second = *t2->View();
    EXPECT_TRUE(first.Get(x).ok());
    const auto cursor = second.Open(std::string("\0\0\0\x08", 4), y + "z", ScanDirection::kForward);
    ASSERT_TRUE(cursor.ok());
    KvPair pairs[2];
    EXPECT_EQ(*(*cursor)->NextBatch(pairs), 0u);
  }
  EXPECT_TRUE(t1->Put(y, "1").ok());
  EXPECT_TRUE(t2->Put(x, "1").ok());
  EXPECT_EQ(Commit(*t1), "");
  EXPECT_EQ(Commit(*t2), "");
}

TEST_F(SerializableTest, OneConflictAloneIsHarmless) {
  test_.Write({{"a", "1"}});
  const auto t1 = Begin();
  const auto t2 = Begin();
  EXPECT_EQ(Get(*t1, "a"), "1");
  EXPECT_EQ(Put(*t2, "a", "2"), "");
  EXPECT_EQ(Commit(*t2), "");
  EXPECT_EQ(Put(*t1, "c", "2"), "");
  EXPECT_EQ(Commit(*t1), "");
}

// PostgreSQL's isolation test read-only-anomaly: x receives a deposit, y is withdrawn from with an
// overdraft fee, and a reader sees the one without the other.
TEST_F(SerializableTest, ReadOnlyAnomalyFails) {
  test_.Write({{"x", "0"}, {"y", "0"}});
  const auto s2 = Begin();
  EXPECT_EQ(Get(*s2, "x"), "0");
  EXPECT_EQ(Get(*s2, "y"), "0");
  const auto s1 = Begin();
  EXPECT_EQ(Get(*s1, "y"), "0");
  EXPECT_EQ(Put(*s1, "y", "20"), "");
  EXPECT_EQ(Commit(*s1), "");
  const auto s3 = Begin();
  EXPECT_EQ(Get(*s3, "x"), "0");
  EXPECT_EQ(Get(*s3, "y"), "20");
  EXPECT_EQ(Commit(*s3), "");
  EXPECT_EQ(Put(*s2, "x", "-11"), "40001");
}

// read-only-anomaly-3: a deferrable reader waits until its snapshot is safe.
TEST_F(SerializableTest, DeferrableReaderWaitsForASafeSnapshot) {
  test_.Write({{"x", "0"}, {"y", "0"}});
  auto s2 = Begin();
  EXPECT_EQ(Get(*s2, "x"), "0");
  EXPECT_EQ(Get(*s2, "y"), "0");
  const auto s1 = Begin();
  EXPECT_EQ(Get(*s1, "y"), "0");
  EXPECT_EQ(Put(*s1, "y", "20"), "");
  EXPECT_EQ(Commit(*s1), "");
  std::string seen;
  std::thread reader([&] {
    const auto s3 = test_.engine().Begin({.isolation = Isolation::kSerializable,
                                          .access = Access::kReadOnly,
                                          .deferrable = true,
                                          .session_id = 77});
    seen = Get(*s3, "x") + " " + Get(*s3, "y");
    EXPECT_EQ(Commit(*s3), "");
  });
  while (test_.engine().BlockingSessions(77).empty()) std::this_thread::yield();
  EXPECT_EQ(Put(*s2, "x", "-11"), "");
  EXPECT_EQ(Commit(*s2), "");
  reader.join();
  EXPECT_EQ(seen, "-11 20");
}

TEST_F(SerializableTest, UniqueProbeReportsTheConflict) {
  const auto s1 = Begin();
  const auto s2 = Begin();
  EXPECT_EQ(Get(*s1, "k"), "none");
  EXPECT_EQ(Get(*s2, "k"), "none");
  EXPECT_EQ(Put(*s1, "k", "1"), "");
  EXPECT_EQ(Commit(*s1), "");
  EXPECT_EQ(Code(s2->CheckWrite(TestEngine::Key("k"))), "40001");
}

TEST_F(SerializableTest, ManyMarksTurnIntoOneForTheTable) {
  EngineOptions options;
  options.predicate_locks_per_table_max = 4;
  TestEngine test(options);
  test.Open();
  const auto t1 = test.engine().Begin({.isolation = Isolation::kSerializable});
  const auto t2 = test.engine().Begin({.isolation = Isolation::kSerializable});
  for (int i = 0; i < 20; ++i) {
    absl::StatusOr<ReadView> view = t1->View();
    EXPECT_TRUE(view->Get(TestEngine::Key(fmt::format("{}", i))).ok());
  }
  absl::StatusOr<ReadView> view = t2->View();
  EXPECT_TRUE(view->Get(TestEngine::Key("w1")).ok());
  EXPECT_EQ(Put(*t1, "w1", "x"), "");
  EXPECT_EQ(Put(*t2, "never read", "x"), "");
  EXPECT_EQ(Commit(*t1), "");
  EXPECT_EQ(Commit(*t2), "40001");
}

}  // namespace
}  // namespace heliosdb::txn
