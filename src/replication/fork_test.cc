#include "replication/fork.h"

#include "gtest/gtest.h"

#include "replication/message.h"

namespace heliosdb::replication {
namespace {

constexpr Lsn At(uint64_t lsn) { return Lsn{lsn}; }

TEST(FindFork, OneLogIsTheBeginningOfTheOther) {
  const LogOutline ours{{{Term{1}, At(100)}}, At(900)};
  const LogOutline theirs{{{Term{1}, At(100)}}, At(700)};
  EXPECT_EQ(*FindFork(ours, theirs), At(700));
  EXPECT_EQ(*FindFork(theirs, ours), At(700));
}

TEST(FindFork, LastCommonTermEndsWhereEitherEndsIt) {
  const LogOutline ours{{{Term{1}, At(100)}, {Term{3}, At(500)}}, At(900)};
  const LogOutline behind{{{Term{1}, At(100)}}, At(400)};
  const LogOutline beyond{{{Term{1}, At(100)}, {Term{2}, At(600)}}, At(800)};
  const LogOutline before{{{Term{1}, At(100)}, {Term{2}, At(300)}}, At(800)};
  EXPECT_EQ(*FindFork(ours, behind), At(400));
  EXPECT_EQ(*FindFork(ours, beyond), At(500));
  EXPECT_EQ(*FindFork(ours, before), At(300));
}

TEST(FindFork, AnEmptyLogForksNowhere) {
  const LogOutline ours{{{Term{1}, At(100)}}, At(900)};
  EXPECT_EQ(*FindFork(ours, {{}, At(100)}), At(100));
}

TEST(FindFork, TermWithTwoWritersIsRefused) {
  const LogOutline ours{{{Term{1}, At(100)}, {Term{2}, At(500)}}, At(900)};
  const LogOutline theirs{{{Term{1}, At(100)}, {Term{2}, At(600)}}, At(900)};
  EXPECT_TRUE(absl::IsFailedPrecondition(FindFork(ours, theirs).status()));
}

TEST(FindFork, NothingInCommonIsRefused) {
  const LogOutline ours{{{Term{4}, At(100)}}, At(900)};
  const LogOutline theirs{{{Term{2}, At(100)}}, At(900)};
  EXPECT_TRUE(absl::IsFailedPrecondition(FindFork(ours, theirs).status()));
}

}  // namespace
}  // namespace heliosdb::replication
