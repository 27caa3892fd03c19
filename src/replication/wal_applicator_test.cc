#include "replication/wal_applicator.h"

#include <memory>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "replication/transcript_test_runner.h"

namespace heliosdb::replication {
namespace {

// > wait MILLISECONDS   > opened end=L committed=L terms=... [no_database]   > closed
// > welcome NODE action=A from=L commit=L term=N ...   > refusal NODE reason=X
// > wal lsn=L bytes=N written=L commit=L term=N   > heartbeat term=N number=N written=L commit=L
// > batch_end   > cut|appended|synced|applied|backup [failed|mismatch] to=L
class Machine {
 public:
  std::vector<std::string> Step(const TranscriptLine& line) {
    if (line.verb() == "wait") {
      now_ += absl::Milliseconds(std::stoi(line.Word(0)));
      return Text(applicator_.OnTick(now_));
    }
    if (line.verb() == "opened") {
      FollowerLog log;
      if (!line.Has("no_database")) log.history = wal::HistoryId{0, 7};
      log.terms = line.Terms("terms");
      log.end = line.LsnOf("end", kLsnInvalid);
      log.committed = line.LsnOf("committed", kLsnInvalid);
      return Text(applicator_.OnOpened(log, now_));
    }
    if (line.verb() == "closed") return Text(applicator_.OnClosed(Unavailable("reset"), now_));
    if (line.verb() == "batch_end") return Text(applicator_.OnBatchEnd(now_));
    if (line.verb() == "status") return Status();
    if (std::optional<Message> message = Read(line)) {
      messages_.push_back(std::make_unique<Message>(*std::move(message)));
      return Text(applicator_.OnMessage(*messages_.back(), now_));
    }
    return Done(line);
  }

 private:
  static std::optional<Message> Read(const TranscriptLine& line) {
    const Term term{line.Number("term", 1)};
    const Lsn written = line.LsnOf("written", kLsnInvalid);
    const Lsn commit = line.LsnOf("commit", kLsnInvalid);
    if (line.verb() == "welcome") {
      Welcome welcome;
      welcome.self = line.Self(line.Word(0));
      const std::string action = line.Text("action", "stream");
      if (action == "cut") welcome.action = WelcomeAction::kCut;
      if (action == "base_backup") welcome.action = WelcomeAction::kBaseBackup;
      welcome.from = line.LsnOf("from", kLsnInvalid);
      welcome.commit = commit;
      welcome.ack_received = line.Has("ack_received");
      welcome.reason = line.Text("reason", "");
      return welcome;
    }
    if (line.verb() == "refusal") return Refusal{line.Self(line.Word(0)), line.Text("reason", "")};
    if (line.verb() == "wal") {
      return WalData{term, line.LsnOf("lsn", kLsnInvalid), written, commit,
                     std::string(line.Number("bytes", 0), 'x')};
    }
    if (line.verb() == "heartbeat")
      return Heartbeat{term, line.Number("number", 1), written, commit};
    return std::nullopt;
  }
  std::vector<std::string> Done(const TranscriptLine& line) {
    absl::Status status;
    if (line.Has("failed")) status = Unavailable("the disk is gone");
    if (line.Has("mismatch")) status = FailedPrecondition("the chain does not continue");
    const Lsn to = line.LsnOf("to", kLsnInvalid);
    if (line.verb() == "cut") return Text(applicator_.OnCut(status, now_));
    if (line.verb() == "appended") return Text(applicator_.OnAppended(status, to, now_));
    if (line.verb() == "synced") return Text(applicator_.OnSynced(status, to, now_));
    if (line.verb() == "applied") return Text(applicator_.OnApplied(status, to, now_));
    if (line.verb() == "backup") return Text(applicator_.OnBackupDone(status, now_));
    return {"unknown input"};
  }
  std::vector<std::string> Status() const {
    const PrimaryStatus status = applicator_.Status(now_);
    return {fmt::format("{} {} lag={} lag_ms={} error={}", status.node_id,
                        StandbyStateName(status.state), status.lag_bytes,
                        absl::ToInt64Milliseconds(status.lag_time), status.last_error)};
  }
  static std::vector<std::string> Text(const ApplicatorActions& actions) {
    std::vector<std::string> text;
    for (const ApplicatorAction& action : actions) text.push_back(ActionText(action));
    return text;
  }

  absl::Duration now_ = absl::Seconds(100);
  std::vector<std::unique_ptr<Message>> messages_;
  WalApplicator applicator_{
      {}, Introduction{kProtocolVersion, "shop", "b", "b:5433", std::nullopt, Term{1}, "a"}};
};

TEST(WalApplicator, Transcripts) {
  RunTranscripts(HELIOSDB_TRANSCRIPTS "/wal_applicator", []() -> TranscriptStep {
    auto machine = std::make_shared<Machine>();
    return [machine](const TranscriptLine& line) { return machine->Step(line); };
  });
}

}  // namespace
}  // namespace heliosdb::replication
