#include "core/sql/functions/candidates.h"

#include <algorithm>
#include <functional>

#include "core/base/status.h"
#include "core/sql/functions/missing_functions.h"
#include "core/sql/functions/overload.h"
#include "core/sql/functions/registry.h"
#include "core/types/cast.h"

namespace heliosdb::sql::functions {
namespace {

using types::TypeOid;

bool IsPolymorphic(TypeOid type) { return type == TypeOid::kAnyElement; }

bool CanCoerceOne(TypeOid given, TypeOid declared) {
  if (given == declared || declared == TypeOid::kAny || IsPolymorphic(declared)) return true;
  if (given == TypeOid::kUnknown) return true;
  return types::FindCast(given, declared) == types::CastKind::kImplicit;
}

// Keeps the candidates that score highest.
void KeepBest(std::vector<Candidate>* candidates,
              const std::function<int(const Candidate&)>& score) {
  int best = 0;
  for (const Candidate& candidate : *candidates) best = std::max(best, score(candidate));
  std::erase_if(*candidates, [&](const Candidate& c) { return score(c) != best; });
}

// What the candidates say about an argument whose type is unknown.
struct UnknownSlot {
  bool is_unknown = false;
  char category = 0;
  bool has_preferred = false;
  bool conflict = false;
};

UnknownSlot ReadSlot(size_t position, const std::vector<Candidate>& candidates) {
  UnknownSlot slot{.is_unknown = true};
  for (const Candidate& candidate : candidates) {
    const TypeOid type = candidate.arguments[position];
    const char category = TypeCategory(type);
    if (slot.category == 0) {
      slot.category = category;
      slot.has_preferred = IsPreferredType(type);
    } else if (category == slot.category) {
      slot.has_preferred |= IsPreferredType(type);
    } else if (category == 'S') {
      // Strings always win, since the literal looks like one.
      slot.category = category;
      slot.has_preferred = IsPreferredType(type);
    } else {
      slot.conflict = true;
    }
  }
  return slot;
}

// Drops candidates that disagree with the categories found for unknown arguments, unless that
// leaves none or the categories conflict.
void FilterByCategory(std::span<const TypeOid> given, std::vector<Candidate>* candidates) {
  std::vector<UnknownSlot> slots(given.size());
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i] != TypeOid::kUnknown) continue;
    slots[i] = ReadSlot(i, *candidates);
    if (slots[i].conflict && slots[i].category != 'S') return;
  }
  std::vector<Candidate> kept;
  for (const Candidate& candidate : *candidates) {
    bool keep = true;
    for (size_t i = 0; i < slots.size(); ++i) {
      if (!slots[i].is_unknown) continue;
      const TypeOid type = candidate.arguments[i];
      keep &= TypeCategory(type) == slots[i].category;
      keep &= !slots[i].has_preferred || IsPreferredType(type);
    }
    if (keep) kept.push_back(candidate);
  }
  if (!kept.empty()) *candidates = std::move(kept);
}

// The last resort: all known arguments have one type, and the unknown ones are taken to have it.
void FilterByKnownType(std::span<const TypeOid> given, std::vector<Candidate>* candidates) {
  TypeOid known = TypeOid::kUnknown;
  for (const TypeOid type : given) {
    if (type == TypeOid::kUnknown) continue;
    if (known != TypeOid::kUnknown && known != type) return;
    known = type;
  }
  if (known == TypeOid::kUnknown) return;
  const std::vector<TypeOid> assumed(given.size(), known);
  std::vector<Candidate> kept;
  for (const Candidate& candidate : *candidates) {
    if (CanCoerce(assumed, candidate.arguments)) kept.push_back(candidate);
  }
  if (kept.size() == 1) *candidates = std::move(kept);
}

