#include "core/sql/functions/registry.h"

#include <memory>
#include <set>
#include <vector>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/clock.h"
#include "core/sql/functions/evaluate.h"
#include "core/types/text_form.h"

namespace heliosdb::sql::functions {
namespace {

using types::Type;
using types::TypeOid;
using types::Value;
using types::Vector;

TypeOid Concrete(TypeOid type) {
  return type == TypeOid::kAny || type == TypeOid::kAnyElement ? TypeOid::kInt4 : type;
}

TEST(Registry, FindsEntriesByNameAndId) {
  for (const FunctionEntry& entry : AllFunctions()) {
    EXPECT_EQ(FunctionById(entry.id), &entry);
    EXPECT_EQ(FindFunction(entry.name, {entry.arguments.begin(), entry.arguments.size()}), &entry)
        << entry.name;
  }
  EXPECT_TRUE(FunctionsNamed("no_such_function").empty());
  EXPECT_EQ(FunctionById(1), nullptr);
}

TEST(Registry, OverloadsOfANameDiffer) {
  std::set<std::string> signatures;
  for (const FunctionEntry& entry : AllFunctions()) {
    std::string signature(entry.name);
    for (const TypeOid type : entry.arguments) signature += fmt::format(",{}", uint32_t(type));
    EXPECT_TRUE(signatures.insert(signature).second) << signature;
    EXPECT_EQ(entry.kernel == nullptr, entry.set != nullptr) << entry.name;
    EXPECT_TRUE(entry.argument_names.empty() ||
                entry.argument_names.size() == entry.arguments.size())
        << entry.name;
  }
}

TEST(Registry, OperatorsAgreeWithTheirFunctions) {
  for (const OperatorEntry& entry : AllOperators()) {
    ASSERT_NE(entry.function, nullptr);
    const Signature& arguments = entry.function->arguments;
    if (entry.left == TypeOid::kInvalid) {
      ASSERT_EQ(arguments.size(), 1u) << entry.id;
      EXPECT_EQ(arguments[0], entry.right) << entry.id;
    } else {
      ASSERT_EQ(arguments.size(), 2u) << entry.id;
      EXPECT_EQ(arguments[0], entry.left) << entry.id;
      EXPECT_EQ(arguments[1], entry.right) << entry.id;
    }
    EXPECT_EQ(FindOperator(entry.symbol, entry.left, entry.right), &entry);
  }
}

TEST(Registry, CommutatorsAndNegatorsComeInPairs) {
  for (const OperatorEntry& entry : AllOperators()) {
    if (entry.commutator != nullptr) {
      EXPECT_EQ(entry.commutator->commutator, &entry) << entry.id;
      EXPECT_EQ(entry.commutator->left, entry.right) << entry.id;
      EXPECT_EQ(entry.commutator->right, entry.left) << entry.id;
    }
    if (entry.negator != nullptr) {
      EXPECT_EQ(entry.negator->negator, &entry) << entry.id;
      EXPECT_EQ(entry.negator->result, TypeOid::kBool) << entry.id;
    }
    if (entry.kind != OperatorKind::kOther) {
      EXPECT_NE(entry.commutator, nullptr) << entry.id;
      EXPECT_NE(entry.negator, nullptr) << entry.id;
      EXPECT_NE(
          entry.function->filter == nullptr && entry.function->volatility == Volatility::kImmutable,
          true)
          << entry.id;
    }
  }
}

// A value that most functions take: 1, '1', a moment.
Value SampleValue(TypeOid type) {
  const types::FormatContext context;
  switch (type) {
    case TypeOid::kDate:
    case TypeOid::kTimestamp:
    case TypeOid::kTimestamptz:
      return *types::ParseText({type}, "2024-02-29", context);
    case TypeOid::kTime:
    case TypeOid::kInterval:
      return *types::ParseText({type}, "01:02:03", context);
    case TypeOid::kPgLsn:
      return *types::ParseText({type}, "0/1", context);
    case TypeOid::kBytea:
      return *types::ParseText({type}, "\\x31", context);
    case TypeOid::kRegclass:
      return Value::Integer({type}, 1);
    default:
      return *types::ParseText({type}, "1", context);
  }
}

enum class Form { kConstants, kColumns, kConstantThenColumns, kNullColumns, kNullConstants };

std::vector<std::unique_ptr<Vector>> MakeArguments(const FunctionEntry& entry, Form form,
                                                   size_t rows) {
  std::vector<std::unique_ptr<Vector>> result;
  for (size_t i = 0; i < entry.arguments.size(); ++i) {
    const TypeOid type = Concrete(entry.arguments[i]);
    const bool null = form == Form::kNullColumns || form == Form::kNullConstants;
    const Value value = null ? Value::Null({type}) : SampleValue(type);
    auto vector = std::make_unique<Vector>(Vector::Constant(value));
    const bool flat = form == Form::kColumns || form == Form::kNullColumns ||
                      (form == Form::kConstantThenColumns && i > 0);
    if (flat) vector->Flatten(rows);
    result.push_back(std::move(vector));
  }
  return result;
}

// Whatever the values, a kernel neither crashes nor leaves garbage: results can be printed.
void RunKernel(const FunctionEntry& entry, Form form, size_t rows) {
  EvalContext context;
  SessionRandom random(1);
  context.random = &random;
  context.clock = Clock::Real();
  const auto owned = MakeArguments(entry, form, rows);
  std::vector<const Vector*> arguments;
  for (const auto& argument : owned) arguments.push_back(argument.get());
  Vector result(Type{Concrete(entry.result)});
  const absl::Status status = Evaluate(entry, context, arguments, rows, &result);
  if (!status.ok()) return;
  for (size_t row = 0; row < (result.is_constant() ? 1 : rows); ++row) {
    if (!result.IsNull(row) && entry.result != TypeOid::kVoid) {
      types::ToText(result.GetValue(row), context.format);
    }
    if (form == Form::kNullColumns && entry.strict && entry.arguments.size() > 0) {
      EXPECT_TRUE(result.IsNull(row)) << entry.name;
    }
  }
  if (entry.result != TypeOid::kBool || arguments.empty()) return;
  uint16_t selected[types::kChunkRows];
  Vector scratch(Type{TypeOid::kBool});
  const absl::StatusOr<size_t> count = EvaluateFilter(
      entry, context, arguments, {.rows = nullptr, .count = rows}, selected, &scratch);
  ASSERT_TRUE(count.ok()) << entry.name;
  size_t expected = 0;
  for (size_t row = 0; row < rows; ++row) {
    expected += !result.IsNull(row) && result.GetValue(row).bool_value() ? 1 : 0;
  }
  EXPECT_EQ(*count, expected) << entry.name;
}

TEST(Registry, EveryKernelTakesConstantsColumnsNullsAndNothing) {
  for (const FunctionEntry& entry : AllFunctions()) {
    if (entry.kernel == nullptr) continue;
    for (const Form form : {Form::kConstants, Form::kColumns, Form::kConstantThenColumns,
                            Form::kNullColumns, Form::kNullConstants}) {
      for (const size_t rows : {size_t{0}, size_t{1}, size_t{70}}) RunKernel(entry, form, rows);
    }
  }
}

TEST(Registry, EveryAggregateIsComplete) {
  for (const AggregateEntry& entry : AllAggregates()) {
    ASSERT_NE(entry.state, nullptr) << entry.name;
    const AggregateState& state = *entry.state;
    EXPECT_GT(state.bytes, 0u) << entry.name;
    EXPECT_NE(state.init, nullptr) << entry.name;
    EXPECT_NE(state.update, nullptr) << entry.name;
    EXPECT_NE(state.update_one, nullptr) << entry.name;
    EXPECT_NE(state.finalize, nullptr) << entry.name;
    EXPECT_EQ(state.combine == nullptr, entry.kind == AggregateKind::kOrderedSet) << entry.name;
    EXPECT_EQ(state.save == nullptr, state.load == nullptr) << entry.name;
    EXPECT_EQ(AggregateById(entry.id), &entry);
  }
}

}  // namespace
}  // namespace heliosdb::sql::functions
