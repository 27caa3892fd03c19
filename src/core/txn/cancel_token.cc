#include "core/txn/cancel_token.h"

#include "core/base/status.h"

namespace heliosdb::txn {

void CancelToken::Cancel() {
  Request none = Request::kNone;
  request_.compare_exchange_strong(none, Request::kCancel, std::memory_order_release);
  MutexLock lock(&mu_);
  if (waiter_ != nullptr) waiter_->Wake();
}

void CancelToken::Terminate() {
  request_.store(Request::kTerminate, std::memory_order_release);
  MutexLock lock(&mu_);
  if (waiter_ != nullptr) waiter_->Wake();
}

void CancelToken::StartStatement(absl::Duration statement_timeout) {
  Request cancel = Request::kCancel;
  request_.compare_exchange_strong(cancel, Request::kNone, std::memory_order_relaxed);
  const bool limited =
      statement_timeout > absl::ZeroDuration() && statement_timeout < absl::Hours(24 * 365);
  deadline_.store(limited ? absl::ToInt64Nanoseconds(clock_->Now() + statement_timeout) : INT64_MAX,
                  std::memory_order_relaxed);
}

absl::Status CancelToken::Check() const {
  switch (request_.load(std::memory_order_relaxed)) {
    case Request::kNone:
      break;
    case Request::kCancel:
      return SqlError(sqlstate::kQueryCanceled, "canceling statement due to user request");
    case Request::kTerminate:
      return SqlError(sqlstate::kAdminShutdown,
                      "terminating connection due to administrator command");
  }
  if (TimeLeft() <= absl::ZeroDuration()) {
    return SqlError(sqlstate::kQueryCanceled, "canceling statement due to statement timeout");
  }
  return absl::OkStatus();
}

absl::Duration CancelToken::TimeLeft() const {
  const int64_t deadline = deadline_.load(std::memory_order_relaxed);
  if (deadline == INT64_MAX) return absl::InfiniteDuration();
  return absl::Nanoseconds(deadline) - clock_->Now();
}

void CancelToken::SetWaiter(Waiter* waiter) {
  MutexLock lock(&mu_);
  waiter_ = waiter;
}

}  // namespace heliosdb::txn
