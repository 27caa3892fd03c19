// The hash functions of values: fast, the same in every process, not for adversaries.
#ifndef HELIOSDB_CORE_TYPES_HASH_H_
#define HELIOSDB_CORE_TYPES_HASH_H_

#include <cstdint>
#include <string_view>

#include "core/base/coding.h"

namespace heliosdb::types {

// Folds the 128-bit product of its arguments.
inline uint64_t HashMix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t HashInteger(uint64_t value) {
  return HashMix(value ^ 0x9E3779B97F4A7C15u, 0xD6E8FEB86659FD93u);
}

// wyhash's structure.
inline uint64_t HashBytes(std::string_view bytes) {
  constexpr uint64_t kSecret0 = 0xA0761D6478BD642Fu;
  constexpr uint64_t kSecret1 = 0xE7037ED1A0B428DBu;
  uint64_t seed = kSecret0 ^ bytes.size();
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left > 16; left -= 16, at += 16) {
    seed = HashMix(LoadFixed<uint64_t>(at) ^ kSecret1, LoadFixed<uint64_t>(at + 8) ^ seed);
  }
  uint64_t first = 0;
  uint64_t last = 0;
  if (left >= 8) {
    first = LoadFixed<uint64_t>(at);
    last = LoadFixed<uint64_t>(at + left - 8);
  } else if (left >= 4) {
    first = LoadFixed<uint32_t>(at);
    last = LoadFixed<uint32_t>(at + left - 4);
  } else if (left > 0) {
    first = static_cast<uint8_t>(at[0]) |
            (static_cast<uint64_t>(static_cast<uint8_t>(at[left >> 1])) << 8) |
            (static_cast<uint64_t>(static_cast<uint8_t>(at[left - 1])) << 16);
  }
  return HashMix(kSecret1 ^ bytes.size(), HashMix(first ^ kSecret1, last ^ seed));
}

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_HASH_H_
