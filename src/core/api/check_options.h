// What Options must be, however they were filled.
#ifndef HELIOSDB_CORE_API_CHECK_OPTIONS_H_
#define HELIOSDB_CORE_API_CHECK_OPTIONS_H_

#include "absl/status/status.h"

#include "heliosdb/options.h"

namespace heliosdb::api {

// OK, or the error of Options::Builder::Build.
absl::Status CheckOptions(const Options& options);

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_CHECK_OPTIONS_H_
