#include "core/types/key_codec.h"

#include <cmath>
#include <cstring>

#include "core/base/status.h"
#include "core/types/datetime.h"
#include "core/types/numeric.h"
#include "core/types/numeric_small.h"
#include "core/types/scalar_text.h"

namespace heliosdb::types {
namespace {

constexpr char kNullFirst = 0;
constexpr char kPresent = 1;
constexpr char kNullLast = 2;
constexpr char kTerminator = 1;
constexpr char kEscapedZero = '\xFF';

enum class NumericClass : uint8_t {
  kMinusInfinity = 1,
  kNegative,
  kZero,
  kPositive,
  kInfinity,
  kNan,
};

// Bytes of the payload of a fixed-size key column; 0 for the types that end themselves.
size_t FixedPayloadBytes(TypeOid oid) {
  switch (PhysicalOf(oid)) {
    case Physical::kBool:
      return 1;
    case Physical::kInt16:
      return 2;
    case Physical::kInt32:
    case Physical::kFloat32:
      return 4;
    case Physical::kInt64:
    case Physical::kFloat64:
      return 8;
    case Physical::kInterval:
      return 16;
    case Physical::kString:
      return 0;
  }
  return 0;
}

bool IsUnsigned(TypeOid oid) {
  return oid == TypeOid::kOid || oid == TypeOid::kRegclass || oid == TypeOid::kPgLsn;
}

uint64_t OrderedBits(double value) {
  if (std::isnan(value)) return UINT64_MAX;
  if (value == 0) value = 0;
  const uint64_t bits = LoadFixed<uint64_t>(&value);
  return (bits >> 63) != 0 ? ~bits : bits ^ (uint64_t{1} << 63);
}
uint32_t OrderedBits(float value) {
  if (std::isnan(value)) return UINT32_MAX;
  if (value == 0) value = 0;
  const uint32_t bits = LoadFixed<uint32_t>(&value);
  return (bits >> 31) != 0 ? ~bits : bits ^ (uint32_t{1} << 31);
}
double DoubleOfOrderedBits(uint64_t ordered) {
  if (ordered == UINT64_MAX) return std::nan("");
  const uint64_t bits = (ordered >> 63) != 0 ? ordered ^ (uint64_t{1} << 63) : ~ordered;
  return LoadFixed<double>(&bits);
}
float FloatOfOrderedBits(uint32_t ordered) {
  if (ordered == UINT32_MAX) return std::nanf("");
  const uint32_t bits = (ordered >> 31) != 0 ? ordered ^ (uint32_t{1} << 31) : ~ordered;
  return LoadFixed<float>(&bits);
}

void AppendEscaped(std::string_view bytes, std::string* key) {
  for (;;) {
    const void* const zero = bytes.empty() ? nullptr : std::memchr(bytes.data(), 0, bytes.size());
    if (zero == nullptr) break;
    const size_t at = static_cast<size_t>(static_cast<const char*>(zero) - bytes.data());
    key->append(bytes.data(), at + 1);
    key->push_back(kEscapedZero);
    bytes.remove_prefix(at + 1);
  }
  key->append(bytes);
}

void AppendBytesPayload(std::string_view bytes, std::string* key) {
  AppendEscaped(bytes, key);
  key->push_back('\0');
  key->push_back(kTerminator);
}

void Complement(std::string* key, size_t from) {
  for (size_t i = from; i < key->size(); ++i) (*key)[i] = static_cast<char>(~(*key)[i]);
}

void AppendNumericPayload(std::string_view numeric, std::string* key) {
  const auto put_class = [key](NumericClass c) { key->push_back(static_cast<char>(c)); };
  if (NumericIsSpecial(numeric)) {
    const int kind = NumericHeader(numeric) & kNumericScaleBits;
    put_class(kind == 0   ? NumericClass::kNan
              : kind == 1 ? NumericClass::kInfinity
                          : NumericClass::kMinusInfinity);
    return;
  }
  if (NumericIsZero(numeric)) return put_class(NumericClass::kZero);
  const bool negative = (NumericHeader(numeric) & kNumericNegative) != 0;
  put_class(negative ? NumericClass::kNegative : NumericClass::kPositive);
  const size_t start = key->size();
  AppendBig16(key, static_cast<uint16_t>(LoadFixed<int16_t>(numeric.data() + 2) + 32768));
  for (size_t at = 4; at < numeric.size(); at += 2) {
    AppendBig16(key, static_cast<uint16_t>(LoadFixed<uint16_t>(numeric.data() + at) + 1));
  }
  AppendBig16(key, 0);
  if (negative) Complement(key, start);
}

void AppendIntervalPayload(Interval interval, std::string* key) {
  const Int128 span = IntervalSpan(interval);
  const unsigned __int128 ordered =
      static_cast<unsigned __int128>(span) ^ (static_cast<unsigned __int128>(1) << 127);
  AppendBig64(key, static_cast<uint64_t>(ordered >> 64));
  AppendBig64(key, static_cast<uint64_t>(ordered));
}

// The payload of an integer form, given as its bits.
void AppendIntegerPayload(TypeOid oid, int64_t value, std::string* key) {
  switch (PhysicalOf(oid)) {
    case Physical::kBool:
      key->push_back(value != 0 ? 1 : 0);
      return;
    case Physical::kInt16:
      return AppendBig16(key, static_cast<uint16_t>(static_cast<uint16_t>(value) ^ 0x8000u));
    case Physical::kInt32:
      return AppendBig32(key, static_cast<uint32_t>(value) ^ (IsUnsigned(oid) ? 0 : 0x80000000u));
    default:
      return AppendBig64(key,
                         static_cast<uint64_t>(value) ^ (IsUnsigned(oid) ? 0 : uint64_t{1} << 63));
  }
}

void AppendStringPayload(TypeOid oid, std::string_view value, std::string* key) {
  if (oid == TypeOid::kNumeric) return AppendNumericPayload(value, key);
  AppendBytesPayload(oid == TypeOid::kBpchar ? TrimTrailingSpaces(value) : value, key);
}

void AppendPayload(const Vector& vector, size_t row, std::string* key) {
  const TypeOid oid = vector.type().oid;
  switch (vector.physical()) {
    case Physical::kBool:
      return AppendIntegerPayload(oid, vector.data<uint8_t>()[row], key);
    case Physical::kInt16:
      return AppendIntegerPayload(oid, vector.data<int16_t>()[row], key);
    case Physical::kInt32:
      return AppendIntegerPayload(oid, vector.data<int32_t>()[row], key);
    case Physical::kInt64:
      return AppendIntegerPayload(oid, vector.data<int64_t>()[row], key);
    case Physical::kFloat32:
      return AppendBig32(key, OrderedBits(vector.data<float>()[row]));
    case Physical::kFloat64:
      return AppendBig64(key, OrderedBits(vector.data<double>()[row]));
    case Physical::kInterval:
      return AppendIntervalPayload(vector.data<Interval>()[row], key);
    case Physical::kString:
      return AppendStringPayload(oid, vector.data<std::string_view>()[row], key);
  }
}

void AppendPayload(const Value& value, std::string* key) {
  switch (PhysicalOf(value.type().oid)) {
    case Physical::kFloat32:
      return AppendBig32(key, OrderedBits(static_cast<float>(value.float_value())));
    case Physical::kFloat64:
      return AppendBig64(key, OrderedBits(value.float_value()));
    case Physical::kInterval:
      return AppendIntervalPayload(value.interval(), key);
    case Physical::kString:
      return AppendStringPayload(value.type().oid, value.string(), key);
    default:
      return AppendIntegerPayload(value.type().oid, value.integer(), key);
  }
}

absl::Status Malformed(std::string_view what) { return Corruption("key: {}", what); }

// Reads a key with the complement of descending columns undone.
class PayloadReader {
 public:
  PayloadReader(std::string_view* key, bool descending) : key_(key), mask_(descending ? 0xFF : 0) {}

