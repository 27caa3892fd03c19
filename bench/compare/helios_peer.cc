#include "bench/compare/helios_peer.h"

#include <utility>

#include "core/base/status.h"

namespace heliosdb::bench {

absl::StatusOr<int64_t> Drain(absl::StatusOr<Result> result) {
  if (!result.ok()) return result.status();
  int64_t rows = 0;
  int64_t sink = 0;
  const std::vector<Column>& columns = result->columns();
  for (const Row row : *result) {
    ++rows;
    for (size_t i = 0; i < columns.size(); ++i) {
      switch (columns[i].type) {
        case TypeId::kInt2:
        case TypeId::kInt4:
        case TypeId::kInt8:
          sink += row.Get<int64_t>(i);
          break;
        case TypeId::kFloat8:
          sink += static_cast<int64_t>(row.Get<double>(i));
          break;
        default:
          sink += static_cast<int64_t>(row.Get<std::string_view>(i).size());
      }
    }
  }
  HELIOS_RETURN_IF_ERROR(result->status());
  // The values must be read, whatever the compiler thinks of them.
  asm volatile("" : : "r"(sink));
  return rows;
}

absl::Status LoadRows(Connection* connection, const std::string& table, int64_t first, int64_t rows,
                      size_t pad_length) {
  HELIOS_ASSIGN_OR_RETURN(Appender appender, connection->Append("", table));
  Dice dice(7);
  for (int64_t id = first; id < first + rows; ++id) {
    const std::string pad = dice.Text(pad_length);
    appender.Add(id).Add(dice.Below(kDistinctK)).Add(std::string_view(pad));
    HELIOS_RETURN_IF_ERROR(appender.EndRow());
  }
  return appender.Finish().status();
}

}  // namespace heliosdb::bench
