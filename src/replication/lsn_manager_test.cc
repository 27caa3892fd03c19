#include "replication/lsn_manager.h"

#include <memory>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "replication/transcript_test_runner.h"

namespace heliosdb::replication {
namespace {

std::vector<std::string> ProgressText(const LsnManager& manager) {
  const txn::GateProgress progress = manager.Progress();
  const auto reached = [&](txn::Durability durability) {
    return LsnText(progress.reached[static_cast<size_t>(durability)]);
  };
  return {fmt::format("commit={} received={} quorum={} sync={} applied={}",
                      LsnText(progress.commit), reached(txn::Durability::kReceived),
                      reached(txn::Durability::kQuorum), reached(txn::Durability::kSync),
                      reached(txn::Durability::kApplied))};
}

// > lead mode=M set=a,b,c committed=L term_start=L   > local written=L flushed=L
// > ack NODE received=L flushed=L applied=L   > set NODES=...   > forget NODE   > stop
std::vector<std::string> Step(LsnManager& manager, const TranscriptLine& line) {
  bool changed = true;
  if (line.verb() == "lead") {
    manager.Lead(*ParseSyncMode(line.Text("mode", "async")), line.List("set"),
                 line.LsnOf("committed", kLsnInvalid), line.LsnOf("term_start", kLsnInvalid),
                 NodeProgress());
  } else if (line.verb() == "local") {
    changed =
        manager.OnLocal(line.LsnOf("written", kLsnInvalid), line.LsnOf("flushed", kLsnInvalid));
  } else if (line.verb() == "ack") {
    changed = manager.OnAck(
        line.Word(0), {line.LsnOf("received", kLsnInvalid), line.LsnOf("flushed", kLsnInvalid),
                       line.LsnOf("applied", kLsnInvalid)});
  } else if (line.verb() == "set") {
    manager.SetSyncSet(line.List("to"));
  } else if (line.verb() == "forget") {
    manager.Forget(line.Word(0));
  } else if (line.verb() == "stop") {
    manager.StopLeading();
  } else {
    return {"unknown input"};
  }
  std::vector<std::string> effects;
  if (changed) effects = ProgressText(manager);
  if (line.verb() == "set")
    effects.push_back(fmt::format("set={}", fmt::join(manager.sync_set(), ",")));
  return effects;
}

TEST(LsnManager, Transcripts) {
  RunTranscripts(HELIOSDB_TRANSCRIPTS "/lsn_manager", []() -> TranscriptStep {
    auto manager = std::make_shared<LsnManager>("a");
    return [manager](const TranscriptLine& line) { return Step(*manager, line); };
  });
}

}  // namespace
}  // namespace heliosdb::replication
