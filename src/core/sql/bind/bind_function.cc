// Function calls, and names of relations as regclass constants.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"
#include "heliosdb/error.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;
using types::Value;

// Sorted. They exist with OVER only.
constexpr std::string_view kWindowFunctions[] = {
    "cume_dist", "dense_rank", "first_value",  "lag",  "last_value", "lead",
    "nth_value", "ntile",      "percent_rank", "rank", "row_number",
};

// Zero of a type: what an argument that was left out has for its value.
Value ZeroOf(TypeOid type) {
  switch (types::PhysicalOf(type)) {
    case types::Physical::kString:
      return Value::String({type}, "");
    case types::Physical::kFloat32:
    case types::Physical::kFloat64:
      return Value::Float({type}, 0);
    case types::Physical::kInterval:
      return Value::OfInterval({});
    default:
      return Value::Integer({type}, 0);
  }
}

absl::Status WrongObject(std::string_view what, const parse::FunctionCall& call) {
  return WithPosition(
      SqlError(sqlstate::kWrongObjectType, "{} specified, but {} is not an aggregate function",
               what, call.name.name),
      call.position);
}

// What only an aggregate may have. f(*) is no call of f() where there is no f().
absl::Status CheckPlainCall(const parse::FunctionCall& call) {
  if (call.is_star && functions::ResolveFunction(call.name.name, {}, {}).ok()) {
    return WithPosition(
        SqlError(sqlstate::kWrongObjectType, "{}(*) specified, but {} is not an aggregate function",
                 call.name.name, call.name.name),
        call.position);
  }
  if (call.is_distinct) return WrongObject("DISTINCT", call);
  if (call.is_within_group) return WrongObject("WITHIN GROUP", call);
  if (!call.order_by.empty()) return WrongObject("ORDER BY", call);
  if (call.filter != nullptr) return WrongObject("FILTER", call);
  return absl::OkStatus();
}

// PostgreSQL names a function in "does not exist" as it was written, schema included; EXTRACT and
// the like are written in pg_catalog.
absl::Status QualifyCall(absl::Status status, const parse::FunctionCall& call) {
  const std::string prefix = fmt::format("function {}(", call.name.name);
  const std::string message(status.message());
  if (call.name.schema.empty() || !message.starts_with(prefix)) return status;
  absl::Status qualified = SqlError(sqlstate::kUndefinedFunction, "function {}.{}",
                                    call.name.schema, message.substr(prefix.find(' ') + 1));
  const std::string hint = ErrorHintOf(status);
  if (!hint.empty()) qualified = WithHint(std::move(qualified), hint);
  return WithPosition(std::move(qualified), call.position);
}

// The parts of a name as regclass reads it: words in double quotes are taken as they are, others in
// small letters. Empty when it is no name.
std::vector<std::string> SplitName(std::string_view text) {
  std::vector<std::string> parts(1);
  size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '"') {
      for (++i; i < text.size(); ++i) {
        if (text[i] == '"') {
          if (i + 1 >= text.size() || text[i + 1] != '"') break;
          ++i;
        }
        parts.back().push_back(text[i]);
      }
      if (i >= text.size()) return {};
      ++i;
    } else if (text[i] == '.') {
      parts.emplace_back();
      ++i;
    } else {
      const char c = text[i++];
      parts.back().push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  for (const std::string& part : parts) {
    if (part.empty()) return {};
  }
  return parts;
}

}  // namespace

ExpressionOr Binder::CoerceRegclass(ExpressionPtr literal) {
  const std::string text = literal->value.string();
  catalog::Oid oid = catalog::kOidInvalid;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), oid);
  if (error != std::errc() || end != text.data() + text.size()) {
    const std::vector<std::string> parts = SplitName(text);
    if (parts.empty() || parts.size() > 2) {
      return WithPosition(SqlError(sqlstate::kInvalidName, "invalid name syntax"),
                          literal->position);
    }
    const catalog::Relation relation =
        image().FindRelation(context_.search_path, parts.size() == 2 ? parts[0] : "", parts.back());
    if (!relation.found()) {
      return WithPosition(
          SqlError(sqlstate::kUndefinedTable, "relation \"{}\" does not exist", text),
          literal->position);
    }
    oid = relation.oid();
  }
  if (recorder_ != nullptr && recorder_->suspended == 0) {
    recorder_->references.insert({oid, -1});
    const auto node = literals_.find(literal.get());
    if (node != literals_.end()) recorder_->regclasses[node->second] = oid;
  }
  literal->type = {TypeOid::kRegclass};
  literal->value = Value::Integer({TypeOid::kRegclass}, static_cast<int32_t>(oid));
  return literal;
}

