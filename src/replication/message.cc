#include "replication/message.h"

#include <string_view>

#include "fmt/format.h"

namespace heliosdb::replication {
namespace {

std::string SelfText(const Introduction& self) {
  std::string text = fmt::format("node={}", self.node_id);
  if (self.protocol != kProtocolVersion) text += fmt::format(" protocol={}", self.protocol);
  if (!self.history.has_value()) text += " no_database";
  text += fmt::format(" term={}", ToInt(self.term));
  if (!self.leader.empty()) text += fmt::format(" leader={}", self.leader);
  return text;
}

std::string_view ActionText(WelcomeAction action) {
  switch (action) {
    case WelcomeAction::kStream:
      return "stream";
    case WelcomeAction::kCut:
      return "cut";
    case WelcomeAction::kBaseBackup:
      return "base_backup";
  }
  return "unknown";
}

struct TextOf {
  std::string operator()(const Hello& m) const {
    return fmt::format("hello {} terms={} log_end={} committed={}{}", SelfText(m.self),
                       TermsText(m.terms), LsnText(m.log_end), LsnText(m.committed),
                       m.wants_backup ? " wants_backup" : "");
  }
  std::string operator()(const Ack& m) const {
    return fmt::format("ack term={} received={} flushed={} applied={} heartbeat={}", ToInt(m.term),
                       LsnText(m.received), LsnText(m.flushed), LsnText(m.applied), m.heartbeat);
  }
  std::string operator()(const Welcome& m) const {
    std::string text = fmt::format("welcome {} action={} from={} commit={}", SelfText(m.self),
                                   ActionText(m.action), LsnText(m.from), LsnText(m.commit));
    if (m.ack_received) text += " ack_received";
    if (!m.reason.empty()) text += fmt::format(" ({})", m.reason);
    return text;
  }
  std::string operator()(const Refusal& m) const {
    return fmt::format("refusal {} ({})", SelfText(m.self), m.reason);
  }
  std::string operator()(const WalData& m) const {
    return fmt::format("wal term={} lsn={} bytes={} written={} commit={}", ToInt(m.term),
                       LsnText(m.lsn), m.bytes.size(), LsnText(m.written), LsnText(m.commit));
  }
  std::string operator()(const Heartbeat& m) const {
    return fmt::format("heartbeat term={} number={} written={} commit={}", ToInt(m.term), m.number,
                       LsnText(m.written), LsnText(m.commit));
  }
  std::string operator()(const BackupRequest& m) const {
    return fmt::format("backup_request {}", SelfText(m.self));
  }
  std::string operator()(const BackupBegin& m) const {
    return fmt::format("backup_begin {} lsn={}", SelfText(m.self), LsnText(m.lsn));
  }
  std::string operator()(const BackupChunk& m) const {
    return fmt::format("backup_chunk bytes={}", m.bytes.size());
  }
  std::string operator()(const BackupEnd& m) const {
    return fmt::format("backup_end chunks={}", m.chunks);
  }
  std::string operator()(const StatusRequest& m) const {
    return fmt::format("status_request {}", SelfText(m.self));
  }
  std::string operator()(const StatusReply& m) const {
    return fmt::format("status_reply {} {} written={} flushed={} commit={}", SelfText(m.self),
                       m.leading ? "leading" : "following", LsnText(m.written), LsnText(m.flushed),
                       LsnText(m.commit));
  }
};

}  // namespace

std::string MessageText(const Message& message) { return std::visit(TextOf(), message); }

std::string TermsText(const std::vector<wal::TermStart>& terms) {
  std::string text;
  for (const wal::TermStart& start : terms) {
    text += fmt::format("{}{}@{}", text.empty() ? "" : ",", ToInt(start.term),
                        LsnText(start.first_lsn));
  }
  return text.empty() ? "none" : text;
}

}  // namespace heliosdb::replication
