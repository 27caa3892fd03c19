#include "tests/kit/history/invariants.h"

#include "gtest/gtest.h"

namespace heliosdb::testkit::history {
namespace {

TEST(Bank, FindsEveryKindOfWrongRead) {
  const BankRules rules = {.accounts = {1, 2}, .total = 10, .allows_negative = false};
  EXPECT_TRUE(CheckBank(rules, {{{1, 4}, {2, 6}}, {{2, 10}, {1, 0}}}).ok());
  EXPECT_TRUE(CheckBank(rules, {{{1, 4}, {2, 7}}}).Has("wrong-total"));
  EXPECT_TRUE(CheckBank(rules, {{{1, 10}}}).Has("wrong-accounts"));
  EXPECT_TRUE(CheckBank(rules, {{{1, 10}, {3, 0}}}).Has("wrong-accounts"));
  EXPECT_TRUE(CheckBank(rules, {{{1, 10}, {2, std::nullopt}}}).Has("null-balance"));
  EXPECT_TRUE(CheckBank(rules, {{{1, 11}, {2, -1}}}).Has("negative-balance"));
  EXPECT_TRUE(
      CheckBank({.accounts = {1, 2}, .total = 10, .allows_negative = true}, {{{1, 11}, {2, -1}}})
          .ok());
}

SetAdd Add(int64_t element, int from, int to, Ending ending = Ending::kCommitted) {
  return {.element = element,
          .ending = ending,
          .invoked = absl::Seconds(from),
          .completed = absl::Seconds(to)};
}
SetRead Seen(std::vector<int64_t> elements, int from, int to) {
  return {.elements = std::move(elements),
          .invoked = absl::Seconds(from),
          .completed = absl::Seconds(to)};
}

TEST(SetFull, PassesCleanHistories) {
  EXPECT_TRUE(CheckSet({Add(1, 0, 1), Add(2, 2, 9)},
                       {Seen({1}, 3, 4), Seen({1, 2}, 5, 6), Seen({2, 1}, 10, 11)})
                  .ok());
  EXPECT_TRUE(CheckSet({Add(1, 5, 6)}, {Seen({}, 0, 1)}).ok());
  EXPECT_TRUE(CheckSet({Add(1, 0, 1, Ending::kUnknown)}, {Seen({}, 2, 3), Seen({}, 4, 5)}).ok());
}

TEST(SetFull, FindsEveryKindOfWrongRead) {
  EXPECT_TRUE(CheckSet({Add(1, 0, 1)}, {Seen({}, 2, 3)}).Has("lost"));
  EXPECT_TRUE(CheckSet({Add(1, 0, 9)}, {Seen({1}, 2, 3), Seen({}, 10, 11)}).Has("lost"));
  EXPECT_TRUE(
      CheckSet({Add(1, 0, 0, Ending::kUnknown)}, {Seen({1}, 2, 3), Seen({}, 10, 11)}).Has("lost"));
  EXPECT_TRUE(CheckSet({Add(1, 0, 1)}, {Seen({}, 2, 3), Seen({1}, 4, 5)}).Has("stale"));
  EXPECT_TRUE(CheckSet({Add(1, 0, 1)}, {Seen({1, 7}, 2, 3)}).Has("unexpected"));
  EXPECT_TRUE(CheckSet({Add(1, 0, 1, Ending::kAborted)}, {Seen({1}, 2, 3)}).Has("unexpected"));
  EXPECT_TRUE(CheckSet({Add(1, 0, 1)}, {Seen({1, 1}, 2, 3)}).Has("duplicate"));
  const Verdict recovered = CheckSet({Add(1, 0, 0, Ending::kUnknown)}, {Seen({1}, 2, 3)});
  EXPECT_TRUE(recovered.ok());
  ASSERT_EQ(recovered.allowed.size(), 1u);
  EXPECT_EQ(recovered.allowed[0].name, "recovered");
}

TEST(LongFork, FindsOppositeOrders) {
  EXPECT_TRUE(
      CheckLongFork({{{1, true}, {2, false}}, {{1, true}, {2, true}}, {{1, false}, {2, false}}})
          .ok());
  EXPECT_TRUE(CheckLongFork({{{1, true}, {2, false}}, {{1, false}, {2, true}}}).Has("long-fork"));
}

TEST(PredicateInserts, FindsTwoCommittedForOneKey) {
  EXPECT_TRUE(CheckPredicateInserts({{1, 1}, {1, 2, Ending::kAborted}, {2, 3}}).ok());
  EXPECT_TRUE(CheckPredicateInserts({{1, 1}, {2, 3}, {1, 2}}).Has("G2"));
  EXPECT_TRUE(CheckPredicateInserts({{1, 1}, {1, 2, Ending::kUnknown}}).ok());
}

}  // namespace
}  // namespace heliosdb::testkit::history
