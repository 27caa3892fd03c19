#include "tests/kit/history/list_append.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "fmt/format.h"

#include "tests/kit/history/dependency_graph.h"

namespace heliosdb::testkit::history {
namespace {

using List = std::vector<int64_t>;
using Kind = ListOperation::Kind;

struct Writer {
  uint32_t transaction = 0;
  bool is_final = true;  // Its transaction's last append to the key.
};

struct KeyState {
  absl::flat_hash_map<int64_t, Writer> writers;  // By value.
  List order;                                    // The longest committed read.
  uint32_t order_reader = 0;                     // Who read it.
  absl::Duration last_read_invoked = -absl::InfiniteDuration();
  std::vector<std::pair<uint32_t, const List*>> reads;  // By whom, in history order, committed.
};

std::string Text(const List& list) { return fmt::format("[{}]", fmt::join(list, " ")); }

bool IsPrefix(const List& prefix, const List& list) {
  return prefix.size() <= list.size() && std::equal(prefix.begin(), prefix.end(), list.begin());
}

class Checker {
 public:
  Checker(const std::vector<ListTransaction>& history, Isolation isolation, Order order)
      : history_(history), isolation_(isolation), order_(order), graph_(history.size()) {}

  Verdict Check() {
    CollectWriters();
    DecideCommitted();
    CollectReads();
    for (uint32_t t = 0; t < history_.size(); ++t) {
      if (committed_[t]) CheckInternal(t);
    }
    for (auto& [key, state] : keys_) CheckKey(key, state);
    AddDependencies();
    if (order_ == Order::kProcess) AddProcessOrder();
    if (order_ == Order::kRealtime) AddRealtimeOrder();
    for (const Cycle& cycle : graph_.FindCycles()) Report(cycle);
    return std::move(verdict_);
  }

 private:
  void Forbid(std::string_view name, std::string explanation) {
    // One example of each is enough to read; a broken database has thousands.
    constexpr int kExamplesMax = 5;
    if (++examples_[name] <= kExamplesMax) {
      verdict_.anomalies.push_back({std::string(name), std::move(explanation)});
    }
  }
  std::string Of(uint32_t t) const { return Describe(history_[t], t); }

  void CollectWriters() {
    for (uint32_t t = 0; t < history_.size(); ++t) {
      absl::flat_hash_map<int64_t, int64_t> last;  // Key to the value appended before.
      for (const ListOperation& operation : history_[t].operations) {
        if (operation.kind != Kind::kAppend) continue;
        KeyState& state = keys_[operation.key];
        const auto [writer, is_new] = state.writers.try_emplace(operation.value, Writer{t, true});
        if (!is_new) {
          Forbid("duplicate",
                 fmt::format("value {} was appended to key {} by two:\n  {}\n  {}", operation.value,
                             operation.key, Of(writer->second.transaction), Of(t)));
          continue;
        }
        const auto [before, is_first] = last.try_emplace(operation.key, operation.value);
        if (!is_first) {
          state.writers[before->second].is_final = false;
          before->second = operation.value;
        }
      }
    }
  }

  // A transaction of unknown ending took effect if somebody else saw one of its values.
  void DecideCommitted() {
    committed_.resize(history_.size());
    for (uint32_t t = 0; t < history_.size(); ++t)
      committed_[t] = history_[t].ending == Ending::kCommitted;
    bool changed = true;
    while (changed) {  // What it read shows others; ends, since each round adds one at least.
      changed = false;
      for (uint32_t t = 0; t < history_.size(); ++t) {
        if (committed_[t] && !looked_at_.contains(t)) changed |= MarkSeen(t);
      }
    }
  }

