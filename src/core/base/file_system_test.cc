#include "core/base/file_system.h"

#include <array>
#include <csignal>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/faulty_file_system.h"
#include "core/base/status.h"
#include "core/base/test_folder.h"
#include "heliosdb/error.h"

namespace heliosdb {
namespace {

using ::testing::ElementsAre;
using Unsynced = FaultyFileSystem::Unsynced;

enum class Kind { kPosix, kFaulty };

class FileSystemTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::kFaulty) {
      files_ = std::make_unique<FaultyFileSystem>(FaultyFileSystem::Options{});
      folder_ = "folder";
      ASSERT_TRUE(files_->CreateDir(folder_).ok());
      return;
    }
    files_ = FileSystem::NewPosix(nullptr);
    folder_ = on_disk_.path().string();
  }
  std::string Path(std::string_view name) const { return JoinPath(folder_, name); }

  TestFolder on_disk_;
  std::unique_ptr<FileSystem> files_;
  std::string folder_;
};

TEST_P(FileSystemTest, ReadsWhatWasWritten) {
  auto file = files_->Open(Path("a"), OpenMode::kCreateNew);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_TRUE((*file)->WriteAt(5000, "hello").ok());
  EXPECT_EQ(*(*file)->Size(), 5005u);
  std::array<char, 10> bytes;
  EXPECT_EQ(*(*file)->ReadAt(4998, bytes), 7u);
  EXPECT_EQ(std::string_view(bytes.data(), 7), std::string_view("\0\0hello", 7));
  ASSERT_TRUE((*file)->Truncate(5002).ok());
  ASSERT_TRUE((*file)->Allocate(0, 9000).ok());
  EXPECT_EQ(*(*file)->Size(), 9000u);
  EXPECT_EQ(*(*file)->ReadAt(5000, bytes), 10u);
  EXPECT_EQ(std::string_view(bytes.data(), 5), std::string_view("he\0\0\0", 5));
  ASSERT_TRUE((*file)->Sync().ok());
}

