#include "replication/grpc/message_codec.h"

#include <utility>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "replication.pb.h"

namespace heliosdb::replication {
namespace {

void Encode(const Introduction& self, v1::Introduction* out) {
  out->set_protocol(self.protocol);
  out->set_cluster(self.cluster);
  out->set_node_id(self.node_id);
  out->set_address(self.address);
  if (self.history.has_value()) {
    std::string bytes;
    AppendBig64(&bytes, self.history->high);
    AppendBig64(&bytes, self.history->low);
    out->set_history(std::move(bytes));
  }
  out->set_term(ToInt(self.term));
  out->set_leader(self.leader);
}

Introduction Decode(const v1::Introduction& in) {
  Introduction self;
  self.protocol = in.protocol();
  self.cluster = in.cluster();
  self.node_id = in.node_id();
  self.address = in.address();
  if (in.history().size() == 16) {
    self.history =
        wal::HistoryId{LoadBig64(in.history().data()), LoadBig64(in.history().data() + 8)};
  }
  self.term = Term{in.term()};
  self.leader = in.leader();
  return self;
}

class Encoder {
 public:
  explicit Encoder(v1::Envelope* out) : out_(out) {}

  void operator()(const Hello& m) {
    v1::Hello* const hello = out_->mutable_hello();
    Encode(m.self, hello->mutable_self());
    for (const wal::TermStart& start : m.terms) {
      v1::TermStart* const term = hello->add_terms();
      term->set_term(ToInt(start.term));
      term->set_first_lsn(ToInt(start.first_lsn));
    }
    hello->set_log_end(ToInt(m.log_end));
    hello->set_committed(ToInt(m.committed));
    hello->set_wants_backup(m.wants_backup);
  }
  void operator()(const Ack& m) {
    v1::Ack* const ack = out_->mutable_ack();
    ack->set_term(ToInt(m.term));
    ack->set_received(ToInt(m.received));
    ack->set_flushed(ToInt(m.flushed));
    ack->set_applied(ToInt(m.applied));
    ack->set_heartbeat(m.heartbeat);
  }
  void operator()(const Welcome& m) {
    v1::Welcome* const welcome = out_->mutable_welcome();
    Encode(m.self, welcome->mutable_self());
    welcome->set_action(static_cast<v1::Welcome::Action>(m.action));
    welcome->set_from(ToInt(m.from));
    welcome->set_commit(ToInt(m.commit));
    welcome->set_ack_received(m.ack_received);
    welcome->set_reason(m.reason);
  }
  void operator()(const Refusal& m) {
    Encode(m.self, out_->mutable_refusal()->mutable_self());
    out_->mutable_refusal()->set_reason(m.reason);
  }
  void operator()(WalData& m) {
    v1::WalData* const data = out_->mutable_wal_data();
    data->set_term(ToInt(m.term));
    data->set_lsn(ToInt(m.lsn));
    data->set_written(ToInt(m.written));
    data->set_commit(ToInt(m.commit));
    data->set_bytes(std::move(m.bytes));
  }
  void operator()(const Heartbeat& m) {
    v1::Heartbeat* const heartbeat = out_->mutable_heartbeat();
    heartbeat->set_term(ToInt(m.term));
    heartbeat->set_number(m.number);
    heartbeat->set_written(ToInt(m.written));
    heartbeat->set_commit(ToInt(m.commit));
  }
  void operator()(const BackupRequest& m) {
    Encode(m.self, out_->mutable_backup_request()->mutable_self());
  }
  void operator()(const BackupBegin& m) {
    Encode(m.self, out_->mutable_backup_begin()->mutable_self());
    out_->mutable_backup_begin()->set_lsn(ToInt(m.lsn));
  }
  void operator()(BackupChunk& m) { out_->mutable_backup_chunk()->set_bytes(std::move(m.bytes)); }
  void operator()(const BackupEnd& m) { out_->mutable_backup_end()->set_chunks(m.chunks); }
  void operator()(const StatusRequest& m) {
    Encode(m.self, out_->mutable_status_request()->mutable_self());
  }
  void operator()(const StatusReply& m) {
    v1::StatusReply* const reply = out_->mutable_status_reply();
    Encode(m.self, reply->mutable_self());
    reply->set_leading(m.leading);
    reply->set_written(ToInt(m.written));
    reply->set_flushed(ToInt(m.flushed));
    reply->set_commit(ToInt(m.commit));
  }

