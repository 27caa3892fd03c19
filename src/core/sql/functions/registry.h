// All functions, operators and aggregates. Built once, never changed; safe from any thread.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_REGISTRY_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_REGISTRY_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "core/sql/functions/function_entry.h"

namespace heliosdb::sql::functions {

// Entries live as long as the program, at one address.
std::span<const FunctionEntry> AllFunctions();
std::span<const OperatorEntry> AllOperators();
std::span<const AggregateEntry> AllAggregates();

// Every overload of a name, as pg_proc spells it; empty for none.
std::span<const FunctionEntry* const> FunctionsNamed(std::string_view name);
std::span<const OperatorEntry* const> OperatorsNamed(std::string_view symbol);
std::span<const AggregateEntry* const> AggregatesNamed(std::string_view name);

// Null for none.
const FunctionEntry* FunctionById(uint32_t id);
const OperatorEntry* OperatorById(uint32_t id);
const AggregateEntry* AggregateById(uint32_t id);
// Exactly these types; null for none.
const OperatorEntry* FindOperator(std::string_view symbol, types::TypeOid left,
                                  types::TypeOid right);
const FunctionEntry* FindFunction(std::string_view name, std::span<const types::TypeOid> arguments);

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_REGISTRY_H_
