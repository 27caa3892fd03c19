#include "heliosdb/replication/replicated_database.h"

namespace heliosdb::replication {

std::string_view StandbyStateName(StandbyState state) {
  switch (state) {
    case StandbyState::kDisconnected:
      return "disconnected";
    case StandbyState::kConnecting:
      return "connecting";
    case StandbyState::kBaseBackup:
      return "base_backup";
    case StandbyState::kCatchingUp:
      return "catching_up";
    case StandbyState::kStreaming:
      return "streaming";
  }
  return "unknown";
}

}  // namespace heliosdb::replication
