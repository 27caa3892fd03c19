// The one file that includes gRPC. Its callback interface: operations of a stream complete in
// gRPC's threads, in any order among a read and a write, so each kind has a flag of its own.
#include "replication/grpc/grpc_transport.h"

#include <deque>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/base/status.h"
#include "replication.grpc.pb.h"
#include "replication/grpc/message_codec.h"

namespace heliosdb::replication {
namespace {

constexpr int kMessageBytesMax = 8 << 20;
// Received and not yet taken by the handler; beyond it the stream is not read.
constexpr uint64_t kInboxBytesMax = uint64_t{32} << 20;
// A message that took longer to come than this was not waiting behind another one.
constexpr absl::Duration kWasAwaited = absl::Microseconds(50);

uint64_t BytesOf(const Message& message) {
  if (const WalData* data = std::get_if<WalData>(&message)) return data->bytes.size() + 256;
  if (const BackupChunk* chunk = std::get_if<BackupChunk>(&message))
    return chunk->bytes.size() + 256;
  return 256;
}

// What both ends have in common: the queues, and the order of the handler's calls. Whoever brings a
// message while no other thread runs the handler runs it, until there are no messages left.
class StreamBase : public Stream {
 public:
  void Send(Message message) override {
    MutexLock lock(&mu_);
    if (closing_ || ended_) return;
    outbox_.push_back(std::move(message));
    if (!writing_) WriteNext();
    BreakSilence();
  }
  bool Idle() const override {
    MutexLock lock(&mu_);
    return !writing_ && outbox_.empty();
  }
  void ExpectSilence() override {
    MutexLock lock(&mu_);
    silence_ = !closing_ && !ended_;
  }
  void Close() override {
    MutexLock lock(&mu_);
    if (closing_) return;
    closing_ = true;
    BreakSilence();
    if (!writing_) NothingToWrite();
  }

 protected:
  // Under the lock: gRPC calls back from its own threads only.
  virtual void StartReading() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) = 0;
  virtual void StartWriting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) = 0;
  // No write is under way, and there will be none.
  virtual void NothingToWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) = 0;
  // Reading has ended and the handler knows; from its thread.
  virtual void HandlerClosed() = 0;

  void ReadDone(bool ok) {
    {
      MutexLock lock(&mu_);
      if (ok) {
        absl::StatusOr<Message> message = DecodeMessage(&incoming_);
        if (message.ok()) {
          inbox_bytes_ += BytesOf(*message);
          inbox_.push_back(*std::move(message));
        } else if (why_.ok()) {
          why_ = message.status();
          ok = false;
        }
      }
      if (!ok) {
        EndReading();
      } else if (inbox_bytes_ >= kInboxBytesMax) {
        paused_ = true;
      } else if (!draining_ && Clock::Real()->Now() - read_since_ > kWasAwaited) {
        // Every read that waits makes gRPC tell the other side of its window at once. A message alone is first handled:
        // somebody waits for the answer; and when silence follows, the read goes with the next write. Messages that come
        // one on the other's heels are handled together.
        read_later_ = true;
      } else {
        Read();
      }
      if (draining_) return;
      draining_ = true;
    }
    Drain();
  }

  void WriteDone(bool ok) {
    bool idle = false;
    {
      MutexLock lock(&mu_);
      writing_ = false;
      if (!ok) outbox_.clear();
      if (!ok || ended_) {
        ended_ = true;
        NothingToWrite();
        return;
      }
      if (!outbox_.empty()) {
        WriteNext();
      } else if (closing_) {
        NothingToWrite();
      } else {
        idle = true;
      }
    }
    if (idle && handler_ != nullptr) handler_->OnSent();
  }

  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    EncodeMessage(std::move(outbox_.front()), &outgoing_);
    outbox_.pop_front();
    writing_ = true;
    StartWriting();
  }

  void Read() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    read_since_ = Clock::Real()->Now();
    StartReading();
  }

  // From here on something may come.
  void BreakSilence() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    silence_ = false;
    if (!draining_ && std::exchange(read_later_, false) && !read_ended_) Read();
  }

  void EndReading() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    read_ended_ = true;
    ended_ = true;
    outbox_.clear();
    if (!writing_) NothingToWrite();
  }

  void Drain() {
    for (;;) {
      std::vector<Message> messages;
      {
        MutexLock lock(&mu_);
        messages.assign(std::make_move_iterator(inbox_.begin()),
                        std::make_move_iterator(inbox_.end()));
        inbox_.clear();
        inbox_bytes_ = 0;
        if (std::exchange(paused_, false) && !read_ended_) Read();
        if (messages.empty()) {
          if (read_ended_) break;  // No other thread comes here any more.
          draining_ = false;
          if (!silence_) BreakSilence();
          return;
        }
      }
      handler_->OnMessages(std::move(messages));
    }
    absl::Status why;
    {
      MutexLock lock(&mu_);
      why = why_.ok() ? Unavailable("the other side ended the stream") : why_;
    }
    handler_->OnClosed(why);
    HandlerClosed();
  }

  StreamHandler* handler_ = nullptr;  // Set before the first operation.
  mutable Mutex mu_;
  CondVar changed_;
  v1::Envelope incoming_;  // A read's, while it is under way.
  v1::Envelope outgoing_;  // A write's.
  std::deque<Message> outbox_ ABSL_GUARDED_BY(mu_);
  std::deque<Message> inbox_ ABSL_GUARDED_BY(mu_);
  uint64_t inbox_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  absl::Duration read_since_ ABSL_GUARDED_BY(mu_);
  bool paused_ ABSL_GUARDED_BY(mu_) = false;      // The inbox is full.
  bool read_later_ ABSL_GUARDED_BY(mu_) = false;  // When the handler has had what there is.
  bool silence_ ABSL_GUARDED_BY(mu_) = false;     // Nothing comes until this side sends or ends.
  bool draining_ ABSL_GUARDED_BY(mu_) = false;
  bool closing_ ABSL_GUARDED_BY(mu_) = false;     // This side wants to end it.
  bool ended_ ABSL_GUARDED_BY(mu_) = false;       // Nothing can be written any more.
  bool read_ended_ ABSL_GUARDED_BY(mu_) = false;  // No read is under way, nor will be.
  absl::Status why_ ABSL_GUARDED_BY(mu_);
};

