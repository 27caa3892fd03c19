// PostgreSQL's isolation specs, parsed: sessions with named steps, and permutations of the steps.
// The format is that of PostgreSQL's src/test/isolation/README.
#ifndef HELIOSDB_TESTS_KIT_ISOLATION_SPEC_FILE_H_
#define HELIOSDB_TESTS_KIT_ISOLATION_SPEC_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::testkit::isolation {

struct Step {
  std::string name;
  std::string sql;
  size_t session = 0;  // Index into Spec::sessions.
};

struct Session {
  std::string name;
  std::vector<std::string> setup;  // At most one text.
  std::vector<Step> steps;
  std::vector<std::string> teardown;  // At most one text.
};

// A condition under which a step is not yet reported as completed.
struct Blocker {
  enum class Kind {
    kOnce,       // (*): until it has been reported as waiting once.
    kOtherStep,  // (step): while that step is active.
    kNotices,    // (step notices n): until that step's session has received n notices since the
                 // launch.
  };
  Kind kind = Kind::kOnce;
  const Step* step = nullptr;
  int notices = 0;
};

struct PermutationStep {
  const Step* step = nullptr;
  std::vector<Blocker> blockers;
};
using Permutation = std::vector<PermutationStep>;

// Steps are pointed into: a spec can be moved, not copied.
struct Spec {
  Spec() = default;
  Spec(Spec&&) = default;
  Spec& operator=(Spec&&) = default;
  Spec(const Spec&) = delete;
  Spec& operator=(const Spec&) = delete;

  std::vector<std::string> setup;
  std::vector<std::string> teardown;  // At most one text.
  std::vector<Session> sessions;
  std::vector<Permutation>
      permutations;  // Those of the file; when it has none, every interleaving.
};

// INVALID_ARGUMENT with the line for what is no spec.
absl::StatusOr<Spec> ParseSpec(std::string_view text);

}  // namespace heliosdb::testkit::isolation

#endif  // HELIOSDB_TESTS_KIT_ISOLATION_SPEC_FILE_H_
