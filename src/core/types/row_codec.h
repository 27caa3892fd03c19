// Rows as bytes, so that column k of many rows is read without touching the other columns. Format
// version 1, docs/formats/row.md.
//
//   row := column count u16le = n
//        | null bitmap, (n + 7) / 8 bytes: bit k % 8 of byte k / 8 is set when column k is NULL;
//          spare bits are 0
//        | fixed section: each column of fixed size in column order, without padding, zero bytes
//          for a NULL
//        | end offset u32le for each column of variable size, in column order, counted from the
//          row's first byte
//        | bytes of the columns of variable size, in column order; none for a NULL
//
//   fixed sizes: bool 1 | int2 2 | int4, date, oid, float4 4
//                | int8, time, timestamps, float8, pg_lsn 8
//                | interval 16 (microseconds i64, days i32, months i32); little endian
//   All others are of variable size.
//
// Valid iff n is between 1 and the table's column count (fewer: written before ALTER TABLE ADD
// COLUMN), the end offsets do not decrease, the first is at least where the bytes begin and the
// last is the row's size (without columns of variable size the row ends with the fixed section),
// NULLs are empty or zero, bool is 0 or 1, and each numeric is well formed.
#ifndef HELIOSDB_CORE_TYPES_ROW_CODEC_H_
#define HELIOSDB_CORE_TYPES_ROW_CODEC_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "core/types/value.h"
#include "core/types/vector.h"

namespace heliosdb::types {

inline constexpr uint32_t kRowFormatVersion = 1;

// Where the columns of a table's rows lie. Immutable; safe from any thread.
class RowLayout {
 public:
  explicit RowLayout(std::span<const Type> columns);

  size_t column_count() const { return columns_.size(); }
  Type type(size_t column) const { return columns_[column].type; }
  bool is_fixed(size_t column) const { return columns_[column].width != 0; }
  uint32_t width(size_t column) const { return columns_[column].width; }
  // Fixed column: its place in the fixed section. Variable column: which of the variable columns it
  // is.
  uint32_t place(size_t column) const { return columns_[column].place; }

  // Of rows that hold only the first columns columns.
  struct Prefix {
    uint32_t fixed_start = 0;     // Where the fixed section begins.
    uint32_t offsets_start = 0;   // Where the end offsets begin.
    uint32_t variable_start = 0;  // Where the variable bytes begin.
    uint32_t variable_count = 0;
  };
  const Prefix& prefix(size_t columns) const { return prefixes_[columns]; }

 private:
  struct Column {
    Type type;
    uint32_t width;
    uint32_t place;
  };
  std::vector<Column> columns_;
  std::vector<Prefix> prefixes_;  // By column count, 0 included.
};

// Appends the row whose column k is row `row` of *columns[k]; there is one vector a column of the
// layout.
void EncodeRow(const RowLayout& layout, std::span<const Vector* const> columns, size_t row,
               std::string* out);
void EncodeRow(const RowLayout& layout, std::span<const Value> values, std::string* out);

// Column `column` of each row into rows 0.. of *out (which is Reset first). Rows are valid. Strings
// are views into the rows' bytes. Rows that end before the column read as *missing, or NULL without
// one; a string *missing must outlive *out's use.
void DecodeColumn(const RowLayout& layout, std::span<const std::string_view> rows, size_t column,
                  const Value* missing, Vector* out);
// The same for the rows that selection picks.
void DecodeColumn(const RowLayout& layout, std::span<const std::string_view> rows,
                  std::span<const uint16_t> selection, size_t column, const Value* missing,
                  Vector* out);
// One column of one valid row.
Value DecodeValue(const RowLayout& layout, std::string_view row, size_t column,
                  const Value* missing);
bool RowIsNull(const RowLayout& layout, std::string_view row, size_t column);

// Trusts nothing; DATA_LOSS says what is wrong.
absl::Status ValidateRow(const RowLayout& layout, std::string_view row);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_ROW_CODEC_H_
