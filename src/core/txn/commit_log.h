// The log as the commit pipeline sees it: a wal::WalWriter, or, for a database in memory, positions
// alone.
#ifndef HELIOSDB_CORE_TXN_COMMIT_LOG_H_
#define HELIOSDB_CORE_TXN_COMMIT_LOG_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/wal/wal_record.h"
#include "core/wal/wal_writer.h"

namespace heliosdb::txn {

// Threads: as wal::WalWriter.
class CommitLog {
 public:
  // writer: null for a database in memory.
  explicit CommitLog(std::unique_ptr<wal::WalWriter> writer) : writer_(std::move(writer)) {}

  // Null for a database in memory.
  wal::WalWriter* writer() const { return writer_.get(); }

  absl::StatusOr<std::vector<wal::WalPosition>> Append(std::span<const wal::WalAppend> records,
                                                       Term term, Lsn commit);
  absl::Status Write() { return writer_ ? writer_->Write() : absl::OkStatus(); }
  absl::Status Sync() { return writer_ ? writer_->Sync() : absl::OkStatus(); }
  absl::Status Close() { return writer_ ? writer_->Close() : absl::OkStatus(); }
  Lsn appended() const { return writer_ ? writer_->appended() : MemoryEnd(); }
  Lsn written() const { return writer_ ? writer_->written() : MemoryEnd(); }
  Lsn synced() const { return writer_ ? writer_->synced() : MemoryEnd(); }
  // Where the log ends now. The pipeline's.
  wal::WalEnd End() const;

 private:
  Lsn MemoryEnd() const { return Lsn{memory_end_.load(std::memory_order_acquire)}; }

  const std::unique_ptr<wal::WalWriter> writer_;
  std::atomic<uint64_t> memory_end_{ToInt(wal::kFirstLsn)};
  Term memory_term_{0};
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_COMMIT_LOG_H_
