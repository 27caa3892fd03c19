#include "core/storage/lmdb_store.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <lmdb.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/file_system.h"
#include "core/base/mutex.h"
#include "core/base/status.h"
#include "core/storage/kv_keys.h"
#include "core/storage/lmdb_page_reader.h"

namespace heliosdb::storage {
namespace {

constexpr uint32_t kCrcBytes = 4;
constexpr uint64_t kPageBytes = 4096;
constexpr std::string_view kFormatMetaName = "format";
constexpr std::string_view kFormatPrefix = "heliosdb-store ";
// A store is not opened with less address space than this because there is little.
constexpr uint64_t kMapBytesLeast = uint64_t{1} << 30;
// The largest node that LMDB puts on a leaf; a larger one gets overflow pages.
constexpr size_t kNodeBytesMax = ((kPageBytes - 16) / 2 & ~size_t{1}) - 2;

absl::Status LmdbError(std::string_view what, std::string_view path, int error) {
  const std::string message =
      fmt::format("could not {} store \"{}\": {}", what, path, mdb_strerror(error));
  switch (error) {
    case MDB_MAP_FULL:
      return WithHint(MakeSqlError(sqlstate::kDiskFull,
                                   fmt::format("could not {} store \"{}\": it has reached its "
                                               "greatest size",
                                               what, path)),
                      "Raise map_bytes_max.");
    case ENOSPC:
    case EDQUOT:
      return MakeSqlError(sqlstate::kDiskFull, message);
    case MDB_READERS_FULL:
      return MakeSqlError(sqlstate::kTooManyConnections, message);
    case ENOMEM:
      return MakeSqlError(sqlstate::kOutOfMemory, message);
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
      return FailedPrecondition("file \"{}\" is not a HeliosDB store ({})", path,
                                mdb_strerror(error));
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
      return MakeStatus(absl::StatusCode::kDataLoss, message);
    case EACCES:
    case EPERM:
    case EROFS:
      return WithSqlState(MakeStatus(absl::StatusCode::kPermissionDenied, message),
                          sqlstate::kInsufficientPrivilege);
    default:
      return MakeSqlError(sqlstate::kIoError, message);
  }
}

MDB_val ToVal(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }
std::string_view FromVal(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}
uint32_t PairCrc(std::string_view key, std::string_view value) {
  return Crc32c(value, Crc32c(key));
}

class LmdbStore : public KvStore {
 public:
  explicit LmdbStore(const LmdbStoreOptions& options) : options_(options) {}
  ~LmdbStore() override {
    if (env_ != nullptr) mdb_env_close(env_);
  }

  absl::Status Open();

  absl::StatusOr<std::unique_ptr<KvReader>> NewReader() override;
  absl::StatusOr<std::unique_ptr<KvWriter>> BeginWrite() override;
  uint64_t version() const override {
    MDB_envinfo info;
    mdb_env_info(env_, &info);
    return info.me_last_txnid;
  }
  absl::StatusOr<KvStats> Stats() override;

  MDB_env* env() const { return env_; }
  MDB_dbi dbi() const { return dbi_; }
  const LmdbStoreOptions& options() const { return options_; }
  absl::Status Error(std::string_view what, int error) const {
    return LmdbError(what, options_.path, error);
  }

  // The main database as of this transaction; nullopt when a commit has overwritten its meta page
  // meanwhile.
  std::optional<lmdb_pages::Tree> TreeOf(uint64_t txn_id) const;
  // To be called before the commit of each write transaction.
  void NoteCommitting(uint64_t txn_id) { committing_.store(txn_id, std::memory_order_seq_cst); }
  void EndWrite() {
    MutexLock lock(&mu_);
    writing_ = false;
  }
  // After this error nothing is known of what reached the disk: no further write is tried.
  void Fail(const absl::Status& error) {
    MutexLock lock(&mu_);
    if (failure_.ok()) failure_ = error;
  }

 private:
  absl::Status CheckFile(const std::string& path) const;
  // What LMDB answers; env_ is open when that is 0.
  int OpenEnvironment();
  absl::Status CheckFormat();

