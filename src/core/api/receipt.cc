#include "heliosdb/receipt.h"

#include "fmt/format.h"

#include "core/base/check.h"
#include "core/txn/durability.h"

namespace heliosdb {

static_assert(static_cast<int>(Durability::kAsync) == static_cast<int>(txn::Durability::kAsync) &&
              static_cast<int>(Durability::kLocal) == static_cast<int>(txn::Durability::kLocal) &&
              static_cast<int>(Durability::kFull) == static_cast<int>(txn::Durability::kFull) &&
              static_cast<int>(Durability::kReceived) ==
                  static_cast<int>(txn::Durability::kReceived) &&
              static_cast<int>(Durability::kQuorum) == static_cast<int>(txn::Durability::kQuorum) &&
              static_cast<int>(Durability::kSync) == static_cast<int>(txn::Durability::kSync) &&
              static_cast<int>(Durability::kApplied) ==
                  static_cast<int>(txn::Durability::kApplied));

std::string DurabilityName(Durability durability) {
  return std::string(txn::DurabilityText(static_cast<txn::Durability>(durability)));
}

std::string HistoryId::Text() const {
  std::string text;
  for (const uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace heliosdb
