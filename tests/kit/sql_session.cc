#include "tests/kit/sql_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/check.h"

namespace heliosdb::testkit {

SqlSession::~SqlSession() { HELIOS_CHECK(!thread_.joinable()); }

absl::StatusOr<SqlResult> SqlSession::Execute(std::string_view sql) {
  SqlOutcome outcome = Run(sql);
  if (!outcome.status.ok()) return outcome.status;
  if (outcome.results.empty()) return SqlResult();
  return std::move(outcome.results.back());
}

void SqlSession::Start(std::string_view sql) {
  MutexLock lock(&mu_);
  HELIOS_CHECK(!next_.has_value() && !outcome_.has_value());
  next_ = std::string(sql);
  if (!thread_.joinable()) thread_ = std::thread([this] { ThreadMain(); });
  changed_.SignalAll();
}

bool SqlSession::IsRunning() {
  MutexLock lock(&mu_);
  return next_.has_value();
}

bool SqlSession::WaitFor(absl::Duration timeout) {
  MutexLock lock(&mu_);
  // A wake-up without cause shortens the wait; callers poll anyway.
  if (next_.has_value()) changed_.WaitWithTimeout(&mu_, timeout);
  return !next_.has_value();
}

SqlOutcome SqlSession::Finish() {
  MutexLock lock(&mu_);
  while (next_.has_value()) changed_.Wait(&mu_);
  HELIOS_CHECK(outcome_.has_value());
  SqlOutcome outcome = *std::move(outcome_);
  outcome_.reset();
  return outcome;
}

void SqlSession::StopThread() {
  {
    MutexLock lock(&mu_);
    stop_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void SqlSession::ThreadMain() {
  mu_.Lock();
  while (!stop_) {
    if (!next_.has_value()) {
      changed_.Wait(&mu_);
      continue;
    }
    const std::string sql = *next_;
    mu_.Unlock();
    SqlOutcome outcome = Run(sql);
    mu_.Lock();
    outcome_ = std::move(outcome);
    next_.reset();
    changed_.SignalAll();
  }
  mu_.Unlock();
}

namespace {

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (c & 0x80) != 0;
}

// Where the quoted text, comment or single character that starts at position ends.
size_t EndOfToken(std::string_view text, size_t position) {
  const char c = text[position];
  const std::string_view rest = text.substr(position);
  const auto after = [&](std::string_view mark, size_t from) {
    const size_t found = text.find(mark, from);
    return found == std::string_view::npos ? text.size() : found + mark.size();
  };
  if (c == '\'') {
    const bool escapes = position > 0 && (text[position - 1] == 'E' || text[position - 1] == 'e') &&
                         (position < 2 || !IsNameCharacter(text[position - 2]));
    size_t end = position + 1;
    while (end < text.size() && text[end] != '\'') end += escapes && text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
  }
  if (c == '"') return after("\"", position + 1);
  if (rest.starts_with("--")) return after("\n", position);
  if (rest.starts_with("/*")) {
    int depth = 1;
    size_t end = position + 2;
    while (end < text.size() && depth > 0) {
      const std::string_view mark = text.substr(end, 2);
      depth += mark == "/*" ? 1 : mark == "*/" ? -1 : 0;
      end += mark == "/*" || mark == "*/" ? 2 : 1;
    }
    return end;
  }
  if (c == '$' && (position == 0 || !IsNameCharacter(text[position - 1]))) {
    size_t end = position + 1;
    while (end < text.size() && IsNameCharacter(text[end])) ++end;
    if (end < text.size() && text[end] == '$') {
      return after(text.substr(position, end + 1 - position), end + 1);
    }
  }
  return position + 1;
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

}  // namespace

std::vector<std::string_view> SplitStatements(std::string_view script) {
  std::vector<std::string_view> statements;
  size_t begin = std::string_view::npos;  // Of the statement that is being read.
  size_t end = 0;                         // Past its last character that is no space.
  size_t position = 0;
  while (position < script.size()) {
    const char c = script[position];
    const size_t next = EndOfToken(script, position);
    const bool comment = next > position + 1 && (c == '-' || c == '/');
    if (c == ';') {
      if (begin != std::string_view::npos) statements.push_back(script.substr(begin, end - begin));
      begin = std::string_view::npos;
    } else if (!IsSpace(c) && !comment) {
      if (begin == std::string_view::npos) begin = position;
      end = next;
    }
    position = next;
  }
  if (begin != std::string_view::npos) statements.push_back(script.substr(begin, end - begin));
  return statements;
}

std::string TypeName(uint32_t type_oid) {
  static constexpr std::array<std::pair<uint32_t, std::string_view>, 34> kNames = {{
      {16, "bool"},          {17, "bytea"},      {18, "char"},     {19, "name"},
      {20, "int8"},          {21, "int2"},       {23, "int4"},     {24, "regproc"},
      {25, "text"},          {26, "oid"},        {28, "xid"},      {114, "json"},
      {700, "float4"},       {701, "float8"},    {705, "unknown"}, {1000, "bool[]"},
      {1007, "int4[]"},      {1009, "text[]"},   {1016, "int8[]"}, {1042, "bpchar"},
      {1043, "varchar"},     {1082, "date"},     {1083, "time"},   {1114, "timestamp"},
      {1184, "timestamptz"}, {1186, "interval"}, {1266, "timetz"}, {1700, "numeric"},
      {2205, "regclass"},    {2206, "regtype"},  {2278, "void"},   {2950, "uuid"},
      {3220, "pg_lsn"},      {3802, "jsonb"},
  }};
  for (const auto& [oid, name] : kNames) {
    if (oid == type_oid) return std::string(name);
  }
  return std::to_string(type_oid);
}

}  // namespace heliosdb::testkit
