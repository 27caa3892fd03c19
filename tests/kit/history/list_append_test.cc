#include "tests/kit/history/list_append.h"

#include <algorithm>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/clock.h"
#include "core/base/random.h"

namespace heliosdb::testkit::history {
namespace {

using ::testing::HasSubstr;
using Operation = ListOperation;

// A transaction that began at `from` and ended at `to`, in seconds.
ListTransaction T(int process, int from, int to, std::vector<Operation> operations,
                  Ending ending = Ending::kCommitted) {
  ListTransaction transaction;
  transaction.process = process;
  transaction.ending = ending;
  transaction.invoked = absl::Seconds(from);
  transaction.completed = absl::Seconds(to);
  transaction.operations = std::move(operations);
  return transaction;
}
Operation A(int64_t key, int64_t value) { return Operation::Append(key, value); }
Operation R(int64_t key, std::vector<int64_t> list) {
  return Operation::Read(key, std::move(list));
}

using History = std::vector<ListTransaction>;

Verdict Check(const History& history, Isolation isolation, Order order = Order::kNone) {
  return CheckListAppend(history, isolation, order);
}
// The anomaly is forbidden from this level on, and no level below it forbids anything.
void ExpectForbiddenFrom(const History& history, std::string_view name, Isolation weakest) {
  for (const Isolation isolation :
       {Isolation::kReadCommitted, Isolation::kRepeatableRead, Isolation::kSerializable}) {
    const Verdict verdict = Check(history, isolation);
    if (isolation >= weakest) {
      EXPECT_TRUE(verdict.Has(name))
          << name << " at level " << static_cast<int>(isolation) << verdict.Explain();
    } else {
      EXPECT_TRUE(verdict.ok()) << verdict.Explain();
    }
  }
}

TEST(ListAppend, CleanHistoryPasses) {
  const History history = {T(1, 0, 1, {A(1, 1), R(1, {1})}),
                           T(2, 2, 3, {R(1, {1}), A(1, 2), A(2, 1)}),
                           T(1, 4, 5, {R(2, {1}), R(1, {1, 2})}), T(3, 6, 7, {}),
                           T(3, 8, 9, {A(1, 9)}, Ending::kAborted)};
  EXPECT_TRUE(Check(history, Isolation::kSerializable, Order::kRealtime).ok())
      << Check(history, Isolation::kSerializable, Order::kRealtime).Explain();
  EXPECT_TRUE(Check({}, Isolation::kSerializable).ok());
}

TEST(ListAppend, FindsWriteCycles) {
  ExpectForbiddenFrom({T(1, 0, 9, {A(1, 1), A(2, 1)}), T(2, 0, 9, {A(1, 2), A(2, 2)}),
                       T(3, 10, 11, {R(1, {1, 2}), R(2, {2, 1})})},
                      "G0", Isolation::kReadCommitted);
}

TEST(ListAppend, FindsAbortedReads) {
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1)}, Ending::kAborted), T(2, 2, 3, {R(1, {1})})}, "G1a",
                      Isolation::kReadCommitted);
}

TEST(ListAppend, FindsIntermediateReads) {
  ExpectForbiddenFrom(
      {T(1, 0, 5, {A(1, 1), A(1, 2)}), T(2, 1, 2, {R(1, {1})}), T(3, 6, 7, {R(1, {1, 2})})}, "G1b",
      Isolation::kReadCommitted);
}

TEST(ListAppend, FindsCircularInformationFlow) {
  ExpectForbiddenFrom({T(1, 0, 9, {A(1, 1), R(2, {1})}), T(2, 0, 9, {A(2, 1), R(1, {1})})}, "G1c",
                      Isolation::kReadCommitted);
}

