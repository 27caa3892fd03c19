// Aggregates without GROUP BY: one row, whatever comes in.
#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/aggregate.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/group_states.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

class PlainAggregate final : public Operator {
 public:
  explicit PlainAggregate(AggregateParts parts)
      : child_(std::move(parts.child)),
        calls_(std::move(parts.calls)),
        state_(parts.state_bytes, &calls_) {
    for (const types::Type& type : parts.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    Forget();
    HELIOS_RETURN_IF_ERROR(child_->Open(context));
    state_.GrowTo(1);
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      for (const auto& call : calls_)
        HELIOS_RETURN_IF_ERROR(call->AddToOne(context, chunk, state_.group(0)));
    }
    child_->Close();
    for (const auto& call : calls_) HELIOS_RETURN_IF_ERROR(call->EndInput(context, state_.all()));
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    if (std::exchange(given_, true)) return Chunk{};
    for (size_t c = 0; c < calls_.size(); ++c) {
      out_[c].Reset();
      HELIOS_RETURN_IF_ERROR(calls_[c]->Finish(context, state_.group(0), 0, &out_[c]));
    }
    return Chunk{columns_, 1};
  }

  void Close() override {
    child_->Close();
    Forget();
  }

 private:
  void Forget() {
    state_.Clear();
    for (const auto& call : calls_) call->Reset();
    given_ = false;
  }

  OperatorPtr child_;
  std::vector<std::unique_ptr<AggregateCall>> calls_;
  GroupStates state_;
  bool given_ = false;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

OperatorPtr MakePlainAggregate(AggregateParts parts) {
  return std::make_unique<PlainAggregate>(std::move(parts));
}

}  // namespace heliosdb::sql::execute
