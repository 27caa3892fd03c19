// A log on forgetful files, for the tests of this folder.
#ifndef HELIOSDB_CORE_WAL_WAL_TEST_LOG_H_
#define HELIOSDB_CORE_WAL_WAL_TEST_LOG_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/failpoint.h"
#include "core/base/faulty_file_system.h"
#include "core/base/status.h"
#include "core/wal/recover.h"
#include "core/wal/wal_writer.h"

namespace heliosdb::wal {

inline constexpr HistoryId kTestHistory{0x1122334455667788, 0x99AABBCCDDEEFF00};

struct TestLog {
  explicit TestLog(uint64_t seed = 1) : files(MakeOptions(seed)) {
    EXPECT_TRUE(files.CreateDir("wal").ok());
    EXPECT_TRUE(files.SyncDir(".").ok());
  }
  FaultyFileSystem::Options MakeOptions(uint64_t seed) {
    FaultyFileSystem::Options options;
    options.seed = seed;
    options.failpoints = &failpoints;
    return options;
  }

  WalOptions Options() {
    WalOptions options;
    options.files = &files;
    options.directory = "wal";
    options.history = kTestHistory;
    options.segment_bytes = segment_bytes;
    return options;
  }
  WalReaderOptions ReaderOptions() {
    WalReaderOptions options;
    options.files = &files;
    options.directory = "wal";
    options.history = kTestHistory;
    options.buffer_bytes = 4096;
    return options;
  }

  absl::Status Create() {
    HELIOS_ASSIGN_OR_RETURN(writer, WalWriter::Create(Options(), kFirstLsn));
    return absl::OkStatus();
  }
  // One record, not yet written.
  absl::StatusOr<WalPosition> Append(std::string_view payload) {
    const WalAppend record{WalRecordType::kTransaction, payload};
    HELIOS_ASSIGN_OR_RETURN(const std::vector<WalPosition> positions,
                            writer->Append({&record, 1}, term, kLsnInvalid));
    return positions.front();
  }
  absl::StatusOr<WalPosition> AppendAndSync(std::string_view payload) {
    HELIOS_ASSIGN_OR_RETURN(const WalPosition position, Append(payload));
    HELIOS_RETURN_IF_ERROR(writer->Sync());
    return position;
  }
  // Recovers into `found` and opens the writer there.
  absl::StatusOr<Recovered> Reopen() {
    writer.reset();
    HELIOS_ASSIGN_OR_RETURN(Recovered recovered, RecoverOnly());
    HELIOS_ASSIGN_OR_RETURN(writer, WalWriter::Open(Options(), recovered.end));
    return recovered;
  }
  absl::StatusOr<Recovered> RecoverOnly() {
    found.clear();
    RecoverOptions options;
    options.reader = ReaderOptions();
    return Recover(options, [this](const WalRecord& record) {
      found.emplace_back(record.payload);
      return absl::OkStatus();
    });
  }

  FailpointSet failpoints;
  uint64_t segment_bytes = 8192;
  FaultyFileSystem files;
  std::unique_ptr<WalWriter> writer;
  Term term{1};
  std::vector<std::string> found;
};

}  // namespace heliosdb::wal

#endif  // HELIOSDB_CORE_WAL_WAL_TEST_LOG_H_
