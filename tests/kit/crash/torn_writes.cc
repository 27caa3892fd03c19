#include "tests/kit/crash/torn_writes.h"

#include <atomic>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/wal/wal_format.h"

namespace heliosdb::testkit::crash {
namespace {

class TornFile : public File {
 public:
  TornFile(std::unique_ptr<File> base, std::atomic<int64_t>* writes_left)
      : base_(std::move(base)), writes_left_(writes_left) {}

  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> out) override {
    return base_->ReadAt(offset, out);
  }
  absl::Status WriteAt(uint64_t offset, std::string_view bytes) override {
    if (offset < wal::kSegmentHeaderBytes || writes_left_->fetch_sub(1) > 0) {
      return base_->WriteAt(offset, bytes);
    }
    // What could not be written makes no difference to the dead.
    base_->WriteAt(offset, bytes.substr(0, bytes.size() / 2)).IgnoreError();
    std::raise(SIGKILL);
    return Internal("survived a kill");
  }
  absl::Status Sync() override { return base_->Sync(); }
  absl::Status Allocate(uint64_t offset, uint64_t bytes) override {
    return base_->Allocate(offset, bytes);
  }
  absl::Status Truncate(uint64_t bytes) override { return base_->Truncate(bytes); }
  absl::StatusOr<uint64_t> Size() override { return base_->Size(); }

 private:
  const std::unique_ptr<File> base_;
  std::atomic<int64_t>* const writes_left_;
};

class TornWrites : public FileSystem {
 public:
  TornWrites(FileSystem* base, uint64_t skip)
      : FileSystem(base->failpoints()), base_(base), writes_left_(static_cast<int64_t>(skip)) {}

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<File> file, base_->Open(path, mode));
    if (!path.ends_with(".wal")) return file;
    return std::make_unique<TornFile>(std::move(file), &writes_left_);
  }
  absl::Status Rename(std::string_view from, std::string_view to) override {
    return base_->Rename(from, to);
  }
  absl::Status Remove(std::string_view path) override { return base_->Remove(path); }
  absl::StatusOr<std::vector<std::string>> List(std::string_view directory) override {
    return base_->List(directory);
  }
  absl::Status CreateDir(std::string_view directory) override {
    return base_->CreateDir(directory);
  }
  absl::Status SyncDir(std::string_view directory) override { return base_->SyncDir(directory); }
  absl::StatusOr<bool> Exists(std::string_view path) override { return base_->Exists(path); }
  absl::StatusOr<std::unique_ptr<FileLock>> Lock(std::string_view path) override {
    return base_->Lock(path);
  }
  absl::StatusOr<uint64_t> FreeBytes(std::string_view directory) override {
    return base_->FreeBytes(directory);
  }

 private:
  FileSystem* const base_;
  std::atomic<int64_t> writes_left_;
};

}  // namespace

std::unique_ptr<FileSystem> NewTornWrites(FileSystem* base, uint64_t skip) {
  return std::make_unique<TornWrites>(base, skip);
}

}  // namespace heliosdb::testkit::crash
