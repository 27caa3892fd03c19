#include "core/sql/execute/spilled_rows.h"

#include "core/base/status.h"

namespace heliosdb::sql::execute {

using types::Chunk;
using types::Vector;

absl::Status SpilledRows::AppendRow(std::span<const Vector* const> columns, size_t row) {
  row_.clear();
  types::EncodeRow(layout_, columns.first(layout_.column_count()), row, &row_);
  return writer_.Add(row_);
}

absl::Status SpilledRows::Append(const Chunk& chunk) {
  for (size_t i = 0; i < chunk.size; ++i) HELIOS_RETURN_IF_ERROR(AppendRow(chunk.columns, i));
  return absl::OkStatus();
}

Chunk RowDecoder::Decode(const types::RowLayout& layout, std::span<const std::string_view> rows) {
  if (columns_.empty()) {
    vectors_.reserve(types_.size());
    for (const types::Type& type : types_) columns_.push_back(&vectors_.emplace_back(type));
  }
  for (size_t c = 0; c < vectors_.size(); ++c)
    types::DecodeColumn(layout, rows, c, nullptr, &vectors_[c]);
  return {columns_, rows.size()};
}

absl::StatusOr<Chunk> SpilledRowsReader::Next() {
  if (!reader_.has_value()) return Chunk{};
  HELIOS_ASSIGN_OR_RETURN(const std::span<const std::string_view> rows, reader_->NextBatch());
  if (rows.empty()) return Chunk{};
  return decoder_.Decode(rows_->layout(), rows);
}

}  // namespace heliosdb::sql::execute
