// Type names.
#include <algorithm>
#include <iterator>
#include <vector>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"

namespace heliosdb::sql::bind {
namespace {

// Types of PostgreSQL's that are not there, sorted: so that they are refused as missing, not as
// unknown.
constexpr std::string_view kMissingTypes[] = {
    "bit",       "box",        "cidr",          "circle",      "cstring",  "daterange",
    "inet",      "int2vector", "int4range",     "int8range",   "json",     "jsonb",
    "jsonpath",  "line",       "lseg",          "macaddr",     "macaddr8", "money",
    "numrange",  "oidvector",  "path",          "pg_snapshot", "point",    "polygon",
    "record",    "refcursor",  "regnamespace",  "regoper",     "regproc",  "regprocedure",
    "regrole",   "regtype",    "tid",           "timetz",      "tsquery",  "tsrange",
    "tstzrange", "tsvector",   "txid_snapshot", "uuid",        "varbit",   "xid",
    "xml",
};

std::string QualifiedText(const parse::QualifiedName& name) {
  return name.schema.empty() ? name.name : fmt::format("{}.{}", name.schema, name.name);
}

absl::StatusOr<std::vector<int32_t>> ModifierNumbers(const parse::TypeName& name) {
  std::vector<int32_t> numbers;
  for (const parse::ExpressionPtr& modifier : name.modifiers) {
    const auto* const constant = modifier->TryAs<parse::Constant>();
    if (constant == nullptr || constant->type != parse::ConstantType::kInteger) {
      return WithPosition(SqlError(sqlstate::kSyntaxError,
                                   "type modifiers must be simple constants or identifiers"),
                          name.position);
    }
    numbers.push_back(constant->integer);
  }
  return numbers;
}

}  // namespace

absl::StatusOr<types::Type> Binder::BindTypeName(const parse::TypeName& name) {
  if (name.is_set) return WithPosition(Unsupported("SETOF is not supported here"), name.position);
  if (name.is_percent_type) {
    return WithPosition(Unsupported("%TYPE is not supported"), name.position);
  }
  if (!name.array_bounds.empty()) {
    return WithPosition(Unsupported("array types are not supported"), name.position);
  }
  const bool is_builtin = name.name.schema.empty() || name.name.schema == "pg_catalog";
  const std::optional<types::TypeOid> oid =
      is_builtin ? types::TypeOidByName(name.name.name) : std::nullopt;
  if (!oid.has_value()) {
    if (is_builtin && std::binary_search(std::begin(kMissingTypes), std::end(kMissingTypes),
                                         std::string_view(name.name.name))) {
      return WithPosition(Unsupported("type {} is not supported", name.name.name), name.position);
    }
    return WithPosition(SqlError(sqlstate::kUndefinedObject, "type \"{}\" does not exist",
                                 QualifiedText(name.name)),
                        name.position);
  }
  types::Type type{*oid};
  if (name.modifiers.empty()) return type;
  HELIOS_ASSIGN_OR_RETURN(const std::vector<int32_t> numbers, ModifierNumbers(name));
  absl::StatusOr<int32_t> modifier = types::MakeTypeModifier(*oid, numbers);
  if (!modifier.ok()) return WithPosition(std::move(modifier).status(), name.position);
  type.modifier = *modifier;
  return type;
}

}  // namespace heliosdb::sql::bind
