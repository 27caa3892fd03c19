// Files for what a statement cannot hold in memory.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_TEMPORARY_FILES_H_
#define HELIOSDB_CORE_SQL_EXECUTE_TEMPORARY_FILES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"

namespace heliosdb::sql::execute {

// A file has lost its name when Create returns it: it goes with its last use, however the statement or the process ends.
// One a database; thread-safe.
class TemporaryFiles {
 public:
  // directory need not exist; its parent must. files is not owned and outlives this.
  TemporaryFiles(FileSystem* files, std::string directory);

  // An empty file. Blocks on the disk.
  absl::StatusOr<std::unique_ptr<File>> Create();
  // Removes what a process that died within Create left. Only while no other database has the directory.
  absl::Status RemoveLeftovers();
  // How many files were made since the start.
  uint64_t created() const { return created_.load(std::memory_order_relaxed); }

 private:
  FileSystem* const files_;
  const std::string directory_;
  std::atomic<uint64_t> created_{0};
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_TEMPORARY_FILES_H_