  bool MarkSeen(uint32_t t) {
    looked_at_.insert(t);
    bool changed = false;
    for (const ListOperation& operation : history_[t].operations) {
      if (operation.kind != Kind::kRead || !operation.list.has_value()) continue;
      const KeyState& state = keys_[operation.key];
      for (const int64_t value : *operation.list) {
        const auto writer = state.writers.find(value);
        if (writer == state.writers.end()) continue;
        const uint32_t w = writer->second.transaction;
        if (history_[w].ending == Ending::kUnknown && !committed_[w]) {
          committed_[w] = true;
          changed = true;
        }
      }
    }
    return changed;
  }

  void CollectReads() {
    for (uint32_t t = 0; t < history_.size(); ++t) {
      if (!committed_[t]) continue;
      for (const ListOperation& operation : history_[t].operations) {
        if (operation.kind != Kind::kRead || !operation.list.has_value()) continue;
        KeyState& state = keys_[operation.key];
        state.reads.emplace_back(t, &*operation.list);
        state.last_read_invoked = std::max(state.last_read_invoked, history_[t].invoked);
        if (operation.list->size() > state.order.size()) {
          state.order = *operation.list;
          state.order_reader = t;
        }
      }
    }
  }

  // What the transaction must have read after what it did before, key by key.
  void CheckInternal(uint32_t t) {
    struct Known {
      bool is_exact = false;  // The whole list is known, else only its end.
      bool has_appended = false;
      List list;
    };
    absl::flat_hash_map<int64_t, Known> known;
    for (const ListOperation& operation : history_[t].operations) {
      Known& expected = known[operation.key];
      if (operation.kind == Kind::kAppend) {
        // At read committed, others may commit between a read and the append that locks the list.
        if (isolation_ == Isolation::kReadCommitted && !expected.has_appended) expected = Known();
        expected.has_appended = true;
        expected.list.push_back(operation.value);
        continue;
      }
      if (!operation.list.has_value()) continue;
      const List& actual = *operation.list;
      const bool ends_right =
          actual.size() >= expected.list.size() &&
          std::equal(expected.list.rbegin(), expected.list.rend(), actual.rbegin());
      const bool may_change = isolation_ == Isolation::kReadCommitted && !expected.has_appended;
      if (!may_change && (expected.is_exact ? actual != expected.list : !ends_right)) {
        Forbid("internal",
               fmt::format("read {} of key {}, but its own operations make it {}{}\n  {}",
                           Text(actual), operation.key, expected.is_exact ? "" : "... ",
                           Text(expected.list), Of(t)));
      }
      expected.is_exact = true;
      expected.list = actual;
    }
  }

  void CheckKey(int64_t key, const KeyState& state) {
    for (const auto& [reader, list] : state.reads) CheckRead(key, state, reader, *list);
    const absl::flat_hash_set<int64_t> present(state.order.begin(), state.order.end());
    for (const auto& [value, writer] : state.writers) {
      const ListTransaction& transaction = history_[writer.transaction];
      if (transaction.ending == Ending::kCommitted && !present.contains(value) &&
          transaction.completed < state.last_read_invoked) {
        Forbid("lost-write",
               fmt::format(
                   "{} was appended to key {}, but no read shows it, the longest being {}\n  {}",
                   value, key, Text(state.order), Of(writer.transaction)));
      }
    }
  }

  void CheckRead(int64_t key, const KeyState& state, uint32_t reader, const List& list) {
    if (!IsPrefix(list, state.order)) {
      Forbid("incompatible-order",
             fmt::format("key {} was read as {} and as {}\n  {}\n  {}", key, Text(list),
                         Text(state.order), Of(reader), Of(state.order_reader)));
    }
    absl::flat_hash_set<int64_t> seen;
    for (const int64_t value : list) {
      if (!seen.insert(value).second) {
        Forbid("duplicate", fmt::format("{} stands twice in key {}: {}\n  {}", value, key,
                                        Text(list), Of(reader)));
      }
      const auto writer = state.writers.find(value);
      if (writer == state.writers.end()) {
        Forbid("unknown-value",
               fmt::format("{} in key {} was never appended\n  {}", value, key, Of(reader)));
      } else if (history_[writer->second.transaction].ending == Ending::kAborted) {
        Forbid("G1a", fmt::format("read {} in key {}, whose transaction aborted\n  {}\n  {}", value,
                                  key, Of(reader), Of(writer->second.transaction)));
      }
    }
    if (list.empty()) return;
    const auto last = state.writers.find(list.back());
    if (last != state.writers.end() && !last->second.is_final &&
        last->second.transaction != reader) {
      Forbid("G1b",
             fmt::format(
                 "read {} at the end of key {}, to which its transaction appended more\n  {}\n  {}",
                 list.back(), key, Of(reader), Of(last->second.transaction)));
    }
  }

