#include "core/txn/durability.h"

namespace heliosdb::txn {

std::string_view DurabilityText(Durability durability) {
  constexpr std::string_view kNames[kDurabilityCount] = {"async",  "local", "full",   "received",
                                                         "quorum", "sync",  "applied"};
  return kNames[static_cast<size_t>(durability)];
}

}  // namespace heliosdb::txn
