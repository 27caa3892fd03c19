// MD5 (RFC 1321) and SHA-2 (FIPS 180-4). All pad a message with 0x80, zeros and its length in bits to
// whole blocks, and differ in word size, byte order and mixing.
#include "core/sql/functions/digest.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace heliosdb::sql::functions {
namespace {

constexpr std::array<uint32_t, 64> kMd5Constants = {
    0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
    0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
    0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
    0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
    0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
    0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
    0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
    0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
};
constexpr std::array<int, 16> kMd5Rotations = {7, 12, 17, 22, 5, 9,  14, 20,
                                               4, 11, 16, 23, 6, 10, 15, 21};
constexpr std::array<uint32_t, 64> kSha256Constants = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};
constexpr std::array<uint64_t, 80> kSha512Constants = {
    0x428A2F98D728AE22, 0x7137449123EF65CD, 0xB5C0FBCFEC4D3B2F, 0xE9B5DBA58189DBBC,
    0x3956C25BF348B538, 0x59F111F1B605D019, 0x923F82A4AF194F9B, 0xAB1C5ED5DA6D8118,
    0xD807AA98A3030242, 0x12835B0145706FBE, 0x243185BE4EE4B28C, 0x550C7DC3D5FFB4E2,
    0x72BE5D74F27B896F, 0x80DEB1FE3B1696B1, 0x9BDC06A725C71235, 0xC19BF174CF692694,
    0xE49B69C19EF14AD2, 0xEFBE4786384F25E3, 0x0FC19DC68B8CD5B5, 0x240CA1CC77AC9C65,
    0x2DE92C6F592B0275, 0x4A7484AA6EA6E483, 0x5CB0A9DCBD41FBD4, 0x76F988DA831153B5,
    0x983E5152EE66DFAB, 0xA831C66D2DB43210, 0xB00327C898FB213F, 0xBF597FC7BEEF0EE4,
    0xC6E00BF33DA88FC2, 0xD5A79147930AA725, 0x06CA6351E003826F, 0x142929670A0E6E70,
    0x27B70A8546D22FFC, 0x2E1B21385C26C926, 0x4D2C6DFC5AC42AED, 0x53380D139D95B3DF,
    0x650A73548BAF63DE, 0x766A0ABB3C77B2A8, 0x81C2C92E47EDAEE6, 0x92722C851482353B,
    0xA2BFE8A14CF10364, 0xA81A664BBC423001, 0xC24B8B70D0F89791, 0xC76C51A30654BE30,
    0xD192E819D6EF5218, 0xD69906245565A910, 0xF40E35855771202A, 0x106AA07032BBD1B8,
    0x19A4C116B8D2D0C8, 0x1E376C085141AB53, 0x2748774CDF8EEB99, 0x34B0BCB5E19B48A8,
    0x391C0CB3C5C95A63, 0x4ED8AA4AE3418ACB, 0x5B9CCA4F7763E373, 0x682E6FF3D6B2B8A3,
    0x748F82EE5DEFB2FC, 0x78A5636F43172F60, 0x84C87814A1F0AB72, 0x8CC702081A6439EC,
    0x90BEFFFA23631E28, 0xA4506CEBDE82BDE9, 0xBEF9A3F7B2C67915, 0xC67178F2E372532B,
    0xCA273ECEEA26619C, 0xD186B8C721C0C207, 0xEADA7DD6CDE0EB1E, 0xF57D4F7FEE6ED178,
    0x06F067AA72176FBA, 0x0A637DC5A2C898A6, 0x113F9804BEF90DAE, 0x1B710B35131C471B,
    0x28DB77F523047D84, 0x32CAAB7B40C72493, 0x3C9EBE0A15C9BEBC, 0x431D67C49C100D4C,
    0x4CC5D4BECB3E42B6, 0x597F299CFC657E2A, 0x5FCB6FAB3AD6FAEC, 0x6C44198C4A475817,
};
constexpr std::array<uint32_t, 8> kSha224Start = {
    0xC1059ED8, 0x367CD507, 0x3070DD17, 0xF70E5939, 0xFFC00B31, 0x68581511, 0x64F98FA7, 0xBEFA4FA4,
};
constexpr std::array<uint32_t, 8> kSha256Start = {
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
};
constexpr std::array<uint64_t, 8> kSha384Start = {
    0xCBBB9D5DC1059ED8, 0x629A292A367CD507, 0x9159015A3070DD17, 0x152FECD8F70E5939,
    0x67332667FFC00B31, 0x8EB44A8768581511, 0xDB0C2E0D64F98FA7, 0x47B5481DBEFA4FA4,
};
constexpr std::array<uint64_t, 8> kSha512Start = {
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
};

template <typename Word>
Word LoadBig(const uint8_t* bytes) {
  Word value = 0;
  for (size_t i = 0; i < sizeof(Word); ++i) value = static_cast<Word>((value << 8) | bytes[i]);
  return value;
}

