#include "core/wal/txn_payload.h"

#include <string>

#include "gtest/gtest.h"

namespace heliosdb::wal {
namespace {

TEST(TxnPayload, ComesBackAsItWentIn) {
  TxnPayloadWriter writer(0x123456789ABCDEF0);
  writer.Put("key", std::string(300, 'v'));
  writer.Delete("gone");
  writer.Put("empty", "");
  writer.SetTouchesCatalog();
  const std::string payload(writer.bytes());
  EXPECT_TRUE(ValidateTxnPayload(payload).ok());
  auto reader = TxnPayloadReader::Open(payload);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->header().txn_id, 0x123456789ABCDEF0u);
  EXPECT_TRUE(reader->header().touches_catalog);
  EXPECT_EQ(reader->header().operation_count, 3u);
  const auto first = reader->Next();
  ASSERT_TRUE(first.ok() && first->has_value());
  EXPECT_EQ((*first)->kind, TxnOperation::Kind::kPut);
  EXPECT_EQ((*first)->key, "key");
  EXPECT_EQ((*first)->value, std::string(300, 'v'));
  const auto second = reader->Next();
  EXPECT_EQ((**second).kind, TxnOperation::Kind::kDelete);
  EXPECT_EQ((**second).key, "gone");
  EXPECT_TRUE(reader->Next()->has_value());
  const auto end = reader->Next();
  EXPECT_TRUE(end.ok() && !end->has_value());
  EXPECT_EQ(std::move(writer).Take(), payload);
}

TEST(TxnPayload, RefusesEveryCutAndWhatIsBehind) {
  TxnPayloadWriter writer(7);
  writer.Put("key", "value");
  writer.Delete("gone");
  const std::string payload(writer.bytes());
  for (size_t size = 0; size < payload.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(ValidateTxnPayload(payload.substr(0, size)))) << size;
  }
  EXPECT_TRUE(absl::IsDataLoss(ValidateTxnPayload(payload + "x")));
  for (const size_t byte : {size_t{0}, size_t{1}, size_t{2}, size_t{4}, size_t{16}}) {
    std::string damaged = payload;
    damaged[byte] ^= 0x40;
    EXPECT_TRUE(absl::IsDataLoss(ValidateTxnPayload(damaged))) << byte;
  }
}

}  // namespace
}  // namespace heliosdb::wal
