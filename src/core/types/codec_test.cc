// Keys and rows: their order, their round trips, and that broken bytes are found.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "core/types/compare.h"
#include "core/types/key_codec.h"
#include "core/types/random_values_for_tests.h"
#include "core/types/row_codec.h"
#include "heliosdb/error.h"

namespace heliosdb::types {
namespace {

constexpr KeyOrder kOrders[] = {{false, false}, {false, true}, {true, false}, {true, true}};

int Sign(int value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

// A vector with one value.
Vector VectorOf(Type type, const Value& value) {
  Vector vector(type);
  vector.SetValue(0, value);
  return vector;
}

Value RandomOrNull(Type type, Random* random) {
  return random->Below(8) == 0 ? Value::Null(type) : RandomValue(type, random);
}

TEST(KeyCodec, KeyOrderIsValueOrder) {
  Random random(1);
  for (const Type type : AllTypesForTests()) {
    for (const KeyOrder order : kOrders) {
      for (int i = 0; i < 3000; ++i) {
        const Value a = RandomOrNull(type, &random);
        const Value b = RandomOrNull(type, &random);
        const Vector vector_a = VectorOf(type, a);
        const Vector vector_b = VectorOf(type, b);
        std::string key_a;
        std::string key_b;
        AppendKeyColumn(vector_a, 0, order, &key_a);
        AppendKeyColumn(b, order, &key_b);
        const int compared =
            CompareForSort(CompareFunctionFor(type.oid), order, vector_a, 0, vector_b, 0);
        ASSERT_EQ(Sign(key_a.compare(key_b)), Sign(compared))
            << TypeName(type) << " descending " << order.descending;
        // No key is a prefix of another column's: what follows never decides.
        if (compared != 0) {
          ASSERT_NE(key_a.substr(0, key_b.size()), key_b);
        }
        uint64_t hash_a = 0;
        uint64_t hash_b = 0;
        HashVector(vector_a, 1, &hash_a);
        HashVector(vector_b, 1, &hash_b);
        if (compared == 0) {
          ASSERT_EQ(hash_a, hash_b) << TypeName(type);
        }
      }
    }
  }
}

TEST(KeyCodec, DecodesAndSkips) {
  Random random(2);
  for (const Type type : AllTypesForTests()) {
    for (const KeyOrder order : kOrders) {
      for (int i = 0; i < 500; ++i) {
        const Value value = RandomOrNull(type, &random);
        std::string key;
        AppendKeyColumn(value, order, &key);
        const std::string tail = "tail";
        key += tail;
        std::string_view skipped = key;
        ASSERT_TRUE(SkipKeyColumn(type.oid, order, &skipped).ok());
        ASSERT_EQ(skipped, tail);
        if (!KeyIsExact(type.oid)) continue;
        Vector out(type);
        std::string_view rest = key;
        ASSERT_TRUE(DecodeKeyColumn(&rest, order, 0, &out).ok()) << TypeName(type);
        ASSERT_EQ(rest, tail);
        ASSERT_TRUE(out.GetValue(0).Identical(value)) << TypeName(type);
      }
    }
  }
}

TEST(KeyCodec, FastPathsGiveTheSameBytes) {
  Random random(3);
  for (int i = 0; i < 1000; ++i) {
    const int64_t value = RandomInteger(&random, 64);
    char bytes[kInt8KeyBytes];
    std::string key;
    StoreInt8Key(bytes, value);
    AppendKeyColumn(Value::Int8(value), {}, &key);
    ASSERT_EQ(key, std::string(bytes, kInt8KeyBytes));
    key.clear();
    StoreInt4Key(bytes, static_cast<int32_t>(value));
    AppendKeyColumn(Value::Int4(static_cast<int32_t>(value)), {}, &key);
    ASSERT_EQ(key, std::string(bytes, kInt4KeyBytes));
  }
}

TEST(KeyCodec, RangeHelpers) {
  EXPECT_EQ(PrefixSuccessor("ab"), "ac");
  EXPECT_EQ(PrefixSuccessor(std::string("a\xff")), "b");
  EXPECT_EQ(PrefixSuccessor("\xff\xff"), std::nullopt);
  for (const KeyOrder order : kOrders) {
    std::string prefix;
    std::string inside;
    std::string outside;
    AppendKeyTextPrefix("abc", order, &prefix);
    AppendKeyColumn(Value::Text("abcd"), order, &inside);
    AppendKeyColumn(Value::Text("abd"), order, &outside);
    EXPECT_EQ(inside.substr(0, prefix.size()), prefix);
    EXPECT_NE(outside.substr(0, prefix.size()), prefix);
  }
}

TEST(KeyCodec, BrokenBytesAreDataLoss) {
  Random random(4);
  for (const Type type : AllTypesForTests()) {
    for (int i = 0; i < 300; ++i) {
      std::string key;
      AppendKeyColumn(RandomValue(type, &random), {}, &key);
      key.resize(random.Below(key.size()));
      std::string_view rest = key;
      EXPECT_FALSE(SkipKeyColumn(type.oid, {}, &rest).ok()) << TypeName(type);
    }
  }
}

std::vector<Value> RandomRow(std::span<const Type> types, Random* random) {
  std::vector<Value> row;
  for (const Type type : types) row.push_back(RandomOrNull(type, random));
  return row;
}

TEST(RowCodec, RoundTripsEveryType) {
  Random random(5);
  const std::vector<Type>& types = AllTypesForTests();
  const RowLayout layout(types);
  std::vector<std::vector<Value>> values;
  std::vector<std::string> bytes;
  for (int i = 0; i < 200; ++i) {
    values.push_back(RandomRow(types, &random));
    std::string row;
    EncodeRow(layout, values.back(), &row);
    ASSERT_TRUE(ValidateRow(layout, row).ok()) << ValidateRow(layout, row);
    // The form from vectors gives the same bytes, behind whatever is there.
    std::vector<std::unique_ptr<Vector>> vectors;
    std::vector<const Vector*> pointers;
    for (size_t k = 0; k < types.size(); ++k) {
      vectors.push_back(std::make_unique<Vector>(types[k]));
      vectors.back()->SetValue(3, values.back()[k]);
      pointers.push_back(vectors.back().get());
    }
    std::string from_vectors = "xyz";
    EncodeRow(layout, pointers, 3, &from_vectors);
    ASSERT_EQ(from_vectors.substr(3), row);
    bytes.push_back(std::move(row));
  }
  const std::vector<std::string_view> rows(bytes.begin(), bytes.end());
  const std::vector<uint16_t> selection = {199, 0, 17, 17, 3};
  for (size_t k = 0; k < types.size(); ++k) {
    Vector all(types[k]);
    Vector some(types[k]);
    DecodeColumn(layout, rows, k, nullptr, &all);
    DecodeColumn(layout, rows, selection, k, nullptr, &some);
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSERT_TRUE(all.GetValue(i).Identical(values[i][k])) << TypeName(types[k]);
      ASSERT_TRUE(DecodeValue(layout, rows[i], k, nullptr).Identical(values[i][k]));
      ASSERT_EQ(RowIsNull(layout, rows[i], k), values[i][k].is_null());
    }
    for (size_t i = 0; i < selection.size(); ++i) {
      ASSERT_TRUE(some.GetValue(i).Identical(values[selection[i]][k]));
    }
  }
}

TEST(RowCodec, OldRowsReadMissingColumns) {
  Random random(6);
  const std::vector<Type>& types = AllTypesForTests();
  const RowLayout whole(types);
  for (size_t count = 0; count <= types.size(); ++count) {
    const std::span<const Type> old_types = std::span(types).first(count);
    const RowLayout old(old_types);
    const std::vector<Value> values = RandomRow(old_types, &random);
    std::string bytes;
    EncodeRow(old, values, &bytes);
    ASSERT_TRUE(ValidateRow(whole, bytes).ok());
    const std::string_view row = bytes;
    for (size_t k = 0; k < types.size(); ++k) {
      const Value missing = RandomValue(types[k], &random);
      Vector column(types[k]);
      DecodeColumn(whole, {&row, 1}, k, &missing, &column);
      const Value& expected = k < count ? values[k] : missing;
      ASSERT_TRUE(column.GetValue(0).Identical(expected)) << TypeName(types[k]);
      DecodeColumn(whole, {&row, 1}, k, nullptr, &column);
      ASSERT_EQ(column.IsNull(0), k >= count || values[k].is_null());
    }
  }
}

TEST(RowCodec, FloatsOfAnyBitsAreReadAndWrittenBackOrRefused) {
  const std::vector<Type> types = {{TypeOid::kFloat4}, {TypeOid::kFloat8}};
  const RowLayout layout(types);
  const std::vector<Value> zeros = {Value::Float(types[0], 0), Value::Float(types[1], 0)};
  std::string row;
  EncodeRow(layout, zeros, &row);
  const size_t float4_at = row.size() - sizeof(float) - sizeof(double);
  const auto written_back = [&](uint32_t bits) {
    std::memcpy(row.data() + float4_at, &bits, sizeof(bits));
    if (!ValidateRow(layout, row).ok()) return false;
    std::string again;
    EncodeRow(layout,
              std::vector<Value>{DecodeValue(layout, row, 0, nullptr),
                                 DecodeValue(layout, row, 1, nullptr)},
              &again);
    EXPECT_EQ(again, row) << bits;
    return true;
  };
  for (const uint32_t bits : {0x7FC00000u, 0xFFC00001u, 0x7F800000u, 0xFF800000u, 0x00000001u})
    EXPECT_TRUE(written_back(bits)) << bits;
  for (const uint32_t bits : {0x7F800001u, 0xFF980600u}) EXPECT_FALSE(written_back(bits)) << bits;
}

TEST(RowCodec, ValidateFindsDamage) {
  const std::vector<Type> types = {
      {TypeOid::kInt4}, {TypeOid::kText}, {TypeOid::kBool}, {TypeOid::kNumeric}};
  const RowLayout layout(types);
  NumericBuffer number;
  NumericFromInt64(12345678, &number);
  const std::vector<Value> values = {
      Value::Int4(7), Value::Text("hello"), Value::Bool(true),
      Value::String({TypeOid::kNumeric}, std::string(number.view()))};
  std::string row;
  EncodeRow(layout, values, &row);
  ASSERT_TRUE(ValidateRow(layout, row).ok());
  for (size_t size = 0; size < row.size(); ++size) {
    EXPECT_FALSE(ValidateRow(layout, std::string_view(row).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(ValidateRow(layout, row + "x").ok());
  // Whatever bits flip: either it is refused, or every column can be read.
  Random random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = row;
    damaged[random.Below(damaged.size())] ^= static_cast<char>(1u << random.Below(8));
    if (!ValidateRow(layout, damaged).ok()) continue;
    for (size_t k = 0; k < types.size(); ++k) {
      const Value value = DecodeValue(layout, damaged, k, nullptr);
      if (types[k].oid == TypeOid::kNumeric && !value.is_null()) {
        ASSERT_TRUE(NumericIsWellFormed(value.string()));
      }
    }
  }
}

}  // namespace
}  // namespace heliosdb::types