TEST_P(FileSystemTest, NamesAndTheirErrors) {
  EXPECT_EQ(SqlStateOf(files_->Open(Path("none"), OpenMode::kRead).status()), "58P01");
  ASSERT_TRUE(WriteFileAtomically(*files_, Path("a"), "first").ok());
  ASSERT_TRUE(WriteFileAtomically(*files_, Path("a"), "second").ok());
  EXPECT_EQ(*ReadWholeFile(*files_, Path("a"), 100), "second");
  EXPECT_TRUE(absl::IsResourceExhausted(ReadWholeFile(*files_, Path("a"), 3).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(files_->Open(Path("a"), OpenMode::kCreateNew).status()));
  ASSERT_TRUE(files_->CreateDir(Path("d")).ok());
  EXPECT_TRUE(files_->CreateDir(Path("d")).ok());
  ASSERT_TRUE(files_->Rename(Path("a"), Path("b")).ok());
  EXPECT_FALSE(*files_->Exists(Path("a")));
  EXPECT_TRUE(*files_->Exists(Path("b")));
  const auto names = files_->List(folder_);
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(*names, ElementsAre("b", "d"));
  ASSERT_TRUE(files_->Remove(Path("b")).ok());
  EXPECT_TRUE(absl::IsNotFound(files_->Remove(Path("b"))) ||
              SqlStateOf(files_->Remove(Path("b"))) == "58P01");
  EXPECT_GT(*files_->FreeBytes(folder_), 0u);
}

TEST_P(FileSystemTest, LocksExcludeASecondOpenInTheSameProcess) {
  auto lock = files_->Lock(Path("lock"));
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_EQ(SqlStateOf(files_->Lock(Path("lock")).status()), "55006");
  lock->reset();
  EXPECT_TRUE(files_->Lock(Path("lock")).ok());
}

INSTANTIATE_TEST_SUITE_P(Kinds, FileSystemTest, ::testing::Values(Kind::kPosix, Kind::kFaulty),
                         [](const auto& info) {
                           return info.param == Kind::kPosix ? "Posix" : "Faulty";
                         });

std::string ContentOf(FileSystem& files, std::string_view path) {
  const auto content = ReadWholeFile(files, path, 1 << 20);
  return content.ok() ? *content : std::string(content.status().message());
}

TEST(FaultyFileSystem, ForgetsWhatWasNotSynced) {
  FaultyFileSystem files({});
  auto file = files.Open("a", OpenMode::kCreate);
  ASSERT_TRUE((*file)->WriteAt(0, "synced").ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE(files.SyncDir(".").ok());
  ASSERT_TRUE((*file)->WriteAt(0, "UNSYNCED").ok());
  auto unnamed = files.Open("b", OpenMode::kCreate);
  ASSERT_TRUE((*unnamed)->Sync().ok());
  EXPECT_EQ(ContentOf(files, "a"), "UNSYNCED");
  files.Crash(Unsynced::kLost);
  EXPECT_EQ(ContentOf(files, "a"), "synced");
  EXPECT_FALSE(*files.Exists("b"));
  EXPECT_FALSE((*file)->WriteAt(0, "x").ok()) << "an open file does not outlive the crash";
}

TEST(FaultyFileSystem, AFailedSyncLosesItsPagesForGood) {
  FaultyFileSystem files({});
  auto file = files.Open("a", OpenMode::kCreate);
  ASSERT_TRUE((*file)->WriteAt(0, "old").ok());
  ASSERT_TRUE((*file)->Sync().ok());
  ASSERT_TRUE(files.SyncDir(".").ok());
  ASSERT_TRUE((*file)->WriteAt(0, "new").ok());
  files.FailNth(1, FileFault::kSyncFails, FileOperation::kSync);
  EXPECT_EQ(SqlStateOf((*file)->Sync()), "58030");
  EXPECT_TRUE(files.fault_struck());
  EXPECT_TRUE((*file)->Sync().ok());
  EXPECT_EQ(ContentOf(files, "a"), "new") << "the cache still has it";
  files.Crash(Unsynced::kLost);
  EXPECT_EQ(ContentOf(files, "a"), "old");
}

TEST(FaultyFileSystem, ChanceKeepsSectorsWholeButForTheTornOne) {
  bool some_lost = false;
  bool some_kept = false;
  bool torn = false;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    FaultyFileSystem::Options options;
    options.seed = seed;
    FaultyFileSystem files(options);
    auto file = files.Open("a", OpenMode::kCreate);
    ASSERT_TRUE((*file)->WriteAt(0, std::string(8192, 'o')).ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE(files.SyncDir(".").ok());
    ASSERT_TRUE((*file)->WriteAt(0, std::string(8192, 'n')).ok());
    files.Crash(Unsynced::kChance);
    const std::string content = ContentOf(files, "a");
    ASSERT_EQ(content.size(), 8192u);
    int torn_sectors = 0;
    for (size_t sector = 0; sector < content.size(); sector += 512) {
      const std::string_view bytes = std::string_view(content).substr(sector, 512);
      const size_t old = bytes.find('o');
      some_kept = some_kept || old != 0;
      some_lost = some_lost || old != std::string_view::npos;
      torn_sectors += old != 0 && old != std::string_view::npos ? 1 : 0;
    }
    EXPECT_LE(torn_sectors, 1);
    torn = torn || torn_sectors == 1;
  }
  EXPECT_TRUE(some_lost && some_kept && torn);
}

TEST(FaultyFileSystem, FailsTheNthOperation) {
  FaultyFileSystem files({});
  auto file = files.Open("a", OpenMode::kCreate);
  files.FailNth(2, FileFault::kShortWrite, FileOperation::kWrite);
  ASSERT_TRUE((*file)->WriteAt(0, "1234").ok());
  EXPECT_EQ(SqlStateOf((*file)->WriteAt(4, "5678")), "53100");
  EXPECT_EQ(*(*file)->Size(), 6u);
  ASSERT_TRUE((*file)->WriteAt(4, "5678").ok());
  files.FailNth(1, FileFault::kPowerOff, std::nullopt);
  EXPECT_FALSE((*file)->Sync().ok());
  EXPECT_FALSE(files.Open("a", OpenMode::kRead).ok()) << "off means off";
  files.Crash(Unsynced::kKept);
  EXPECT_EQ(ContentOf(files, "a"), "12345678");
}

TEST(FaultyFileSystem, ADiskHasACapacity) {
  FaultyFileSystem files({});
  files.SetCapacity(10000);
  auto file = files.Open("a", OpenMode::kCreate);
  ASSERT_TRUE((*file)->Allocate(0, 8000).ok());
  EXPECT_EQ(*files.FreeBytes("."), 2000u);
  const absl::Status full = (*file)->Allocate(0, 12000);
  EXPECT_EQ(SqlStateOf(full), "53100");
  EXPECT_EQ(full.message(), "could not write to file \"a\": No space left on device");
  ASSERT_TRUE(files.Remove("a").ok());
  ASSERT_TRUE(files.SyncDir(".").ok());
  file->reset();
  EXPECT_EQ(*files.FreeBytes("."), 10000u);
}

TEST(Failpoint, ActsWhenItIsTold) {
  FailpointSet failpoints;
  EXPECT_TRUE(PassFailpoint(nullptr, "x").ok());
  failpoints.FailAt("x", SqlError(sqlstate::kIoError, "planted"), {.skip = 1, .count = 2});
  EXPECT_TRUE(failpoints.Pass("x").ok());
  EXPECT_FALSE(failpoints.Pass("x").ok());
  EXPECT_FALSE(failpoints.Pass("x").ok());
  EXPECT_TRUE(failpoints.Pass("x").ok());
  int calls = 0;
  failpoints.CallAt("y",
                    [&] {
                      ++calls;
                      return absl::OkStatus();
                    },
                    {});
  EXPECT_TRUE(failpoints.Pass("y").ok());
  failpoints.Clear("y");
  EXPECT_TRUE(failpoints.Pass("y").ok());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(failpoints.Hits("x"), 4u);
  EXPECT_THAT(failpoints.NamesHit(), ElementsAre("x", "y"));
  failpoints.KillAt("z", {});
  EXPECT_EXIT(failpoints.Pass("z").IgnoreError(), ::testing::KilledBySignal(SIGKILL), "");
}

}  // namespace
}  // namespace heliosdb
