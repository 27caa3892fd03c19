#include "core/sql/functions/overload.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/status.h"
#include "core/sql/functions/candidates.h"
#include "core/sql/functions/registry.h"
#include "core/types/cast.h"

namespace heliosdb::sql::functions {
namespace {

using types::TypeOid;

std::span<const TypeOid> TypesOf(const Signature& signature) {
  return {signature.begin(), signature.size()};
}

absl::Status NoSuchOperator(std::string_view symbol, TypeOid left, TypeOid right) {
  if (left == TypeOid::kInvalid) {
    return WithHint(SqlError(sqlstate::kUndefinedFunction, "operator does not exist: {} {}", symbol,
                             types::BaseTypeName(right)),
                    "No operator matches the given name and argument type. You might need to add "
                    "an explicit type cast.");
  }
  return WithHint(SqlError(sqlstate::kUndefinedFunction, "operator does not exist: {} {} {}",
                           types::BaseTypeName(left), symbol, types::BaseTypeName(right)),
                  "No operator matches the given name and argument types. You might need to add "
                  "explicit type casts.");
}

absl::Status AmbiguousOperator(std::string_view symbol, TypeOid left, TypeOid right) {
  const std::string prefix =
      left == TypeOid::kInvalid ? "" : fmt::format("{} ", types::BaseTypeName(left));
  return WithHint(SqlError(sqlstate::kAmbiguousFunction, "operator is not unique: {}{} {}", prefix,
                           symbol, types::BaseTypeName(right)),
                  "Could not choose a best candidate operator. You might need to add explicit "
                  "type casts.");
}

ResolvedOperator MakeResolvedOperator(const OperatorEntry* entry, TypeOid left, TypeOid right) {
  const std::array<TypeOid, 2> given{left, right};
  const std::array<TypeOid, 2> declared{entry->left, entry->right};
  const TypeOid polymorphic = PolymorphicType(given, declared);
  ResolvedOperator result{.entry = entry};
  if (left != TypeOid::kInvalid) result.left = TargetType(left, entry->left, polymorphic);
  result.right = TargetType(right, entry->right, polymorphic);
  result.result = entry->result;
  return result;
}

// Which given argument goes to each declared one (-1: its default), or nullopt where the entry
// cannot be called so.
std::optional<std::vector<int>> MapArguments(const FunctionEntry& entry, size_t given_count,
                                             std::span<const std::string_view> names) {
  const size_t declared = entry.arguments.size();
  std::vector<int> sources;
  if (entry.variadic && names.empty() && given_count >= declared) {
    for (size_t i = 0; i < given_count; ++i) sources.push_back(static_cast<int>(i));
    return sources;
  }
  if (entry.variadic || given_count > declared) return std::nullopt;
  const size_t positional = given_count - names.size();
  sources.assign(declared, -1);
  for (size_t i = 0; i < positional; ++i) sources[i] = static_cast<int>(i);
  for (size_t k = 0; k < names.size(); ++k) {
    const auto found =
        std::find(entry.argument_names.begin(), entry.argument_names.end(), names[k]);
    if (found == entry.argument_names.end()) return std::nullopt;
    const size_t position = static_cast<size_t>(found - entry.argument_names.begin());
    if (sources[position] >= 0) return std::nullopt;
    sources[position] = static_cast<int>(positional + k);
  }
  for (size_t i = 0; i + entry.default_count < declared; ++i) {
    if (sources[i] < 0) return std::nullopt;
  }
  return sources;
}

TypeOid DeclaredType(const FunctionEntry& entry, size_t position) {
  return entry.arguments[std::min(position, entry.arguments.size() - 1)];
}

std::optional<ResolvedFunction> FunctionAsCast(std::string_view name,
                                               std::span<const TypeOid> arguments) {
  if (arguments.size() != 1) return std::nullopt;
  const std::optional<TypeOid> target = types::TypeOidByName(name);
  if (!target.has_value() || types::CatalogTypeName(*target) != name) return std::nullopt;
  if (arguments[0] != TypeOid::kUnknown && arguments[0] != *target &&
      !types::FindCast(arguments[0], *target).has_value()) {
    return std::nullopt;
  }
  ResolvedFunction result;
  result.sources = {0};
  result.arguments = {*target};
  result.result = *target;
  return result;
}

ResolvedFunction MakeResolvedFunction(const FunctionEntry* entry, std::span<const TypeOid> given,
                                      std::vector<int> sources) {
  ResolvedFunction result{.entry = entry, .sources = std::move(sources)};
  std::vector<TypeOid> given_in_order;
  std::vector<TypeOid> declared;
  for (size_t i = 0; i < result.sources.size(); ++i) {
    declared.push_back(DeclaredType(*entry, i));
    given_in_order.push_back(result.sources[i] < 0 ? declared.back()
                                                   : given[static_cast<size_t>(result.sources[i])]);
  }
  const TypeOid polymorphic = PolymorphicType(given_in_order, declared);
  for (size_t i = 0; i < declared.size(); ++i) {
    result.arguments.push_back(TargetType(given_in_order[i], declared[i], polymorphic));
  }
  result.result = entry->result == TypeOid::kAnyElement ? polymorphic : entry->result;
  return result;
}

}  // namespace

char TypeCategory(TypeOid type) {
  switch (type) {
    case TypeOid::kBool:
      return 'B';
    case TypeOid::kInt2:
    case TypeOid::kInt4:
    case TypeOid::kInt8:
    case TypeOid::kFloat4:
    case TypeOid::kFloat8:
    case TypeOid::kNumeric:
    case TypeOid::kOid:
    case TypeOid::kRegclass:
      return 'N';
    case TypeOid::kText:
    case TypeOid::kVarchar:
    case TypeOid::kBpchar:
    case TypeOid::kName:
      return 'S';
    case TypeOid::kDate:
    case TypeOid::kTime:
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
      return 'D';
    case TypeOid::kInterval:
      return 'T';
    case TypeOid::kChar:
      return 'Z';
    case TypeOid::kUnknown:
      return 'X';
    case TypeOid::kVoid:
    case TypeOid::kAny:
    case TypeOid::kAnyElement:
      return 'P';
    default:
      return 'U';
  }
}

bool IsPreferredType(TypeOid type) {
  switch (type) {
    case TypeOid::kBool:
    case TypeOid::kText:
    case TypeOid::kOid:
    case TypeOid::kFloat8:
    case TypeOid::kTimestamptz:
    case TypeOid::kInterval:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<ResolvedOperator> ResolveOperator(std::string_view symbol, TypeOid left,
                                                 TypeOid right) {
  const bool prefix = left == TypeOid::kInvalid;
  TypeOid exact_left = left;
  TypeOid exact_right = right;
  // A literal without a type is first taken to have the type of the other side.
  if (!prefix && left == TypeOid::kUnknown) exact_left = right;
  if (!prefix && right == TypeOid::kUnknown) exact_right = left;
  if (const OperatorEntry* const exact = FindOperator(symbol, exact_left, exact_right)) {
    return MakeResolvedOperator(exact, left, right);
  }
  const std::span<const OperatorEntry* const> entries = OperatorsNamed(symbol);
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < entries.size(); ++i) {
    if ((entries[i]->left == TypeOid::kInvalid) != prefix) continue;
    Candidate candidate{.entry = i};
    if (!prefix) candidate.arguments.push_back(entries[i]->left);
    candidate.arguments.push_back(entries[i]->right);
    candidates.push_back(std::move(candidate));
  }
  std::vector<TypeOid> given;
  if (!prefix) given.push_back(left);
  given.push_back(right);
  switch (ChooseCandidate(given, &candidates)) {
    case Choice::kFound:
      return MakeResolvedOperator(entries[candidates[0].entry], left, right);
    case Choice::kNone:
      return NoSuchOperator(symbol, left, right);
    case Choice::kAmbiguous:
      break;
  }
  return AmbiguousOperator(symbol, left, right);
}

absl::StatusOr<ResolvedFunction> ResolveFunction(std::string_view name,
                                                 std::span<const TypeOid> arguments,
                                                 std::span<const std::string_view> names) {
  const std::span<const FunctionEntry* const> entries = FunctionsNamed(name);
  std::vector<Candidate> candidates;
  std::vector<std::vector<int>> sources(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    std::optional<std::vector<int>> mapping = MapArguments(*entries[i], arguments.size(), names);
    if (!mapping.has_value()) continue;
    Candidate candidate{.entry = i};
    candidate.arguments.resize(arguments.size());
    for (size_t k = 0; k < mapping->size(); ++k) {
      if ((*mapping)[k] < 0) continue;
      candidate.arguments[static_cast<size_t>((*mapping)[k])] = DeclaredType(*entries[i], k);
    }
    sources[i] = *std::move(mapping);
    if (std::equal(arguments.begin(), arguments.end(), candidate.arguments.begin())) {
      return MakeResolvedFunction(entries[i], arguments, std::move(sources[i]));
    }
    candidates.push_back(std::move(candidate));
  }
  if (names.empty()) {
    if (std::optional<ResolvedFunction> cast = FunctionAsCast(name, arguments)) {
      return *std::move(cast);
    }
  }
  switch (ChooseCandidate(arguments, &candidates)) {
    case Choice::kFound: {
      const size_t chosen = candidates[0].entry;
      return MakeResolvedFunction(entries[chosen], arguments, std::move(sources[chosen]));
    }
    case Choice::kAmbiguous:
      return AmbiguousFunction(name, arguments, names);
    case Choice::kNone:
      break;
  }
  return NoSuchFunction(name, arguments, names);
}

bool IsAggregateName(std::string_view name) { return !AggregatesNamed(name).empty(); }

absl::StatusOr<ResolvedAggregate> ResolveAggregate(std::string_view name,
                                                   std::span<const TypeOid> arguments,
                                                   size_t within_group_count) {
  const std::span<const AggregateEntry* const> entries = AggregatesNamed(name);
  if (!entries.empty()) {
    const bool ordered_set = entries[0]->kind == AggregateKind::kOrderedSet;
    if (ordered_set && within_group_count == 0) {
      return SqlError(sqlstate::kWrongObjectType,
                      "WITHIN GROUP is required for ordered-set aggregate {}", name);
    }
    if (!ordered_set && within_group_count > 0) {
      return SqlError(sqlstate::kWrongObjectType,
                      "{} is not an ordered-set aggregate, so it cannot have WITHIN GROUP", name);
    }
  }
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::span<const TypeOid> declared = TypesOf(entries[i]->arguments);
    if (declared.size() != arguments.size()) continue;
    if (std::equal(declared.begin(), declared.end(), arguments.begin())) {
      candidates = {{.entry = i, .arguments = {declared.begin(), declared.end()}}};
      break;
    }
    candidates.push_back({.entry = i, .arguments = {declared.begin(), declared.end()}});
  }
  switch (ChooseCandidate(arguments, &candidates)) {
    case Choice::kNone:
      return NoSuchFunction(name, arguments, {});
    case Choice::kAmbiguous:
      return AmbiguousFunction(name, arguments, {});
    case Choice::kFound:
      break;
  }
  ResolvedAggregate result{.entry = entries[candidates[0].entry]};
  const std::span<const TypeOid> declared = TypesOf(result.entry->arguments);
  const TypeOid polymorphic = PolymorphicType(arguments, declared);
  for (size_t i = 0; i < declared.size(); ++i) {
    result.arguments.push_back(TargetType(arguments[i], declared[i], polymorphic));
  }
  result.result = result.entry->result == TypeOid::kAnyElement ? polymorphic : result.entry->result;
  return result;
}

absl::StatusOr<TypeOid> CommonType(std::string_view context, std::span<const TypeOid> types) {
  TypeOid chosen = TypeOid::kUnknown;
  for (const TypeOid type : types) {
    if (type == TypeOid::kUnknown || type == chosen) continue;
    if (chosen == TypeOid::kUnknown) {
      chosen = type;
      continue;
    }
    if (TypeCategory(type) != TypeCategory(chosen)) {
      return SqlError(sqlstate::kDatatypeMismatch, "{} types {} and {} cannot be matched", context,
                      types::BaseTypeName(chosen), types::BaseTypeName(type));
    }
    const bool to_new = types::FindCast(chosen, type) == types::CastKind::kImplicit;
    const bool to_old = types::FindCast(type, chosen) == types::CastKind::kImplicit;
    if (!IsPreferredType(chosen) && to_new && !to_old) chosen = type;
  }
  return chosen == TypeOid::kUnknown ? TypeOid::kText : chosen;
}

}  // namespace heliosdb::sql::functions
