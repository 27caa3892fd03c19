#include "core/wal/recover.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "core/wal/segment_files.h"
#include "core/wal/wal_test_log.h"
#include "heliosdb/error.h"

namespace heliosdb::wal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

uint64_t OffsetOf(Lsn lsn, Lsn first_lsn) { return kSegmentHeaderBytes + (lsn - first_lsn); }

// A closed file system's file, changed in place and synced.
void Overwrite(TestLog& log, Lsn lsn, std::string_view bytes) {
  const auto segments = ListSegments(log.files, "wal");
  ASSERT_TRUE(segments.ok());
  const auto behind = std::upper_bound(segments->begin(), segments->end(), lsn);
  const Lsn first_lsn = *std::prev(behind);
  auto file = log.files.Open(JoinPath("wal", SegmentName(first_lsn)), OpenMode::kWrite);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->WriteAt(OffsetOf(lsn, first_lsn), bytes).ok());
  ASSERT_TRUE((*file)->Sync().ok());
}

TEST(Recover, CutsATailTornAtAnyByte) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  ASSERT_TRUE(log.AppendAndSync("first").ok());
  const auto last = log.AppendAndSync("the record that is torn");
  ASSERT_TRUE(last.ok());
  auto file = log.files.Open(JoinPath("wal", SegmentName(kFirstLsn)), OpenMode::kWrite);
  ASSERT_TRUE(file.ok());
  std::string frame(last->end - last->lsn, '\0');
  ASSERT_TRUE((*file)->ReadAt(OffsetOf(last->lsn, kFirstLsn), frame).ok());
  for (size_t kept = 0; kept < frame.size(); ++kept) {
    std::string torn = frame.substr(0, kept);
    torn.resize(frame.size(), '\0');
    if (torn == frame) continue;  // The padding is zeros anyway.
    ASSERT_TRUE((*file)->WriteAt(OffsetOf(last->lsn, kFirstLsn), torn).ok());
    const auto recovered = log.RecoverOnly();
    ASSERT_TRUE(recovered.ok()) << kept << ": " << recovered.status();
    EXPECT_THAT(log.found, ElementsAre("first")) << kept;
    EXPECT_EQ(recovered->end.end, last->lsn);
    EXPECT_EQ(recovered->tail_reason.empty(), kept == 0) << kept;
  }
}

TEST(Recover, AFlippedBitBeforeTheTailIsDamage) {
  TestLog log;
  log.segment_bytes = 16384;
  ASSERT_TRUE(log.Create().ok());
  std::vector<WalPosition> positions;
  for (int i = 0; i < 12; ++i) {
    const auto position = log.AppendAndSync(std::string(300 + i, 'p'));
    ASSERT_TRUE(position.ok());
    positions.push_back(*position);
  }
  log.writer.reset();
  // All but the last record were known to be synced when the last one was written.
  const Lsn last = positions.back().lsn;
  for (Lsn lsn = kFirstLsn; lsn < positions.back().end; lsn = lsn + 13) {
    const std::string path = JoinPath("wal", SegmentName(kFirstLsn));
    const int bit = static_cast<int>(ToInt(lsn) % 8);
    ASSERT_TRUE(log.files.FlipBit(path, OffsetOf(lsn, kFirstLsn), bit).ok());
    const auto recovered = log.RecoverOnly();
    if (lsn < last) {
      ASSERT_TRUE(absl::IsDataLoss(recovered.status())) << LsnText(lsn) << recovered.status();
      const auto damaged = std::find_if(positions.begin(), positions.end(),
                                        [&](const WalPosition& p) { return lsn < p.end; });
      EXPECT_THAT(
          std::string(recovered.status().message()),
          HasSubstr(fmt::format("wal segment {} is damaged at byte {} ", SegmentName(kFirstLsn),
                                OffsetOf(damaged->lsn, kFirstLsn))));
    } else {
      ASSERT_TRUE(recovered.ok()) << recovered.status();
      EXPECT_EQ(recovered->end.end, last);
    }
    ASSERT_TRUE(log.files.FlipBit(path, OffsetOf(lsn, kFirstLsn), bit).ok());
  }
  EXPECT_TRUE(log.RecoverOnly().ok());
}

TEST(Recover, AfterAnOrderlyCloseEvenTheLastRecordIsKnown) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  ASSERT_TRUE(log.AppendAndSync("first").ok());
  const auto last = log.AppendAndSync("last");
  ASSERT_TRUE(log.writer->Close().ok());
  auto recovered = log.Reopen();
  ASSERT_TRUE(recovered.ok());
  EXPECT_TRUE(recovered->closed_in_order);
  EXPECT_TRUE(recovered->end.nothing_behind);
  const std::string path = JoinPath("wal", SegmentName(kFirstLsn));
  ASSERT_TRUE(log.files.FlipBit(path, OffsetOf(last->lsn, kFirstLsn) + 50, 1).ok());
  EXPECT_TRUE(absl::IsDataLoss(log.RecoverOnly().status()));
  ASSERT_TRUE(log.files.FlipBit(path, OffsetOf(last->lsn, kFirstLsn) + 50, 1).ok());
  // The next append takes the mark back.
  ASSERT_TRUE(log.AppendAndSync("more").ok());
  recovered = log.Reopen();
  ASSERT_TRUE(recovered.ok());
  EXPECT_FALSE(recovered->closed_in_order);
  EXPECT_THAT(log.found, ElementsAre("first", "last", "more"));
}

