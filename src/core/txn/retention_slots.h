// Slots: named positions from which the log is kept, on disk in the file "slots".
//
// slots := "helios slots 1\n" | (name "\t" LSN as hi/lo "\t" "valid" or "invalidated" "\n")* |
//          crc32c of all before, 8 hex digits, "\n"
// Written as a whole, atomically. A slot that is created or dropped is on disk when the call
// returns; one that advances is written with the next checkpoint, as an older position only keeps
// more.
#ifndef HELIOSDB_CORE_TXN_RETENTION_SLOTS_H_
#define HELIOSDB_CORE_TXN_RETENTION_SLOTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"
#include "core/base/lsn.h"
#include "core/base/mutex.h"
#include "core/txn/engine.h"

namespace heliosdb::txn {

// Thread-safe.
class RetentionSlots {
 public:
  static constexpr size_t kSlotsMax = 1000;
  static constexpr size_t kNameBytesMax = 63;

  // path empty: kept in memory only. files is not owned and outlives this.
  RetentionSlots(FileSystem* files, std::string path) : files_(files), path_(std::move(path)) {}

  // Reads the file, if there is one. DATA_LOSS for a damaged one.
  absl::Status Load();

  // log_first: the first LSN that the log still holds.
  absl::Status Create(std::string_view name, Lsn lsn, Lsn log_first);
  absl::Status Advance(std::string_view name, Lsn lsn);
  absl::Status Drop(std::string_view name);
  std::vector<RetentionSlot> List() const;
  // Writes what has advanced.
  absl::Status Save();

  // A nameless slot for a backup that runs; gone after a restart.
  uint64_t Pin(Lsn lsn);
  void Unpin(uint64_t pin);

  // The log below this is needed by no slot; kLsnMax without slots. With bytes_max > 0, slots
  // further than that behind `end` are invalidated first; pins never are.
  Lsn KeepFrom(Lsn end, uint64_t bytes_max);

 private:
  absl::Status SaveLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(save_mu_);
  std::string Encode() const;

  FileSystem* const files_;
  const std::string path_;
  Mutex save_mu_;  // Orders writes of the file; its holder does file I/O, so mu_ is not held then.
  mutable Mutex mu_ ABSL_ACQUIRED_AFTER(save_mu_);
  std::map<std::string, RetentionSlot, std::less<>> slots_ ABSL_GUARDED_BY(mu_);
  std::map<uint64_t, Lsn> pins_ ABSL_GUARDED_BY(mu_);
  uint64_t next_pin_ ABSL_GUARDED_BY(mu_) = 1;
  bool changed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace heliosdb::txn

#endif  // HELIOSDB_CORE_TXN_RETENTION_SLOTS_H_
