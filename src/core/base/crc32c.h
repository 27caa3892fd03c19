// CRC-32C (Castagnoli), by the SSE4.2 instruction where there is one.
#ifndef HELIOSDB_CORE_BASE_CRC32C_H_
#define HELIOSDB_CORE_BASE_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace heliosdb {

// The CRC of bytes, continued from the CRC of what stands before them (0 for nothing): Crc32c("ab")
// equals Crc32c("b", Crc32c("a")).
uint32_t Crc32c(std::string_view bytes, uint32_t before = 0);

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_CRC32C_H_
