// pg_replication_status, _standbys, _primary and _metrics: what a node knows, as tables.
#ifndef HELIOSDB_REPLICATION_SYSTEM_VIEWS_H_
#define HELIOSDB_REPLICATION_SYSTEM_VIEWS_H_

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/catalog/system_view.h"
#include "heliosdb/replication/replicated_database.h"

namespace heliosdb::replication {

// What the metrics view shows; counts since the node was opened.
struct ReplicationMetrics {
  uint64_t wal_writes = 0;
  uint64_t wal_bytes_written = 0;
  uint64_t messages_replicated = 0;
  uint64_t bytes_replicated = 0;
  uint64_t heartbeats_sent = 0;
  uint64_t heartbeats_received = 0;
  uint64_t reconnect_count = 0;
  absl::Time last_wal_write = absl::InfinitePast();
  absl::Time last_replication = absl::InfinitePast();
};

// Both functions are called when a view is read, from the reading session's thread.
class ReplicationViews : public catalog::SystemViewProvider {
 public:
  ReplicationViews(const std::function<NodeStatus()>& status,
                   const std::function<ReplicationMetrics()>& metrics);
  ~ReplicationViews() override;
  std::span<const catalog::SystemView* const> views() const override { return pointers_; }

 private:
  std::vector<std::unique_ptr<catalog::SystemView>> views_;
  std::vector<const catalog::SystemView*> pointers_;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SYSTEM_VIEWS_H_
