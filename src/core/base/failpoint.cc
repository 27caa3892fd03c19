#include "core/base/failpoint.h"

#include <csignal>
#include <utility>

namespace heliosdb {

void FailpointSet::FailAt(std::string_view name, absl::Status error, When when) {
  CallAt(
      name, [error = std::move(error)] { return error; }, when);
}

void FailpointSet::CallAt(std::string_view name, std::function<absl::Status()> callback,
                          When when) {
  MutexLock lock(&mu_);
  Point& point = points_[std::string(name)];
  point.passes_since_set = 0;
  point.when = when;
  point.action = std::move(callback);
}

void FailpointSet::KillAt(std::string_view name, When when) {
  CallAt(
      name,
      [] {
        // SIGKILL cannot be caught: no destructor, no flush, as when the machine's owner does it.
        std::raise(SIGKILL);
        return absl::OkStatus();
      },
      when);
}

void FailpointSet::Clear(std::string_view name) {
  MutexLock lock(&mu_);
  if (auto it = points_.find(name); it != points_.end()) it->second.action = nullptr;
}

uint64_t FailpointSet::Hits(std::string_view name) const {
  MutexLock lock(&mu_);
  const auto it = points_.find(name);
  return it == points_.end() ? 0 : it->second.hits;
}

std::vector<std::string> FailpointSet::NamesHit() const {
  MutexLock lock(&mu_);
  std::vector<std::string> names;
  for (const auto& [name, point] : points_) {
    if (point.hits > 0) names.push_back(name);
  }
  return names;
}

absl::Status FailpointSet::Pass(std::string_view name) {
  std::function<absl::Status()> action;
  {
    MutexLock lock(&mu_);
    auto it = points_.find(name);
    if (it == points_.end()) it = points_.emplace(std::string(name), Point{}).first;
    Point& point = it->second;
    ++point.hits;
    const uint64_t pass = point.passes_since_set++;
    if (point.action && pass >= point.when.skip && pass - point.when.skip < point.when.count) {
      action = point.action;
    }
  }
  return action ? action() : absl::OkStatus();
}

}  // namespace heliosdb
