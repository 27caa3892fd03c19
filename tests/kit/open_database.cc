#include "tests/kit/open_database.h"

#include "core/base/status.h"
#ifdef HELIOSDB_TEST_POSTGRES
#include "tests/kit/libpq_session.h"
#endif

namespace heliosdb::testkit {
namespace {

#ifdef HELIOSDB_TEST_POSTGRES
constexpr char kKnown[] = "postgres:CONNINFO";
#else
constexpr char kKnown[] = "none";
#endif

}  // namespace

absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenDatabase(std::string_view target) {
#ifdef HELIOSDB_TEST_POSTGRES
  constexpr std::string_view kPostgres = "postgres:";
  if (target.starts_with(kPostgres)) return OpenLibpqDatabase(target.substr(kPostgres.size()));
#endif
  return InvalidArgument("database \"{}\" is unknown; this build knows: {}", target, kKnown);
}

}  // namespace heliosdb::testkit
