#include "core/types/row_codec.h"

#include <cstring>

#include "core/base/check.h"
#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/types/numeric.h"

namespace heliosdb::types {
namespace {

constexpr size_t kHeaderBytes = 2;
constexpr size_t kColumnsMax = UINT16_MAX;

uint32_t FixedWidth(Type type) {
  const Physical physical = PhysicalOf(type.oid);
  return physical == Physical::kString ? 0 : static_cast<uint32_t>(PhysicalBytes(physical));
}

size_t ColumnCountOf(std::string_view row) { return LoadFixed<uint16_t>(row.data()); }

bool NullBit(std::string_view row, size_t column) {
  return ((static_cast<uint8_t>(row[kHeaderBytes + column / 8]) >> (column % 8)) & 1) != 0;
}

// Bytes of a variable column of a row with that prefix layout.
std::string_view VariableBytes(const RowLayout::Prefix& prefix, std::string_view row,
                               uint32_t place) {
  const char* const offsets = row.data() + prefix.offsets_start;
  const uint32_t begin = place == 0 ? prefix.variable_start
                                    : LoadFixed<uint32_t>(offsets + (place - 1) * sizeof(uint32_t));
  const uint32_t end = LoadFixed<uint32_t>(offsets + place * sizeof(uint32_t));
  return row.substr(begin, end - begin);
}

// Row i of the batch, or the i-th that a selection picks.
struct AllRows {
  std::span<const std::string_view> rows;
  size_t size() const { return rows.size(); }
  std::string_view operator[](size_t i) const { return rows[i]; }
};
struct SelectedRows {
  std::span<const std::string_view> rows;
  std::span<const uint16_t> selection;
  size_t size() const { return selection.size(); }
  std::string_view operator[](size_t i) const { return rows[selection[i]]; }
};

template <typename T>
T MissingData(const Value& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return value.string();
  } else if constexpr (std::is_same_v<T, Interval>) {
    return value.interval();
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(value.float_value());
  } else {
    return static_cast<T>(value.integer());
  }
}

template <typename T>
void PutMissing(const Value* missing, size_t row, Vector* out) {
  if (missing == nullptr || missing->is_null()) {
    out->SetNull(row);
  } else {
    out->data<T>()[row] = MissingData<T>(*missing);
  }
}

template <typename T, typename Rows>
void DecodeFixed(const RowLayout& layout, const Rows& rows, size_t column, const Value* missing,
                 Vector* out) {
  const size_t whole_count = layout.column_count();
  const uint32_t place = layout.place(column);
  const size_t whole_at = layout.prefix(whole_count).fixed_start + place;
  const size_t null_byte = kHeaderBytes + column / 8;
  const uint8_t null_mask = static_cast<uint8_t>(1u << (column % 8));
  T* const to = out->data<T>();
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string_view row = rows[i];
    const size_t count = ColumnCountOf(row);
    if (__builtin_expect(count == whole_count, 1)) {
      to[i] = LoadFixed<T>(row.data() + whole_at);
    } else if (column < count) {
      to[i] = LoadFixed<T>(row.data() + layout.prefix(count).fixed_start + place);
    } else {
      PutMissing<T>(missing, i, out);
      continue;
    }
    if (__builtin_expect((static_cast<uint8_t>(row[null_byte]) & null_mask) != 0, 0)) {
      out->validity().SetNull(i);
    }
  }
}

template <typename Rows>
void DecodeVariable(const RowLayout& layout, const Rows& rows, size_t column, const Value* missing,
                    Vector* out) {
  const size_t whole_count = layout.column_count();
  const RowLayout::Prefix& whole = layout.prefix(whole_count);
  const uint32_t place = layout.place(column);
  const size_t null_byte = kHeaderBytes + column / 8;
  const uint8_t null_mask = static_cast<uint8_t>(1u << (column % 8));
  std::string_view* const to = out->data<std::string_view>();
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string_view row = rows[i];
    const size_t count = ColumnCountOf(row);
    if (__builtin_expect(count == whole_count, 1)) {
      to[i] = VariableBytes(whole, row, place);
    } else if (column < count) {
      to[i] = VariableBytes(layout.prefix(count), row, place);
    } else {
      PutMissing<std::string_view>(missing, i, out);
      continue;
    }
    if (__builtin_expect((static_cast<uint8_t>(row[null_byte]) & null_mask) != 0, 0)) {
      out->SetNull(i);
    }
  }
}

