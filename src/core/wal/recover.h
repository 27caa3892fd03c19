// Reads the log after a restart: from the checkpoint to the end, and decides what its end is.
#ifndef HELIOSDB_CORE_WAL_RECOVER_H_
#define HELIOSDB_CORE_WAL_RECOVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/wal/wal_reader.h"
#include "core/wal/wal_writer.h"

namespace heliosdb::wal {

struct RecoverOptions {
  WalReaderOptions reader;
  // Where the replay begins: a record boundary (the checkpoint's LSN), or kLsnInvalid for the first
  // one there is.
  Lsn from = kLsnInvalid;
  // The chain and the term at `from`, if the checkpoint recorded them (WalPosition::chain_crc).
  // Without them the segment that holds `from` is read from its start, only to check it.
  std::optional<uint32_t> from_chain_crc;
  Term from_term{0};
  // What the caller knows to have been synced: damage below it is an error. At least `from` counts
  // as such.
  Lsn synced_floor = kLsnInvalid;
};

// A term and the LSN of its first record.
struct TermStart {
  Term term{0};
  Lsn first_lsn{0};
};

struct Recovered {
  WalEnd end;
  // Terms seen, ascending; the first one began at or before its first_lsn.
  std::vector<TermStart> terms;
  // The greatest commit LSN that any record carried: known to be committed, as far as this log
  // tells.
  Lsn commit{0};
  // The greatest LSN that something proves to have been synced.
  Lsn synced{0};
  uint64_t records = 0;
  // The log was closed in order.
  bool closed_in_order = false;
  // Why the log ends where it ends, if bytes other than zeros stand there: for the host's log; else
  // empty.
  std::string tail_reason;
};

// Gives every whole record from `from` to the end to `replay`, in order; an error of replay ends
// the recovery and is returned. Changes nothing on the disk.
//
// DATA_LOSS, with segment and offset: damage in what was synced, a missing segment, a log that ends
// below `from`. FAILED_PRECONDITION: another format version or history. NOT_FOUND: no log here.
absl::StatusOr<Recovered> Recover(const RecoverOptions& options,
                                  absl::FunctionRef<absl::Status(const WalRecord&)> replay);

// Checks every record that the segments hold, up to bound (WalWriter::written()), and each
// segment's header. Returns the number of records. May run beside a writer, under the rules for a
// WalReader.
absl::StatusOr<uint64_t> VerifyLog(const WalReaderOptions& options, Lsn bound);

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_RECOVER_H_