  // The committed writer of a version; nullopt for values that no committed transaction wrote.
  std::optional<uint32_t> CommittedWriter(const KeyState& state, int64_t value) const {
    const auto writer = state.writers.find(value);
    if (writer == state.writers.end() || !committed_[writer->second.transaction])
      return std::nullopt;
    return writer->second.transaction;
  }

  void AddDependencies() {
    for (const auto& [key, state] : keys_) {
      for (size_t i = 0; i + 1 < state.order.size(); ++i) {
        const auto from = CommittedWriter(state, state.order[i]);
        const auto to = CommittedWriter(state, state.order[i + 1]);
        if (from.has_value() && to.has_value()) {
          graph_.Add({.from = *from,
                      .to = *to,
                      .kind = kWriteWrite,
                      .key = key,
                      .value = state.order[i + 1]});
        }
      }
      for (const auto& [reader, list] : state.reads) AddReadDependencies(key, state, reader, *list);
    }
  }

  void AddReadDependencies(int64_t key, const KeyState& state, uint32_t reader, const List& list) {
    if (!IsPrefix(list, state.order)) return;
    if (!list.empty()) {
      const auto writer = CommittedWriter(state, list.back());
      // A list that ends in the reader's own append tells nothing that the order of writes does
      // not.
      if (writer == reader) return;
      if (writer.has_value()) {
        graph_.Add(
            {.from = *writer, .to = reader, .kind = kWriteRead, .key = key, .value = list.back()});
      }
    }
    if (list.size() == state.order.size()) return;
    // The reader's own append may come next; then the dependency is on the one before it, which ww
    // edges carry.
    const int64_t next = state.order[list.size()];
    if (const auto writer = CommittedWriter(state, next); writer.has_value()) {
      graph_.Add({.from = reader, .to = *writer, .kind = kReadWrite, .key = key, .value = next});
    }
  }

  std::vector<uint32_t> CommittedByInvocation() const {
    std::vector<uint32_t> sorted;
    for (uint32_t t = 0; t < history_.size(); ++t) {
      if (committed_[t]) sorted.push_back(t);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [this](uint32_t a, uint32_t b) {
      return history_[a].invoked < history_[b].invoked;
    });
    return sorted;
  }

  void AddProcessOrder() {
    absl::flat_hash_map<int, uint32_t> last;
    for (const uint32_t t : CommittedByInvocation()) {
      const auto [before, is_first] = last.try_emplace(history_[t].process, t);
      if (!is_first)
        graph_.Add({.from = std::exchange(before->second, t), .to = t, .kind = kOrdered});
    }
  }

  // Edges only from the frontier: those that ended before, and before whose end no later one began
  // and ended.
  void AddRealtimeOrder() {
    const std::vector<uint32_t> by_invocation = CommittedByInvocation();
    std::vector<uint32_t> by_completion;
    for (const uint32_t t : by_invocation) {
      if (history_[t].ending == Ending::kCommitted) by_completion.push_back(t);
    }
    std::stable_sort(by_completion.begin(), by_completion.end(), [this](uint32_t a, uint32_t b) {
      return history_[a].completed < history_[b].completed;
    });
    std::vector<uint32_t> frontier;
    size_t next = 0;
    for (const uint32_t t : by_invocation) {
      for (; next < by_completion.size() &&
             history_[by_completion[next]].completed < history_[t].invoked;
           ++next) {
        const uint32_t ended = by_completion[next];
        std::erase_if(frontier, [&](uint32_t older) {
          return history_[older].completed < history_[ended].invoked;
        });
        frontier.push_back(ended);
      }
      for (const uint32_t before : frontier)
        graph_.Add({.from = before, .to = t, .kind = kOrdered});
    }
  }