TEST(Recover, ALostSyncedSegmentIsDamage) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(log.AppendAndSync(std::string(700, 'p')).ok());
  log.writer.reset();
  const auto segments = ListSegments(log.files, "wal");
  ASSERT_GT(segments->size(), 3u);
  const std::string lost = SegmentName((*segments)[1]);
  ASSERT_TRUE(log.files.Remove(JoinPath("wal", lost)).ok());
  const auto recovered = log.RecoverOnly();
  EXPECT_TRUE(absl::IsDataLoss(recovered.status()));
  EXPECT_THAT(std::string(recovered.status().message()), HasSubstr(lost + " is missing"));
}

TEST(Recover, RefusesAnotherHistoryAndVersion) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  ASSERT_TRUE(log.AppendAndSync("x").ok());
  RecoverOptions options;
  options.reader = log.ReaderOptions();
  options.reader.history = {1, 2};
  const auto refuse = [](const WalRecord&) { return absl::OkStatus(); };
  const auto other = Recover(options, refuse);
  EXPECT_TRUE(absl::IsFailedPrecondition(other.status()));
  EXPECT_THAT(
      std::string(other.status().message()),
      testing::AllOf(HasSubstr(HistoryIdText({1, 2})), HasSubstr(HistoryIdText(kTestHistory))));
}

TEST(Recover, BeginsAtACheckpoint) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  std::vector<WalPosition> positions;
  for (int i = 0; i < 30; ++i) {
    log.term = Term{1 + static_cast<uint64_t>(i) / 10};
    const auto position = log.AppendAndSync(std::to_string(i) + std::string(600, '.'));
    ASSERT_TRUE(position.ok());
    positions.push_back(*position);
  }
  for (const bool with_chain : {false, true}) {
    for (size_t from = 0; from <= positions.size(); ++from) {
      RecoverOptions options;
      options.reader = log.ReaderOptions();
      options.from = from == 0 ? kFirstLsn : positions[from - 1].end;
      if (with_chain && from > 0) {
        options.from_chain_crc = positions[from - 1].chain_crc;
        options.from_term = Term{1 + (from - 1) / 10};
      }
      size_t next = from;
      const auto recovered = Recover(options, [&](const WalRecord& record) {
        EXPECT_EQ(record.lsn, positions[next].lsn);
        ++next;
        return absl::OkStatus();
      });
      ASSERT_TRUE(recovered.ok()) << from << recovered.status();
      EXPECT_EQ(next, positions.size());
      EXPECT_EQ(recovered->end.chain_crc, log.writer->chain_crc());
      EXPECT_EQ(recovered->end.last_term, Term{3});
    }
  }
  RecoverOptions options;
  options.reader = log.ReaderOptions();
  options.from = positions.back().end + 800;
  EXPECT_TRUE(absl::IsDataLoss(
      Recover(options, [](const WalRecord&) { return absl::OkStatus(); }).status()));
}

TEST(Recover, OldBytesBehindTheTailNeverComeBack) {
  TestLog log;
  ASSERT_TRUE(log.Create().ok());
  ASSERT_TRUE(log.AppendAndSync("kept").ok());
  const auto torn = log.Append("torn");
  const auto whole = log.Append("whole, but behind a torn one");
  ASSERT_TRUE(torn.ok() && whole.ok());
  ASSERT_TRUE(log.writer->Sync().ok());
  log.writer.reset();
  Overwrite(log, torn->lsn, std::string(60, '\0'));
  ASSERT_TRUE(log.Reopen().ok());
  EXPECT_THAT(log.found, ElementsAre("kept"));
  // The very same record in the torn one's place: the chain fits the old bytes behind it again.
  ASSERT_TRUE(log.AppendAndSync("torn").ok());
  ASSERT_TRUE(log.Reopen().ok());
  EXPECT_THAT(log.found, ElementsAre("kept", "torn"));
}

