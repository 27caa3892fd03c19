#include "tests/kit/isolation/spec_runner.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "fmt/format.h"

#include "core/base/status.h"

namespace heliosdb::testkit::isolation {
namespace {

constexpr absl::Duration kPollInterval = absl::Milliseconds(10);

enum class Wait { kNonblocking, kBlocking };  // Whether a lock wait ends the wait for a step.
enum class Try { kFirst, kAgain };            // The first look at a step, or a later one.

// A connection of the spec, with the step that runs on it.
struct Connection {
  std::string name;
  std::unique_ptr<SqlSession> session;
  const PermutationStep* active = nullptr;
  std::vector<uint64_t> notice_targets;   // Of the active step, by blocker.
  uint64_t notices = 0;                   // Received and printed.
  std::vector<SqlMessage> notifications;  // Received and not yet printed.
};

class Runner {
 public:
  Runner(const Spec& spec, const SpecRunOptions& options, SqlDatabase* database)
      : spec_(spec), options_(options), database_(database) {}

  absl::StatusOr<std::string> Run() {
    HELIOS_RETURN_IF_ERROR(database_->Reset());
    HELIOS_ASSIGN_OR_RETURN(control_, database_->Connect("control"));
    for (const Session& session : spec_.sessions) {
      Connection& connection = connections_.emplace_back();
      connection.name = session.name;
      HELIOS_ASSIGN_OR_RETURN(connection.session, database_->Connect(session.name));
      // What PostgreSQL's regression tests run with. Few specs print dates: a database without it
      // runs the others.
      connection.session->Run("SET datestyle = 'Postgres, MDY'");
      sessions_.push_back(connection.session.get());
    }
    output_ = fmt::format("Parsed test spec with {} sessions\n", spec_.sessions.size());
    for (const Permutation& permutation : spec_.permutations) {
      const absl::Status status = RunPermutation(permutation);
      if (!status.ok()) return WithContext(status, "after\n" + output_);
    }
    return std::move(output_);
  }

 private:
  absl::Status RunPermutation(const Permutation& permutation) {
    output_ += "\nstarting permutation:";
    for (const PermutationStep& step : permutation) output_ += " " + step.step->name;
    output_ += '\n';
    for (const std::string& sql : spec_.setup) HELIOS_RETURN_IF_ERROR(RunControl(sql));
    for (size_t i = 0; i < spec_.sessions.size(); ++i) {
      for (const std::string& sql : spec_.sessions[i].setup)
        HELIOS_RETURN_IF_ERROR(RunAside(&connections_[i], sql));
    }
    std::vector<const PermutationStep*> waiting;
    for (const PermutationStep& step : permutation) {
      HELIOS_RETURN_IF_ERROR(AwaitFreeConnection(&connections_[step.step->session], &waiting));
      Launch(step);
      HELIOS_ASSIGN_OR_RETURN(const bool must_wait, TryStep(step, Wait::kNonblocking, Try::kFirst));
      HELIOS_RETURN_IF_ERROR(TryWaiting(Wait::kNonblocking, &waiting));
      if (must_wait) waiting.push_back(&step);
    }
    HELIOS_RETURN_IF_ERROR(TryWaiting(Wait::kBlocking, &waiting));
    if (!waiting.empty()) return Internal("the steps block one another for good");
    // The failure of a teardown is no failure of the spec.
    for (size_t i = 0; i < spec_.sessions.size(); ++i) {
      for (const std::string& sql : spec_.sessions[i].teardown)
        RunAside(&connections_[i], sql).IgnoreError();
    }
    for (const std::string& sql : spec_.teardown) RunControl(sql).IgnoreError();
    return absl::OkStatus();
  }

  absl::Status RunControl(const std::string& sql) {
    const SqlOutcome outcome = control_->Run(sql);
    control_->TakeMessages();
    PrintLast(outcome);
    return outcome.status;
  }
  // Setup and teardown of a session.
  absl::Status RunAside(Connection* connection, const std::string& sql) {
    const SqlOutcome outcome = connection->session->Run(sql);
    PrintNotices(connection);
    PrintLast(outcome);
    return WithContext(outcome.status, connection->name);
  }
  void PrintLast(const SqlOutcome& outcome) {
    if (outcome.status.ok() && !outcome.results.empty() && outcome.results.back().is_query) {
      output_ += AlignedTable(outcome.results.back());
    }
  }

