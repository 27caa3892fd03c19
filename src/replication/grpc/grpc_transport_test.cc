#include "replication/grpc/grpc_transport.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/mutex.h"
#include "core/base/test_folder.h"

namespace heliosdb::replication {
namespace {

using testing::HasSubstr;

// Sends every message back, and ends the stream after a BackupEnd.
class Echo : public StreamHandler {
 public:
  explicit Echo(Stream* stream) : stream_(stream) {}
  void OnMessages(std::vector<Message> messages) override {
    for (Message& message : messages) {
      const bool last = std::holds_alternative<BackupEnd>(message);
      stream_->Send(std::move(message));
      if (last) stream_->Close();
    }
  }
  void OnSent() override {}
  void OnClosed(const absl::Status&) override {}

 private:
  Stream* const stream_;
};

class EchoAcceptor : public StreamAcceptor {
 public:
  std::unique_ptr<StreamHandler> Accept(StreamKind kind, Stream* stream) override {
    if (kind == StreamKind::kStatus) return nullptr;
    return std::make_unique<Echo>(stream);
  }
};

// Keeps what comes.
class Collector : public StreamHandler {
 public:
  void OnMessages(std::vector<Message> messages) override {
    MutexLock lock(&mu_);
    for (Message& message : messages) messages_.push_back(std::move(message));
    changed_.SignalAll();
  }
  void OnSent() override {}
  void OnClosed(const absl::Status& why) override {
    MutexLock lock(&mu_);
    closed_ = why;
    changed_.SignalAll();
  }
  std::vector<Message> WaitFor(size_t count) {
    MutexLock lock(&mu_);
    while (messages_.size() < count && !closed_.has_value()) changed_.Wait(&mu_);
    return messages_;
  }
  absl::Status WaitClosed() {
    MutexLock lock(&mu_);
    while (!closed_.has_value()) changed_.Wait(&mu_);
    return *closed_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<Message> messages_ ABSL_GUARDED_BY(mu_);
  std::optional<absl::Status> closed_ ABSL_GUARDED_BY(mu_);
};

Introduction Self() {
  return {kProtocolVersion, "shop", "a", "a:1", wal::HistoryId{1, 2}, Term{3}, "b"};
}

std::vector<Message> EveryMessage() {
  return {Hello{Self(), {{Term{1}, Lsn{4096}}, {Term{3}, Lsn{8192}}}, Lsn{9000}, Lsn{8500}, true},
          Ack{Term{3}, Lsn{1}, Lsn{2}, Lsn{3}, 4},
          Welcome{Self(), WelcomeAction::kCut, Lsn{5}, Lsn{6}, true, "because"},
          Refusal{Self(), "no"},
          WalData{Term{3}, Lsn{7}, Lsn{8}, Lsn{9}, std::string(100000, 'x')},
          Heartbeat{Term{3}, 1, Lsn{2}, Lsn{3}},
          BackupRequest{Self()},
          BackupBegin{Self(), Lsn{10}},
          BackupChunk{std::string("\0bytes", 6)},
          StatusRequest{Self()},
          StatusReply{Self(), true, Lsn{1}, Lsn{2}, Lsn{3}},
          BackupEnd{7}};
}

void ExpectEcho(Transport& transport) {
  EchoAcceptor acceptor;
  auto listener = transport.Listen("localhost:0", &acceptor);
  ASSERT_TRUE(listener.ok()) << listener.status();
  Collector collector;
  const std::unique_ptr<ClientStream> stream =
      transport.Connect((*listener)->address(), StreamKind::kLog, &collector);
  const std::vector<Message> sent = EveryMessage();
  for (const Message& message : sent) stream->Send(message);
  const std::vector<Message> got = collector.WaitFor(sent.size());
  const absl::Status closed = collector.WaitClosed();
  ASSERT_EQ(got.size(), sent.size()) << closed;
  for (size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(MessageText(got[i]), MessageText(sent[i]));
  EXPECT_TRUE(absl::IsUnavailable(closed)) << closed;
}

TEST(GrpcTransport, CarriesEveryMessage) {
  auto transport = NewGrpcTransport({});
  ASSERT_TRUE(transport.ok());
  ExpectEcho(**transport);
}

TEST(GrpcTransport, SaysWhyNobodyAnswers) {
  auto transport = NewGrpcTransport({});
  Collector collector;
  {
    const std::unique_ptr<ClientStream> stream =
        (*transport)->Connect("localhost:1", StreamKind::kLog, &collector);
    EXPECT_TRUE(absl::IsUnavailable(collector.WaitClosed()));
  }
  EchoAcceptor acceptor;
  auto listener = (*transport)->Listen("localhost:0", &acceptor);
  ASSERT_TRUE(listener.ok());
  const auto second = (*transport)->Listen((*listener)->address(), &acceptor);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("cannot listen at localhost:"));
  Collector refused;
  const std::unique_ptr<ClientStream> stream =
      (*transport)->Connect((*listener)->address(), StreamKind::kStatus, &refused);
  EXPECT_THAT(std::string(refused.WaitClosed().message()), HasSubstr("serves nobody"));
}

// A stream from here to here, by TCP.
template <typename Acceptor>
struct Loop {
  Loop() : transport(NewGrpcTransport({}).value()) {
    auto listening = transport->Listen("localhost:0", &acceptor);
    EXPECT_TRUE(listening.ok()) << listening.status();
    listener = *std::move(listening);
    stream = transport->Connect(listener->address(), StreamKind::kLog, &collector);
  }

