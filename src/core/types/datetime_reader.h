// Reads dates and times off their tokens, after PostgreSQL's DecodeDateTime and DecodeTimeOnly.
// Only datetime_text.cc uses it.
#ifndef HELIOSDB_CORE_TYPES_DATETIME_READER_H_
#define HELIOSDB_CORE_TYPES_DATETIME_READER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "core/types/datetime.h"
#include "core/types/datetime_tokens.h"
#include "core/types/format_context.h"

namespace heliosdb::types {

// What the text means as a whole.
enum class DatetimeMeaning : uint8_t { kMoment, kEpoch, kInfinity, kMinusInfinity };

class DatetimeReader {
 public:
  enum class Wants : uint8_t { kDateTime, kTimeOnly };

  DatetimeReader(const FormatContext& context, Wants wants) : context_(context), wants_(wants) {}

  // Once per reader.
  DatetimeError Read(const DatetimeTokens& tokens);

  DatetimeMeaning meaning() const { return meaning_; }
  const CivilTime& civil() const { return civil_; }
  // Seconds east of Greenwich, if the text names a zone that counts; else the session's zone does.
  std::optional<int32_t> offset() const { return offset_; }
  // For kZoneUnknown.
  const std::string& unknown_zone() const { return unknown_zone_; }

 private:
  // Which fields were seen; a field seen twice is an error.
  enum Field : uint32_t {
    kYear = 1 << 0,
    kMonth = 1 << 1,
    kDay = 1 << 2,
    kDayOfYear = 1 << 3,
    kTime = 1 << 4,
    kZone = 1 << 5,
    kDaylight = 1 << 6,
    kMeridian = 1 << 7,
    kEra = 1 << 8,
    kWeekday = 1 << 9,
    kReserved = 1 << 10,
    kDate = kYear | kMonth | kDay,
  };
  enum class Label : uint8_t { kNone, kJulian, kIsoTime, kUnit };

  DatetimeError ReadToken(const DatetimeTokens& tokens, size_t i);
  DatetimeError ReadDateToken(const DatetimeTokens& tokens, size_t i);
  DatetimeError ReadTrailingZone(const std::string& text);
  DatetimeError ReadNumberToken(const std::string& text);
  DatetimeError ReadLabelledNumber(std::string_view text);
  DatetimeError ReadWordToken(const DatetimeTokens& tokens, size_t i);
  DatetimeError ReadWord(DatetimeWord word, const DatetimeTokens& tokens, size_t i);
  DatetimeError ReadDate(std::string_view text);
  DatetimeError ReadNumber(std::string_view text);
  DatetimeError ChooseDateField(int32_t value, size_t digits, std::string_view text);
  DatetimeError ReadRunTogether(std::string_view text, uint32_t fields);
  DatetimeError ReadTime(std::string_view text);
  DatetimeError ReadOffset(std::string_view text);
  DatetimeError ReadZoneName(const std::string& name);
  DatetimeError Finish();
  DatetimeError CheckDate();
  void SetDate(int32_t julian_day);
  void SetNow();
  bool Has(uint32_t fields) const { return (fields_ & fields) == fields; }

  const FormatContext& context_;
  const Wants wants_;
  DatetimeMeaning meaning_ = DatetimeMeaning::kMoment;
  CivilTime civil_;
  std::optional<int32_t> offset_;
  std::optional<TimeZone> named_zone_;
  std::string unknown_zone_;
  uint32_t fields_ = 0;
  uint32_t new_fields_ = 0;  // Of the token at hand.
  Label label_ = Label::kNone;
  bool text_month_ = false;
  bool two_digit_year_ = false;
  bool is_julian_ = false;
  int32_t meridian_ = 0;  // 1 am, 2 pm
  bool before_christ_ = false;
  int32_t day_of_year_ = 0;
};

}  // namespace heliosdb::types

#endif  // HELIOSDB_CORE_TYPES_DATETIME_READER_H_