  const LmdbStoreOptions options_;
  MDB_env* env_ = nullptr;
  MDB_dbi dbi_ = 0;
  const char* base_ = nullptr;           // Of the mapped file.
  std::atomic<uint64_t> committing_{0};  // The newest transaction whose commit has begun.
  Mutex mu_;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
};

class LmdbReader : public KvReader {
 public:
  LmdbReader(LmdbStore* store, MDB_txn* txn) : store_(store), txn_(txn) {}
  ~LmdbReader() override { mdb_txn_abort(txn_); }

  absl::Status Renew() override {
    // A meta page is overwritten by the second commit after its own: twice in a row in this instant
    // is all but impossible, and a thousand times is a bug.
    constexpr int kTriesMax = 1000;
    for (int i = 0; i < kTriesMax; ++i) {
      Reset();
      if (const int error = mdb_txn_renew(txn_); error != 0) return store_->Error("read", error);
      version_ = mdb_txn_id(txn_);
      if (const auto tree = store_->TreeOf(version_)) {
        tree_ = *tree;
        return absl::OkStatus();
      }
    }
    Reset();
    return Corruption("store \"{}\" has no meta page of its newest transaction",
                      store_->options().path);
  }
  void Reset() override {
    if (version_ != 0) mdb_txn_reset(txn_);
    version_ = 0;
  }
  uint64_t version() const override { return version_; }

  absl::StatusOr<std::optional<std::string_view>> Get(std::string_view key) override {
    HELIOS_CHECK(version_ != 0);
    HELIOS_RETURN_IF_ERROR(CheckKey(key));
    return lmdb_pages::Find(tree_, key);
  }
  std::unique_ptr<KvCursor> NewCursor() override;
  absl::StatusOr<std::optional<std::string_view>> GetMeta(std::string_view name) override {
    HELIOS_CHECK(version_ != 0);
    HELIOS_ASSIGN_OR_RETURN(const std::string key, MetaKey(name));
    return lmdb_pages::Find(tree_, key);
  }
  absl::StatusOr<uint64_t> EstimateCount(std::string_view low, std::string_view high) override {
    HELIOS_CHECK(version_ != 0);
    return lmdb_pages::EstimateCount(tree_, std::max(low, kKeyMin), high);
  }
  uint64_t KeyCount() override {
    HELIOS_CHECK(version_ != 0);
    // Meta values come first; there are few of them.
    lmdb_pages::Cursor cursor(tree_, "");
    if (!cursor.Seek("").ok()) return 0;
    uint64_t meta_values = 0;
    std::array<KvPair, 16> pairs;
    while (true) {
      const auto count = cursor.NextBatch(pairs);
      if (!count.ok() || *count == 0) return tree_.entries - meta_values;
      for (size_t i = 0; i < *count; ++i) {
        if (!IsReservedKey(pairs[i].key)) return tree_.entries - meta_values;
        ++meta_values;
      }
    }
  }
  absl::Status Verify() override {
    HELIOS_CHECK(version_ != 0);
    return lmdb_pages::VerifyTree(
        tree_, [](std::string_view key, std::string_view stored) -> absl::Status {
          const std::string_view value = stored.substr(0, stored.size() - kCrcBytes);
          if (PairCrc(key, value) == LoadFixed<uint32_t>(stored.data() + value.size())) {
            return absl::OkStatus();
          }
          return Corruption("a value of {} bytes has a checksum that does not match", value.size());
        });
  }

 private:
  LmdbStore* const store_;
  MDB_txn* const txn_;
  uint64_t version_ = 0;
  lmdb_pages::Tree tree_;
};

class LmdbCursor : public KvCursor {
 public:
  explicit LmdbCursor(const lmdb_pages::Tree& tree) : cursor_(tree, kKeyMin) {}
  absl::Status Seek(std::string_view key) override { return cursor_.Seek(key); }
  absl::Status SeekToEnd() override { return cursor_.SeekToEnd(); }
  absl::StatusOr<size_t> NextBatch(std::span<KvPair> out) override {
    return cursor_.NextBatch(out);
  }
  absl::StatusOr<size_t> PrevBatch(std::span<KvPair> out) override {
    return cursor_.PrevBatch(out);
  }

