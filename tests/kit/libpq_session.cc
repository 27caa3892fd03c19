#include "tests/kit/libpq_session.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "fmt/format.h"
#include <libpq-fe.h>

#include "core/base/status.h"

namespace heliosdb::testkit {
namespace {

using PgResultPtr = std::unique_ptr<PGresult, void (*)(PGresult*)>;
using PgConnPtr = std::unique_ptr<PGconn, void (*)(PGconn*)>;

std::string Field(const PGresult* result, int field) {
  const char* value = PQresultErrorField(result, field);
  return value == nullptr ? std::string() : value;
}

absl::Status StatusOf(PGresult* result) {
  const std::string state = Field(result, PG_DIAG_SQLSTATE);
  if (state.size() != 5) return Unavailable("{}", PQresultErrorMessage(result));
  char code[6] = {};
  state.copy(code, 5);
  absl::Status status = MakeSqlError(SqlState(code), Field(result, PG_DIAG_MESSAGE_PRIMARY));
  status = WithDetail(std::move(status), Field(result, PG_DIAG_MESSAGE_DETAIL));
  status = WithHint(std::move(status), Field(result, PG_DIAG_MESSAGE_HINT));
  status = WithConstraint(std::move(status), Field(result, PG_DIAG_CONSTRAINT_NAME));
  const std::string position = Field(result, PG_DIAG_STATEMENT_POSITION);
  if (!position.empty()) status = WithPosition(std::move(status), std::stoi(position));
  return status;
}

SqlResult ResultOf(PGresult* result) {
  SqlResult answer;
  answer.is_query = PQresultStatus(result) == PGRES_TUPLES_OK;
  answer.command_tag = PQcmdStatus(result);
  const int columns = PQnfields(result);
  for (int c = 0; c < columns; ++c) {
    answer.columns.push_back({.name = PQfname(result, c), .type_oid = PQftype(result, c)});
  }
  answer.rows.resize(PQntuples(result));
  for (int r = 0; r < PQntuples(result); ++r) {
    for (int c = 0; c < columns; ++c) {
      answer.rows[r].push_back(PQgetisnull(result, r, c)
                                   ? std::nullopt
                                   : std::optional<std::string>(PQgetvalue(result, r, c)));
    }
  }
  return answer;
}

class LibpqDatabase;

class LibpqSession final : public SqlSession {
 public:
  LibpqSession(LibpqDatabase* database, PgConnPtr connection)
      : database_(database),
        connection_(std::move(connection)),
        cancel_(PQgetCancel(connection_.get()), PQfreeCancel) {
    PQsetNoticeReceiver(connection_.get(), OnNotice, this);
  }
  ~LibpqSession() override;

  SqlOutcome Run(std::string_view sql) override;
  void Cancel() override {
    char error[256];
    PQcancel(cancel_.get(), error, sizeof(error));
  }
  std::vector<SqlMessage> TakeMessages() override {
    MutexLock lock(&mu_);
    return std::exchange(messages_, {});
  }
  uint64_t messages_received() override {
    MutexLock lock(&mu_);
    return received_;
  }
  int pid() const { return PQbackendPID(connection_.get()); }

 private:
  static void OnNotice(void* session, const PGresult* result) {
    SqlMessage notice;
    notice.severity = Field(result, PG_DIAG_SEVERITY);
    notice.text = Field(result, PG_DIAG_MESSAGE_PRIMARY);
    static_cast<LibpqSession*>(session)->Add(std::move(notice));
  }
  void Add(SqlMessage message) {
    MutexLock lock(&mu_);
    if (!message.is_notification) ++received_;
    messages_.push_back(std::move(message));
  }
  void AddNotifications();

  LibpqDatabase* const database_;  // Not owned; outlives this.
  const PgConnPtr connection_;
  const std::unique_ptr<PGcancel, void (*)(PGcancel*)> cancel_;
  Mutex mu_;
  std::vector<SqlMessage> messages_ ABSL_GUARDED_BY(mu_);
  uint64_t received_ ABSL_GUARDED_BY(mu_) = 0;
};

class LibpqDatabase final : public SqlDatabase {
 public:
  LibpqDatabase(std::string conninfo, PgConnPtr control)
      : conninfo_(std::move(conninfo)), control_(std::move(control)) {}

