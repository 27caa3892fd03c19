#include "tests/kit/history/linearizability.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "fmt/format.h"

namespace heliosdb::testkit::history {
namespace {

using Kind = RegisterOperation::Kind;

enum class Answer { kYes, kNo, kUnknown };

bool IsOptional(const RegisterOperation& operation) { return operation.ending == Ending::kUnknown; }

std::string Text(const RegisterValue& value) {
  return value.has_value() ? std::to_string(*value) : "nothing";
}

std::string Text(const RegisterOperation& operation) {
  std::string text;
  switch (operation.kind) {
    case Kind::kRead:
      text = fmt::format("read {}", Text(operation.value));
      break;
    case Kind::kWrite:
      text = fmt::format("write {}", Text(operation.value));
      break;
    case Kind::kCompareAndSet:
      text = fmt::format("cas {} to {}{}", Text(operation.expected), Text(operation.value),
                         operation.swapped ? "" : " (refused)");
      break;
  }
  return fmt::format("process {} {} [{}, {}]", operation.process, text,
                     absl::FormatDuration(operation.invoked),
                     IsOptional(operation) ? "?" : absl::FormatDuration(operation.completed));
}

// Whether the operation fits a register that holds *state, which it then changes.
bool Apply(const RegisterOperation& operation, RegisterValue* state) {
  switch (operation.kind) {
    case Kind::kRead:
      return operation.value == *state;
    case Kind::kWrite:
      *state = operation.value;
      return true;
    case Kind::kCompareAndSet:
      break;
  }
  if (!operation.swapped) return operation.expected != *state;
  // Of unknown ending: it may have found another value, which leaves the state as it is.
  if (operation.expected != *state) return IsOptional(operation);
  *state = operation.value;
  return true;
}

// The search for one key. Events are call and return, in time order, in a doubly linked list.
class Search {
 public:
  Search(std::vector<const RegisterOperation*> operations, const LinearizabilityOptions& options,
         absl::Duration deadline)
      : operations_(std::move(operations)),
        options_(options),
        deadline_(deadline),
        linearized_((operations_.size() + 63) / 64, 0) {
    LinkEvents();
  }

  Answer Run() {
    RegisterValue state;
    size_t at = events_[kHead].next;
    while (true) {
      if (required_left_ == 0) return Answer::kYes;
      if (at == kHead || !events_[at].is_call) {
        // Every candidate for the earliest open operation has failed: take the last step back.
        if (stack_.empty()) return Answer::kNo;
        at = StepBack(&state);
        continue;
      }
      RegisterValue next_state = state;
      const size_t operation = events_[at].operation;
      if (Apply(*operations_[operation], &next_state) && Remember(operation, next_state)) {
        stack_.push_back({at, state});
        Lift(at);
        state = next_state;
        if (stack_.size() > longest_.size()) RecordLongest();
        at = events_[kHead].next;
      } else {
        at = events_[at].next;
      }
      if (options_.clock != nullptr && ++steps_ % 1024 == 0 && options_.clock->Now() > deadline_) {
        return Answer::kUnknown;
      }
    }
  }

  std::string LongestPrefix() const {
    std::string text;
    for (const size_t operation : longest_) text += "\n  " + Text(*operations_[operation]);
    return text;
  }
  // The operations that the longest prefix leaves out, earliest first.
  std::string Rest() const {
    constexpr int kShown = 8;
    std::string text;
    int shown = 0;
    for (size_t i = 0; i < operations_.size() && shown < kShown; ++i) {
      if (std::find(longest_.begin(), longest_.end(), i) != longest_.end()) continue;
      text += "\n  " + Text(*operations_[i]);
      ++shown;
    }
    return text;
  }

 private:
  static constexpr size_t kHead = 0;
  struct Event {
    size_t operation = 0;
    bool is_call = true;
    size_t partner =
        0;  // Of a call: its return. 0 for operations of unknown ending, which never return.
    size_t previous = 0;
    size_t next = 0;
  };
  struct Step {
    size_t call;
    RegisterValue state_before;
  };