TEST(Recover, ForeignFramesProveNothingButTheLocalMarkDoes) {
  TestLog primary;
  TestLog standby;
  ASSERT_TRUE(primary.Create().ok());
  ASSERT_TRUE(standby.Create().ok());
  std::vector<WalPosition> positions;
  for (int i = 0; i < 6; ++i) positions.push_back(*primary.AppendAndSync(std::to_string(i)));
  auto reader = WalReader::Open(primary.ReaderOptions(), kFirstLsn);
  const auto synced = (*reader)->NextRaw(positions[1].end, 1 << 20);
  ASSERT_TRUE(standby.writer->AppendForeign(kFirstLsn, (*synced)->bytes).ok());
  ASSERT_TRUE(standby.writer->Sync().ok());
  const auto rest = (*reader)->NextRaw(positions[5].end, 1 << 20);
  ASSERT_TRUE(standby.writer->AppendForeign(positions[1].end, (*rest)->bytes).ok());
  ASSERT_TRUE(standby.writer->Write().ok());
  // The disk kept the later of the unsynced frames, whose writer had synced the earlier ones: on
  // the other node.
  Overwrite(standby, positions[2].lsn, std::string(40, '\0'));
  auto recovered = standby.Reopen();
  ASSERT_TRUE(recovered.ok()) << recovered.status();
  EXPECT_THAT(standby.found, ElementsAre("0", "1"));

  const auto again = (*WalReader::Open(primary.ReaderOptions(), positions[2].lsn));
  const auto frames = again->NextRaw(positions[5].end, 1 << 20);
  ASSERT_TRUE(standby.writer->AppendForeign(positions[2].lsn, (*frames)->bytes).ok());
  ASSERT_TRUE(standby.writer->Sync().ok());
  const WalAppend own{WalRecordType::kTermStart, "own"};
  ASSERT_TRUE(standby.writer->Append({&own, 1}, Term{2}, kLsnInvalid).ok());
  ASSERT_TRUE(standby.writer->Sync().ok());
  standby.writer.reset();
  Overwrite(standby, positions[3].lsn, std::string(40, '\0'));
  EXPECT_TRUE(absl::IsDataLoss(standby.RecoverOnly().status()));
}

// Runs a fixed load; every operation in turn fails in every way, and after it the machine crashes.
// What was acknowledged must be there, in order, and nothing else but a prefix of the rest.
class FaultAtEveryOperation : public ::testing::TestWithParam<FileFault> {};

TEST_P(FaultAtEveryOperation, KeepsAnAcknowledgedPrefix) {
  const auto payload = [](int i) {
    return fmt::format("{}:{}", i, std::string(i * 37 % 900, 'x'));
  };
  bool struck = true;
  for (uint64_t n = 1; struck; ++n) {
    TestLog log(n);
    ASSERT_TRUE(log.Create().ok());
    log.files.FailNth(n, GetParam(), std::nullopt);
    int acknowledged = 0;
    int attempted = 0;
    Lsn keep{0};
    for (; attempted < 45; ++attempted) {
      // Rotation, preparation and retirement are part of the load; their errors only matter to
      // later appends.
      if (attempted % 7 == 3) log.writer->PrepareNextSegment().IgnoreError();
      const auto position = log.AppendAndSync(payload(attempted));
      if (!position.ok()) break;
      ++acknowledged;
      keep = position->end;
    }
    struck = log.files.fault_struck();
    log.writer.reset();
    log.files.Crash(FaultyFileSystem::Unsynced::kChance);
    for (int reopen = 0; reopen < 2; ++reopen) {
      const auto recovered = log.Reopen();
      ASSERT_TRUE(recovered.ok()) << n << ": " << recovered.status();
      ASSERT_GE(log.found.size(), static_cast<size_t>(acknowledged)) << n;
      ASSERT_LE(log.found.size(), static_cast<size_t>(attempted) + 1) << n;
      for (size_t i = 0; i < log.found.size(); ++i) ASSERT_EQ(log.found[i], payload(i)) << n;
      ASSERT_GE(recovered->end.end, keep) << n;
    }
    ASSERT_TRUE(log.AppendAndSync("goes on").ok()) << n;
    log.files.Crash(FaultyFileSystem::Unsynced::kLost);
    ASSERT_TRUE(log.Reopen().ok()) << n;
    ASSERT_EQ(log.found.back(), "goes on") << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultAtEveryOperation,
                         ::testing::Values(FileFault::kIoError, FileFault::kDiskFull,
                                           FileFault::kShortWrite, FileFault::kSyncFails,
                                           FileFault::kPowerOff));

TEST(Recover, SurvivesAFaultAtEveryOperationOfTheReopening) {
  bool struck = true;
  for (uint64_t n = 1; struck; ++n) {
    TestLog log(n);
    ASSERT_TRUE(log.Create().ok());
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(log.AppendAndSync(std::string(800, 'p')).ok());
    ASSERT_TRUE(log.Append("unsynced").ok());
    ASSERT_TRUE(log.writer->Write().ok());
    log.writer.reset();
    log.files.Crash(FaultyFileSystem::Unsynced::kChance);
    log.files.FailNth(n, FileFault::kPowerOff, std::nullopt);
    // The first attempt may fail in any way; the second finds everything.
    log.Reopen().status().IgnoreError();
    struck = log.files.fault_struck();
    log.writer.reset();
    log.files.Crash(FaultyFileSystem::Unsynced::kChance);
    const auto recovered = log.Reopen();
    ASSERT_TRUE(recovered.ok()) << n << recovered.status();
    ASSERT_GE(log.found.size(), 20u) << n;
  }
}

}  // namespace
}  // namespace heliosdb::wal