 private:
  lmdb_pages::Cursor cursor_;
};

std::unique_ptr<KvCursor> LmdbReader::NewCursor() {
  HELIOS_CHECK(version_ != 0);
  return std::make_unique<LmdbCursor>(tree_);
}

class LmdbWriter : public KvWriter {
 public:
  LmdbWriter(LmdbStore* store, MDB_txn* txn) : store_(store), txn_(txn) {}
  ~LmdbWriter() override {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
    if (txn_ != nullptr) mdb_txn_abort(txn_);
    store_->EndWrite();
  }

  absl::Status Begin() {
    if (const int error = mdb_cursor_open(txn_, store_->dbi(), &cursor_); error != 0) {
      return store_->Error("write", error);
    }
    MDB_val key;
    MDB_val value;
    const int error = mdb_cursor_get(cursor_, &key, &value, MDB_LAST);
    if (error == 0) greatest_key_ = FromVal(key);
    return error == 0 || error == MDB_NOTFOUND ? absl::OkStatus() : store_->Error("read", error);
  }

  absl::Status Put(std::string_view key, std::string_view value) override {
    HELIOS_RETURN_IF_ERROR(CheckPair(key, value));
    return PutRaw(key, value);
  }
  absl::Status PutMeta(std::string_view name, std::string_view value) override {
    HELIOS_ASSIGN_OR_RETURN(const std::string key, MetaKey(name));
    return PutRaw(key, value);
  }

  absl::StatusOr<bool> Delete(std::string_view key) override {
    HELIOS_RETURN_IF_ERROR(CheckKey(key));
    MDB_val found = ToVal(key);
    MDB_val value;
    const int error = mdb_cursor_get(cursor_, &found, &value, MDB_SET_KEY);
    if (error == MDB_NOTFOUND) return false;
    if (error != 0) return store_->Error("read", error);
    HELIOS_RETURN_IF_ERROR(DeleteCurrent(found));
    return true;
  }

  absl::StatusOr<uint64_t> DeleteRange(std::string_view low, std::string_view high,
                                       uint64_t count_max) override {
    if (IsReservedKey(low)) low = kKeyMin;
    uint64_t deleted = 0;
    MDB_val key = ToVal(low);
    MDB_val value;
    // After a deletion the cursor stands on the next pair, and MDB_NEXT yields that one.
    for (MDB_cursor_op step = MDB_SET_RANGE; deleted < count_max; step = MDB_NEXT) {
      const int error = mdb_cursor_get(cursor_, &key, &value, step);
      if (error == MDB_NOTFOUND) break;
      if (error != 0) return store_->Error("read", error);
      if (!high.empty() && FromVal(key) >= high) break;
      HELIOS_RETURN_IF_ERROR(DeleteCurrent(key));
      ++deleted;
    }
    return deleted;
  }

  uint64_t DirtyBytes() const override { return dirty_pages_ * kPageBytes; }

  absl::Status Commit() override {
    HELIOS_CHECK(txn_ != nullptr);
    HELIOS_FAILPOINT(store_->options().failpoints, "store.before_commit");
    mdb_cursor_close(std::exchange(cursor_, nullptr));
    store_->NoteCommitting(mdb_txn_id(txn_));
    const int error = mdb_txn_commit(std::exchange(txn_, nullptr));
    if (error != 0) {
      const absl::Status status = store_->Error("write to", error);
      if (error != ENOSPC && error != MDB_MAP_FULL) store_->Fail(status);
      return status;
    }
    HELIOS_FAILPOINT(store_->options().failpoints, "store.after_commit");
    return absl::OkStatus();
  }

