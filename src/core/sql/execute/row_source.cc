#include "core/sql/execute/row_source.h"

#include <span>

#include "core/base/status.h"

namespace heliosdb::sql::execute {

absl::Status RangeReader::Start(txn::ReadView* view, const std::vector<KeyRange>* ranges,
                                bool backward) {
  cursor_.reset();
  view_ = view;
  ranges_ = ranges;
  backward_ = backward;
  next_range_ = 0;
  in_range_ = false;
  return absl::OkStatus();
}

absl::Status RangeReader::OpenRange() {
  const KeyRange& range = (*ranges_)[next_range_++];
  in_range_ = true;
  if (cursor_ != nullptr) return cursor_->Restart(range.low, range.high);
  const auto direction = backward_ ? txn::ScanDirection::kBackward : txn::ScanDirection::kForward;
  HELIOS_ASSIGN_OR_RETURN(cursor_, view_->Open(range.low, range.high, direction));
  return absl::OkStatus();
}

absl::Status RangeReader::Fill(KvBatch* batch) {
  batch->size = 0;
  while (batch->size < types::kChunkRows) {
    if (!in_range_) {
      if (next_range_ == ranges_->size()) break;
      HELIOS_RETURN_IF_ERROR(OpenRange());
    }
    const std::span<storage::KvPair> room =
        std::span(pairs_).first(types::kChunkRows - batch->size);
    HELIOS_ASSIGN_OR_RETURN(const size_t count, cursor_->NextBatch(room));
    if (count == 0) in_range_ = false;
    for (size_t i = 0; i < count; ++i) {
      batch->keys[batch->size + i] = pairs_[i].key;
      batch->values[batch->size + i] = pairs_[i].value;
    }
    batch->size += count;
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::execute