template <typename Rows>
void Decode(const RowLayout& layout, const Rows& rows, size_t column, const Value* missing,
            Vector* out) {
  HELIOS_CHECK(rows.size() <= kChunkRows && column < layout.column_count());
  HELIOS_CHECK(out->physical() == PhysicalOf(layout.type(column).oid));
  out->Reset();
  switch (out->physical()) {
    case Physical::kBool:
      return DecodeFixed<uint8_t>(layout, rows, column, missing, out);
    case Physical::kInt16:
      return DecodeFixed<int16_t>(layout, rows, column, missing, out);
    case Physical::kInt32:
      return DecodeFixed<int32_t>(layout, rows, column, missing, out);
    case Physical::kInt64:
      return DecodeFixed<int64_t>(layout, rows, column, missing, out);
    case Physical::kFloat32:
      return DecodeFixed<float>(layout, rows, column, missing, out);
    case Physical::kFloat64:
      return DecodeFixed<double>(layout, rows, column, missing, out);
    case Physical::kInterval:
      return DecodeFixed<Interval>(layout, rows, column, missing, out);
    case Physical::kString:
      return DecodeVariable(layout, rows, column, missing, out);
  }
}

// The fixed bytes of a value that is not NULL.
void StoreFixedValue(const Value& value, char* to) {
  switch (PhysicalOf(value.type().oid)) {
    case Physical::kBool:
      return StoreFixed<uint8_t>(to, value.integer() != 0 ? 1 : 0);
    case Physical::kInt16:
      return StoreFixed(to, static_cast<int16_t>(value.integer()));
    case Physical::kInt32:
      return StoreFixed(to, static_cast<int32_t>(value.integer()));
    case Physical::kInt64:
      return StoreFixed(to, value.integer());
    case Physical::kFloat32:
      return StoreFixed(to, static_cast<float>(value.float_value()));
    case Physical::kFloat64:
      return StoreFixed(to, value.float_value());
    case Physical::kInterval:
      return StoreFixed(to, value.interval());
    case Physical::kString:
      return;
  }
}

// Header, empty bitmap, zeroed fixed section and offsets of a row at *out's end; gives where the
// row begins.
size_t StartRow(const RowLayout& layout, std::string* out) {
  const size_t start = out->size();
  out->resize(start + layout.prefix(layout.column_count()).variable_start, '\0');
  StoreFixed(out->data() + start, static_cast<uint16_t>(layout.column_count()));
  return start;
}

void MarkNull(size_t start, size_t column, std::string* out) {
  char& byte = (*out)[start + kHeaderBytes + column / 8];
  byte = static_cast<char>(static_cast<uint8_t>(byte) | (1u << (column % 8)));
}

absl::Status ValidateOffsets(const RowLayout& layout, size_t count, std::string_view row) {
  const RowLayout::Prefix& prefix = layout.prefix(count);
  uint32_t end = prefix.variable_start;
  for (size_t column = 0; column < count; ++column) {
    if (layout.is_fixed(column)) continue;
    const uint32_t begin = end;
    end = LoadFixed<uint32_t>(row.data() + prefix.offsets_start +
                              layout.place(column) * sizeof(uint32_t));
    if (end < begin || end > row.size()) {
      return Corruption("row of {} bytes: column {} ends at byte {}", row.size(), column, end);
    }
    const std::string_view bytes = row.substr(begin, end - begin);
    if (NullBit(row, column)) {
      if (!bytes.empty()) return Corruption("row: NULL column {} holds bytes", column);
    } else if (layout.type(column).oid == TypeOid::kNumeric && !NumericIsWellFormed(bytes)) {
      return Corruption("row: column {} is no numeric", column);
    }
  }
  if (end != row.size()) {
    return Corruption("row of {} bytes: its columns end at byte {}", row.size(), end);
  }
  return absl::OkStatus();
}

