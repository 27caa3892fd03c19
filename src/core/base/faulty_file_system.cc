#include "core/base/faulty_file_system.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/base/thread_annotations.h"

#include "core/base/faulty_inode.h"
#include "core/base/mutex.h"
#include "core/base/random.h"
#include "core/base/status.h"

namespace heliosdb {
namespace {

absl::Status NoSuchFile(std::string_view path) {
  return WithSqlState(NotFound("could not open file \"{}\": No such file or directory", path),
                      sqlstate::kUndefinedFile);
}
absl::Status DiskFull(std::string_view path) {
  return SqlError(sqlstate::kDiskFull, "could not write to file \"{}\": No space left on device",
                  path);
}
absl::Status IoError(FileOperation operation, std::string_view path) {
  return SqlError(sqlstate::kIoError, "could not {} \"{}\": Input/output error",
                  FileOperationName(operation), path);
}

// A change of a directory, not yet synced.
struct NameChange {
  enum class Kind { kLink, kUnlink, kRename, kMakeDir };
  Kind kind;
  std::string path;
  std::string renamed_to;
  uint64_t inode = 0;
};

struct Names {
  std::map<std::string, uint64_t, std::less<>> files;
  std::set<std::string, std::less<>> directories{".", "/"};

  void Apply(const NameChange& change) {
    switch (change.kind) {
      case NameChange::Kind::kLink:
        files[change.path] = change.inode;
        break;
      case NameChange::Kind::kUnlink:
        files.erase(change.path);
        directories.erase(change.path);
        break;
      case NameChange::Kind::kRename:
        files.erase(change.path);
        files[change.renamed_to] = change.inode;
        break;
      case NameChange::Kind::kMakeDir:
        directories.insert(change.path);
        break;
    }
  }
  void DropOrphans() {
    std::erase_if(
        files, [this](const auto& file) { return !directories.contains(DirectoryOf(file.first)); });
  }
};

}  // namespace

std::string_view FileOperationName(FileOperation operation) {
  static constexpr std::array<std::string_view, static_cast<size_t>(FileOperation::kCount)> kNames{
      "open file",     "read file",   "write to file", "fsync file",       "allocate file",
      "truncate file", "rename file", "remove file",   "create directory", "fsync directory"};
  return kNames[static_cast<size_t>(operation)];
}

class FaultyFileSystem::Disk {
 public:
  // What an operation is to do, as the armed fault has it.
  struct Verdict {
    absl::Status answer;
    enum class Extent { kAll, kHalf, kByChance, kNothing } extent = Extent::kAll;
    bool sync_fails = false;
  };

  Disk(uint64_t seed, uint64_t capacity_bytes) : random(seed), capacity(capacity_bytes) {}

