#include "core/wal/txn_payload.h"

#include <utility>

#include "core/base/check.h"
#include "core/base/status.h"

namespace heliosdb::wal {
namespace {

constexpr uint8_t kFormat = 1;
constexpr uint8_t kFlagTouchesCatalog = 1;
constexpr size_t kFlagsOffset = 1;
constexpr size_t kCountOffset = 4;
constexpr size_t kHeaderBytes = 16;

}  // namespace

TxnPayloadWriter::TxnPayloadWriter(uint64_t txn_id) {
  AppendFixed<uint8_t>(&bytes_, kFormat);
  AppendFixed<uint8_t>(&bytes_, 0);
  AppendFixed<uint16_t>(&bytes_, 0);
  AppendFixed<uint32_t>(&bytes_, 0);
  AppendFixed<uint64_t>(&bytes_, txn_id);
}

void TxnPayloadWriter::Reserve(uint64_t operations, uint64_t content_bytes) {
  constexpr uint64_t kOverheadBytes = 4;  // The kind and the lengths of short keys and values.
  bytes_.reserve(kHeaderBytes + operations * kOverheadBytes + content_bytes);
}

void TxnPayloadWriter::Put(std::string_view key, std::string_view value) {
  HELIOS_CHECK(!key.empty());
  bytes_.push_back(static_cast<char>(TxnOperation::Kind::kPut));
  AppendPrefixed(&bytes_, key);
  AppendPrefixed(&bytes_, value);
  ++operation_count_;
}

void TxnPayloadWriter::Delete(std::string_view key) {
  HELIOS_CHECK(!key.empty());
  bytes_.push_back(static_cast<char>(TxnOperation::Kind::kDelete));
  AppendPrefixed(&bytes_, key);
  ++operation_count_;
}

void TxnPayloadWriter::SetTouchesCatalog() {
  bytes_[kFlagsOffset] = static_cast<char>(kFlagTouchesCatalog);
}

std::string_view TxnPayloadWriter::bytes() {
  StoreFixed<uint32_t>(bytes_.data() + kCountOffset, operation_count_);
  return bytes_;
}

std::string TxnPayloadWriter::Take() && {
  StoreFixed<uint32_t>(bytes_.data() + kCountOffset, operation_count_);
  return std::move(bytes_);
}

absl::StatusOr<TxnPayloadReader> TxnPayloadReader::Open(std::string_view payload) {
  ByteReader reader(payload);
  const uint8_t format = reader.Fixed<uint8_t>();
  const uint8_t flags = reader.Fixed<uint8_t>();
  const uint16_t zero = reader.Fixed<uint16_t>();
  TxnHeader header;
  header.operation_count = reader.Fixed<uint32_t>();
  header.txn_id = reader.Fixed<uint64_t>();
  header.touches_catalog = (flags & kFlagTouchesCatalog) != 0;
  if (!reader.ok()) {
    return Corruption("transaction record of {} bytes is shorter than its header of {}",
                      payload.size(), kHeaderBytes);
  }
  if (format != kFormat || flags > kFlagTouchesCatalog || zero != 0) {
    return Corruption(
        "transaction record has format {} and flags {}, known are format {} and flag {}", format,
        flags, kFormat, kFlagTouchesCatalog);
  }
  return TxnPayloadReader(header, reader.rest());
}

absl::StatusOr<std::optional<TxnOperation>> TxnPayloadReader::Next() {
  if (left_ == 0) {
    if (rest_.AtEnd()) return std::optional<TxnOperation>();
    return Corruption("transaction record of transaction {} has {} bytes behind its operations",
                      header_.txn_id, rest_.rest().size());
  }
  --left_;
  const uint8_t kind = rest_.Fixed<uint8_t>();
  TxnOperation operation;
  operation.key = rest_.Prefixed();
  if (kind == static_cast<uint8_t>(TxnOperation::Kind::kPut)) {
    operation.value = rest_.Prefixed();
  } else {
    operation.kind = TxnOperation::Kind::kDelete;
  }
  const bool kind_known = kind == static_cast<uint8_t>(TxnOperation::Kind::kPut) ||
                          kind == static_cast<uint8_t>(TxnOperation::Kind::kDelete);
  if (!rest_.ok() || !kind_known || operation.key.empty()) {
    return Corruption("transaction record of transaction {} is damaged in operation {} of {}",
                      header_.txn_id, header_.operation_count - left_, header_.operation_count);
  }
  return std::optional<TxnOperation>(operation);
}

absl::Status ValidateTxnPayload(std::string_view payload) {
  HELIOS_ASSIGN_OR_RETURN(TxnPayloadReader reader, TxnPayloadReader::Open(payload));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const std::optional<TxnOperation> operation, reader.Next());
    if (!operation.has_value()) return absl::OkStatus();
  }
}

}  // namespace heliosdb::wal
