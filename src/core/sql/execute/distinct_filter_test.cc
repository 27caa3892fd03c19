#include "core/sql/execute/distinct_filter.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/faulty_file_system.h"
#include "core/base/random.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

// Chunks of every size: a small one, that would still fit, after large ones that did not.
TEST(DistinctFilter, GivesEachRowOnceHoweverManyThereAre) {
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  ExecContext context;
  context.temporary_files = &space;
  context.work_mem_bytes = 64 << 10;
  DistinctFilter filter({{types::TypeOid::kInt8}});
  Random random(1);
  Vector column({types::TypeOid::kInt8});
  const Vector* const columns[] = {&column};
  constexpr size_t kValues = 60'000;
  std::vector<int> times_given(kValues, 0);
  std::vector<bool> added(kValues, false);
  std::vector<uint16_t> fresh;
  for (int chunk = 0; chunk < 300; ++chunk) {
    const size_t size = 1 + random.Below(chunk % 3 == 0 ? 5 : kChunkRows);
    for (size_t i = 0; i < size; ++i) {
      const size_t value = random.Below(kValues);
      column.data<int64_t>()[i] = static_cast<int64_t>(value);
      added[value] = true;
    }
    ASSERT_TRUE(filter.Select(context, columns, size, &fresh).ok());
    for (const uint16_t row : fresh) ++times_given[column.data<int64_t>()[row]];
  }
  EXPECT_TRUE(filter.has_late_rows());
  while (true) {
    const absl::StatusOr<Chunk> late = filter.NextLate(context);
    ASSERT_TRUE(late.ok()) << late.status();
    if (late->size == 0) break;
    for (size_t i = 0; i < late->size; ++i) ++times_given[late->columns[0]->data<int64_t>()[i]];
    EXPECT_LT(filter.memory_bytes(), (size_t{256} << 10));
  }
  for (size_t value = 0; value < kValues; ++value)
    ASSERT_EQ(times_given[value], added[value] ? 1 : 0) << value;
}

}  // namespace
}  // namespace heliosdb::sql::execute