 private:
  absl::Status PutRaw(std::string_view key, std::string_view value) {
    MDB_val to = ToVal(key);
    MDB_val space{value.size() + kCrcBytes, nullptr};
    const bool append = key > greatest_key_;
    const int error = mdb_cursor_put(cursor_, &to, &space, MDB_RESERVE | (append ? MDB_APPEND : 0));
    if (error != 0) return store_->Error("write to", error);
    char* const bytes = static_cast<char*>(space.mv_data);
    if (!value.empty()) std::memcpy(bytes, value.data(), value.size());
    StoreFixed<uint32_t>(bytes + value.size(), PairCrc(key, value));
    if (append) greatest_key_ = key;
    const size_t node_bytes = 8 + key.size() + space.mv_size;
    if (node_bytes > kNodeBytesMax) {
      dirty_pages_ += (16 + space.mv_size + kPageBytes - 1) / kPageBytes;
      last_change_ = nullptr;
    } else {
      CountPage(bytes);
    }
    return absl::OkStatus();
  }

  absl::Status DeleteCurrent(const MDB_val& key) {
    CountPage(static_cast<const char*>(key.mv_data));
    if (const int error = mdb_cursor_del(cursor_, 0); error != 0) {
      return store_->Error("write to", error);
    }
    return absl::OkStatus();
  }

  // LMDB does not tell how many pages a transaction has changed. Changes in ascending order come
  // leaf by leaf, so that a change not near the one before stands for another leaf.
  void CountPage(const char* at) {
    if (last_change_ == nullptr || at > last_change_ + kPageBytes ||
        at + kPageBytes < last_change_) {
      ++dirty_pages_;
    }
    last_change_ = at;
  }

