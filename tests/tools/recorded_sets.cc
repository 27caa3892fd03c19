#include "tests/tools/recorded_sets.h"

#include "fmt/format.h"

#include "core/base/status.h"
#include "tests/tools/flags.h"

namespace heliosdb::testkit {

absl::Status ForEachRecordedQuery(const std::string& folder, SqlDatabase* database,
                                  const RecordedQueryVisitor& visit) {
  for (const std::string set : {"chinook", "northwind"}) {
    HELIOS_ASSIGN_OR_RETURN(const std::string script,
                            ReadTextFile(fmt::format("{}/data/{}/{}.sql", folder, set, set)));
    HELIOS_ASSIGN_OR_RETURN(const std::string text,
                            ReadTextFile(fmt::format("{}/recorded/{}.sql", folder, set)));
    HELIOS_ASSIGN_OR_RETURN(const auto queries, recorded::ParseQueries(text));
    HELIOS_RETURN_IF_ERROR(database->Reset());
    HELIOS_ASSIGN_OR_RETURN(const auto session, database->Connect("recorded"));
    HELIOS_RETURN_IF_ERROR(WithContext(recorded::LoadScript(script, session.get()), set));
    for (const recorded::Query& query : queries) {
      const std::string path =
          fmt::format("{}/recorded/answers/{}/{}.txt", folder, set, query.name);
      HELIOS_RETURN_IF_ERROR(WithContext(visit(path, query, session.get()), query.name));
    }
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::testkit
