// A transaction that ends with its scope.
//
//   auto transaction = connection->Begin();
//   connection->Execute("UPDATE ...");
//   auto receipt = transaction->Commit();        // without it, the destructor rolls back
#ifndef HELIOSDB_TRANSACTION_H_
#define HELIOSDB_TRANSACTION_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "heliosdb/receipt.h"

namespace heliosdb {

class Connection;

// Guards the transaction that Connection::Begin started. Belongs to the connection's thread; the connection must
// outlive it. If SQL ended the transaction before (COMMIT, ROLLBACK), Commit fails with 25P01 and the destructor does
// nothing.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&& other) noexcept;
  // Rolls back unless Commit or Rollback was called.
  ~Transaction();

  // Commits, and waits until `durability` is reached (default: the session's synchronous_commit, then the database's).
  // An error means that nothing was committed, but for 40003: then the outcome is unknown, and Database::Outcome of
  // the transaction's id tells, now or later. The transaction is over either way.
  absl::StatusOr<CommitReceipt> Commit(std::optional<Durability> durability = std::nullopt);
  absl::Status Rollback();

 private:
  friend class Connection;
  explicit Transaction(Connection* connection, uint64_t serial);
  Connection* connection_;
  uint64_t serial_;  // Which of the connection's transactions this is.
};

}  // namespace heliosdb

#endif  // HELIOSDB_TRANSACTION_H_
