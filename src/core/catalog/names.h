// Names as PostgreSQL makes them.
#ifndef HELIOSDB_CORE_CATALOG_NAMES_H_
#define HELIOSDB_CORE_CATALOG_NAMES_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace heliosdb::catalog {

// The first kNameBytesMax bytes, not ending within a character.
std::string TruncateName(std::string_view name);

// "first_second_label" (parts that are empty are left out) in kNameBytesMax bytes: the longer of
// the first two parts is shortened first. A label is never shortened.
std::string MakeObjectName(std::string_view first, std::string_view second, std::string_view label);

// MakeObjectName, with 1, 2, ... behind the label until is_free says so: t_pkey, t_a_key, t_a_idx1.
std::string ChooseName(std::string_view first, std::string_view second, std::string_view label,
                       const std::function<bool(std::string_view)>& is_free);

// Columns of an index or constraint joined by "_", at most kNameBytesMax bytes or so: the second
// part of such a name.
std::string JoinColumnNames(std::span<const std::string> columns);

// In double quotes where PostgreSQL's quote_ident() puts them.
std::string QuoteName(std::string_view name);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_NAMES_H_
