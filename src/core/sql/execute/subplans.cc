#include "core/sql/execute/subplans.h"

#include <utility>

#include "core/base/coding.h"
#include "core/sql/execute/exec_context.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

// Answers kept for one subplan; past it all are forgotten, so that memory stays bounded.
constexpr size_t kAnswersMax = 10'000;

void AppendRaw(const Vector& vector, std::string* out) {
  if (vector.IsNull(0)) {
    out->push_back('\0');
    return;
  }
  out->push_back('\1');
  if (vector.physical() == types::Physical::kString) {
    AppendPrefixed(out, vector.data<std::string_view>()[0]);
  } else {
    out->append(vector.data<char>(), types::PhysicalBytes(vector.physical()));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Subplans>> Subplans::Build(const plan::Plan& plan) {
  auto subplans = std::make_unique<Subplans>();
  for (const plan::Subplan& subplan : plan.subplans) {
    Entry& entry = subplans->entries_.emplace_back();
    entry.plan = &subplan;
    HELIOS_ASSIGN_OR_RETURN(entry.root, BuildOperator(*subplan.root));
    entry.rows = std::make_unique<RowStore>(subplan.root->outputs);
  }
  return subplans;
}

void Subplans::MakeKey(const ExecContext& context, Entry* entry) {
  entry->key.clear();
  for (const int index : entry->plan->outer_values)
    AppendRaw(context.outer_values[index], &entry->key);
}

void Subplans::Remember(Entry* entry, types::Value value) {
  if (entry->answers.size() >= kAnswersMax) entry->answers.clear();
  entry->answers.insert_or_assign(entry->key, std::move(value));
}

absl::StatusOr<types::Value> Subplans::Scalar(ExecContext& context, int index) {
  Entry& entry = entries_[index];
  MakeKey(context, &entry);
  if (const auto known = entry.answers.find(entry.key); known != entry.answers.end())
    return known->second;
  HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
  HELIOS_RETURN_IF_ERROR(entry.root->Open(context));
  types::Value value = types::Value::Null(entry.plan->root->outputs[0]);
  size_t rows = 0;
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, entry.root->Next(context));
    if (chunk.size == 0) break;
    rows += chunk.size;
    if (rows > 1) {
      return SqlError(sqlstate::kCardinalityViolation,
                      "more than one row returned by a subquery used as an expression");
    }
    value = chunk.columns[0]->GetValue(0);
  }
  Remember(&entry, value);
  return value;
}

absl::StatusOr<bool> Subplans::Exists(ExecContext& context, int index) {
  Entry& entry = entries_[index];
  MakeKey(context, &entry);
  if (const auto known = entry.answers.find(entry.key); known != entry.answers.end()) {
    return known->second.bool_value();
  }
  HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
  HELIOS_RETURN_IF_ERROR(entry.root->Open(context));
  HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, entry.root->Next(context));
  entry.root->Close();
  Remember(&entry, types::Value::Bool(chunk.size > 0));
  return chunk.size > 0;
}

absl::StatusOr<const RowStore*> Subplans::Rows(ExecContext& context, int index) {
  Entry& entry = entries_[index];
  MakeKey(context, &entry);
  if (entry.rows_known && entry.rows_key == entry.key) return entry.rows.get();
  entry.rows_known = false;
  entry.rows->Clear();
  HELIOS_RETURN_IF_ERROR(entry.root->Open(context));
  while (true) {
    HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, entry.root->Next(context));
    if (chunk.size == 0) break;
    HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
    entry.rows->Append(chunk);
  }
  entry.root->Close();
  entry.rows_key = entry.key;
  entry.rows_known = true;
  return entry.rows.get();
}

void Subplans::Reset() {
  for (Entry& entry : entries_) {
    entry.root->Close();
    entry.rows->Clear();
    entry.rows_known = false;
    entry.answers.clear();
  }
}

}  // namespace heliosdb::sql::execute
