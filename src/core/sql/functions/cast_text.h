// The text that a cast to text gives.
#ifndef HELIOSDB_CORE_SQL_FUNCTIONS_CAST_TEXT_H_
#define HELIOSDB_CORE_SQL_FUNCTIONS_CAST_TEXT_H_

#include <string>

#include "core/types/text_form.h"
#include "core/types/vector.h"

namespace heliosdb::sql::functions {

// Differs from the output form for booleans alone, which become whole words. The value is not NULL.
inline void AppendCastText(const types::Vector& vector, size_t row,
                           const types::FormatContext& context, std::string* out) {
  if (vector.type().oid != types::TypeOid::kBool)
    return types::AppendText(vector, row, context, out);
  out->append(vector.data<uint8_t>()[vector.is_constant() ? 0 : row] != 0 ? "true" : "false");
}

}  // namespace heliosdb::sql::functions

#endif  // HELIOSDB_CORE_SQL_FUNCTIONS_CAST_TEXT_H_
