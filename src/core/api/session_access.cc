#include "core/api/session_access.h"

#include <algorithm>

#include "core/api/session.h"
#include "core/base/mutex.h"

namespace heliosdb::api {
namespace {

// The one user that an embedded database knows: there are no roles in it.
constexpr std::string_view kUser = "heliosdb";

// Where pg_sleep waits: a cancel wakes it.
class SleepWaiter final : public txn::CancelToken::Waiter {
 public:
  void Wake() override {
    MutexLock lock(&mu_);
    woken_ = true;
    changed_.SignalAll();
  }
  void WaitFor(absl::Duration duration) {
    MutexLock lock(&mu_);
    if (!woken_) changed_.WaitWithTimeout(&mu_, duration);
    woken_ = false;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace

absl::StatusOr<std::string> SessionAccess::Get(std::string_view name) {
  return session_->settings().Show(name);
}

absl::Status SessionAccess::Set(std::string_view name, std::string_view value,
                                sql::functions::SettingScope scope) {
  return session_->settings().Set(name, value,
                                  scope == sql::functions::SettingScope::kTransaction
                                      ? Settings::Scope::kTransaction
                                      : Settings::Scope::kSession);
}

std::string_view SessionAccess::Version() { return "PostgreSQL 15.0 (HeliosDB 0.1.0)"; }
std::string_view SessionAccess::Database() { return session_->database()->name(); }

std::optional<std::string_view> SessionAccess::Schema() {
  const std::vector<std::string>& path = session_->settings().values().search_path;
  if (path.empty()) return std::nullopt;
  return path.front();
}

std::string_view SessionAccess::CurrentUser() { return kUser; }
std::string_view SessionAccess::SessionUser() { return kUser; }
int32_t SessionAccess::BackendPid() { return static_cast<int32_t>(session_->id()); }

absl::StatusOr<int64_t> SessionAccess::TransactionId() {
  HELIOS_ASSIGN_OR_RETURN(const uint64_t id, session_->transaction()->AssignId());
  return static_cast<int64_t>(id);
}

std::optional<int64_t> SessionAccess::TransactionIdIfAssigned() {
  if (session_->transaction() == nullptr || session_->transaction()->id() == 0) return std::nullopt;
  return static_cast<int64_t>(session_->transaction()->id());
}

absl::StatusOr<uint64_t> SessionAccess::WalEnd() {
  return ToInt(session_->database()->engine()->log_written());
}

bool SessionAccess::IsInRecovery() {
  const auto& refuse = session_->database()->hooks().refuse_write;
  return refuse && !refuse().ok();
}

int64_t SessionAccess::StartTime() { return session_->database()->start_time(); }

absl::Status SessionAccess::Check() { return session_->cancel()->Check(); }

absl::Status SessionAccess::Sleep(absl::Duration duration) {
  Clock* const clock = session_->database()->clock();
  const absl::Duration end = clock->Now() + duration;
  SleepWaiter waiter;
  session_->cancel()->SetWaiter(&waiter);
  absl::Status status = Check();
  while (status.ok() && clock->Now() < end) {
    waiter.WaitFor(std::min(end - clock->Now(), session_->cancel()->TimeLeft()));
    status = Check();
  }
  session_->cancel()->SetWaiter(nullptr);
  return status;
}

}  // namespace heliosdb::api
