// The key columns of a join's side, evaluated over a chunk, with their hashes.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_JOIN_KEYS_H_
#define HELIOSDB_CORE_SQL_EXECUTE_JOIN_KEYS_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/sql/execute/evaluator.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

class JoinKeys {
 public:
  static absl::StatusOr<JoinKeys> Compile(const std::vector<bind::ExpressionPtr>& keys);

  // Evaluates all keys and hashes them. The columns stay valid as the evaluators' results do.
  absl::Status Evaluate(ExecContext& context, const types::Chunk& input);

  const std::vector<const types::Vector*>& columns() const { return columns_; }
  uint64_t hash(size_t row) const { return hashes_[row]; }
  std::span<const uint64_t> hashes() const { return hashes_; }
  bool HasNull(size_t row) const;
  std::vector<types::Type> types() const;

 private:
  std::vector<EvaluatorPtr> evaluators_;
  std::vector<const types::Vector*> columns_;
  std::vector<types::Vector> flattened_;  // Where a constant key is spelt out.
  std::array<uint64_t, types::kChunkRows> hashes_;
  bool any_null_ = false;
};

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_JOIN_KEYS_H_
