// Input and output of every type, as PostgreSQL 15 does them.
#include "core/types/text_form.h"

#include <string>

#include "gtest/gtest.h"

#include "core/types/cast.h"
#include "heliosdb/error.h"

namespace heliosdb::types {
namespace {

struct TextAnswer {
  const char* type;
  int32_t modifier;
  const char* input;
  const char* result;  // Or "ERR sqlstate message".
};

// clang-format off
constexpr TextAnswer kTextAnswers[] = {
    {"date", -1, "2024-01-15 1:2", "2024-01-15"},
    {"date", -1, "12-Jan-2020", "2020-01-12"},
    {"date", -1, "20240115", "2024-01-15"},
    {"date", -1, "", "ERR 22007 invalid input syntax for type date: \"\""},
    {"date", -1, "-infinity", "-infinity"},
    {"date", -1, "1999-01-08 04:05:06+530", "1999-01-08"},
    {"date", -1, "2024-13-01", "ERR 22008 date/time field value out of range: \"2024-13-01\""},
    {"date", -1, "10:00", "ERR 22007 invalid input syntax for type date: \"10:00\""},
    {"date", -1, "04:05 AM", "ERR 22007 invalid input syntax for type date: \"04:05 AM\""},
    {"date", -1, "1/18/1999", "1999-01-18"},
    {"date", -1, "19990108", "1999-01-08"},
    {"date", -1, "20240115T101112", "2024-01-15"},
    {"date", -1, "2024-01-15 10:00+15:59", "2024-01-15"},
    {"date", -1, "1999-01-08 04:05", "1999-01-08"},
    {"date", -1, "2024-01-15 10:00:00.9999999", "2024-01-15"},
    {"date", -1, "99999-01-01", "99999-01-01"},
    {"date", -1, "Mon, 15 Jan 2024 10:00:00 +0200", "2024-01-15"},
    {"date", -1, "1999-01-08 04:05:06.789-08", "1999-01-08"},
    {"date", -1, "2024-06-15 10:00 europe/berlin", "2024-06-15"},
    {"date", -1, "2024-01-15 10:11z", "2024-01-15"},
    {"date", -1, "1999-01-08", "1999-01-08"},
    {"date", -1, "2024-01-15 zulu", "2024-01-15"},
    {"date", -1, "1999-01-08T04:05:06Z", "1999-01-08"},
    {"date", -1, "1999-01-08 04:05:06 PST", "1999-01-08"},
    {"date", -1, "2024-01-15 1:2:3", "2024-01-15"},
    {"date", -1, "2024-01-15 24:00:01", "ERR 22008 date/time field value out of range: \"2024-01-15 24:00:01\""},
    {"date", -1, "J2451187", "1999-01-08"},
    {"date", -1, "294276-12-31 23:59:59.999999", "294276-12-31"},
    {"date", -1, "1999-01-08 13:05 PM", "ERR 22008 date/time field value out of range: \"1999-01-08 13:05 PM\""},
    {"date", -1, "01.15.2024", "2024-01-15"},
    {"date", -1, "1999-01-08 12:05 AM", "1999-01-08"},
    {"date", -1, "yesterday foo", "ERR 22007 invalid input syntax for type date: \"yesterday foo\""},
    {"date", -1, "4714-11-23 BC", "ERR 22008 date out of range: \"4714-11-23 BC\""},
    {"date", -1, "2024-01-15 23:59:60", "2024-01-15"},
    {"date", -1, "allballs", "ERR 22007 invalid input syntax for type date: \"allballs\""},
    {"date", -1, "1999.008", "1999-01-08"},
    {"date", -1, "0044-03-15 BC", "0044-03-15 BC"},
    {"date", -1, "990108", "1999-01-08"},
    {"date", -1, "2024-03-10 02:30:00", "2024-03-10"},
    {"date", -1, "2024", "ERR 22007 invalid input syntax for type date: \"2024\""},
    {"timestamp", -1, "12/31/2024 11:59:59 pm", "2024-12-31 23:59:59"},
    {"timestamp", 0, "2024-001", "2024-01-01 00:00:00"},
    {"timestamp", 0, "2024-01-15 10:11z", "2024-01-15 10:11:00"},
    {"timestamp", 3, "2024-01-15 10:11 MSK", "2024-01-15 10:11:00"},
    {"timestamp", -1, "2024-01-15 10:00:00 EST5EDT", "2024-01-15 10:00:00"},
    {"timestamp", 0, "2024-01-15 allballs", "2024-01-15 00:00:00"},
    {"timestamp", -1, "Thu Jan 01 00:00:00 1970 PST", "1970-01-01 00:00:00"},
    {"timestamp", -1, "1/8/1999", "1999-01-08 00:00:00"},
    {"timestamp", 0, "1999-01-08 04:05:06 -8:00", "1999-01-08 04:05:06"},
    {"timestamp", -1, "1999-01-08 04:05:06+0530", "1999-01-08 04:05:06"},
    {"timestamp", 0, "5874898-01-01", "ERR 22008 timestamp out of range: \"5874898-01-01\""},
    {"timestamp", 0, "1999-01-08 0405", "1999-01-08 04:05:00"},
    {"timestamp", 0, "Thu Jan 01 00:00:00 1970 PST", "1970-01-01 00:00:00"},
    {"timestamp", -1, "1999-01-08 12:05 AM", "1999-01-08 00:05:00"},
    {"timestamp", 0, "2024--01-15", "2024-01-15 00:00:00"},
    {"timestamp", 0, "1999-01-08 04:05:06+0530", "1999-01-08 04:05:06"},
    {"timestamp", 0, "10:00", "ERR 22007 invalid input syntax for type timestamp: \"10:00\""},
    {"timestamp", -1, "2024-01-15 -05", "2024-01-15 00:00:00"},
    {"timestamp", 3, "08-Jan-1999", "1999-01-08 00:00:00"},
    {"timestamp", -1, "1999-01-08 04:05:06.789-08", "1999-01-08 04:05:06.789"},
    {"timestamp", 0, "2024-01-15", "2024-01-15 00:00:00"},
    {"timestamp", 3, "2024-11-03 01:30:00", "2024-11-03 01:30:00"},
    {"timestamp", 0, "1/18/1999", "1999-01-18 00:00:00"},
    {"timestamp", 0, "2024-01-15 :10", "ERR 22007 invalid input syntax for type timestamp: \"2024-01-15 :10\""},
    {"timestamp", -1, "1999-01-08 040506", "1999-01-08 04:05:06"},
    {"timestamp", 3, "1/18/1999", "1999-01-18 00:00:00"},
    {"timestamp", 3, "2024-01-15 :10", "ERR 22007 invalid input syntax for type timestamp: \"2024-01-15 :10\""},
    {"timestamp", 3, "2024-01-15 -05", "2024-01-15 00:00:00"},
    {"timestamp", 3, "2024", "ERR 22007 invalid input syntax for type timestamp: \"2024\""},
    {"timestamp", -1, "2024-06-15 10:00 europe/berlin", "2024-06-15 10:00:00"},
    {"timestamp", 3, "2024-01-15 24:00:00", "2024-01-16 00:00:00"},
    {"timestamp", 0, "2024-01-15 24:00:00", "2024-01-16 00:00:00"},
    {"timestamp", 3, "1999-01-08T04:05:06Z", "1999-01-08 04:05:06"},
    {"timestamp", -1, "294277-01-01", "ERR 22008 timestamp out of range: \"294277-01-01\""},
    {"timestamp", 3, "294277-01-01", "ERR 22008 timestamp out of range: \"294277-01-01\""},
    {"timestamp", -1, "J0", "4714-11-24 00:00:00 BC"},
    {"timestamp", 3, "1999-01-08 04:05:06 -8:00", "1999-01-08 04:05:06"},
    {"timestamp", -1, "abc", "ERR 22007 invalid input syntax for type timestamp: \"abc\""},
    {"timestamp", 0, "   ", "ERR 22007 invalid input syntax for type timestamp: \"   \""},
    {"timestamp", -1, "1999-01-08 04:05:06 America/New_York", "1999-01-08 04:05:06"},
    {"timestamptz", -1, "2024-01-15 10:00+15:59", "2024-01-14 18:01:00+00"},
    {"timestamptz", 0, "2024-03-10 02:30:00", "2024-03-10 02:30:00+00"},
    {"timestamptz", 0, "20240115 101112.5", "2024-01-15 10:11:13+00"},
    {"timestamptz", -1, "2024", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024\""},
    {"timestamptz", 3, "2024-01-15", "2024-01-15 00:00:00+00"},
    {"timestamptz", -1, "20240115101112", "ERR 22008 timestamp out of range: \"20240115101112\""},
    {"timestamptz", 0, "990108", "1999-01-08 00:00:00+00"},
    {"timestamptz", -1, "2024-01-15 10:00:00 GMT+3", "2024-01-15 13:00:00+00"},
    {"timestamptz", 0, "20240115", "2024-01-15 00:00:00+00"},
    {"timestamptz", -1, "12/31/2024 11:59:59 pm", "2024-12-31 23:59:59+00"},
    {"timestamptz", 3, "2024", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024\""},
    {"timestamptz", -1, "1e5", "ERR 22007 invalid input syntax for type timestamp with time zone: \"1e5\""},
    {"timestamptz", 3, "1-1-1", "2001-01-01 00:00:00+00"},
    {"timestamptz", 3, "2024 01 15", "2024-01-15 00:00:00+00"},
    {"timestamptz", -1, "2024-01-15 1:2", "2024-01-15 01:02:00+00"},
    {"timestamptz", 3, "2024-07-01 12:00:00", "2024-07-01 12:00:00+00"},
    {"timestamptz", 0, "+infinity", "ERR 22007 invalid input syntax for type timestamp with time zone: \"+infinity\""},
    {"timestamptz", 0, "1999-01-08 04:05:06+530", "1999-01-07 22:35:06+00"},
    {"timestamptz", 3, "J0", "4714-11-24 00:00:00+00 BC"},
    {"timestamptz", -1, "2024-01", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01\""},
    {"timestamptz", -1, "2024-02-30", "ERR 22008 date/time field value out of range: \"2024-02-30\""},
    {"timestamptz", 0, "1999-01-08 040506", "1999-01-08 04:05:06+00"},
    {"timestamptz", 0, "2024-01-15 10.5", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01-15 10.5\""},
    {"timestamptz", -1, "January 8, 1999", "1999-01-08 00:00:00+00"},
    {"timestamptz", 0, "1999-01-08 04:05", "1999-01-08 04:05:00+00"},
    {"timestamptz", -1, "2024-01-15 5", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01-15 5\""},
    {"timestamptz", -1, "10:00", "ERR 22007 invalid input syntax for type timestamp with time zone: \"10:00\""},
    {"timestamptz", -1, "1999-01-08 04:05:06 PST", "1999-01-08 12:05:06+00"},
    {"timestamptz", 0, "January 8, 1999", "1999-01-08 00:00:00+00"},
    {"timestamptz", 0, "1999-01-08 04:05:06+0530", "1999-01-07 22:35:06+00"},
    {"timestamptz", 3, "99-1-1", "ERR 22008 date/time field value out of range: \"99-1-1\""},
    {"timestamptz", 3, "2024-01", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01\""},
    {"timestamptz", 0, "1999-01-08 13:05 PM", "ERR 22008 date/time field value out of range: \"1999-01-08 13:05 PM\""},
    {"timestamptz", -1, "2024-001", "2024-01-01 00:00:00+00"},
    {"timestamptz", -1, "allballs", "ERR 22007 invalid input syntax for type timestamp with time zone: \"allballs\""},
    {"timestamptz", 0, "20240115101112", "ERR 22008 timestamp out of range: \"20240115101112\""},
    {"timestamptz", 3, "2024-01-15 allballs", "2024-01-15 00:00:00+00"},
    {"timestamptz", -1, "2024-01-15 23:59:60", "2024-01-16 00:00:00+00"},
    {"timestamptz", 0, "15.01.2024", "ERR 22008 date/time field value out of range: \"15.01.2024\""},
    {"timestamptz", 0, "08-Jan-99", "1999-01-08 00:00:00+00"},
    {"time", 3, "Jan-08-99", "ERR 22023 time zone \"jan-08-99\" not recognized"},
    {"time", 0, "J2451187.5", "12:00:00"},
    {"time", 3, "2024-01-15 :10", "ERR 22007 invalid input syntax for type time: \"2024-01-15 :10\""},
    {"time", 3, "2024-11-03 01:30:00", "01:30:00"},
    {"time", 0, "2024-01-15 allballs", "ERR 22007 invalid input syntax for type time: \"2024-01-15 allballs\""},
    {"time", 3, "2024-01-15 10:00+15:59", "10:00:00"},
    {"time", -1, "10:00", "10:00:00"},
    {"time", 0, "0001-01-01", "ERR 22007 invalid input syntax for type time: \"0001-01-01\""},
    {"time", -1, "29 feb 2023", "ERR 22007 invalid input syntax for type time: \"29 feb 2023\""},
    {"time", 0, "-2024-01-15", "ERR 22009 time zone displacement out of range: \"-2024-01-15\""},
    {"time", 3, "2024-01-15 10:00:00 GMT+3", "10:00:00"},
    {"time", 0, "1999-01-08 04:05:06", "04:05:06"},
    {"time", 3, "   ", "ERR 22007 invalid input syntax for type time: \"   \""},
    {"time", 3, "08-Jan-99", "ERR 22007 invalid input syntax for type time: \"08-Jan-99\""},
    {"time", 0, "294277-01-01", "ERR 22007 invalid input syntax for type time: \"294277-01-01\""},
    {"time", 0, "2024.366", "20:24:00"},
    {"time", 0, "2024 01 15", "ERR 22007 invalid input syntax for type time: \"2024 01 15\""},
    {"time", 0, "2024-01-15 -05", "ERR 22007 invalid input syntax for type time: \"2024-01-15 -05\""},
    {"time", -1, "1999-01-08 04:05:06 PST", "04:05:06"},
    {"time", 3, "1999-01-08 04:05:06 America/New_York", "04:05:06"},
    {"time", -1, "2024-01-15 1:2", "01:02:00"},
    {"time", 0, "yesterday foo", "ERR 22007 invalid input syntax for type time: \"yesterday foo\""},
    {"time", 3, "0044-03-15 BC", "ERR 22007 invalid input syntax for type time: \"0044-03-15 BC\""},
    {"time", 0, "   ", "ERR 22007 invalid input syntax for type time: \"   \""},
    {"time", 3, "1999-01-08 04:05", "04:05:00"},
    {"time", 3, "allballs", "00:00:00"},
    {"time", 0, "2024-01-15 10:00:00.123456+02", "10:00:00"},
    {"time", -1, "2024-01-15 10:00+15:59", "10:00:00"},
    {"time", 0, "2024-01-15 10:11:12.1234567 BC", "10:11:12"},
    {"time", 0, "4714-11-23 BC", "ERR 22007 invalid input syntax for type time: \"4714-11-23 BC\""},
    {"interval", 134283263, "P1M0.5D", "1 mon 12:00:00"},
    {"interval", 134283263, "hello 1 day", "ERR 22007 invalid input syntax for type interval: \"hello 1 day\""},
    {"interval", 196607, "02:03:04.5", "00:00:00"},
    {"interval", 470351871, "1 yr 2 mon 3 w 4 d 5 h 6 m 7 s", "1 year 2 mons 25 days 05:06:07"},
    {"interval", 201916415, "1.5 days", "1 day 12:00:00"},
    {"interval", 201916415, "1 day,", "1 day"},
    {"interval", 589823, "PT0.0000001S", "00:00:00"},
    {"interval", -1, "1 millennium", "1000 years"},
    {"interval", 589823, "hello 1 day", "ERR 22007 invalid input syntax for type interval: \"hello 1 day\""},
    {"interval", 67174399, "12:00:00 1 day", "1 day 12:00:00"},
    {"interval", 402718719, "0.1 seconds", "00:00:00.1"},
    {"interval", 134283263, "P00010203T040506", "1 year 2 mons 3 days 04:05:00"},
    {"interval", 589823, "1h 30m", "00:00:00"},
    {"interval", 268500991, "PT", "00:00:00"},
    {"interval", 327679, "1 year 2 mons ago", "-1 years"},
    {"interval", 327679, "1-2 3 4:05:06", "1 year"},
    {"interval", 196607, "1 day ago ago", "00:00:00"},
    {"interval", 67174399, "", "ERR 22007 invalid input syntax for type interval: \"\""},
    {"interval", 67174399, "1 -12:00", "1 day -12:00:00"},
    {"interval", 67174399, "PT1.5H", "01:00:00"},
    {"interval", 2147418114, "P1M0.5D", "1 mon 12:00:00"},
    {"interval", 67698687, "0.0000005 seconds", "00:00:00"},
    {"interval", 268500991, "foo", "ERR 22007 invalid input syntax for type interval: \"foo\""},
    {"interval", 196607, "@ 1 minute ago", "00:00:00"},
    {"interval", 67698687, "-1-2", "-1 years -2 mons"},
    {"interval", 470351871, "1", "00:00:01"},
    {"interval", 201392127, "P1Y1Y", "2 years"},
    {"interval", 201392127, "P-1Y-2M", "-1 years -2 mons"},
    {"interval", 196607, "1-2 3 4:05:06", "1 year 2 mons"},
    {"interval", 589823, "P1Y1Y", "2 years"},
    {"interval", 458751, "9999999999 hours", "ERR 22015 interval field value out of range: \"9999999999 hours\""},
    {"interval", 67698687, "1 quarter", "ERR 22007 invalid input syntax for type interval: \"1 quarter\""},
    {"interval", 2147418114, "1 day -1 hour", "1 day -01:00:00"},
    {"interval", -1, "4 05:06:07", "4 days 05:06:07"},
    {"interval", 67174399, "1.5 days", "1 day 12:00:00"},
    {"interval", 201916415, "1e3 days", "ERR 22007 invalid input syntax for type interval: \"1e3 days\""},
    {"interval", 458751, "-1-2", "-1 years -2 mons"},
    {"interval", 201916415, "1 year -2 months", "10 mons"},
    {"interval", 470351871, "1 millennium", "1000 years"},
    {"interval", 196607, "y", "ERR 22007 invalid input syntax for type interval: \"y\""},
    {"interval", 268500991, "-1", "-00:00:01"},
    {"interval", 134283263, "0.0000005 seconds", "00:00:00"},
    {"interval", 470351871, "1 day 25:00", "1 day 25:00:00"},
    {"interval", 470351871, "P1Y2M3W", "1 year 2 mons 21 days"},
    {"interval", 458751, "2562047789:00:00", "ERR 22015 interval field value out of range: \"2562047789:00:00\""},
    {"interval", 402718719, "1h", "01:00:00"},
    {"interval", 268500991, "1 timezone", "ERR 22007 invalid input syntax for type interval: \"1 timezone\""},
    {"interval", 67174399, "2000000000 years", "ERR 22008 interval out of range"},
    {"interval", 201916415, "1h 30m", "01:30:00"},
    {"interval", 470351871, "-02:03:04", "-02:03:04"},
    {"interval", 201916415, "-1.5 days", "-1 days -12:00:00"},
    {"interval", 470351871, "1 microsecond", "00:00:00.000001"},
    {"interval", 134283263, "1 day 02:03:04", "1 day 02:03:00"},
    {"interval", 327679, "y", "ERR 22007 invalid input syntax for type interval: \"y\""},
    {"interval", 327679, "infinity", "ERR 22007 invalid input syntax for type interval: \"infinity\""},
    {"interval", 67698687, "0.1 seconds", "00:00:00"},
    {"interval", 196607, "1 year 2 mons ago", "-1 years -2 mons"},
    {"interval", 196607, "1 day 1 days", "ERR 22007 invalid input syntax for type interval: \"1 day 1 days\""},
    {"interval", 2147418114, "1 day 25:00", "1 day 25:00:00"},
    {"interval", 402718719, "1.7 weeks", "11 days 21:36:00"},
    {"interval", 2147418114, "P00010203T040506", "1 year 2 mons 3 days 04:05:06"},
    {"interval", 67174399, ".5 day", "12:00:00"},
    {"interval", 2147418114, "0.1 seconds", "00:00:00.1"},
    {"interval", 196607, "-1 day +1 hour", "00:00:00"},
    {"interval", 469827583, "-02:03:04", "-02:03:04"},
    {"interval", 589823, "1 year 2 mons ago", "-1 years -2 mons"},
    {"interval", 458751, "5 ms", "00:00:00"},
    {"interval", 470351871, "PT1", "01:00:00"},
    {"interval", 589823, "99999999999 years", "ERR 22015 interval field value out of range: \"99999999999 years\""},
    {"interval", 268500991, "7 us", "00:00:00.000007"},
    {"interval", 268500991, "0.0000005 seconds", "00:00:00"},
    {"interval", 67698687, "1e3 days", "ERR 22007 invalid input syntax for type interval: \"1e3 days\""},
    {"interval", 196607, "PT1", "00:00:00"},
    {"interval", 402718719, "P00010203T040506", "1 year 2 mons 3 days 04:05:06"},
    {"interval", 589823, "1 mon -1 day", "1 mon -1 days"},
    {"interval", 201392127, "P0.5M", "15 days"},
    {"interval", 2147418114, "2000000000 years", "ERR 22008 interval out of range"},
    {"interval", 201392127, "P00010203T040506", "1 year 2 mons 3 days 04:05:00"},
    {"interval", 469827583, "0.1 seconds", "00:00:00.1"},
    {"interval", 268500991, "P1YT1H1", "ERR 22007 invalid input syntax for type interval: \"P1YT1H1\""},
    {"interval", 134283263, "1 day 02:60", "ERR 22015 interval field value out of range: \"1 day 02:60\""},
    {"interval", -1, "PT", "00:00:00"},
    {"interval", -1, ".5 day", "12:00:00"},
    {"interval", 67698687, "1 millennium", "1000 years"},
    {"interval", 458751, "1 day 02:03:04", "00:00:00"},
    {"interval", 67174399, "1.5 years", "1 year 6 mons"},
    {"interval", 458751, "1 week 1 day", "00:00:00"},
    {"interval", 196607, "1.5", "1 mon"},
    {"interval", 67698687, ".5 day", "12:00:00"},
    {"interval", 67698687, "P1YT1H1", "ERR 22007 invalid input syntax for type interval: \"P1YT1H1\""},
    {"numeric", 133123, "-9.3e-30", "0"},
    {"numeric", 917513, "8882293626363264384.43070", "ERR 22003 numeric field overflow"},
    {"numeric", 917513, "-0445091189115471.50000", "ERR 22003 numeric field overflow"},
    {"numeric", 1310728, "-914197.60630091108105599667", "-914197.6063"},
    {"numeric", 264195, "-11.8", "-10"},
    {"numeric", 917511, "369729283802074673957382708.220", "ERR 22003 numeric field overflow"},
    {"numeric", 1247233, "2.34233532", "0"},
    {"numeric", 196615, "1699.2", "ERR 22003 numeric field overflow"},
    {"numeric", -1, "+-1", "ERR 22P02 invalid input syntax for type numeric: \"+-1\""},
    {"numeric", 393231, "-0.02", "ERR 22003 numeric field overflow"},
    {"numeric", 1247233, "-2035.70876131161498499063", "-2000"},
    {"numeric", -1, "1e39", "1000000000000000000000000000000000000000"},
    {"numeric", 393232, "1.88860473", "ERR 22003 numeric field overflow"},
    {"numeric", 1245199, "3952992037300.44404", "ERR 22003 numeric field overflow"},
    {"numeric", 655367, "627319", "627319.000"},
    {"numeric", 851975, "0752.5", "752.500"},
    {"numeric", 262156, "370505959", "ERR 22003 numeric field overflow"},
    {"numeric", 917508, "-9.27108", "-9"},
    {"numeric", 327684, "-9.21460089290100116020", "-9"},
    {"numeric", 1247233, "-28882281582393902791", "-28882281582393903000"},
    {"numeric", 720911, "1", "ERR 22003 numeric field overflow"},
    {"numeric", -1, "3.5e38", "350000000000000000000000000000000000000"},
    {"numeric", -1, "123456789012345", "123456789012345"},
    {"numeric", -1, "o", "ERR 22P02 invalid input syntax for type numeric: \"o\""},
    {"numeric", 1114127, "21962513", "ERR 22003 numeric field overflow"},
    {"numeric", 262154, "-3.168", "ERR 22003 numeric field overflow"},
    {"numeric", 393231, "-06135.21850", "ERR 22003 numeric field overflow"},
    {"numeric", 1310727, "-2.20771170606360860083", "-2.208"},
    {"numeric", 262152, "1754", "ERR 22003 numeric field overflow"},
    {"numeric", -1, "-1", "-1"},
    {"numeric", 262159, "87.70", "ERR 22003 numeric field overflow"},
    {"numeric", 983056, "2001.74250241", "ERR 22003 numeric field overflow"},
    {"numeric", 851973, "-70617478", "-70617478.0"},
    {"numeric", 133123, "-70.00505034801899914000", "-70"},
    {"numeric", 983054, "-1965", "-1965.0000000000"},
    {"numeric", 327693, "-4802305.03471000", "ERR 22003 numeric field overflow"},
    {"numeric", 1114122, "7389935947", "7389935947.000000"},
    {"numeric", 262148, "1251.57300040", "1252"},
    {"numeric", -1, "1e+20", "100000000000000000000"},
    {"numeric", 786438, "47798.37420200066236779610", "47798.37"},
    {"int2", -1, "-32768", "-32768"},
    {"int2", -1, "-0.0", "ERR 22P02 invalid input syntax for type smallint: \"-0.0\""},
    {"int2", -1, "4294967296", "ERR 22003 value \"4294967296\" is out of range for type smallint"},
    {"int2", -1, "\\x", "ERR 22P02 invalid input syntax for type smallint: \"\\x\""},
    {"int2", -1, "FF/1a", "ERR 22P02 invalid input syntax for type smallint: \"FF/1a\""},
    {"int2", -1, "123456789012345678", "ERR 22003 value \"123456789012345678\" is out of range for type smallint"},
    {"int2", -1, "", "ERR 22P02 invalid input syntax for type smallint: \"\""},
    {"int2", -1, "a\\001b", "ERR 22P02 invalid input syntax for type smallint: \"a\\001b\""},
    {"int2", -1, "yes", "ERR 22P02 invalid input syntax for type smallint: \"yes\""},
    {"int2", -1, "-0", "0"},
    {"int4", -1, "true", "ERR 22P02 invalid input syntax for type integer: \"true\""},
    {"int4", -1, "9223372036854775808", "ERR 22003 value \"9223372036854775808\" is out of range for type integer"},
    {"int4", -1, "Infinity", "ERR 22P02 invalid input syntax for type integer: \"Infinity\""},
    {"int4", -1, "0.00001", "ERR 22P02 invalid input syntax for type integer: \"0.00001\""},
    {"int4", -1, "+-1", "ERR 22P02 invalid input syntax for type integer: \"+-1\""},
    {"int4", -1, "\\x", "ERR 22P02 invalid input syntax for type integer: \"\\x\""},
    {"int4", -1, "-inf", "ERR 22P02 invalid input syntax for type integer: \"-inf\""},
    {"int4", -1, ".", "ERR 22P02 invalid input syntax for type integer: \".\""},
    {"int4", -1, "a\\001b", "ERR 22P02 invalid input syntax for type integer: \"a\\001b\""},
    {"int4", -1, "1e+20", "ERR 22P02 invalid input syntax for type integer: \"1e+20\""},
    {"int4", -1, "1e-16383", "ERR 22P02 invalid input syntax for type integer: \"1e-16383\""},
    {"int4", -1, "123456789012345678", "ERR 22003 value \"123456789012345678\" is out of range for type integer"},
    {"int8", -1, "", "ERR 22P02 invalid input syntax for type bigint: \"\""},
    {"int8", -1, "-0", "0"},
    {"int8", -1, "100000", "100000"},
    {"int8", -1, "-2147483648", "-2147483648"},
    {"int8", -1, "t", "ERR 22P02 invalid input syntax for type bigint: \"t\""},
    {"int8", -1, "-1", "-1"},
    {"int8", -1, "FF/1a", "ERR 22P02 invalid input syntax for type bigint: \"FF/1a\""},
    {"int8", -1, "1e+20", "ERR 22P02 invalid input syntax for type bigint: \"1e+20\""},
    {"int8", -1, "9223372036854775808", "ERR 22003 value \"9223372036854775808\" is out of range for type bigint"},
    {"int8", -1, " 12 ", "12"},
    {"float4", -1, "1e14", "1e+14"},
    {"float4", -1, "361527.9632185777", "361527.97"},
    {"float4", -1, "3.4398940421786057e-10", "3.439894e-10"},
    {"float4", -1, "Infinity", "Infinity"},
    {"float4", -1, "G/1", "ERR 22P02 invalid input syntax for type real: \"G/1\""},
    {"float4", -1, "-3.143128630092897e+17", "-3.1431285e+17"},
    {"float4", -1, "242.35516041498295", "242.35516"},
    {"float4", -1, "757968.727742908", "757968.75"},
    {"float4", -1, "8.817311555165002e+17", "8.8173115e+17"},
    {"float4", -1, "-9.366721662696113e+17", "-9.366722e+17"},
    {"float4", -1, "73.5", "73.5"},
    {"float4", -1, "394278.66748202615", "394278.66"},
    {"float4", -1, "45.625", "45.625"},
    {"float4", -1, "26.25", "26.25"},
    {"float4", -1, "-6.276092865118738e+17", "-6.276093e+17"},
    {"float4", -1, "2.516484382581384e-10", "2.5164845e-10"},
    {"float4", -1, "9.307759353807572e+17", "9.30776e+17"},
    {"float4", -1, "19.25", "19.25"},
    {"float4", -1, "334532.8388399107", "334532.84"},
    {"float4", -1, "-1.8455505083570406e+17", "-1.8455505e+17"},
    {"float4", -1, "-6.994704384095944e+17", "-6.994705e+17"},
    {"float4", -1, ".", "ERR 22P02 invalid input syntax for type real: \".\""},
    {"float4", -1, "1e400", "ERR 22003 \"1e400\" is out of range for type real"},
    {"float4", -1, "0.32904302605704394", "0.32904303"},
    {"float4", -1, "9.293198849883878e+20", "9.293199e+20"},
    {"float8", -1, "0.32904302605704394", "0.32904302605704394"},
    {"float8", -1, "1.4462899654943346", "1.4462899654943346"},
    {"float8", -1, "261420.94275756064", "261420.94275756064"},
    {"float8", -1, "0.5555572627770275", "0.5555572627770275"},
    {"float8", -1, "67.25", "67.25"},
    {"float8", -1, "-5.3650626784960237e+17", "-5.3650626784960237e+17"},
    {"float8", -1, "0.9893765975627737", "0.9893765975627737"},
    {"float8", -1, " 12 ", "12"},
    {"float8", -1, "47.875", "47.875"},
    {"float8", -1, "0.1311828100181841", "0.1311828100181841"},
    {"float8", -1, "0.5010462836759513", "0.5010462836759513"},
    {"float8", -1, "-32768", "-32768"},
    {"float8", -1, "228333.20016801637", "228333.20016801637"},
    {"float8", -1, "5.375", "5.375"},
    {"float8", -1, "-938486.6413408235", "-938486.6413408235"},
    {"float8", -1, "0.17701564498278533", "0.17701564498278533"},
    {"float8", -1, "-6.064247902494184e+17", "-6.064247902494184e+17"},
    {"float8", -1, "0.5366954553575115", "0.5366954553575115"},
    {"float8", -1, "0.028019067200728776", "0.028019067200728776"},
    {"float8", -1, "9.605841276347596e+17", "9.605841276347596e+17"},
    {"float8", -1, "4.359142975193137e+17", "4.359142975193137e+17"},
    {"float8", -1, "2.93041702045066e-09", "2.93041702045066e-09"},
    {"float8", -1, "0.6828564477059066", "0.6828564477059066"},
    {"float8", -1, "250338.8495293602", "250338.8495293602"},
    {"float8", -1, "63.875", "63.875"},
    {"oid", -1, "0", "0"},
    {"oid", -1, "- 1", "ERR 22P02 invalid input syntax for type oid: \"- 1\""},
    {"oid", -1, "1e3", "ERR 22P02 invalid input syntax for type oid: \"1e3\""},
    {"oid", -1, "0/0", "ERR 22P02 invalid input syntax for type oid: \"0/0\""},
    {"oid", -1, "0.00001", "ERR 22P02 invalid input syntax for type oid: \"0.00001\""},
    {"oid", -1, "0.0001", "ERR 22P02 invalid input syntax for type oid: \"0.0001\""},
    {"oid", -1, "0e99999", "ERR 22P02 invalid input syntax for type oid: \"0e99999\""},
    {"oid", -1, "-1", "4294967295"},
    {"pg_lsn", -1, "0x10", "ERR 22P02 invalid input syntax for type pg_lsn: \"0x10\""},
    {"pg_lsn", -1, "2147483648", "ERR 22P02 invalid input syntax for type pg_lsn: \"2147483648\""},
    {"pg_lsn", -1, "tru", "ERR 22P02 invalid input syntax for type pg_lsn: \"tru\""},
    {"pg_lsn", -1, "0.1", "ERR 22P02 invalid input syntax for type pg_lsn: \"0.1\""},
    {"pg_lsn", -1, "a\\\\b", "ERR 22P02 invalid input syntax for type pg_lsn: \"a\\\\b\""},
    {"pg_lsn", -1, "inf", "ERR 22P02 invalid input syntax for type pg_lsn: \"inf\""},
    {"bytea", -1, "on", "\\x6f6e"},
    {"bytea", -1, "-2147483648", "\\x2d32313437343833363438"},
    {"bytea", -1, "1e-50", "\\x31652d3530"},
    {"bytea", -1, ".", "\\x2e"},
    {"bytea", -1, "a\\001b", "\\x610162"},
    {"bytea", -1, "5.", "\\x352e"},
    {"bytea", -1, "0", "\\x30"},
    {"bytea", -1, "1e-400", "\\x31652d343030"},
    {"bool", -1, " tRu ", "t"},
    {"bool", -1, "of", "f"},
    {"bool", -1, "o", "ERR 22P02 invalid input syntax for type boolean: \"o\""},
    {"varchar", 7, "abc   ", "abc"},
    {"varchar", 7, "abcd", "ERR 22001 value too long for type character varying(3)"},
    {"bpchar", 9, "abc", "abc  "},
    {"bpchar", 7, "äöüß", "ERR 22001 value too long for type character(3)"},
};

struct ZonedAnswer {
  const char* input;
  const char* result;
};

// With TimeZone = America/New_York.
constexpr ZonedAnswer kZonedAnswers[] = {
    {"infinity 10:00", "infinity"},
    {"2024-01", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01\""},
    {"2024-01-15 10:00:00 GMT+3", "2024-01-15 08:00:00-05"},
    {"20240115101112", "ERR 22008 timestamp out of range: \"20240115101112\""},
    {"4714-11-23 BC", "ERR 22008 timestamp out of range: \"4714-11-23 BC\""},
    {"Sat Jan 13 2024 10:00:00 PDT DST", "ERR 22007 invalid input syntax for type timestamp with time zone: \"Sat Jan 13 2024 10:00:00 PDT DST\""},
    {"4714-11-24 00:00:00 BC", "4714-11-24 00:00:00-04:56:02 BC"},
    {"2024/01/15", "2024-01-15 00:00:00-05"},
    {"2024-11-03 01:30:00", "2024-11-03 01:30:00-05"},
    {"20240115T101112", "2024-01-15 10:11:12-05"},
    {"2024-1-5", "2024-01-05 00:00:00-05"},
    {"January 8, 99 BC", "0099-01-08 00:00:00-04:56:02 BC"},
    {"2024-01-15 10.5", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01-15 10.5\""},
    {"J2451187.5", "1999-01-08 12:00:00-05"},
    {"2024-01-15 5", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01-15 5\""},
    {"294277-01-01", "ERR 22008 timestamp out of range: \"294277-01-01\""},
    {"2024-01-15 10:00:00,5", "ERR 22007 invalid input syntax for type timestamp with time zone: \"2024-01-15 10:00:00,5\""},
    {"2024-01-15 10:11z", "2024-01-15 05:11:00-05"},
    {"0001-01-01", "0001-01-01 00:00:00-04:56:02"},
    {"99-1-1", "ERR 22008 date/time field value out of range: \"99-1-1\""},
    {"2024-01-15 -05", "2024-01-15 00:00:00-05"},
    {"2024-06-15 10:00 europe/berlin", "2024-06-15 04:00:00-04"},
    {"12-Jan-2020", "2020-01-12 00:00:00-05"},
    {"1999-01-08", "1999-01-08 00:00:00-05"},
    {"Mon Jan 15 2024", "2024-01-15 00:00:00-05"},
    {"20240115", "2024-01-15 00:00:00-05"},
    {"1999.008", "1999-01-08 00:00:00-05"},
    {"-2024-01-15", "ERR 22009 time zone displacement out of range: \"-2024-01-15\""},
    {"08-Jan-99", "1999-01-08 00:00:00-05"},
    {"1999-01-08 04:05:06 -8:00", "1999-01-08 07:05:06-05"},
};

struct CastAnswer {
  const char* from;
  const char* input;
  const char* to;
  const char* result;
};

constexpr CastAnswer kCastAnswers[] = {
    {"numeric", "0.60000394", "int4", "1"},
    {"numeric", "-0", "int2", "0"},
    {"numeric", "-4802305.03471000", "float8", "-4802305.03471"},
    {"numeric", "1", "float4", "1"},
    {"float8", "-6.559650386284539e+17", "int8", "-655965038628453888"},
    {"numeric", "-80", "int8", "-80"},
    {"numeric", "6.45150167434018227099", "int8", "6"},
    {"numeric", "246363929050.93286", "int2", "ERR 22003 smallint out of range"},
    {"numeric", "-4", "float8", "-4"},
    {"numeric", "0.9", "int2", "1"},
    {"numeric", "89.10", "float4", "89.1"},
    {"numeric", "1", "int8", "1"},
    {"numeric", "21962513", "int2", "ERR 22003 smallint out of range"},
    {"numeric", "-8.60003700006048234001", "int8", "-9"},
    {"float8", "0.048308153698501055", "int4", "0"},
    {"float8", "623333.0541857709", "int4", "623333"},
    {"numeric", "0.34506", "int4", "0"},
    {"numeric", "-5", "int4", "-5"},
    {"numeric", "0.28316", "int2", "0"},
    {"numeric", "4297.090", "float8", "4297.09"},
    {"float8", "-779426.0742999599", "float4", "-779426.06"},
    {"numeric", "0", "float4", "0"},
    {"numeric", "0.08011620200393700020", "int8", "0"},
    {"float8", "2.1488613222501738e+17", "int4", "ERR 22003 integer out of range"},
    {"float8", "161535.0508734046", "int4", "161535"},
    {"numeric", "3632333352619987024584.13708561", "int8", "ERR 22003 bigint out of range"},
    {"float8", "193415760071.4086", "int2", "ERR 22003 smallint out of range"},
    {"float8", "0.0856606192828695", "int8", "0"},
    {"numeric", "-11.829", "float8", "-11.829"},
    {"float8", "0.6277245011647732", "int4", "1"},
    {"numeric", "3292", "int8", "3292"},
    {"float8", "361527.9632185777", "float4", "361527.97"},
    {"numeric", "246363929050.93286", "int8", "246363929051"},
    {"float8", "-6.064247902494184e+17", "float4", "-6.064248e+17"},
    {"numeric", "62.84", "float8", "62.84"},
    {"numeric", "23", "float4", "23"},
    {"float8", "0.9522927956817463", "float4", "0.9522928"},
    {"numeric", "-2005.10", "int2", "-2005"},
    {"float8", "101.0", "int8", "101"},
    {"numeric", "-1.04300", "int2", "-1"},
    {"numeric", "-2.58", "float8", "-2.58"},
    {"numeric", "-147.57", "int8", "-148"},
    {"numeric", "1344.000", "float8", "1344"},
    {"numeric", "0", "int2", "0"},
    {"float8", "-697293.656458972", "int8", "-697294"},
    {"float8", "0.244831147847421", "int4", "0"},
    {"float8", "2.1488613222501738e+17", "int2", "ERR 22003 smallint out of range"},
    {"float8", "2.5330929603843396e+19", "int8", "ERR 22003 bigint out of range"},
    {"numeric", "353.14009", "int8", "353"},
    {"float8", "7.295422819649563e+17", "int8", "729542281964956288"},
    {"float8", "0.293784383820896", "float4", "0.29378438"},
    {"numeric", "0.00442", "int4", "0"},
    {"numeric", "0.08630604", "int8", "0"},
    {"numeric", "23", "int4", "23"},
    {"float8", "-1.8455505083570406e+17", "float4", "-1.8455505e+17"},
    {"float8", "19.5", "float4", "19.5"},
    {"numeric", "456527.50500", "int2", "ERR 22003 smallint out of range"},
    {"float8", "-191393.86780992337", "int2", "ERR 22003 smallint out of range"},
    {"float8", "870475.260838663", "float4", "870475.25"},
    {"numeric", "8949504286465243007246469758.69900", "int8", "ERR 22003 bigint out of range"},
};
// clang-format on

std::string Show(const absl::StatusOr<Value>& value, const FormatContext& context) {
  if (value.ok()) return ToText(*value, context);
  return "ERR " + SqlStateOf(value.status()) + " " + std::string(value.status().message());
}

TEST(TextForm, ReadsAndWritesAsPostgres) {
  const FormatContext context;
  for (const TextAnswer& answer : kTextAnswers) {
    const Type type{*TypeOidByName(answer.type), answer.modifier};
    EXPECT_EQ(Show(ParseText(type, answer.input, context), context), answer.result)
        << answer.type << " " << answer.modifier << " '" << answer.input << "'";
  }
}

TEST(TextForm, FollowsTheSessionsZone) {
  const absl::StatusOr<TimeZone> zone = TimeZone::Load("america/new_york");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->name(), "America/New_York");
  const FormatContext context{&*zone, 0};
  for (const ZonedAnswer& answer : kZonedAnswers) {
    const auto value = ParseText({TypeOid::kTimestamptz}, answer.input, context);
    EXPECT_EQ(Show(value, context), answer.result) << answer.input;
  }
}

TEST(TextForm, WordsForTheTransactionsTime) {
  // 2024-03-01 12:34:56 UTC.
  const auto now = ParseText({TypeOid::kTimestamptz}, "2024-03-01 12:34:56+00", {});
  ASSERT_TRUE(now.ok());
  const FormatContext context{nullptr, now->integer()};
  const auto show = [&](TypeOid oid, std::string_view text) {
    return Show(ParseText({oid}, text, context), context);
  };
  EXPECT_EQ(show(TypeOid::kTimestamptz, "now"), "2024-03-01 12:34:56+00");
  EXPECT_EQ(show(TypeOid::kTimestamp, "today"), "2024-03-01 00:00:00");
  EXPECT_EQ(show(TypeOid::kDate, "yesterday"), "2024-02-29");
  EXPECT_EQ(show(TypeOid::kTimestamp, "tomorrow 10:00"), "2024-03-02 10:00:00");
  EXPECT_EQ(show(TypeOid::kTime, "now"), "12:34:56");
}

TEST(Cast, ConvertsAsPostgres) {
  const FormatContext context;
  for (const CastAnswer& answer : kCastAnswers) {
    const auto value = ParseText({*TypeOidByName(answer.from)}, answer.input, context);
    ASSERT_TRUE(value.ok()) << answer.input;
    const auto result =
        CastValue(*value, {*TypeOidByName(answer.to)}, CastKind::kExplicit, context);
    EXPECT_EQ(Show(result, context), answer.result)
        << answer.from << " '" << answer.input << "' to " << answer.to;
  }
}

TEST(Cast, LengthIsCutOnlyExplicitly) {
  const Value text = Value::Text("abcdef");
  const Type varchar3{TypeOid::kVarchar, 7};
  EXPECT_EQ(CastValue(text, varchar3, CastKind::kExplicit, {})->string(), "abc");
  EXPECT_EQ(SqlStateOf(CastValue(text, varchar3, CastKind::kAssignment, {}).status()), "22001");
  EXPECT_EQ(
      CastValue(Value::Text("ab"), {TypeOid::kBpchar, 8}, CastKind::kAssignment, {})->string(),
      "ab  ");
  EXPECT_EQ(CastValue(Value::String({TypeOid::kBpchar, 8}, "ab  "), {TypeOid::kText},
                      CastKind::kImplicit, {})
                ->string(),
            "ab");
  EXPECT_EQ(CastValue(Value::Bool(true), {TypeOid::kText}, CastKind::kExplicit, {})->string(),
            "true");
}

TEST(Cast, FindsPostgresContexts) {
  EXPECT_EQ(FindCast(TypeOid::kInt4, TypeOid::kInt8), CastKind::kImplicit);
  EXPECT_EQ(FindCast(TypeOid::kInt8, TypeOid::kInt4), CastKind::kAssignment);
  EXPECT_EQ(FindCast(TypeOid::kInt4, TypeOid::kBool), CastKind::kExplicit);
  EXPECT_EQ(FindCast(TypeOid::kNumeric, TypeOid::kFloat8), CastKind::kImplicit);
  EXPECT_EQ(FindCast(TypeOid::kInt4, TypeOid::kText), CastKind::kAssignment);
  EXPECT_EQ(FindCast(TypeOid::kText, TypeOid::kInt4), CastKind::kExplicit);
  EXPECT_EQ(FindCast(TypeOid::kUnknown, TypeOid::kDate), CastKind::kImplicit);
  EXPECT_EQ(FindCast(TypeOid::kDate, TypeOid::kInt4), std::nullopt);
}

TEST(Cast, VectorsKeepNullsAndConstants) {
  Vector in({TypeOid::kInt4});
  for (int i = 0; i < 100; ++i) in.data<int32_t>()[i] = i * 1000;
  in.SetNull(7);
  in.data<int32_t>()[7] = 1 << 30;  // Meaningless, and must not be taken for an overflow.
  Vector out({TypeOid::kInt2});
  ASSERT_TRUE(CastVector(in, 30, out.type(), CastKind::kAssignment, {}, &out).ok());
  EXPECT_TRUE(out.IsNull(7));
  EXPECT_EQ(out.data<int16_t>()[29], 29000);
  const absl::Status status = CastVector(in, 50, out.type(), CastKind::kAssignment, {}, &out);
  EXPECT_EQ(status.message(), "smallint out of range");
  Vector text({TypeOid::kText});
  const Vector constant = Vector::Constant(Value::Int4(42));
  ASSERT_TRUE(CastVector(constant, 500, text.type(), CastKind::kAssignment, {}, &text).ok());
  EXPECT_TRUE(text.is_constant());
  EXPECT_EQ(text.GetValue(300).string(), "42");
}

}  // namespace
}  // namespace heliosdb::types