  const std::unique_ptr<Transport> transport;
  Acceptor acceptor;
  std::unique_ptr<Listener> listener;
  Collector collector;
  std::unique_ptr<ClientStream> stream;
};

TEST(GrpcTransport, StoppingEndsEveryStream) {
  Loop<EchoAcceptor> loop;
  loop.stream->Send(Ack{});
  loop.collector.WaitFor(1);
  loop.listener.reset();
  EXPECT_FALSE(loop.collector.WaitClosed().ok());
}

// Its handler answers each message and expects silence then; a message that comes in spite of that
// waits for the next Send.
class QuietAcceptor : public StreamAcceptor {
 public:
  std::unique_ptr<StreamHandler> Accept(StreamKind, Stream* stream) override {
    MutexLock lock(&mu_);
    stream_ = stream;
    return std::make_unique<Handler>(this);
  }
  void Send(Message message) {
    MutexLock lock(&mu_);
    stream_->Send(std::move(message));
  }
  void WaitClosed() {
    MutexLock lock(&mu_);
    while (!closed_) changed_.Wait(&mu_);
  }

 private:
  class Handler : public StreamHandler {
   public:
    explicit Handler(QuietAcceptor* acceptor) : acceptor_(*acceptor) {}
    void OnMessages(std::vector<Message> messages) override {
      // At once: whoever sends in between would wait for an answer.
      MutexLock lock(&acceptor_.mu_);
      for (Message& message : messages) acceptor_.stream_->Send(std::move(message));
      acceptor_.stream_->ExpectSilence();
    }
    void OnSent() override {}
    void OnClosed(const absl::Status&) override {
      MutexLock lock(&acceptor_.mu_);
      acceptor_.closed_ = true;
      acceptor_.changed_.SignalAll();
    }

   private:
    QuietAcceptor& acceptor_;
  };

  Mutex mu_;
  CondVar changed_;
  Stream* stream_ ABSL_GUARDED_BY(mu_) = nullptr;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

TEST(GrpcTransport, ReadsAgainWithTheNextSend) {
  Loop<QuietAcceptor> loop;
  loop.stream->Send(Ack{});
  size_t answers = 1;
  EXPECT_EQ(loop.collector.WaitFor(answers).size(), answers);
  for (int i = 0; i < 100; ++i) {
    loop.stream->Send(Ack{});
    loop.acceptor.Send(Heartbeat{});
    answers += 2;
    EXPECT_EQ(loop.collector.WaitFor(answers).size(), answers);
  }
}

TEST(GrpcTransport, AnEndIsNoticedInSilence) {
  for (const bool by_client : {true, false}) {
    Loop<QuietAcceptor> loop;
    loop.stream->Send(Ack{});
    loop.collector.WaitFor(1);
    if (by_client) {
      loop.stream.reset();
    } else {
      loop.listener.reset();
      EXPECT_FALSE(loop.collector.WaitClosed().ok());
    }
    loop.acceptor.WaitClosed();
  }
}

// Certificates made with openssl's program, in a folder that goes away again.
class Certificates {
 public:
  Certificates() {
    Make("ca", "");
    Make("node", "ca");
    Make("stranger", "");
  }
  TlsFiles Files(const std::string& name, const std::string& authority) const {
    return {Path(name + ".crt"), Path(name + ".key"), Path(authority + ".crt")};
  }

 private:
  std::string Path(const std::string& name) const { return folder_.File(name); }
  void Make(const std::string& name, const std::string& authority) {
    std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    command += " -days 2 -subj /CN=" + name + " -addext subjectAltName=DNS:localhost";
    command += " -keyout " + Path(name + ".key") + " -out " + Path(name + ".crt");
    if (!authority.empty()) {
      command += " -CA " + Path(authority + ".crt") + " -CAkey " + Path(authority + ".key");
      command += " -addext basicConstraints=critical,CA:FALSE";
    }
    ASSERT_EQ(std::system((command + " 2>/dev/null").c_str()), 0) << command;
  }
  const TestFolder folder_;
};

TEST(GrpcTransport, MutualTls) {
  const Certificates certificates;
  auto transport = NewGrpcTransport(certificates.Files("node", "ca"));
  ASSERT_TRUE(transport.ok()) << transport.status();
  ExpectEcho(**transport);

  EchoAcceptor acceptor;
  auto listener = (*transport)->Listen("localhost:0", &acceptor);
  ASSERT_TRUE(listener.ok());
  const std::string address = (*listener)->address();
  const std::string unnamed = "127.0.0.1" + address.substr(address.rfind(':'));
  struct Case {
    const char* what;
    TlsFiles files;
    std::string address;
  };
  for (const Case& each :
       {Case{"no certificate", TlsFiles{}, address},
        Case{"a certificate of nobody known", certificates.Files("stranger", "ca"), address},
        Case{"trust in another authority", certificates.Files("node", "stranger"), address},
        Case{"a host that the certificate does not name", certificates.Files("node", "ca"),
             unnamed}}) {
    auto other = NewGrpcTransport(each.files);
    ASSERT_TRUE(other.ok());
    Collector collector;
    const std::unique_ptr<ClientStream> stream =
        (*other)->Connect(each.address, StreamKind::kLog, &collector);
    stream->Send(Ack{});
    EXPECT_FALSE(collector.WaitClosed().ok()) << each.what;
    EXPECT_TRUE(collector.WaitFor(1).empty()) << each.what;
  }
  EXPECT_TRUE(absl::IsNotFound(NewGrpcTransport({"none.crt", "none.key", "none.ca"}).status()));
}

}  // namespace
}  // namespace heliosdb::replication
