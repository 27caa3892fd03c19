#include "replication/wal_replicator.h"

#include <memory>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "replication/transcript_test_runner.h"

namespace heliosdb::replication {
namespace {

// > self term=N leader=X terms=... first=L written=L commit=L [following] [ack_received]
// > hello NODE term=N terms=... end=L committed=L [no_database] [wants_backup] ...
// > ack term=N received=L flushed=L applied=L   > log written=L commit=L   > wait MILLISECONDS
// > send                 reads what NextRead asks for, as far as it goes, and sends it
class Machine {
 public:
  std::vector<std::string> Step(const TranscriptLine& line) {
    if (line.verb() == "self") {
      facts_.self = line.Self("a");
      facts_.terms = line.Terms("terms");
      facts_.leading = !line.Has("following");
      facts_.ack_received = line.Has("ack_received");
      facts_.log_first = line.LsnOf("first", Lsn{0x1000});
      facts_.written = line.LsnOf("written", Lsn{0x1000});
      facts_.commit = line.LsnOf("commit", Lsn{0x1000});
      return {};
    }
    if (line.verb() == "hello") {
      Hello hello;
      hello.self = line.Self(line.Word(0));
      hello.terms = line.Terms("terms");
      hello.log_end = line.LsnOf("end", kLsnInvalid);
      hello.committed = line.LsnOf("committed", kLsnInvalid);
      hello.wants_backup = line.Has("wants_backup");
      return Text(replicator_.OnHello(hello, facts_, now_));
    }
    if (line.verb() == "ack") {
      return Text(replicator_.OnAck(
          {Term{line.Number("term", 1)}, line.LsnOf("received", kLsnInvalid),
           line.LsnOf("flushed", kLsnInvalid), line.LsnOf("applied", kLsnInvalid), 0},
          now_));
    }
    if (line.verb() == "log") {
      replicator_.OnLog(line.LsnOf("written", kLsnInvalid), line.LsnOf("commit", kLsnInvalid),
                        now_);
      return {};
    }
    if (line.verb() == "wait") {
      now_ += absl::Milliseconds(std::stoi(line.Word(0)));
      return Text(replicator_.OnTick(now_));
    }
    if (line.verb() == "status") {
      const StandbyStatus status = replicator_.Status(now_);
      return {fmt::format("{} {} lag={} lag_ms={}", status.node_id, StandbyStateName(status.state),
                          status.lag_bytes, absl::ToInt64Milliseconds(status.lag_time))};
    }
    if (line.verb() == "send") return Send();
    return {"unknown input"};
  }

 private:
  std::vector<std::string> Send() {
    std::vector<std::string> effects;
    while (const std::optional<WalReplicator::ReadRequest> read = replicator_.NextRead()) {
      const uint64_t bytes = std::min(read->bytes_max, read->bound - read->from);
      effects.push_back("send " + MessageText(replicator_.OnRead(read->from, read->from + bytes,
                                                                 std::string(bytes, 'x'), now_)));
    }
    return effects;
  }
  static std::vector<std::string> Text(const ReplicatorEffects& effects) {
    std::vector<std::string> text;
    for (const Message& message : effects.send) text.push_back("send " + MessageText(message));
    if (effects.hold.has_value()) text.push_back("hold " + LsnText(*effects.hold));
    if (effects.acknowledged) text.push_back("acknowledged");
    if (effects.deposed.has_value())
      text.push_back(fmt::format("deposed {}", ToInt(*effects.deposed)));
    if (effects.close.has_value())
      text.push_back(fmt::format("close ({})", std::string(effects.close->message())));
    return text;
  }

  absl::Duration now_ = absl::Seconds(100);
  SenderFacts facts_;
  WalReplicator replicator_{{.window_bytes = 0x2000, .message_bytes_max = 0x800}, now_};
};

TEST(WalReplicator, Transcripts) {
  RunTranscripts(HELIOSDB_TRANSCRIPTS "/wal_replicator", []() -> TranscriptStep {
    auto machine = std::make_shared<Machine>();
    return [machine](const TranscriptLine& line) { return machine->Step(line); };
  });
}

}  // namespace
}  // namespace heliosdb::replication
