// A record as it is appended and as it is read.
#ifndef HELIOSDB_CORE_WAL_WAL_RECORD_H_
#define HELIOSDB_CORE_WAL_WAL_RECORD_H_

#include <cstdint>
#include <string_view>

#include "core/base/lsn.h"
#include "core/wal/wal_format.h"

namespace heliosdb::wal {

// What to append. The payload is borrowed for the call only; it may be of any size and is cut into
// frames.
struct WalAppend {
  WalRecordType type = WalRecordType::kTransaction;
  std::string_view payload;
};

// Where a record stands: from lsn up to end, which is the lsn of whatever follows.
struct WalPosition {
  Lsn lsn{0};
  Lsn end{0};
  uint32_t chain_crc =
      0;  // crc of the record's last frame: with `end`, where a recovery can begin.
};

struct WalRecord {
  Lsn lsn{0};
  Lsn end{0};
  Term term{0};
  WalRecordType type{0};
  Lsn synced{0};             // What its writer had synced before it,
  Lsn commit{0};             // and knew to be committed.
  uint32_t chain_crc = 0;    // crc of its last frame.
  std::string_view payload;  // Whole, however many frames it came in.
};

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_WAL_RECORD_H_
