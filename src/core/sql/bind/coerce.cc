// Casts that the context of an expression asks for.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;
using types::Value;

// Whether reading the text depends on the session's time zone or on the clock ('now', 'today').
bool ReadsSession(TypeOid type, std::string_view text) {
  if (type == TypeOid::kTimestamptz) return true;
  if (type != TypeOid::kDate && type != TypeOid::kTime && type != TypeOid::kTimestamp) return false;
  // now, today, tomorrow, yesterday; month names with an o or y are merely not kept.
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == 'o' || c == 'O' || c == 'y' || c == 'Y'; });
}

ExpressionPtr MakeCast(ExpressionPtr expression, Type type, CastKind kind) {
  ExpressionPtr cast = MakeNode(ExpressionKind::kCast, type, expression->position);
  cast->explicit_cast = kind == CastKind::kExplicit;
  cast->arguments.push_back(std::move(expression));
  return cast;
}

bool AppliesModifier(Type from, Type to) {
  return types::HasModifier(to) && from.modifier != to.modifier;
}

}  // namespace

bool Binder::CanCoerce(TypeOid from, TypeOid to, CastKind kind) const {
  if (from == to || from == TypeOid::kUnknown) return true;
  const std::optional<CastKind> cast = types::FindCast(from, to);
  return cast.has_value() && *cast <= kind;
}

ExpressionOr Binder::CoerceLiteral(ExpressionPtr literal, Type type, CastKind kind) {
  if (literal->value.is_null()) {
    literal->type = type;
    literal->value = Value::Null(type);
    return literal;
  }
  const std::string& text = literal->value.string();
  if (type.oid == TypeOid::kRegclass) return CoerceRegclass(std::move(literal));
  depends_on_session_ |= ReadsSession(type.oid, text);
  // A length is applied by a cast of its own, as it may cut or fail by context.
  const Type base{type.oid, type.oid == TypeOid::kInterval ? type.modifier : -1};
  absl::StatusOr<Value> value = types::ParseText(base, text, context_.format);
  if (!value.ok()) return WithPosition(std::move(value).status(), literal->position);
  literal->value = *std::move(value);
  literal->type = base;
  if (!AppliesModifier(base, type)) return literal;
  // What does not fit fails when it is executed, as in PostgreSQL.
  absl::StatusOr<Value> cut = types::CastValue(literal->value, type, kind, context_.format);
  if (!cut.ok()) return MakeCast(std::move(literal), type, kind);
  literal->value = *std::move(cut);
  literal->type = type;
  return literal;
}

ExpressionOr Binder::CoerceParameter(ExpressionPtr parameter, Type type) {
  Type& decided = parameter_types_[static_cast<size_t>(parameter->index) - 1];
  if (decided.oid == TypeOid::kInvalid) decided = {type.oid};
  if (decided.oid != type.oid) {
    return WithPosition(
        WithDetail(SqlError(sqlstate::kAmbiguousParameter,
                            "inconsistent types deduced for parameter ${}", parameter->index),
                   fmt::format("{} versus {}", types::BaseTypeName(decided.oid),
                               types::BaseTypeName(type.oid))),
        parameter->position);
  }
  parameter->type = decided;
  return parameter;
}

ExpressionOr Binder::Coerce(ExpressionPtr expression, Type type, CastKind kind) {
  if (expression->type.oid == TypeOid::kUnknown && type.oid != TypeOid::kUnknown) {
    if (expression->kind == ExpressionKind::kConstant) {
      return CoerceLiteral(std::move(expression), type, kind);
    }
    if (expression->kind == ExpressionKind::kParameter) {
      HELIOS_ASSIGN_OR_RETURN(expression, CoerceParameter(std::move(expression), type));
    }
  }
  const Type from = expression->type;
  if (from.oid == type.oid) {
    if (!AppliesModifier(from, type)) return expression;
    return MakeCast(std::move(expression), type, kind);
  }
  if (!CanCoerce(from.oid, type.oid, kind)) {
    return WithPosition(SqlError(sqlstate::kCannotCoerce, "cannot cast type {} to {}",
                                 types::BaseTypeName(from.oid), types::BaseTypeName(type.oid)),
                        expression->position);
  }
  return MakeCast(std::move(expression), type, kind);
}

ExpressionOr Binder::CoerceToBoolean(ExpressionPtr expression, std::string_view construct) {
  const Type boolean{TypeOid::kBool};
  if (!CanCoerce(expression->type.oid, TypeOid::kBool, CastKind::kAssignment)) {
    return WithPosition(
        SqlError(sqlstate::kDatatypeMismatch, "argument of {} must be type boolean, not type {}",
                 construct, types::BaseTypeName(expression->type.oid)),
        expression->position);
  }
  return Coerce(std::move(expression), boolean, CastKind::kAssignment);
}

ExpressionOr Binder::CoerceForAssignment(ExpressionPtr expression, std::string_view column,
                                         Type type) {
  if (!CanCoerce(expression->type.oid, type.oid, CastKind::kAssignment)) {
    return WithPosition(
        WithHint(SqlError(sqlstate::kDatatypeMismatch,
                          "column \"{}\" is of type {} but expression is of type {}", column,
                          types::BaseTypeName(type.oid), types::BaseTypeName(expression->type.oid)),
                 "You will need to rewrite or cast the expression."),
        expression->position);
  }
  return Coerce(std::move(expression), type, CastKind::kAssignment);
}

ExpressionOr Binder::ResolveUnknown(ExpressionPtr expression) {
  if (expression->type.oid != TypeOid::kUnknown) return expression;
  return Coerce(std::move(expression), {TypeOid::kText}, CastKind::kImplicit);
}

absl::Status Binder::Unify(const std::vector<ExpressionPtr*>& expressions,
                           std::string_view construct) {
  std::vector<TypeOid> oids;
  oids.reserve(expressions.size());
  for (ExpressionPtr* const expression : expressions) oids.push_back((*expression)->type.oid);
  absl::StatusOr<TypeOid> common = functions::CommonType(construct, oids);
  if (!common.ok()) {
    // PostgreSQL points at the first expression of another type category.
    const Expression* culprit = expressions.front()->get();
    for (ExpressionPtr* const expression : expressions) {
      const TypeOid oid = (*expression)->type.oid;
      if (oid != TypeOid::kUnknown &&
          functions::TypeCategory(oid) != functions::TypeCategory(culprit->type.oid)) {
        if (culprit->type.oid == TypeOid::kUnknown) {
          culprit = expression->get();
          continue;
        }
        culprit = expression->get();
        break;
      }
    }
    return WithPosition(std::move(common).status(), culprit->position);
  }
  // The modifier stays when all have the same.
  Type type{*common};
  const Type first = (*expressions.front())->type;
  const bool same = std::all_of(expressions.begin(), expressions.end(),
                                [first](ExpressionPtr* e) { return (*e)->type == first; });
  if (same && first.oid == type.oid) type = first;
  for (ExpressionPtr* const expression : expressions) {
    HELIOS_ASSIGN_OR_RETURN(*expression, Coerce(std::move(*expression), type, CastKind::kImplicit));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::sql::bind
