#include "core/sql/execute/row_sorter.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/coding.h"
#include "core/base/faulty_file_system.h"
#include "core/base/random.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

struct TestRow {
  uint32_t key = 0;
  int32_t number = 0;  // In the order in which rows are added.
  std::optional<std::string> text;
};

std::vector<TestRow> RandomRows(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<TestRow> rows(count);
  for (size_t i = 0; i < count; ++i) {
    rows[i].key = static_cast<uint32_t>(random.Below(count / 4 + 1));
    rows[i].number = static_cast<int32_t>(i);
    if (random.Below(5) != 0) rows[i].text = std::string(random.Below(60), 'a' + i % 26);
  }
  return rows;
}

class RowSorterTest : public testing::Test {
 protected:
  RowSorterTest() : files_({}), space_(&files_, "tmp"), sorter_(Types()) {
    context_.temporary_files = &space_;
    context_.work_mem_bytes = 64 << 10;
  }
  static std::vector<types::Type> Types() {
    return {{types::TypeOid::kInt4}, {types::TypeOid::kText}};
  }

  absl::Status Add(const std::vector<TestRow>& rows) {
    Vector numbers({types::TypeOid::kInt4});
    Vector texts({types::TypeOid::kText});
    const Vector* const columns[] = {&numbers, &texts};
    for (size_t start = 0; start < rows.size(); start += kChunkRows) {
      const size_t size = std::min(kChunkRows, rows.size() - start);
      numbers.Reset();
      texts.Reset();
      for (size_t i = 0; i < size; ++i) {
        const TestRow& row = rows[start + i];
        numbers.data<int32_t>()[i] = row.number;
        if (row.text.has_value()) {
          texts.data<std::string_view>()[i] = *row.text;
        } else {
          texts.SetNull(i);
        }
        std::string key;
        AppendBig32(&key, row.key);
        sorter_.AddKey(key);
      }
      const absl::Status status = sorter_.AddRows(context_, Chunk{columns, size});
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Compares what comes out with the first rows of `sorted`.
  void ExpectRows(const std::vector<TestRow>& sorted) {
    size_t at = 0;
    while (true) {
      const absl::StatusOr<Chunk> chunk = sorter_.Next(context_);
      ASSERT_TRUE(chunk.ok()) << chunk.status();
      if (chunk->size == 0) break;
      for (size_t i = 0; i < chunk->size; ++i, ++at) {
        ASSERT_LT(at, sorted.size());
        ASSERT_EQ(chunk->columns[0]->data<int32_t>()[i], sorted[at].number) << at;
        ASSERT_EQ(chunk->columns[1]->IsNull(i), !sorted[at].text.has_value());
        if (sorted[at].text.has_value()) {
          ASSERT_EQ(chunk->columns[1]->data<std::string_view>()[i], *sorted[at].text);
        }
      }
    }
    EXPECT_EQ(at, sorted.size());
  }

  static std::vector<TestRow> Sorted(std::vector<TestRow> rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const TestRow& a, const TestRow& b) { return a.key < b.key; });
    return rows;
  }

  FaultyFileSystem files_;
  TemporaryFiles space_;
  ExecContext context_;
  RowSorter sorter_;
};

TEST_F(RowSorterTest, SortsInMemory) {
  context_.work_mem_bytes = 64 << 20;
  const std::vector<TestRow> rows = RandomRows(5000, 1);
  ASSERT_TRUE(Add(rows).ok());
  ASSERT_TRUE(sorter_.Finish(context_, std::nullopt).ok());
  EXPECT_FALSE(sorter_.spilled());
  ExpectRows(Sorted(rows));
}

TEST_F(RowSorterTest, MergesRunsInSeveralPassesAndKeepsEqualKeysInOrder) {
  const std::vector<TestRow> rows = RandomRows(60'000, 2);
  ASSERT_TRUE(Add(rows).ok());
  ASSERT_TRUE(sorter_.Finish(context_, std::nullopt).ok());
  EXPECT_TRUE(sorter_.spilled());
  // More than one pass: more than one file.
  EXPECT_GT(space_.created(), 1u);
  EXPECT_GT(sorter_.disk_bytes(), 60'000u * 20);
  // What one chunk adds is all that it may take above its bound.
  EXPECT_LT(sorter_.peak_bytes(), context_.work_mem_bytes + kChunkRows * 150);
  ExpectRows(Sorted(rows));
}

TEST_F(RowSorterTest, GivesNoMoreThanWanted) {
  const std::vector<TestRow> rows = RandomRows(60'000, 3);
  ASSERT_TRUE(Add(rows).ok());
  ASSERT_TRUE(sorter_.Finish(context_, 3000).ok());
  std::vector<TestRow> sorted = Sorted(rows);
  sorted.resize(3000);
  ExpectRows(sorted);
}

TEST_F(RowSorterTest, IsUsedAgainAfterClear) {
  ASSERT_TRUE(Add(RandomRows(20'000, 4)).ok());
  sorter_.Clear();
  const std::vector<TestRow> rows = RandomRows(700, 5);
  ASSERT_TRUE(Add(rows).ok());
  ASSERT_TRUE(sorter_.Finish(context_, std::nullopt).ok());
  ExpectRows(Sorted(rows));
}

TEST_F(RowSorterTest, StaysInMemoryWithoutFiles) {
  context_.temporary_files = nullptr;
  const std::vector<TestRow> rows = RandomRows(20'000, 6);
  ASSERT_TRUE(Add(rows).ok());
  ASSERT_TRUE(sorter_.Finish(context_, std::nullopt).ok());
  EXPECT_EQ(space_.created(), 0u);
  ExpectRows(Sorted(rows));
}

TEST_F(RowSorterTest, FullDiskIs53100AndTakesNoSpaceAfterwards) {
  files_.SetCapacity(300 << 10);
  const absl::Status status = Add(RandomRows(60'000, 7));
  EXPECT_TRUE(HasSqlState(status, sqlstate::kDiskFull)) << status;
  sorter_.Clear();
  ASSERT_TRUE(files_.SyncDir("tmp").ok());
  EXPECT_EQ(*files_.FreeBytes("tmp"), uint64_t{300} << 10);
}

}  // namespace
}  // namespace heliosdb::sql::execute