 private:
  v1::Envelope* const out_;
};

Hello DecodeHello(const v1::Hello& in) {
  Hello hello;
  hello.self = Decode(in.self());
  for (const v1::TermStart& start : in.terms()) {
    hello.terms.push_back({Term{start.term()}, Lsn{start.first_lsn()}});
  }
  hello.log_end = Lsn{in.log_end()};
  hello.committed = Lsn{in.committed()};
  hello.wants_backup = in.wants_backup();
  return hello;
}

absl::StatusOr<Message> DecodeWelcome(const v1::Welcome& in) {
  if (in.action() < 0 || in.action() > static_cast<int>(WelcomeAction::kBaseBackup)) {
    return InvalidArgument("a welcome has the unknown action {}", static_cast<int>(in.action()));
  }
  Welcome welcome;
  welcome.self = Decode(in.self());
  welcome.action = static_cast<WelcomeAction>(in.action());
  welcome.from = Lsn{in.from()};
  welcome.commit = Lsn{in.commit()};
  welcome.ack_received = in.ack_received();
  welcome.reason = in.reason();
  return welcome;
}

StatusReply DecodeStatus(const v1::StatusReply& in) {
  StatusReply reply;
  reply.self = Decode(in.self());
  reply.leading = in.leading();
  reply.written = Lsn{in.written()};
  reply.flushed = Lsn{in.flushed()};
  reply.commit = Lsn{in.commit()};
  return reply;
}

}  // namespace

void EncodeMessage(Message message, v1::Envelope* envelope) {
  envelope->Clear();
  std::visit(Encoder(envelope), message);
}

absl::StatusOr<Message> DecodeMessage(v1::Envelope* envelope) {
  switch (envelope->message_case()) {
    case v1::Envelope::kHello:
      return DecodeHello(envelope->hello());
    case v1::Envelope::kAck: {
      const v1::Ack& in = envelope->ack();
      return Ack{Term{in.term()}, Lsn{in.received()}, Lsn{in.flushed()}, Lsn{in.applied()},
                 in.heartbeat()};
    }
    case v1::Envelope::kWelcome:
      return DecodeWelcome(envelope->welcome());
    case v1::Envelope::kRefusal:
      return Refusal{Decode(envelope->refusal().self()), envelope->refusal().reason()};
    case v1::Envelope::kWalData: {
      v1::WalData& in = *envelope->mutable_wal_data();
      return WalData{Term{in.term()}, Lsn{in.lsn()}, Lsn{in.written()}, Lsn{in.commit()},
                     std::move(*in.mutable_bytes())};
    }
    case v1::Envelope::kHeartbeat: {
      const v1::Heartbeat& in = envelope->heartbeat();
      return Heartbeat{Term{in.term()}, in.number(), Lsn{in.written()}, Lsn{in.commit()}};
    }
    case v1::Envelope::kBackupRequest:
      return BackupRequest{Decode(envelope->backup_request().self())};
    case v1::Envelope::kBackupBegin:
      return BackupBegin{Decode(envelope->backup_begin().self()),
                         Lsn{envelope->backup_begin().lsn()}};
    case v1::Envelope::kBackupChunk:
      return BackupChunk{std::move(*envelope->mutable_backup_chunk()->mutable_bytes())};
    case v1::Envelope::kBackupEnd:
      return BackupEnd{envelope->backup_end().chunks()};
    case v1::Envelope::kStatusRequest:
      return StatusRequest{Decode(envelope->status_request().self())};
    case v1::Envelope::kStatusReply:
      return DecodeStatus(envelope->status_reply());
    case v1::Envelope::MESSAGE_NOT_SET:
      break;
  }
  return InvalidArgument("an envelope without a message that this version knows");
}

}  // namespace heliosdb::replication
