#include "replication/system_views.h"

#include <string>
#include <utility>

#include "core/base/lsn.h"
#include "core/catalog/catalog_key.h"

namespace heliosdb::replication {
namespace {

using types::TypeOid;
using types::Value;

// Built-in oids of these views.
constexpr catalog::Oid kStatusOid = 14001;
constexpr catalog::Oid kStandbysOid = 14002;
constexpr catalog::Oid kPrimaryOid = 14003;
constexpr catalog::Oid kMetricsOid = 14004;

constexpr int64_t kUnixToPostgresMicroseconds = int64_t{946684800} * 1000000;

Value LsnValue(uint64_t lsn) {
  return Value::Integer({TypeOid::kPgLsn}, static_cast<int64_t>(lsn));
}
Value Milliseconds(absl::Duration time) { return Value::Int8(absl::ToInt64Milliseconds(time)); }
Value Count(uint64_t count) { return Value::Int8(static_cast<int64_t>(count)); }
Value Time(absl::Time time) {
  if (time == absl::InfinitePast()) return Value::Null({TypeOid::kTimestamptz});
  return Value::Integer({TypeOid::kTimestamptz},
                        absl::ToUnixMicros(time) - kUnixToPostgresMicroseconds);
}
Value Text(std::string_view text) { return Value::Text(std::string(text)); }

using Columns = std::vector<catalog::ViewColumn>;
using Row = std::vector<Value>;
using Rows = std::function<std::vector<Row>()>;

class RowsView : public catalog::SystemView {
 public:
  RowsView(catalog::Oid oid, std::string name, Columns columns,
           std::function<std::vector<Row>()> rows)
      : SystemView(oid, catalog::kPgCatalogSchema, std::move(name), std::move(columns)),
        rows_(std::move(rows)) {}