  // A session's next step starts when its previous one has ended; that may need other steps to end
  // first.
  absl::Status AwaitFreeConnection(Connection* connection,
                                   std::vector<const PermutationStep*>* waiting) {
    const absl::Duration begin = options_.clock->Now();
    while (connection->active != nullptr) {
      const PermutationStep* step = connection->active;
      HELIOS_ASSIGN_OR_RETURN(const bool still_waits, TryStep(*step, Wait::kBlocking, Try::kAgain));
      if (!still_waits) std::erase(*waiting, step);
      HELIOS_RETURN_IF_ERROR(TryWaiting(Wait::kNonblocking, waiting));
      if (options_.clock->Now() - begin > 2 * options_.step_max) {
        return DeadlineExceeded("step {} waits for a step that is not launched", step->step->name);
      }
    }
    return absl::OkStatus();
  }

  void Launch(const PermutationStep& step) {
    Connection& connection = connections_[step.step->session];
    connection.session->Start(step.step->sql);
    connection.active = &step;
    connection.notice_targets.clear();
    for (const Blocker& blocker : step.blockers) {
      const bool counts = blocker.kind == Blocker::Kind::kNotices;
      connection.notice_targets.push_back(counts ? connections_[blocker.step->session].notices +
                                                       static_cast<uint64_t>(blocker.notices)
                                                 : 0);
    }
  }

  bool IsHeldBack(const Connection& connection) const {
    const PermutationStep& step = *connection.active;
    for (size_t i = 0; i < step.blockers.size(); ++i) {
      const Blocker& blocker = step.blockers[i];
      if (blocker.kind == Blocker::Kind::kOnce) continue;
      const Connection& other = connections_[blocker.step->session];
      const bool is_active = other.active != nullptr && other.active->step == blocker.step;
      if (blocker.kind == Blocker::Kind::kOtherStep
              ? is_active
              : other.notices < connection.notice_targets[i]) {
        return true;
      }
    }
    return false;
  }

  // Looks at each waiting step, and again while steps that are held back may have been released.
  absl::Status TryWaiting(Wait wait, std::vector<const PermutationStep*>* waiting) {
    size_t before = 0;
    bool has_blockers = false;
    uint64_t notices_before = 0;
    do {
      before = waiting->size();
      has_blockers = false;
      notices_before = notices_printed_;
      for (size_t i = 0; i < waiting->size();) {
        const PermutationStep* step = (*waiting)[i];
        HELIOS_ASSIGN_OR_RETURN(const bool still_waits, TryStep(*step, wait, Try::kAgain));
        if (!still_waits) {
          waiting->erase(waiting->begin() + static_cast<ptrdiff_t>(i));
          continue;
        }
        has_blockers |= !step->blockers.empty();
        ++i;
      }
    } while (has_blockers && (waiting->size() < before || notices_printed_ > notices_before));
    return absl::OkStatus();
  }

  // True when the step waits: for a lock, or for a condition of the permutation. Otherwise it has
  // been reported.
  absl::StatusOr<bool> TryStep(const PermutationStep& step, Wait wait, Try tried) {
    Connection& connection = connections_[step.step->session];
    const bool is_once =
        std::any_of(step.blockers.begin(), step.blockers.end(),
                    [](const Blocker& blocker) { return blocker.kind == Blocker::Kind::kOnce; });
    if (tried == Try::kFirst && is_once) return ReportWaiting(step, tried);

    const absl::Duration begin = options_.clock->Now();
    bool is_cancelled = false;
    while (connection.session->IsRunning()) {
      const bool has_ended = connection.session->WaitFor(kPollInterval);
      PrintNotices(&connection);
      if (has_ended) break;
      if (wait == Wait::kNonblocking) {
        HELIOS_ASSIGN_OR_RETURN(const bool is_blocked,
                                database_->IsBlocked(*connection.session, sessions_));
        // It may have ended since.
        if (is_blocked && connection.session->IsRunning()) return ReportWaiting(step, tried);
      }
      const absl::Duration waited = options_.clock->Now() - begin;
      if (waited > 2 * options_.step_max)
        return DeadlineExceeded("step {} does not end", step.step->name);
      if (waited > options_.step_max && !std::exchange(is_cancelled, true))
        connection.session->Cancel();
    }
    PrintNotices(&connection);
    if (IsHeldBack(connection)) return ReportWaiting(step, tried);
    Report(step, tried, &connection);
    return false;
  }

