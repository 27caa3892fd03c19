// A node's database with SQL on it.
#ifndef HELIOSDB_REPLICATION_SQL_DATABASE_H_
#define HELIOSDB_REPLICATION_SQL_DATABASE_H_

#include <functional>
#include <memory>
#include <string>

#include "core/api/database_state.h"
#include "heliosdb/database.h"
#include "heliosdb/options.h"
#include "replication/member_database.h"
#include "replication/system_views.h"

namespace heliosdb::replication {

class SqlDatabase : public MemberDatabase {
 public:
  // state is database's own.
  SqlDatabase(std::unique_ptr<Database> database, api::DatabaseState* state)
      : database_(std::move(database)), state_(state) {}

  txn::Engine& engine() override { return *state_->engine(); }
  void OnRoleChange() override { state_->ForgetWriterState(); }
  absl::Status Initialize() override { return state_->InitializeIfNew(); }
  void Retire() override { state_->TerminateSessions(); }
  absl::Status Close() override { return database_->Close(); }
  Database& database() { return *database_; }

 private:
  const std::unique_ptr<Database> database_;
  api::DatabaseState* const state_;
};

class SqlDatabases : public MemberDatabases {
 public:
  struct Hooks {
    // The hint for a refused write; OK while this node leads.
    std::function<absl::Status()> refuse_write;
    const catalog::SystemViewProvider* views = nullptr;  // Outlives every database.
    absl::Duration commit_ack_timeout;
    // Makes the public object; only its friend can.
    std::function<std::unique_ptr<Database>(std::unique_ptr<api::DatabaseState>)> wrap;
    // Files and failpoints of a test.
    txn::EngineOptions seams;
  };
  SqlDatabases(Options options, Hooks hooks)
      : options_(std::move(options)), hooks_(std::move(hooks)) {}

  absl::StatusOr<std::unique_ptr<MemberDatabase>> Open(const std::string& directory,
                                                       txn::CommitGate* gate) override;
  txn::EngineOptions LoadOptions(const std::string& directory) override;

 private:
  const Options options_;
  const Hooks hooks_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SQL_DATABASE_H_
