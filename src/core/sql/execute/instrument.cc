#include "core/sql/execute/instrument.h"

#include <utility>

#include "core/base/clock.h"
#include "core/sql/execute/exec_context.h"

namespace heliosdb::sql::execute {
namespace {

class Instrument final : public Operator {
 public:
  Instrument(plan::NodeCounters* counters, OperatorPtr child)
      : counters_(*counters), child_(std::move(child)) {}

  absl::Status Open(ExecContext& context) override {
    ++counters_.loops;
    before_first_row_ = true;
    const absl::Duration start = Now(context);
    absl::Status status = child_->Open(context);
    AddTime(context, start);
    return status;
  }
  absl::StatusOr<types::Chunk> Next(ExecContext& context) override {
    const absl::Duration start = Now(context);
    absl::StatusOr<types::Chunk> chunk = child_->Next(context);
    AddTime(context, start);
    if (chunk.ok()) counters_.rows += chunk->size;
    before_first_row_ = false;
    return chunk;
  }
  void Close() override {
    child_->Close();
    if (const plan::MemoryUse* const use = child_->memory_use()) counters_.memory = *use;
  }

 private:
  static absl::Duration Now(const ExecContext& context) {
    Clock* const clock = context.functions->clock;
    return clock == nullptr ? absl::ZeroDuration() : clock->Now();
  }
  void AddTime(const ExecContext& context, absl::Duration start) {
    const double seconds = absl::ToDoubleSeconds(Now(context) - start);
    counters_.total_seconds += seconds;
    if (before_first_row_) counters_.startup_seconds += seconds;
  }

  plan::NodeCounters& counters_;
  OperatorPtr child_;
  bool before_first_row_ = false;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildInstrument(const plan::InstrumentNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  return std::make_unique<Instrument>(node.counters.get(), std::move(child));
}

}  // namespace heliosdb::sql::execute
