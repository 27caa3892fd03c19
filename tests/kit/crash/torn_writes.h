// Files whose writer dies in the middle of a write.
#ifndef HELIOSDB_TESTS_KIT_CRASH_TORN_WRITES_H_
#define HELIOSDB_TESTS_KIT_CRASH_TORN_WRITES_H_

#include <cstdint>
#include <memory>

#include "core/base/file_system.h"

namespace heliosdb::testkit::crash {

// `base`, but of the first write of log records after `skip` ones only the first half is done: then the process ends, as
// kill -9 ends it. A kill alone leaves no such tail, a machine that stops does. Does not own base.
std::unique_ptr<FileSystem> NewTornWrites(FileSystem* base, uint64_t skip);

}  // namespace heliosdb::testkit::crash

#endif  // HELIOSDB_TESTS_KIT_CRASH_TORN_WRITES_H_
