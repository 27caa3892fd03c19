#include "core/txn/retention_slots.h"

#include <algorithm>
#include <charconv>

#include "core/base/crc32c.h"
#include "core/base/status.h"

namespace heliosdb::txn {
namespace {

constexpr std::string_view kHeader = "helios slots 1\n";
constexpr uint64_t kFileBytesMax = 1 << 20;
constexpr size_t kCrcLineBytes = 9;

// Cuts text at the first separator and returns what stood before it.
std::string_view TakeUntil(std::string_view& text, char separator) {
  const size_t at = text.find(separator);
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return before;
}

}  // namespace

std::string RetentionSlots::Encode() const {
  std::string text(kHeader);
  MutexLock lock(&mu_);
  for (const auto& [name, slot] : slots_) {
    text += fmt::format("{}\t{}\t{}\n", name, LsnText(slot.restart_lsn),
                        slot.invalidated ? "invalidated" : "valid");
  }
  text += fmt::format("{:08x}\n", Crc32c(text));
  return text;
}

absl::Status RetentionSlots::Load() {
  if (path_.empty()) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(const bool exists, files_->Exists(path_));
  if (!exists) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(*files_, path_, kFileBytesMax));
  const auto damaged = [this] { return Corruption("slot file \"{}\" is damaged", path_); };
  if (text.size() < kHeader.size() + kCrcLineBytes) return damaged();
  std::string_view body = std::string_view(text).substr(0, text.size() - kCrcLineBytes);
  if (text.substr(body.size()) != fmt::format("{:08x}\n", Crc32c(body))) return damaged();
  if (!body.starts_with(kHeader)) {
    return FailedPrecondition("slot file \"{}\" has another format version", path_);
  }
  body.remove_prefix(kHeader.size());
  MutexLock lock(&mu_);
  while (!body.empty()) {
    std::string_view line = TakeUntil(body, '\n');
    RetentionSlot slot;
    slot.name = TakeUntil(line, '\t');
    HELIOS_ASSIGN_OR_RETURN(slot.restart_lsn, ParseLsn(TakeUntil(line, '\t')));
    slot.invalidated = line == "invalidated";
    slots_.emplace(slot.name, slot);
  }
  return absl::OkStatus();
}

absl::Status RetentionSlots::SaveLocked() {
  if (path_.empty()) return absl::OkStatus();
  // The file is written without mu_: nobody who only reads or advances a slot waits for the disk.
  return WriteFileAtomically(*files_, path_, Encode());
}

absl::Status RetentionSlots::Save() {
  {
    MutexLock lock(&mu_);
    if (!changed_) return absl::OkStatus();
    changed_ = false;
  }
  MutexLock save(&save_mu_);
  return SaveLocked();
}

absl::Status RetentionSlots::Create(std::string_view name, Lsn lsn, Lsn log_first) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (name.empty() || name.size() > kNameBytesMax || !plain) {
    return WithHint(
        SqlError(sqlstate::kInvalidName, "replication slot name \"{}\" is invalid", name),
        "Slot names have 1 to 63 lower case letters, digits, hyphens and underscores.");
  }
  if (lsn < log_first) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "the log begins at {}, replication slot \"{}\" would need it from {}",
                    LsnText(log_first), name, LsnText(lsn));
  }
  MutexLock save(&save_mu_);
  {
    MutexLock lock(&mu_);
    if (slots_.contains(name)) {
      return SqlError(sqlstate::kDuplicateObject, "replication slot \"{}\" already exists", name);
    }
    if (slots_.size() == kSlotsMax) {
      return SqlError(sqlstate::kConfigurationLimitExceeded, "there are {} replication slots",
                      kSlotsMax);
    }
    slots_.emplace(std::string(name), RetentionSlot{std::string(name), lsn, false});
  }
  return SaveLocked();
}

absl::Status RetentionSlots::Advance(std::string_view name, Lsn lsn) {
  MutexLock lock(&mu_);
  const auto found = slots_.find(name);
  if (found == slots_.end()) {
    return SqlError(sqlstate::kUndefinedObject, "replication slot \"{}\" does not exist", name);
  }
  if (found->second.invalidated) {
    return SqlError(sqlstate::kObjectNotInPrerequisiteState,
                    "replication slot \"{}\" was invalidated: it fell behind by more than "
                    "max_slot_wal_keep_size",
                    name);
  }
  if (lsn <= found->second.restart_lsn) return absl::OkStatus();
  found->second.restart_lsn = lsn;
  changed_ = true;
  return absl::OkStatus();
}

absl::Status RetentionSlots::Drop(std::string_view name) {
  MutexLock save(&save_mu_);
  {
    MutexLock lock(&mu_);
    const auto found = slots_.find(name);
    if (found == slots_.end()) {
      return SqlError(sqlstate::kUndefinedObject, "replication slot \"{}\" does not exist", name);
    }
    slots_.erase(found);
  }
  return SaveLocked();
}

std::vector<RetentionSlot> RetentionSlots::List() const {
  MutexLock lock(&mu_);
  std::vector<RetentionSlot> slots;
  for (const auto& [name, slot] : slots_) slots.push_back(slot);
  return slots;
}

uint64_t RetentionSlots::Pin(Lsn lsn) {
  MutexLock lock(&mu_);
  pins_[next_pin_] = lsn;
  return next_pin_++;
}

void RetentionSlots::Unpin(uint64_t pin) {
  MutexLock lock(&mu_);
  pins_.erase(pin);
}

Lsn RetentionSlots::KeepFrom(Lsn end, uint64_t bytes_max) {
  Lsn from = kLsnMax;
  MutexLock lock(&mu_);
  for (const auto& [pin, lsn] : pins_) from = std::min(from, lsn);
  for (auto& [name, slot] : slots_) {
    if (!slot.invalidated && bytes_max > 0 && end > slot.restart_lsn &&
        end - slot.restart_lsn > bytes_max) {
      slot.invalidated = true;
      changed_ = true;
    }
    if (!slot.invalidated) from = std::min(from, slot.restart_lsn);
  }
  return from;
}

}  // namespace heliosdb::txn
