// Fixed-width integers to and from bytes. Little endian unless the name says big.
#ifndef HELIOSDB_CORE_BASE_CODING_H_
#define HELIOSDB_CORE_BASE_CODING_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace heliosdb {

static_assert(std::endian::native == std::endian::little,
              "this library is written for little-endian machines");

template <typename T>
T LoadFixed(const void* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}
template <typename T>
void StoreFixed(void* bytes, T value) {
  std::memcpy(bytes, &value, sizeof(T));
}
template <typename T>
void AppendFixed(std::string* out, T value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(T));
}

inline uint32_t LoadBig32(const void* bytes) {
  return __builtin_bswap32(LoadFixed<uint32_t>(bytes));
}
inline uint64_t LoadBig64(const void* bytes) {
  return __builtin_bswap64(LoadFixed<uint64_t>(bytes));
}
inline void StoreBig32(void* bytes, uint32_t value) { StoreFixed(bytes, __builtin_bswap32(value)); }
inline void StoreBig64(void* bytes, uint64_t value) { StoreFixed(bytes, __builtin_bswap64(value)); }
inline void AppendBig16(std::string* out, uint16_t value) {
  AppendFixed(out, __builtin_bswap16(value));
}
inline void AppendBig32(std::string* out, uint32_t value) {
  AppendFixed(out, __builtin_bswap32(value));
}
inline void AppendBig64(std::string* out, uint64_t value) {
  AppendFixed(out, __builtin_bswap64(value));
}

// LEB128: seven bits a byte, least significant first.
void AppendVarint(std::string* out, uint64_t value);

// Reads fields off the front of foreign bytes. After the first read that does not fit, ok() is
// false, every further read gives zero or empty, and nothing outside the input is touched.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }
  // True when everything was read and every read fitted.
  bool AtEnd() const { return ok_ && rest_.empty(); }

  template <typename T>
  T Fixed() {
    if (!Need(sizeof(T))) return T{};
    const T value = LoadFixed<T>(rest_.data());
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  uint64_t Varint();
  std::string_view Bytes(size_t size);
  // A varint length, then that many bytes.
  std::string_view Prefixed() { return Bytes(Varint()); }

 private:
  bool Need(size_t size) {
    if (rest_.size() < size) {
      ok_ = false;
      rest_ = {};
    }
    return ok_;
  }
  std::string_view rest_;
  bool ok_ = true;
};

// Counterpart of ByteReader::Prefixed.
void AppendPrefixed(std::string* out, std::string_view bytes);

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_CODING_H_
