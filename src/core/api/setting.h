// Settings: what SET, SHOW and RESET know.
#ifndef HELIOSDB_CORE_API_SETTING_H_
#define HELIOSDB_CORE_API_SETTING_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/txn/durability.h"
#include "core/txn/transaction.h"
#include "core/types/time_zone.h"
#include "heliosdb/options.h"

namespace heliosdb::api {

// The settings that the engine acts on, decoded.
struct SettingValues {
  std::vector<std::string> search_path = {"public"};  // "$user" has no schema here and is left out.
  types::TimeZone time_zone;
  absl::Duration statement_timeout;
  absl::Duration lock_timeout;
  absl::Duration deadlock_timeout;
  uint64_t work_mem = 0;
  txn::Durability durability = txn::Durability::kFull;
  txn::Isolation default_isolation = txn::Isolation::kReadCommitted;
  bool default_read_only = false;
  bool default_deferrable = false;
};

// The settings of a session, with PostgreSQL's names and forms, and what a transaction that rolls back must restore.
// Not thread-safe.
class Settings {
 public:
  explicit Settings(const Options& options);

  const SettingValues& values() const { return values_; }
  // What decides how names and literals of a statement are read: statements bound under equal ones mean the same.
  const std::string& names() const { return names_; }

  // 42704 for an unknown name.
  absl::StatusOr<std::string> Show(std::string_view name) const;
  // Name, value and description of each, by name.
  struct Shown {
    std::string name;
    std::string value;
    std::string description;
  };
  std::vector<Shown> ShowAll() const;

  enum class Scope : uint8_t { kSession, kTransaction };
  // 22023 for a value that the setting does not take, 55P02 for one that cannot be changed, 0A000 for one that
  // PostgreSQL would take and this does not do.
  absl::Status Set(std::string_view name, std::string_view value, Scope scope);
  absl::Status Reset(std::string_view name, Scope scope);
  void ResetAll();

  // What SET did since the mark is undone, or SET LOCAL's part alone at a commit.
  size_t Mark() const { return undo_.size(); }
  void RollbackTo(size_t mark);
  void Commit();

 private:
  struct Definition;
  struct Undo {
    std::string name;
    std::string value;
    bool local = false;
  };
  static const std::vector<Definition>& Definitions();
  static const Definition* Find(std::string_view name);
  absl::Status Apply(const Definition& definition, std::string_view value);
  const std::string& Current(const Definition& definition) const;

  SettingValues values_;
  std::map<std::string, std::string> texts_;     // By lower-case name.
  std::map<std::string, std::string> defaults_;  // Where they are not the definition's.
  std::vector<Undo> undo_;
  std::string names_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_SETTING_H_