  size_t left() const { return key_->size(); }
  uint8_t At(size_t i) const { return static_cast<uint8_t>((*key_)[i]) ^ mask_; }
  uint64_t Big(size_t bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; ++i) value = (value << 8) | At(i);
    key_->remove_prefix(bytes);
    return value;
  }
  void Skip(size_t bytes) { key_->remove_prefix(bytes); }

  // Size of the escaped bytes up to their terminator; nullopt when there is none or an escape is
  // wrong.
  std::optional<size_t> EscapedSize() const {
    for (size_t i = 0; i + 1 < left(); ++i) {
      if (At(i) != 0) continue;
      const uint8_t next = At(i + 1);
      if (next == static_cast<uint8_t>(kTerminator)) return i;
      if (next != static_cast<uint8_t>(kEscapedZero)) return std::nullopt;
      ++i;
    }
    return std::nullopt;
  }
  // Unescapes size bytes into *out, then drops them and the terminator.
  std::string_view Unescape(size_t size, Vector* out) {
    size_t escapes = 0;
    for (size_t i = 0; i < size; ++i) {
      if (At(i) == 0) {
        ++escapes;
        ++i;
      }
    }
    if (size == 0) {
      Skip(2);
      return {};
    }
    char* const to = out->AllocateString(size - escapes);
    size_t count = 0;
    for (size_t i = 0; i < size; ++i) {
      to[count++] = static_cast<char>(At(i));
      if (At(i) == 0) ++i;
    }
    Skip(size + 2);
    return {to, count};
  }