  LmdbStore* const store_;
  MDB_txn* txn_;
  MDB_cursor* cursor_ = nullptr;
  std::string greatest_key_;
  const char* last_change_ = nullptr;
  uint64_t dirty_pages_ = 0;
};

std::optional<lmdb_pages::Tree> LmdbStore::TreeOf(uint64_t txn_id) const {
  const char* const page = base_ + (txn_id & 1) * kPageBytes;
  const auto meta = lmdb_pages::ReadMeta({page, kPageBytes});
  // The page belongs to this transaction until the commit of the one after the next begins.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (committing_.load(std::memory_order_seq_cst) >= txn_id + 2) return std::nullopt;
  if (!meta.has_value() || meta->txn_id != txn_id) return std::nullopt;
  lmdb_pages::Tree tree;
  tree.base = base_;
  tree.page_bytes = kPageBytes;
  tree.page_count = meta->last_page + 1;
  tree.root = meta->root;
  tree.depth = meta->depth;
  tree.entries = meta->entries;
  tree.value_suffix_bytes = kCrcBytes;
  return tree;
}

// Before LMDB maps the file: a read behind its end would kill the process.
absl::Status LmdbStore::CheckFile(const std::string& path) const {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                          FileSystem::Posix()->Open(path, OpenMode::kRead));
  HELIOS_ASSIGN_OR_RETURN(const uint64_t size, file->Size());
  if (size == 0) return absl::OkStatus();
  std::string bytes(2 * kPageBytes, '\0');
  HELIOS_ASSIGN_OR_RETURN(const size_t count, file->ReadAt(0, bytes));
  const std::string_view view(bytes.data(), count);
  const auto first = lmdb_pages::ReadMeta(view);
  if (!first.has_value()) {
    return FailedPrecondition("file \"{}\" is not a HeliosDB store", path);
  }
  if (first->page_bytes != kPageBytes) {
    return FailedPrecondition("store \"{}\" has pages of {} bytes; this program reads pages of {}",
                              path, first->page_bytes, kPageBytes);
  }
  const auto second = lmdb_pages::ReadMeta(view.substr(std::min<size_t>(count, kPageBytes)));
  if (!second.has_value())
    return Corruption("store \"{}\" is damaged: its second page is no meta page", path);
  const uint64_t last_page = first->txn_id > second->txn_id ? first->last_page : second->last_page;
  if (last_page >= size / kPageBytes) {
    return Corruption("store \"{}\" is cut short: it has {} bytes and needs {} pages of {}", path,
                      size, last_page + 1, kPageBytes);
  }
  return absl::OkStatus();
}

absl::Status LmdbStore::CheckFormat() {
  MDB_txn* txn = nullptr;
  if (const int error = mdb_txn_begin(env_, nullptr, 0, &txn); error != 0) {
    return Error("open", error);
  }
  const auto finish = [&]() -> absl::Status {
    if (const int error = mdb_dbi_open(txn, nullptr, 0, &dbi_); error != 0) {
      return Error("open", error);
    }
    MDB_stat stat;
    if (const int error = mdb_stat(txn, dbi_, &stat); error != 0) return Error("open", error);
    HELIOS_ASSIGN_OR_RETURN(const std::string name, MetaKey(kFormatMetaName));
    MDB_val key = ToVal(name);
    MDB_val value;
    if (stat.ms_entries == 0) {
      std::string format = fmt::format("{}{}", kFormatPrefix, kStoreFormatVersion);
      AppendFixed<uint32_t>(&format, PairCrc(name, format));
      value = ToVal(format);
      const int error = mdb_put(txn, dbi_, &key, &value, 0);
      return error == 0 ? absl::OkStatus() : Error("write to", error);
    }
    const int error = mdb_get(txn, dbi_, &key, &value);
    if (error != 0 && error != MDB_NOTFOUND) return Error("read", error);
    const std::string_view stored = error == 0 ? FromVal(value) : std::string_view();
    if (!stored.starts_with(kFormatPrefix) || stored.size() < kFormatPrefix.size() + kCrcBytes) {
      return FailedPrecondition("file \"{}\" is not a HeliosDB store", options_.path);
    }
    const std::string_view version =
        stored.substr(kFormatPrefix.size(), stored.size() - kFormatPrefix.size() - kCrcBytes);
    if (version != fmt::format("{}", kStoreFormatVersion)) {
      return FailedPrecondition("store \"{}\" has format version {}, this program reads version {}",
                                options_.path, version, kStoreFormatVersion);
    }
    return absl::OkStatus();
  };
  if (absl::Status status = finish(); !status.ok()) {
    mdb_txn_abort(txn);
    return status;
  }
  const int error = mdb_txn_commit(txn);
  return error == 0 ? absl::OkStatus() : Error("write to", error);
}

int LmdbStore::OpenEnvironment() {
  uint64_t map_bytes = options_.map_bytes_max;
  while (true) {
    int error = mdb_env_create(&env_);
    if (error != 0) return error;
    error = mdb_env_set_mapsize(env_, map_bytes);
    if (error == 0) error = mdb_env_set_maxreaders(env_, options_.readers_max);
    // Read-ahead stays on: a cold scan gains more by it than a cold lookup loses.
    if (error == 0) {
      error = mdb_env_open(env_, options_.path.c_str(), MDB_NOSUBDIR | MDB_NOTLS, 0600);
    }
    if (error != ENOMEM || map_bytes / 2 < kMapBytesLeast) return error;
    // The process is short of addresses. A failed environment can only be closed.
    mdb_env_close(env_);
    env_ = nullptr;
    map_bytes /= 2;
  }
}

absl::Status LmdbStore::Open() {
  int major = 0;
  int minor = 0;
  const std::string library = mdb_version(&major, &minor, nullptr);
  if (major != 0 || minor != 9) {
    return FailedPrecondition("{} is not LMDB 0.9, whose pages this program reads", library);
  }
  if (sysconf(_SC_PAGESIZE) != static_cast<long>(kPageBytes)) {
    return FailedPrecondition("this machine has memory pages of {} bytes; a store needs {}",
                              sysconf(_SC_PAGESIZE), kPageBytes);
  }
  HELIOS_ASSIGN_OR_RETURN(const bool exists, FileSystem::Posix()->Exists(options_.path));
  if (exists) HELIOS_RETURN_IF_ERROR(CheckFile(options_.path));

  if (const int error = OpenEnvironment(); error != 0) return Error("open", error);
  int dead = 0;
  if (const int error = mdb_reader_check(env_, &dead); error != 0) return Error("open", error);
  HELIOS_RETURN_IF_ERROR(CheckFormat());
  if (!exists) {
    HELIOS_RETURN_IF_ERROR(FileSystem::Posix()->SyncDir(DirectoryOf(options_.path)));
  }

  // LMDB does not tell where it mapped the file, but a page that it shows carries its own number.
  MDB_txn* txn = nullptr;
  if (const int error = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); error != 0) {
    return Error("open", error);
  }
  HELIOS_ASSIGN_OR_RETURN(const std::string name, MetaKey(kFormatMetaName));
  MDB_val key = ToVal(name);
  MDB_val value;
  const int error = mdb_get(txn, dbi_, &key, &value);
  if (error == 0) {
    const uint64_t address = reinterpret_cast<uint64_t>(value.mv_data) & ~(kPageBytes - 1);
    const char* const page = reinterpret_cast<const char*>(address);
    base_ = page - LoadFixed<uint64_t>(page) * kPageBytes;
  }
  const bool readable = base_ != nullptr && TreeOf(mdb_txn_id(txn)).has_value();
  mdb_txn_abort(txn);
  if (error != 0) return Error("read", error);
  if (!readable)
    return Corruption("store \"{}\" is damaged: its meta pages do not agree", options_.path);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<KvReader>> LmdbStore::NewReader() {
  MDB_txn* txn = nullptr;
  if (const int error = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); error != 0) {
    return Error("read", error);
  }
  mdb_txn_reset(txn);
  return std::make_unique<LmdbReader>(this, txn);
}

