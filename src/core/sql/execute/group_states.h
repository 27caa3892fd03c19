// The states of an aggregation's groups.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_GROUP_STATES_H_
#define HELIOSDB_CORE_SQL_EXECUTE_GROUP_STATES_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/base/arena.h"
#include "core/sql/execute/aggregate_call.h"

namespace heliosdb::sql::execute {

inline constexpr size_t kStateAlignment = 16;

// Memory of the groups' states: one block a group, from an arena.
class GroupStates {
 public:
  GroupStates(size_t bytes, const std::vector<std::unique_ptr<AggregateCall>>* calls)
      : bytes_(bytes), calls_(calls) {}
  ~GroupStates() { Clear(); }
  GroupStates(const GroupStates&) = delete;
  GroupStates& operator=(const GroupStates&) = delete;

  // Makes states for all groups below count.
  void GrowTo(size_t count) {
    while (groups_.size() < count) {
      char* const group = memory_.Allocate(std::max<size_t>(bytes_, 1), kStateAlignment);
      for (const auto& call : *calls_) call->InitState(group);
      groups_.push_back(group);
    }
  }
  void Clear() {
    for (char* const group : groups_) {
      for (const auto& call : *calls_) call->DestroyState(group);
    }
    groups_.clear();
    memory_.Reset();
  }
  char* group(size_t number) const { return groups_[number]; }
  std::span<char* const> all() const { return groups_; }
  size_t size() const { return groups_.size(); }
  // Without what states hold outside of their block.
  size_t bytes() const { return memory_.bytes_held() + groups_.size() * sizeof(char*); }
  // What they hold there: as long to tell as there are groups.
  size_t HeapBytes() const {
    size_t bytes = 0;
    for (const auto& call : *calls_) {
      if (!call->HasHeap()) continue;
      for (const char* const group : groups_) bytes += call->HeapBytes(group);
    }
    return bytes;
  }

 private:
  const size_t bytes_;
  const std::vector<std::unique_ptr<AggregateCall>>* const calls_;
  Arena memory_;
  std::vector<char*> groups_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_GROUP_STATES_H_
