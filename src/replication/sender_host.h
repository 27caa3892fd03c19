// What those who serve other nodes need of their own.
#ifndef HELIOSDB_REPLICATION_SENDER_HOST_H_
#define HELIOSDB_REPLICATION_SENDER_HOST_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/lsn.h"
#include "core/txn/engine.h"
#include "core/wal/wal_reader.h"
#include "heliosdb/replication/replication_config.h"
#include "replication/wal_replicator.h"

namespace heliosdb::replication {

// Thread-safe; implemented by Node. Its engine stays while any sender has not been shut.
class SenderHost {
 public:
  virtual ~SenderHost() = default;

  virtual absl::Duration Now() = 0;
  virtual absl::Time WallNow() = 0;
  virtual Introduction Self() = 0;
  // 57P03 while there is nothing to serve from. May be asked when all senders are shut, too.
  virtual absl::StatusOr<SenderFacts> Facts() = 0;
  virtual Lsn Written() = 0;
  virtual Lsn Committed() = 0;

  virtual absl::StatusOr<std::unique_ptr<wal::WalReader>> OpenLog(Lsn from) = 0;
  virtual absl::StatusOr<std::unique_ptr<txn::Backup>> BeginBackup() = 0;
  // The log from lsn on is kept for the node, from wherever it was kept before.
  virtual absl::Status HoldLog(const std::string& node, Lsn lsn) = 0;
  // The node needs the log from lsn on only. FAILED_PRECONDITION if it has lost what it needs.
  virtual absl::Status AdvanceHold(const std::string& node, Lsn lsn) = 0;

  // The node begins anew: what it acknowledged before does not count any more. Returns a number for
  // its new stream; what comes with another one is ignored.
  virtual uint64_t OnStandbyAccepted(const std::string& node) = 0;
  virtual void OnStandbyProgress(const std::string& node, uint64_t stream,
                                 const NodeProgress& progress) = 0;
  // Somebody knows of a higher term.
  virtual void OnDeposed(Term term) = 0;
  virtual void CountSent(const Message& message) = 0;
  virtual void Tell(Event::Kind kind, const std::string& peer, std::string text) = 0;
};

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_SENDER_HOST_H_
