#include "heliosdb/result.h"

#include <utility>

#include "fmt/format.h"

#include "core/api/result_state.h"
#include "core/api/session.h"
#include "core/base/check.h"
#include "core/types/text_form.h"

namespace heliosdb {
namespace api {

using types::Physical;
using types::Vector;

ResultState::~ResultState() { CloseStream(absl::OkStatus()); }

void ResultState::CloseStream(absl::Status why) {
  if (stream == nullptr) return;
  std::unique_ptr<Stream> ending = std::move(stream);
  chunk_ = {};
  if (!why.ok()) {
    status_ = std::move(why);
    done_ = true;
  }
  Session* const session = ending->session;
  session->EndStream(this, std::move(ending));
}

bool ResultState::NextChunk() {
  row_ = 0;
  if (rows != nullptr) return NextKeptChunk();
  if (stream == nullptr) return false;
  if (stream->chunk_is_new) {
    stream->chunk_is_new = false;
    chunk_ = stream->chunk;
  } else {
    absl::StatusOr<types::Chunk> next = stream->session->NextChunk(stream.get());
    if (!next.ok()) {
      absl::Status failure = next.status();
      stream->session->FailStream(this, failure);
      CloseStream(std::move(failure));
      return false;
    }
    chunk_ = *next;
  }
  if (chunk_.size == 0) {
    CloseStream(absl::OkStatus());
    return false;
  }
  return true;
}

bool ResultState::NextKeptChunk() {
  if (!reader_.has_value()) reader_.emplace().Start(rows.get());
  const absl::StatusOr<types::Chunk> next = reader_->Next();
  if (!next.ok()) {
    status_ = next.status();
    chunk_ = {};
    return false;
  }
  chunk_ = *next;
  return chunk_.size > 0;
}

bool ResultState::Next() {
  if (done_) return false;
  texts_.clear();
  if (started_ && ++row_ < chunk_.size) {
    ++rows_read_;
    return true;
  }
  started_ = true;
  if (!NextChunk()) {
    done_ = true;
    return false;
  }
  ++rows_read_;
  return true;
}

std::string ResultState::CommandTag() const {
  if (!counts_rows) return command;
  const uint64_t count = changes_rows ? rows_changed : rows_read_;
  if (command == "INSERT") return fmt::format("INSERT 0 {}", count);
  return fmt::format("{} {}", command, count);
}

std::string ResultState::TextAt(size_t column, size_t row) const {
  const Vector& vector = *chunk_.columns[column];
  if (vector.IsNull(row)) return {};
  std::string text;
  types::AppendText(vector, vector.is_constant() ? 0 : row, Format(), &text);
  return text;
}

std::string_view ResultState::StringAt(size_t column, size_t row) {
  const Vector& vector = *chunk_.columns[column];
  if (vector.IsNull(row)) return {};
  if (vector.physical() == Physical::kString && vector.type().oid != types::TypeOid::kNumeric) {
    return vector.data<std::string_view>()[vector.is_constant() ? 0 : row];
  }
  return texts_.emplace_back(TextAt(column, row));
}

}  // namespace api

size_t Row::size() const { return state_->columns().size(); }

bool Row::IsNull(size_t column) const { return state_->chunk().columns[column]->IsNull(row_); }

std::string Row::Text(size_t column) const { return state_->TextAt(column, row_); }

std::string_view Row::GetString(size_t column) const { return state_->StringAt(column, row_); }

bool Row::GetBool(size_t column) const {
  const types::Vector& vector = *state_->chunk().columns[column];
  HELIOS_CHECK(vector.physical() == types::Physical::kBool);
  return !vector.IsNull(row_) && vector.data<uint8_t>()[vector.is_constant() ? 0 : row_] != 0;
}

int64_t Row::GetInteger(size_t column, size_t bytes) const {
  const types::Vector& vector = *state_->chunk().columns[column];
  if (vector.IsNull(row_)) return 0;
  const size_t at = vector.is_constant() ? 0 : row_;
  HELIOS_CHECK(types::PhysicalBytes(vector.physical()) <= bytes);
  switch (vector.physical()) {
    case types::Physical::kInt16:
      return vector.data<int16_t>()[at];
    case types::Physical::kInt32:
      return vector.data<int32_t>()[at];
    case types::Physical::kInt64:
      return vector.data<int64_t>()[at];
    default:
      HELIOS_CHECK(vector.physical() == types::Physical::kBool);
      return vector.data<uint8_t>()[at];
  }
}

double Row::GetDouble(size_t column) const {
  const types::Vector& vector = *state_->chunk().columns[column];
  if (vector.IsNull(row_)) return 0;
  const size_t at = vector.is_constant() ? 0 : row_;
  switch (vector.physical()) {
    case types::Physical::kFloat32:
      return vector.data<float>()[at];
    case types::Physical::kFloat64:
      return vector.data<double>()[at];
    case types::Physical::kString:
      HELIOS_CHECK(vector.type().oid == types::TypeOid::kNumeric);
      return std::stod(state_->TextAt(column, row_));
    default:
      return static_cast<double>(GetInteger(column, sizeof(int64_t)));
  }
}

Result::Result(std::unique_ptr<api::ResultState> state) : state_(std::move(state)) {}
Result::Result(Result&&) noexcept = default;
Result& Result::operator=(Result&&) noexcept = default;
Result::~Result() = default;

const std::vector<Column>& Result::columns() const { return state_->columns(); }
bool Result::Next() { return state_->Next(); }
Row Result::row() const { return Row(state_.get(), state_->current_row()); }
Result::Iterator Result::begin() { return Next() ? Iterator(this) : end(); }
Result::Iterator Result::end() { return Iterator(nullptr); }
absl::Status Result::status() const { return state_->status(); }
std::string Result::command_tag() const { return state_->CommandTag(); }
uint64_t Result::rows_changed() const { return state_->rows_changed; }
const std::optional<CommitReceipt>& Result::receipt() const { return state_->receipt; }
const std::vector<std::string>& Result::notices() const { return state_->notices; }

}  // namespace heliosdb
