#include "replication/node_directory.h"

#include <map>
#include <utility>
#include <vector>

#include "core/base/crc32c.h"
#include "core/base/status.h"

namespace heliosdb::replication {
namespace {

constexpr std::string_view kHeader = "helios node 1\n";
constexpr uint64_t kFileBytesMax = 4096;
constexpr size_t kCrcLineBytes = 9;
constexpr int kFoldersDeepMax = 4;

std::string Encode(const NodeFile& node) {
  std::string text =
      fmt::format("{}cluster {}\nnode {}\nterm {}\nleader {}\ndatabase {}\n", kHeader, node.cluster,
                  node.node_id, ToInt(node.term), node.leader, node.database);
  return text + fmt::format("{:08x}\n", Crc32c(text));
}

absl::StatusOr<NodeFile> Decode(std::string_view text, std::string_view path) {
  if (!text.starts_with(kHeader.substr(0, 12))) {
    return Corruption("node file \"{}\" is damaged", path);
  }
  if (!text.starts_with(kHeader)) {
    return FailedPrecondition("node file \"{}\" has another format version: {}", path,
                              text.substr(0, text.find('\n')));
  }
  if (text.size() < kHeader.size() + kCrcLineBytes) {
    return Corruption("node file \"{}\" is damaged", path);
  }
  std::string_view body = text.substr(0, text.size() - kCrcLineBytes);
  if (text.substr(body.size()) != fmt::format("{:08x}\n", Crc32c(body))) {
    return Corruption("node file \"{}\" is damaged", path);
  }
  std::map<std::string, std::string, std::less<>> values;
  for (body.remove_prefix(kHeader.size()); !body.empty();) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(line.size() + 1);
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    values.emplace(line.substr(0, space), line.substr(space + 1));
  }
  NodeFile node;
  node.cluster = values["cluster"];
  node.node_id = values["node"];
  node.leader = values["leader"];
  node.term = Term{std::strtoull(values["term"].c_str(), nullptr, 10)};
  node.database = std::strtoull(values["database"].c_str(), nullptr, 10);
  return node;
}

// A folder and what is in it; nothing when it is not there.
absl::Status RemoveAll(FileSystem& files, const std::string& path, int depth) {
  HELIOS_ASSIGN_OR_RETURN(const bool exists, files.Exists(path));
  if (!exists || depth > kFoldersDeepMax) return absl::OkStatus();
  if (const absl::StatusOr<std::vector<std::string>> names = files.List(path); names.ok()) {
    for (const std::string& name : *names) {
      HELIOS_RETURN_IF_ERROR(RemoveAll(files, JoinPath(path, name), depth + 1));
    }
  }
  return files.Remove(path);
}

}  // namespace

absl::StatusOr<NodeDirectory> NodeDirectory::Open(FileSystem* files, std::string path,
                                                  const std::string& cluster,
                                                  const std::string& node_id) {
  NodeDirectory directory(files, std::move(path));
  HELIOS_ASSIGN_OR_RETURN(const bool there, files->Exists(directory.path_));
  if (!there) {
    HELIOS_RETURN_IF_ERROR(files->CreateDir(directory.path_));
    HELIOS_RETURN_IF_ERROR(files->SyncDir(DirectoryOf(directory.path_)));
  }
  const std::string name = JoinPath(directory.path_, "node");
  HELIOS_ASSIGN_OR_RETURN(const bool exists, files->Exists(name));
  if (!exists) {
    HELIOS_ASSIGN_OR_RETURN(const std::vector<std::string> names, files->List(directory.path_));
    if (!names.empty()) {
      return FailedPrecondition(
          "directory \"{}\" holds {} but no node file: a node needs a directory of its own",
          directory.path_, names.front());
    }
    NodeFile node;
    node.cluster = cluster;
    node.node_id = node_id;
    HELIOS_RETURN_IF_ERROR(directory.Write(node));
    return directory;
  }
  HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(*files, name, kFileBytesMax));
  HELIOS_ASSIGN_OR_RETURN(directory.node_, Decode(text, name));
  if (directory.node_.cluster != cluster || directory.node_.node_id != node_id) {
    return FailedPrecondition(
        "directory \"{}\" belongs to node {} of cluster {}, not to node {} of cluster {}",
        directory.path_, directory.node_.node_id, directory.node_.cluster, node_id, cluster);
  }
  return directory;
}

absl::Status NodeDirectory::Write(const NodeFile& node) {
  HELIOS_RETURN_IF_ERROR(WriteFileAtomically(*files_, JoinPath(path_, "node"), Encode(node)));
  node_ = node;
  return absl::OkStatus();
}

absl::Status NodeDirectory::Remember(Term term, const std::string& leader) {
  NodeFile node = node_;
  node.term = term;
  node.leader = leader;
  return Write(node);
}

absl::Status NodeDirectory::UseDatabase(uint64_t number) {
  NodeFile node = node_;
  node.database = number;
  return Write(node);
}

std::string NodeDirectory::DatabasePath(uint64_t number) const {
  return JoinPath(path_, fmt::format("db-{}", number));
}

absl::Status NodeDirectory::RemoveDatabase(uint64_t number) {
  return RemoveAll(*files_, DatabasePath(number), 0);
}

}  // namespace heliosdb::replication
