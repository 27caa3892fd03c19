// The payload of a transaction record: the transaction's id and its changes, absolute, in order.
//
//   payload   := format u8 (1) | flags u8 (1: touches the catalogue) | zero u16
//                | operation count u32le | txn id u64le | operation*
//   operation := kind u8 (1 put, 2 delete) | key: varint length, bytes
//                | value: varint length, bytes (put only)
//
// Valid iff the format is known, flags are known, keys are not empty, and exactly the counted
// operations fill it.
#ifndef HELIOSDB_CORE_WAL_TXN_PAYLOAD_H_
#define HELIOSDB_CORE_WAL_TXN_PAYLOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/coding.h"

namespace heliosdb::wal {

struct TxnOperation {
  enum class Kind : uint8_t { kPut = 1, kDelete = 2 };
  Kind kind = Kind::kPut;
  std::string_view key;
  std::string_view value;  // Empty for a delete.
};

struct TxnHeader {
  uint64_t txn_id = 0;
  bool touches_catalog = false;
  uint32_t operation_count = 0;
};

class TxnPayloadWriter {
 public:
  explicit TxnPayloadWriter(uint64_t txn_id);
  // For so many operations on keys and values of so many bytes together: spares copies.
  void Reserve(uint64_t operations, uint64_t content_bytes);

  void Put(std::string_view key, std::string_view value);
  void Delete(std::string_view key);
  void SetTouchesCatalog();
  size_t size() const { return bytes_.size(); }
  // The payload so far, whole; lives until the next change.
  std::string_view bytes();
  // Gives the payload away.
  std::string Take() &&;

 private:
  std::string bytes_;
  uint32_t operation_count_ = 0;
};

// Iterates over foreign bytes; nothing is read outside of them, and nothing is copied.
class TxnPayloadReader {
 public:
  // Reads the header alone. DATA_LOSS for one that is not valid.
  static absl::StatusOr<TxnPayloadReader> Open(std::string_view payload);

  const TxnHeader& header() const { return header_; }
  // The next operation; nullopt after the last. DATA_LOSS where the bytes are not valid; views
  // point into the payload.
  absl::StatusOr<std::optional<TxnOperation>> Next();

 private:
  TxnPayloadReader(TxnHeader header, std::string_view operations)
      : header_(header), rest_(operations), left_(header.operation_count) {}

  TxnHeader header_;
  ByteReader rest_;
  uint32_t left_;
};

// Reads it to the end.
absl::Status ValidateTxnPayload(std::string_view payload);

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_TXN_PAYLOAD_H_
