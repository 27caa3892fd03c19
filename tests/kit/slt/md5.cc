#include "tests/kit/slt/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "fmt/format.h"

#include "core/base/coding.h"

namespace heliosdb::testkit::slt {
namespace {

// RFC 1321, 3.4: the integer part of 4294967296 times abs(sin(i)).
std::array<uint32_t, 64> SineTable() {
  std::array<uint32_t, 64> table;
  for (int i = 0; i < 64; ++i) {
    table[i] =
        static_cast<uint32_t>(static_cast<int64_t>(std::abs(std::sin(i + 1.0)) * 4294967296.0));
  }
  return table;
}

void AddBlock(const char* block, std::array<uint32_t, 4>* digest) {
  static const std::array<uint32_t, 64> kSine = SineTable();
  constexpr int kShift[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  auto [a, b, c, d] = *digest;
  for (int i = 0; i < 64; ++i) {
    uint32_t mix = 0;
    int word = 0;
    switch (i / 16) {
      case 0:
        mix = (b & c) | (~b & d);
        word = i;
        break;
      case 1:
        mix = (d & b) | (~d & c);
        word = (5 * i + 1) % 16;
        break;
      case 2:
        mix = b ^ c ^ d;
        word = (3 * i + 5) % 16;
        break;
      default:
        mix = c ^ (b | ~d);
        word = (7 * i) % 16;
        break;
    }
    const uint32_t sum = a + mix + kSine[i] + LoadFixed<uint32_t>(block + 4 * word);
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, kShift[i / 16][i % 4]);
  }
  (*digest)[0] += a;
  (*digest)[1] += b;
  (*digest)[2] += c;
  (*digest)[3] += d;
}

}  // namespace

std::string Md5(std::string_view text) {
  std::string padded(text);
  padded += '\x80';
  padded.resize((padded.size() + 8 + 63) / 64 * 64 - 8, '\0');
  AppendFixed<uint64_t>(&padded, text.size() * 8);
  std::array<uint32_t, 4> digest = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (size_t i = 0; i < padded.size(); i += 64) AddBlock(padded.data() + i, &digest);
  std::string hex;
  for (const uint32_t word : digest) hex += fmt::format("{:08x}", __builtin_bswap32(word));
  return hex;
}

}  // namespace heliosdb::testkit::slt
