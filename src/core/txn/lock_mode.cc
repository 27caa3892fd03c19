#include "core/txn/lock_mode.h"

#include "core/base/check.h"

namespace heliosdb::txn {
namespace {

// Bit m of entry n: modes m and n exclude each other. PostgreSQL manual, tables 13.2 and 13.3.
constexpr uint8_t kTableConflicts[8] = {
    0b10000000,  // AccessShare: AccessExclusive
    0b11000000,  // RowShare: Exclusive and above
    0b11110000,  // RowExclusive: Share and above
    0b11111000,  // ShareUpdateExclusive: itself and above
    0b11101100,  // Share: all that write, but not itself
    0b11111100,  // ShareRowExclusive
    0b11111110,  // Exclusive: all but AccessShare
    0b11111111,  // AccessExclusive
};
constexpr uint8_t kRowConflicts[4] = {
    0b1000,  // KeyShare: Update
    0b1100,  // Share: NoKeyUpdate, Update
    0b1110,  // NoKeyUpdate: all but KeyShare
    0b1111,  // Update
};

}  // namespace

uint8_t ConflictMask(LockSpace space, uint8_t mode) {
  if (IsRowSpace(space)) {
    HELIOS_CHECK(mode < 4);
    return kRowConflicts[mode];
  }
  HELIOS_CHECK(mode < 8);
  return kTableConflicts[mode];
}

std::string_view TableLockModeText(TableLockMode mode) {
  switch (mode) {
    case TableLockMode::kAccessShare:
      return "AccessShareLock";
    case TableLockMode::kRowShare:
      return "RowShareLock";
    case TableLockMode::kRowExclusive:
      return "RowExclusiveLock";
    case TableLockMode::kShareUpdateExclusive:
      return "ShareUpdateExclusiveLock";
    case TableLockMode::kShare:
      return "ShareLock";
    case TableLockMode::kShareRowExclusive:
      return "ShareRowExclusiveLock";
    case TableLockMode::kExclusive:
      return "ExclusiveLock";
    case TableLockMode::kAccessExclusive:
      return "AccessExclusiveLock";
  }
  return "";
}

std::string_view RowLockModeText(RowLockMode mode) {
  switch (mode) {
    case RowLockMode::kKeyShare:
      return "For Key Share";
    case RowLockMode::kShare:
      return "For Share";
    case RowLockMode::kNoKeyUpdate:
      return "For No Key Update";
    case RowLockMode::kUpdate:
      return "For Update";
  }
  return "";
}

}  // namespace heliosdb::txn
