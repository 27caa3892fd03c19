#include "replication/sql_database.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::replication {

absl::StatusOr<std::unique_ptr<MemberDatabase>> SqlDatabases::Open(const std::string& directory,
                                                                   txn::CommitGate* gate) {
  api::NodeHooks hooks;
  hooks.is_member = true;
  hooks.gate = gate;
  hooks.views = {hooks_.views};
  hooks.refuse_write = hooks_.refuse_write;
  txn::EngineOptions seams = hooks_.seams;
  seams.commit_ack_timeout = hooks_.commit_ack_timeout;
  HELIOS_ASSIGN_OR_RETURN(
      std::unique_ptr<api::DatabaseState> state,
      api::DatabaseState::Open(directory, options_, std::move(hooks), std::move(seams)));
  api::DatabaseState* const borrowed = state.get();
  return std::make_unique<SqlDatabase>(hooks_.wrap(std::move(state)), borrowed);
}

txn::EngineOptions SqlDatabases::LoadOptions(const std::string& directory) {
  txn::EngineOptions options;
  options.directory = directory;
  options.role = txn::NodeRole::kMember;
  options.files = hooks_.seams.files;
  options.failpoints = hooks_.seams.failpoints;
  options.wal_segment_bytes = options_.wal_segment_bytes;
  options.map_bytes_max = options_.map_bytes_max;
  if (options_.progress) {
    options.progress = [callback = options_.progress](const txn::Progress& progress) {
      heliosdb::Progress report;
      report.task = Task::kBaseBackup;
      report.done = progress.done;
      callback(report);
    };
  }
  return options;
}

}  // namespace heliosdb::replication
