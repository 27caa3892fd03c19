#include "core/sql/functions/registry.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "core/base/check.h"
#include "core/sql/functions/tables.h"

namespace heliosdb::sql::functions {
namespace {

using types::TypeOid;

// Entries by name, in one array: the overloads of a name stand together.
template <typename Entry>
class NameIndex {
 public:
  explicit NameIndex(std::span<const Entry> entries, std::string_view Entry::*name) : name_(name) {
    sorted_.reserve(entries.size());
    for (const Entry& entry : entries) sorted_.push_back(&entry);
    std::stable_sort(sorted_.begin(), sorted_.end(),
                     [name](const Entry* a, const Entry* b) { return a->*name < b->*name; });
  }
  std::span<const Entry* const> Find(std::string_view name) const {
    const auto begin = std::lower_bound(
        sorted_.begin(), sorted_.end(), name,
        [this](const Entry* entry, std::string_view key) { return entry->*name_ < key; });
    const auto end = std::upper_bound(
        begin, sorted_.end(), name,
        [this](std::string_view key, const Entry* entry) { return key < entry->*name_; });
    return {begin, end};
  }

 private:
  std::string_view Entry::*const name_;
  std::vector<const Entry*> sorted_;
};

template <typename Entry>
absl::flat_hash_map<uint32_t, const Entry*> IndexById(std::span<const Entry> entries) {
  absl::flat_hash_map<uint32_t, const Entry*> result;
  for (const Entry& entry : entries) {
    const bool inserted = result.emplace(entry.id, &entry).second;
    HELIOS_CHECK(inserted);
  }
  return result;
}

template <typename Entry>
const Entry* FindById(const absl::flat_hash_map<uint32_t, const Entry*>& index, uint32_t id) {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : found->second;
}

template <typename Entry, typename... Tables>
std::vector<Entry> Join(const Tables&... tables) {
  std::vector<Entry> result;
  (result.insert(result.end(), tables.begin(), tables.end()), ...);
  return result;
}

class Registry {
 public:
  static const Registry& Get() {
    static const Registry* const registry = new Registry();
    return *registry;
  }

  const std::vector<FunctionEntry> functions = Join<FunctionEntry>(
      NumberComparisons(), TextComparisons(), DatetimeComparisons(), IntegerArithmetic(),
      FloatArithmetic(), MathFunctions(), NumericFunctions(), TextFunctions(), TextPartFunctions(),
      FormatFunctions(), ByteaFunctions(), EncodingFunctions(), LikeFunctions(), RegexFunctions(),
      DatetimeArithmetic(), DatetimeFunctions(), ToCharFunctions(), NumberFormatFunctions(),
      SystemFunctions(), SeriesFunctions());
  const NameIndex<FunctionEntry> functions_by_name{functions, &FunctionEntry::name};
  const absl::flat_hash_map<uint32_t, const FunctionEntry*> functions_by_id =
      IndexById<FunctionEntry>(functions);

  const std::vector<AggregateEntry> aggregates = Join<AggregateEntry>(
      CountingAggregates(), SumAggregates(), ExtremeAggregates(), TextAggregates(),
      VarianceAggregates(), RegressionAggregates(), OrderedSetAggregates());
  const NameIndex<AggregateEntry> aggregates_by_name{aggregates, &AggregateEntry::name};
  const absl::flat_hash_map<uint32_t, const AggregateEntry*> aggregates_by_id =
      IndexById<AggregateEntry>(aggregates);

  const std::vector<OperatorEntry> operators = MakeOperators();
  const NameIndex<OperatorEntry> operators_by_name{operators, &OperatorEntry::symbol};
  const absl::flat_hash_map<uint32_t, const OperatorEntry*> operators_by_id =
      IndexById<OperatorEntry>(operators);

 private:
  Registry() = default;

  std::vector<OperatorEntry> MakeOperators() const {
    const std::span<const OperatorRow> rows = OperatorRows();
    std::vector<OperatorEntry> result(rows.size());
    absl::flat_hash_map<uint32_t, const OperatorEntry*> by_id;
    for (size_t i = 0; i < rows.size(); ++i) by_id.emplace(rows[i].id, &result[i]);
    for (size_t i = 0; i < rows.size(); ++i) {
      const OperatorRow& row = rows[i];
      const FunctionEntry* const function = FindById(functions_by_id, row.function);
      HELIOS_CHECK(function != nullptr);
      result[i] = {.id = row.id,
                   .symbol = row.symbol,
                   .left = row.left,
                   .right = row.right,
                   .result = function->result,
                   .function = function,
                   .commutator = FindById(by_id, row.commutator),
                   .negator = FindById(by_id, row.negator),
                   .kind = row.kind,
                   .can_hash = row.can_hash};
    }
    return result;
  }
};

}  // namespace

std::span<const FunctionEntry> AllFunctions() { return Registry::Get().functions; }
std::span<const OperatorEntry> AllOperators() { return Registry::Get().operators; }
std::span<const AggregateEntry> AllAggregates() { return Registry::Get().aggregates; }

std::span<const FunctionEntry* const> FunctionsNamed(std::string_view name) {
  return Registry::Get().functions_by_name.Find(name);
}
std::span<const OperatorEntry* const> OperatorsNamed(std::string_view symbol) {
  return Registry::Get().operators_by_name.Find(symbol == "!=" ? "<>" : symbol);
}
std::span<const AggregateEntry* const> AggregatesNamed(std::string_view name) {
  return Registry::Get().aggregates_by_name.Find(name);
}

const FunctionEntry* FunctionById(uint32_t id) {
  return FindById(Registry::Get().functions_by_id, id);
}
const OperatorEntry* OperatorById(uint32_t id) {
  return FindById(Registry::Get().operators_by_id, id);
}
const AggregateEntry* AggregateById(uint32_t id) {
  return FindById(Registry::Get().aggregates_by_id, id);
}

const OperatorEntry* FindOperator(std::string_view symbol, TypeOid left, TypeOid right) {
  for (const OperatorEntry* const entry : OperatorsNamed(symbol)) {
    if (entry->left == left && entry->right == right) return entry;
  }
  return nullptr;
}

const FunctionEntry* FindFunction(std::string_view name, std::span<const TypeOid> arguments) {
  for (const FunctionEntry* const entry : FunctionsNamed(name)) {
    if (std::equal(entry->arguments.begin(), entry->arguments.end(), arguments.begin(),
                   arguments.end())) {
      return entry;
    }
  }
  return nullptr;
}

}  // namespace heliosdb::sql::functions
