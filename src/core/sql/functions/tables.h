// The registry's parts, a file each. Rows are constant data; registry.cc joins them.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_TABLES_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_TABLES_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::functions {

std::span<const FunctionEntry> NumberComparisons();
std::span<const FunctionEntry> TextComparisons();
std::span<const FunctionEntry> DatetimeComparisons();
std::span<const FunctionEntry> IntegerArithmetic();
std::span<const FunctionEntry> FloatArithmetic();
std::span<const FunctionEntry> MathFunctions();
std::span<const FunctionEntry> NumericFunctions();
std::span<const FunctionEntry> TextFunctions();
std::span<const FunctionEntry> TextPartFunctions();
std::span<const FunctionEntry> FormatFunctions();
std::span<const FunctionEntry> ByteaFunctions();
std::span<const FunctionEntry> EncodingFunctions();
std::span<const FunctionEntry> LikeFunctions();
std::span<const FunctionEntry> RegexFunctions();
std::span<const FunctionEntry> DatetimeArithmetic();
std::span<const FunctionEntry> DatetimeFunctions();
std::span<const FunctionEntry> ToCharFunctions();
std::span<const FunctionEntry> NumberFormatFunctions();
std::span<const FunctionEntry> SystemFunctions();
std::span<const FunctionEntry> SeriesFunctions();

// An operator as pg_operator has it, by ids; 0 for none.
struct OperatorRow {
  uint32_t id;
  std::string_view symbol;
  types::TypeOid left;
  types::TypeOid right;
  uint32_t function;
  uint32_t commutator;
  uint32_t negator;
  OperatorKind kind;
  bool can_hash;
};
std::span<const OperatorRow> OperatorRows();

std::span<const AggregateEntry> CountingAggregates();
std::span<const AggregateEntry> SumAggregates();
std::span<const AggregateEntry> ExtremeAggregates();
std::span<const AggregateEntry> TextAggregates();
std::span<const AggregateEntry> VarianceAggregates();
std::span<const AggregateEntry> RegressionAggregates();
std::span<const AggregateEntry> OrderedSetAggregates();

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_TABLES_H_
