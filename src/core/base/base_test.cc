#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/lsn.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "heliosdb/error.h"

namespace heliosdb {
namespace {

TEST(Crc32c, MatchesThePublishedVectors) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);            // The check value of CRC-32C.
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);  // RFC 3720, B.4.
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
}

TEST(Crc32c, ContinuesFromWhatStandsBefore) {
  EXPECT_EQ(Crc32c("456789", Crc32c("123")), Crc32c("123456789"));
}

TEST(Lsn, PrintsAndParsesAsPgLsn) {
  EXPECT_EQ(LsnText(Lsn{0x16B374D848}), "16/B374D848");
  EXPECT_EQ(*ParseLsn("16/B374D848"), Lsn{0x16B374D848});
  for (const char* bad : {"", "/", "1/", "/1", "1/2/3", "g/1", "1/123456789", " 1/2"}) {
    EXPECT_EQ(SqlStateOf(ParseLsn(bad).status()), "22P02") << bad;
  }
}

TEST(Status, CarriesSqlFields) {
  absl::Status status =
      WithConstraint(WithDetail(SqlError(sqlstate::kUniqueViolation, "duplicate key in {}", "t"),
                                "Key (id)=(1) already exists."),
                     "t_pkey");
  status = WithPosition(WithPosition(std::move(status), 7), 9);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(SqlStateOf(status), "23505");
  EXPECT_EQ(ErrorDetailOf(status), "Key (id)=(1) already exists.");
  EXPECT_EQ(ErrorConstraintOf(status), "t_pkey");
  EXPECT_EQ(ErrorPositionOf(status), 7);
  const absl::Status wrapped = WithContext(status, "loading");
  EXPECT_EQ(SqlStateOf(wrapped), "23505");
  EXPECT_EQ(wrapped.message(), "loading: duplicate key in t");
}

TEST(ByteReader, StopsAtTheFirstReadThatDoesNotFit) {
  std::string bytes;
  AppendVarint(&bytes, 300);
  AppendPrefixed(&bytes, "abc");
  AppendFixed<uint32_t>(&bytes, 7);
  ByteReader whole(bytes);
  EXPECT_EQ(whole.Varint(), 300u);
  EXPECT_EQ(whole.Prefixed(), "abc");
  EXPECT_EQ(whole.Fixed<uint32_t>(), 7u);
  EXPECT_TRUE(whole.AtEnd());

  ByteReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
  cut.Varint();
  cut.Prefixed();
  EXPECT_EQ(cut.Fixed<uint32_t>(), 0u);
  EXPECT_FALSE(cut.ok());
  EXPECT_FALSE(cut.AtEnd());
}

TEST(ByteReader, RefusesAnEndlessVarint) {
  ByteReader reader("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
  reader.Varint();
  EXPECT_FALSE(reader.ok());
}

TEST(Random, SameSeedSameRun) {
  Random a(7);
  Random b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.Next(), b.Next());
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.Below(10), 10u);
}

}  // namespace
}  // namespace heliosdb
