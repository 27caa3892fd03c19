// Checks that foreign text is UTF-8 that PostgreSQL would take.
#ifndef HELIOSDB_CORE_TYPES_UTF8_H_
#define HELIOSDB_CORE_TYPES_UTF8_H_

#include <string_view>

#include "absl/status/status.h"

namespace heliosdb::types {

// 22021 with the offending bytes for a zero byte, a sequence cut short or too long, a surrogate, or
// anything above U+10FFFF.
absl::Status CheckUtf8(std::string_view text);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_UTF8_H_
