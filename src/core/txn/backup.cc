// Copying a checkpoint out of a running engine, and into an empty directory.

#include <memory>
#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"
#include "core/storage/store_copy.h"
#include "core/txn/engine.h"
#include "core/txn/engine_core.h"
#include "core/txn/open_parts.h"

namespace heliosdb::txn {
namespace {

class RunningBackup : public Backup {
 public:
  RunningBackup(EngineCore* core, std::unique_ptr<storage::KvReader> reader, Lsn lsn, uint64_t pin)
      : core_(core), reader_(std::move(reader)), lsn_(lsn), pin_(pin) {}
  ~RunningBackup() override { core_->slots.Unpin(pin_); }

  Lsn lsn() const override { return lsn_; }

  absl::Status Copy(std::function<absl::Status(std::string_view chunk)> sink) override {
    storage::StoreCopyOptions options;
    options.meta_names = {std::string(kMetaName)};
    uint64_t done = 0;
    return storage::CopyStore(*reader_, options, [&](std::string_view chunk) -> absl::Status {
      HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
      done += chunk.size();
      core_->Report({ProgressPhase::kBackup, done, 0});
      return sink(chunk);
    });
  }

 private:
  EngineCore* const core_;
  const std::unique_ptr<storage::KvReader> reader_;
  const Lsn lsn_;
  const uint64_t pin_;
};

class RunningLoad : public BackupLoad {
 public:
  explicit RunningLoad(EngineOptions options, std::unique_ptr<FileLock> lock,
                       std::unique_ptr<storage::KvStore> store)
      : options_(std::move(options)),
        lock_(std::move(lock)),
        store_(std::move(store)),
        loader_(store_.get()) {}

  absl::Status Add(std::string_view chunk) override {
    HELIOS_RETURN_IF_ERROR(loader_.Add(chunk));
    if (options_.progress) {
      options_.progress({ProgressPhase::kBackupLoad, loader_.keys_loaded(), 0});
    }
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (!loader_.complete()) return FailedPrecondition("the base backup is not complete");
    HELIOS_ASSIGN_OR_RETURN(const EngineMeta meta, ReadMeta());
    const std::string directory = JoinPath(options_.directory, "wal");
    HELIOS_RETURN_IF_ERROR(options_.files->CreateDir(directory));
    HELIOS_RETURN_IF_ERROR(options_.files->SyncDir(options_.directory));
    wal::WalOptions wal_options;
    wal_options.files = options_.files;
    wal_options.directory = directory;
    wal_options.history = meta.history;
    wal_options.segment_bytes = options_.wal_segment_bytes;
    return wal::WalWriter::CreateAt(wal_options, meta.checkpoint).status();
  }

 private:
  absl::StatusOr<EngineMeta> ReadMeta() {
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvReader> reader, store_->NewReader());
    HELIOS_RETURN_IF_ERROR(reader->Renew());
    HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                            reader->GetMeta(kMetaName));
    if (!bytes.has_value()) return Corruption("the base backup holds no engine record");
    return DecodeEngineMeta(*bytes);
  }

  const EngineOptions options_;
  const std::unique_ptr<FileLock> lock_;
  const std::unique_ptr<storage::KvStore> store_;
  storage::StoreLoader loader_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Backup>> Engine::BeginBackup() {
  HELIOS_RETURN_IF_ERROR(core_->CheckOpen());
  // Outside of this the store may be behind or ahead of its LSN.
  MutexLock store(&core_->checkpointer.store_mutex());
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<storage::KvReader> reader, core_->store->NewReader());
  HELIOS_RETURN_IF_ERROR(reader->Renew());
  const Lsn lsn = core_->checkpointer.checkpoint_lsn();
  return std::make_unique<RunningBackup>(core_.get(), std::move(reader), lsn,
                                         core_->slots.Pin(lsn));
}

absl::StatusOr<std::unique_ptr<BackupLoad>> Engine::LoadBackup(EngineOptions options) {
  HELIOS_RETURN_IF_ERROR(ValidateEngineOptions(options));
  if (options.files == nullptr) options.files = FileSystem::Posix();
  if (options.directory.empty()) return InvalidArgument("a base backup needs a directory");
  HELIOS_ASSIGN_OR_RETURN(const bool exists, options.files->Exists(options.directory));
  if (exists) {
    HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                            options.files->List(options.directory));
    if (!names.empty()) {
      return FailedPrecondition("directory \"{}\" is not empty: a base backup needs an empty one",
                                options.directory);
    }
  } else {
    HELIOS_RETURN_IF_ERROR(options.files->CreateDir(options.directory));
    HELIOS_RETURN_IF_ERROR(options.files->SyncDir(DirectoryOf(options.directory)));
  }
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<FileLock> lock,
                          options.files->Lock(JoinPath(options.directory, "LOCK")));
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<storage::KvStore> store, OpenStore(options));
  return std::make_unique<RunningLoad>(std::move(options), std::move(lock), std::move(store));
}

}  // namespace heliosdb::txn
