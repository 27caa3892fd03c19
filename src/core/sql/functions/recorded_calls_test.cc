#include "core/sql/functions/recorded_calls.h"

#include <memory>

#include "gtest/gtest.h"

#include "core/base/status.h"
#include "core/sql/functions/evaluate.h"
#include "core/sql/functions/overload.h"
#include "core/types/cast.h"
#include "core/types/text_form.h"
#include "heliosdb/error.h"

namespace heliosdb::sql::functions {
namespace {

using types::Type;
using types::TypeOid;
using types::Value;
using types::Vector;

absl::StatusOr<Value> ReadArgument(std::string_view argument, const EvalContext& context) {
  const size_t colon = argument.find(':');
  const std::optional<TypeOid> oid = types::TypeOidByName(argument.substr(0, colon));
  if (!oid.has_value()) return InvalidArgument("no type {}", argument);
  if (colon == std::string_view::npos) return Value::Null({*oid});
  return types::ParseText({*oid}, argument.substr(colon + 1), context.format);
}

struct Bound {
  const FunctionEntry* entry = nullptr;
  std::vector<int> sources;
  std::vector<TypeOid> arguments;
  TypeOid result = TypeOid::kInvalid;
};

absl::StatusOr<Bound> Bind(std::string_view name, const std::vector<TypeOid>& given) {
  if (name.front() >= 'a' && name.front() <= 'z') {
    HELIOS_ASSIGN_OR_RETURN(const ResolvedFunction resolved, ResolveFunction(name, given, {}));
    if (resolved.entry == nullptr) return InvalidArgument("{} is a cast", name);
    return Bound{resolved.entry, resolved.sources, resolved.arguments, resolved.result};
  }
  const bool prefix = given.size() == 1;
  HELIOS_ASSIGN_OR_RETURN(
      const ResolvedOperator resolved,
      ResolveOperator(name, prefix ? TypeOid::kInvalid : given[0], given.back()));
  Bound bound{resolved.entry->function, {0}, {resolved.right}, resolved.result};
  if (!prefix) {
    bound.sources = {0, 1};
    bound.arguments = {resolved.left, resolved.right};
  }
  return bound;
}

std::string ShowRow(const Vector& result, size_t row, const EvalContext& context) {
  if (result.IsNull(row)) return "NULL";
  return types::ToText(result.GetValue(row), context.format);
}

absl::StatusOr<std::string> Run(const RecordedCall& call) {
  constexpr size_t kRowsOfColumns = 3;
  EvalContext context;
  std::vector<Value> values;
  std::vector<TypeOid> given;
  for (const std::string_view argument : call.arguments) {
    HELIOS_ASSIGN_OR_RETURN(Value value, ReadArgument(argument, context));
    given.push_back(value.type().oid);
    values.push_back(std::move(value));
  }
  HELIOS_ASSIGN_OR_RETURN(const Bound bound, Bind(call.name, given));
  std::vector<std::unique_ptr<Vector>> constants;
  std::vector<std::unique_ptr<Vector>> columns;
  std::vector<const Vector*> constant_pointers;
  std::vector<const Vector*> column_pointers;
  for (size_t i = 0; i < bound.arguments.size(); ++i) {
    const Type type{bound.arguments[i]};
    Value value = Value::Null(type);
    if (bound.sources[i] < 0) {
      HELIOS_ASSIGN_OR_RETURN(value, types::ParseText(type, "0", context.format));
    } else {
      const Value& source = values[static_cast<size_t>(bound.sources[i])];
      HELIOS_ASSIGN_OR_RETURN(
          value, types::CastValue(source, type, types::CastKind::kImplicit, context.format));
    }
    constants.push_back(std::make_unique<Vector>(Vector::Constant(value)));
    columns.push_back(std::make_unique<Vector>(Vector::Constant(value)));
    columns.back()->Flatten(kRowsOfColumns);
    constant_pointers.push_back(constants.back().get());
    column_pointers.push_back(columns.back().get());
  }
  Vector result(Type{bound.result});
  HELIOS_RETURN_IF_ERROR(
      Evaluate(*bound.entry, context, constant_pointers, types::kChunkRows, &result));
  const std::string answer = ShowRow(result, 0, context);
  Vector of_columns(Type{bound.result});
  HELIOS_RETURN_IF_ERROR(
      Evaluate(*bound.entry, context, column_pointers, kRowsOfColumns, &of_columns));
  for (size_t row = 0; row < kRowsOfColumns; ++row) {
    const std::string other = ShowRow(of_columns, row, context);
    if (other != answer) return fmt::format("{} as constants, {} as columns", answer, other);
  }
  return answer;
}

}  // namespace

std::string RunCall(const RecordedCall& call) {
  const absl::StatusOr<std::string> answer = Run(call);
  if (answer.ok()) return *answer;
  const std::string message(answer.status().message());
  return fmt::format("!{} {}", SqlStateOf(answer.status()), message);
}

std::string DescribeCall(const RecordedCall& call) {
  std::string text(call.name);
  for (const std::string_view argument : call.arguments) {
    text += ' ';
    text += argument;
  }
  return text;
}

}  // namespace heliosdb::sql::functions
