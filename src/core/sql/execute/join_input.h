// What a hash join reads: its two sides, as a whole while the hashed one fits in memory, else part by part from disk.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_JOIN_INPUT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_JOIN_INPUT_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/join_keys.h"
#include "core/sql/execute/join_table.h"
#include "core/sql/execute/operator.h"
#include "core/sql/execute/spill_partitions.h"
#include "core/sql/plan/plan.h"

namespace heliosdb::sql::execute {

// Rows that match lie in the same part. A part whose hashed rows cannot be split, since too many have one key, is gone
// through in passes: some of those rows and all of the left ones at a time. Not thread-safe.
class JoinInput {
 public:
  JoinInput(const plan::HashJoinNode& node, OperatorPtr left, OperatorPtr right,
            JoinKeys left_keys);

  // Reads the right side; the table holds what the first part or pass needs of it.
  absl::Status Open(ExecContext& context, JoinTable* table);
  // Goes to the next pass or part, and fills the table anew; false when there is none.
  absl::StatusOr<bool> NextPass(ExecContext& context, JoinTable* table);
  // Left rows of the pass; size 0 at its end. left_keys() are evaluated. Valid until the next call.
  absl::StatusOr<types::Chunk> NextLeft(ExecContext& context);
  void Close();

  const JoinKeys& left_keys() const { return left_keys_; }
  bool is_first_pass() const { return first_pass_; }
  bool is_last_pass() const { return !more_right_; }
  // Of a part that takes several passes: its left rows, and where NextLeft's chunk begins among them.
  uint64_t left_rows() const { return left_rows_; }
  uint64_t left_start() const { return left_start_; }

  // Of the whole right side.
  bool right_is_empty() const { return right_is_empty_; }
  bool right_has_null() const { return right_has_null_; }
  // Parts are read: left rows come in another order, and behind their columns stands their number (int8) in the old one
  // when the node keeps it.
  bool spilled() const { return spilled_; }

  uint64_t parts() const { return spilled_ ? aside_.partitions_taken() : 1; }
  uint64_t disk_bytes() const { return aside_.disk_bytes(); }
  // Of the table, since Open.
  size_t peak_bytes() const { return peak_bytes_; }

 private:
  bool KeepsRight() const {
    return join_ == plan::JoinKind::kRight || join_ == plan::JoinKind::kFull;
  }
  // Whether left rows without a match are given.
  bool KeepsLeft() const {
    return join_ != plan::JoinKind::kInner && join_ != plan::JoinKind::kRight &&
           join_ != plan::JoinKind::kSemi;
  }
  bool IsFull(const ExecContext& context, const JoinTable& table) {
    peak_bytes_ = std::max(peak_bytes_, table.bytes());
    return table.size() > 0 && table.bytes() > context.HashMemoryBytes();
  }
  absl::Status SetTableAside(ExecContext& context, JoinTable* table);
  absl::Status SetRightAside(ExecContext& context, JoinKeys* keys, const types::Chunk& chunk);
  absl::Status SetLeftAside(ExecContext& context, const types::Chunk& chunk);
  absl::Status SetAllLeftAside(ExecContext& context);
  absl::StatusOr<bool> NextPart(ExecContext& context, JoinTable* table);
  absl::Status FillTable(ExecContext& context, JoinTable* table);
  absl::Status SplitPart(ExecContext& context, JoinTable* table);

  const plan::JoinKind join_;
  const bool numbers_left_;
  OperatorPtr left_;
  OperatorPtr right_;
  JoinKeys left_keys_;
  SpillPartitions aside_;  // Side 0: left rows, side 1: right rows.

  bool spilled_ = false;
  bool right_is_empty_ = true;
  bool right_has_null_ = false;
  bool first_pass_ = true;
  bool more_right_ = false;
  types::Chunk next_right_;  // Read, but not yet in the table, when more_right_.
  uint64_t left_rows_ = 0;
  uint64_t left_start_ = 0;
  uint64_t left_end_ = 0;
  size_t peak_bytes_ = 0;

  types::Vector number_;
  std::vector<const types::Vector*> numbered_;
  std::vector<uint16_t> rows_;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_JOIN_INPUT_H_
