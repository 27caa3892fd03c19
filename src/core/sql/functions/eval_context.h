// What a statement lends to the functions it calls: times, the session, and ways to what lies
// outside of an expression.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_EVAL_CONTEXT_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_EVAL_CONTEXT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/types/format_context.h"

namespace heliosdb::sql::functions {

class PatternCache;

// The sequences of a session, by the oid of the sequence. Errors: 55000 for a value not yet drawn,
// 2200H at a sequence's end.
class SequenceAccess {
 public:
  virtual ~SequenceAccess() = default;
  virtual absl::StatusOr<int64_t> NextValue(uint32_t sequence) = 0;
  virtual absl::StatusOr<int64_t> CurrentValue(uint32_t sequence) = 0;
  virtual absl::StatusOr<int64_t> LastValue() = 0;
  // is_called: whether the next value drawn is the one after value.
  virtual absl::Status SetValue(uint32_t sequence, int64_t value, bool is_called) = 0;
};

enum class SettingScope : uint8_t { kSession, kTransaction };

// The session's settings. Errors: 42704 for an unknown name, 22023 for a value it does not take.
class SettingsAccess {
 public:
  virtual ~SettingsAccess() = default;
  virtual absl::StatusOr<std::string> Get(std::string_view name) = 0;
  virtual absl::Status Set(std::string_view name, std::string_view value, SettingScope scope) = 0;
};

// Facts about the session, its transaction and the server. A name lives as long as the statement.
class SystemAccess {
 public:
  virtual ~SystemAccess() = default;
  virtual std::string_view Version() = 0;
  virtual std::string_view Database() = 0;
  // The first schema of the search path that exists; nullopt for none.
  virtual std::optional<std::string_view> Schema() = 0;
  virtual std::string_view CurrentUser() = 0;
  virtual std::string_view SessionUser() = 0;
  virtual int32_t BackendPid() = 0;
  // Gives the transaction its id when it has none yet.
  virtual absl::StatusOr<int64_t> TransactionId() = 0;
  virtual std::optional<int64_t> TransactionIdIfAssigned() = 0;
  // The log's current end; 55000 on a node that does not write one.
  virtual absl::StatusOr<uint64_t> WalEnd() = 0;
  virtual bool IsInRecovery() = 0;
  // Microseconds since 2000-01-01 UTC.
  virtual int64_t StartTime() = 0;
};

// How a long computation learns that it has to stop, and how it waits.
class Interruption {
 public:
  virtual ~Interruption() = default;
  // OK, or why to stop (57014, 57P01). Cheap: ask every few hundred rows.
  virtual absl::Status Check() = 0;
  // Returns after that time, or earlier with the error that Check would give.
  virtual absl::Status Sleep(absl::Duration duration) = 0;
};

// random()'s generator: PostgreSQL's xoroshiro128**, so that setseed() gives PostgreSQL's numbers.
// One a session; not thread-safe.
class SessionRandom {
 public:
  explicit SessionRandom(uint64_t seed);
  // setseed(): seed is within [-1, 1].
  void SeedFraction(double seed);
  // Uniform in [0, 1).
  double Next();

 private:
  void Seed(uint64_t seed);

  uint64_t state_[2];
};

// Used by one thread at a time. Pointers are not owned, outlive the statement, and may be null
// where no function that needs them is called (such a call then fails with 0A000).
struct EvalContext {
  EvalContext();
  ~EvalContext();
  EvalContext(EvalContext&&) noexcept;
  EvalContext& operator=(EvalContext&&) noexcept;

  // The session's time zone, and the transaction's start: now().
  types::FormatContext format;
  // Microseconds since 2000-01-01 UTC.
  int64_t statement_start = 0;
  Clock* clock = nullptr;
  SessionRandom* random = nullptr;
  SequenceAccess* sequences = nullptr;
  SettingsAccess* settings = nullptr;
  SystemAccess* system = nullptr;
  Interruption* interruption = nullptr;
  // Compiled patterns of LIKE and regular expressions, kept from chunk to chunk; made on first use.
  std::unique_ptr<PatternCache> patterns;
};

// The wall clock in microseconds since 2000-01-01 UTC.
int64_t WallMicroseconds(Clock* clock);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_EVAL_CONTEXT_H_
