// The texts of constraint errors.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_KEY_TEXT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_KEY_TEXT_H_

#include <span>
#include <string>
#include <string_view>

#include "core/catalog/object.h"
#include "core/types/format_context.h"
#include "core/types/vector.h"

namespace heliosdb::sql::execute {

// "(a, b)=(1, x)"
std::string KeyText(std::span<const std::string> names,
                    std::span<const types::Vector* const> values, size_t row,
                    const types::FormatContext& format);
// "Failing row contains (1, null, x)."
std::string FailingRowText(const catalog::Table& table,
                           std::span<const types::Vector* const> columns, size_t row,
                           const types::FormatContext& format);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_KEY_TEXT_H_