TEST(ListAppend, FindsReadSkew) {
  const History history = {T(1, 0, 9, {R(1, {}), R(2, {1})}), T(2, 1, 2, {A(1, 1), A(2, 1)}),
                           T(3, 10, 11, {R(1, {1}), R(2, {1})})};
  ExpectForbiddenFrom(history, "G-single", Isolation::kRepeatableRead);
  EXPECT_THAT(Check(history, Isolation::kSerializable).Explain(), HasSubstr("T0 -rw-> T1"));
}

TEST(ListAppend, FindsLostUpdate) {
  ExpectForbiddenFrom({T(1, 0, 9, {R(1, {}), A(1, 1)}), T(2, 0, 9, {R(1, {}), A(1, 2)}),
                       T(3, 10, 11, {R(1, {1, 2})})},
                      "G-single", Isolation::kRepeatableRead);
}

TEST(ListAppend, FindsNonadjacentAntiDependencies) {
  // T0 rw T1 wr T2 rw T3 wr T0: the two reads that miss a write are not neighbours.
  ExpectForbiddenFrom({T(1, 0, 9, {R(1, {}), R(4, {1})}), T(2, 0, 9, {A(1, 1), A(2, 1)}),
                       T(3, 0, 9, {R(2, {1}), R(3, {})}), T(4, 0, 9, {A(3, 1), A(4, 1)}),
                       T(5, 10, 11, {R(1, {1}), R(3, {1})})},
                      "G-nonadjacent", Isolation::kRepeatableRead);
}

TEST(ListAppend, FindsWriteSkewAtSerializableOnly) {
  const History history = {T(1, 0, 9, {R(1, {}), R(2, {}), A(1, 1)}),
                           T(2, 0, 9, {R(1, {}), R(2, {}), A(2, 1)}),
                           T(3, 10, 11, {R(1, {1}), R(2, {1})})};
  ExpectForbiddenFrom(history, "G2-item", Isolation::kSerializable);
  ASSERT_EQ(Check(history, Isolation::kRepeatableRead).allowed.size(), 1u);
  EXPECT_EQ(Check(history, Isolation::kRepeatableRead).allowed[0].name, "G2-item");
}

TEST(ListAppend, FindsInternalInconsistency) {
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1), R(1, {})}), T(2, 2, 3, {R(1, {1})})}, "internal",
                      Isolation::kReadCommitted);
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1)}), T(2, 0, 3, {R(1, {}), R(1, {1})})}, "internal",
                      Isolation::kRepeatableRead);
  // What comes between a read and the append that locks the row is read committed's right.
  const History between = {T(1, 0, 1, {A(1, 1)}), T(2, 0, 3, {R(1, {}), A(1, 2), R(1, {1, 2})})};
  EXPECT_TRUE(Check(between, Isolation::kReadCommitted).ok());
  EXPECT_TRUE(Check(between, Isolation::kRepeatableRead).Has("internal"));
}

TEST(ListAppend, FindsDuplicatesUnknownValuesAndIncompatibleOrders) {
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1)}), T(2, 2, 3, {R(1, {1, 1})})}, "duplicate",
                      Isolation::kReadCommitted);
  ExpectForbiddenFrom({T(1, 0, 1, {R(1, {7})})}, "unknown-value", Isolation::kReadCommitted);
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1)}), T(2, 0, 1, {A(1, 2)}), T(3, 2, 3, {R(1, {1, 2})}),
                       T(4, 2, 3, {R(1, {2})})},
                      "incompatible-order", Isolation::kReadCommitted);
}

TEST(ListAppend, FindsLostWrites) {
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1)}), T(2, 2, 3, {A(1, 2)}), T(3, 4, 5, {R(1, {2})})},
                      "lost-write", Isolation::kReadCommitted);
  // Unread afterwards, or of unknown ending: nothing is known to be lost.
  EXPECT_TRUE(Check({T(1, 0, 9, {A(1, 1)}), T(2, 2, 3, {A(1, 2)}), T(3, 4, 5, {R(1, {2})})},
                    Isolation::kSerializable)
                  .ok());
  EXPECT_TRUE(Check({T(1, 0, 1, {A(1, 1)}, Ending::kUnknown), T(3, 4, 5, {R(1, {})})},
                    Isolation::kSerializable, Order::kRealtime)
                  .ok());
}