  static absl::StatusOr<PgConnPtr> Open(const std::string& conninfo, std::string_view name) {
    const std::string full = fmt::format(
        "{} application_name='{}' options='-c timezone=UTC -c datestyle=ISO,MDY "
        "-c intervalstyle=postgres -c bytea_output=hex -c lc_messages=C'",
        conninfo, name);
    PgConnPtr connection(PQconnectdb(full.c_str()), PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) {
      return Unavailable("cannot connect: {}", PQerrorMessage(connection.get()));
    }
    return connection;
  }

  absl::StatusOr<std::unique_ptr<SqlSession>> Connect(std::string_view name) override {
    HELIOS_ASSIGN_OR_RETURN(PgConnPtr connection, Open(conninfo_, name));
    auto session = std::make_unique<LibpqSession>(this, std::move(connection));
    MutexLock lock(&mu_);
    sessions_[session->pid()] = session.get();
    return session;
  }

  absl::StatusOr<bool> IsBlocked(SqlSession& session,
                                 std::span<SqlSession* const> others) override {
    std::string pids;
    for (SqlSession* other : others) {
      if (!pids.empty()) pids += ',';
      pids += std::to_string(static_cast<LibpqSession*>(other)->pid());
    }
    const std::string sql =
        fmt::format("SELECT pg_catalog.pg_isolation_test_session_is_blocked({}, '{{{}}}')",
                    static_cast<LibpqSession&>(session).pid(), pids);
    MutexLock lock(&mu_);
    const PgResultPtr result(PQexec(control_.get(), sql.c_str()), PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return StatusOf(result.get());
    return PQgetvalue(result.get(), 0, 0)[0] == 't';
  }

  absl::Status Reset() override {
    MutexLock lock(&mu_);
    constexpr char kSql[] =
        "SET client_min_messages = warning; DO $$ DECLARE s text; BEGIN "
        "FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
        "'information_schema' "
        "LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$; CREATE SCHEMA public; "
        "GRANT USAGE ON SCHEMA public TO PUBLIC;";
    const PgResultPtr result(PQexec(control_.get(), kSql), PQclear);
    return PQresultStatus(result.get()) == PGRES_COMMAND_OK ? absl::OkStatus()
                                                            : StatusOf(result.get());
  }

  void Forget(LibpqSession* session) {
    MutexLock lock(&mu_);
    sessions_.erase(session->pid());
  }
  SqlSession* SessionOf(int pid) {
    MutexLock lock(&mu_);
    const auto found = sessions_.find(pid);
    return found == sessions_.end() ? nullptr : found->second;
  }

 private:
  const std::string conninfo_;
  Mutex mu_;
  const PgConnPtr control_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<int, LibpqSession*> sessions_ ABSL_GUARDED_BY(mu_);
};

LibpqSession::~LibpqSession() {
  StopThread();
  database_->Forget(this);
}

void LibpqSession::AddNotifications() {
  PQconsumeInput(connection_.get());
  while (true) {
    const std::unique_ptr<PGnotify, void (*)(void*)> notify(PQnotifies(connection_.get()),
                                                            PQfreemem);
    if (notify == nullptr) return;
    SqlMessage message;
    message.is_notification = true;
    message.text = notify->extra;
    message.channel = notify->relname;
    message.sender = database_->SessionOf(notify->be_pid);
    Add(std::move(message));
  }
}

SqlOutcome LibpqSession::Run(std::string_view sql) {
  SqlOutcome outcome;
  if (PQsendQuery(connection_.get(), std::string(sql).c_str()) == 0) {
    outcome.status = Unavailable("{}", PQerrorMessage(connection_.get()));
    return outcome;
  }
  while (true) {
    const PgResultPtr result(PQgetResult(connection_.get()), PQclear);
    if (result == nullptr) break;
    switch (PQresultStatus(result.get())) {
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
        outcome.results.push_back(ResultOf(result.get()));
        break;
      case PGRES_EMPTY_QUERY:
        break;
      case PGRES_FATAL_ERROR:
        outcome.status = StatusOf(result.get());
        break;
      default:
        outcome.status = Unsupported("{}", PQresStatus(PQresultStatus(result.get())));
    }
  }
  AddNotifications();
  return outcome;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenLibpqDatabase(std::string_view conninfo) {
  HELIOS_ASSIGN_OR_RETURN(PgConnPtr control, LibpqDatabase::Open(std::string(conninfo), "testkit"));
  return std::make_unique<LibpqDatabase>(std::string(conninfo), std::move(control));
}

}  // namespace heliosdb::testkit