  Verdict Begin(FileOperation operation, std::string_view path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  uint64_t UsedBytes() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Change(NameChange change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // Frees content that no name, present or past, and no open file refers to.
  void DropUnreachable() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  absl::Status WriteAt(uint64_t inode, std::string_view path, uint64_t offset,
                       std::string_view bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  absl::Status Grow(uint64_t inode, std::string_view path, uint64_t size)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  mutable Mutex mu;
  Random random;
  uint64_t capacity ABSL_GUARDED_BY(mu);
  std::array<uint64_t, static_cast<size_t>(FileOperation::kCount)> counts ABSL_GUARDED_BY(mu){};
  std::optional<FileFault> fault ABSL_GUARDED_BY(mu);
  std::optional<FileOperation> fault_only ABSL_GUARDED_BY(mu);
  uint64_t fault_in ABSL_GUARDED_BY(mu) = 0;
  bool fault_struck ABSL_GUARDED_BY(mu) = false;
  bool powered_off ABSL_GUARDED_BY(mu) = false;
  uint64_t generation ABSL_GUARDED_BY(mu) = 1;  // One more for every crash.
  Names names ABSL_GUARDED_BY(mu);
  Names names_on_disk ABSL_GUARDED_BY(mu);
  std::map<std::string, std::vector<NameChange>, std::less<>> unsynced_names ABSL_GUARDED_BY(mu);
  std::map<uint64_t, FaultyInode> inodes ABSL_GUARDED_BY(mu);
  std::map<uint64_t, int> open_counts ABSL_GUARDED_BY(mu);
  uint64_t next_inode ABSL_GUARDED_BY(mu) = 1;
  std::set<std::string, std::less<>> locks ABSL_GUARDED_BY(mu);
};

FaultyFileSystem::Disk::Verdict FaultyFileSystem::Disk::Begin(FileOperation operation,
                                                              std::string_view path) {
  if (powered_off) return {IoError(operation, path), Verdict::Extent::kNothing};
  ++counts[static_cast<size_t>(operation)];
  if (!fault.has_value()) return {};
  const bool counted =
      fault_only.has_value() ? *fault_only == operation : operation != FileOperation::kRead;
  if (!counted || --fault_in > 0) return {};

  const FileFault strikes = *fault;
  fault.reset();
  fault_struck = true;
  switch (strikes) {
    case FileFault::kIoError:
      return {IoError(operation, path), Verdict::Extent::kNothing};
    case FileFault::kDiskFull:
      return {DiskFull(path), Verdict::Extent::kNothing};
    case FileFault::kShortWrite:
      if (operation == FileOperation::kWrite) return {DiskFull(path), Verdict::Extent::kHalf};
      return {IoError(operation, path), Verdict::Extent::kNothing};
    case FileFault::kSyncFails:
      return {IoError(operation, path), Verdict::Extent::kNothing,
              operation == FileOperation::kSync};
    case FileFault::kPowerOff:
      powered_off = true;
      return {IoError(operation, path), Verdict::Extent::kByChance};
  }
  return {};
}

uint64_t FaultyFileSystem::Disk::UsedBytes() const {
  uint64_t used = 0;
  for (const auto& [number, inode] : inodes) used += inode.size();
  return used;
}

void FaultyFileSystem::Disk::Change(NameChange change) {
  names.Apply(change);
  const std::string_view directory = DirectoryOf(change.path);
  if (change.kind == NameChange::Kind::kRename && DirectoryOf(change.renamed_to) != directory) {
    // Two directories, each with a state of its own after a crash.
    const std::string other(DirectoryOf(change.renamed_to));
    unsynced_names[other].push_back({NameChange::Kind::kLink, change.renamed_to, "", change.inode});
    change.kind = NameChange::Kind::kUnlink;
  }
  unsynced_names[std::string(directory)].push_back(std::move(change));
}

void FaultyFileSystem::Disk::DropUnreachable() {
  std::set<uint64_t> reachable;
  for (const auto& [path, inode] : names.files) reachable.insert(inode);
  for (const auto& [path, inode] : names_on_disk.files) reachable.insert(inode);
  for (const auto& [directory, changes] : unsynced_names) {
    for (const NameChange& change : changes) reachable.insert(change.inode);
  }
  for (const auto& [inode, count] : open_counts) {
    if (count > 0) reachable.insert(inode);
  }
  std::erase_if(inodes, [&](const auto& entry) { return !reachable.contains(entry.first); });
  std::erase_if(open_counts, [](const auto& entry) { return entry.second <= 0; });
}

absl::Status FaultyFileSystem::Disk::Grow(uint64_t inode, std::string_view path, uint64_t size) {
  FaultyInode& content = inodes[inode];
  if (size <= content.size()) return absl::OkStatus();
  if (UsedBytes() + (size - content.size()) > capacity) return DiskFull(path);
  content.Resize(size);
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::Disk::WriteAt(uint64_t inode, std::string_view path, uint64_t offset,
                                             std::string_view bytes) {
  const Verdict verdict = Begin(FileOperation::kWrite, path);
  if (verdict.extent == Verdict::Extent::kHalf) bytes = bytes.substr(0, bytes.size() / 2);
  if (verdict.extent == Verdict::Extent::kByChance) {
    bytes = bytes.substr(0, random.Below(bytes.size() + 1));
  }
  if (verdict.extent == Verdict::Extent::kNothing || bytes.empty()) return verdict.answer;
  if (absl::Status grown = Grow(inode, path, offset + bytes.size()); !grown.ok()) {
    // As much as the file already had room for.
    const uint64_t size = inodes[inode].size();
    if (offset < size) inodes[inode].Write(offset, bytes.substr(0, size - offset));
    return grown;
  }
  inodes[inode].Write(offset, bytes);
  return verdict.answer;
}

class FaultyFileSystem::OpenFile : public File {
 public:
  OpenFile(Disk* disk, uint64_t inode, uint64_t generation, std::string path)
      : disk_(disk), inode_(inode), generation_(generation), path_(std::move(path)) {}

  ~OpenFile() override {
    MutexLock lock(&disk_->mu);
    if (generation_ != disk_->generation) return;
    --disk_->open_counts[inode_];
    disk_->DropUnreachable();
  }

  absl::StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> out) override {
    MutexLock lock(&disk_->mu);
    HELIOS_RETURN_IF_ERROR(CheckAlive(FileOperation::kRead));
    HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kRead, path_).answer);
    return disk_->inodes[inode_].Read(offset, out);
  }

  absl::Status WriteAt(uint64_t offset, std::string_view bytes) override {
    MutexLock lock(&disk_->mu);
    HELIOS_RETURN_IF_ERROR(CheckAlive(FileOperation::kWrite));
    return disk_->WriteAt(inode_, path_, offset, bytes);
  }

  absl::Status Sync() override {
    MutexLock lock(&disk_->mu);
    HELIOS_RETURN_IF_ERROR(CheckAlive(FileOperation::kSync));
    const Disk::Verdict verdict = disk_->Begin(FileOperation::kSync, path_);
    if (verdict.sync_fails) disk_->inodes[inode_].FailSync();
    if (Happens(verdict)) disk_->inodes[inode_].Sync();
    return verdict.answer;
  }

  absl::Status Allocate(uint64_t offset, uint64_t bytes) override {
    MutexLock lock(&disk_->mu);
    HELIOS_RETURN_IF_ERROR(CheckAlive(FileOperation::kAllocate));
    const Disk::Verdict verdict = disk_->Begin(FileOperation::kAllocate, path_);
    if (Happens(verdict)) HELIOS_RETURN_IF_ERROR(disk_->Grow(inode_, path_, offset + bytes));
    return verdict.answer;
  }

  absl::Status Truncate(uint64_t bytes) override {
    MutexLock lock(&disk_->mu);
    HELIOS_RETURN_IF_ERROR(CheckAlive(FileOperation::kTruncate));
    const Disk::Verdict verdict = disk_->Begin(FileOperation::kTruncate, path_);
    if (Happens(verdict)) disk_->inodes[inode_].Resize(bytes);
    return verdict.answer;
  }

  absl::StatusOr<uint64_t> Size() override {
    MutexLock lock(&disk_->mu);
    HELIOS_RETURN_IF_ERROR(CheckAlive(FileOperation::kRead));
    return disk_->inodes[inode_].size();
  }

 private:
  absl::Status CheckAlive(FileOperation operation) ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu) {
    if (generation_ == disk_->generation && !disk_->powered_off) return absl::OkStatus();
    return IoError(operation, path_);
  }
  bool Happens(const Disk::Verdict& verdict) ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_->mu) {
    return verdict.extent == Disk::Verdict::Extent::kAll ||
           (verdict.extent == Disk::Verdict::Extent::kByChance && disk_->random.Below(2) == 0);
  }

