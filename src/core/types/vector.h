// A column of up to kChunkRows values of one type, and chunks of such columns: what operators hand
// each other.
#ifndef HELIOSDB_CORE_TYPES_VECTOR_H_
#define HELIOSDB_CORE_TYPES_VECTOR_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/arena.h"
#include "core/base/check.h"
#include "core/types/type.h"
#include "core/types/value.h"

namespace heliosdb::types {

inline constexpr size_t kChunkRows = 1024;

// One bit a row, set when the value is present. While no NULL was ever set, has_nulls() is false
// and nothing need be tested.
class Validity {
 public:
  bool has_nulls() const { return has_nulls_; }
  bool IsValid(size_t row) const {
    return !has_nulls_ || ((words_[row >> 6] >> (row & 63)) & 1) != 0;
  }
  void SetNull(size_t row) {
    if (!has_nulls_) {
      words_.fill(~uint64_t{0});
      has_nulls_ = true;
    }
    words_[row >> 6] &= ~(uint64_t{1} << (row & 63));
  }
  void SetValid(size_t row) {
    if (has_nulls_) words_[row >> 6] |= uint64_t{1} << (row & 63);
  }
  void SetAllValid() { has_nulls_ = false; }
  // A row is valid afterwards when it was valid here and in other.
  void And(const Validity& other);
  // The words, 64 rows each; meaningful only while has_nulls().
  const uint64_t* words() const { return words_.data(); }

 private:
  bool has_nulls_ = false;
  std::array<uint64_t, kChunkRows / 64> words_;
};

// Not thread-safe. Data of NULL rows is defined (zero bytes or an empty view) but meaningless, so
// that kernels may compute over every row and look at validity afterwards.
//
// A constant vector holds its one value (or NULL) at row 0 and stands for any number of rows;
// kernels read row (is_constant() ? 0 : i), and Flatten spells it out.
class Vector {
 public:
  explicit Vector(Type type);
  Vector(Vector&&) = default;
  Vector& operator=(Vector&&) = default;
  // A constant vector; a string is copied in.
  static Vector Constant(const Value& value);

  Type type() const { return type_; }
  Physical physical() const { return physical_; }
  bool is_constant() const { return constant_; }
  void set_constant(bool constant) { constant_ = constant; }

  // T is the C++ type of physical(): uint8_t, int16_t, int32_t, int64_t, float, double, Interval or
  // std::string_view.
  template <typename T>
  T* data() {
    return reinterpret_cast<T*>(data_.get());
  }
  template <typename T>
  const T* data() const {
    return reinterpret_cast<const T*>(data_.get());
  }
  Validity& validity() { return validity_; }
  const Validity& validity() const { return validity_; }
  bool IsNull(size_t row) const { return !validity_.IsValid(constant_ ? 0 : row); }

  // Copies bytes into memory that lives until the vector is Reset; for the string form's results.
  std::string_view AddString(std::string_view bytes) { return strings_.Copy(bytes); }
  // Uninitialised room for a string of that size, with the same life.
  char* AllocateString(size_t size) { return strings_.Allocate(size, 1); }

  // Empty, all valid, not constant; frees strings. The type stays.
  void Reset() {
    constant_ = false;
    validity_.SetAllValid();
    if (physical_ == Physical::kString) strings_.Reset();
  }
  // Sets a NULL with defined data.
  void SetNull(size_t row);
  void SetValue(size_t row, const Value& value);
  Value GetValue(size_t row) const;
  // rows copies of the constant.
  void Flatten(size_t rows);
  // this[to_row] = from[from_row] with strings shared, not copied: from's strings must outlive this
  // vector's use.
  void CopyRowShallow(size_t to_row, const Vector& from, size_t from_row);
  // this[i] = from[rows[i]] for each i, strings shared as above.
  void GatherShallow(const Vector& from, std::span<const uint16_t> rows);

 private:
  Type type_;
  Physical physical_;
  bool constant_ = false;
  std::unique_ptr<char[]> data_;  // kChunkRows values.
  Validity validity_;
  Arena strings_;
};

// A view of size rows of some columns. Columns belong to the operator that produced the chunk and
// stay as they are until its next call; none is constant unless the producer says so.
struct Chunk {
  std::span<const Vector* const> columns;
  size_t size = 0;
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_VECTOR_H_
