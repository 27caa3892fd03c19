// A writer, the thread that prepares and retires segments, and a reader that follows the tail, at once.
#include <atomic>
#include <string>
#include <thread>

#include "gtest/gtest.h"

#include "core/wal/wal_reader.h"
#include "core/wal/wal_test_log.h"

namespace heliosdb::wal {
namespace {

TEST(WalThreads, AReaderFollowsTheTailWhileSegmentsArePrepared) {
  constexpr int kRecords = 400;
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  std::atomic<bool> done{false};
  std::thread preparer([&] {
    while (!done) {
      ASSERT_TRUE(log.writer->PrepareNextSegment().ok());
      ASSERT_TRUE(log.writer->RemoveBelow(kFirstLsn).ok());
      ASSERT_GE(log.writer->Stats().segments, 1u);
    }
  });
  std::thread follower([&] {
    auto reader = WalReader::Open(log.ReaderOptions(), kFirstLsn);
    ASSERT_TRUE(reader.ok());
    for (int next = 0; next < kRecords;) {
      const auto record = (*reader)->Next(log.writer->written());
      ASSERT_TRUE(record.ok()) << record.status();
      if (!record->has_value()) continue;
      ASSERT_TRUE((*record)->payload.starts_with(std::to_string(next) + ":"));
      ++next;
    }
  });
  for (int i = 0; i < kRecords; ++i) {
    EXPECT_TRUE(log.AppendAndSync(std::to_string(i) + ":" + std::string(i % 1500, 'p')).ok());
  }
  follower.join();
  done = true;
  preparer.join();
}

}  // namespace
}  // namespace heliosdb::wal