  Disk* const disk_;
  const uint64_t inode_;
  const uint64_t generation_;
  const std::string path_;
};

class FaultyFileSystem::HeldLock : public FileLock {
 public:
  HeldLock(Disk* disk, uint64_t generation, std::string path)
      : disk_(disk), generation_(generation), path_(std::move(path)) {}
  ~HeldLock() override {
    MutexLock lock(&disk_->mu);
    if (generation_ == disk_->generation) disk_->locks.erase(path_);
  }

 private:
  Disk* const disk_;
  const uint64_t generation_;
  const std::string path_;
};

FaultyFileSystem::FaultyFileSystem(Options options)
    : FileSystem(options.failpoints),
      disk_(std::make_unique<Disk>(options.seed, options.capacity_bytes)) {}
FaultyFileSystem::~FaultyFileSystem() = default;

void FaultyFileSystem::FailNth(uint64_t n, FileFault fault, std::optional<FileOperation> only) {
  MutexLock lock(&disk_->mu);
  disk_->fault = fault;
  disk_->fault_in = std::max<uint64_t>(n, 1);
  disk_->fault_only = only;
  disk_->fault_struck = false;
}

void FaultyFileSystem::ClearFault() {
  MutexLock lock(&disk_->mu);
  disk_->fault.reset();
}

