#include "core/txn/commit_log.h"

namespace heliosdb::txn {

absl::StatusOr<std::vector<wal::WalPosition>> CommitLog::Append(
    std::span<const wal::WalAppend> records, Term term, Lsn commit) {
  if (writer_ != nullptr) return writer_->Append(records, term, commit);
  std::vector<wal::WalPosition> positions;
  positions.reserve(records.size());
  Lsn end = MemoryEnd();
  for (const wal::WalAppend& record : records) {
    const Lsn lsn = end;
    end = end + wal::kFrameHeaderBytes + ((record.payload.size() + 7) & ~size_t{7});
    positions.push_back({lsn, end, 0});
  }
  memory_term_ = term;
  memory_end_.store(ToInt(end), std::memory_order_release);
  return positions;
}

wal::WalEnd CommitLog::End() const {
  wal::WalEnd end;
  end.end = appended();
  end.last_term = memory_term_;
  if (writer_ != nullptr) {
    end.chain_crc = writer_->chain_crc();
    end.last_term = writer_->last_term();
  }
  return end;
}

}  // namespace heliosdb::txn