// --- The accepting end ---

// Deletes itself once gRPC and the handler are through with it.
class ServerStream final : public grpc::ServerBidiReactor<v1::Envelope, v1::Envelope>,
                           public StreamBase {
 public:
  void Start(std::unique_ptr<StreamHandler> handler) {
    if (handler == nullptr) {
      MutexLock lock(&mu_);
      finished_ = handler_done_ = true;
      Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "this node serves nobody now"));
      return;
    }
    owned_handler_ = std::move(handler);
    handler_ = owned_handler_.get();
    MutexLock lock(&mu_);
    Read();
  }

  void OnReadDone(bool ok) override { ReadDone(ok); }
  void OnWriteDone(bool ok) override { WriteDone(ok); }
  void OnCancel() override {
    MutexLock lock(&mu_);
    ended_ = true;
    BreakSilence();
  }
  void OnDone() override {
    bool last = false;
    {
      MutexLock lock(&mu_);
      done_ = true;
      last = handler_done_;
    }
    if (last) delete this;
  }

 private:
  void StartReading() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) override { StartRead(&incoming_); }
  void StartWriting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) override { StartWrite(&outgoing_); }
  void NothingToWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) override {
    if (std::exchange(finished_, true)) return;
    ended_ = true;
    Finish(grpc::Status::OK);
  }
  void HandlerClosed() override {
    owned_handler_.reset();
    bool last = false;
    {
      MutexLock lock(&mu_);
      handler_done_ = true;
      last = done_;
    }
    if (last) delete this;
  }

  std::unique_ptr<StreamHandler> owned_handler_;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  bool handler_done_ ABSL_GUARDED_BY(mu_) = false;
};

class Service final : public v1::Replication::CallbackService {
 public:
  explicit Service(StreamAcceptor* acceptor) : acceptor_(acceptor) {}

  using Reactor = grpc::ServerBidiReactor<v1::Envelope, v1::Envelope>;
  Reactor* Stream(grpc::CallbackServerContext*) override { return New(StreamKind::kLog); }
  Reactor* BaseBackup(grpc::CallbackServerContext*) override {
    return New(StreamKind::kBaseBackup);
  }
  Reactor* Status(grpc::CallbackServerContext*) override { return New(StreamKind::kStatus); }

 private:
  Reactor* New(StreamKind kind) {
    ServerStream* const stream = new ServerStream();  // Deletes itself.
    stream->Start(acceptor_->Accept(kind, stream));
    return stream;
  }
  StreamAcceptor* const acceptor_;
};

class GrpcListener : public Listener {
 public:
  GrpcListener(std::unique_ptr<Service> service, std::unique_ptr<grpc::Server> server,
               std::string address)
      : service_(std::move(service)), server_(std::move(server)), address_(std::move(address)) {}
  ~GrpcListener() override {
    // A deadline in the past cancels what runs.
    server_->Shutdown(gpr_inf_past(GPR_CLOCK_REALTIME));
    server_->Wait();
  }
  std::string address() const override { return address_; }

 private:
  const std::unique_ptr<Service> service_;
  const std::unique_ptr<grpc::Server> server_;
  const std::string address_;
};

// --- The opening end ---

