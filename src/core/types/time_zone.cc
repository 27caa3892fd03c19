#include "core/types/time_zone.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/time/civil_time.h"
#include "fmt/format.h"

#include "core/base/status.h"
#include "core/types/zone_abbreviations.h"

namespace heliosdb::types {
namespace {

constexpr int64_t kMicrosecondsPerSecond = 1'000'000;
// 2000-01-01 UTC in seconds since 1970.
constexpr int64_t kEpochUnixSeconds = 946'684'800;
constexpr int32_t kOffsetSecondsMax = 168 * 3600;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
std::string Lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) { return Lower(c); });
  return result;
}
int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool IsZoneNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '+' || c == '-' || c == '/';
}

// The entry of a folder that equals name in any case; empty when there is none.
std::string FindEntry(const std::filesystem::path& folder, std::string_view name) {
  std::error_code error;
  if (std::filesystem::exists(folder / std::filesystem::path(std::string(name)), error)) {
    return std::string(name);
  }
  const std::string wanted = Lower(name);
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::string candidate = entry.path().filename().string();
    if (Lower(candidate) == wanted) return candidate;
  }
  return {};
}

// The name as the tz database spells it; empty when it has no such zone.
std::string CanonicalZoneName(std::string_view name) {
  if (name.empty() || name.front() == '/' ||
      !std::all_of(name.begin(), name.end(), IsZoneNameCharacter)) {
    return {};
  }
  const char* const configured = std::getenv("TZDIR");
  std::filesystem::path folder = configured != nullptr ? configured : "/usr/share/zoneinfo";
  std::string canonical;
  while (!name.empty()) {
    const size_t slash = std::min(name.find('/'), name.size());
    const std::string entry = FindEntry(folder, name.substr(0, slash));
    if (entry.empty()) return {};
    folder /= entry;
    if (!canonical.empty()) canonical.push_back('/');
    canonical += entry;
    name.remove_prefix(std::min(slash + 1, name.size()));
  }
  std::error_code error;
  return std::filesystem::is_regular_file(folder, error) ? canonical : std::string();
}

// [+-]h[h][:mm[:ss]]; seconds as written.
std::optional<int32_t> ParseOffset(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int32_t parts[3] = {0, 0, 0};
  for (int part = 0; part < 3; ++part) {
    size_t digits = 0;
    while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9') {
      parts[part] = parts[part] * 10 + (text[digits++] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.front() != ':' || part == 2) return std::nullopt;
    text.remove_prefix(1);
  }
  if (parts[1] > 59 || parts[2] > 59) return std::nullopt;
  const int32_t seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
  if (seconds > kOffsetSecondsMax) return std::nullopt;
  return negative ? -seconds : seconds;
}

bool IsLetter(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

// "<+03>-3", "GMT+3": a name of three letters or more, then an offset west.
std::optional<int32_t> ParsePosix(std::string_view text) {
  constexpr size_t kNameMin = 3;
  size_t end = 0;
  if (!text.empty() && text.front() == '<') {
    end = text.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  } else {
    while (end < text.size() && IsLetter(text[end])) ++end;
    if (end < kNameMin) return std::nullopt;
  }
  const std::optional<int32_t> west = ParseOffset(text.substr(end));
  if (!west.has_value()) return std::nullopt;
  return -*west;
}

std::string OffsetName(int32_t seconds_east, bool west_positive) {
  const int32_t shown = west_positive ? -seconds_east : seconds_east;
  const int32_t absolute = std::abs(shown);
  std::string text = fmt::format("{}{:02}", shown < 0 ? '-' : '+', absolute / 3600);
  if (absolute % 3600 != 0) text += fmt::format(":{:02}", absolute / 60 % 60);
  if (absolute % 60 != 0) text += fmt::format(":{:02}", absolute % 60);
  return text;
}

}  // namespace

const ZoneAbbreviation* FindZoneAbbreviation(std::string_view lower_name) {
  for (const ZoneAbbreviation& entry : kZoneAbbreviations) {
    if (entry.name == lower_name) return &entry;
  }
  return nullptr;
}

TimeZone::TimeZone() : name_("UTC"), zone_(absl::UTCTimeZone()) {}
TimeZone::TimeZone(std::string name, absl::TimeZone zone)
    : name_(std::move(name)), zone_(zone), is_fixed_(false) {}

TimeZone TimeZone::Fixed(int32_t seconds_east) {
  TimeZone result;
  result.fixed_seconds_ = seconds_east;
  result.name_ =
      fmt::format("<{}>{}", OffsetName(seconds_east, false), OffsetName(seconds_east, true));
  return result;
}

absl::StatusOr<TimeZone> TimeZone::Load(std::string_view name) {
  const std::string lower = Lower(name);
  if (lower == "utc") return TimeZone();
  if (const std::string canonical = CanonicalZoneName(name); !canonical.empty()) {
    absl::TimeZone zone;
    if (absl::LoadTimeZone(canonical, &zone)) return TimeZone(canonical, zone);
  }
  if (const std::optional<int32_t> seconds = ParseOffset(name); seconds.has_value()) {
    return Fixed(*seconds);
  }
  if (const std::optional<int32_t> seconds = ParsePosix(name); seconds.has_value()) {
    TimeZone result = Fixed(*seconds);
    result.name_ = std::string(name);
    return result;
  }
  if (const ZoneAbbreviation* const entry = FindZoneAbbreviation(lower); entry != nullptr) {
    TimeZone result = Fixed(entry->seconds_east);
    result.name_ = std::string(name);
    return result;
  }
  for (const ZoneOfAbbreviation& entry : kZonesOfAbbreviations) {
    if (entry.name == lower) return Load(entry.zone);
  }
  return SqlError(sqlstate::kInvalidParameterValue, "time zone \"{}\" not recognized", name);
}

int32_t TimeZone::OffsetAt(int64_t utc_microseconds) const {
  if (is_fixed_) return fixed_seconds_;
  const int64_t seconds = FloorDivide(utc_microseconds, kMicrosecondsPerSecond) + kEpochUnixSeconds;
  return zone_.At(absl::FromUnixSeconds(seconds)).offset;
}

int32_t TimeZone::OffsetOfLocal(int64_t local_microseconds) const {
  if (is_fixed_) return fixed_seconds_;
  const int64_t seconds = FloorDivide(local_microseconds, kMicrosecondsPerSecond);
  const absl::CivilSecond civil = absl::CivilSecond(2000, 1, 1) + seconds;
  const absl::TimeZone::TimeInfo info = zone_.At(civil);
  const absl::Time moment = info.kind == absl::TimeZone::TimeInfo::REPEATED ? info.post : info.pre;
  return static_cast<int32_t>(seconds + kEpochUnixSeconds - absl::ToUnixSeconds(moment));
}

std::string TimeZone::AbbreviationAt(int64_t utc_microseconds) const {
  if (is_fixed_) return fixed_seconds_ == 0 ? "UTC" : OffsetName(fixed_seconds_, false);
  const int64_t seconds = FloorDivide(utc_microseconds, kMicrosecondsPerSecond) + kEpochUnixSeconds;
  return zone_.At(absl::FromUnixSeconds(seconds)).zone_abbr;
}

}  // namespace heliosdb::types
