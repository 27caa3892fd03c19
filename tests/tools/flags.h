// What the programs of this folder share: their flags, text files, and a main that reports errors.
#ifndef HELIOSDB_TESTS_TOOLS_FLAGS_H_
#define HELIOSDB_TESTS_TOOLS_FLAGS_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::testkit {

// --name value, --name=value or a lone --name; words before the first flag, or after a flag's value, are
// arguments.
class Flags {
 public:
  static absl::StatusOr<Flags> Parse(int argc, char** argv, const std::vector<std::string>& known);
  bool Has(const std::string& name) const { return values_.contains(name); }
  std::string Get(const std::string& name, const std::string& otherwise = "") const;
  absl::StatusOr<std::string> Required(const std::string& name) const;
  const std::vector<std::string>& arguments() const { return arguments_; }

 private:
  std::map<std::string, std::string> values_;
  std::vector<std::string> arguments_;
};

absl::StatusOr<std::string> ReadTextFile(const std::string& path);
absl::Status WriteTextFile(const std::string& path, std::string_view text);

// Runs tool with the parsed flags; its value is the exit code, an error is printed and gives 2.
int ToolMain(int argc, char** argv, const std::vector<std::string>& known,
             const std::function<absl::StatusOr<int>(const Flags&)>& tool);

}  // namespace heliosdb::testkit

#endif  // HELIOSDB_TESTS_TOOLS_FLAGS_H_
