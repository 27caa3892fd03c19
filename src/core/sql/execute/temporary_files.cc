#include "core/sql/execute/temporary_files.h"

#include <utility>
#include <vector>

#include "core/base/status.h"

namespace heliosdb::sql::execute {

TemporaryFiles::TemporaryFiles(FileSystem* files, std::string directory)
    : files_(files), directory_(std::move(directory)) {}

absl::StatusOr<std::unique_ptr<File>> TemporaryFiles::Create() {
  const uint64_t number = created_.fetch_add(1, std::memory_order_relaxed);
  if (number == 0) HELIOS_RETURN_IF_ERROR(files_->CreateDir(directory_));
  const std::string path = JoinPath(directory_, fmt::format("{}.spill", number));
  absl::StatusOr<std::unique_ptr<File>> file = files_->Open(path, OpenMode::kCreateNew);
  if (absl::IsNotFound(file.status())) {
    // The folder is made by another thread just now, or was taken away.
    HELIOS_RETURN_IF_ERROR(files_->CreateDir(directory_));
    file = files_->Open(path, OpenMode::kCreateNew);
  }
  HELIOS_RETURN_IF_ERROR(file.status());
  HELIOS_RETURN_IF_ERROR(files_->Remove(path));
  return file;
}

absl::Status TemporaryFiles::RemoveLeftovers() {
  HELIOS_ASSIGN_OR_RETURN(const bool exists, files_->Exists(directory_));
  if (!exists) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> names, files_->List(directory_));
  for (const std::string& name : names)
    HELIOS_RETURN_IF_ERROR(files_->Remove(JoinPath(directory_, name)));
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::execute
