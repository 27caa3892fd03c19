// What a node tells about itself.
#include <utility>

#include "core/base/status.h"
#include "replication/node.h"

namespace heliosdb::replication {

std::string Node::PrimaryAddress() {
  if (leading_.load(std::memory_order_acquire)) {
    MutexLock lock(&mu_);
    return address_;
  }
  MutexLock lock(&mu_);
  return status_link_ == nullptr ? "" : status_link_->Status().address;
}

void Node::CountReceived(const Message& message) {
  if (std::holds_alternative<WalData>(message)) {
    counters_.last_replication.store(absl::ToUnixMicros(WallNow()), std::memory_order_relaxed);
  } else if (std::holds_alternative<Heartbeat>(message)) {
    counters_.heartbeats_received.fetch_add(1, std::memory_order_relaxed);
  } else if (std::holds_alternative<Welcome>(message)) {
    counters_.connects.fetch_add(1, std::memory_order_relaxed);
  }
}

ReplicationMetrics Node::Metrics() {
  ReplicationMetrics metrics;
  WithDatabase([&](MemberDatabase& database) {
    const txn::EngineStats stats = database.engine().Stats();
    metrics.wal_writes = stats.log_writes;
    metrics.wal_bytes_written = stats.log_written - wal::kFirstLsn;
    return absl::OkStatus();
  }).IgnoreError();  // Without a database nothing was written.
  const auto time = [](const std::atomic<int64_t>& micros) {
    const int64_t value = micros.load(std::memory_order_relaxed);
    return value == 0 ? absl::InfinitePast() : absl::FromUnixMicros(value);
  };
  metrics.messages_replicated = counters_.wal_messages_sent.load(std::memory_order_relaxed);
  metrics.bytes_replicated = counters_.wal_bytes_sent.load(std::memory_order_relaxed);
  metrics.heartbeats_sent = counters_.heartbeats_sent.load(std::memory_order_relaxed);
  metrics.heartbeats_received = counters_.heartbeats_received.load(std::memory_order_relaxed);
  const uint64_t connects = counters_.connects.load(std::memory_order_relaxed);
  metrics.reconnect_count = connects == 0 ? 0 : connects - 1;
  metrics.last_wal_write = time(counters_.last_write);
  metrics.last_replication = time(counters_.last_replication);
  return metrics;
}

NodeStatus Node::Status() {
  NodeStatus status;
  const ReplicationConfig& config = options_.config;
  status.node_id = config.node_id;
  status.cluster = config.cluster;
  status.role = role();
  status.mode = config.mode;
  status.uptime = Now() - opened_at_;
  const Introduction self = Self();
  status.listen_address = self.address;
  status.term = ToInt(self.term);
  if (self.history.has_value()) {
    for (int i = 0; i < 8; ++i) {
      status.history.bytes[i] = static_cast<uint8_t>(self.history->high >> (56 - 8 * i));
      status.history.bytes[8 + i] = static_cast<uint8_t>(self.history->low >> (56 - 8 * i));
    }
  }
  // An engine is not replaced while its database is in use.
  WithDatabase([&](MemberDatabase& database) {
    status.written_lsn = ToInt(database.engine().log_written());
    status.flushed_lsn = ToInt(database.engine().log_synced());
    status.applied_lsn = ToInt(database.engine().visible_lsn());
    status.commit_lsn = ToInt(Committed());
    return absl::OkStatus();
  }).IgnoreError();  // Without a database the positions are 0.
  status.sync_set = status.role == NodeRole::kPrimary ? coordinator_.sync_set() : config.sync_set;
  status.standbys = senders_.Statuses();
  for (StandbyStatus& standby : status.standbys) {
    standby.in_sync_set = coordinator_.InSyncSet(standby.node_id);
  }
  MutexLock lock(&mu_);
  if (status_link_ != nullptr) status.primary = status_link_->Status();
  return status;
}

}  // namespace heliosdb::replication
