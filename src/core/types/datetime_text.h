// Text of dates, times and intervals: PostgreSQL's input rules (DateStyle MDY) and its ISO output.
#ifndef HELIOSDB_CORE_TYPES_DATETIME_TEXT_H_
#define HELIOSDB_CORE_TYPES_DATETIME_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/types/format_context.h"
#include "core/types/type.h"

namespace heliosdb::types {

// Errors: 22007 invalid input syntax, 22008 field value out of range, 22009 time zone displacement,
// 22023 unknown zone.
absl::StatusOr<int32_t> ParseDate(std::string_view text, const FormatContext& context);
absl::StatusOr<int64_t> ParseTime(std::string_view text, int32_t modifier,
                                  const FormatContext& context);
absl::StatusOr<int64_t> ParseTimestamp(std::string_view text, int32_t modifier,
                                       const FormatContext& context);
absl::StatusOr<int64_t> ParseTimestamptz(std::string_view text, int32_t modifier,
                                         const FormatContext& context);
// The modifier's fields say what a bare number means: INTERVAL '2' DAY.
absl::StatusOr<Interval> ParseInterval(std::string_view text, int32_t modifier);

void AppendDateText(int32_t date, std::string* out);
void AppendTimeText(int64_t time, std::string* out);
void AppendTimestampText(int64_t timestamp, std::string* out);
void AppendTimestamptzText(int64_t timestamptz, const FormatContext& context, std::string* out);
void AppendIntervalText(Interval interval, std::string* out);

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_DATETIME_TEXT_H_
