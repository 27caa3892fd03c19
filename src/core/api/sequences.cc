#include "core/api/sequences.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/txn/read_view.h"

namespace heliosdb::api {
namespace {

using catalog::SequenceState;

// Values reserved by one log record, doubled while a sequence is drawn from fast.
constexpr int64_t kBlockMin = 32;
constexpr int64_t kBlockMax = 8192;

absl::StatusOr<SequenceState> Load(const catalog::Sequence& sequence,
                                   txn::Transaction* transaction) {
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView fresh, transaction->FreshView());
  HELIOS_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                          fresh.Get(catalog::SequenceStateKey(sequence.oid)));
  if (!bytes.has_value()) return SequenceState{sequence.start, false, sequence.generation};
  return catalog::DecodeSequenceState(*bytes);
}

absl::Status Save(const catalog::Sequence& sequence, const SequenceState& state,
                  txn::Transaction* transaction) {
  return transaction->ReserveSequenceBlock(catalog::SequenceStateKey(sequence.oid),
                                           catalog::EncodeSequenceState(state));
}

absl::Status CheckBounds(const catalog::Sequence& sequence, int64_t value) {
  if (value >= sequence.minimum && value <= sequence.maximum) return absl::OkStatus();
  return SqlError(sqlstate::kNumericValueOutOfRange,
                  "setval: value {} is out of bounds for sequence \"{}\" ({}..{})", value,
                  sequence.name, sequence.minimum, sequence.maximum);
}

}  // namespace

absl::StatusOr<int64_t> ValueAfter(const catalog::Sequence& sequence, const SequenceState& state) {
  if (!state.is_called) return state.last_value;
  int64_t next = 0;
  const bool overflow = __builtin_add_overflow(state.last_value, sequence.increment, &next);
  if (sequence.increment > 0 ? overflow || next > sequence.maximum
                             : overflow || next < sequence.minimum) {
    if (sequence.cycle) return sequence.increment > 0 ? sequence.minimum : sequence.maximum;
    return SqlError(sqlstate::kSequenceGeneratorLimitExceeded,
                    "nextval: reached {} value of sequence \"{}\" ({})",
                    sequence.increment > 0 ? "maximum" : "minimum", sequence.name,
                    sequence.increment > 0 ? sequence.maximum : sequence.minimum);
  }
  return next;
}

Sequences::Entry* Sequences::EntryFor(catalog::Oid sequence) {
  MutexLock lock(&mu_);
  std::unique_ptr<Entry>& entry = entries_[sequence];
  if (entry == nullptr) entry = std::make_unique<Entry>();
  return entry.get();
}

void Sequences::Clear() {
  MutexLock lock(&mu_);
  for (const auto& [oid, entry] : entries_) {
    MutexLock entry_lock(&entry->mu);
    entry->loaded = false;
    entry->reserved = 0;
  }
}

// The entry's mutex is held while a block is logged: others need the block too, and every one of them would log one.
absl::StatusOr<int64_t> Sequences::Next(const catalog::Sequence& sequence,
                                        txn::Transaction* transaction) {
  Entry* const entry = EntryFor(sequence.oid);
  MutexLock lock(&entry->mu);
  if (!entry->loaded || entry->state.generation != sequence.generation) {
    HELIOS_ASSIGN_OR_RETURN(entry->state, Load(sequence, transaction));
    entry->loaded = true;
    entry->reserved = 0;
    entry->block = kBlockMin;
  }
  HELIOS_ASSIGN_OR_RETURN(const int64_t value, ValueAfter(sequence, entry->state));
  if (entry->reserved == 0) {
    SequenceState end{value, true, sequence.generation};
    int64_t covered = 1;
    while (covered < entry->block) {
      absl::StatusOr<int64_t> next = ValueAfter(sequence, end);
      if (!next.ok()) break;
      end.last_value = *next;
      ++covered;
    }
    HELIOS_RETURN_IF_ERROR(Save(sequence, end, transaction));
    entry->reserved = covered;
    entry->block = std::min(entry->block * 2, kBlockMax);
  }
  --entry->reserved;
  entry->state = {value, true, sequence.generation};
  return value;
}

absl::Status Sequences::Set(const catalog::Sequence& sequence, int64_t value, bool is_called,
                            txn::Transaction* transaction) {
  HELIOS_RETURN_IF_ERROR(CheckBounds(sequence, value));
  Entry* const entry = EntryFor(sequence.oid);
  MutexLock lock(&entry->mu);
  const SequenceState state{value, is_called, sequence.generation};
  HELIOS_RETURN_IF_ERROR(Save(sequence, state, transaction));
  entry->state = state;
  entry->loaded = true;
  entry->reserved = 0;
  entry->block = kBlockMin;
  return absl::OkStatus();
}

void SessionSequences::Forget() {
  current_.clear();
  last_.reset();
}

absl::StatusOr<const catalog::Sequence*> SessionSequences::Find(uint32_t sequence) const {
  const catalog::Sequence* const found =
      image_ == nullptr ? nullptr : image_->SequenceByOid(sequence);
  if (found == nullptr) {
    return SqlError(sqlstate::kUndefinedTable, "could not open relation with OID {}", sequence);
  }
  return found;
}

absl::StatusOr<int64_t> SessionSequences::NextValue(uint32_t oid) {
  HELIOS_ASSIGN_OR_RETURN(const catalog::Sequence* sequence, Find(oid));
  int64_t value = 0;
  if (own_.contains(oid)) {
    HELIOS_ASSIGN_OR_RETURN(const SequenceState state, Load(*sequence, transaction_));
    HELIOS_ASSIGN_OR_RETURN(value, ValueAfter(*sequence, state));
    HELIOS_RETURN_IF_ERROR(
        transaction_->Put(catalog::SequenceStateKey(oid),
                          catalog::EncodeSequenceState({value, true, sequence->generation})));
  } else {
    HELIOS_ASSIGN_OR_RETURN(value, sequences_->Next(*sequence, transaction_));
  }
  current_[oid] = value;
  last_ = oid;
  return value;
}

absl::StatusOr<int64_t> SessionSequences::CurrentValue(uint32_t oid) {
  HELIOS_ASSIGN_OR_RETURN(const catalog::Sequence* sequence, Find(oid));
  const auto found = current_.find(oid);
  if (found == current_.end()) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "currval of sequence \"{}\" is not yet defined in this session",
                    sequence->name);
  }
  return found->second;
}

absl::StatusOr<int64_t> SessionSequences::LastValue() {
  if (!last_.has_value()) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "lastval is not yet defined in this session");
  }
  return current_[*last_];
}

absl::Status SessionSequences::SetValue(uint32_t oid, int64_t value, bool is_called) {
  HELIOS_ASSIGN_OR_RETURN(const catalog::Sequence* sequence, Find(oid));
  if (own_.contains(oid)) {
    HELIOS_RETURN_IF_ERROR(CheckBounds(*sequence, value));
    HELIOS_RETURN_IF_ERROR(
        transaction_->Put(catalog::SequenceStateKey(oid),
                          catalog::EncodeSequenceState({value, is_called, sequence->generation})));
  } else {
    HELIOS_RETURN_IF_ERROR(sequences_->Set(*sequence, value, is_called, transaction_));
  }
  if (is_called) {
    current_[oid] = value;
    last_ = oid;
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::api
