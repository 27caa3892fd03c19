#include "core/sql/execute/join_input.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;

constexpr size_t kLeft = 0;
constexpr size_t kRight = 1;

// A part with more than this share of what its level was split from is not worth another split.
constexpr double kShareMax = 0.75;

std::vector<std::vector<types::Type>> SidesOf(const plan::HashJoinNode& node) {
  std::vector<types::Type> left = node.children[0]->outputs;
  if (node.keeps_left_order) left.push_back({types::TypeOid::kInt8});
  return {std::move(left), node.children[1]->outputs};
}

}  // namespace

JoinInput::JoinInput(const plan::HashJoinNode& node, OperatorPtr left, OperatorPtr right,
                     JoinKeys left_keys)
    : join_(node.join),
      numbers_left_(node.keeps_left_order),
      left_(std::move(left)),
      right_(std::move(right)),
      left_keys_(std::move(left_keys)),
      aside_(SidesOf(node)),
      number_({types::TypeOid::kInt8}) {}

absl::Status JoinInput::Open(ExecContext& context, JoinTable* table) {
  aside_.Clear();
  table->Clear();
  spilled_ = false;
  right_is_empty_ = true;
  right_has_null_ = false;
  first_pass_ = true;
  more_right_ = false;
  left_end_ = 0;
  peak_bytes_ = 0;
  HELIOS_RETURN_IF_ERROR(right_->Open(context));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, right_->Next(context));
    if (chunk.size == 0) break;
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    right_is_empty_ = false;
    if (spilled_) {
      HELIOS_RETURN_IF_ERROR(SetRightAside(context, table->keys(), chunk));
      continue;
    }
    HELIOS_RETURN_IF_ERROR(table->Add(context, chunk));
    if (!IsFull(context, *table)) continue;
    spilled_ = true;
    right_has_null_ = table->has_null_key();
    HELIOS_RETURN_IF_ERROR(SetTableAside(context, table));
  }
  right_->Close();
  HELIOS_RETURN_IF_ERROR(left_->Open(context));
  if (!spilled_) {
    right_has_null_ = table->has_null_key();
    table->Build();
    return absl::OkStatus();
  }
  HELIOS_RETURN_IF_ERROR(SetAllLeftAside(context));
  return NextPart(context, table).status();
}

absl::Status JoinInput::SetTableAside(ExecContext& context, JoinTable* table) {
  const RowStore& rows = table->rows();
  for (size_t block = 0; block < rows.block_count(); ++block)
    HELIOS_RETURN_IF_ERROR(SetRightAside(context, table->keys(), rows.Block(block)));
  table->Clear();
  return absl::OkStatus();
}

// A right row with a NULL in its key matches nothing, so that only some joins need it.
absl::Status JoinInput::SetRightAside(ExecContext& context, JoinKeys* keys, const Chunk& chunk) {
  HELIOS_RETURN_IF_ERROR(keys->Evaluate(context, chunk));
  rows_.clear();
  for (size_t i = 0; i < chunk.size; ++i) {
    const bool null = keys->HasNull(i);
    right_has_null_ = right_has_null_ || null;
    if (!null || KeepsRight()) rows_.push_back(static_cast<uint16_t>(i));
  }
  return aside_.Add(context, kRight, chunk, rows_, keys->hashes());
}

absl::Status JoinInput::SetLeftAside(ExecContext& context, const Chunk& chunk) {
  HELIOS_RETURN_IF_ERROR(left_keys_.Evaluate(context, chunk));
  rows_.clear();
  for (size_t i = 0; i < chunk.size; ++i) {
    if (KeepsLeft() || !left_keys_.HasNull(i)) rows_.push_back(static_cast<uint16_t>(i));
  }
  return aside_.Add(context, kLeft, chunk, rows_, left_keys_.hashes());
}

