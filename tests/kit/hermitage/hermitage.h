// Scenarios of concurrent transactions with a transcript of what happens at each isolation level.
//
// A file:
//   scenario TITLE
//   setup STATEMENT                 as often as needed
//   SESSION STATEMENT               the steps, in order; a step `SESSION begin` opens a transaction at the level
//   level LEVEL                     then the transcript at this level, up to an empty line; a level may come again
//   SESSION STATEMENT -> OUTCOME    with another transcript that is as good
//   SESSION -> OUTCOME              the end of a statement that waited
// LEVEL is read committed, repeatable read or serializable. OUTCOME is `waits`, `error SQLSTATE`, a command tag, or
// the rows of a query in parentheses. Lines that begin with # are comments.
#ifndef HELIOSDB_TESTS_KIT_HERMITAGE_HERMITAGE_H_
#define HELIOSDB_TESTS_KIT_HERMITAGE_HERMITAGE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "tests/kit/sql_session.h"

namespace heliosdb::testkit::hermitage {

inline constexpr std::string_view kLevels[] = {"read committed", "repeatable read", "serializable"};

struct Scenario {
  std::string title;
  std::vector<std::string> setup;
  std::vector<std::pair<std::string, std::string>> steps;        // Session and statement.
  std::vector<std::pair<std::string, std::string>> transcripts;  // Level and text.
};

absl::StatusOr<Scenario> ParseScenario(std::string_view text);

// Empties the database and runs the scenario at the level; the transcript of what happened.
absl::StatusOr<std::string> RunScenario(const Scenario& scenario, std::string_view level,
                                        SqlDatabase* database);

// The file's text up to its first transcript, and new transcripts after it.
std::string WithTranscripts(std::string_view text,
                            const std::vector<std::pair<std::string, std::string>>& transcripts);

}  // namespace heliosdb::testkit::hermitage

#endif  // HELIOSDB_TESTS_KIT_HERMITAGE_HERMITAGE_H_