bool FaultyFileSystem::fault_struck() const {
  MutexLock lock(&disk_->mu);
  return disk_->fault_struck;
}

void FaultyFileSystem::Crash(Unsynced unsynced) {
  MutexLock lock(&disk_->mu);
  ++disk_->generation;
  disk_->powered_off = false;
  disk_->fault.reset();
  disk_->locks.clear();
  disk_->open_counts.clear();
  if (unsynced == Unsynced::kKept) return;
  for (auto& [number, inode] : disk_->inodes) {
    if (unsynced == Unsynced::kLost) {
      inode.LoseUnsynced();
    } else {
      inode.LoseUnsyncedByChance(disk_->random);
    }
  }
  if (unsynced == Unsynced::kChance) {
    for (const auto& [directory, changes] : disk_->unsynced_names) {
      const uint64_t kept = disk_->random.Below(changes.size() + 1);
      for (uint64_t i = 0; i < kept; ++i) disk_->names_on_disk.Apply(changes[i]);
    }
  }
  disk_->unsynced_names.clear();
  disk_->names_on_disk.DropOrphans();
  disk_->names = disk_->names_on_disk;
  disk_->DropUnreachable();
}

void FaultyFileSystem::SetCapacity(uint64_t capacity_bytes) {
  MutexLock lock(&disk_->mu);
  disk_->capacity = capacity_bytes;
}

uint64_t FaultyFileSystem::OperationCount(FileOperation operation) const {
  MutexLock lock(&disk_->mu);
  return disk_->counts[static_cast<size_t>(operation)];
}

uint64_t FaultyFileSystem::OperationCount() const {
  MutexLock lock(&disk_->mu);
  uint64_t sum = 0;
  for (const uint64_t count : disk_->counts) sum += count;
  return sum - disk_->counts[static_cast<size_t>(FileOperation::kRead)];
}

absl::Status FaultyFileSystem::FlipBit(std::string_view path, uint64_t offset, int bit) {
  MutexLock lock(&disk_->mu);
  const auto file = disk_->names.files.find(path);
  if (file == disk_->names.files.end()) return NoSuchFile(path);
  FaultyInode& inode = disk_->inodes[file->second];
  if (offset >= inode.size() || bit < 0 || bit > 7) {
    return InvalidArgument("file \"{}\" has no bit {} of byte {}", path, bit, offset);
  }
  inode.FlipBit(offset, bit);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<File>> FaultyFileSystem::Open(std::string_view path, OpenMode mode) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kOpen, path).answer);
  const auto file = disk_->names.files.find(path);
  uint64_t inode = 0;
  if (file != disk_->names.files.end()) {
    if (mode == OpenMode::kCreateNew) {
      return WithSqlState(AlreadyExists("could not open file \"{}\": File exists", path),
                          sqlstate::kDuplicateFile);
    }
    inode = file->second;
  } else {
    const bool creates = mode == OpenMode::kCreate || mode == OpenMode::kCreateNew;
    if (!creates || !disk_->names.directories.contains(DirectoryOf(path))) return NoSuchFile(path);
    inode = disk_->next_inode++;
    disk_->inodes[inode];
    disk_->Change({NameChange::Kind::kLink, std::string(path), "", inode});
  }
  ++disk_->open_counts[inode];
  return std::make_unique<OpenFile>(disk_.get(), inode, disk_->generation, std::string(path));
}