 private:
  std::string_view* key_;
  uint8_t mask_;
};

absl::Status SkipNumeric(PayloadReader* reader) {
  if (reader->left() < 1) return Malformed("a numeric is missing");
  const auto numeric_class = static_cast<NumericClass>(reader->At(0));
  if (numeric_class < NumericClass::kMinusInfinity || numeric_class > NumericClass::kNan) {
    return Malformed("numeric of no known class");
  }
  reader->Skip(1);
  if (numeric_class != NumericClass::kNegative && numeric_class != NumericClass::kPositive) {
    return absl::OkStatus();
  }
  const uint64_t end = numeric_class == NumericClass::kNegative ? 0xFFFF : 0;
  if (reader->left() < 2) return Malformed("numeric without a weight");
  reader->Skip(2);
  while (reader->left() >= 2) {
    if (reader->Big(2) == end) return absl::OkStatus();
  }
  return Malformed("numeric without an end");
}

// Takes the marker off; true when a payload follows.
absl::StatusOr<bool> TakeMarker(std::string_view* key) {
  if (key->empty()) return Malformed("a column is missing");
  const char marker = key->front();
  if (marker < kNullFirst || marker > kNullLast) return Malformed("marker of no known kind");
  key->remove_prefix(1);
  return marker == kPresent;
}

absl::Status SkipPayload(TypeOid oid, PayloadReader* reader) {
  if (oid == TypeOid::kNumeric) return SkipNumeric(reader);
  const size_t fixed = FixedPayloadBytes(oid);
  if (fixed != 0) {
    if (reader->left() < fixed) return Malformed("a column is cut short");
    reader->Skip(fixed);
    return absl::OkStatus();
  }
  const std::optional<size_t> size = reader->EscapedSize();
  if (!size.has_value()) return Malformed("bytes without an end");
  reader->Skip(*size + 2);
  return absl::OkStatus();
}

absl::Status DecodePayload(PayloadReader* reader, size_t row, Vector* out) {
  const TypeOid oid = out->type().oid;
  const size_t fixed = FixedPayloadBytes(oid);
  if (fixed != 0 && reader->left() < fixed) return Malformed("a column is cut short");
  // Only the integer forms, of at most 8 bytes, are flipped.
  const bool flips = fixed > 0 && fixed <= sizeof(uint64_t) && !IsUnsigned(oid);
  const uint64_t flip = flips ? uint64_t{1} << (fixed * 8 - 1) : 0;
  switch (out->physical()) {
    case Physical::kBool: {
      const uint64_t value = reader->Big(1);
      if (value > 1) return Malformed("boolean is neither 0 nor 1");
      out->data<uint8_t>()[row] = static_cast<uint8_t>(value);
      break;
    }
    case Physical::kInt16:
      out->data<int16_t>()[row] = static_cast<int16_t>(reader->Big(2) ^ flip);
      break;
    case Physical::kInt32:
      out->data<int32_t>()[row] = static_cast<int32_t>(reader->Big(4) ^ flip);
      break;
    case Physical::kInt64:
      out->data<int64_t>()[row] = static_cast<int64_t>(reader->Big(8) ^ flip);
      break;
    case Physical::kFloat32:
      out->data<float>()[row] = FloatOfOrderedBits(static_cast<uint32_t>(reader->Big(4)));
      break;
    case Physical::kFloat64:
      out->data<double>()[row] = DoubleOfOrderedBits(reader->Big(8));
      break;
    case Physical::kInterval:
      return Unsupported("reading an interval back from a key is not supported");
    case Physical::kString: {
      if (oid == TypeOid::kNumeric) {
        return Unsupported("reading a numeric back from a key is not supported");
      }
      const std::optional<size_t> size = reader->EscapedSize();
      if (!size.has_value()) return Malformed("bytes without an end");
      out->data<std::string_view>()[row] = reader->Unescape(*size, out);
      break;
    }
  }
  out->validity().SetValid(row);
  return absl::OkStatus();
}

}  // namespace

