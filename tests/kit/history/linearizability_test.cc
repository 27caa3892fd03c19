#include "tests/kit/history/linearizability.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/random.h"

namespace heliosdb::testkit::history {
namespace {

using ::testing::HasSubstr;
using Kind = RegisterOperation::Kind;

RegisterOperation Op(Kind kind, RegisterValue value, int from, int to,
                     Ending ending = Ending::kCommitted) {
  RegisterOperation operation;
  operation.kind = kind;
  operation.value = value;
  operation.ending = ending;
  operation.invoked = absl::Seconds(from);
  operation.completed = absl::Seconds(to);
  return operation;
}
RegisterOperation Read(RegisterValue value, int from, int to) {
  return Op(Kind::kRead, value, from, to);
}
RegisterOperation Write(int64_t value, int from, int to, Ending ending = Ending::kCommitted) {
  return Op(Kind::kWrite, value, from, to, ending);
}
RegisterOperation Cas(int64_t expected, int64_t value, bool swapped, int from, int to,
                      Ending ending = Ending::kCommitted) {
  RegisterOperation operation = Op(Kind::kCompareAndSet, value, from, to, ending);
  operation.expected = expected;
  operation.swapped = swapped;
  return operation;
}
Verdict Check(const std::vector<RegisterOperation>& history) {
  return CheckLinearizable(history, {});
}

TEST(Linearizability, AcceptsWhatSomeOrderExplains) {
  EXPECT_TRUE(Check({}).ok());
  EXPECT_TRUE(Check({Read(std::nullopt, 0, 1), Write(1, 2, 3), Read(1, 4, 5)}).ok());
  // Overlapping: the reads may fall on either side of the write.
  EXPECT_TRUE(Check({Write(1, 0, 10), Read(std::nullopt, 1, 2), Read(1, 3, 4)}).ok());
  EXPECT_TRUE(
      Check({Write(1, 0, 1), Cas(1, 2, true, 2, 3), Cas(1, 3, false, 4, 5), Read(2, 6, 7)}).ok());
}

TEST(Linearizability, FindsStaleReadsAndExplains) {
  const Verdict verdict = Check({Write(1, 0, 1), Write(2, 2, 3), Read(1, 4, 5)});
  EXPECT_TRUE(verdict.Has("not-linearizable"));
  EXPECT_THAT(verdict.Explain(), HasSubstr("read 1"));
  // Two reads that see two overlapping writes in opposite orders.
  EXPECT_FALSE(Check({Write(1, 0, 10), Write(2, 0, 10), Read(1, 11, 12), Read(2, 13, 14)}).ok());
  EXPECT_FALSE(Check({Write(1, 0, 10), Read(1, 1, 2), Read(std::nullopt, 3, 4)}).ok());
}

TEST(Linearizability, FindsWrongCompareAndSet) {
  EXPECT_FALSE(Check({Write(1, 0, 1), Cas(2, 3, true, 2, 3)}).ok());
  EXPECT_FALSE(Check({Write(1, 0, 1), Cas(1, 3, false, 2, 3)}).ok());
  EXPECT_FALSE(Check({Write(1, 0, 1), Cas(1, 2, true, 2, 9), Cas(1, 3, true, 2, 9)}).ok());
}

TEST(Linearizability, UnknownWritesMayTakeEffectAnyTimeOrNever) {
  EXPECT_TRUE(
      Check({Write(1, 0, 0, Ending::kUnknown), Read(std::nullopt, 1, 2), Read(1, 50, 51)}).ok());
  EXPECT_TRUE(Check({Write(1, 0, 0, Ending::kUnknown), Read(std::nullopt, 1, 2)}).ok());
  EXPECT_FALSE(
      Check({Write(1, 0, 0, Ending::kUnknown), Read(1, 1, 2), Read(std::nullopt, 3, 4)}).ok());
  EXPECT_FALSE(Check({Read(1, 0, 1), Write(1, 2, 3, Ending::kUnknown)}).ok());
  EXPECT_TRUE(Check({Write(1, 0, 1), Cas(9, 2, true, 2, 0, Ending::kUnknown), Read(1, 4, 5)}).ok());
}

TEST(Linearizability, AbortedOperationsAndUnknownReadsDidNotHappen) {
  EXPECT_TRUE(Check({Write(1, 0, 1, Ending::kAborted), Read(std::nullopt, 2, 3)}).ok());
  EXPECT_FALSE(Check({Write(1, 0, 1, Ending::kAborted), Read(1, 2, 3)}).ok());
  EXPECT_TRUE(Check({Op(Kind::kRead, 77, 0, 1, Ending::kUnknown)}).ok());
}

TEST(Linearizability, JudgesKeysApart) {
  std::vector<RegisterOperation> history = {Write(1, 0, 1), Read(std::nullopt, 2, 3)};
  history[1].key = 5;
  EXPECT_TRUE(Check(history).ok());
  history.push_back(Read(9, 4, 5));
  EXPECT_THAT(Check(history).Explain(), HasSubstr("key 0"));
}

class StoppedClock final : public Clock {
 public:
  absl::Duration Now() override { return now_ += absl::Seconds(1); }
  absl::Time WallNow() override { return absl::UnixEpoch(); }

 private:
  absl::Duration now_;
};

TEST(Linearizability, AnswersUnknownWhenTimeRunsOut) {
  // Many concurrent writes, then a read of none of them: every order has to be tried.
  std::vector<RegisterOperation> history;
  history.reserve(25);
  for (int i = 0; i < 24; ++i) history.push_back(Write(i, 0, 100));
  history.push_back(Read(999, 101, 102));
  StoppedClock clock;
  const Verdict verdict =
      CheckLinearizable(history, {.clock = &clock, .time_max = absl::Seconds(3)});
  EXPECT_TRUE(verdict.ok());
  ASSERT_EQ(verdict.allowed.size(), 1u);
  EXPECT_EQ(verdict.allowed[0].name, "unknown");
}

// Executes operations at a moment inside their interval; then alters one read.
TEST(Linearizability, RandomExecutionsPassAndAlteredOnesFail) {
  int failed = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    RegisterValue state;
    std::vector<RegisterOperation> history;
    for (int i = 0; i < 200; ++i) {
      const int moment = 10 * i;
      const int from = moment - static_cast<int>(random.Below(30));
      const int to = moment + static_cast<int>(random.Below(30));
      const int64_t value = static_cast<int64_t>(random.Below(5));
      switch (random.Below(3)) {
        case 0:
          history.push_back(Read(state, from, to));
          break;
        case 1:
          history.push_back(Write(value, from, to));
          state = value;
          break;
        default: {
          const bool swaps = state == RegisterValue(2);
          history.push_back(Cas(2, value, swaps, from, to));
          if (swaps) state = value;
        }
      }
    }
    EXPECT_TRUE(Check(history).ok()) << "seed " << seed;
    history.push_back(Read(1000 + static_cast<int64_t>(seed), 900, 910));
    failed += !Check(history).ok();
  }
  EXPECT_EQ(failed, 20);
}

}  // namespace
}  // namespace heliosdb::testkit::history
