// Foreign bytes as a transaction record's payload. What is valid reads the same after it was
// written again.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/wal/txn_payload.h"

namespace {

using heliosdb::wal::TxnOperation;
using heliosdb::wal::TxnPayloadReader;
using heliosdb::wal::TxnPayloadWriter;

// Writes what reader gives; nullopt at the first bad operation.
std::optional<std::string> WriteAgain(TxnPayloadReader reader) {
  TxnPayloadWriter writer(reader.header().txn_id);
  if (reader.header().touches_catalog) writer.SetTouchesCatalog();
  while (true) {
    const auto operation = reader.Next();
    if (!operation.ok()) return std::nullopt;
    if (!operation->has_value()) return std::string(writer.bytes());
    if ((*operation)->kind == TxnOperation::Kind::kPut) {
      writer.Put((*operation)->key, (*operation)->value);
    } else {
      writer.Delete((*operation)->key);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const bool valid = heliosdb::wal::ValidateTxnPayload(input).ok();
  const auto reader = TxnPayloadReader::Open(input);
  if (!reader.ok()) {
    HELIOS_CHECK(!valid);
    return 0;
  }
  const std::optional<std::string> written = WriteAgain(*reader);
  HELIOS_CHECK(written.has_value() == valid);
  if (!valid) return 0;
  const auto second = TxnPayloadReader::Open(*written);
  HELIOS_CHECK(second.ok());
  HELIOS_CHECK(WriteAgain(*second) == written);
  return 0;
}
