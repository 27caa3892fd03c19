#include "heliosdb/replication/replication_config.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "core/base/sqlstate_codes.h"
#include "core/base/status.h"
#include "replication/sync_set.h"

namespace heliosdb::replication {
namespace {

constexpr size_t kNameBytesMax = 48;
constexpr size_t kSyncSetMax = 64;

// Collects the mistakes, one a line.
class Mistakes {
 public:
  template <typename... Args>
  void Add(fmt::format_string<Args...> format, Args&&... args) {
    if (!text_.empty()) text_ += "\n";
    text_ += fmt::format(format, std::forward<Args>(args)...);
  }
  template <typename T>
  void Range(std::string_view name, T value, T low, T high) {
    if (value < low || value > high) {
      Add("{} is {}: it must be from {} to {}", name, Text(value), Text(low), Text(high));
    }
  }
  const std::string& text() const { return text_; }

 private:
  static std::string Text(absl::Duration value) { return absl::FormatDuration(value); }
  static std::string Text(uint64_t value) { return fmt::format("{} bytes", value); }
  std::string text_;
};

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

void CheckName(std::string_view what, std::string_view name, Mistakes& mistakes) {
  if (IsName(name)) return;
  mistakes.Add("{} is \"{}\": it must be 1 to {} letters, digits, '-', '_' or '.'", what, name,
               kNameBytesMax);
}

void CheckAddress(std::string_view what, std::string_view address, int port_min,
                  Mistakes& mistakes) {
  const size_t colon = address.rfind(':');
  bool good = colon != std::string_view::npos && colon > 0;
  int port = 0;
  if (good) {
    const std::string_view digits = address.substr(colon + 1);
    good = !digits.empty() && digits.size() <= 5 &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    for (const char digit : digits) port = good ? port * 10 + (digit - '0') : 0;
    good = good && port >= port_min && port <= 65535;
  }
  if (good) return;
  mistakes.Add("{} is \"{}\": it must be host:port with a port from {} to 65535", what, address,
               port_min);
}

void CheckAddresses(const ReplicationConfig& config, Mistakes& mistakes) {
  if (config.role == NodeRole::kPrimary && config.listen_address.empty()) {
    mistakes.Add("listen address is empty: a primary needs one");
  } else if (!config.listen_address.empty()) {
    CheckAddress("listen address", config.listen_address, 0, mistakes);
  }
  if (!config.advertised_address.empty()) {
    CheckAddress("advertised address", config.advertised_address, 1, mistakes);
  }
  if (config.role == NodeRole::kStandby && config.primary_address.empty()) {
    mistakes.Add("primary address is empty: a standby needs one");
  } else if (!config.primary_address.empty()) {
    CheckAddress("primary address", config.primary_address, 1, mistakes);
  }
}

void CheckTls(const TlsFiles& tls, Mistakes& mistakes) {
  const int given = !tls.certificate.empty() + !tls.private_key.empty() + !tls.authority.empty();
  if (given == 0 || given == 3) return;
  mistakes.Add("TLS has {} of its three files: it needs certificate, private key and authority",
               given);
}

std::string SyncSetMistakes(SyncMode mode, const std::vector<std::string>& sync_set,
                            std::string_view node_id) {
  Mistakes mistakes;
  const std::set<std::string> members(sync_set.begin(), sync_set.end());
  for (const std::string& id : members) CheckName("a member of the sync set", id, mistakes);
  if (members.size() != sync_set.size()) {
    mistakes.Add("the sync set names a node twice: {}", fmt::join(sync_set, ", "));
  }
  if (mode == SyncMode::kAsync) {
    if (!members.empty()) {
      mistakes.Add("the sync set is {}: it must be empty in mode async", fmt::join(sync_set, ", "));
    }
    return mistakes.text();
  }
  const size_t least = mode == SyncMode::kQuorum ? 3 : 2;
  if (members.size() < least || members.size() > kSyncSetMax) {
    mistakes.Add("the sync set has {} members: mode {} needs {} to {}", members.size(),
                 SyncModeName(mode), least, kSyncSetMax);
  }
  if (!members.contains(std::string(node_id))) {
    mistakes.Add("the sync set is {}: it must name this node, {}, too", fmt::join(sync_set, ", "),
                 node_id);
  }
  return mistakes.text();
}

}  // namespace

std::string_view NodeRoleName(NodeRole role) {
  return role == NodeRole::kPrimary ? "primary" : "standby";
}

std::string_view EventKindName(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kRoleChanged:
      return "role_changed";
    case Event::Kind::kConnected:
      return "connected";
    case Event::Kind::kDisconnected:
      return "disconnected";
    case Event::Kind::kRefused:
      return "refused";
    case Event::Kind::kLogCut:
      return "log_cut";
    case Event::Kind::kBaseBackup:
      return "base_backup";
    case Event::Kind::kSlotLost:
      return "slot_lost";
    case Event::Kind::kDeposed:
      return "deposed";
    case Event::Kind::kSyncSetChanged:
      return "sync_set_changed";
  }
  return "unknown";
}

