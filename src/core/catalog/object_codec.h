// Objects as bytes. Format version 1, docs/formats/catalog.md.
//
//   value  := version u8 = 1 | fields | crc32c u32le of all before it
//   Fields are those of the structs of object.h, in their order, base first (without oid and kind,
//   which the key has): string := varint length | bytes; bool and enumerations := u8; oid, storage
//   id, type modifier, column place := varint (places and modifiers zigzag); int64 := zigzag varint;
//   double := 8 bytes; list := varint count | elements; optional := u8 0 | u8 1, the value;
//   type := oid varint | modifier zigzag varint; value := type | string: the row (row.md) of one
//   column that holds it.
// Valid iff the CRC matches, every field fits, the bytes end with the last field, enumerations are
// known, and places of columns are within the table.
#ifndef HELIOSDB_CORE_CATALOG_OBJECT_CODEC_H_
#define HELIOSDB_CORE_CATALOG_OBJECT_CODEC_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "core/catalog/object.h"

namespace heliosdb::catalog {

std::string EncodeObject(const Object& object);
// Trusts nothing: DATA_LOSS says what is wrong, FAILED_PRECONDITION names another version.
absl::StatusOr<std::unique_ptr<Object>> DecodeObject(ObjectKind kind, Oid oid,
                                                     std::string_view bytes);

std::string EncodeStatistics(const TableStatistics& statistics);
absl::StatusOr<std::unique_ptr<TableStatistics>> DecodeStatistics(Oid table,
                                                                  std::string_view bytes);

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_OBJECT_CODEC_H_