// Such a NaN comes out of every conversion as a quiet one, so no row is written with it.
bool IsSignallingNan(uint32_t float_bits) {
  constexpr uint32_t kExponent = 0x7F800000;
  constexpr uint32_t kQuiet = 0x00400000;
  constexpr uint32_t kFraction = 0x007FFFFF;
  return (float_bits & kExponent) == kExponent && (float_bits & kFraction) != 0 &&
         (float_bits & kQuiet) == 0;
}

absl::Status ValidateFixed(const RowLayout& layout, size_t count, std::string_view row) {
  const RowLayout::Prefix& prefix = layout.prefix(count);
  for (size_t column = 0; column < count; ++column) {
    if (!layout.is_fixed(column)) continue;
    const std::string_view bytes =
        row.substr(prefix.fixed_start + layout.place(column), layout.width(column));
    if (NullBit(row, column)) {
      if (bytes.find_first_not_of('\0') != std::string_view::npos) {
        return Corruption("row: NULL column {} is not zero", column);
      }
    } else if (layout.type(column).oid == TypeOid::kBool && static_cast<uint8_t>(bytes[0]) > 1) {
      return Corruption("row: boolean column {} holds {}", column, static_cast<uint8_t>(bytes[0]));
    } else if (layout.type(column).oid == TypeOid::kFloat4 &&
               IsSignallingNan(LoadFixed<uint32_t>(bytes.data()))) {
      return Corruption("row: column {} holds a signalling NaN", column);
    }
  }
  return absl::OkStatus();
}

}  // namespace

RowLayout::RowLayout(std::span<const Type> columns) {
  HELIOS_CHECK(columns.size() <= kColumnsMax);
  columns_.reserve(columns.size());
  prefixes_.reserve(columns.size() + 1);
  uint32_t fixed_bytes = 0;
  uint32_t variable_count = 0;
  const auto add_prefix = [&] {
    Prefix prefix;
    prefix.fixed_start = static_cast<uint32_t>(kHeaderBytes + (columns_.size() + 7) / 8);
    prefix.offsets_start = prefix.fixed_start + fixed_bytes;
    prefix.variable_start = prefix.offsets_start + variable_count * sizeof(uint32_t);
    prefix.variable_count = variable_count;
    prefixes_.push_back(prefix);
  };
  add_prefix();
  for (const Type type : columns) {
    const uint32_t width = FixedWidth(type);
    columns_.push_back({type, width, width != 0 ? fixed_bytes : variable_count});
    fixed_bytes += width;
    if (width == 0) ++variable_count;
    add_prefix();
  }
}

void EncodeRow(const RowLayout& layout, std::span<const Vector* const> columns, size_t row,
               std::string* out) {
  HELIOS_CHECK(columns.size() == layout.column_count());
  const RowLayout::Prefix& prefix = layout.prefix(columns.size());
  const size_t start = StartRow(layout, out);
  for (size_t k = 0; k < columns.size(); ++k) {
    const Vector& vector = *columns[k];
    const size_t from = vector.is_constant() ? 0 : row;
    const bool null = vector.IsNull(from);
    if (null) MarkNull(start, k, out);
    if (layout.is_fixed(k)) {
      const size_t width = layout.width(k);
      if (null) continue;
      std::memcpy(out->data() + start + prefix.fixed_start + layout.place(k),
                  vector.data<char>() + from * width, width);
      continue;
    }
    if (!null) out->append(vector.data<std::string_view>()[from]);
    StoreFixed(out->data() + start + prefix.offsets_start + layout.place(k) * sizeof(uint32_t),
               static_cast<uint32_t>(out->size() - start));
  }
}