TEST(ListAppend, UnknownEndingsCountAsCommittedOnceSeen) {
  ExpectForbiddenFrom({T(1, 0, 1, {A(1, 1), A(2, 1)}, Ending::kUnknown),
                       T(2, 2, 3, {R(1, {1}), R(2, {})}), T(3, 4, 5, {R(2, {1})})},
                      "G-single", Isolation::kRepeatableRead);
}

TEST(ListAppend, OrderEdgesAreForTheStrictVariants) {
  // T2 begins after T1 ended, and does not see its append: serializable, not strictly.
  const History stale = {T(1, 0, 1, {A(1, 1)}), T(2, 2, 3, {R(1, {})}), T(3, 4, 5, {R(1, {1})})};
  EXPECT_TRUE(Check(stale, Isolation::kSerializable).ok());
  EXPECT_TRUE(Check(stale, Isolation::kSerializable, Order::kProcess).ok());
  EXPECT_TRUE(Check(stale, Isolation::kSerializable, Order::kRealtime).Has("G-single-realtime"));
  History own = stale;
  own[1].process = 1;
  EXPECT_TRUE(Check(own, Isolation::kSerializable, Order::kProcess).Has("G-single-process"));
}

TEST(ListAppend, RealtimeEdgesReachThroughTheFrontier) {
  History history = {T(1, 0, 1, {A(1, 1)})};
  for (int i = 0; i < 20; ++i) history.push_back(T(2 + i % 3, 2 + 2 * i, 3 + 2 * i, {A(2, i)}));
  history.push_back(T(9, 100, 101, {R(1, {})}));
  history.push_back(T(9, 102, 103, {R(1, {1})}));
  EXPECT_TRUE(Check(history, Isolation::kSerializable, Order::kRealtime).Has("G-single-realtime"));
}

// Transactions executed one after the other; their intervals overlap, as concurrent clients' would,
// but each is executed within its own.
History SerialHistory(uint64_t seed, int transactions) {
  Random random(seed);
  std::map<int64_t, std::vector<int64_t>> lists;
  History history;
  int64_t next_value = 0;
  for (int i = 0; i < transactions; ++i) {
    const int64_t first_key = i / 100 * 10;
    ListTransaction transaction =
        T(static_cast<int>(random.Below(8)), 10 * i - static_cast<int>(random.Below(9)),
          10 * i + static_cast<int>(random.Below(9)), {});
    const bool aborts = random.Below(10) == 0;
    transaction.ending = aborts ? Ending::kAborted : Ending::kCommitted;
    std::map<int64_t, std::vector<int64_t>> mine = lists;
    for (uint64_t n = 1 + random.Below(4); n > 0; --n) {
      const int64_t key = first_key + static_cast<int64_t>(random.Below(10));
      if (random.Below(2) == 0) {
        mine[key].push_back(++next_value);
        transaction.operations.push_back(A(key, next_value));
      } else {
        transaction.operations.push_back(R(key, mine[key]));
      }
    }
    if (!aborts) lists = std::move(mine);
    for (auto list = lists.begin(); list != lists.end();) {
      list = list->first < first_key ? lists.erase(list) : std::next(list);
    }
    history.push_back(std::move(transaction));
  }
  return history;
}

TEST(ListAppend, SerialExecutionsAreClean) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const Verdict verdict =
        Check(SerialHistory(seed, 300), Isolation::kSerializable, Order::kRealtime);
    EXPECT_TRUE(verdict.ok()) << "seed " << seed << "\n" << verdict.Explain();
    EXPECT_TRUE(verdict.allowed.empty());
  }
}