  void LinkEvents() {
    struct Moment {
      absl::Duration at;
      bool is_return;  // Calls first at the same moment: they overlap.
      size_t operation;
    };
    std::vector<Moment> moments;
    for (size_t i = 0; i < operations_.size(); ++i) {
      moments.push_back({operations_[i]->invoked, false, i});
      if (IsOptional(*operations_[i])) continue;
      moments.push_back({operations_[i]->completed, true, i});
      ++required_left_;
    }
    std::stable_sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
      return std::pair(a.at, a.is_return) < std::pair(b.at, b.is_return);
    });
    std::vector<size_t> calls(operations_.size());
    events_.resize(moments.size() + 1);
    for (size_t i = 0; i < moments.size(); ++i) {
      const size_t at = i + 1;
      events_[at] = {moments[i].operation, !moments[i].is_return, 0, at - 1,
                     (at + 1) % events_.size()};
      if (moments[i].is_return) {
        events_[calls[moments[i].operation]].partner = at;
      } else {
        calls[moments[i].operation] = at;
      }
    }
    events_[kHead] = {0, false, 0, events_.size() - 1, events_.size() > 1 ? size_t{1} : size_t{0}};
  }

  void Unlink(size_t at) {
    events_[events_[at].previous].next = events_[at].next;
    events_[events_[at].next].previous = events_[at].previous;
  }
  void Relink(size_t at) {
    events_[events_[at].previous].next = at;
    events_[events_[at].next].previous = at;
  }
  void Lift(size_t call) {
    linearized_[events_[call].operation / 64] |= uint64_t{1} << (events_[call].operation % 64);
    required_left_ -= events_[call].partner != 0;
    Unlink(call);
    if (events_[call].partner != 0) Unlink(events_[call].partner);
  }
  size_t StepBack(RegisterValue* state) {
    const Step step = stack_.back();
    stack_.pop_back();
    if (events_[step.call].partner != 0) Relink(events_[step.call].partner);
    Relink(step.call);
    linearized_[events_[step.call].operation / 64] &=
        ~(uint64_t{1} << (events_[step.call].operation % 64));
    required_left_ += events_[step.call].partner != 0;
    *state = step.state_before;
    return events_[step.call].next;
  }
  // False when this set of operations has led to this state before.
  bool Remember(size_t operation, const RegisterValue& state) {
    std::vector<uint64_t> set = linearized_;
    set[operation / 64] |= uint64_t{1} << (operation % 64);
    return seen_.emplace(std::move(set), state).second;
  }
  void RecordLongest() {
    longest_.clear();
    for (const Step& step : stack_) longest_.push_back(events_[step.call].operation);
  }

  const std::vector<const RegisterOperation*> operations_;
  const LinearizabilityOptions options_;
  const absl::Duration deadline_;
  std::vector<Event> events_;
  std::vector<Step> stack_;
  std::vector<uint64_t> linearized_;  // A bit an operation.
  absl::flat_hash_set<std::pair<std::vector<uint64_t>, RegisterValue>> seen_;
  std::vector<size_t> longest_;
  size_t required_left_ = 0;  // Operations that ended and are not linearized.
  uint64_t steps_ = 0;
};

}  // namespace

Verdict CheckLinearizable(const std::vector<RegisterOperation>& history,
                          const LinearizabilityOptions& options) {
  std::map<int64_t, std::vector<const RegisterOperation*>> by_key;
  for (const RegisterOperation& operation : history) {
    const bool unknown_read = operation.kind == Kind::kRead && operation.ending == Ending::kUnknown;
    if (operation.ending != Ending::kAborted && !unknown_read)
      by_key[operation.key].push_back(&operation);
  }
  const absl::Duration deadline =
      options.clock == nullptr ? absl::InfiniteDuration() : options.clock->Now() + options.time_max;
  Verdict verdict;
  for (auto& [key, operations] : by_key) {
    std::stable_sort(operations.begin(), operations.end(),
                     [](const auto* a, const auto* b) { return a->invoked < b->invoked; });
    Search search(operations, options, deadline);
    switch (search.Run()) {
      case Answer::kYes:
        break;
      case Answer::kUnknown:
        verdict.allowed.push_back(
            {"unknown", fmt::format("key {}: the search ran out of time", key)});
        break;
      case Answer::kNo:
        verdict.anomalies.push_back(
            {"not-linearizable",
             fmt::format("key {}: this much can be put in an order:{}\n but not with:{}", key,
                         search.LongestPrefix(), search.Rest())});
    }
  }
  return verdict;
}

}  // namespace heliosdb::testkit::history
