// What both stores hold callers to, and where they keep meta values: under keys below kKeyMin.
#ifndef HELIOSDB_CORE_STORAGE_KV_KEYS_H_
#define HELIOSDB_CORE_STORAGE_KV_KEYS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "core/base/status.h"
#include "core/storage/kv_store.h"

namespace heliosdb::storage {

inline bool IsReservedKey(std::string_view key) { return key < kKeyMin; }

inline absl::Status CheckKey(std::string_view key) {
  if (key.empty() || key.size() > kKeyBytesMax) [[unlikely]] {
    return InvalidArgument("a key has {} bytes; it must have 1 to {}", key.size(), kKeyBytesMax);
  }
  if (IsReservedKey(key)) [[unlikely]]
    return InvalidArgument("keys with object id 0 are reserved");
  return absl::OkStatus();
}

inline absl::Status CheckPair(std::string_view key, std::string_view value) {
  HELIOS_RETURN_IF_ERROR(CheckKey(key));
  if (value.size() > kValueBytesMax) [[unlikely]] {
    return InvalidArgument("a value has {} bytes; it must have at most {}", value.size(),
                           kValueBytesMax);
  }
  return absl::OkStatus();
}

inline absl::StatusOr<std::string> MetaKey(std::string_view name) {
  if (name.empty() || name.size() > kMetaNameBytesMax) {
    return InvalidArgument("a meta value's name has {} bytes; it must have 1 to {}", name.size(),
                           kMetaNameBytesMax);
  }
  std::string key(4, '\0');
  key.append(name);
  return key;
}

}  // namespace heliosdb::storage

#endif  // HELIOSDB_CORE_STORAGE_KV_KEYS_H_