// Adds a few transactions on keys of their own that show the anomaly, in the midst of a clean
// history.
TEST(ListAppend, AnomaliesPlantedIntoSerialExecutionsAreFound) {
  const std::map<std::string, History> planted = {
      {"G0",
       {T(91, 0, 0, {A(-1, 1), A(-2, 1)}), T(92, 0, 0, {A(-1, 2), A(-2, 2)}),
        T(93, 1, 1, {R(-1, {1, 2}), R(-2, {2, 1})})}},
      {"G1a", {T(91, 0, 0, {A(-1, 1)}, Ending::kAborted), T(92, 1, 1, {R(-1, {1})})}},
      {"G1b", {T(91, 0, 0, {A(-1, 1), A(-1, 2)}), T(92, 0, 0, {R(-1, {1})})}},
      {"G1c", {T(91, 0, 0, {A(-1, 1), R(-2, {1})}), T(92, 0, 0, {A(-2, 1), R(-1, {1})})}},
      {"G-single",
       {T(91, 0, 0, {R(-1, {}), R(-2, {1})}), T(92, 0, 0, {A(-1, 1), A(-2, 1)}),
        T(93, 1, 1, {R(-1, {1})})}},
      {"G2-item",
       {T(91, 0, 0, {R(-1, {}), A(-2, 1)}), T(92, 0, 0, {R(-2, {}), A(-1, 1)}),
        T(93, 1, 1, {R(-1, {1}), R(-2, {1})})}},
      {"internal", {T(91, 0, 0, {A(-1, 1), R(-1, {})})}},
      {"duplicate", {T(91, 0, 0, {A(-1, 1)}), T(92, 1, 1, {R(-1, {1, 1})})}},
      {"incompatible-order",
       {T(91, 0, 0, {A(-1, 1), A(-1, 2)}), T(92, 1, 1, {R(-1, {1, 2})}),
        T(92, 1, 1, {R(-1, {2})})}},
      {"lost-write", {T(91, 0, 0, {A(-1, 1)}), T(92, 1, 1, {R(-1, {})})}},
  };
  for (const auto& [name, transactions] : planted) {
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      History history = SerialHistory(seed, 200);
      for (size_t i = 0; i < transactions.size(); ++i) {
        // Those of time 0 overlap one another, those of time 1 come after them.
        ListTransaction transaction = transactions[i];
        const bool later = transaction.invoked > absl::ZeroDuration();
        transaction.invoked = absl::Seconds(later ? 1500 : 500 + static_cast<int>(i));
        transaction.completed = absl::Seconds(later ? 1501 : 600);
        history.push_back(transaction);
      }
      EXPECT_TRUE(Check(history, Isolation::kSerializable).Has(name)) << name << " seed " << seed;
    }
  }
}

TEST(ListAppend, JudgesTwentyThousandTransactionsOfOneTangle) {
  // Lost updates everywhere: the whole history is one strongly connected part.
  History history = SerialHistory(7, 20000);
  for (size_t i = 0; i + 2 < history.size(); i += 2) {
    const int64_t key = 1000000 + static_cast<int64_t>(i);
    history[i].operations.push_back(R(key, {}));
    history[i].operations.push_back(A(key, 1));
    history[i + 1].operations.push_back(R(key, {}));
    history[i + 1].operations.push_back(A(key, 2));
    history[i + 2].operations.push_back(R(key, {1, 2}));
  }
  const absl::Duration begin = Clock::Real()->Now();
  const Verdict clean = Check(SerialHistory(8, 20000), Isolation::kSerializable, Order::kRealtime);
  EXPECT_TRUE(clean.ok()) << clean.Explain();
  const absl::Duration middle = Clock::Real()->Now();
  EXPECT_FALSE(Check(history, Isolation::kSerializable, Order::kRealtime).ok());
  RecordProperty("clean_ms", static_cast<int>(absl::ToInt64Milliseconds(middle - begin)));
  RecordProperty("tangle_ms",
                 static_cast<int>(absl::ToInt64Milliseconds(Clock::Real()->Now() - middle)));
}

}  // namespace
}  // namespace heliosdb::testkit::history
