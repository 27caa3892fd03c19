// Functions that ask the session, its sequences and the server, and those about NULLs and types.
#include <cmath>
#include <optional>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"
#include "core/types/datetime.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

absl::Status NotHere(std::string_view what) {
  return Unsupported("{} is not supported here", what);
}

absl::StatusOr<SystemAccess*> System(EvalContext& context) {
  if (context.system == nullptr) return NotHere("a function that asks the server");
  return context.system;
}
absl::StatusOr<SequenceAccess*> Sequences(EvalContext& context) {
  if (context.sequences == nullptr) return NotHere("a function over sequences");
  return context.sequences;
}
absl::StatusOr<SettingsAccess*> Settings(EvalContext& context) {
  if (context.settings == nullptr) return NotHere("a function over settings");
  return context.settings;
}

absl::StatusOr<std::string_view> Version(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->Version();
}
absl::StatusOr<std::string_view> Database(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->Database();
}
absl::StatusOr<std::optional<std::string_view>> Schema(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->Schema();
}
absl::StatusOr<std::string_view> CurrentUser(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->CurrentUser();
}
absl::StatusOr<std::string_view> SessionUser(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->SessionUser();
}
absl::StatusOr<int32_t> BackendPid(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->BackendPid();
}
absl::StatusOr<int64_t> TransactionId(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->TransactionId();
}
absl::StatusOr<std::optional<int64_t>> TransactionIdIfAssigned(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->TransactionIdIfAssigned();
}
absl::StatusOr<uint64_t> WalEnd(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->WalEnd();
}
absl::StatusOr<bool> IsInRecovery(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->IsInRecovery();
}
absl::StatusOr<int64_t> StartTime(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SystemAccess* const system, System(context));
  return system->StartTime();
}
std::string_view Encoding() { return "UTF8"; }

absl::StatusOr<int64_t> NextValue(EvalContext& context, uint32_t sequence) {
  HELIOS_ASSIGN_OR_RETURN(SequenceAccess* const sequences, Sequences(context));
  return sequences->NextValue(sequence);
}
absl::StatusOr<int64_t> CurrentValue(EvalContext& context, uint32_t sequence) {
  HELIOS_ASSIGN_OR_RETURN(SequenceAccess* const sequences, Sequences(context));
  return sequences->CurrentValue(sequence);
}
absl::StatusOr<int64_t> LastValue(EvalContext& context) {
  HELIOS_ASSIGN_OR_RETURN(SequenceAccess* const sequences, Sequences(context));
  return sequences->LastValue();
}
absl::StatusOr<int64_t> SetValueCalled(EvalContext& context, uint32_t sequence, int64_t value,
                                       bool is_called) {
  HELIOS_ASSIGN_OR_RETURN(SequenceAccess* const sequences, Sequences(context));
  HELIOS_RETURN_IF_ERROR(sequences->SetValue(sequence, value, is_called));
  return value;
}
absl::StatusOr<int64_t> SetValue(EvalContext& context, uint32_t sequence, int64_t value) {
  return SetValueCalled(context, sequence, value, true);
}

absl::StatusOr<std::string> CurrentSetting(EvalContext& context, std::string_view name) {
  HELIOS_ASSIGN_OR_RETURN(SettingsAccess* const settings, Settings(context));
  return settings->Get(name);
}
absl::StatusOr<std::optional<std::string>> CurrentSettingOrNull(EvalContext& context,
                                                                std::string_view name,
                                                                bool missing_ok) {
  absl::StatusOr<std::string> value = CurrentSetting(context, name);
  if (value.ok()) return std::optional<std::string>(*std::move(value));
  if (missing_ok && HasSqlState(value.status(), sqlstate::kUndefinedObject)) return std::nullopt;
  return std::move(value).status();
}

// Not strict: a NULL value resets the setting, a NULL in the last argument means the session.
absl::Status SetConfig(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  HELIOS_ASSIGN_OR_RETURN(SettingsAccess* const settings, Settings(context));
  const Reader<std::string_view> names(*arguments[0]);
  const Reader<std::string_view> values(*arguments[1]);
  const Reader<bool> locals(*arguments[2]);
  for (size_t row = 0; row < rows; ++row) {
    if (arguments[0]->IsNull(row)) {
      return SqlError(sqlstate::kNullValueNotAllowed, "SET requires parameter name");
    }
    const bool local = !arguments[2]->IsNull(row) && locals[row];
    const std::string_view value = arguments[1]->IsNull(row) ? std::string_view() : values[row];
    HELIOS_RETURN_IF_ERROR(settings->Set(
        names[row], value, local ? SettingScope::kTransaction : SettingScope::kSession));
    HELIOS_ASSIGN_OR_RETURN(const std::string set, settings->Get(names[row]));
    result->data<std::string_view>()[row] = result->AddString(set);
  }
  return absl::OkStatus();
}

enum class Counted { kNulls, kNonNulls };
template <Counted counted>
absl::Status CountNulls(EvalContext&, Arguments arguments, size_t rows, Vector* result) {
  for (size_t row = 0; row < rows; ++row) {
    int32_t count = 0;
    for (const Vector* const argument : arguments) {
      count += argument->IsNull(row) == (counted == Counted::kNulls) ? 1 : 0;
    }
    result->data<int32_t>()[row] = count;
  }
  return absl::OkStatus();
}

