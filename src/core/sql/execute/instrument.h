// Counts what the operator below it does, for EXPLAIN ANALYZE.
#ifndef HELIOSDB_CORE_SQL_EXECUTE_INSTRUMENT_H_
#define HELIOSDB_CORE_SQL_EXECUTE_INSTRUMENT_H_

#include "core/sql/execute/operator.h"

namespace heliosdb::sql::execute {

absl::StatusOr<OperatorPtr> BuildInstrument(const plan::InstrumentNode& node);

}  // namespace heliosdb::sql::execute

#endif  // HELIOSDB_CORE_SQL_EXECUTE_INSTRUMENT_H_
