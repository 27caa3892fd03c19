// Mathematical functions over float8, and chance.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/sql/functions/kernel_loops.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::Vector;
using enum types::TypeOid;
using enum Volatility;

constexpr double kRadiansPerDegree = 0.0174532925199432957692;

absl::Status InputOutOfRange() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "input is out of range");
}
absl::Status Overflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}
absl::Status Underflow() {
  return SqlError(sqlstate::kNumericValueOutOfRange, "value out of range: underflow");
}

double Ceiling(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
double Round(double x) { return std::nearbyint(x); }
double Truncate(double x) { return std::trunc(x); }
double Sign(double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; }
double CubeRoot(double x) { return std::cbrt(x); }
double Pi() { return 3.141592653589793238462643383279502884; }

absl::StatusOr<double> SquareRoot(double x) {
  if (x < 0) {
    return SqlError(sqlstate::kInvalidArgumentForPowerFunction,
                    "cannot take square root of a negative number");
  }
  return std::sqrt(x);
}

absl::StatusOr<double> Exponential(double x) {
  if (std::isnan(x)) return x;
  if (std::isinf(x)) return x > 0 ? x : 0.0;
  const double result = std::exp(x);
  if (std::isinf(result)) return Overflow();
  if (result == 0) return Underflow();
  return result;
}

template <double (*Logarithm)(double)>
absl::StatusOr<double> LogarithmOf(double x) {
  if (x == 0) {
    return SqlError(sqlstate::kInvalidArgumentForLog, "cannot take logarithm of zero");
  }
  if (x < 0) {
    return SqlError(sqlstate::kInvalidArgumentForLog, "cannot take logarithm of a negative number");
  }
  return Logarithm(x);
}
double NaturalLogarithm(double x) { return std::log(x); }
double DecimalLogarithm(double x) { return std::log10(x); }

absl::StatusOr<double> Power(double base, double exponent) {
  // NaN^0 and 1^NaN are 1, which pow gives.
  if (std::isnan(base) || std::isnan(exponent)) return std::pow(base, exponent);
  if (base == 0 && exponent < 0) {
    return SqlError(sqlstate::kInvalidArgumentForPowerFunction,
                    "zero raised to a negative power is undefined");
  }
  if (base < 0 && std::floor(exponent) != exponent) {
    return SqlError(sqlstate::kInvalidArgumentForPowerFunction,
                    "a negative number raised to a non-integer power yields a complex result");
  }
  const double result = std::pow(base, exponent);
  if (std::isinf(base) || std::isinf(exponent)) return result;
  if (std::isinf(result)) return Overflow();
  if (result == 0 && base != 0) return Underflow();
  return result;
}

double Degrees(double x) { return x / kRadiansPerDegree; }
double Radians(double x) { return x * kRadiansPerDegree; }

template <double (*Function)(double)>
absl::StatusOr<double> OfFinite(double x) {
  if (std::isinf(x)) return InputOutOfRange();
  return Function(x);
}
double Sine(double x) { return std::sin(x); }
double Cosine(double x) { return std::cos(x); }
double Tangent(double x) { return std::tan(x); }
double Cotangent(double x) { return 1.0 / std::tan(x); }

absl::StatusOr<double> ArcSine(double x) {
  if (x < -1 || x > 1) return InputOutOfRange();
  return std::asin(x);
}
absl::StatusOr<double> ArcCosine(double x) {
  if (x < -1 || x > 1) return InputOutOfRange();
  return std::acos(x);
}
double ArcTangent(double x) { return std::atan(x); }
double ArcTangent2(double y, double x) { return std::atan2(y, x); }
double HyperbolicSine(double x) { return std::sinh(x); }
absl::StatusOr<double> HyperbolicCosine(double x) {
  const double result = std::cosh(x);
  return result == 0 ? absl::StatusOr<double>(Underflow()) : result;
}
double HyperbolicTangent(double x) { return std::tanh(x); }
double HyperbolicArcSine(double x) { return std::asinh(x); }
absl::StatusOr<double> HyperbolicArcCosine(double x) {
  if (x < 1) return InputOutOfRange();
  return std::acosh(x);
}
absl::StatusOr<double> HyperbolicArcTangent(double x) {
  if (x < -1 || x > 1) return InputOutOfRange();
  return std::atanh(x);
}

// In degrees, the quadrant's landmarks come out exactly: scaled by the values that the library gives
// for 30, 45 and 60 degrees.
double SineTo30(double x) {
  static const double sine_30 = std::sin(30.0 * kRadiansPerDegree);
  return (std::sin(x * kRadiansPerDegree) / sine_30) / 2.0;
}
double CosineTo60(double x) {
  static const double one_minus_cosine_60 = 1.0 - std::cos(60.0 * kRadiansPerDegree);
  return 1.0 - ((1.0 - std::cos(x * kRadiansPerDegree)) / one_minus_cosine_60) / 2.0;
}
double SineTo90(double x) { return x <= 30.0 ? SineTo30(x) : CosineTo60(90.0 - x); }
double CosineTo90(double x) { return x <= 60.0 ? CosineTo60(x) : SineTo30(90.0 - x); }

double SineOfDegrees(double x) {
  double sign = 1.0;
  x = std::fmod(x, 360.0);
  if (x < 0.0) {
    x = -x;
    sign = -sign;
  }
  if (x > 180.0) {
    x = 360.0 - x;
    sign = -sign;
  }
  if (x > 90.0) x = 180.0 - x;
  return sign * SineTo90(x);
}
double CosineOfDegrees(double x) {
  double sign = 1.0;
  x = std::fabs(std::fmod(x, 360.0));
  if (x > 180.0) x = 360.0 - x;
  if (x > 90.0) {
    x = 180.0 - x;
    sign = -sign;
  }
  return sign * CosineTo90(x);
}

struct Folded {
  double degrees;
  double sign;
};
// Tangent and cotangent: onto the first quadrant.
Folded FoldForTangent(double x) {
  double sign = 1.0;
  x = std::fmod(x, 360.0);
  if (x < 0.0) {
    x = -x;
    sign = -sign;
  }
  if (x > 180.0) {
    x = 360.0 - x;
    sign = -sign;
  }
  if (x > 90.0) {
    x = 180.0 - x;
    sign = -sign;
  }
  return {x, sign};
}
double TangentOfDegrees(double x) {
  static const double tangent_45 = SineTo90(45.0) / CosineTo90(45.0);
  const auto [degrees, sign] = FoldForTangent(x);
  const double result = sign * ((SineTo90(degrees) / CosineTo90(degrees)) / tangent_45);
  return result == 0.0 ? 0.0 : result;
}
double CotangentOfDegrees(double x) {
  static const double cotangent_45 = CosineTo90(45.0) / SineTo90(45.0);
  const auto [degrees, sign] = FoldForTangent(x);
  const double result = sign * ((CosineTo90(degrees) / SineTo90(degrees)) / cotangent_45);
  return result == 0.0 ? 0.0 : result;
}

double ArcSineDegreesTo1(double x) {
  static const double arc_sine_half = std::asin(0.5);
  static const double arc_cosine_half = std::acos(0.5);
  return x <= 0.5 ? (std::asin(x) / arc_sine_half) * 30.0
                  : 90.0 - (std::acos(x) / arc_cosine_half) * 60.0;
}
double ArcCosineDegreesTo1(double x) {
  static const double arc_sine_half = std::asin(0.5);
  static const double arc_cosine_half = std::acos(0.5);
  return x <= 0.5 ? 90.0 - (std::asin(x) / arc_sine_half) * 30.0
                  : (std::acos(x) / arc_cosine_half) * 60.0;
}
absl::StatusOr<double> ArcSineDegrees(double x) {
  if (std::isnan(x)) return x;
  if (x < -1 || x > 1) return InputOutOfRange();
  return x >= 0 ? ArcSineDegreesTo1(x) : -ArcSineDegreesTo1(-x);
}
absl::StatusOr<double> ArcCosineDegrees(double x) {
  if (std::isnan(x)) return x;
  if (x < -1 || x > 1) return InputOutOfRange();
  return x >= 0 ? ArcCosineDegreesTo1(x) : 90.0 + ArcSineDegreesTo1(-x);
}
double ArcTangentDegrees(double x) {
  static const double arc_tangent_1 = std::atan(1.0);
  return (std::atan(x) / arc_tangent_1) * 45.0;
}
double ArcTangent2Degrees(double y, double x) {
  static const double arc_tangent_1 = std::atan(1.0);
  return (std::atan2(y, x) / arc_tangent_1) * 45.0;
}

absl::Status WidthBucketError(std::string_view message) {
  return SqlError(sqlstate::kInvalidArgumentForWidthBucketFunction, "{}", message);
}

absl::StatusOr<int32_t> WidthBucket(double operand, double low, double high, int32_t count) {
  if (count <= 0) return WidthBucketError("count must be greater than zero");
  if (std::isnan(operand) || std::isnan(low) || std::isnan(high)) {
    return WidthBucketError("operand, lower bound, and upper bound cannot be NaN");
  }
  if (std::isinf(low) || std::isinf(high)) {
    return WidthBucketError("lower and upper bounds must be finite");
  }
  if (low == high) return WidthBucketError("lower bound cannot equal upper bound");
  const bool ascending = low < high;
  if (ascending ? operand < low : operand > low) return 0;
  if (ascending ? operand >= high : operand <= high) {
    if (count == std::numeric_limits<int32_t>::max()) {
      return SqlError(sqlstate::kNumericValueOutOfRange, "integer out of range");
    }
    return count + 1;
  }
  const double bucket = count * ((operand - low) / (high - low));
  const int32_t whole = static_cast<int32_t>(bucket);
  // Rounding may have reached the upper bound.
  return std::min(whole, count - 1) + 1;
}

absl::StatusOr<double> RandomFraction(EvalContext& context) {
  if (context.random == nullptr) return Unsupported("random() is not supported here");
  return context.random->Next();
}

absl::Status SetSeed(EvalContext& context, Arguments arguments, size_t rows, Vector* result) {
  if (context.random == nullptr) return Unsupported("setseed() is not supported here");
  const Reader<double> seed(*arguments[0]);
  for (size_t row = 0; row < rows; ++row) {
    result->data<std::string_view>()[row] = {};
    if (!result->validity().IsValid(row)) continue;
    if (!(seed[row] >= -1 && seed[row] <= 1)) {
      return SqlError(sqlstate::kInvalidParameterValue,
                      "setseed parameter {} is out of allowed range [-1,1]", seed[row]);
    }
    context.random->SeedFraction(seed[row]);
  }
  return absl::OkStatus();
}

constexpr FunctionEntry kRows[] = {
    {2308, "ceil", {kFloat8}, kFloat8, kImmutable, Scalar<Ceiling>},
    {2320, "ceiling", {kFloat8}, kFloat8, kImmutable, Scalar<Ceiling>},
    {2309, "floor", {kFloat8}, kFloat8, kImmutable, Scalar<Floor>},
    {1342, "round", {kFloat8}, kFloat8, kImmutable, Scalar<Round>},
    {1343, "trunc", {kFloat8}, kFloat8, kImmutable, Scalar<Truncate>},
    {2310, "sign", {kFloat8}, kFloat8, kImmutable, Scalar<Sign>},
    {1345, "cbrt", {kFloat8}, kFloat8, kImmutable, Scalar<CubeRoot>},
    {231, "dcbrt", {kFloat8}, kFloat8, kImmutable, Scalar<CubeRoot>},
    {1344, "sqrt", {kFloat8}, kFloat8, kImmutable, Scalar<SquareRoot>},
    {230, "dsqrt", {kFloat8}, kFloat8, kImmutable, Scalar<SquareRoot>},
    {1347, "exp", {kFloat8}, kFloat8, kImmutable, Scalar<Exponential>},
    {233, "dexp", {kFloat8}, kFloat8, kImmutable, Scalar<Exponential>},
    {1341, "ln", {kFloat8}, kFloat8, kImmutable, Scalar<LogarithmOf<NaturalLogarithm>>},
    {234, "dlog1", {kFloat8}, kFloat8, kImmutable, Scalar<LogarithmOf<NaturalLogarithm>>},
    {1340, "log", {kFloat8}, kFloat8, kImmutable, Scalar<LogarithmOf<DecimalLogarithm>>},
    {1194, "log10", {kFloat8}, kFloat8, kImmutable, Scalar<LogarithmOf<DecimalLogarithm>>},
    {1339, "dlog10", {kFloat8}, kFloat8, kImmutable, Scalar<LogarithmOf<DecimalLogarithm>>},
    {228, "dround", {kFloat8}, kFloat8, kImmutable, Scalar<Round>},
    {229, "dtrunc", {kFloat8}, kFloat8, kImmutable, Scalar<Truncate>},
    {1608, "degrees", {kFloat8}, kFloat8, kImmutable, Scalar<Degrees>},
    {1609, "radians", {kFloat8}, kFloat8, kImmutable, Scalar<Radians>},
    {1604, "sin", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<Sine>>},
    {1605, "cos", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<Cosine>>},
    {1606, "tan", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<Tangent>>},
    {1607, "cot", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<Cotangent>>},
    {1600, "asin", {kFloat8}, kFloat8, kImmutable, Scalar<ArcSine>},
    {1601, "acos", {kFloat8}, kFloat8, kImmutable, Scalar<ArcCosine>},
    {1602, "atan", {kFloat8}, kFloat8, kImmutable, Scalar<ArcTangent>},
    {2462, "sinh", {kFloat8}, kFloat8, kImmutable, Scalar<HyperbolicSine>},
    {2463, "cosh", {kFloat8}, kFloat8, kImmutable, Scalar<HyperbolicCosine>},
    {2464, "tanh", {kFloat8}, kFloat8, kImmutable, Scalar<HyperbolicTangent>},
    {2465, "asinh", {kFloat8}, kFloat8, kImmutable, Scalar<HyperbolicArcSine>},
    {2466, "acosh", {kFloat8}, kFloat8, kImmutable, Scalar<HyperbolicArcCosine>},
    {2467, "atanh", {kFloat8}, kFloat8, kImmutable, Scalar<HyperbolicArcTangent>},
    {2735, "sind", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<SineOfDegrees>>},
    {2736, "cosd", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<CosineOfDegrees>>},
    {2737, "tand", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<TangentOfDegrees>>},
    {2738, "cotd", {kFloat8}, kFloat8, kImmutable, Scalar<OfFinite<CotangentOfDegrees>>},
    {2731, "asind", {kFloat8}, kFloat8, kImmutable, Scalar<ArcSineDegrees>},
    {2732, "acosd", {kFloat8}, kFloat8, kImmutable, Scalar<ArcCosineDegrees>},
    {2733, "atand", {kFloat8}, kFloat8, kImmutable, Scalar<ArcTangentDegrees>},
    {1368, "power", {kFloat8, kFloat8}, kFloat8, kImmutable, Scalar<Power>},
    {1346, "pow", {kFloat8, kFloat8}, kFloat8, kImmutable, Scalar<Power>},
    {232, "dpow", {kFloat8, kFloat8}, kFloat8, kImmutable, Scalar<Power>},
    {1603, "atan2", {kFloat8, kFloat8}, kFloat8, kImmutable, Scalar<ArcTangent2>},
    {2734, "atan2d", {kFloat8, kFloat8}, kFloat8, kImmutable, Scalar<ArcTangent2Degrees>},
    {1610, "pi", {}, kFloat8, kImmutable, Scalar<Pi>},
    {1598, "random", {}, kFloat8, kVolatile, Scalar<RandomFraction>},
    {320,
     "width_bucket",
     {kFloat8, kFloat8, kFloat8, kInt4},
     kInt4,
     kImmutable,
     Scalar<WidthBucket>},
    {1599, "setseed", {kFloat8}, kVoid, kVolatile, SetSeed},
};

}  // namespace

std::span<const FunctionEntry> MathFunctions() { return kRows; }

}  // namespace heliosdb::sql::functions
