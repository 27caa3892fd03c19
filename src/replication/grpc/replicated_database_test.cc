#include "heliosdb/replication/replicated_database.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/test_folder.h"
#include "heliosdb/heliosdb.h"
#include "replication/test_cluster.h"

namespace heliosdb::replication {
namespace {

using testing::HasSubstr;

class ReplicatedDatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<ReplicatedDatabase> Open(const std::string& id, NodeRole role,
                                           const std::string& primary) {
    ReplicationConfig::Builder builder;
    builder.NodeId(id).Role(role).ListenAddress("localhost:0").PrimaryAddress(primary);
    builder.Mode(SyncMode::kSync).SyncSet({"a", "b"});
    auto config = builder.Build();
    EXPECT_TRUE(config.ok()) << config.status();
    Options options;
    options.map_bytes_max = uint64_t{1} << 30;
    auto node = ReplicatedDatabase::Open(folder_.File(id), *config, options);
    EXPECT_TRUE(node.ok()) << node.status();
    return node.ok() ? *std::move(node) : nullptr;
  }
  // The rows as text, or the error.
  static std::string Run(ReplicatedDatabase& node, std::string_view sql) {
    auto connection = node.Connect();
    if (!connection.ok()) return connection.status().ToString();
    auto result = (*connection)->Execute(sql);
    if (!result.ok()) {
      return SqlStateOf(result.status()) + " " + std::string(result.status().message()) + " " +
             ErrorHintOf(result.status());
    }
    std::string text;
    for (const Row row : *result) {
      for (size_t i = 0; i < row.size(); ++i)
        text += row.Text(i) + (i + 1 < row.size() ? "|" : "\n");
    }
    return result->status().ok() ? text : result->status().ToString();
  }
  static void ExpectSoon(ReplicatedDatabase& node, std::string_view sql, std::string_view rows) {
    EXPECT_TRUE(Eventually([&] { return Run(node, sql) == rows; })) << Run(node, sql);
  }
  static void ExpectCaughtUp(ReplicatedDatabase& primary, ReplicatedDatabase& standby) {
    EXPECT_TRUE(standby.WaitApplied(primary.Status().applied_lsn, absl::Minutes(1)).ok());
  }

  const TestFolder folder_;
};

TEST_F(ReplicatedDatabaseTest, LoadsReadsPromotesAndRejoins) {
  std::unique_ptr<ReplicatedDatabase> a = Open("a", NodeRole::kPrimary, "");
  ASSERT_NE(a, nullptr);
  std::unique_ptr<ReplicatedDatabase> b = Open("b", NodeRole::kStandby, a->Status().listen_address);
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(Run(*a, "CREATE TABLE t (id serial PRIMARY KEY, name text)"), "");
  EXPECT_EQ(Run(*a, "INSERT INTO t (name) VALUES ('one'), ('two')"), "");
  ExpectCaughtUp(*a, *b);
  EXPECT_EQ(Run(*b, "SELECT id, name FROM t ORDER BY id"), "1|one\n2|two\n");
  EXPECT_THAT(Run(*b, "INSERT INTO t (name) VALUES ('three')"),
              HasSubstr("25006 cannot execute INSERT in a read-only transaction This node is a "
                        "standby; the primary is at localhost:"));
  EXPECT_EQ(Run(*a,
                "SELECT node_id, role, sync_mode, is_read_only, standby_count, sync_set "
                "FROM pg_replication_status"),
            "a|primary|sync|f|1|a,b\n");
  ExpectSoon(*a, "SELECT node_id, sync_mode, state FROM pg_replication_standbys",
             "b|sync|streaming\n");
  ExpectSoon(*b, "SELECT node_id, state FROM pg_replication_primary", "a|streaming\n");
  EXPECT_EQ(Run(*b, "SELECT records_replicated FROM pg_replication_metrics"), "0\n");

  ASSERT_TRUE(a->Close().ok());
  a.reset();
  ASSERT_TRUE(b->Promote().ok());
  // The sync set still names a: the commit counts once it is back.
  a = Open("a", NodeRole::kStandby, b->Status().listen_address);
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(Run(*b, "INSERT INTO t (name) VALUES ('three')"), "");
  ExpectCaughtUp(*b, *a);
  const std::string everything = "SELECT count(*), max(name) FROM t";
  EXPECT_EQ(Run(*a, everything), "3|two\n");
  EXPECT_EQ(Run(*a, everything), Run(*b, everything));
  EXPECT_TRUE(a->Verify().ok());
  EXPECT_EQ(a->Status().term, 2);
  EXPECT_TRUE(a->Close().ok());
  EXPECT_TRUE(b->Close().ok());
}

}  // namespace
}  // namespace heliosdb::replication
