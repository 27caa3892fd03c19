// Sums for sum(), avg() and the variances: no re-encoding and mostly no allocation per row.
#ifndef HELIOSDB_CORE_TYPES_NUMERIC_SUM_H_
#define HELIOSDB_CORE_TYPES_NUMERIC_SUM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/types/numeric.h"

namespace heliosdb::types {

// A sum of integers, exact. Trivially copyable, so that it can lie in an aggregate's state.
struct IntegerSum {
  Int128 total = 0;
  int64_t count = 0;

  void Add(int64_t value) {
    total += value;
    ++count;
  }
  void Merge(const IntegerSum& other) {
    total += other.total;
    count += other.count;
  }
  // PostgreSQL's sum(int8) and avg(int*) as numeric; the average of no rows is not to be asked for.
  void Sum(NumericBuffer* out) const { NumericFromInt128(total, out); }
  absl::Status Average(NumericBuffer* out) const;
};

// A sum of numerics, exact; shows the largest display scale that was added, as PostgreSQL's does.
// Small values are added in 128 bits; what does not fit goes to a wide sum that is allocated when
// it is first needed.
class NumericSum {
 public:
  NumericSum();
  ~NumericSum();
  NumericSum(NumericSum&&) noexcept;
  NumericSum& operator=(NumericSum&&) noexcept;

  void Add(std::string_view numeric);
  // Adds the product of two numerics: the squares of the variances.
  void AddProduct(std::string_view a, std::string_view b);
  void Merge(const NumericSum& other);
  int64_t count() const { return count_; }
  // 22003 when the sum exceeds numeric's format.
  absl::Status Sum(NumericBuffer* out) const;
  // count() > 0.
  absl::Status Average(NumericBuffer* out) const;

  // The whole state as bytes, for spilling; Decode trusts nothing (DATA_LOSS).
  void AppendTo(std::string* out) const;
  static absl::StatusOr<NumericSum> Decode(std::string_view bytes);

 private:
  struct Wide;

  void AddWide(std::string_view numeric);
  void Flush();
  // Adds mantissa * 10000^exponent.
  bool AddSmall(Int128 mantissa, int exponent);

  // small_ * 10000^small_exponent_ + wide_ is the sum of the finite values.
  Int128 small_ = 0;
  int32_t small_exponent_ = 0;
  int32_t display_scale_ = 0;
  int64_t count_ = 0;
  int64_t nan_count_ = 0;
  int64_t positive_infinity_count_ = 0;
  int64_t negative_infinity_count_ = 0;
  std::unique_ptr<Wide> wide_;
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_NUMERIC_SUM_H_