  bool ReportWaiting(const PermutationStep& step, Try tried) {
    PrintNotices(&connections_[step.step->session]);
    if (tried == Try::kFirst) {
      output_ += fmt::format("step {}: {} <waiting ...>\n", step.step->name, step.step->sql);
    }
    return true;
  }

  void Report(const PermutationStep& step, Try tried, Connection* connection) {
    output_ += tried == Try::kFirst ? fmt::format("step {}: {}\n", step.step->name, step.step->sql)
                                    : fmt::format("step {}: <... completed>\n", step.step->name);
    const SqlOutcome outcome = connection->session->Finish();
    for (const SqlResult& result : outcome.results) {
      if (result.is_query) output_ += AlignedTable(result);
    }
    if (!outcome.status.ok())
      output_ += fmt::format("ERROR:  {}\n", std::string(outcome.status.message()));
    PrintNotices(connection);
    for (const SqlMessage& message : std::exchange(connection->notifications, {})) {
      output_ += fmt::format("{}: NOTIFY \"{}\" with payload \"{}\" from {}\n", connection->name,
                             message.channel, message.text, NameOf(message.sender));
    }
    connection->active = nullptr;
  }

  // Prints the notices that came in, and keeps the notifications for when the step is reported.
  void PrintNotices(Connection* connection) {
    for (SqlMessage& message : connection->session->TakeMessages()) {
      if (message.is_notification) {
        connection->notifications.push_back(std::move(message));
        continue;
      }
      output_ += fmt::format("{}: {}:  {}\n", connection->name, message.severity, message.text);
      ++connection->notices;
      ++notices_printed_;
    }
  }

  std::string NameOf(const SqlSession* sender) const {
    for (const Connection& connection : connections_) {
      if (connection.session.get() == sender) return connection.name;
    }
    return "another session";
  }

  const Spec& spec_;
  const SpecRunOptions options_;
  SqlDatabase* const database_;  // Not owned.
  std::unique_ptr<SqlSession> control_;
  std::vector<Connection> connections_;
  std::vector<SqlSession*> sessions_;  // Those of connections_.
  uint64_t notices_printed_ = 0;
  std::string output_;
};

// A value that stands to the right: digits, signs, points, exponents, and a digit at its end.
bool LooksNumeric(std::string_view value) {
  if (value.front() == 'E' || value.front() == 'e' || value.back() < '0' || value.back() > '9')
    return false;
  return value.find_first_not_of("0123456789.Ee -") == std::string_view::npos;
}

std::string Cell(std::string_view value, size_t width, bool to_the_right) {
  const std::string padding(width - value.size(), ' ');
  return to_the_right ? fmt::format("{}{}", padding, value) : fmt::format("{}{}", value, padding);
}

}  // namespace

std::string AlignedTable(const SqlResult& result) {
  if (result.columns.empty()) return "";
  std::vector<size_t> widths;
  std::vector<bool> numeric(result.columns.size(), true);
  for (const SqlColumn& column : result.columns) widths.push_back(column.name.size());
  for (const SqlRow& row : result.rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      if (!row[c].has_value() || row[c]->empty()) continue;
      widths[c] = std::max(widths[c], row[c]->size());
      numeric[c] = numeric[c] && LooksNumeric(*row[c]);
    }
  }
  std::vector<std::string> header, rule;
  for (size_t c = 0; c < widths.size(); ++c) {
    header.push_back(Cell(result.columns[c].name, widths[c], numeric[c]));
    rule.push_back(std::string(widths[c], '-'));
  }
  std::string text = fmt::format("{}\n{}\n", fmt::join(header, "|"), fmt::join(rule, "+"));
  for (const SqlRow& row : result.rows) {
    std::vector<std::string> cells;
    for (size_t c = 0; c < row.size(); ++c)
      cells.push_back(Cell(row[c].value_or(""), widths[c], numeric[c]));
    text += fmt::format("{}\n", fmt::join(cells, "|"));
  }
  return text +
         fmt::format("({} row{})\n\n", result.rows.size(), result.rows.size() == 1 ? "" : "s");
}

absl::StatusOr<std::string> RunSpec(const Spec& spec, const SpecRunOptions& options,
                                    SqlDatabase* database) {
  return Runner(spec, options, database).Run();
}

}  // namespace heliosdb::testkit::isolation
