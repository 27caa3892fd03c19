#include "core/wal/wal_writer.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/wal/wal_reader.h"
#include "core/wal/wal_test_log.h"
#include "heliosdb/error.h"

namespace heliosdb::wal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Payload(int number, size_t bytes) {
  std::string payload = std::to_string(number) + ":";
  while (payload.size() < bytes) payload.push_back(static_cast<char>('a' + payload.size() % 26));
  return payload;
}

TEST(WalWriter, RecordsSurviveACrashOnceSynced) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  ASSERT_TRUE(log.AppendAndSync("one").ok());
  ASSERT_TRUE(log.AppendAndSync("two").ok());
  ASSERT_TRUE(log.Append("never synced").ok());
  ASSERT_TRUE(log.writer->Write().ok());
  log.files.Crash(FaultyFileSystem::Unsynced::kLost);
  const auto recovered = log.Reopen();
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_THAT(log.found, ElementsAre("one", "two"));
  EXPECT_EQ(recovered->end.last_term, Term{1});
  ASSERT_TRUE(log.AppendAndSync("three").ok());
  ASSERT_TRUE(log.Reopen().ok());
  EXPECT_THAT(log.found, ElementsAre("one", "two", "three"));
}

TEST(WalWriter, AGroupCostsOneWriteAndOneSync) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  const uint64_t writes = log.files.OperationCount(FileOperation::kWrite);
  const uint64_t syncs = log.files.OperationCount(FileOperation::kSync);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(log.Append(Payload(i, 100)).ok());
  ASSERT_TRUE(log.writer->Sync().ok());
  EXPECT_EQ(log.files.OperationCount(FileOperation::kWrite) - writes, 1u);
  EXPECT_EQ(log.files.OperationCount(FileOperation::kSync) - syncs, 1u);
  EXPECT_EQ(log.writer->synced(), log.writer->appended());
}

TEST(WalWriter, PositionsMoveInOrder) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  const Lsn start = log.writer->appended();
  EXPECT_EQ(start, kFirstLsn);
  const auto position = log.Append("x");
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->lsn, start);
  EXPECT_EQ(position->end, log.writer->appended());
  EXPECT_EQ(position->chain_crc, log.writer->chain_crc());
  EXPECT_EQ(log.writer->written(), start);
  ASSERT_TRUE(log.writer->Write().ok());
  EXPECT_EQ(log.writer->written(), position->end);
  EXPECT_EQ(log.writer->synced(), start);
  ASSERT_TRUE(log.writer->Sync().ok());
  EXPECT_EQ(log.writer->synced(), position->end);
}

TEST(WalWriter, RecordsSpanSegmentsAndFrames) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  std::vector<std::string> written;
  for (int i = 0; i < 40; ++i) {
    const size_t bytes = i == 19 ? (size_t{9} << 17) + i : i * 97;
    written.push_back(Payload(i, bytes));
    ASSERT_TRUE(log.AppendAndSync(written.back()).ok());
    if (i % 3 == 0) {
      ASSERT_TRUE(log.writer->PrepareNextSegment().ok());
    }
  }
  EXPECT_GT(log.writer->Stats().rotations, 20u);
  log.files.Crash(FaultyFileSystem::Unsynced::kLost);
  const auto recovered = log.Reopen();
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(log.found, written);
  const auto verified = VerifyLog(log.ReaderOptions(), log.writer->written());
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(*verified, written.size());
}

TEST(WalWriter, RetiresSegmentsAndUsesThemAgain) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  std::vector<std::string> kept;
  Lsn keep_from{0};
  for (int i = 0; i < 200; ++i) {
    const auto position = log.AppendAndSync(Payload(i, 500));
    ASSERT_TRUE(position.ok()) << position.status();
    ASSERT_TRUE(log.writer->PrepareNextSegment().ok());
    if (i % 20 == 0) {
      ASSERT_TRUE(log.writer->RemoveBelow(position->lsn).ok());
      keep_from = position->lsn;
      kept.clear();
    }
    kept.push_back(Payload(i, 500));
  }
  const WalWriter::Statistics statistics = log.writer->Stats();
  EXPECT_EQ(statistics.rotations_unprepared, 0u);
  EXPECT_LT(statistics.segments, 8u);
  const auto names = log.files.List("wal");
  ASSERT_TRUE(names.ok());
  EXPECT_LT(names->size(), 14u);
  log.files.Crash(FaultyFileSystem::Unsynced::kLost);
  std::vector<std::string> found;
  RecoverOptions options;
  options.reader = log.ReaderOptions();
  options.from = keep_from;
  const auto recovered = Recover(options, [&](const WalRecord& record) {
    found.emplace_back(record.payload);
    return absl::OkStatus();
  });
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(found, kept);
}

