#include "heliosdb/replication/replication_config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace heliosdb::replication {
namespace {

using testing::HasSubstr;

TEST(ReplicationConfig, BuildsWithWhatIsRequired) {
  const absl::StatusOr<ReplicationConfig> config = ReplicationConfig::Builder()
                                                       .NodeId("a")
                                                       .ListenAddress("127.0.0.1:0")
                                                       .Mode(SyncMode::kQuorum)
                                                       .SyncSet({"a", "b", "c"})
                                                       .Build();
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->cluster, "heliosdb");
  EXPECT_EQ(config->peer_timeout, absl::Seconds(2));
}

TEST(ReplicationConfig, NamesEveryMistakeAtOnce) {
  const absl::StatusOr<ReplicationConfig> config = ReplicationConfig::Builder()
                                                       .NodeId("a b")
                                                       .Cluster("")
                                                       .Role(NodeRole::kStandby)
                                                       .ListenAddress("nowhere")
                                                       .Mode(SyncMode::kSync)
                                                       .SyncSet({"b", "b"})
                                                       .CommitAckTimeout(absl::ZeroDuration())
                                                       .HeartbeatInterval(absl::Seconds(3))
                                                       .SendWindowBytes(1)
                                                       .MessageBytesMax(5 << 20)
                                                       .Tls({"node.pem", "", ""})
                                                       .Build();
  ASSERT_FALSE(config.ok());
  const std::string text(config.status().message());
  for (const char* part :
       {"node id is \"a b\"", "cluster is \"\"", "listen address is \"nowhere\"",
        "primary address is empty", "names a node twice", "has 1 members", "name this node",
        "commit ack timeout is 0", "peer timeout is 2s", "send window is 1 bytes",
        "message size is 5242880 bytes", "TLS has 1 of its three files"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(ReplicationConfig, AsyncHasNoSyncSet) {
  const absl::StatusOr<ReplicationConfig> config = ReplicationConfig::Builder()
                                                       .NodeId("a")
                                                       .ListenAddress("[::1]:5433")
                                                       .SyncSet({"a", "b"})
                                                       .Build();
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("must be empty in mode async"));
}

TEST(SyncMode, ReadsWhatItWrites) {
  for (const SyncMode mode :
       {SyncMode::kAsync, SyncMode::kSemiSync, SyncMode::kSync, SyncMode::kQuorum}) {
    EXPECT_EQ(ParseSyncMode(SyncModeName(mode)), mode);
  }
  EXPECT_EQ(ParseSyncMode("maybe"), std::nullopt);
}

}  // namespace
}  // namespace heliosdb::replication
