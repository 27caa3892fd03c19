// The names of the slots that keep the log for other nodes.
#ifndef HELIOSDB_REPLICATION_SLOT_NAME_H_
#define HELIOSDB_REPLICATION_SLOT_NAME_H_

#include <string>
#include <string_view>

#include "fmt/format.h"

#include "core/base/crc32c.h"

namespace heliosdb::replication {

inline constexpr std::string_view kSlotPrefix = "standby_";
// Holds the log while the slot proper is made anew.
inline constexpr std::string_view kMovingSlotPrefix = "moving_";
inline constexpr size_t kSlotNameBytesMax = 63;

// A slot's name may hold lower-case letters, digits and '_' only; the checksum tells others apart.
inline std::string SlotName(std::string_view prefix, std::string_view node) {
  std::string name(prefix);
  bool plain = true;
  for (const char c : node) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    plain = plain && fits;
    name += fits ? c : '_';
  }
  return plain ? name
               : name.substr(0, kSlotNameBytesMax - 9) + fmt::format("_{:08x}", Crc32c(node));
}

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SLOT_NAME_H_
