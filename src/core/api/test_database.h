// Databases for tests, and short ways to use them.
#ifndef HELIOSDB_CORE_API_TEST_DATABASE_H_
#define HELIOSDB_CORE_API_TEST_DATABASE_H_

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "gtest/gtest.h"

#include "core/base/test_folder.h"
#include "heliosdb/heliosdb.h"

namespace heliosdb::api {

inline std::unique_ptr<Database> OpenForTest(const std::string& path, const Options& options = {}) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path, options);
  EXPECT_TRUE(database.ok()) << database.status();
  return database.ok() ? *std::move(database) : nullptr;
}

inline std::unique_ptr<Connection> ConnectForTest(Database& database) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = database.Connect();
  EXPECT_TRUE(connection.ok()) << connection.status();
  return connection.ok() ? *std::move(connection) : nullptr;
}

// "23505 duplicate key ..."; "" for OK.
inline std::string ErrorText(const absl::Status& status) {
  if (status.ok()) return "";
  return SqlStateOf(status) + " " + std::string(status.message());
}

// The rest of a result: rows separated by ';', columns by ',', NULL as "null". An error on the way stands at the end.
inline std::string RowsText(Result& result) {
  std::string text;
  while (result.Next()) {
    if (!text.empty()) text += ';';
    const Row row = result.row();
    for (size_t c = 0; c < row.size(); ++c) {
      if (c > 0) text += ',';
      text += row.IsNull(c) ? "null" : row.Text(c);
    }
  }
  if (!result.status().ok()) text += " " + ErrorText(result.status());
  return text;
}

inline std::string RowsText(Result&& result) { return RowsText(result); }

// The rows, or the command tag of a statement without columns, or "23505 message".
template <typename... Args>
std::string Sql(Connection& connection, std::string_view sql, const Args&... args) {
  absl::StatusOr<Result> result = connection.Execute(sql, args...);
  if (!result.ok()) return ErrorText(result.status());
  return result->columns().empty() ? result->command_tag() : RowsText(*result);
}
// The SQLSTATE of the error; "" when there is none.
template <typename... Args>
std::string StateOf(Connection& connection, std::string_view sql, const Args&... args) {
  absl::StatusOr<Result> result = connection.Execute(sql, args...);
  if (!result.ok()) return SqlStateOf(result.status());
  while (result->Next()) {
  }
  return result->status().ok() ? "" : SqlStateOf(result->status());
}

// Copies the folder of a database that may be open.
inline void CopyDatabase(const std::filesystem::path& from, const std::filesystem::path& to) {
  // The background may rename a file between its listing and its copy: then once more.
  constexpr int kTriesMax = 100;
  std::error_code error;
  for (int i = 0; i < kTriesMax; ++i) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
    if (!error) return;
  }
  ADD_FAILURE() << "cannot copy " << from << ": " << error.message();
}

inline std::string FileBytes(const std::filesystem::path& path) {
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::ifstream(path, std::ios::binary)
      .read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

// Changes bytes of a file in place.
inline void FlipByte(const std::filesystem::path& file, uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  ASSERT_TRUE(stream.is_open()) << file;
  char byte = 0;
  stream.seekg(static_cast<std::streamoff>(offset));
  stream.get(byte);
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 0x40));
}

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_TEST_DATABASE_H_
