// What a statement gives back.
//
//   auto result = connection->Execute("SELECT id, name FROM users WHERE age > $1", 30);
//   if (!result.ok()) return result.status();
//   for (heliosdb::Row row : *result) Use(row.Get<int64_t>(0), row.Get<std::string_view>(1));
//   if (!result->status().ok()) ...              // an error on the way: a cancel, a division by zero in row 70,000
//
// Rows are computed while they are fetched: a scan of any size needs constant memory. Statements that change data have
// done all of it before Execute returns.
#ifndef HELIOSDB_RESULT_H_
#define HELIOSDB_RESULT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"

#include "heliosdb/receipt.h"
#include "heliosdb/value.h"

namespace heliosdb {

struct Column {
  std::string name;
  TypeId type = TypeId::kUnknown;
  int32_t type_modifier = -1;  // PostgreSQL's typmod; -1 for none.
};

namespace api {
class ResultState;
template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
}  // namespace api

// One row of a Result; valid until the result moves on. Cheap to copy.
//
// Reading a NULL as a plain type gives zero or empty: ask IsNull, or read a std::optional. Reading a column as a type
// that does not fit it is a mistake of the program and stops it: integers read as any integer that holds the column's
// type or wider, float4 and float8 as double, everything but numbers and booleans as text.
class Row {
 public:
  size_t size() const;
  bool IsNull(size_t column) const;

  // T: bool, int16_t, int32_t, int64_t, float, double, std::string_view, std::string, or std::optional of one. A string
  // view lives as long as the row. Text, varchar, char and bytea give their bytes; a numeric, date, timestamp or
  // interval gives its text form.
  template <typename T>
  T Get(size_t column) const {
    if constexpr (api::IsOptional<T>::value) {
      if (IsNull(column)) return std::nullopt;
      return Get<typename T::value_type>(column);
    } else if constexpr (std::is_same_v<T, bool>) {
      return GetBool(column);
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<T>(GetInteger(column, sizeof(T)));
    } else if constexpr (std::is_floating_point_v<T>) {
      return static_cast<T>(GetDouble(column));
    } else {
      return T(GetString(column));
    }
  }

  // PostgreSQL's text form of any type, as psql prints it; empty for NULL.
  std::string Text(size_t column) const;

 private:
  friend class api::ResultState;
  friend class Result;
  Row(api::ResultState* state, size_t row) : state_(state), row_(row) {}
  bool GetBool(size_t column) const;
  int64_t GetInteger(size_t column, size_t bytes) const;
  double GetDouble(size_t column) const;
  std::string_view GetString(size_t column) const;

  api::ResultState* state_;
  size_t row_;
};

// Belongs to its connection's thread. May outlive the next statement of the connection, but not the connection, nor the
// explicit transaction in which it was made: reading on then gives an error in status(). Holds a snapshot until it is
// read to the end or destroyed.
class Result {
 public:
  class Iterator;

  Result(Result&&) noexcept;
  Result& operator=(Result&&) noexcept;
  ~Result();

  // Empty for statements that return no rows.
  const std::vector<Column>& columns() const;

  // Moves to the next row. False at the end, and after an error: then status() has it.
  bool Next();
  // The row that Next() moved to.
  Row row() const;
  Iterator begin();
  Iterator end();

  // Why reading stopped early; OK while all is well.
  absl::Status status() const;

  // PostgreSQL's command tag: "SELECT 3", "INSERT 0 1". A SELECT's counts the rows read so far.
  std::string command_tag() const;
  // Rows inserted, updated or deleted.
  uint64_t rows_changed() const;
  // Of the commit that this statement made by itself (no explicit transaction) or was (COMMIT).
  const std::optional<CommitReceipt>& receipt() const;
  // NOTICE and WARNING messages of the statement, in order: "NOTICE:  table \"t\" does not exist, skipping".
  const std::vector<std::string>& notices() const;

 private:
  friend class api::ResultState;
  explicit Result(std::unique_ptr<api::ResultState> state);
  std::unique_ptr<api::ResultState> state_;
};

// An input iterator, for range-based loops.
class Result::Iterator {
 public:
  Row operator*() const { return result_->row(); }
  Iterator& operator++() {
    if (!result_->Next()) result_ = nullptr;
    return *this;
  }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.result_ == b.result_; }

 private:
  friend class Result;
  explicit Iterator(Result* result) : result_(result) {}
  Result* result_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_RESULT_H_