absl::StatusOr<std::unique_ptr<KvWriter>> LmdbStore::BeginWrite() {
  {
    MutexLock lock(&mu_);
    HELIOS_RETURN_IF_ERROR(failure_);
    if (writing_) return FailedPrecondition("the store has a writer already");
    writing_ = true;
  }
  MDB_txn* txn = nullptr;
  if (const int error = mdb_txn_begin(env_, nullptr, 0, &txn); error != 0) {
    EndWrite();
    return Error("write to", error);
  }
  auto writer = std::make_unique<LmdbWriter>(this, txn);
  HELIOS_RETURN_IF_ERROR(writer->Begin());
  return writer;
}

// Takes the transaction id off each line of LMDB's list of readers: "pid thread txnid", the last
// "-" when idle.
int NoteReader(const char* line, void* context) {
  KvStats* const stats = static_cast<KvStats*>(context);
  int pid = 0;
  size_t thread = 0;
  unsigned long long txn_id = 0;
  if (std::sscanf(line, "%d %zx %llu", &pid, &thread, &txn_id) != 3) return 0;
  ++stats->readers_active;
  if (stats->oldest_reader_version == 0 || txn_id < stats->oldest_reader_version) {
    stats->oldest_reader_version = txn_id;
  }
  return 0;
}

absl::StatusOr<KvStats> LmdbStore::Stats() {
  KvStats stats;
  mdb_reader_list(env_, NoteReader, &stats);
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<KvReader> reader, NewReader());
  HELIOS_RETURN_IF_ERROR(reader->Renew());
  stats.keys = reader->KeyCount();
  MDB_stat stat;
  MDB_envinfo info;
  if (const int error = mdb_env_stat(env_, &stat); error != 0) return Error("read", error);
  if (const int error = mdb_env_info(env_, &info); error != 0) return Error("read", error);
  stats.bytes_used =
      (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * kPageBytes;
  stats.bytes_file = (info.me_last_pgno + 1) * kPageBytes;
  stats.bytes_max = info.me_mapsize;
  return stats;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KvStore>> OpenLmdbStore(const LmdbStoreOptions& options) {
  auto store = std::make_unique<LmdbStore>(options);
  HELIOS_RETURN_IF_ERROR(store->Open());
  return store;
}

}  // namespace heliosdb::storage
