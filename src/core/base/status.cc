#include "core/base/status.h"

#include <charconv>
#include <optional>
#include <string>

#include "absl/strings/cord.h"

#include "heliosdb/error.h"

namespace heliosdb {
namespace {

constexpr char kSqlStateUrl[] = "heliosdb/sqlstate";
constexpr char kPositionUrl[] = "heliosdb/position";
constexpr char kDetailUrl[] = "heliosdb/detail";
constexpr char kHintUrl[] = "heliosdb/hint";
constexpr char kConstraintUrl[] = "heliosdb/constraint";

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

absl::StatusCode CodeOf(SqlState state) {
  const std::string_view code = state.code();
  const std::string_view error_class = code.substr(0, 2);
  if (code == "23505" || code == "42P07" || code == "42710" || code == "42P06" || code == "42701") {
    return absl::StatusCode::kAlreadyExists;
  }
  if (code == "42P01" || code == "42703" || code == "42704" || code == "42883" || code == "3F000") {
    return absl::StatusCode::kNotFound;
  }
  if (code == "40003" || code == "08007") return absl::StatusCode::kDeadlineExceeded;
  if (error_class == "40" || code == "55P03" || code == "72000") return absl::StatusCode::kAborted;
  if (error_class == "0A") return absl::StatusCode::kUnimplemented;
  if (code == "57014") return absl::StatusCode::kCancelled;
  if (error_class == "57" || error_class == "08") return absl::StatusCode::kUnavailable;
  if (error_class == "53" || error_class == "54") return absl::StatusCode::kResourceExhausted;
  if (error_class == "25" || error_class == "55" || error_class == "2B") {
    return absl::StatusCode::kFailedPrecondition;
  }
  if (code == "XX001" || code == "XX002") return absl::StatusCode::kDataLoss;
  if (error_class == "58") return absl::StatusCode::kUnavailable;
  if (error_class == "XX") return absl::StatusCode::kInternal;
  return absl::StatusCode::kInvalidArgument;
}

std::string Payload(const absl::Status& status, const char* url) {
  const auto cord = status.GetPayload(url);
  return cord.has_value() ? std::string(*cord) : std::string();
}

absl::Status WithPayload(absl::Status status, const char* url, std::string_view value) {
  if (!status.ok() && !value.empty()) status.SetPayload(url, absl::Cord(Absl(value)));
  return status;
}

}  // namespace

absl::Status MakeStatus(absl::StatusCode code, std::string_view message) {
  return absl::Status(code, Absl(message));
}

absl::Status MakeSqlError(SqlState state, std::string_view message) {
  return WithSqlState(MakeStatus(CodeOf(state), message), state);
}

absl::Status WithSqlState(absl::Status status, SqlState state) {
  return WithPayload(std::move(status), kSqlStateUrl, state.code());
}
absl::Status WithDetail(absl::Status status, std::string_view detail) {
  return WithPayload(std::move(status), kDetailUrl, detail);
}
absl::Status WithHint(absl::Status status, std::string_view hint) {
  return WithPayload(std::move(status), kHintUrl, hint);
}
absl::Status WithConstraint(absl::Status status, std::string_view constraint) {
  return WithPayload(std::move(status), kConstraintUrl, constraint);
}
absl::Status WithPosition(absl::Status status, int position) {
  if (position <= 0 || status.GetPayload(kPositionUrl).has_value()) return status;
  return WithPayload(std::move(status), kPositionUrl, std::to_string(position));
}

absl::Status WithContext(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  const absl::string_view message = status.message();
  absl::Status result =
      MakeStatus(status.code(),
                 fmt::format("{}: {}", context, std::string_view(message.data(), message.size())));
  status.ForEachPayload(
      [&result](absl::string_view url, const absl::Cord& value) { result.SetPayload(url, value); });
  return result;
}

absl::Status SeparateCopy(const absl::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status copy(status.code(), status.message());
  status.ForEachPayload([&copy](absl::string_view url, const absl::Cord& value) {
    copy.SetPayload(url, absl::Cord(std::string(value)));
  });
  return copy;
}

bool HasSqlState(const absl::Status& status, SqlState state) {
  return Payload(status, kSqlStateUrl) == state.code();
}

std::string SqlStateOf(const absl::Status& status) {
  if (status.ok()) return "00000";
  std::string state = Payload(status, kSqlStateUrl);
  if (!state.empty()) return state;
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      return "XX001";
    case absl::StatusCode::kUnavailable:
      return "58030";
    case absl::StatusCode::kResourceExhausted:
      return "53000";
    case absl::StatusCode::kCancelled:
      return "57014";
    case absl::StatusCode::kDeadlineExceeded:
      return "40003";
    case absl::StatusCode::kUnimplemented:
      return "0A000";
    case absl::StatusCode::kAborted:
      return "40001";
    default:
      return "XX000";
  }
}

std::optional<int> ErrorPositionOf(const absl::Status& status) {
  const std::string text = Payload(status, kPositionUrl);
  int position = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return position;
}

std::string ErrorDetailOf(const absl::Status& status) { return Payload(status, kDetailUrl); }
std::string ErrorHintOf(const absl::Status& status) { return Payload(status, kHintUrl); }
std::string ErrorConstraintOf(const absl::Status& status) {
  return Payload(status, kConstraintUrl);
}

}  // namespace heliosdb
