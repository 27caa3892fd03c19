#include "core/txn/commit_company.h"

#include "gtest/gtest.h"

namespace heliosdb::txn {
namespace {

TEST(CommitCompany, ALoneSessionWaitsForNobody) {
  CommitCompany company;
  for (int i = 0; i < 1000; ++i) company.OnCommit(1);
  EXPECT_EQ(company.expected(), 1u);
}

TEST(CommitCompany, ExpectsTheMostOfLate) {
  CommitCompany company;
  for (int round = 0; round < 10; ++round) {
    for (size_t waiting = 1; waiting <= 16; ++waiting) company.OnCommit(waiting);
  }
  EXPECT_EQ(company.expected(), 16u);
  // Half of them leave.
  for (int round = 0; round < 50; ++round) {
    for (size_t waiting = 1; waiting <= 8; ++waiting) company.OnCommit(waiting);
  }
  EXPECT_EQ(company.expected(), 8u);
}

TEST(CommitCompany, GivesUpFastOnThoseWhoDoNotCome) {
  CommitCompany company;
  company.OnCommit(100);
  for (int i = 0; i < 20; ++i) company.OnMiss(1);
  EXPECT_EQ(company.expected(), 1u);
}

TEST(CommitCompany, PatienceFollowsTheDisk) {
  CommitCompany company;
  EXPECT_EQ(company.patience(), absl::ZeroDuration());
  for (int i = 0; i < 100; ++i) company.OnSync(absl::Microseconds(400));
  EXPECT_GT(company.patience(), absl::Microseconds(700));
  EXPECT_LE(company.patience(), absl::Microseconds(800));
  for (int i = 0; i < 100; ++i) company.OnSync(absl::Seconds(1));
  EXPECT_EQ(company.patience(), absl::Milliseconds(5));
}

}  // namespace
}  // namespace heliosdb::txn
