#include "core/sql/execute/merge_runs.h"

#include <algorithm>

#include "core/base/coding.h"
#include "core/base/status.h"
#include "core/sql/execute/sort_keys.h"

namespace heliosdb::sql::execute {

struct RunMerger::Source {
  Source(SpillFile* file, const SpillRun* run, size_t run_number)
      : reader(file, run), number(run_number) {}

  SpillReader reader;
  const size_t number;
  std::span<const std::string_view> batch;
  size_t at = 0;
  uint64_t prefix = 0;
  std::string_view key;
  std::string_view row;
};

RunMerger::RunMerger(SpillFile* file, std::span<const SpillRun> runs) {
  for (const SpillRun& run : runs)
    sources_.push_back(std::make_unique<Source>(file, &run, sources_.size()));
}

RunMerger::~RunMerger() = default;

bool RunMerger::After(const Source* a, const Source* b) const {
  if (a->prefix != b->prefix) return a->prefix > b->prefix;
  const int order = a->key.compare(b->key);
  return order != 0 ? order > 0 : a->number > b->number;
}

absl::Status RunMerger::Start() {
  for (const auto& source : sources_) {
    HELIOS_RETURN_IF_ERROR(ReadNext(source.get()));
    if (!source->batch.empty()) heap_.push_back(source.get());
  }
  std::make_heap(heap_.begin(), heap_.end(),
                 [this](const Source* a, const Source* b) { return After(a, b); });
  return absl::OkStatus();
}

// The batch is empty afterwards when the run has ended.
absl::Status RunMerger::ReadNext(Source* source) {
  if (source->at == source->batch.size()) {
    HELIOS_ASSIGN_OR_RETURN(source->batch, source->reader.NextBatch());
    source->at = 0;
    if (source->batch.empty()) return absl::OkStatus();
  }
  ByteReader record(source->batch[source->at++]);
  source->key = record.Prefixed();
  source->row = record.rest();
  if (!record.ok()) return Corruption("a record of a sorted run ends within its key");
  source->prefix = SortKeyPrefix(source->key);
  return absl::OkStatus();
}

std::string_view RunMerger::record() const {
  const Source& least = *heap_.front();
  return least.batch[least.at - 1];
}

std::string_view RunMerger::row() const { return heap_.front()->row; }

absl::Status RunMerger::Advance() {
  const auto after = [this](const Source* a, const Source* b) { return After(a, b); };
  std::pop_heap(heap_.begin(), heap_.end(), after);
  Source* const least = heap_.back();
  HELIOS_RETURN_IF_ERROR(ReadNext(least));
  if (least->batch.empty()) {
    heap_.pop_back();
  } else {
    std::push_heap(heap_.begin(), heap_.end(), after);
  }
  return absl::OkStatus();
}

void MakeSortedRecord(std::string_view key, std::string_view row, std::string* record) {
  record->clear();
  AppendPrefixed(record, key);
  record->append(row);
}

}  // namespace heliosdb::sql::execute
