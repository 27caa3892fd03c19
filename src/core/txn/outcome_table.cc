#include "core/txn/outcome_table.h"

#include <utility>

#include "core/base/status.h"
#include "core/txn/meta.h"

namespace heliosdb::txn {
namespace {

bool BitOf(std::string_view block, uint64_t txn_id) {
  const uint64_t bit = txn_id % OutcomeTable::kBlockTxns;
  return bit / 8 < block.size() && (static_cast<uint8_t>(block[bit / 8]) >> (bit % 8) & 1) != 0;
}

std::string_view BytesOf(const std::array<uint8_t, OutcomeTable::kBlockBytes>& block) {
  return {reinterpret_cast<const char*>(block.data()), block.size()};
}

}  // namespace

void OutcomeTable::Begin(uint64_t txn_id) {
  MutexLock lock(&mu_);
  running_.insert(txn_id);
}

void OutcomeTable::MarkCommitted(uint64_t txn_id) {
  MutexLock lock(&mu_);
  Block& block = changed_.try_emplace(txn_id / kBlockTxns).first->second;
  const uint64_t bit = txn_id % kBlockTxns;
  block[bit / 8] |= static_cast<uint8_t>(1 << (bit % 8));
}

void OutcomeTable::End(uint64_t txn_id) {
  MutexLock lock(&mu_);
  running_.erase(txn_id);
}

absl::StatusOr<std::string> OutcomeTable::ReadBlock(uint64_t block) {
  HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<storage::KvReader> reader, store_->NewReader());
  HELIOS_RETURN_IF_ERROR(reader->Renew());
  HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                          reader->Get(OutcomeKey(block)));
  return std::string(bytes.value_or(""));
}

absl::StatusOr<TxnOutcome> OutcomeTable::Get(uint64_t txn_id, uint64_t next_txn_id) {
  if (txn_id == 0 || txn_id >= next_txn_id) return TxnOutcome::kNeverSeen;
  const uint64_t block = txn_id / kBlockTxns;
  const auto known = [&]() -> std::optional<TxnOutcome> {
    MutexLock lock(&mu_);
    for (const auto* blocks : {&changed_, &writing_}) {
      const auto found = blocks->find(block);
      if (found != blocks->end() && BitOf(BytesOf(found->second), txn_id)) {
        return TxnOutcome::kCommitted;
      }
    }
    if (running_.contains(txn_id)) return TxnOutcome::kInProgress;
    return std::nullopt;
  };
  if (const std::optional<TxnOutcome> outcome = known()) return *outcome;
  HELIOS_ASSIGN_OR_RETURN(const std::string stored, ReadBlock(block));
  if (BitOf(stored, txn_id)) return TxnOutcome::kCommitted;
  if (txn_id + kOutcomeWindow < next_txn_id) return TxnOutcome::kForgotten;
  return TxnOutcome::kAborted;
}

absl::Status OutcomeTable::WriteTo(storage::KvWriter& writer, uint64_t next_txn_id) {
  std::map<uint64_t, Block> blocks;
  {
    MutexLock lock(&mu_);
    // A checkpoint that failed left its blocks here.
    for (auto& [number, block] : std::exchange(changed_, {})) {
      Block& into = writing_.try_emplace(number).first->second;
      for (size_t i = 0; i < kBlockBytes; ++i) into[i] |= block[i];
    }
    blocks = writing_;
  }
  for (auto& [number, block] : blocks) {
    HELIOS_ASSIGN_OR_RETURN(const std::string stored, ReadBlock(number));
    for (size_t i = 0; i < stored.size() && i < kBlockBytes; ++i) {
      block[i] |= static_cast<uint8_t>(stored[i]);
    }
    HELIOS_RETURN_IF_ERROR(writer.Put(OutcomeKey(number), BytesOf(block)));
  }
  if (next_txn_id <= kOutcomeWindow) return absl::OkStatus();
  constexpr uint64_t kDeletedAtOnce = 10000;
  return writer
      .DeleteRange(OutcomeKey(0), OutcomeKey((next_txn_id - kOutcomeWindow) / kBlockTxns),
                   kDeletedAtOnce)
      .status();
}

void OutcomeTable::NoteWritten() {
  MutexLock lock(&mu_);
  writing_.clear();
}

void OutcomeTable::EndAll() {
  MutexLock lock(&mu_);
  running_.clear();
}

}  // namespace heliosdb::txn