absl::Status JoinInput::SetAllLeftAside(ExecContext& context) {
  int64_t next_number = 0;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, left_->Next(context));
    if (chunk.size == 0) break;
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    if (!numbers_left_) {
      HELIOS_RETURN_IF_ERROR(SetLeftAside(context, chunk));
      continue;
    }
    for (size_t i = 0; i < chunk.size; ++i) number_.data<int64_t>()[i] = next_number++;
    numbered_.assign(chunk.columns.begin(), chunk.columns.end());
    numbered_.push_back(&number_);
    HELIOS_RETURN_IF_ERROR(SetLeftAside(context, Chunk{numbered_, chunk.size}));
  }
  left_->Close();
  return absl::OkStatus();
}

absl::StatusOr<bool> JoinInput::NextPass(ExecContext& context, JoinTable* table) {
  if (!spilled_) return false;
  if (!more_right_) return NextPart(context, table);
  first_pass_ = false;
  table->Clear();
  HELIOS_RETURN_IF_ERROR(FillTable(context, table));
  table->Build();
  aside_.Start(kLeft);
  left_end_ = 0;
  return true;
}

absl::StatusOr<bool> JoinInput::NextPart(ExecContext& context, JoinTable* table) {
  while (true) {
    table->Clear();
    more_right_ = false;
    HELIOS_ASSIGN_OR_RETURN(const bool more, aside_.TakeNext());
    if (!more) return false;
    if (aside_.rows(kLeft) == 0 && !KeepsRight()) continue;
    if (aside_.rows(kRight) == 0 && !KeepsLeft()) continue;
    aside_.Start(kRight);
    HELIOS_RETURN_IF_ERROR(FillTable(context, table));
    const double share =
        static_cast<double>(aside_.rows(kRight)) /
        static_cast<double>(std::max<uint64_t>(1, aside_.rows_before_split(kRight)));
    if (more_right_ && aside_.CanSplit() && share <= kShareMax) {
      HELIOS_RETURN_IF_ERROR(SplitPart(context, table));
      continue;
    }
    table->Build();
    first_pass_ = true;
    left_rows_ = aside_.rows(kLeft);
    left_end_ = 0;
    aside_.Start(kLeft);
    return true;
  }
}

// Adds right rows until the table is full or none is left; tells which by more_right_.
absl::Status JoinInput::FillTable(ExecContext& context, JoinTable* table) {
  if (std::exchange(more_right_, false)) HELIOS_RETURN_IF_ERROR(table->Add(context, next_right_));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(next_right_, aside_.Next(context, kRight));
    if (next_right_.size == 0) return absl::OkStatus();
    if (IsFull(context, *table)) {
      more_right_ = true;
      return absl::OkStatus();
    }
    HELIOS_RETURN_IF_ERROR(table->Add(context, next_right_));
  }
}

// Sets the part that is being read aside once more, a level deeper.
absl::Status JoinInput::SplitPart(ExecContext& context, JoinTable* table) {
  HELIOS_RETURN_IF_ERROR(SetTableAside(context, table));
  while (next_right_.size > 0) {
    HELIOS_RETURN_IF_ERROR(SetRightAside(context, table->keys(), next_right_));
    HELIOS_ASSIGN_OR_RETURN(next_right_, aside_.Next(context, kRight));
  }
  aside_.Start(kLeft);
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, aside_.Next(context, kLeft));
    if (chunk.size == 0) return absl::OkStatus();
    HELIOS_RETURN_IF_ERROR(SetLeftAside(context, chunk));
  }
}

absl::StatusOr<Chunk> JoinInput::NextLeft(ExecContext& context) {
  Chunk chunk;
  if (spilled_) {
    HELIOS_ASSIGN_OR_RETURN(chunk, aside_.Next(context, kLeft));
  } else {
    HELIOS_ASSIGN_OR_RETURN(chunk, left_->Next(context));
  }
  left_start_ = left_end_;
  left_end_ += chunk.size;
  if (chunk.size > 0) HELIOS_RETURN_IF_ERROR(left_keys_.Evaluate(context, chunk));
  return chunk;
}

void JoinInput::Close() {
  left_->Close();
  right_->Close();
  aside_.Clear();
}

}  // namespace heliosdb::sql::execute
