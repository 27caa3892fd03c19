// A sqllogictest file, parsed. Two dialects:
//
// The original one, as SQLite's test suite is written in: `statement ok|error`, `query TYPES SORT
// LABEL` with one value a line or the MD5 of them all, `skipif` and `onlyif` before a record,
// `hash-threshold`, `halt`.
//
// Ours, in files that say `dialect postgresql` before their first record, whose answers are what
// PostgreSQL prints:
//   statement ok [TAG]              succeeds, with this command tag ("INSERT 0 2") when one is
//   given statement error [SQLSTATE]      fails, with this SQLSTATE and, after ----, this message
//   query TYPES [SORT] [LABEL]      TYPES are PostgreSQL's type names: int4,text. After ---- one
//   line a row, values
//                                   separated by |, NULL for a null, (empty) for an empty text, \n
//                                   for a line break
//   connection NAME                 the records that follow run on the session of this name
// SORT is nosort (the default), rowsort or valuesort.
#ifndef HELIOSDB_TESTS_KIT_SLT_SLT_FILE_H_
#define HELIOSDB_TESTS_KIT_SLT_SLT_FILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace heliosdb::testkit::slt {

enum class Dialect { kOriginal, kPostgres };
enum class RecordKind { kStatement, kQuery };
enum class Sort { kNone, kRows, kValues };

struct Record {
  RecordKind kind = RecordKind::kStatement;
  // Its first line, counted from 1, a skipif or onlyif before it included: its name in lists and
  // reports.
  int line = 0;
  int line_end = 0;     // The line after its last one.
  bool applies = true;  // False when skipif or onlyif excludes our engine.
  std::string connection;
  std::string sql;

  bool expects_error = false;  // Of a statement.
  std::string sql_state;       // Of a statement that fails; empty when any will do.
  std::string tag;             // Of a statement that succeeds; empty when any will do.
  std::optional<std::vector<std::string>> expected;  // The lines after ----, if there is one.

  std::string types;  // Of a query.
  Sort sort = Sort::kNone;
  std::string label;
  size_t hash_threshold = 0;  // Results of more values are compared by their MD5; 0: never.
};

struct SltFile {
  Dialect dialect = Dialect::kOriginal;
  std::vector<Record> records;
};

// engine: whom skipif and onlyif mean ("postgresql"). INVALID_ARGUMENT with the line for what is no
// such file.
absl::StatusOr<SltFile> ParseSltFile(std::string_view text, std::string_view engine);

}  // namespace heliosdb::testkit::slt

#endif  // HELIOSDB_TESTS_KIT_SLT_SLT_FILE_H_