void EncodeRow(const RowLayout& layout, std::span<const Value> values, std::string* out) {
  HELIOS_CHECK(values.size() == layout.column_count());
  const RowLayout::Prefix& prefix = layout.prefix(values.size());
  const size_t start = StartRow(layout, out);
  for (size_t k = 0; k < values.size(); ++k) {
    const Value& value = values[k];
    if (value.is_null()) MarkNull(start, k, out);
    if (layout.is_fixed(k)) {
      if (value.is_null()) continue;
      HELIOS_CHECK(PhysicalOf(value.type().oid) == PhysicalOf(layout.type(k).oid));
      StoreFixedValue(value, out->data() + start + prefix.fixed_start + layout.place(k));
      continue;
    }
    if (!value.is_null()) out->append(value.string());
    StoreFixed(out->data() + start + prefix.offsets_start + layout.place(k) * sizeof(uint32_t),
               static_cast<uint32_t>(out->size() - start));
  }
}

void DecodeColumn(const RowLayout& layout, std::span<const std::string_view> rows, size_t column,
                  const Value* missing, Vector* out) {
  Decode(layout, AllRows{rows}, column, missing, out);
}

void DecodeColumn(const RowLayout& layout, std::span<const std::string_view> rows,
                  std::span<const uint16_t> selection, size_t column, const Value* missing,
                  Vector* out) {
  Decode(layout, SelectedRows{rows, selection}, column, missing, out);
}

bool RowIsNull(const RowLayout& layout, std::string_view row, size_t column) {
  return column >= ColumnCountOf(row) || NullBit(row, column);
}

Value DecodeValue(const RowLayout& layout, std::string_view row, size_t column,
                  const Value* missing) {
  const Type type = layout.type(column);
  const size_t count = ColumnCountOf(row);
  if (column >= count) return missing == nullptr ? Value::Null(type) : *missing;
  if (NullBit(row, column)) return Value::Null(type);
  const RowLayout::Prefix& prefix = layout.prefix(count);
  const char* const at = row.data() + prefix.fixed_start + layout.place(column);
  switch (PhysicalOf(type.oid)) {
    case Physical::kBool:
      return Value::Integer(type, LoadFixed<uint8_t>(at));
    case Physical::kInt16:
      return Value::Integer(type, LoadFixed<int16_t>(at));
    case Physical::kInt32:
      if (type.oid == TypeOid::kOid || type.oid == TypeOid::kRegclass) {
        return Value::Integer(type, LoadFixed<uint32_t>(at));
      }
      return Value::Integer(type, LoadFixed<int32_t>(at));
    case Physical::kInt64:
      return Value::Integer(type, LoadFixed<int64_t>(at));
    case Physical::kFloat32:
      return Value::Float(type, LoadFixed<float>(at));
    case Physical::kFloat64:
      return Value::Float(type, LoadFixed<double>(at));
    case Physical::kInterval:
      return Value::OfInterval(LoadFixed<Interval>(at)).WithType(type);
    case Physical::kString:
      return Value::String(type, std::string(VariableBytes(prefix, row, layout.place(column))));
  }
  return Value::Null(type);
}

absl::Status ValidateRow(const RowLayout& layout, std::string_view row) {
  if (row.size() < kHeaderBytes) return Corruption("row of {} bytes has no header", row.size());
  const size_t count = ColumnCountOf(row);
  if (count > layout.column_count()) {
    return Corruption("row of {} columns in a table of {}", count, layout.column_count());
  }
  if (row.size() < layout.prefix(count).variable_start) {
    return Corruption("row of {} bytes is shorter than its {} columns need", row.size(), count);
  }
  const size_t spare_bits = (8 - count % 8) % 8;
  if (spare_bits != 0 &&
      static_cast<uint8_t>(row[kHeaderBytes + count / 8]) >> (8 - spare_bits) != 0) {
    return Corruption("row: null bits beyond column {}", count);
  }
  HELIOS_RETURN_IF_ERROR(ValidateFixed(layout, count, row));
  return ValidateOffsets(layout, count, row);
}

}  // namespace heliosdb::types
