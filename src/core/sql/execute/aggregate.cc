#include "core/sql/execute/aggregate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/sql/execute/aggregate_call.h"
#include "core/sql/execute/distinct_rows.h"
#include "core/sql/execute/exec_context.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

constexpr size_t kStateAlignment = 16;

// Memory of the groups' states: one block a group, from an arena.
class GroupStates {
 public:
  GroupStates(size_t bytes, const std::vector<std::unique_ptr<AggregateCall>>* calls)
      : bytes_(bytes), calls_(calls) {}
  ~GroupStates() { Clear(); }
  GroupStates(const GroupStates&) = delete;
  GroupStates& operator=(const GroupStates&) = delete;

  // Makes states for all groups below count.
  void GrowTo(size_t count) {
    while (groups_.size() < count) {
      char* const group = memory_.Allocate(std::max<size_t>(bytes_, 1), kStateAlignment);
      for (const auto& call : *calls_) call->InitState(group);
      groups_.push_back(group);
    }
  }
  void Clear() {
    for (char* const group : groups_) {
      for (const auto& call : *calls_) call->DestroyState(group);
    }
    groups_.clear();
    memory_.Reset();
  }
  char* group(size_t number) const { return groups_[number]; }
  std::span<char* const> all() const { return groups_; }

 private:
  const size_t bytes_;
  const std::vector<std::unique_ptr<AggregateCall>>* const calls_;
  Arena memory_;
  std::vector<char*> groups_;
};

class HashAggregate final : public Operator {
 public:
  HashAggregate(const plan::AggregateNode& node, OperatorPtr child, std::vector<EvaluatorPtr> keys,
                std::vector<std::unique_ptr<AggregateCall>> calls, size_t state_bytes)
      : child_(std::move(child)),
        keys_(std::move(keys)),
        calls_(std::move(calls)),
        groups_(KeyTypes()),
        states_(state_bytes, &calls_),
        key_columns_(keys_.size()) {
    for (const types::Type& type : node.outputs) out_.emplace_back(type);
    for (const Vector& vector : out_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    Forget();
    HELIOS_RETURN_IF_ERROR(child_->Open(context));
    if (keys_.empty()) states_.GrowTo(1);
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(keys_.empty() ? AddUngrouped(context, chunk)
                                           : AddGrouped(context, chunk));
    }
    child_->Close();
    for (const auto& call : calls_) HELIOS_RETURN_IF_ERROR(call->EndInput(context, states_.all()));
    return absl::OkStatus();
  }

  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    const size_t groups = keys_.empty() ? 1 : groups_.size();
    const size_t size = std::min(kChunkRows, groups - next_group_);
    if (size == 0) return Chunk{};
    for (Vector& vector : out_) vector.Reset();
    if (!keys_.empty()) {
      picked_.resize(size);
      for (size_t i = 0; i < size; ++i) picked_[i] = static_cast<uint32_t>(next_group_ + i);
      groups_.rows().Gather(picked_, std::span(out_).first(keys_.size()));
    }
    for (size_t c = 0; c < calls_.size(); ++c) {
      for (size_t i = 0; i < size; ++i) {
        HELIOS_RETURN_IF_ERROR(
            calls_[c]->Finish(context, states_.group(next_group_ + i), i, &out_[keys_.size() + c]));
      }
    }
    next_group_ += size;
    return Chunk{columns_, size};
  }

  void Close() override {
    child_->Close();
    Forget();
  }

 private:
  std::vector<types::Type> KeyTypes() const {
    std::vector<types::Type> types;
    for (const EvaluatorPtr& key : keys_) types.push_back(key->type());
    return types;
  }

  void Forget() {
    states_.Clear();
    groups_.Clear();
    for (const auto& call : calls_) call->Reset();
    next_group_ = 0;
  }

  absl::Status AddUngrouped(ExecContext& context, const Chunk& chunk) {
    for (const auto& call : calls_)
      HELIOS_RETURN_IF_ERROR(call->AddToOne(context, chunk, states_.group(0)));
    return absl::OkStatus();
  }

  absl::Status AddGrouped(ExecContext& context, const Chunk& chunk) {
    for (size_t k = 0; k < keys_.size(); ++k) {
      HELIOS_ASSIGN_OR_RETURN(key_columns_[k], keys_[k]->Evaluate(context, chunk));
    }
    groups_.FindOrAdd(key_columns_, chunk.size, numbers_.data());
    states_.GrowTo(groups_.size());
    for (size_t i = 0; i < chunk.size; ++i) row_groups_[i] = states_.group(numbers_[i]);
    for (const auto& call : calls_) {
      HELIOS_RETURN_IF_ERROR(call->Add(context, chunk, std::span(row_groups_).first(chunk.size),
                                       std::span(numbers_).first(chunk.size)));
    }
    return absl::OkStatus();
  }

  OperatorPtr child_;
  std::vector<EvaluatorPtr> keys_;
  std::vector<std::unique_ptr<AggregateCall>> calls_;
  DistinctRows groups_;
  GroupStates states_;
  size_t next_group_ = 0;

  std::vector<const Vector*> key_columns_;
  std::array<uint32_t, kChunkRows> numbers_;
  std::array<char*, kChunkRows> row_groups_;
  std::vector<uint32_t> picked_;
  std::vector<Vector> out_;
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildAggregate(const plan::AggregateNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(std::vector<EvaluatorPtr> keys, CompileExpressions(node.keys));
  std::vector<std::unique_ptr<AggregateCall>> calls;
  size_t state_bytes = 0;
  for (const bind::Aggregate& aggregate : node.aggregates) {
    HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<AggregateCall> call,
                            AggregateCall::Compile(aggregate, state_bytes));
    state_bytes += (call->state_bytes() + kStateAlignment - 1) / kStateAlignment * kStateAlignment;
    calls.push_back(std::move(call));
  }
  return std::make_unique<HashAggregate>(node, std::move(child), std::move(keys), std::move(calls),
                                         state_bytes);
}

}  // namespace heliosdb::sql::execute