struct Md5State {
  static constexpr size_t kBlockBytes = 64;
  static constexpr size_t kLengthBytes = 8;
  static constexpr bool kBigEndian = false;
  std::array<uint32_t, 4> words = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};

  void Block(const uint8_t* block) {
    std::array<uint32_t, 16> m;
    std::memcpy(m.data(), block, kBlockBytes);
    auto [a, b, c, d] = words;
    for (uint32_t i = 0; i < 64; ++i) {
      uint32_t mixed = 0;
      uint32_t at = 0;
      switch (i / 16) {
        case 0:
          mixed = (b & c) | (~b & d);
          at = i;
          break;
        case 1:
          mixed = (d & b) | (~d & c);
          at = (5 * i + 1) % 16;
          break;
        case 2:
          mixed = b ^ c ^ d;
          at = (3 * i + 5) % 16;
          break;
        default:
          mixed = c ^ (b | ~d);
          at = (7 * i) % 16;
          break;
      }
      const uint32_t sum = mixed + a + kMd5Constants[i] + m[at];
      a = d;
      d = c;
      c = b;
      b += std::rotl(sum, kMd5Rotations[i / 16 * 4 + i % 4]);
    }
    words[0] += a;
    words[1] += b;
    words[2] += c;
    words[3] += d;
  }
};
static_assert(std::endian::native == std::endian::little);

// What SHA-256 and SHA-512 differ in, besides the word.
template <typename Word>
struct Sha2Shape;
template <>
struct Sha2Shape<uint32_t> {
  static constexpr std::array<int, 12> kShifts = {7, 18, 3, 17, 19, 10, 6, 11, 25, 2, 13, 22};
  static constexpr const auto& kConstants = kSha256Constants;
};
template <>
struct Sha2Shape<uint64_t> {
  static constexpr std::array<int, 12> kShifts = {1, 8, 7, 19, 61, 6, 14, 18, 41, 28, 34, 39};
  static constexpr const auto& kConstants = kSha512Constants;
};

template <typename Word>
struct Sha2State {
  static constexpr size_t kBlockBytes = sizeof(Word) * 16;
  static constexpr size_t kLengthBytes = sizeof(Word) * 2;
  static constexpr bool kBigEndian = true;
  std::array<Word, 8> words;

  void Block(const uint8_t* block) {
    constexpr auto& kShifts = Sha2Shape<Word>::kShifts;
    constexpr auto& kConstants = Sha2Shape<Word>::kConstants;
    constexpr size_t kRounds = kConstants.size();
    std::array<Word, kRounds> w;
    for (size_t i = 0; i < 16; ++i) w[i] = LoadBig<Word>(block + i * sizeof(Word));
    for (size_t i = 16; i < kRounds; ++i) {
      const Word x = w[i - 15];
      const Word y = w[i - 2];
      const Word s0 = std::rotr(x, kShifts[0]) ^ std::rotr(x, kShifts[1]) ^ (x >> kShifts[2]);
      const Word s1 = std::rotr(y, kShifts[3]) ^ std::rotr(y, kShifts[4]) ^ (y >> kShifts[5]);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = words;
    for (size_t i = 0; i < kRounds; ++i) {
      const Word s1 =
          std::rotr(e, kShifts[6]) ^ std::rotr(e, kShifts[7]) ^ std::rotr(e, kShifts[8]);
      const Word t1 = h + s1 + ((e & f) ^ (~e & g)) + kConstants[i] + w[i];
      const Word s0 =
          std::rotr(a, kShifts[9]) ^ std::rotr(a, kShifts[10]) ^ std::rotr(a, kShifts[11]);
      const Word t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const std::array<Word, 8> mixed = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; ++i) words[i] += mixed[i];
  }
};

template <typename State>
void Digest(std::string_view bytes, State* state) {
  constexpr size_t kBlock = State::kBlockBytes;
  const uint64_t bits = uint64_t{bytes.size()} * 8;
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= kBlock; left -= kBlock, data += kBlock) state->Block(data);
  std::array<uint8_t, 2 * kBlock> tail{};
  if (left > 0) std::memcpy(tail.data(), data, left);
  tail[left] = 0x80;
  const size_t end = left + 1 + State::kLengthBytes <= kBlock ? kBlock : 2 * kBlock;
  for (size_t i = 0; i < 8; ++i) {
    const auto byte = static_cast<uint8_t>(bits >> (8 * i));
    tail[State::kBigEndian ? end - 1 - i : end - 8 + i] = byte;
  }
  for (size_t at = 0; at < end; at += kBlock) state->Block(tail.data() + at);
}

template <size_t size, typename Word>
std::array<uint8_t, size> Sha2(std::string_view bytes, const std::array<Word, 8>& start) {
  Sha2State<Word> state{start};
  Digest(bytes, &state);
  std::array<uint8_t, size> result;
  for (size_t i = 0; i < size; ++i) {
    const size_t shift = 8 * (sizeof(Word) - 1 - i % sizeof(Word));
    result[i] = static_cast<uint8_t>(state.words[i / sizeof(Word)] >> shift);
  }
  return result;
}

}  // namespace

std::array<uint8_t, 16> Md5(std::string_view bytes) {
  Md5State state;
  Digest(bytes, &state);
  return std::bit_cast<std::array<uint8_t, 16>>(state.words);
}
std::array<uint8_t, 28> Sha224(std::string_view bytes) { return Sha2<28>(bytes, kSha224Start); }
std::array<uint8_t, 32> Sha256(std::string_view bytes) { return Sha2<32>(bytes, kSha256Start); }
std::array<uint8_t, 48> Sha384(std::string_view bytes) { return Sha2<48>(bytes, kSha384Start); }
std::array<uint8_t, 64> Sha512(std::string_view bytes) { return Sha2<64>(bytes, kSha512Start); }

}  // namespace heliosdb::sql::functions