std::string_view SyncModeName(SyncMode mode) {
  switch (mode) {
    case SyncMode::kAsync:
      return "async";
    case SyncMode::kSemiSync:
      return "semi-sync";
    case SyncMode::kSync:
      return "sync";
    case SyncMode::kQuorum:
      return "quorum";
  }
  return "unknown";
}

std::optional<SyncMode> ParseSyncMode(std::string_view text) {
  if (text == "async" || text == "asynchronous") return SyncMode::kAsync;
  if (text == "semi-sync") return SyncMode::kSemiSync;
  if (text == "sync" || text == "synchronous") return SyncMode::kSync;
  if (text == "quorum") return SyncMode::kQuorum;
  return std::nullopt;
}

absl::Status ValidateSyncSet(SyncMode mode, const std::vector<std::string>& sync_set,
                             std::string_view node_id) {
  const std::string mistakes = SyncSetMistakes(mode, sync_set, node_id);
  if (mistakes.empty()) return absl::OkStatus();
  return SqlError(sqlstate::kInvalidParameterValue, "{}", mistakes);
}

using Builder = ReplicationConfig::Builder;

Builder& Builder::NodeId(std::string id) {
  config_.node_id = std::move(id);
  return *this;
}
Builder& Builder::Cluster(std::string name) {
  config_.cluster = std::move(name);
  return *this;
}
Builder& Builder::Role(NodeRole role) {
  config_.role = role;
  return *this;
}
Builder& Builder::ListenAddress(std::string address) {
  config_.listen_address = std::move(address);
  return *this;
}
Builder& Builder::AdvertisedAddress(std::string address) {
  config_.advertised_address = std::move(address);
  return *this;
}
Builder& Builder::PrimaryAddress(std::string address) {
  config_.primary_address = std::move(address);
  return *this;
}
Builder& Builder::Mode(SyncMode mode) {
  config_.mode = mode;
  return *this;
}
Builder& Builder::SyncSet(std::vector<std::string> node_ids) {
  config_.sync_set = std::move(node_ids);
  return *this;
}
Builder& Builder::CommitAckTimeout(absl::Duration timeout) {
  config_.commit_ack_timeout = timeout;
  return *this;
}
Builder& Builder::HeartbeatInterval(absl::Duration interval) {
  config_.heartbeat_interval = interval;
  return *this;
}
Builder& Builder::PeerTimeout(absl::Duration timeout) {
  config_.peer_timeout = timeout;
  return *this;
}
Builder& Builder::ReconnectDelayMax(absl::Duration delay) {
  config_.reconnect_delay_max = delay;
  return *this;
}
Builder& Builder::SendWindowBytes(uint64_t bytes) {
  config_.send_window_bytes = bytes;
  return *this;
}
Builder& Builder::MessageBytesMax(uint64_t bytes) {
  config_.message_bytes_max = bytes;
  return *this;
}
Builder& Builder::Tls(TlsFiles files) {
  config_.tls = std::move(files);
  return *this;
}
Builder& Builder::OnEvent(EventCallback callback) {
  config_.on_event = std::move(callback);
  return *this;
}

absl::StatusOr<ReplicationConfig> Builder::Build() const {
  Mistakes mistakes;
  CheckName("node id", config_.node_id, mistakes);
  CheckName("cluster", config_.cluster, mistakes);
  CheckAddresses(config_, mistakes);
  if (const std::string text = SyncSetMistakes(config_.mode, config_.sync_set, config_.node_id);
      !text.empty()) {
    mistakes.Add("{}", text);
  }
  if (config_.commit_ack_timeout < absl::Milliseconds(1)) {
    mistakes.Add("commit ack timeout is {}: it must be at least 1ms",
                 absl::FormatDuration(config_.commit_ack_timeout));
  }
  mistakes.Range("heartbeat interval", config_.heartbeat_interval, absl::Milliseconds(1),
                 absl::Minutes(1));
  mistakes.Range("peer timeout", config_.peer_timeout, 2 * config_.heartbeat_interval,
                 absl::Hours(1));
  mistakes.Range("reconnect delay", config_.reconnect_delay_max, absl::Milliseconds(1),
                 absl::Minutes(1));
  mistakes.Range("send window", config_.send_window_bytes, uint64_t{64} << 10, uint64_t{1} << 30);
  mistakes.Range("message size", config_.message_bytes_max, uint64_t{4} << 10, uint64_t{3} << 20);
  CheckTls(config_.tls, mistakes);
  if (!mistakes.text().empty()) {
    return SqlError(sqlstate::kInvalidParameterValue, "{}", mistakes.text());
  }
  return config_;
}

}  // namespace heliosdb::replication
