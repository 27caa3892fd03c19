// Fast loading of many rows into one table.
//
//   auto appender = connection->Append("", "events");
//   for (...) { appender->Add(id).Add(name).AddNull(); appender->EndRow(); }
//   auto rows = appender->Finish();
#ifndef HELIOSDB_APPENDER_H_
#define HELIOSDB_APPENDER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "heliosdb/value.h"

namespace heliosdb {

class Connection;
namespace api {
class AppenderState;
}  // namespace api

// Rows go in as INSERT would put them: types are checked, constraints and indexes kept, defaults are not applied (every
// column is given, in order). They become part of the connection's transaction, or, outside of one, of a transaction of
// the appender's own that Finish commits. All rows or none: an error takes back those before it, and fails a
// transaction block as a statement's error does. Belongs to the connection's thread, which runs nothing else on the
// connection until Finish; Connection::Cancel and statement_timeout, from Connection::Append on, stop it.
class Appender {
 public:
  Appender(Appender&&) noexcept;
  Appender& operator=(Appender&&) noexcept;
  // Without Finish no row remains.
  ~Appender();

  // The next column's value. A wrong type or too many columns are remembered and reported by EndRow.
  Appender& Add(int64_t value);
  Appender& Add(int32_t value) { return Add(int64_t{value}); }
  Appender& Add(double value);
  Appender& Add(bool value);
  Appender& Add(std::string_view value);  // Text, or the text form of the column's type.
  Appender& Add(const std::string& value) { return Add(std::string_view(value)); }
  Appender& Add(const char* value) { return Add(std::string_view(value)); }
  Appender& Add(const Value& value);
  Appender& AddNull();
  // Ends a row. Checks run for a batch of rows at a time, so an error may be that of an earlier row; it says which. After
  // an error the appender only takes its destruction.
  absl::Status EndRow();
  // Writes what is left and, in an own transaction, commits. Returns the number of rows.
  absl::StatusOr<uint64_t> Finish();

 private:
  friend class Connection;
  explicit Appender(std::unique_ptr<api::AppenderState> state);
  std::unique_ptr<api::AppenderState> state_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_APPENDER_H_
