// Type names, vectors, comparison, binary forms, sums, and the laws of numeric.
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "core/types/binary_form.h"
#include "core/types/compare.h"
#include "core/types/numeric_sum.h"
#include "core/types/random_values_for_tests.h"
#include "core/types/text_form.h"
#include "heliosdb/error.h"

namespace heliosdb::types {
namespace {

std::string Text(std::string_view numeric) {
  std::string text;
  AppendNumericText(numeric, &text);
  return text;
}
NumericBuffer Numeric(std::string_view text) {
  NumericBuffer buffer;
  EXPECT_TRUE(NumericFromText(text, -1, &buffer).ok()) << text;
  return buffer;
}
std::string Error(const absl::Status& status) {
  return SqlStateOf(status) + " " + std::string(status.message());
}

TEST(Type, Names) {
  EXPECT_EQ(TypeName({TypeOid::kInt4}), "integer");
  EXPECT_EQ(TypeName({TypeOid::kVarchar, 24}), "character varying(20)");
  EXPECT_EQ(TypeName({TypeOid::kBpchar, 9}), "character(5)");
  EXPECT_EQ(TypeName({TypeOid::kBpchar}), "bpchar");
  EXPECT_EQ(TypeName({TypeOid::kNumeric, *MakeTypeModifier(TypeOid::kNumeric, {{10, 2}})}),
            "numeric(10,2)");
  EXPECT_EQ(TypeName({TypeOid::kNumeric, *MakeTypeModifier(TypeOid::kNumeric, {{3, -2}})}),
            "numeric(3,-2)");
  EXPECT_EQ(TypeName({TypeOid::kTimestamptz, 3}), "timestamp(3) with time zone");
  EXPECT_EQ(TypeName({TypeOid::kInterval, (4 << 16) | 0xFFFF}), "interval year");
  EXPECT_EQ(TypeName({TypeOid::kInterval, (0x7FFF << 16) | 3}), "interval(3)");
  EXPECT_EQ(TypeName({TypeOid::kChar}), "\"char\"");
  for (const std::string_view name : {"int4", "int", "integer"}) {
    EXPECT_EQ(TypeOidByName(name), TypeOid::kInt4);
  }
  EXPECT_EQ(TypeOidByName("char"), TypeOid::kBpchar);
  EXPECT_EQ(TypeOidByName("\"char\""), TypeOid::kChar);
  EXPECT_EQ(TypeOidByName("double precision"), TypeOid::kFloat8);
  EXPECT_EQ(TypeOidByName("decimal"), TypeOid::kNumeric);
  EXPECT_EQ(TypeOidByName("nonsense"), std::nullopt);
}

TEST(Type, ModifierErrors) {
  EXPECT_EQ(Error(MakeTypeModifier(TypeOid::kNumeric, {{0}}).status()),
            "22023 NUMERIC precision 0 must be between 1 and 1000");
  EXPECT_EQ(Error(MakeTypeModifier(TypeOid::kVarchar, {{0}}).status()),
            "22023 length for type varchar must be at least 1");
  EXPECT_EQ(Error(MakeTypeModifier(TypeOid::kInt4, {{3}}).status()),
            "42601 type modifier is not allowed for type \"int4\"");
  EXPECT_EQ(*MakeTypeModifier(TypeOid::kTimestamp, {{9}}), 6);
}

TEST(Vector, FlattenGatherAndNulls) {
  Vector constant = Vector::Constant(Value::Text("a string that is long enough to be copied"));
  Vector moved = std::move(constant);
  moved.Flatten(100);
  EXPECT_EQ(moved.data<std::string_view>()[99], "a string that is long enough to be copied");
  Vector numbers({TypeOid::kInt8});
  for (int i = 0; i < 1024; ++i) numbers.data<int64_t>()[i] = i;
  numbers.SetNull(1000);
  Vector gathered({TypeOid::kInt8});
  const std::vector<uint16_t> rows = {5, 1000, 3};
  gathered.GatherShallow(numbers, rows);
  EXPECT_EQ(gathered.GetValue(0).integer(), 5);
  EXPECT_TRUE(gathered.IsNull(1));
  EXPECT_EQ(gathered.GetValue(2).integer(), 3);
  gathered.CopyRowShallow(1, numbers, 7);
  EXPECT_EQ(gathered.GetValue(1).integer(), 7);
  Validity both = numbers.validity();
  both.And(gathered.validity());
  EXPECT_FALSE(both.IsValid(1000));
}

TEST(Compare, HashesAgreeAcrossWidths) {
  EXPECT_EQ(HashValue(Value::Int2(-7)), HashValue(Value::Int8(-7)));
  EXPECT_EQ(HashValue(Value::Int4(-7)), HashValue(Value::Int8(-7)));
  EXPECT_EQ(HashValue(Value::Float({TypeOid::kFloat4}, 1.5)), HashValue(Value::Float8(1.5)));
  EXPECT_EQ(HashValue(Value::Float8(0.0)), HashValue(Value::Float8(-0.0)));
  EXPECT_EQ(NumericHash(Numeric("1.0").view()), NumericHash(Numeric("1.00").view()));
}

TEST(Compare, BatchesAgreeWithRows) {
  Random random(11);
  for (const Type type : AllTypesForTests()) {
    Vector left(type);
    Vector right(type);
    std::vector<uint16_t> left_rows;
    std::vector<uint16_t> right_rows;
    for (uint16_t i = 0; i < 300; ++i) {
      left.SetValue(i, random.Below(5) == 0 ? Value::Null(type) : RandomValue(type, &random));
      right.SetValue(i, random.Below(5) == 0 ? Value::Null(type) : RandomValue(type, &random));
      left_rows.push_back(static_cast<uint16_t>(random.Below(i + 1)));
      right_rows.push_back(i);
    }
    std::vector<uint8_t> matches(300);
    EqualRowsBatch(left, left_rows, right, right_rows, NullEquality::kEqual, matches.data());
    for (size_t k = 0; k < 300; ++k) {
      ASSERT_EQ(matches[k] != 0, RowsNotDistinct(left, left_rows[k], right, right_rows[k]));
    }
    EqualRowsBatch(left, left_rows, right, right_rows, NullEquality::kNeverEqual, matches.data());
    for (size_t k = 0; k < 300; ++k) {
      const bool null = left.IsNull(left_rows[k]) || right.IsNull(right_rows[k]);
      ASSERT_EQ(matches[k] != 0,
                !null && RowsNotDistinct(left, left_rows[k], right, right_rows[k]));
    }
  }
}

TEST(BinaryForm, RoundTrips) {
  Random random(12);
  for (const Type type : AllTypesForTests()) {
    for (int i = 0; i < 300; ++i) {
      Value value = RandomValue(type, &random);
      if (type.oid == TypeOid::kDate) value = Value::Integer(type, value.integer() % 1000000);
      if (PhysicalOf(type.oid) == Physical::kInt64 && type.oid != TypeOid::kInt8 &&
          type.oid != TypeOid::kPgLsn) {
        value = Value::Integer(type, std::abs(value.integer() % kMicrosecondsPerDay));
      }
      std::string bytes;
      AppendBinary(value, &bytes);
      const auto read = ParseBinary(type, bytes);
      ASSERT_TRUE(read.ok()) << TypeName(type) << read.status();
      const bool nan =
          PhysicalOf(type.oid) == Physical::kFloat64 && std::isnan(value.float_value());
      ASSERT_TRUE(nan || read->Identical(value)) << TypeName(type);
      Vector vector(type);
      vector.SetValue(5, value);
      std::string from_vector;
      AppendBinary(vector, 5, &from_vector);
      ASSERT_EQ(from_vector, bytes);
    }
  }
}

TEST(BinaryForm, RefusesForeignBytes) {
  EXPECT_EQ(Error(ParseBinary({TypeOid::kInt4}, "abc").status()),
            "08P01 insufficient data left in message");
  EXPECT_EQ(Error(ParseBinary({TypeOid::kInt4}, "abcde").status()),
            "22P03 incorrect binary data format");
  EXPECT_EQ(Error(ParseBinary({TypeOid::kText}, "a\xc3").status()),
            "22021 invalid byte sequence for encoding \"UTF8\": 0xc3");
  EXPECT_EQ(Error(ParseBinary({TypeOid::kText}, std::string("abcdefgh\0", 9)).status()),
            "22021 invalid byte sequence for encoding \"UTF8\": 0x00");
  Random random(13);
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = RandomBytes(&random, true) + RandomBytes(&random, true);
    const auto value = ParseBinary({TypeOid::kNumeric}, bytes);
    if (value.ok()) {
      ASSERT_TRUE(NumericIsWellFormed(value->string()));
    }
  }
}

TEST(Numeric, InverseLaws) {
  Random random(14);
  for (int i = 0; i < 20000; ++i) {
    const NumericBuffer a = Numeric(RandomNumericText(&random));
    const NumericBuffer b = Numeric(RandomNumericText(&random));
    const bool finite = !NumericIsNan(a.view()) && !NumericIsInfinite(a.view()) &&
                        !NumericIsNan(b.view()) && !NumericIsInfinite(b.view());
    if (!finite) continue;
    NumericBuffer sum;
    NumericBuffer back;
    ASSERT_TRUE(NumericAdd(a.view(), b.view(), &sum).ok());
    ASSERT_TRUE(NumericIsWellFormed(sum.view()));
    ASSERT_TRUE(NumericSubtract(sum.view(), b.view(), &back).ok());
    ASSERT_EQ(NumericCompare(back.view(), a.view()), 0) << Text(a.view()) << " " << Text(b.view());
    if (NumericIsZero(b.view())) continue;
    NumericBuffer product;
    NumericBuffer quotient;
    NumericBuffer rest;
    ASSERT_TRUE(NumericMultiply(a.view(), b.view(), &product).ok());
    ASSERT_TRUE(NumericIsWellFormed(product.view()));
    ASSERT_TRUE(NumericDivideTruncated(a.view(), b.view(), &quotient).ok());
    ASSERT_TRUE(NumericModulo(a.view(), b.view(), &rest).ok());
    // a = b * div(a, b) + a % b, and a whole multiple of b leaves nothing.
    NumericBuffer times;
    ASSERT_TRUE(NumericMultiply(quotient.view(), b.view(), &times).ok());
    ASSERT_TRUE(NumericAdd(times.view(), rest.view(), &back).ok());
    ASSERT_EQ(NumericCompare(back.view(), a.view()), 0);
    ASSERT_TRUE(NumericModulo(times.view(), b.view(), &rest).ok());
    ASSERT_TRUE(NumericIsZero(rest.view())) << Text(times.view()) << " % " << Text(b.view());
  }
}

TEST(Numeric, TextRoundTrips) {
  Random random(15);
  for (int i = 0; i < 5000; ++i) {
    const NumericBuffer a = Numeric(RandomNumericText(&random));
    EXPECT_EQ(Numeric(Text(a.view())).view(), a.view());
  }
  NumericBuffer out;
  NumericFromInt64(INT64_MIN, &out);
  EXPECT_EQ(Text(out.view()), "-9223372036854775808");
  EXPECT_EQ(*NumericToInteger(out.view(), 64), INT64_MIN);
  NumericFromUnscaled(-12345, 3, &out);
  EXPECT_EQ(Text(out.view()), "-12.345");
  EXPECT_EQ(NumericScientificText(Numeric("-1234.567").view(), 2), "-1.23e+03");
  EXPECT_EQ(NumericScientificText(Numeric("0.000999").view(), 1), "1.0e-03");
}

TEST(Numeric, ModifierErrors) {
  NumericBuffer out;
  const int32_t modifier = *MakeTypeModifier(TypeOid::kNumeric, {{4, 2}});
  ASSERT_TRUE(NumericFromText("99.994", modifier, &out).ok());
  EXPECT_EQ(Text(out.view()), "99.99");
  const absl::Status status = NumericFromText("99.995", modifier, &out);
  EXPECT_EQ(Error(status), "22003 numeric field overflow");
  EXPECT_EQ(ErrorDetailOf(status),
            "A field with precision 4, scale 2 must round to an absolute value less than 10^2.");
}

TEST(NumericSum, EqualsRepeatedAddition) {
  Random random(16);
  for (int round = 0; round < 300; ++round) {
    NumericSum sum;
    NumericSum half;
    NumericBuffer total = Numeric("0");
    for (uint64_t i = 0, n = 1 + random.Below(60); i < n; ++i) {
      const std::string text = RandomNumericText(&random);
      const bool special = text.find_first_of("NI") != std::string::npos;
      if (special && random.Below(20) != 0) continue;
      const NumericBuffer value = Numeric(text);
      (i % 2 == 0 ? sum : half).Add(value.view());
      NumericBuffer next;
      ASSERT_TRUE(NumericAdd(total.view(), value.view(), &next).ok());
      total = next;
    }
    std::string state;
    half.AppendTo(&state);
    const auto decoded = NumericSum::Decode(state);
    ASSERT_TRUE(decoded.ok());
    sum.Merge(*decoded);
    NumericBuffer result;
    ASSERT_TRUE(sum.Sum(&result).ok());
    ASSERT_EQ(Text(result.view()), Text(total.view()));
    EXPECT_FALSE(NumericSum::Decode(state.substr(0, 20)).ok());
  }
}

TEST(NumericSum, AveragesAsDivision) {
  IntegerSum integers;
  for (const int64_t value : {1, 2, 2}) integers.Add(value);
  NumericBuffer out;
  ASSERT_TRUE(integers.Average(&out).ok());
  EXPECT_EQ(Text(out.view()), "1.6666666666666667");
  NumericSum sum;
  for (const char* text : {"1.10", "2.2", "3"}) sum.Add(Numeric(text).view());
  ASSERT_TRUE(sum.Average(&out).ok());
  EXPECT_EQ(Text(out.view()), "2.1000000000000000");
  NumericSum squares;
  for (const char* text : {"1.5", "-2", "99999999.99"}) {
    squares.AddProduct(Numeric(text).view(), Numeric(text).view());
  }
  ASSERT_TRUE(squares.Sum(&out).ok());
  EXPECT_EQ(Text(out.view()), "9999999998000006.2501");
}

}  // namespace
}  // namespace heliosdb::types