  bool IsForbidden(std::string_view name) const {
    if (name == "G0" || name == "G1c") return true;
    if (name == "G2-item") return isolation_ == Isolation::kSerializable;
    return isolation_ != Isolation::kReadCommitted;
  }

  static std::string ExplainEdge(const Edge& edge, Order order) {
    switch (edge.kind) {
      case kWriteWrite:
        return fmt::format("T{} -ww-> T{}: T{} appended {} to key {} next after T{}", edge.from,
                           edge.to, edge.to, edge.value, edge.key, edge.from);
      case kWriteRead:
        return fmt::format("T{} -wr-> T{}: T{} read {} in key {}, which T{} appended", edge.from,
                           edge.to, edge.to, edge.value, edge.key, edge.from);
      case kReadWrite:
        return fmt::format("T{} -rw-> T{}: T{} read key {} just before T{} appended {}", edge.from,
                           edge.to, edge.from, edge.key, edge.to, edge.value);
      case kOrdered:
        break;
    }
    return fmt::format("T{} -{}-> T{}: T{} ended before T{} began", edge.from,
                       order == Order::kProcess ? "process" : "realtime", edge.to, edge.from,
                       edge.to);
  }

  void Report(const Cycle& cycle) {
    std::string text = fmt::format("a cycle of {} transactions", cycle.edges.size());
    for (const Edge& edge : cycle.edges) text += "\n  " + ExplainEdge(edge, order_);
    std::set<uint32_t> described;
    for (const Edge& edge : cycle.edges) {
      if (described.insert(edge.from).second) text += "\n  " + Of(edge.from);
    }
    const std::string_view suffix = !cycle.is_ordered           ? ""
                                    : order_ == Order::kProcess ? "-process"
                                                                : "-realtime";
    auto& list = IsForbidden(cycle.name) ? verdict_.anomalies : verdict_.allowed;
    list.push_back({fmt::format("{}{}", cycle.name, suffix), std::move(text)});
  }

  const std::vector<ListTransaction>& history_;
  const Isolation isolation_;
  const Order order_;
  absl::flat_hash_map<int64_t, KeyState> keys_;
  std::vector<bool> committed_;  // Or unknown, but seen by others.
  absl::flat_hash_set<uint32_t> looked_at_;
  DependencyGraph graph_;
  absl::flat_hash_map<std::string_view, int> examples_;
  Verdict verdict_;
};

}  // namespace

Verdict CheckListAppend(const std::vector<ListTransaction>& history, Isolation isolation,
                        Order order) {
  return Checker(history, isolation, order).Check();
}

std::string Describe(const ListTransaction& transaction, size_t index) {
  const std::string_view ending = transaction.ending == Ending::kCommitted ? "committed"
                                  : transaction.ending == Ending::kAborted ? "aborted"
                                                                           : "unknown";
  std::vector<std::string> operations;
  for (const ListOperation& operation : transaction.operations) {
    operations.push_back(
        operation.kind == Kind::kAppend
            ? fmt::format("append {} {}", operation.key, operation.value)
            : fmt::format("read {} {}", operation.key,
                          operation.list.has_value() ? Text(*operation.list) : "?"));
  }
  return fmt::format("T{} (process {}, {}): {}", index, transaction.process, ending,
                     fmt::join(operations, ", "));
}

}  // namespace heliosdb::testkit::history