std::string SignatureText(std::string_view name, std::span<const TypeOid> arguments,
                          std::span<const std::string_view> names) {
  std::string text(name);
  text += '(';
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0) text += ", ";
    const size_t unnamed = arguments.size() - names.size();
    if (i >= unnamed) text += fmt::format("{} => ", names[i - unnamed]);
    text += types::BaseTypeName(arguments[i]);
  }
  text += ')';
  return text;
}

}  // namespace

bool CanCoerce(std::span<const TypeOid> given, std::span<const TypeOid> declared) {
  if (given.size() != declared.size()) return false;
  TypeOid polymorphic = TypeOid::kUnknown;
  for (size_t i = 0; i < given.size(); ++i) {
    if (!CanCoerceOne(given[i], declared[i])) return false;
    if (!IsPolymorphic(declared[i]) || given[i] == TypeOid::kUnknown) continue;
    if (polymorphic != TypeOid::kUnknown && polymorphic != given[i]) return false;
    polymorphic = given[i];
  }
  return true;
}

Choice ChooseCandidate(std::span<const TypeOid> given, std::vector<Candidate>* candidates) {
  std::erase_if(*candidates, [&](const Candidate& c) { return !CanCoerce(given, c.arguments); });
  if (candidates->empty()) return Choice::kNone;
  if (candidates->size() == 1) return Choice::kFound;
  KeepBest(candidates, [given](const Candidate& candidate) {
    int exact = 0;
    for (size_t i = 0; i < given.size(); ++i) {
      exact += given[i] != TypeOid::kUnknown && given[i] == candidate.arguments[i];
    }
    return exact;
  });
  if (candidates->size() == 1) return Choice::kFound;
  KeepBest(candidates, [given](const Candidate& candidate) {
    int good = 0;
    for (size_t i = 0; i < given.size(); ++i) {
      if (given[i] == TypeOid::kUnknown) continue;
      const TypeOid type = candidate.arguments[i];
      good += given[i] == type ||
              (IsPreferredType(type) && TypeCategory(type) == TypeCategory(given[i]));
    }
    return good;
  });
  if (candidates->size() == 1) return Choice::kFound;
  if (std::find(given.begin(), given.end(), TypeOid::kUnknown) == given.end()) {
    return Choice::kAmbiguous;
  }
  FilterByCategory(given, candidates);
  if (candidates->size() == 1) return Choice::kFound;
  FilterByKnownType(given, candidates);
  return candidates->size() == 1 ? Choice::kFound : Choice::kAmbiguous;
}

TypeOid PolymorphicType(std::span<const TypeOid> given, std::span<const TypeOid> declared) {
  TypeOid result = TypeOid::kInvalid;
  for (size_t i = 0; i < declared.size(); ++i) {
    if (!IsPolymorphic(declared[i])) continue;
    if (given[i] != TypeOid::kUnknown) return given[i];
    result = TypeOid::kText;
  }
  return result;
}

TypeOid TargetType(TypeOid given, TypeOid declared, TypeOid polymorphic) {
  if (declared == TypeOid::kAny) return given == TypeOid::kUnknown ? TypeOid::kText : given;
  return IsPolymorphic(declared) ? polymorphic : declared;
}

absl::Status NoSuchFunction(std::string_view name, std::span<const TypeOid> arguments,
                            std::span<const std::string_view> names) {
  if (FunctionsNamed(name).empty() && IsPostgresFunction(name))
    return Unsupported("the function {} is not supported", name);
  return WithHint(SqlError(sqlstate::kUndefinedFunction, "function {} does not exist",
                           SignatureText(name, arguments, names)),
                  "No function matches the given name and argument types. You might need to add "
                  "explicit type casts.");
}

absl::Status AmbiguousFunction(std::string_view name, std::span<const TypeOid> arguments,
                               std::span<const std::string_view> names) {
  return WithHint(SqlError(sqlstate::kAmbiguousFunction, "function {} is not unique",
                           SignatureText(name, arguments, names)),
                  "Could not choose a best candidate function. You might need to add explicit "
                  "type casts.");
}

}  // namespace heliosdb::sql::functions
