// Reports of long work.
#ifndef HELIOSDB_PROGRESS_H_
#define HELIOSDB_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string_view>

namespace heliosdb {

enum class Task : uint8_t {
  kRecovery,    // Reading the log when a database opens; unit: bytes of log.
  kCheckpoint,  // Moving changes from memory to the store; unit: bytes.
  kVerify,      // Unit: keys and log bytes together.
  kIndexBuild,  // Unit: rows.
  kBaseBackup,  // Unit: bytes.
  kLoad,        // Unit: bytes of the script or file.
};

struct Progress {
  Task task = Task::kRecovery;
  // What is worked on: a table, an index, a node. Valid during the call only.
  std::string_view subject;
  uint64_t done = 0;
  uint64_t total = 0;  // 0 while unknown.
  bool finished = false;
};

// Called from the thread that does the work, at most about ten times a second and once at the end; must return soon and
// must not call back into the database.
using ProgressCallback = std::function<void(const Progress&)>;

}  // namespace heliosdb

#endif  // HELIOSDB_PROGRESS_H_
