// Random transactions that append to lists and read them.
#ifndef HELIOSDB_TESTS_KIT_WORKLOAD_LIST_APPEND_WORKLOAD_H_
#define HELIOSDB_TESTS_KIT_WORKLOAD_LIST_APPEND_WORKLOAD_H_

#include <vector>

#include "tests/kit/workload/workload.h"

namespace heliosdb::testkit::workload {

// How a list is kept in tables.
enum class ListForm {
  kUpdate,  // A text column; UPDATE appends. Row locks, and at read committed the re-check of the newest version.
  kUpsert,  // The same by INSERT ... ON CONFLICT DO UPDATE; the first append makes the row.
  kRows,  // A row an element, numbered by a counter row that every append updates. Reads are index scans.
};

struct ListAppendOptions {
  ListForm form = ListForm::kUpdate;
  int keys = 6;                        // In use at one time.
  int transactions_per_key_set = 300;  // Then new keys: lists stay short.
  int operations_max = 5;              // In one transaction.
};

absl::StatusOr<std::vector<history::ListTransaction>> RunListAppend(
    const WorkloadOptions& options, const ListAppendOptions& list_options, SqlDatabase* database);

// The elements of a list's text: ",1,2".
std::vector<int64_t> ParseList(std::string_view text);

}  // namespace heliosdb::testkit::workload

#endif  // HELIOSDB_TESTS_KIT_WORKLOAD_LIST_APPEND_WORKLOAD_H_
