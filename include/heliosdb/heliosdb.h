// HeliosDB: a PostgreSQL-compatible SQL database inside the host program. This header brings all of core.
//
//   #include <heliosdb/heliosdb.h>
//   auto db = heliosdb::Database::Open("shop.db");               // absl::StatusOr<...> everywhere, no exceptions
//   auto connection = (*db)->Connect();
//   auto result = (*connection)->Execute("SELECT name FROM users WHERE id = $1", 42);
//   for (heliosdb::Row row : *result) std::cout << row.Get<std::string_view>(0);
#ifndef HELIOSDB_HELIOSDB_H_
#define HELIOSDB_HELIOSDB_H_

#include "heliosdb/appender.h"
#include "heliosdb/connection.h"
#include "heliosdb/database.h"
#include "heliosdb/error.h"
#include "heliosdb/options.h"
#include "heliosdb/progress.h"
#include "heliosdb/receipt.h"
#include "heliosdb/result.h"
#include "heliosdb/script.h"
#include "heliosdb/transaction.h"
#include "heliosdb/value.h"

#endif  // HELIOSDB_HELIOSDB_H_
