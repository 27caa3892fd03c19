// The database of a node, as replication sees it.
#ifndef HELIOSDB_REPLICATION_MEMBER_DATABASE_H_
#define HELIOSDB_REPLICATION_MEMBER_DATABASE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/txn/commit_gate.h"
#include "core/txn/engine.h"
#include "core/txn/engine_options.h"

namespace heliosdb::replication {

class MemberDatabase {
 public:
  virtual ~MemberDatabase() = default;
  virtual txn::Engine& engine() = 0;
  // The engine began to lead, or to follow: what was known of its state as a writer is old.
  virtual void OnRoleChange() = 0;
  // Writes what a new database needs; called once, while the engine leads.
  virtual absl::Status Initialize() = 0;
  // Another database takes this one's place: its sessions fail from here on.
  virtual void Retire() = 0;
  // 55006 while it has sessions.
  virtual absl::Status Close() = 0;
};

class MemberDatabases {
 public:
  virtual ~MemberDatabases() = default;
  // Opens or makes the database in a directory, as a member.
  virtual absl::StatusOr<std::unique_ptr<MemberDatabase>> Open(const std::string& directory,
                                                               txn::CommitGate* gate) = 0;
  // To load a base backup into a directory.
  virtual txn::EngineOptions LoadOptions(const std::string& directory) = 0;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_MEMBER_DATABASE_H_
