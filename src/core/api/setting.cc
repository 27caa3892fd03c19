#include "core/api/setting.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

#include "core/base/status.h"

namespace heliosdb::api {
namespace {

std::string Lower(std::string_view text) {
  return absl::AsciiStrToLower({text.data(), text.size()});
}

absl::Status InvalidValue(std::string_view name, std::string_view value) {
  return SqlError(sqlstate::kInvalidParameterValue, "invalid value for parameter \"{}\": \"{}\"",
                  name, value);
}

// PostgreSQL's booleans: on, off, true, false, yes, no, 1, 0, and their unique beginnings.
std::optional<bool> ParseBool(std::string_view text) {
  const std::string lower = Lower(text);
  const auto begins = [&lower](std::string_view word, size_t least) {
    return lower.size() >= least && word.substr(0, lower.size()) == lower;
  };
  if (begins("true", 1) || begins("yes", 1) || begins("on", 2) || lower == "1") return true;
  if (begins("false", 1) || begins("no", 1) || begins("off", 2) || lower == "0") return false;
  return std::nullopt;
}

// A number with one of the units; a bare number is in the setting's own unit.
struct Unit {
  std::string_view name;
  double factor;
};
constexpr Unit kTimeUnits[] = {{"us", 0.001},   {"ms", 1},        {"s", 1000},
                               {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit kMemoryUnits[] = {{"B", 1.0 / 1024},
                                 {"kB", 1},
                                 {"MB", 1024},
                                 {"GB", 1024 * 1024.0},
                                 {"TB", 1024.0 * 1024 * 1024}};

std::optional<int64_t> ParseWithUnit(std::string_view text, std::span<const Unit> units) {
  const std::string trimmed(absl::StripAsciiWhitespace({text.data(), text.size()}));
  double number = 0;
  const auto [end, error] =
      std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string unit(absl::StripAsciiWhitespace(trimmed.substr(end - trimmed.data())));
  double factor = 1;
  if (!unit.empty()) {
    const auto found =
        std::find_if(units.begin(), units.end(), [&unit](const Unit& u) { return u.name == unit; });
    if (found == units.end()) return std::nullopt;
    factor = found->factor;
  }
  const double value = number * factor;
  if (value < 0 || value > 2147483647) return std::nullopt;
  return std::llround(value);
}

// As SHOW prints it: in the largest unit that divides it.
std::string ShowWithUnit(int64_t value, std::span<const Unit> units) {
  if (value == 0) return "0";
  for (size_t i = units.size(); i-- > 0;) {
    const int64_t factor = static_cast<int64_t>(units[i].factor);
    if (units[i].factor >= 1 && value % factor == 0)
      return fmt::format("{}{}", value / factor, units[i].name);
  }
  return fmt::format("{}", value);
}

std::optional<txn::Isolation> ParseIsolation(std::string_view text) {
  const std::string lower = Lower(text);
  if (lower == "read committed" || lower == "read uncommitted")
    return txn::Isolation::kReadCommitted;
  if (lower == "repeatable read") return txn::Isolation::kRepeatableRead;
  if (lower == "serializable") return txn::Isolation::kSerializable;
  return std::nullopt;
}

// PostgreSQL's words, then ours (Durability's names).
std::optional<txn::Durability> ParseDurability(std::string_view text) {
  const std::string lower = Lower(text);
  if (lower == "remote_write") return txn::Durability::kReceived;
  if (lower == "remote_apply") return txn::Durability::kApplied;
  if (lower == "local") return txn::Durability::kLocal;
  for (size_t i = 0; i < txn::kDurabilityCount; ++i) {
    const auto durability = static_cast<txn::Durability>(i);
    if (txn::DurabilityText(durability) == lower) return durability;
  }
  const std::optional<bool> flag = ParseBool(text);
  if (!flag.has_value()) return std::nullopt;
  return *flag ? txn::Durability::kFull : txn::Durability::kAsync;
}

std::vector<std::string> ParseSearchPath(std::string_view text) {
  std::vector<std::string> path;
  for (absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    std::string name(absl::StripAsciiWhitespace(part));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
      name = name.substr(1, name.size() - 2);
    } else {
      name = Lower(name);
    }
    if (!name.empty() && name != "$user") path.push_back(std::move(name));
  }
  return path;
}

}  // namespace

// A setting: its default, and how a new value becomes the session's; the result is what SHOW prints.
struct Settings::Definition {
  std::string_view name;
  std::string_view default_value;
  std::string_view description;
  std::function<absl::StatusOr<std::string>(std::string_view value, SettingValues* values)> apply;
};

namespace {

using Apply =
    std::function<absl::StatusOr<std::string>(std::string_view value, SettingValues* values)>;

// Any text, which the engine has no use for but clients set and read back.
Apply Text() {
  return [](std::string_view value, SettingValues*) -> absl::StatusOr<std::string> {
    return std::string(value);
  };
}
// One of the values that PostgreSQL knows, of which this engine does some.
Apply OneOf(std::string_view name, std::vector<std::string> supported,
            std::vector<std::string> known = {}) {
  return [name, supported = std::move(supported), known = std::move(known)](
             std::string_view value, SettingValues*) -> absl::StatusOr<std::string> {
    const std::string lower = Lower(value);
    for (const std::string& candidate : supported) {
      if (Lower(candidate) == lower) return candidate;
    }
    for (const std::string& candidate : known) {
      if (Lower(candidate) == lower) return Unsupported("{} = {}", name, value);
    }
    return InvalidValue(name, value);
  };
}
Apply Bool(std::string_view name, bool SettingValues::*member = nullptr) {
  return [=](std::string_view value, SettingValues* values) -> absl::StatusOr<std::string> {
    const std::optional<bool> flag = ParseBool(value);
    if (!flag.has_value()) {
      return SqlError(sqlstate::kInvalidParameterValue, "parameter \"{}\" requires a Boolean value",
                      name);
    }
    if (member != nullptr) values->*member = *flag;
    return std::string(*flag ? "on" : "off");
  };
}
// A boolean that can only stay as it is.
Apply FixedBool(std::string_view name, bool fixed) {
  return [=](std::string_view value, SettingValues*) -> absl::StatusOr<std::string> {
    const std::optional<bool> flag = ParseBool(value);
    if (!flag.has_value()) {
      return SqlError(sqlstate::kInvalidParameterValue, "parameter \"{}\" requires a Boolean value",
                      name);
    }
    if (*flag != fixed) return Unsupported("{} = {}", name, value);
    return std::string(fixed ? "on" : "off");
  };
}
Apply Time(std::string_view name, absl::Duration SettingValues::*member) {
  return [=](std::string_view value, SettingValues* values) -> absl::StatusOr<std::string> {
    const std::optional<int64_t> milliseconds = ParseWithUnit(value, kTimeUnits);
    if (!milliseconds.has_value()) return InvalidValue(name, value);
    if (member != nullptr) values->*member = absl::Milliseconds(*milliseconds);
    return ShowWithUnit(*milliseconds, kTimeUnits);
  };
}
Apply ReadOnly(std::string_view name) {
  return [=](std::string_view, SettingValues*) -> absl::StatusOr<std::string> {
    return SqlError(sqlstate::kCantChangeRuntimeParam, "parameter \"{}\" cannot be changed", name);
  };
}
// Chosen when the database is opened (Options).
Apply ByOptions(std::string_view name) {
  return [=](std::string_view, SettingValues*) -> absl::StatusOr<std::string> {
    return SqlError(sqlstate::kCantChangeRuntimeParam, "parameter \"{}\" cannot be changed now",
                    name);
  };
}

absl::StatusOr<std::string> ApplyWorkMem(std::string_view value, SettingValues* values) {
  const std::optional<int64_t> kilobytes = ParseWithUnit(value, kMemoryUnits);
  if (!kilobytes.has_value()) return InvalidValue("work_mem", value);
  if (*kilobytes < 64) {
    return SqlError(
        sqlstate::kInvalidParameterValue,
        "{} kB is outside the valid range for parameter \"work_mem\" (64 .. 2147483647)",
        *kilobytes);
  }
  values->work_mem = static_cast<uint64_t>(*kilobytes) * 1024;
  return ShowWithUnit(*kilobytes, kMemoryUnits);
}
absl::StatusOr<std::string> ApplyTimeZone(std::string_view value, SettingValues* values) {
  absl::StatusOr<types::TimeZone> zone = types::TimeZone::Load(value);
  if (!zone.ok()) return InvalidValue("TimeZone", value);
  values->time_zone = *std::move(zone);
  return values->time_zone.name();
}
absl::StatusOr<std::string> ApplySearchPath(std::string_view value, SettingValues* values) {
  values->search_path = ParseSearchPath(value);
  return std::string(value);
}
absl::StatusOr<std::string> ApplyDurability(std::string_view value, SettingValues* values) {
  const std::optional<txn::Durability> durability = ParseDurability(value);
  if (!durability.has_value()) return InvalidValue("synchronous_commit", value);
  values->durability = *durability;
  return Lower(value);
}
absl::StatusOr<std::string> ApplyDefaultIsolation(std::string_view value, SettingValues* values) {
  const std::optional<txn::Isolation> isolation = ParseIsolation(value);
  if (!isolation.has_value()) return InvalidValue("default_transaction_isolation", value);
  values->default_isolation = *isolation;
  return Lower(value);
}

}  // namespace

const std::vector<Settings::Definition>& Settings::Definitions() {
  static const auto* const definitions = new std::vector<Definition>{
      {"application_name", "", "Name of the client program.", Text()},
      {"autovacuum", "on", "Whether statistics are renewed in the background.",
       ByOptions("autovacuum")},
      {"autovacuum_analyze_scale_factor", "0.1",
       "Share of changed rows that makes statistics old, besides the threshold.",
       ByOptions("autovacuum_analyze_scale_factor")},
      {"autovacuum_analyze_threshold", "50", "Number of changed rows that makes statistics old.",
       ByOptions("autovacuum_analyze_threshold")},
      {"autovacuum_naptime", "1min", "Pause between two looks for old statistics.",
       ByOptions("autovacuum_naptime")},
      {"bytea_output", "hex", "Text form of bytea.", OneOf("bytea_output", {"hex"}, {"escape"})},
      {"check_function_bodies", "on", "Accepted for PostgreSQL's dumps.",
       Bool("check_function_bodies")},
      {"client_encoding", "UTF8", "The client's encoding.",
       [](std::string_view value, SettingValues*) -> absl::StatusOr<std::string> {
         const std::string lower = Lower(value);
         if (lower == "utf8" || lower == "utf-8" || lower == "unicode") return std::string("UTF8");
         return Unsupported("client_encoding = {}", value);
       }},
      {"client_min_messages", "notice", "Least severity of messages to the client.",
       OneOf("client_min_messages", {"debug5", "debug4", "debug3", "debug2", "debug1", "log",
                                     "notice", "warning", "error"})},
      {"DateStyle", "ISO, MDY", "Form of dates.",
       OneOf("DateStyle", {"ISO, MDY", "ISO", "iso,mdy"},
             {"ISO, DMY", "ISO, YMD", "SQL", "German", "Postgres"})},
      {"deadlock_timeout", "200ms", "Wait after which a deadlock is looked for.",
       Time("deadlock_timeout", &SettingValues::deadlock_timeout)},
      {"default_table_access_method", "heap", "Accepted for PostgreSQL's dumps.",
       OneOf("default_table_access_method", {"heap"})},
      {"default_tablespace", "", "Accepted for PostgreSQL's dumps; there are no tablespaces.",
       OneOf("default_tablespace", {""})},
      {"default_transaction_deferrable", "off", "Whether new transactions are DEFERRABLE.",
       Bool("default_transaction_deferrable", &SettingValues::default_deferrable)},
      {"default_transaction_isolation", "read committed", "Isolation level of new transactions.",
       ApplyDefaultIsolation},
      {"default_transaction_read_only", "off", "Whether new transactions are READ ONLY.",
       Bool("default_transaction_read_only", &SettingValues::default_read_only)},
      {"default_with_oids", "off", "Accepted for PostgreSQL's dumps.",
       FixedBool("default_with_oids", false)},
      {"extra_float_digits", "1",
       "Digits of floating-point numbers: always the shortest exact form.",
       OneOf("extra_float_digits", {"1", "2", "3"}, {"0", "-1", "-15"})},
      {"idle_in_transaction_session_timeout", "0", "Only 0, never, is supported.",
       OneOf("idle_in_transaction_session_timeout", {"0"})},
      {"IntervalStyle", "postgres", "Form of intervals.",
       OneOf("IntervalStyle", {"postgres"}, {"postgres_verbose", "sql_standard", "iso_8601"})},
      {"lock_timeout", "0", "Longest wait for one lock; 0: no limit.",
       Time("lock_timeout", &SettingValues::lock_timeout)},
      {"row_security", "on", "Accepted for PostgreSQL's dumps; there are no policies.",
       Bool("row_security")},
      {"search_path", "\"$user\", public", "Schemas in which names are looked up.",
       ApplySearchPath},
      {"server_encoding", "UTF8", "The database's encoding.", ReadOnly("server_encoding")},
      {"server_version", "15.0", "The version of PostgreSQL whose behaviour this is.",
       ReadOnly("server_version")},
      {"server_version_num", "150000", "The same as a number.", ReadOnly("server_version_num")},
      {"standard_conforming_strings", "on", "Backslashes in '...' are ordinary.",
       FixedBool("standard_conforming_strings", true)},
      {"statement_timeout", "0", "Longest run of one statement; 0: no limit.",
       Time("statement_timeout", &SettingValues::statement_timeout)},
      {"synchronous_commit", "on", "What a commit reaches before it is answered.", ApplyDurability},
      {"TimeZone", "UTC", "The session's time zone.", ApplyTimeZone},
      {"work_mem", "64MB", "Memory for one sort or hash table.", ApplyWorkMem},
      {"xmloption", "content", "Accepted for PostgreSQL's dumps.",
       OneOf("xmloption", {"content", "document"})},
  };
  return *definitions;
}

const Settings::Definition* Settings::Find(std::string_view name) {
  const std::string lower = Lower(name);
  for (const Definition& definition : Definitions()) {
    if (Lower(definition.name) == lower) return &definition;
  }
  return nullptr;
}

Settings::Settings(const Options& options) {
  for (const Definition& definition : Definitions()) {
    if (!Apply(definition, definition.default_value).ok())
      texts_[Lower(definition.name)] = definition.default_value;
  }
  const std::pair<std::string_view, std::string> from_options[] = {
      {"TimeZone", options.time_zone},
      {"statement_timeout",
       fmt::format("{}", absl::ToInt64Milliseconds(options.statement_timeout))},
      {"lock_timeout", fmt::format("{}", absl::ToInt64Milliseconds(options.lock_timeout))},
      {"deadlock_timeout", fmt::format("{}", absl::ToInt64Milliseconds(options.deadlock_timeout))},
      {"work_mem", fmt::format("{}kB", options.work_mem / 1024)},
      {"synchronous_commit", DurabilityName(options.durability)},
  };
  for (const auto& [name, value] : from_options) {
    const Definition* const definition = Find(name);
    if (!Apply(*definition, value).ok()) continue;
    defaults_[Lower(name)] = value;
  }
  texts_["autovacuum"] = options.autovacuum ? "on" : "off";
  texts_["autovacuum_analyze_scale_factor"] =
      fmt::format("{}", options.autovacuum_analyze_scale_factor);
  texts_["autovacuum_analyze_threshold"] = fmt::format("{}", options.autovacuum_analyze_threshold);
  texts_["autovacuum_naptime"] =
      ShowWithUnit(absl::ToInt64Milliseconds(options.autovacuum_naptime), kTimeUnits);
}

absl::Status Settings::Apply(const Definition& definition, std::string_view value) {
  HELIOS_ASSIGN_OR_RETURN(texts_[Lower(definition.name)], definition.apply(value, &values_));
  names_ = fmt::format("{}\n{}", fmt::join(values_.search_path, ","), values_.time_zone.name());
  return absl::OkStatus();
}

const std::string& Settings::Current(const Definition& definition) const {
  return texts_.find(Lower(definition.name))->second;
}

absl::StatusOr<std::string> Settings::Show(std::string_view name) const {
  const Definition* const definition = Find(name);
  if (definition == nullptr) {
    return SqlError(sqlstate::kUndefinedObject, "unrecognized configuration parameter \"{}\"",
                    name);
  }
  return Current(*definition);
}

std::vector<Settings::Shown> Settings::ShowAll() const {
  std::vector<Shown> all;
  for (const Definition& definition : Definitions()) {
    all.push_back(
        {std::string(definition.name), Current(definition), std::string(definition.description)});
  }
  return all;
}

absl::Status Settings::Set(std::string_view name, std::string_view value, Scope scope) {
  const Definition* const definition = Find(name);
  if (definition == nullptr) {
    return SqlError(sqlstate::kUndefinedObject, "unrecognized configuration parameter \"{}\"",
                    name);
  }
  std::string before = Current(*definition);
  HELIOS_RETURN_IF_ERROR(Apply(*definition, value));
  undo_.push_back({std::string(definition->name), std::move(before), scope == Scope::kTransaction});
  return absl::OkStatus();
}

absl::Status Settings::Reset(std::string_view name, Scope scope) {
  const auto changed = defaults_.find(Lower(name));
  if (changed != defaults_.end()) return Set(name, changed->second, scope);
  const Definition* const definition = Find(name);
  return Set(name, definition == nullptr ? "" : definition->default_value, scope);
}

void Settings::ResetAll() {
  for (const Definition& definition : Definitions()) {
    const auto changed = defaults_.find(Lower(definition.name));
    const std::string_view value =
        changed != defaults_.end() ? changed->second : definition.default_value;
    if (Current(definition) == value) continue;
    // Defaults are values that their settings take; those that cannot be changed never were.
    Set(definition.name, value, Scope::kSession).IgnoreError();
  }
}

void Settings::RollbackTo(size_t mark) {
  while (undo_.size() > mark) {
    const Undo undo = std::move(undo_.back());
    undo_.pop_back();
    // The value was the setting's own before.
    Apply(*Find(undo.name), undo.value).IgnoreError();
  }
}

void Settings::Commit() {
  // SET LOCAL ends here: each setting that it changed goes back to what it was before its first SET LOCAL, unless a
  // plain SET came later.
  std::vector<Undo> undo = std::move(undo_);
  undo_.clear();
  std::map<std::string, std::string> restore;
  for (const Undo& entry : undo) {
    if (entry.local) {
      restore.try_emplace(entry.name, entry.value);
    } else {
      restore.erase(entry.name);
    }
  }
  for (const auto& [name, value] : restore) Apply(*Find(name), value).IgnoreError();
}

}  // namespace heliosdb::api
