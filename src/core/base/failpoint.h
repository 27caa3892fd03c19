// Named places in the code at which a test makes something go wrong: an error, a callback, or the
// death of the process. A FailpointSet belongs to one instance (it travels with a FileSystem or
// with options); where there is none, passing a failpoint costs one comparison with null.
#ifndef HELIOSDB_CORE_BASE_FAILPOINT_H_
#define HELIOSDB_CORE_BASE_FAILPOINT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"

#include "core/base/mutex.h"

namespace heliosdb {

// Thread-safe.
class FailpointSet {
 public:
  // At which passes an action takes place: the first `skip` passes go through, then `count` passes
  // act.
  struct When {
    uint64_t skip = 0;
    uint64_t count = UINT64_MAX;
  };

  // What a pass does. Each replaces what was set for the name before.
  void FailAt(std::string_view name, absl::Status error, When when);
  // Runs without the set's lock held; its status is what the place returns.
  void CallAt(std::string_view name, std::function<absl::Status()> callback, When when);
  // Ends this process at once, as kill -9 does.
  void KillAt(std::string_view name, When when);
  void Clear(std::string_view name);

  // How often the place was passed since the set was made, whether or not an action is set.
  uint64_t Hits(std::string_view name) const;
  // Every place that was passed, in alphabetical order.
  std::vector<std::string> NamesHit() const;

  // Passes the place. OK unless an action fails it.
  absl::Status Pass(std::string_view name);

 private:
  struct Point {
    uint64_t hits = 0;
    uint64_t passes_since_set = 0;
    When when{0, 0};
    std::function<absl::Status()> action;  // Empty when no action is set.
  };

  mutable Mutex mu_;
  std::map<std::string, Point, std::less<>> points_ ABSL_GUARDED_BY(mu_);
};

inline absl::Status PassFailpoint(FailpointSet* failpoints, std::string_view name) {
  if (failpoints == nullptr) [[likely]]
    return absl::OkStatus();
  return failpoints->Pass(name);
}

}  // namespace heliosdb

// HELIOS_FAILPOINT(set, "wal.after_write"): returns the failpoint's error from the enclosing
// function. set may be null.
#define HELIOS_FAILPOINT(set, name) HELIOS_RETURN_IF_ERROR(::heliosdb::PassFailpoint((set), (name)))

#endif  // HELIOSDB_CORE_BASE_FAILPOINT_H_
