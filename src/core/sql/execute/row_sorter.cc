#include "core/sql/execute/row_sorter.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/sort_keys.h"

namespace heliosdb::sql::execute {

using types::Chunk;
using types::kChunkRows;
using types::Vector;

namespace {

// Bytes of rows that one merged chunk holds, about.
constexpr size_t kBatchBytes = 256 << 10;

}  // namespace

RowSorter::RowSorter(std::vector<types::Type> types)
    : layout_(types), rows_(types), decoder_(types) {
  for (const types::Type& type : types) out_.emplace_back(type);
  for (const Vector& vector : out_) columns_.push_back(&vector);
}

RowSorter::~RowSorter() = default;

bool RowSorter::Before(const Entry& a, const Entry& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = a.key.compare(b.key);
  return order != 0 ? order < 0 : a.row < b.row;
}

void RowSorter::AddKey(std::string_view key) {
  entries_.push_back(
      {SortKeyPrefix(key), key_bytes_.Copy(key), static_cast<uint32_t>(entries_.size())});
}

absl::Status RowSorter::AddRows(ExecContext& context, const Chunk& rows) {
  rows_.Append(rows);
  return SpillIfFull(context);
}

absl::Status RowSorter::SpillIfFull(ExecContext& context) {
  HELIOS_CHECK(rows_.size() == entries_.size());
  const size_t bytes = memory_bytes();
  peak_bytes_ = std::max(peak_bytes_, bytes);
  return bytes <= context.SortMemoryBytes() ? absl::OkStatus() : WriteRun(context);
}

absl::Status RowSorter::WriteRun(ExecContext& context) {
  std::sort(entries_.begin(), entries_.end(), Before);
  if (file_ == nullptr) file_ = std::make_unique<SpillFile>(context.temporary_files);
  SpillWriter writer(file_.get(), SpillSizesFor(context.work_mem_bytes).block_bytes);
  std::string row;
  std::string record;
  std::vector<const Vector*> columns(rows_.column_count());
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (i % kChunkRows == 0) HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    const Entry& entry = entries_[i];
    for (size_t c = 0; c < columns.size(); ++c) columns[c] = &rows_.column(entry.row, c);
    row.clear();
    types::EncodeRow(layout_, columns, RowStore::Offset(entry.row), &row);
    MakeSortedRecord(entry.key, row, &record);
    HELIOS_RETURN_IF_ERROR(writer.Add(record));
  }
  HELIOS_RETURN_IF_ERROR(writer.Finish());
  runs_.push_back(writer.run());
  disk_bytes_ = std::max(disk_bytes_, file_->bytes());
  ForgetRows();
  return absl::OkStatus();
}

void RowSorter::ForgetRows() {
  rows_.Clear();
  key_bytes_.Reset();
  entries_.clear();
}

void RowSorter::KeepLeast(size_t wanted) {
  HELIOS_CHECK(!spilled() && wanted > 0);
  if (entries_.size() > wanted) {
    std::nth_element(entries_.begin(), entries_.begin() + (wanted - 1), entries_.end(), Before);
    entries_.resize(wanted);
  }
  std::sort(entries_.begin(), entries_.end(), Before);
  RowStore kept(rows_.types());
  Arena kept_keys;
  for (size_t start = 0; start < entries_.size(); start += kChunkRows) {
    const size_t count = std::min(kChunkRows, entries_.size() - start);
    picked_.resize(count);
    for (size_t i = 0; i < count; ++i) picked_[i] = entries_[start + i].row;
    for (Vector& vector : out_) vector.Reset();
    rows_.Gather(picked_, out_);
    kept.Append(Chunk{columns_, count});
  }
  for (size_t i = 0; i < entries_.size(); ++i) {
    entries_[i].key = kept_keys.Copy(entries_[i].key);
    entries_[i].row = static_cast<uint32_t>(i);
  }
  std::swap(rows_, kept);
  std::swap(key_bytes_, kept_keys);
}

absl::Status RowSorter::Finish(ExecContext& context, std::optional<uint64_t> wanted) {
  next_ = 0;
  wanted_ = wanted;
  if (!spilled()) {
    std::sort(entries_.begin(), entries_.end(), Before);
    if (wanted.has_value() && entries_.size() > *wanted) entries_.resize(*wanted);
    return absl::OkStatus();
  }
  if (!entries_.empty()) HELIOS_RETURN_IF_ERROR(WriteRun(context));
  std::vector<Entry>().swap(entries_);
  HELIOS_RETURN_IF_ERROR(MergeUntilFew(context));
  merger_ = std::make_unique<RunMerger>(file_.get(), runs_);
  return merger_->Start();
}

// Each pass merges neighbours, so that equal keys stay in order, into a new file.
absl::Status RowSorter::MergeUntilFew(ExecContext& context) {
  const SpillSizes sizes = SpillSizesFor(context.work_mem_bytes);
  while (runs_.size() > sizes.runs) {
    auto merged_file = std::make_unique<SpillFile>(context.temporary_files);
    std::vector<SpillRun> merged_runs;
    for (size_t first = 0; first < runs_.size(); first += sizes.runs) {
      const size_t count = std::min(sizes.runs, runs_.size() - first);
      RunMerger merger(file_.get(), std::span(runs_).subspan(first, count));
      HELIOS_RETURN_IF_ERROR(merger.Start());
      SpillWriter writer(merged_file.get(), sizes.block_bytes);
      for (uint64_t records = 0; !merger.done(); ++records) {
        if (records % kChunkRows == 0) HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
        if (wanted_.has_value() && records == *wanted_) break;
        HELIOS_RETURN_IF_ERROR(writer.Add(merger.record()));
        HELIOS_RETURN_IF_ERROR(merger.Advance());
      }
      HELIOS_RETURN_IF_ERROR(writer.Finish());
      merged_runs.push_back(writer.run());
    }
    file_ = std::move(merged_file);
    runs_ = std::move(merged_runs);
  }
  return absl::OkStatus();
}

absl::StatusOr<Chunk> RowSorter::Next(ExecContext& context) {
  if (merger_ == nullptr) return NextInMemory();
  return NextMerged(context);
}

Chunk RowSorter::NextInMemory() {
  const size_t size = std::min(kChunkRows, entries_.size() - next_);
  picked_.resize(size);
  for (size_t i = 0; i < size; ++i) picked_[i] = entries_[next_ + i].row;
  next_ += size;
  for (Vector& vector : out_) vector.Reset();
  rows_.Gather(picked_, out_);
  return Chunk{columns_, size};
}

absl::StatusOr<Chunk> RowSorter::NextMerged(ExecContext& context) {
  HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
  batch_.clear();
  batch_bytes_.Reset();
  size_t bytes = 0;
  while (batch_.size() < kChunkRows && bytes < kBatchBytes && !merger_->done()) {
    if (wanted_.has_value()) {
      if (*wanted_ == 0) break;
      --*wanted_;
    }
    batch_.push_back(batch_bytes_.Copy(merger_->row()));
    bytes += batch_.back().size();
    HELIOS_RETURN_IF_ERROR(merger_->Advance());
  }
  return decoder_.Decode(layout_, batch_);
}

void RowSorter::Clear() {
  ForgetRows();
  merger_.reset();
  runs_.clear();
  file_.reset();
  next_ = 0;
  wanted_.reset();
  peak_bytes_ = 0;
  disk_bytes_ = 0;
}

}  // namespace heliosdb::sql::execute
