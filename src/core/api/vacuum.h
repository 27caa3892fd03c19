// ANALYZE and VACUUM.
#ifndef HELIOSDB_CORE_API_VACUUM_H_
#define HELIOSDB_CORE_API_VACUUM_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/api/session.h"
#include "core/sql/parse/utility_statement.h"

namespace heliosdb::api {

// Runs one such statement of a session. ANALYZE writes the statistics as rows of the catalogue: in the session's
// transaction block, or else in a transaction of its own for each table. VACUUM writes a checkpoint, which is what gives
// space back here: it moves the changes out of the log and deletes the storage of dropped and truncated tables.
class VacuumRunner {
 public:
  VacuumRunner(Session* session, const sql::parse::VacuumStatement& statement)
      : session_(session), statement_(statement) {}

  absl::StatusOr<ResultPtr> Run();

 private:
  struct Target {
    catalog::Oid table = catalog::kOidInvalid;
    std::string name;
    const std::vector<std::string>* columns = nullptr;  // The statement's; empty: all.
    bool named = false;                                 // By the statement.
  };

  absl::Status ReadOptions();
  absl::Status CheckAllowed() const;
  // What the statement names, or all tables.
  absl::StatusOr<std::vector<Target>> FindTargets();
  absl::Status AddNamed(const sql::parse::VacuumTable& named, const catalog::CatalogImage& image,
                        std::vector<Target>* targets);
  absl::Status Vacuum(const std::vector<Target>& targets);
  absl::Status AnalyzeInBlock(const Target& target);
  absl::Status AnalyzeAlone(const Target& target);
  // Null: the table is gone, or locked by another under SKIP_LOCKED, and a warning says so.
  struct Newest {
    catalog::ImagePtr image;
    Lsn lsn{0};  // ReadView::catalog_lsn() of what it was made of.
  };
  struct Found {
    Newest newest;  // Under the lock.
    const catalog::Table* table = nullptr;
  };
  absl::StatusOr<Found> LockTarget(const Target& target, txn::Transaction* transaction);
  absl::StatusOr<Newest> NewestImage(txn::Transaction* transaction);
  // Gives the catalogue with the new statistics.
  absl::StatusOr<catalog::ImagePtr> Analyze(const Target& target, const Found& found,
                                            txn::Transaction* transaction);
  void Warn(std::string_view what) { AddNotice("WARNING", what); }
  void AddNotice(std::string_view severity, std::string_view text);

  Session* const session_;
  const sql::parse::VacuumStatement& statement_;
  bool verbose_ = false;
  bool analyze_ = false;
  bool skip_locked_ = false;
  std::vector<std::string> notices_;
  std::optional<CommitReceipt> receipt_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_VACUUM_H_