absl::Status FaultyFileSystem::Rename(std::string_view from, std::string_view to) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kRename, from).answer);
  const auto file = disk_->names.files.find(from);
  if (file == disk_->names.files.end()) return NoSuchFile(from);
  if (!disk_->names.directories.contains(DirectoryOf(to))) return NoSuchFile(to);
  disk_->Change({NameChange::Kind::kRename, std::string(from), std::string(to), file->second});
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::Remove(std::string_view path) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kRemove, path).answer);
  const auto file = disk_->names.files.find(path);
  if (file == disk_->names.files.end() && !disk_->names.directories.contains(path)) {
    return NoSuchFile(path);
  }
  const uint64_t inode = file == disk_->names.files.end() ? 0 : file->second;
  disk_->Change({NameChange::Kind::kUnlink, std::string(path), "", inode});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FaultyFileSystem::List(std::string_view directory) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kRead, directory).answer);
  if (!disk_->names.directories.contains(directory)) return NoSuchFile(directory);
  std::vector<std::string> result;
  for (const auto& [path, inode] : disk_->names.files) {
    if (DirectoryOf(path) == directory) result.push_back(path.substr(path.rfind('/') + 1));
  }
  for (const std::string& path : disk_->names.directories) {
    if (path != "." && path != "/" && DirectoryOf(path) == directory) {
      result.push_back(path.substr(path.rfind('/') + 1));
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

absl::Status FaultyFileSystem::CreateDir(std::string_view directory) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kCreateDir, directory).answer);
  if (disk_->names.directories.contains(directory)) return absl::OkStatus();
  if (!disk_->names.directories.contains(DirectoryOf(directory))) return NoSuchFile(directory);
  disk_->Change({NameChange::Kind::kMakeDir, std::string(directory), "", 0});
  return absl::OkStatus();
}

absl::Status FaultyFileSystem::SyncDir(std::string_view directory) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kSyncDir, directory).answer);
  if (!disk_->names.directories.contains(directory)) return NoSuchFile(directory);
  if (auto changes = disk_->unsynced_names.find(directory);
      changes != disk_->unsynced_names.end()) {
    for (const NameChange& change : changes->second) disk_->names_on_disk.Apply(change);
    disk_->unsynced_names.erase(changes);
  }
  disk_->DropUnreachable();
  return absl::OkStatus();
}

absl::StatusOr<bool> FaultyFileSystem::Exists(std::string_view path) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kRead, path).answer);
  return disk_->names.files.contains(path) || disk_->names.directories.contains(path);
}

absl::StatusOr<std::unique_ptr<FileLock>> FaultyFileSystem::Lock(std::string_view path) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kOpen, path).answer);
  if (!disk_->locks.insert(std::string(path)).second) {
    return WithSqlState(Unavailable("lock file \"{}\" is held by another open database", path),
                        sqlstate::kObjectInUse);
  }
  return std::make_unique<HeldLock>(disk_.get(), disk_->generation, std::string(path));
}

absl::StatusOr<uint64_t> FaultyFileSystem::FreeBytes(std::string_view directory) {
  MutexLock lock(&disk_->mu);
  HELIOS_RETURN_IF_ERROR(disk_->Begin(FileOperation::kRead, directory).answer);
  const uint64_t used = disk_->UsedBytes();
  return disk_->capacity > used ? disk_->capacity - used : 0;
}

}  // namespace heliosdb