  absl::Status Rows(const catalog::SystemViewContext&,
                    const catalog::SystemRowSink& sink) const override {
    for (const Row& row : rows_()) {
      if (absl::Status status = sink(row); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  const std::function<std::vector<Row>()> rows_;
};

std::string HostOf(const std::string& address) { return address.substr(0, address.rfind(':')); }

Value PortOf(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return Value::Null({TypeOid::kInt4});
  return Value::Int4(std::atoi(address.c_str() + colon + 1));
}

Columns StatusColumns() {
  return {{"node_id", {TypeOid::kText}},          {"role", {TypeOid::kText}},
          {"sync_mode", {TypeOid::kText}},        {"listen_address", {TypeOid::kText}},
          {"replication_port", {TypeOid::kInt4}}, {"current_lsn", {TypeOid::kPgLsn}},
          {"is_read_only", {TypeOid::kBool}},     {"standby_count", {TypeOid::kInt4}},
          {"uptime_seconds", {TypeOid::kInt8}},   {"term", {TypeOid::kInt8}},
          {"commit_lsn", {TypeOid::kPgLsn}},      {"sync_set", {TypeOid::kText}}};
}

std::vector<Row> StatusRows(const NodeStatus& status) {
  int32_t connected = 0;
  for (const StandbyStatus& standby : status.standbys) {
    connected += standby.state == StandbyState::kDisconnected ? 0 : 1;
  }
  std::string sync_set;
  for (const std::string& node : status.sync_set) sync_set += (sync_set.empty() ? "" : ",") + node;
  return {{Text(status.node_id), Text(NodeRoleName(status.role)), Text(SyncModeName(status.mode)),
           Text(HostOf(status.listen_address)), PortOf(status.listen_address),
           LsnValue(status.written_lsn), Value::Bool(status.role != NodeRole::kPrimary),
           Value::Int4(connected), Value::Int8(absl::ToInt64Seconds(status.uptime)),
           Count(status.term), LsnValue(status.commit_lsn), Text(sync_set)}};
}

Columns StandbyColumns() {
  return {{"node_id", {TypeOid::kText}},
          {"address", {TypeOid::kText}},
          {"sync_mode", {TypeOid::kText}},
          {"state", {TypeOid::kText}},
          {"current_lsn", {TypeOid::kPgLsn}},
          {"flush_lsn", {TypeOid::kPgLsn}},
          {"apply_lsn", {TypeOid::kPgLsn}},
          {"lag_bytes", {TypeOid::kInt8}},
          {"lag_ms", {TypeOid::kInt8}},
          {"connected_at", {TypeOid::kTimestamptz}},
          {"last_heartbeat", {TypeOid::kTimestamptz}}};
}

std::vector<Row> StandbyRows(const NodeStatus& status) {
  std::vector<Row> rows;
  for (const StandbyStatus& standby : status.standbys) {
    const SyncMode mode = standby.in_sync_set ? status.mode : SyncMode::kAsync;
    rows.push_back({Text(standby.node_id), Text(standby.address), Text(SyncModeName(mode)),
                    Text(StandbyStateName(standby.state)), LsnValue(standby.received_lsn),
                    LsnValue(standby.flushed_lsn), LsnValue(standby.applied_lsn),
                    Count(standby.lag_bytes), Milliseconds(standby.lag_time),
                    Time(standby.connected_at), Time(standby.last_heard)});
  }
  return rows;
}

Columns PrimaryColumns() {
  return {{"node_id", {TypeOid::kText}},
          {"address", {TypeOid::kText}},
          {"state", {TypeOid::kText}},
          {"primary_lsn", {TypeOid::kPgLsn}},
          {"local_lsn", {TypeOid::kPgLsn}},
          {"lag_bytes", {TypeOid::kInt8}},
          {"lag_ms", {TypeOid::kInt8}},
          {"fencing_token", {TypeOid::kInt8}},
          {"connected_at", {TypeOid::kTimestamptz}},
          {"last_heartbeat", {TypeOid::kTimestamptz}},
          {"last_error", {TypeOid::kText}}};
}

std::vector<Row> PrimaryRows(const NodeStatus& status) {
  if (!status.primary.has_value()) return {};
  const PrimaryStatus& primary = *status.primary;
  return {{Text(primary.node_id), Text(primary.address), Text(StandbyStateName(primary.state)),
           LsnValue(primary.written_lsn), LsnValue(status.applied_lsn), Count(primary.lag_bytes),
           Milliseconds(primary.lag_time), Count(status.term), Time(primary.connected_at),
           Time(primary.last_heard), Text(primary.last_error)}};
}

Columns MetricsColumns() {
  return {{"wal_writes", {TypeOid::kInt8}},
          {"wal_bytes_written", {TypeOid::kInt8}},
          {"records_replicated", {TypeOid::kInt8}},
          {"bytes_replicated", {TypeOid::kInt8}},
          {"heartbeats_sent", {TypeOid::kInt8}},
          {"heartbeats_received", {TypeOid::kInt8}},
          {"reconnect_count", {TypeOid::kInt8}},
          {"last_wal_write", {TypeOid::kTimestamptz}},
          {"last_replication", {TypeOid::kTimestamptz}}};
}

std::vector<Row> MetricsRows(const ReplicationMetrics& metrics) {
  return {{Count(metrics.wal_writes), Count(metrics.wal_bytes_written),
           Count(metrics.messages_replicated), Count(metrics.bytes_replicated),
           Count(metrics.heartbeats_sent), Count(metrics.heartbeats_received),
           Count(metrics.reconnect_count), Time(metrics.last_wal_write),
           Time(metrics.last_replication)}};
}

}  // namespace

ReplicationViews::ReplicationViews(const std::function<NodeStatus()>& status,
                                   const std::function<ReplicationMetrics()>& metrics) {
  const auto add = [this](catalog::Oid oid, std::string name, Columns columns, Rows rows) {
    views_.push_back(
        std::make_unique<RowsView>(oid, std::move(name), std::move(columns), std::move(rows)));
    pointers_.push_back(views_.back().get());
  };
  add(kStatusOid, "pg_replication_status", StatusColumns(),
      [status] { return StatusRows(status()); });
  add(kStandbysOid, "pg_replication_standbys", StandbyColumns(),
      [status] { return StandbyRows(status()); });
  add(kPrimaryOid, "pg_replication_primary", PrimaryColumns(),
      [status] { return PrimaryRows(status()); });
  add(kMetricsOid, "pg_replication_metrics", MetricsColumns(),
      [metrics] { return MetricsRows(metrics()); });
}

ReplicationViews::~ReplicationViews() = default;

}  // namespace heliosdb::replication
