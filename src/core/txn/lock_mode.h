// Lock modes and which of them exclude each other, as PostgreSQL has them.
#ifndef HELIOSDB_CORE_TXN_LOCK_MODE_H_
#define HELIOSDB_CORE_TXN_LOCK_MODE_H_

#include <cstdint>
#include <string_view>

namespace heliosdb::txn {

// Row locks, weakest first. FOR KEY SHARE, FOR SHARE, FOR NO KEY UPDATE, FOR UPDATE.
enum class RowLockMode : uint8_t { kKeyShare = 0, kShare = 1, kNoKeyUpdate = 2, kUpdate = 3 };

// Table locks, as LOCK TABLE names them.
enum class TableLockMode : uint8_t {
  kAccessShare = 0,
  kRowShare = 1,
  kRowExclusive = 2,
  kShareUpdateExclusive = 3,
  kShare = 4,
  kShareRowExclusive = 5,
  kExclusive = 6,
  kAccessExclusive = 7,
};

// "AccessShareLock" and so on, as pg_locks names them.
std::string_view TableLockModeText(TableLockMode mode);
std::string_view RowLockModeText(RowLockMode mode);

// What kind of thing a lock's key names. Keys of different spaces never meet.
enum class LockSpace : uint8_t {
  kRow = 0,       // 64-bit hash of a key of the database; RowLockMode.
  kTable = 1,     // An object's oid; TableLockMode.
  kAdvisory = 2,  // The user's 64-bit number; TableLockMode::kShare and kExclusive.
  kClaim = 3,     // Row keys that one holder took together, by the claim's number; RowLockMode.
};

inline bool IsRowSpace(LockSpace space) {
  return space == LockSpace::kRow || space == LockSpace::kClaim;
}

struct LockKey {
  LockSpace space = LockSpace::kRow;
  uint64_t id = 0;
  friend bool operator==(const LockKey&, const LockKey&) = default;
};

// Modes (RowLockMode or TableLockMode, by space) as the bits of a mask that exclude `mode`.
uint8_t ConflictMask(LockSpace space, uint8_t mode);

// What to do when a lock is held by another.
enum class LockWait : uint8_t {
  kBlock,  // Wait for it, up to lock_timeout.
  kTry,    // Do not wait: NOWAIT and SKIP LOCKED.
};
enum class LockResult : uint8_t {
  kGranted,           // Held; nobody had to be waited for.
  kGrantedAfterWait,  // Held; what it protects may have changed meanwhile.
  kNotAvailable,      // With kTry: held by another.
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_LOCK_MODE_H_
