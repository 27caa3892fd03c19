// What a node keeps on the disk beside its database.
//
//   DIRECTORY/node      who this is: text, "helios node 1\n", then one "key value\n" line each for
//                       cluster, node, term, leader, database, then 8 hex digits: the CRC-32C of all
//                       before. Replaced as a whole.
//   DIRECTORY/db-N/     the database, N as the node file says. A base backup goes into the next N,
//                       and counts once the node file names it; what is not named is rubbish.
#ifndef HELIOSDB_REPLICATION_NODE_DIRECTORY_H_
#define HELIOSDB_REPLICATION_NODE_DIRECTORY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/file_system.h"
#include "core/base/lsn.h"

namespace heliosdb::replication {

struct NodeFile {
  std::string cluster;
  std::string node_id;
  Term term{0};           // The highest term this node has seen, and
  std::string leader;     // the node that leads it; empty if not known.
  uint64_t database = 0;  // N of the database's directory; 0: there is none.
};

// For one thread at a time.
class NodeDirectory {
 public:
  // Opens or makes it. FAILED_PRECONDITION for one of another node, cluster or format version,
  // naming both; DATA_LOSS for a damaged file. files is not owned and outlives this.
  static absl::StatusOr<NodeDirectory> Open(FileSystem* files, std::string path,
                                            const std::string& cluster, const std::string& node_id);

  const NodeFile& node() const { return node_; }
  // Keeps these for good.
  absl::Status Remember(Term term, const std::string& leader);
  // Makes another database the node's own.
  absl::Status UseDatabase(uint64_t number);
  std::string DatabasePath(uint64_t number) const;
  // Deletes what is left of a database that is not the node's own. Its files only; what a store of
  // its own kind keeps elsewhere is not touched.
  absl::Status RemoveDatabase(uint64_t number);

 private:
  NodeDirectory(FileSystem* files, std::string path) : files_(files), path_(std::move(path)) {}
  absl::Status Write(const NodeFile& node);

  FileSystem* files_;
  std::string path_;
  NodeFile node_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_NODE_DIRECTORY_H_
