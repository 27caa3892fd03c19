#include "core/base/file_system.h"

#include "core/base/status.h"

namespace heliosdb {

absl::StatusOr<std::string> ReadWholeFile(FileSystem& files, std::string_view path,
                                          uint64_t bytes_max) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, files.Open(path, OpenMode::kRead));
  HELIOS_ASSIGN_OR_RETURN(const uint64_t size, file->Size());
  if (size > bytes_max) {
    return ResourceExhausted("file \"{}\" holds {} bytes, more than {}", path, size, bytes_max);
  }
  std::string bytes(size, '\0');
  HELIOS_ASSIGN_OR_RETURN(const size_t count, file->ReadAt(0, bytes));
  bytes.resize(count);
  return bytes;
}

absl::Status WriteFileAtomically(FileSystem& files, std::string_view path, std::string_view bytes) {
  const std::string temporary = fmt::format("{}.tmp", path);
  {
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                            files.Open(temporary, OpenMode::kCreate));
    HELIOS_RETURN_IF_ERROR(file->Truncate(0));
    HELIOS_RETURN_IF_ERROR(file->WriteAt(0, bytes));
    HELIOS_RETURN_IF_ERROR(file->Sync());
  }
  HELIOS_RETURN_IF_ERROR(files.Rename(temporary, path));
  return files.SyncDir(DirectoryOf(path));
}

std::string JoinPath(std::string_view directory, std::string_view name) {
  return fmt::format("{}/{}", directory, name);
}

std::string_view DirectoryOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

}  // namespace heliosdb
