#include "core/sql/execute/spill_partitions.h"

#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/faulty_file_system.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

class SpillPartitionsTest : public testing::Test {
 protected:
  SpillPartitionsTest()
      : files_({}),
        space_(&files_, "tmp"),
        parts_({{{types::TypeOid::kInt4}}, {{types::TypeOid::kInt4}}}),
        column_({types::TypeOid::kInt4}) {
    context_.temporary_files = &space_;
    context_.work_mem_bytes = 64 << 10;
  }

  void Add(size_t side, const std::vector<int32_t>& values) {
    const Vector* const columns[] = {&column_};
    std::vector<uint64_t> hashes(kChunkRows);
    for (size_t start = 0; start < values.size(); start += kChunkRows) {
      const size_t size = std::min(kChunkRows, values.size() - start);
      std::copy_n(values.begin() + start, size, column_.data<int32_t>());
      types::HashVector(column_, size, hashes.data());
      std::vector<uint16_t> rows(size);
      std::iota(rows.begin(), rows.end(), uint16_t{0});
      ASSERT_TRUE(parts_.Add(context_, side, Chunk{columns, size}, rows, hashes).ok());
    }
  }
  std::vector<int32_t> Read(size_t side) {
    std::vector<int32_t> values;
    parts_.Start(side);
    while (true) {
      const absl::StatusOr<Chunk> chunk = parts_.Next(context_, side);
      EXPECT_TRUE(chunk.ok()) << chunk.status();
      if (!chunk.ok() || chunk->size == 0) return values;
      const auto* const data = chunk->columns[0]->data<int32_t>();
      values.insert(values.end(), data, data + chunk->size);
    }
  }
  bool TakeNext() {
    const absl::StatusOr<bool> more = parts_.TakeNext();
    EXPECT_TRUE(more.ok()) << more.status();
    return more.ok() && *more;
  }

  FaultyFileSystem files_;
  TemporaryFiles space_;
  ExecContext context_;
  SpillPartitions parts_;
  Vector column_;
};

std::vector<int32_t> Range(int32_t count) {
  std::vector<int32_t> values(count);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

TEST_F(SpillPartitionsTest, EqualKeysOfBothSidesMeet) {
  Add(0, Range(5000));
  Add(1, Range(3000));
  std::set<int32_t> seen;
  while (TakeNext()) {
    const std::vector<int32_t> left = Read(0);
    const std::vector<int32_t> right = Read(1);
    EXPECT_EQ(left.size(), parts_.rows(0));
    EXPECT_EQ(right.size(), parts_.rows(1));
    EXPECT_EQ(parts_.rows_before_split(0), 5000u);
    const std::set<int32_t> keys(left.begin(), left.end());
    for (const int32_t value : right) EXPECT_TRUE(keys.contains(value));
    for (const int32_t value : left) EXPECT_TRUE(seen.insert(value).second);
    // Read again from the start.
    EXPECT_EQ(Read(0), left);
  }
  EXPECT_EQ(seen.size(), 5000u);
  EXPECT_TRUE(parts_.empty());
}

TEST_F(SpillPartitionsTest, SplitsDeeperByOtherBits) {
  Add(0, Range(20'000));
  std::map<int32_t, int> times;
  std::set<size_t> deeper;
  bool split = false;
  while (TakeNext()) {
    const std::vector<int32_t> values = Read(0);
    if (values.size() > 2000) {
      Add(0, values);
      split = true;
      continue;
    }
    deeper.insert(values.size());
    for (const int32_t value : values) ++times[value];
  }
  EXPECT_TRUE(split);
  EXPECT_EQ(times.size(), 20'000u);
  for (const auto& [value, count] : times) EXPECT_EQ(count, 1) << value;
}

TEST_F(SpillPartitionsTest, DepthHasABound) {
  Add(0, std::vector<int32_t>(100, 7));
  size_t depth = 0;
  while (TakeNext() && parts_.CanSplit()) {
    Add(0, Read(0));
    ++depth;
  }
  EXPECT_LT(depth, kSpillDepthMax);
  EXPECT_EQ(Read(0).size(), 100u);
}

}  // namespace
}  // namespace heliosdb::sql::execute
