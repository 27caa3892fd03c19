#include "tests/tools/flags.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "fmt/format.h"

#include "core/base/status.h"

namespace heliosdb::testkit {

absl::StatusOr<Flags> Flags::Parse(int argc, char** argv, const std::vector<std::string>& known) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with("--")) {
      flags.arguments_.emplace_back(word);
      continue;
    }
    const size_t equals = word.find('=');
    const std::string name(word.substr(2, equals == std::string_view::npos ? equals : equals - 2));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return InvalidArgument("unknown flag --{}; known: --{}", name, fmt::join(known, " --"));
    }
    if (equals != std::string_view::npos) {
      flags.values_[name] = word.substr(equals + 1);
      continue;
    }
    const bool has_value = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
    flags.values_[name] = has_value ? argv[++i] : "";
  }
  return flags;
}

std::string Flags::Get(const std::string& name, const std::string& otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : found->second;
}

absl::StatusOr<std::string> Flags::Required(const std::string& name) const {
  if (Get(name).empty()) return InvalidArgument("--{} is missing", name);
  return Get(name);
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound("cannot read {}", path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

absl::Status WriteTextFile(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return file ? absl::OkStatus() : Unavailable("cannot write {}", path);
}

int ToolMain(int argc, char** argv, const std::vector<std::string>& known,
             const std::function<absl::StatusOr<int>(const Flags&)>& tool) {
  const absl::StatusOr<Flags> flags = Flags::Parse(argc, argv, known);
  const absl::StatusOr<int> code = flags.ok() ? tool(*flags) : flags.status();
  if (code.ok()) return *code;
  fmt::print(stderr, "{}\n", std::string(code.status().message()));
  return 2;
}

}  // namespace heliosdb::testkit