absl::Status TypeOf(EvalContext&, Arguments arguments, size_t rows, Vector* result) {
  const std::string_view name = types::BaseTypeName(arguments[0]->type().oid);
  for (size_t row = 0; row < rows; ++row) result->data<std::string_view>()[row] = name;
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> SleepFor(EvalContext& context, absl::Duration duration) {
  if (context.interruption == nullptr) return NotHere("pg_sleep()");
  HELIOS_RETURN_IF_ERROR(context.interruption->Sleep(duration));
  return std::string_view();
}
absl::StatusOr<std::string_view> SleepSeconds(EvalContext& context, double seconds) {
  return SleepFor(context, absl::Seconds(std::isnan(seconds) || seconds < 0 ? 0 : seconds));
}
absl::StatusOr<std::string_view> SleepInterval(EvalContext& context, types::Interval interval) {
  // A month counts as 30 days, a day as 24 hours.
  const auto microseconds =
      static_cast<double>(types::IntervalSpan(interval)) / types::kMicrosecondsPerSecond;
  return SleepSeconds(context, microseconds);
}
absl::StatusOr<std::string_view> SleepUntil(EvalContext& context, int64_t timestamptz) {
  if (context.clock == nullptr) return NotHere("pg_sleep_until()");
  const int64_t left = timestamptz - WallMicroseconds(context.clock);
  return SleepFor(context, absl::Microseconds(left < 0 ? 0 : left));
}

// Sizes as pg_size_pretty() prints them: units of 1024, each used up to ten of the next one, halves
// rounded away from zero.
void SizePretty(int64_t size, std::string* out) {
  struct Unit {
    std::string_view name;
    int shift;
    int64_t limit;
  };
  constexpr Unit kUnits[] = {{"bytes", 0, 10 * 1024},   {"kB", 10, 20 * 1024 - 1},
                             {"MB", 20, 20 * 1024 - 1}, {"GB", 30, 20 * 1024 - 1},
                             {"TB", 40, 20 * 1024 - 1}, {"PB", 50, 20 * 1024 - 1}};
  const __int128 magnitude = size < 0 ? -static_cast<__int128>(size) : size;
  for (const Unit& unit : kUnits) {
    // With one more binary digit than the unit shows, to round by.
    const __int128 halves = unit.shift == 0 ? magnitude : magnitude >> (unit.shift - 1);
    if (halves < unit.limit || unit.name == "PB") {
      const auto shown = static_cast<int64_t>(unit.shift == 0 ? halves : (halves + 1) / 2);
      *out = fmt::format("{} {}", size < 0 ? -shown : shown, unit.name);
      return;
    }
  }
}

constexpr FunctionEntry kRows[] = {
    {1619, "pg_typeof", {kAny}, kText, kStable, TypeOf, nullptr, false},
    {89, "version", {}, kText, kStable, Scalar<Version>},
    {861, "current_database", {}, kName, kStable, Scalar<Database>},
    {1402, "current_schema", {}, kName, kStable, Scalar<Schema>},
    {745, "current_user", {}, kName, kStable, Scalar<CurrentUser>},
    {710, "getpgusername", {}, kName, kStable, Scalar<CurrentUser>},
    {746, "session_user", {}, kName, kStable, Scalar<SessionUser>},
    {2026, "pg_backend_pid", {}, kInt4, kStable, Scalar<BackendPid>},
    {2943, "txid_current", {}, kInt8, kStable, Scalar<TransactionId>},
    {3348, "txid_current_if_assigned", {}, kInt8, kStable, Scalar<TransactionIdIfAssigned>},
    {2849, "pg_current_wal_lsn", {}, kPgLsn, kVolatile, Scalar<WalEnd>},
    {2852, "pg_current_wal_insert_lsn", {}, kPgLsn, kVolatile, Scalar<WalEnd>},
    {3330, "pg_current_wal_flush_lsn", {}, kPgLsn, kVolatile, Scalar<WalEnd>},
    {3810, "pg_is_in_recovery", {}, kBool, kVolatile, Scalar<IsInRecovery>},
    {2560, "pg_postmaster_start_time", {}, kTimestamptz, kStable, Scalar<StartTime>},
    {810, "pg_client_encoding", {}, kName, kStable, Scalar<Encoding>},
    {1039, "getdatabaseencoding", {}, kName, kStable, Scalar<Encoding>},
    {1574, "nextval", {kRegclass}, kInt8, kVolatile, Scalar<NextValue>},
    {1575, "currval", {kRegclass}, kInt8, kVolatile, Scalar<CurrentValue>},
    {2559, "lastval", {}, kInt8, kVolatile, Scalar<LastValue>},
    {1576, "setval", {kRegclass, kInt8}, kInt8, kVolatile, Scalar<SetValue>},
    {1765, "setval", {kRegclass, kInt8, kBool}, kInt8, kVolatile, Scalar<SetValueCalled>},
    {2077, "current_setting", {kText}, kText, kStable, Scalar<CurrentSetting>},
    {3294, "current_setting", {kText, kBool}, kText, kStable, Scalar<CurrentSettingOrNull>},
    {2078, "set_config", {kText, kText, kBool}, kText, kVolatile, SetConfig, nullptr, false},
    {438,
     "num_nulls",
     {kAny},
     kInt4,
     kImmutable,
     CountNulls<Counted::kNulls>,
     nullptr,
     false,
     true},
    {440,
     "num_nonnulls",
     {kAny},
     kInt4,
     kImmutable,
     CountNulls<Counted::kNonNulls>,
     nullptr,
     false,
     true},
    {2626, "pg_sleep", {kFloat8}, kVoid, kVolatile, Scalar<SleepSeconds>},
    {3935, "pg_sleep_for", {kInterval}, kVoid, kVolatile, Scalar<SleepInterval>},
    {3936, "pg_sleep_until", {kTimestamptz}, kVoid, kVolatile, Scalar<SleepUntil>},
    {2288, "pg_size_pretty", {kInt8}, kText, kImmutable, Scalar<SizePretty>},
};

}  // namespace

std::span<const FunctionEntry> SystemFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
