// Message digests: md5() and the sha functions.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_DIGEST_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_DIGEST_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace heliosdb::sql::functions {

// Raw bytes, not hex.
std::array<uint8_t, 16> Md5(std::string_view bytes);
std::array<uint8_t, 28> Sha224(std::string_view bytes);
std::array<uint8_t, 32> Sha256(std::string_view bytes);
std::array<uint8_t, 48> Sha384(std::string_view bytes);
std::array<uint8_t, 64> Sha512(std::string_view bytes);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_DIGEST_H_