void AppendKeyColumn(const Vector& vector, size_t row, KeyOrder order, std::string* key) {
  if (vector.is_constant()) row = 0;
  if (!vector.validity().IsValid(row)) {
    key->push_back(order.nulls_first ? kNullFirst : kNullLast);
    return;
  }
  key->push_back(kPresent);
  const size_t start = key->size();
  AppendPayload(vector, row, key);
  if (order.descending) Complement(key, start);
}

void AppendKeyColumn(const Value& value, KeyOrder order, std::string* key) {
  if (value.is_null()) {
    key->push_back(order.nulls_first ? kNullFirst : kNullLast);
    return;
  }
  key->push_back(kPresent);
  const size_t start = key->size();
  AppendPayload(value, key);
  if (order.descending) Complement(key, start);
}

bool KeyIsExact(TypeOid oid) {
  switch (oid) {
    case TypeOid::kNumeric:
    case TypeOid::kInterval:
    case TypeOid::kBpchar:
    case TypeOid::kFloat4:
    case TypeOid::kFloat8:
      return false;
    default:
      return true;
  }
}

absl::Status DecodeKeyColumn(std::string_view* key, KeyOrder order, size_t row, Vector* out) {
  HELIOS_ASSIGN_OR_RETURN(const bool present, TakeMarker(key));
  if (!present) {
    out->SetNull(row);
    return absl::OkStatus();
  }
  PayloadReader reader(key, order.descending);
  return DecodePayload(&reader, row, out);
}

absl::Status SkipKeyColumn(TypeOid oid, KeyOrder order, std::string_view* key) {
  HELIOS_ASSIGN_OR_RETURN(const bool present, TakeMarker(key));
  if (!present) return absl::OkStatus();
  PayloadReader reader(key, order.descending);
  return SkipPayload(oid, &reader);
}

std::optional<std::string> PrefixSuccessor(std::string_view prefix) {
  while (!prefix.empty() && static_cast<uint8_t>(prefix.back()) == 0xFF) prefix.remove_suffix(1);
  if (prefix.empty()) return std::nullopt;
  std::string successor(prefix);
  successor.back() = static_cast<char>(static_cast<uint8_t>(successor.back()) + 1);
  return successor;
}

void AppendKeyTextPrefix(std::string_view prefix, KeyOrder order, std::string* key) {
  key->push_back(kPresent);
  const size_t start = key->size();
  AppendEscaped(prefix, key);
  if (order.descending) Complement(key, start);
}

}  // namespace heliosdb::types
