#include "tests/kit/hermitage/hermitage.h"

#include <algorithm>
#include <map>
#include <memory>

#include "fmt/format.h"

#include "core/base/status.h"
#include "heliosdb/error.h"

namespace heliosdb::testkit::hermitage {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(5);

std::string OutcomeText(const SqlOutcome& outcome) {
  if (!outcome.status.ok()) return fmt::format("error {}", SqlStateOf(outcome.status));
  if (outcome.results.empty()) return "ok";
  const SqlResult& result = outcome.results.back();
  if (!result.is_query) return result.command_tag;
  std::vector<std::string> rows;
  for (const SqlRow& row : result.rows) {
    std::vector<std::string> values;
    for (const auto& value : row) values.push_back(value.value_or("NULL"));
    rows.push_back(fmt::format("{}", fmt::join(values, " ")));
  }
  return fmt::format("({})", fmt::join(rows, ", "));
}

class Runner {
 public:
  Runner(const Scenario& scenario, std::string_view level, SqlDatabase* database)
      : scenario_(scenario), level_(level), database_(database) {}

  absl::StatusOr<std::string> Run() {
    HELIOS_RETURN_IF_ERROR(database_->Reset());
    HELIOS_ASSIGN_OR_RETURN(const auto control, database_->Connect("setup"));
    for (const std::string& sql : scenario_.setup) {
      HELIOS_RETURN_IF_ERROR(control->Execute(sql).status());
    }
    for (const auto& [name, sql] : scenario_.steps) HELIOS_RETURN_IF_ERROR(RunStep(name, sql));
    if (!waiting_.empty())
      return Internal("{} waits for good, after\n{}", waiting_.front(), transcript_);
    return std::move(transcript_);
  }

 private:
  absl::Status RunStep(const std::string& name, const std::string& sql) {
    std::unique_ptr<SqlSession>& session = sessions_[name];
    if (session == nullptr) {
      HELIOS_ASSIGN_OR_RETURN(session, database_->Connect(name));
      all_.push_back(session.get());
    }
    if (std::find(waiting_.begin(), waiting_.end(), name) != waiting_.end()) {
      return Internal("{} still waits when it is to go on, after\n{}", name, transcript_);
    }
    session->Start(sql == "begin" ? fmt::format("begin isolation level {}", level_) : sql);
    HELIOS_ASSIGN_OR_RETURN(const bool waits, Waits(session.get()));
    transcript_ +=
        fmt::format("{} {} -> {}\n", name, sql, waits ? "waits" : OutcomeText(session->Finish()));
    HELIOS_RETURN_IF_ERROR(ReportEnded());
    if (waits) waiting_.push_back(name);
    return absl::OkStatus();
  }

  // False once the running statement has ended, true once it waits for a lock.
  absl::StatusOr<bool> Waits(SqlSession* session) {
    while (!session->WaitFor(kPollInterval)) {
      HELIOS_ASSIGN_OR_RETURN(const bool is_blocked, database_->IsBlocked(*session, all_));
      if (is_blocked && session->IsRunning()) return true;
    }
    return false;
  }

  // Those that waited, and that the last step let go.
  absl::Status ReportEnded() {
    for (size_t i = 0; i < waiting_.size();) {
      SqlSession* session = sessions_[waiting_[i]].get();
      HELIOS_ASSIGN_OR_RETURN(const bool waits, Waits(session));
      if (waits) {
        ++i;
        continue;
      }
      transcript_ += fmt::format("{} -> {}\n", waiting_[i], OutcomeText(session->Finish()));
      waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(i));
    }
    return absl::OkStatus();
  }

  const Scenario& scenario_;
  const std::string level_;
  SqlDatabase* const database_;  // Not owned.
  std::map<std::string, std::unique_ptr<SqlSession>> sessions_;
  std::vector<SqlSession*> all_;
  std::vector<std::string> waiting_;
  std::string transcript_;
};

}  // namespace

absl::StatusOr<Scenario> ParseScenario(std::string_view text) {
  Scenario scenario;
  bool in_transcript = false;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      in_transcript = false;
      continue;
    }
    if (in_transcript) {
      scenario.transcripts.back().second += line + "\n";
      continue;
    }
    const size_t space = line.find(' ');
    if (space == std::string::npos) return InvalidArgument("line {}: incomplete: {}", number, line);
    const std::string word = line.substr(0, space);
    const std::string rest = line.substr(space + 1);
    if (word == "scenario") {
      scenario.title = rest;
    } else if (word == "setup") {
      scenario.setup.push_back(rest);
    } else if (word == "level") {
      if (std::find(std::begin(kLevels), std::end(kLevels), rest) == std::end(kLevels)) {
        return InvalidArgument("line {}: no isolation level: {}", number, rest);
      }
      scenario.transcripts.emplace_back(rest, "");
      in_transcript = true;
    } else {
      scenario.steps.emplace_back(word, rest);
    }
  }
  if (scenario.title.empty() || scenario.steps.empty()) return InvalidArgument("no scenario");
  return scenario;
}

absl::StatusOr<std::string> RunScenario(const Scenario& scenario, std::string_view level,
                                        SqlDatabase* database) {
  return Runner(scenario, level, database).Run();
}

std::string WithTranscripts(std::string_view text,
                            const std::vector<std::pair<std::string, std::string>>& transcripts) {
  std::string result(text.substr(0, text.find("\nlevel ")));
  while (result.ends_with('\n')) result.pop_back();
  result += '\n';
  for (const auto& [level, transcript] : transcripts)
    result += fmt::format("\nlevel {}\n{}", level, transcript);
  return result;
}

}  // namespace heliosdb::testkit::hermitage
