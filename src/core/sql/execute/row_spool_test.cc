#include "core/sql/execute/row_spool.h"

#include "gtest/gtest.h"

#include "core/base/faulty_file_system.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

void Fill(RowSpool* spool, int32_t count) {
  Vector column({types::TypeOid::kInt4});
  const Vector* const columns[] = {&column};
  for (int32_t next = 0; next < count;) {
    size_t size = 0;
    for (; size < 700 && next < count; ++size) column.data<int32_t>()[size] = next++;
    ASSERT_TRUE(spool->Append(Chunk{columns, size}).ok());
  }
  ASSERT_TRUE(spool->Finish().ok());
}

void ExpectRange(RowSpoolReader* reader, int32_t count) {
  int32_t next = 0;
  while (true) {
    const absl::StatusOr<Chunk> chunk = reader->Next();
    ASSERT_TRUE(chunk.ok()) << chunk.status();
    if (chunk->size == 0) break;
    for (size_t i = 0; i < chunk->size; ++i)
      ASSERT_EQ(chunk->columns[0]->data<int32_t>()[i], next++);
  }
  EXPECT_EQ(next, count);
}

TEST(RowSpool, KeepsOrderAcrossMemoryAndDisk) {
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  RowSpool spool({{types::TypeOid::kInt4}});
  spool.Start(64 << 10, &space);
  Fill(&spool, 100'000);
  EXPECT_EQ(spool.size(), 100'000u);
  EXPECT_LE(spool.memory_bytes(), (64u << 10) + kChunkRows * 4);
  EXPECT_GT(spool.disk_bytes(), 0u);
  RowSpoolReader first;
  RowSpoolReader second;
  first.Start(&spool);
  second.Start(&spool);
  ASSERT_EQ(first.Next()->size, kChunkRows);
  ExpectRange(&second, 100'000);
  first.Start(&spool);
  ExpectRange(&first, 100'000);
}

TEST(RowSpool, IsFilledAgain) {
  FaultyFileSystem files({});
  TemporaryFiles space(&files, "tmp");
  RowSpool spool({{types::TypeOid::kInt4}});
  RowSpoolReader reader;
  for (const int32_t count : {50'000, 10, 0, 30'000}) {
    spool.Start(64 << 10, &space);
    Fill(&spool, count);
    reader.Start(&spool);
    ExpectRange(&reader, count);
  }
}

TEST(RowSpool, StaysInMemoryWithoutFiles) {
  RowSpool spool({{types::TypeOid::kInt4}});
  Fill(&spool, 50'000);
  EXPECT_EQ(spool.disk_bytes(), 0u);
  RowSpoolReader reader;
  reader.Start(&spool);
  ExpectRange(&reader, 50'000);
}

}  // namespace
}  // namespace heliosdb::sql::execute
