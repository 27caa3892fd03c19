#include "core/sql/execute/join_table.h"

#include <utility>

#include "core/base/status.h"
#include "core/sql/execute/exec_context.h"

namespace heliosdb::sql::execute {

using types::Chunk;

JoinTable::JoinTable(std::vector<types::Type> types, JoinKeys keys)
    : keys_(std::move(keys)), rows_(std::move(types)), key_rows_(keys_.types()) {
  for (const types::Type& type : keys_.types())
    compare_.push_back(types::CompareFunctionFor(type.oid));
}

absl::Status JoinTable::Add(ExecContext& context, const Chunk& chunk) {
  HELIOS_RETURN_IF_ERROR(keys_.Evaluate(context, chunk));
  for (size_t i = 0; i < chunk.size; ++i) {
    if (keys_.HasNull(i)) {
      has_null_key_ = true;
      index_.AddAbsent();
    } else {
      index_.Add(keys_.hash(i));
    }
  }
  rows_.Append(chunk);
  key_rows_.Append(Chunk{keys_.columns(), chunk.size});
  return absl::OkStatus();
}

void JoinTable::Clear() {
  rows_.Clear();
  key_rows_.Clear();
  index_.Clear();
  has_null_key_ = false;
}

}  // namespace heliosdb::sql::execute
