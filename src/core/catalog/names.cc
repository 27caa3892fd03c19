#include "core/catalog/names.h"

#include <algorithm>
#include <iterator>

#include "fmt/format.h"

#include "core/base/check.h"
#include "core/catalog/object.h"

namespace heliosdb::catalog {
namespace {

// PostgreSQL 15's keywords that are not "unreserved", sorted: as names they need quotes.
constexpr std::string_view kKeywords[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
};

// The longest prefix of at most that many bytes that does not end within a character.
size_t ClippedBytes(std::string_view name, size_t bytes_max) {
  if (name.size() <= bytes_max) return name.size();
  size_t bytes = bytes_max;
  while (bytes > 0 && (static_cast<uint8_t>(name[bytes]) & 0xC0) == 0x80) --bytes;
  return bytes;
}

bool IsPlainName(std::string_view name) {
  const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto is_part = [is_start](char c) { return is_start(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && is_start(name[0]) && std::all_of(name.begin(), name.end(), is_part);
}

}  // namespace

std::string TruncateName(std::string_view name) {
  return std::string(name.substr(0, ClippedBytes(name, kNameBytesMax)));
}

std::string MakeObjectName(std::string_view first, std::string_view second,
                           std::string_view label) {
  const size_t overhead =
      (label.empty() ? 0 : label.size() + 1) + (second.empty() ? size_t{0} : size_t{1});
  HELIOS_CHECK(overhead < kNameBytesMax);
  const size_t available = kNameBytesMax - overhead;
  size_t first_bytes = first.size();
  size_t second_bytes = second.size();
  while (first_bytes + second_bytes > available) {
    if (first_bytes > second_bytes) {
      --first_bytes;
    } else {
      --second_bytes;
    }
  }
  std::string name(first.substr(0, ClippedBytes(first, first_bytes)));
  if (!second.empty()) {
    name.push_back('_');
    name.append(second.substr(0, ClippedBytes(second, second_bytes)));
  }
  if (!label.empty()) {
    name.push_back('_');
    name.append(label);
  }
  return name;
}

std::string ChooseName(std::string_view first, std::string_view second, std::string_view label,
                       const std::function<bool(std::string_view)>& is_free) {
  std::string name = MakeObjectName(first, second, label);
  // Ends: an image has fewer names than there are numbers.
  for (uint32_t number = 1; !is_free(name); ++number) {
    name = MakeObjectName(first, second, fmt::format("{}{}", label, number));
  }
  return name;
}

std::string JoinColumnNames(std::span<const std::string> columns) {
  std::string joined;
  for (const std::string& column : columns) {
    if (!joined.empty()) joined.push_back('_');
    joined.append(column);
    if (joined.size() > kNameBytesMax) break;
  }
  return TruncateName(joined);
}

std::string QuoteName(std::string_view name) {
  if (IsPlainName(name) && !std::binary_search(std::begin(kKeywords), std::end(kKeywords), name)) {
    return std::string(name);
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace heliosdb::catalog