ExpressionOr Binder::MakeCall(std::string_view name, std::vector<ExpressionPtr> arguments,
                              std::span<const std::string_view> names, int position) {
  std::vector<TypeOid> given;
  given.reserve(arguments.size());
  for (const ExpressionPtr& argument : arguments) given.push_back(argument->type.oid);
  absl::StatusOr<functions::ResolvedFunction> found =
      functions::ResolveFunction(name, given, names);
  if (!found.ok()) return WithPosition(std::move(found).status(), position);
  if (found->entry == nullptr) {
    return Coerce(std::move(arguments[0]), {found->result}, CastKind::kExplicit);
  }
  ExpressionPtr node = MakeNode(ExpressionKind::kCall, {found->result}, position);
  node->function = found->entry;
  for (size_t i = 0; i < found->sources.size(); ++i) {
    const TypeOid type = found->arguments[i];
    const int source = found->sources[i];
    if (source < 0) {
      node->arguments.push_back(MakeConstant(ZeroOf(type), position));
      continue;
    }
    ExpressionPtr& argument = arguments[static_cast<size_t>(source)];
    // "any" takes the value as it is; a literal is text then.
    HELIOS_ASSIGN_OR_RETURN(
        argument, type == TypeOid::kAny ? ResolveUnknown(std::move(argument))
                                        : Coerce(std::move(argument), {type}, CastKind::kImplicit));
    node->arguments.push_back(std::move(argument));
  }
  return node;
}

ExpressionOr Binder::BindFunctionCall(const parse::FunctionCall& call, Scope* scope) {
  const bool may_return_set = std::exchange(allow_set_returning_, false);
  const std::string& name = call.name.name;
  if (!call.name.schema.empty() && call.name.schema != "pg_catalog") {
    return WithPosition(SqlError(sqlstate::kUndefinedFunction, "function {}.{} does not exist",
                                 call.name.schema, name),
                        call.position);
  }
  if (call.over != nullptr) {
    return WithPosition(Unsupported("window functions are not supported"), call.position);
  }
  if (std::binary_search(std::begin(kWindowFunctions), std::end(kWindowFunctions),
                         std::string_view(name)) &&
      !call.is_within_group) {
    return WithPosition(
        SqlError(sqlstate::kWrongObjectType, "window function {} requires an OVER clause", name),
        call.position);
  }
  if (call.is_variadic) {
    return WithPosition(Unsupported("VARIADIC arguments are not supported"), call.position);
  }
  if (functions::IsAggregateName(name)) return BindAggregateCall(call, scope);
  HELIOS_RETURN_IF_ERROR(CheckPlainCall(call));
  std::vector<ExpressionPtr> arguments;
  std::vector<std::string_view> names;
  for (const parse::ExpressionPtr& argument : call.arguments) {
    const auto* const named = argument->TryAs<parse::NamedArgument>();
    if (named != nullptr) {
      names.push_back(named->name);
    } else if (!names.empty()) {
      return WithPosition(
          SqlError(sqlstate::kSyntaxError, "positional argument cannot follow named argument"),
          argument->position);
    }
    HELIOS_ASSIGN_OR_RETURN(arguments.emplace_back(),
                            BindNode(named == nullptr ? *argument : *named->value, scope));
  }
  ExpressionOr made = MakeCall(name, std::move(arguments), names, call.position);
  if (!made.ok()) return QualifyCall(std::move(made).status(), call);
  ExpressionPtr node = *std::move(made);
  if (node->kind == ExpressionKind::kCall && node->function->set != nullptr && !may_return_set) {
    if (!no_sets_in_.empty()) {
      return WithPosition(
          WithHint(Unsupported("set-returning functions are not allowed in {}", no_sets_in_),
                   "You might be able to move the set-returning function into a LATERAL FROM "
                   "item."),
          call.position);
    }
    const bool in_list = scope->place == Place::kSelect ||
                         (scope->place == Place::kInsertValues && scope->takes_sets);
    if (in_list && !scope->in_aggregate) {
      return MoveSetToFrom(std::move(node), scope);
    }
    return WithPosition(SetReturningError(scope->place), call.position);
  }
  return node;
}

// SELECT f(a) FROM t is SELECT x FROM t, LATERAL f(a) x: a row for each that f gives, none where it
// gives none.
ExpressionOr Binder::MoveSetToFrom(ExpressionPtr call, Scope* scope) {
  Query& query = *scope->query;
  const int position = call->position;
  if (scope->set_in_targets) {
    return WithPosition(
        Unsupported("several set-returning functions in a select list are not supported"),
        position);
  }
  scope->set_in_targets = true;
  const int place = static_cast<int>(query.relations.size());
  Relation relation;
  relation.kind = Relation::Kind::kFunction;
  relation.alias = call->function->name;
  const Type type = call->type;
  relation.columns.push_back({relation.alias, type});
  relation.lateral = ContainsOwnColumn(*call);
  relation.function = std::move(call);
  query.relations.push_back(std::move(relation));
  auto leaf = std::make_unique<FromItem>();
  leaf->relation = place;
  if (query.from == nullptr) {
    query.from = std::move(leaf);
  } else {
    auto join = std::make_unique<FromItem>();
    join->left = std::move(query.from);
    join->right = std::move(leaf);
    query.from = std::move(join);
  }
  return MakeColumn(place, 0, type, position);
}

absl::Status Binder::SetReturningError(Place place) const {
  switch (place) {
    case Place::kSelect:
    case Place::kOrderBy:
    case Place::kGroupBy:
    case Place::kDistinctOn:
      return Unsupported("set-returning functions in the select list are not supported");
    case Place::kFromFunction:
      return Unsupported("set-returning functions must appear at top level of FROM");
    default:
      return Unsupported("set-returning functions are not allowed in {}", PlaceText(place));
  }
}

}  // namespace heliosdb::sql::bind
