// What nodes say to each other, as plain values. The transport's encoding is its own affair;
// docs/formats/replication.md describes the one of gRPC.
#ifndef HELIOSDB_REPLICATION_MESSAGE_H_
#define HELIOSDB_REPLICATION_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/lsn.h"
#include "core/wal/recover.h"
#include "core/wal/wal_format.h"

namespace heliosdb::replication {

// Changes with every change that an older node would misunderstand. Nodes of different versions
// refuse each other.
inline constexpr uint32_t kProtocolVersion = 1;

// Who speaks: begins every stream, in both directions.
struct Introduction {
  uint32_t protocol = kProtocolVersion;
  std::string cluster;
  std::string node_id;
  std::string address;                    // Where the node listens; empty if nowhere.
  std::optional<wal::HistoryId> history;  // None: the node has no database.
  Term term{0};                           // The highest term that the node knows of, and
  std::string leader;                     // the node that leads it; empty if not known.
};

// --- Stream: a standby to the node it follows ---
struct Hello {
  Introduction self;
  std::vector<wal::TermStart> terms;  // Of the standby's log, ascending.
  Lsn log_end{0};
  Lsn committed{0};           // What it knows to be committed: its log cannot be cut below.
  bool wants_backup = false;  // Its log turned out not to fit.
};

struct Ack {
  Term term{0};
  Lsn received{0};  // In memory; on disk;
  Lsn flushed{0};
  Lsn applied{0};          // shown to readers.
  uint64_t heartbeat = 0;  // The last one heard.
};

// --- Stream: the answers ---
enum class WelcomeAction : uint8_t {
  kStream,      // The log follows, from `from` on.
  kCut,         // The same, once the standby has cut its log back to `from`.
  kBaseBackup,  // Nothing follows: take a base backup, then come back.
};

struct Welcome {
  Introduction self;
  WelcomeAction action = WelcomeAction::kStream;
  Lsn from{0};
  Lsn commit{0};
  bool ack_received = false;  // Tell what was received before it is on disk.
  std::string reason;         // Of a kCut or kBaseBackup.
};

// Ends a stream.
struct Refusal {
  Introduction self;
  std::string reason;
};

struct WalData {
  Term term{0};  // The sender's.
  Lsn lsn{0};
  Lsn written{0};  // The end of the sender's log.
  Lsn commit{0};
  std::string bytes;  // Whole frames, beginning at lsn.
};

struct Heartbeat {
  Term term{0};
  uint64_t number = 0;
  Lsn written{0};
  Lsn commit{0};
};

// --- Base backup ---
struct BackupRequest {
  Introduction self;
};
struct BackupBegin {
  Introduction self;
  Lsn lsn{0};  // The copy is of the database at this point of the log.
};
struct BackupChunk {
  std::string bytes;
};
struct BackupEnd {
  uint64_t chunks = 0;
};

// --- Status ---
struct StatusRequest {
  Introduction self;
};
struct StatusReply {
  Introduction self;
  bool leading = false;
  Lsn written{0};
  Lsn flushed{0};
  Lsn commit{0};
};

using Message = std::variant<Hello, Ack, Welcome, Refusal, WalData, Heartbeat, BackupRequest,
                             BackupBegin, BackupChunk, BackupEnd, StatusRequest, StatusReply>;

// One line, for transcripts and errors: "ack term=1 received=0/2000 flushed=0/2000 applied=0/1000".
std::string MessageText(const Message& message);
std::string TermsText(const std::vector<wal::TermStart>& terms);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_MESSAGE_H_
