#include "tests/kit/open_database.h"

#include <string>

#include "core/base/status.h"
#include "tests/kit/embedded_session.h"
#ifdef HELIOSDB_TEST_POSTGRES
#include "tests/kit/libpq_session.h"
#endif

namespace heliosdb::testkit {
namespace {

#ifdef HELIOSDB_TEST_POSTGRES
constexpr char kKnown[] = "memory, a folder (with a slash in it), postgres:CONNINFO";
#else
constexpr char kKnown[] = "memory, a folder (with a slash in it)";
#endif

}  // namespace

absl::StatusOr<std::unique_ptr<SqlDatabase>> OpenDatabase(std::string_view target) {
#ifdef HELIOSDB_TEST_POSTGRES
  constexpr std::string_view kPostgres = "postgres:";
  if (target.starts_with(kPostgres)) return OpenLibpqDatabase(target.substr(kPostgres.size()));
#endif
  if (target == "memory") return OpenEmbeddedDatabase({});
  if (target.find('/') != std::string_view::npos) {
    EmbeddedOptions options;
    options.directory = std::string(target);
    // Many small databases, one after the other.
    options.options.wal_segment_bytes = uint64_t{1} << 20;
    return OpenEmbeddedDatabase(options);
  }
  return InvalidArgument("database \"{}\" is unknown; this build knows: {}", target, kKnown);
}

}  // namespace heliosdb::testkit
