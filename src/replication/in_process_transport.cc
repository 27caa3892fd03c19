#include "replication/in_process_transport.h"

#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/status.h"

namespace heliosdb::replication {

// Two ends, each with a thread that calls its handler.
class InProcessPipe {
 public:
  class End : public Stream {
   public:
    End(InProcessPipe* pipe, End* peer) : pipe_(pipe), peer_(peer) {}

    void Send(Message message) override { pipe_->Send(*this, std::move(message)); }
    bool Idle() const override { return pipe_->IsIdle(*this); }
    void Close() override { pipe_->Close(); }

   private:
    friend class InProcessPipe;
    InProcessPipe* const pipe_;
    End* const peer_;
    StreamHandler* handler_ = nullptr;
    std::unique_ptr<StreamHandler> owned_handler_;
    // Guarded by the pipe's mutex.
    std::deque<Message> inbox_;
    bool sent_due_ = false;  // The peer took what this end had sent.
    std::thread thread_;
  };

  InProcessPipe(InProcessTransport* network, std::string address)
      : network_(network),
        address_(std::move(address)),
        client_(this, &server_),
        server_(this, &client_) {}
  ~InProcessPipe() {
    Break(Unavailable("the network is gone"));
    JoinClient();
    JoinServer();
  }

  void Start(StreamHandler* client, std::unique_ptr<StreamHandler> server) {
    client_.handler_ = client;
    server_.owned_handler_ = std::move(server);
    server_.handler_ = server_.owned_handler_.get();
    client_.thread_ = std::thread([this] { Run(client_); });
    server_.thread_ = std::thread([this] { Run(server_); });
  }
  // The end that the acceptor is shown before there is a handler.
  End& server() { return server_; }
  End& client() { return client_; }
  const std::string& address() const { return address_; }

  void Break(absl::Status why) {
    MutexLock lock(&mu_);
    if (ended_.has_value()) return;
    ended_ = std::move(why);
    changed_.SignalAll();
  }
  void JoinClient() {
    if (client_.thread_.joinable()) client_.thread_.join();
  }
  void JoinServer() {
    MutexLock lock(&join_mu_);
    if (server_.thread_.joinable()) server_.thread_.join();
  }

 private:
  void Send(End& from, Message message) {
    const bool passes = network_->Passes(message);
    MutexLock lock(&mu_);
    if (ended_.has_value() || closing_) return;
    if (passes) {
      from.peer_->inbox_.push_back(std::move(message));
    } else {
      ended_ = Unavailable("the connection was reset");
    }
    changed_.SignalAll();
  }
  bool IsIdle(const End& end) const {
    MutexLock lock(&mu_);
    return end.peer_->inbox_.empty();
  }
  void Close() {
    MutexLock lock(&mu_);
    closing_ = true;
    changed_.SignalAll();
  }

  void Run(End& end) {
    for (;;) {
      std::vector<Message> messages;
      bool sent = false;
      {
        MutexLock lock(&mu_);
        while (!ended_.has_value() && end.inbox_.empty() && !end.sent_due_ && !Over()) {
          changed_.Wait(&mu_);
        }
        if (!ended_.has_value() && Over()) {
          ended_ = Unavailable("the stream was closed");
          changed_.SignalAll();
        }
        if (ended_.has_value()) break;
        sent = std::exchange(end.sent_due_, false);
        messages.assign(std::make_move_iterator(end.inbox_.begin()),
                        std::make_move_iterator(end.inbox_.end()));
        end.inbox_.clear();
        if (!messages.empty()) {
          end.peer_->sent_due_ = true;
          changed_.SignalAll();
        }
      }
      if (sent) end.handler_->OnSent();
      if (!messages.empty()) end.handler_->OnMessages(std::move(messages));
    }
    absl::Status why;
    {
      MutexLock lock(&mu_);
      why = *ended_;
    }
    end.handler_->OnClosed(why);
    end.owned_handler_.reset();
  }
  bool Over() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return closing_ && client_.inbox_.empty() && server_.inbox_.empty();
  }