class GrpcClientStream final : public grpc::ClientBidiReactor<v1::Envelope, v1::Envelope>,
                               public StreamBase {
 public:
  GrpcClientStream(const std::shared_ptr<grpc::Channel>& channel, StreamKind kind,
                   StreamHandler* handler)
      : stub_(v1::Replication::NewStub(channel)) {
    handler_ = handler;
    switch (kind) {
      case StreamKind::kLog:
        stub_->async()->Stream(&context_, this);
        break;
      case StreamKind::kBaseBackup:
        stub_->async()->BaseBackup(&context_, this);
        break;
      case StreamKind::kStatus:
        stub_->async()->Status(&context_, this);
        break;
    }
    // Writes begin outside of gRPC's calls.
    AddHold();
    MutexLock lock(&mu_);
    Read();
    StartCall();
  }
  void CancelAndWait() {
    context_.TryCancel();
    MutexLock lock(&mu_);
    while (!done_ || !handler_done_) changed_.Wait(&mu_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      ReadDone(true);
      return;
    }
    // The reason comes with OnDone.
    MutexLock lock(&mu_);
    EndReading();
  }
  void OnWriteDone(bool ok) override { WriteDone(ok); }
  void OnDone(const grpc::Status& status) override {
    bool drain = false;
    {
      MutexLock lock(&mu_);
      read_ended_ = ended_ = true;
      if (!status.ok() && why_.ok()) {
        why_ = absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                            status.error_message());
      }
      drain = !std::exchange(draining_, true);
    }
    if (drain) Drain();
    MutexLock lock(&mu_);
    done_ = true;
    changed_.SignalAll();
  }

 private:
  void StartReading() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) override { StartRead(&incoming_); }
  void StartWriting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) override { StartWrite(&outgoing_); }
  void NothingToWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) override {
    if (std::exchange(released_, true)) return;
    if (!ended_) StartWritesDone();
    ended_ = true;
    RemoveHold();
  }
  void HandlerClosed() override {
    MutexLock lock(&mu_);
    handler_done_ = true;
    changed_.SignalAll();
  }

  const std::unique_ptr<v1::Replication::Stub> stub_;
  grpc::ClientContext context_;
  bool released_ ABSL_GUARDED_BY(mu_) = false;
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  bool handler_done_ ABSL_GUARDED_BY(mu_) = false;
};

class GrpcClient : public ClientStream {
 public:
  GrpcClient(const std::shared_ptr<grpc::Channel>& channel, StreamKind kind, StreamHandler* handler)
      : stream_(channel, kind, handler) {}
  ~GrpcClient() override { stream_.CancelAndWait(); }
  void Send(Message message) override { stream_.Send(std::move(message)); }
  bool Idle() const override { return stream_.Idle(); }
  void Close() override { stream_.Close(); }

 private:
  GrpcClientStream stream_;
};

// --- The transport ---

class GrpcTransport : public Transport {
 public:
  GrpcTransport(std::shared_ptr<grpc::ServerCredentials> server,
                std::shared_ptr<grpc::ChannelCredentials> client)
      : server_credentials_(std::move(server)), client_credentials_(std::move(client)) {}

  absl::StatusOr<std::unique_ptr<Listener>> Listen(const std::string& address,
                                                   StreamAcceptor* acceptor) override {
    auto service = std::make_unique<Service>(acceptor);
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kMessageBytesMax);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.SetMaxReceiveMessageSize(kMessageBytesMax);
    builder.AddListeningPort(address, server_credentials_, &port);
    builder.RegisterService(service.get());
    std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    if (server == nullptr || port == 0) {
      return WithHint(Unavailable("cannot listen at {}", address),
                      "The port may be in use, or the address not be one of this machine.");
    }
    const std::string host = address.substr(0, address.rfind(':'));
    return std::make_unique<GrpcListener>(std::move(service), std::move(server),
                                          fmt::format("{}:{}", host, port));
  }

  std::unique_ptr<ClientStream> Connect(const std::string& address, StreamKind kind,
                                        StreamHandler* handler) override {
    // A channel of its own: nobody else's pauses between attempts, nobody else's connection.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kMessageBytesMax);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    return std::make_unique<GrpcClient>(
        grpc::CreateCustomChannel(address, client_credentials_, arguments), kind, handler);
  }

 private:
  const std::shared_ptr<grpc::ServerCredentials> server_credentials_;
  const std::shared_ptr<grpc::ChannelCredentials> client_credentials_;
};

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file || text.empty()) return NotFound("cannot read the TLS file \"{}\"", path);
  return text;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> NewGrpcTransport(const TlsFiles& tls) {
  if (tls.certificate.empty()) {
    return std::make_unique<GrpcTransport>(grpc::InsecureServerCredentials(),
                                           grpc::InsecureChannelCredentials());
  }
  HELIOS_ASSIGN_OR_RETURN(const std::string certificate, ReadPem(tls.certificate));
  HELIOS_ASSIGN_OR_RETURN(const std::string key, ReadPem(tls.private_key));
  HELIOS_ASSIGN_OR_RETURN(const std::string authority, ReadPem(tls.authority));
  grpc::SslServerCredentialsOptions server(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  server.pem_root_certs = authority;
  server.pem_key_cert_pairs.push_back({key, certificate});
  grpc::SslCredentialsOptions client;
  client.pem_root_certs = authority;
  client.pem_private_key = key;
  client.pem_cert_chain = certificate;
  return std::make_unique<GrpcTransport>(grpc::SslServerCredentials(server),
                                         grpc::SslCredentials(client));
}

}  // namespace heliosdb::replication
