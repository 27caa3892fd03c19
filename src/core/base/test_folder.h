// A folder for a test.
#ifndef HELIOSDB_CORE_BASE_TEST_FOLDER_H_
#define HELIOSDB_CORE_BASE_TEST_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "gtest/gtest.h"

namespace heliosdb {

// A temporary folder of a name nobody else uses, gone with the object.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "heliosdb_test_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  // Of something in it.
  std::string File(std::string_view name) const { return (path_ / name).string(); }
  // Of a database in it.
  std::string database() const { return File("db"); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_TEST_FOLDER_H_