  InProcessTransport* const network_;
  const std::string address_;
  End client_;
  End server_;
  Mutex join_mu_;
  mutable Mutex mu_;
  CondVar changed_;
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::Status> ended_ ABSL_GUARDED_BY(mu_);
};

namespace {

class InProcessClient : public ClientStream {
 public:
  explicit InProcessClient(InProcessPipe* pipe) : pipe_(pipe) {}
  ~InProcessClient() override {
    pipe_->Break(Unavailable("the stream was closed"));
    pipe_->JoinClient();
  }
  void Send(Message message) override { pipe_->client().Send(std::move(message)); }
  bool Idle() const override { return pipe_->client().Idle(); }
  void Close() override { pipe_->client().Close(); }

 private:
  InProcessPipe* const pipe_;
};

// A stream that never came about.
class FailedHandler : public StreamHandler {
 public:
  void OnMessages(std::vector<Message>) override {}
  void OnSent() override {}
  void OnClosed(const absl::Status&) override {}
};

}  // namespace

class InProcessListener : public Listener {
 public:
  InProcessListener(InProcessTransport* network, std::string address)
      : network_(network), address_(std::move(address)) {}
  ~InProcessListener() override { network_->Stop(address_); }
  std::string address() const override { return address_; }

 private:
  InProcessTransport* const network_;
  const std::string address_;
};

InProcessTransport::InProcessTransport() = default;
InProcessTransport::~InProcessTransport() = default;

absl::StatusOr<std::unique_ptr<Listener>> InProcessTransport::Listen(const std::string& address,
                                                                     StreamAcceptor* acceptor) {
  MutexLock lock(&mu_);
  std::string taken = address;
  if (taken.ends_with(":0")) {
    taken = fmt::format("{}{}", taken.substr(0, taken.size() - 1), next_port_++);
  }
  if (!acceptors_.emplace(taken, acceptor).second) {
    return Unavailable("cannot listen at {}: the address is in use", taken);
  }
  return std::make_unique<InProcessListener>(this, taken);
}

std::unique_ptr<ClientStream> InProcessTransport::Connect(const std::string& address,
                                                          StreamKind kind, StreamHandler* handler) {
  MutexLock lock(&mu_);
  pipes_.push_back(std::make_unique<InProcessPipe>(this, address));
  InProcessPipe* const pipe = pipes_.back().get();
  const auto found = acceptors_.find(address);
  std::unique_ptr<StreamHandler> server;
  if (found != acceptors_.end() && !isolated_[address]) {
    server = found->second->Accept(kind, &pipe->server());
  }
  if (server == nullptr) {
    server = std::make_unique<FailedHandler>();
    pipe->Break(Unavailable("nobody listens at {}", address));
  }
  pipe->Start(handler, std::move(server));
  return std::make_unique<InProcessClient>(pipe);
}

void InProcessTransport::SetFilter(std::function<bool(const Message&)> passes) {
  MutexLock lock(&filter_mu_);
  filter_ = std::move(passes);
}

bool InProcessTransport::Passes(const Message& message) {
  MutexLock lock(&filter_mu_);
  return !filter_ || filter_(message);
}

void InProcessTransport::Isolate(const std::string& address) {
  MutexLock lock(&mu_);
  isolated_[address] = true;
  for (const std::unique_ptr<InProcessPipe>& pipe : pipes_) {
    if (pipe->address() == address) pipe->Break(Unavailable("the network is down"));
  }
}

void InProcessTransport::Rejoin(const std::string& address) {
  MutexLock lock(&mu_);
  isolated_[address] = false;
}

void InProcessTransport::Stop(const std::string& address) {
  std::vector<InProcessPipe*> pipes;
  {
    MutexLock lock(&mu_);
    acceptors_.erase(address);
    for (const std::unique_ptr<InProcessPipe>& pipe : pipes_) {
      if (pipe->address() == address) pipes.push_back(pipe.get());
    }
  }
  for (InProcessPipe* pipe : pipes) {
    pipe->Break(Unavailable("the node stopped"));
    pipe->JoinServer();
  }
}

}  // namespace heliosdb::replication