TEST(WalWriter, StaysFailedAfterAFailedSync) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  ASSERT_TRUE(log.AppendAndSync("kept").ok());
  log.files.FailNth(1, FileFault::kSyncFails, FileOperation::kSync);
  const auto failed = log.AppendAndSync("lost");
  EXPECT_EQ(SqlStateOf(failed.status()), "58030");
  // The disk works again, but what it dropped is gone: the writer must not say otherwise.
  EXPECT_EQ(SqlStateOf(log.writer->Sync()), "58030");
  EXPECT_EQ(SqlStateOf(log.Append("more").status()), "58030");
  EXPECT_EQ(SqlStateOf(log.writer->failure()), "58030");
  log.files.Crash(FaultyFileSystem::Unsynced::kChance);
  ASSERT_TRUE(log.Reopen().ok());
  EXPECT_THAT(log.found, ElementsAre("kept"));
}

TEST(WalWriter, AFullDiskIsSaidSo) {
  TestLog log;
  log.files.SetCapacity(3 * 8192);
  ASSERT_TRUE(log.Create().ok());
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i)
    status = log.AppendAndSync(Payload(i, 1000)).status();
  EXPECT_EQ(SqlStateOf(status), "53100");
  EXPECT_THAT(std::string(status.message()), HasSubstr("No space left on device"));
}

TEST(WalWriter, AppendsForeignFramesUnchanged) {
  TestLog primary;
  TestLog standby;
  standby.segment_bytes = 12288;
  ASSERT_TRUE(primary.Create().ok());
  ASSERT_TRUE(standby.Create().ok());
  std::vector<std::string> written;
  for (int i = 0; i < 60; ++i) {
    written.push_back(Payload(i, i == 30 ? 1100000 : i * 40));
    ASSERT_TRUE(primary.AppendAndSync(written.back()).ok());
  }
  auto reader = WalReader::Open(primary.ReaderOptions(), kFirstLsn);
  ASSERT_TRUE(reader.ok());
  while (true) {
    const auto frames = (*reader)->NextRaw(primary.writer->synced(), 3000);
    ASSERT_TRUE(frames.ok()) << frames.status();
    if (!frames->has_value()) break;
    ASSERT_TRUE(standby.writer->AppendForeign((*frames)->lsn, (*frames)->bytes).ok());
    ASSERT_TRUE(standby.writer->Sync().ok());
    ASSERT_EQ(standby.writer->synced(), (*frames)->end);
  }
  EXPECT_EQ(standby.writer->chain_crc(), primary.writer->chain_crc());
  standby.files.Crash(FaultyFileSystem::Unsynced::kLost);
  const auto recovered = standby.Reopen();
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_EQ(standby.found, written);
}

TEST(WalWriter, RefusesForeignFramesThatDoNotFit) {
  TestLog primary;
  TestLog standby;
  ASSERT_TRUE(primary.Create().ok());
  ASSERT_TRUE(standby.Create().ok());
  ASSERT_TRUE(primary.AppendAndSync("one").ok());
  ASSERT_TRUE(primary.AppendAndSync("two").ok());
  ASSERT_TRUE(standby.AppendAndSync("own").ok());
  auto reader = WalReader::Open(primary.ReaderOptions(), kFirstLsn);
  ASSERT_TRUE(reader.ok());
  const auto frames = (*reader)->NextRaw(primary.writer->synced(), 1000);
  ASSERT_TRUE(frames.ok() && frames->has_value());
  std::string bytes((*frames)->bytes);
  EXPECT_TRUE(absl::IsFailedPrecondition(standby.writer->AppendForeign(kFirstLsn, bytes)));
  const size_t first = bytes.size() / 2;  // Both frames are equally long.
  EXPECT_TRUE(absl::IsFailedPrecondition(
      standby.writer->AppendForeign(kFirstLsn + first, std::string_view(bytes).substr(first))));
  bytes[first + 50] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(
      standby.writer->AppendForeign(kFirstLsn + first, std::string_view(bytes).substr(first))));
  ASSERT_TRUE(standby.AppendAndSync("still fine").ok());
}

TEST(WalWriter, TruncatesDurablyAndGoesOn) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  std::vector<WalPosition> positions;
  for (int i = 0; i < 50; ++i) {
    const auto position = log.AppendAndSync(Payload(i, 700));
    ASSERT_TRUE(position.ok());
    positions.push_back(*position);
  }
  WalEnd end;
  end.end = positions[9].end;
  end.chain_crc = positions[9].chain_crc;
  end.last_term = Term{1};
  ASSERT_TRUE(log.writer->TruncateTo(end).ok());
  log.files.Crash(FaultyFileSystem::Unsynced::kLost);
  ASSERT_TRUE(log.Reopen().ok());
  EXPECT_EQ(log.found.size(), 10u);
  // The same bytes again where they stood: those behind must not come back to life.
  ASSERT_TRUE(log.AppendAndSync(Payload(10, 700)).ok());
  ASSERT_TRUE(log.Reopen().ok());
  EXPECT_EQ(log.found.size(), 11u);
}

TEST(WalWriter, CreateRefusesAnExistingLog) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  EXPECT_TRUE(absl::IsAlreadyExists(WalWriter::Create(log.Options(), kFirstLsn).status()));
  log.writer.reset();
  ASSERT_TRUE(WalWriter::RemoveLog(log.files, "wal").ok());
  EXPECT_TRUE(log.Create().ok());
}

}  // namespace
}  // namespace heliosdb::wal
