#include "core/sql/execute/spill_file.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "core/base/faulty_file_system.h"
#include "core/base/status.h"
#include "core/sql/execute/spill_records.h"

namespace heliosdb::sql::execute {
namespace {

// Reads of one byte come back with a bit flipped, or the file ends there.
class DecayingFiles final : public FaultyFileSystem {
 public:
  DecayingFiles() : FaultyFileSystem(Options{}) {}
  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<File> file, FaultyFileSystem::Open(path, mode));
    return std::make_unique<DecayingFile>(this, std::move(file));
  }

  uint64_t flipped_at = UINT64_MAX;
  uint64_t ends_at = UINT64_MAX;

 private:
  class DecayingFile final : public File {
   public:
    DecayingFile(DecayingFiles* files, std::unique_ptr<File> file)
        : files_(*files), file_(std::move(file)) {}
    absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> out) override {
      HELIOS_ASSIGN_OR_RETURN(size_t size, file_->ReadAt(offset, out));
      if (offset + size > files_.ends_at)
        size = files_.ends_at > offset ? static_cast<size_t>(files_.ends_at - offset) : 0;
      if (files_.flipped_at >= offset && files_.flipped_at < offset + size)
        out[files_.flipped_at - offset] ^= 4;
      return size;
    }
    absl::Status WriteAt(uint64_t offset, std::string_view bytes) override {
      return file_->WriteAt(offset, bytes);
    }
    absl::Status Sync() override { return file_->Sync(); }
    absl::Status Allocate(uint64_t offset, uint64_t bytes) override {
      return file_->Allocate(offset, bytes);
    }
    absl::Status Truncate(uint64_t bytes) override { return file_->Truncate(bytes); }
    absl::StatusOr<uint64_t> Size() override { return file_->Size(); }

   private:
    DecayingFiles& files_;
    const std::unique_ptr<File> file_;
  };
};

TEST(SpillFile, GivesBlocksBackInAnyOrder) {
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  SpillFile file(&space);
  const absl::StatusOr<uint64_t> first = file.Append("one");
  const absl::StatusOr<uint64_t> empty = file.Append("");
  const absl::StatusOr<uint64_t> last = file.Append(std::string(100'000, 'x'));
  ASSERT_TRUE(first.ok() && empty.ok() && last.ok()) << first.status();
  std::string payload;
  ASSERT_TRUE(file.Read(*last, &payload).ok());
  EXPECT_EQ(payload, std::string(100'000, 'x'));
  ASSERT_TRUE(file.Read(*first, &payload).ok());
  EXPECT_EQ(payload, "one");
  ASSERT_TRUE(file.Read(*empty, &payload).ok());
  EXPECT_EQ(payload, "");
}

TEST(SpillFile, HasNoName) {
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  SpillFile file(&space);
  ASSERT_TRUE(file.Append("one").ok());
  const absl::StatusOr<std::vector<std::string>> names = files.List("tmp");
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_TRUE(names->empty());
  EXPECT_EQ(space.created(), 1u);
}

TEST(SpillFile, ReportsEveryDamagedByte) {
  DecayingFiles files;
  TemporaryFiles space(&files, "tmp");
  SpillFile file(&space);
  const absl::StatusOr<uint64_t> place = file.Append("payload");
  ASSERT_TRUE(place.ok()) << place.status();
  std::string payload;
  for (uint64_t at = 0; at < file.bytes(); ++at) {
    files.flipped_at = at;
    EXPECT_TRUE(absl::IsDataLoss(file.Read(*place, &payload))) << at;
  }
  files.flipped_at = UINT64_MAX;
  for (uint64_t end = 0; end < file.bytes(); ++end) {
    files.ends_at = end;
    EXPECT_TRUE(absl::IsDataLoss(file.Read(*place, &payload))) << end;
  }
  files.ends_at = UINT64_MAX;
  EXPECT_TRUE(file.Read(*place, &payload).ok());
}

TEST(SpillFile, ToldApartFromAnotherBlock) {
  // Two equal payloads have different checksums, so that a block in the wrong place is noticed.
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  SpillFile file(&space);
  ASSERT_TRUE(file.Append("same").ok());
  const absl::StatusOr<uint64_t> second = file.Append("same");
  ASSERT_TRUE(second.ok());
  std::string payload;
  EXPECT_TRUE(file.Read(*second, &payload).ok());
  EXPECT_FALSE(file.Read(*second + 1, &payload).ok());
}

TEST(SpillFile, FullDiskIs53100) {
  FaultyFileSystem files({.capacity_bytes = 1000});
  TemporaryFiles space(&files, "tmp");
  SpillFile file(&space);
  const absl::Status status = file.Append(std::string(2000, 'x')).status();
  EXPECT_TRUE(HasSqlState(status, sqlstate::kDiskFull)) << status;
}

TEST(TemporaryFiles, RemovesWhatAKilledProcessLeft) {
  FaultyFileSystem files({});
  ASSERT_TRUE(files.CreateDir("tmp").ok());
  ASSERT_TRUE(files.Open("tmp/7.spill", OpenMode::kCreateNew).ok());
  TemporaryFiles space(&files, "tmp");
  ASSERT_TRUE(space.RemoveLeftovers().ok());
  EXPECT_TRUE(files.List("tmp")->empty());
  EXPECT_TRUE(TemporaryFiles(&files, "absent").RemoveLeftovers().ok());
}

TEST(SpillSizes, BuffersTakeAShareOfMemory) {
  for (size_t memory = 64 << 10; memory <= size_t{1} << 32; memory *= 4) {
    const SpillSizes sizes = SpillSizesFor(memory);
    EXPECT_LE(sizes.partitions * sizes.block_bytes, memory / 4) << memory;
    EXPECT_LE(sizes.runs * sizes.block_bytes, memory / 4) << memory;
    EXPECT_GE(sizes.partitions, 4u);
    EXPECT_EQ(sizes.partitions & (sizes.partitions - 1), 0u);
  }
}

TEST(SpillRecords, SequencesOfOneFileKeepApart) {
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  SpillFile file(&space);
  SpillWriter odd(&file, 64);
  SpillWriter even(&file, 64);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE((i % 2 == 0 ? even : odd).Add(fmt::format("record {}", i)).ok());
  }
  ASSERT_TRUE(odd.Finish().ok() && even.Finish().ok());
  EXPECT_EQ(odd.run().records, 500u);
  SpillReader reader(&file, &odd.run());
  int next = 1;
  while (true) {
    const auto batch = reader.NextBatch();
    ASSERT_TRUE(batch.ok()) << batch.status();
    if (batch->empty()) break;
    for (const std::string_view record : *batch) {
      EXPECT_EQ(record, fmt::format("record {}", next));
      next += 2;
    }
  }
  EXPECT_EQ(next, 1001);
}

}  // namespace
}  // namespace heliosdb::sql::execute
