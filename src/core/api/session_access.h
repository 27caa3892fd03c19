// What functions of a statement may ask its session.
#ifndef HELIOSDB_CORE_API_SESSION_ACCESS_H_
#define HELIOSDB_CORE_API_SESSION_ACCESS_H_

#include <optional>
#include <string>
#include <string_view>

#include "core/sql/functions/eval_context.h"

namespace heliosdb::api {

class Session;

// The session owns it. One thread at a time, as the session.
class SessionAccess : public sql::functions::SettingsAccess,
                      public sql::functions::SystemAccess,
                      public sql::functions::Interruption {
 public:
  explicit SessionAccess(Session* session) : session_(session) {}

  absl::StatusOr<std::string> Get(std::string_view name) override;
  absl::Status Set(std::string_view name, std::string_view value,
                   sql::functions::SettingScope scope) override;

  std::string_view Version() override;
  std::string_view Database() override;
  std::optional<std::string_view> Schema() override;
  std::string_view CurrentUser() override;
  std::string_view SessionUser() override;
  int32_t BackendPid() override;
  absl::StatusOr<int64_t> TransactionId() override;
  std::optional<int64_t> TransactionIdIfAssigned() override;
  absl::StatusOr<uint64_t> WalEnd() override;
  bool IsInRecovery() override;
  int64_t StartTime() override;

  absl::Status Check() override;
  absl::Status Sleep(absl::Duration duration) override;

 private:
  Session* const session_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_SESSION_ACCESS_H_
