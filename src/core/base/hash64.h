// A fast 64-bit hash of byte strings, for tables in memory. Its values may change between versions:
// never store one.
#ifndef HELIOSDB_CORE_BASE_HASH64_H_
#define HELIOSDB_CORE_BASE_HASH64_H_

#include <cstdint>
#include <string_view>

#include "core/base/coding.h"

namespace heliosdb {

// Both halves of the 128-bit product, folded: the mixing step of wyhash.
inline uint64_t MixHash64(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t Hash64(std::string_view bytes, uint64_t seed = 0) {
  constexpr uint64_t kA = 0xa0761d6478bd642f;
  constexpr uint64_t kB = 0xe7037ed1a0b428db;
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint64_t state = seed ^ kA;
  while (left > 16) {
    state = MixHash64(LoadFixed<uint64_t>(at) ^ kB, LoadFixed<uint64_t>(at + 8) ^ state);
    at += 16;
    left -= 16;
  }
  uint64_t low = 0;
  uint64_t high = 0;
  if (left >= 8) {
    // The two loads overlap when fewer than 16 bytes are left.
    low = LoadFixed<uint64_t>(at);
    high = LoadFixed<uint64_t>(at + left - 8);
  } else if (left >= 4) {
    low = LoadFixed<uint32_t>(at);
    high = LoadFixed<uint32_t>(at + left - 4);
  } else {
    for (size_t i = 0; i < left; ++i) low = (low << 8) | static_cast<uint8_t>(at[i]);
  }
  return MixHash64(kB ^ bytes.size(), MixHash64(low ^ kB, high ^ state));
}

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_HASH64_H_
