#include "core/catalog/object_codec.h"

#include <bit>
#include <utility>

#include "core/base/coding.h"
#include "core/base/crc32c.h"
#include "core/base/status.h"
#include "core/catalog/catalog_key.h"

namespace heliosdb::catalog {
namespace {

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// Encoder and Decoder have the same members, so that one Visit a struct describes its bytes for
// both.
class Encoder {
 public:
  void Bool(const bool& value) { out_.push_back(value ? '\1' : '\0'); }
  template <typename E>
  void Enum(const E& value, E) {
    out_.push_back(static_cast<char>(value));
  }
  void U32(const uint32_t& value) { AppendVarint(&out_, value); }
  void I32(const int32_t& value) { AppendVarint(&out_, ZigZag(value)); }
  void I64(const int64_t& value) { AppendVarint(&out_, ZigZag(value)); }
  void Double(const double& value) { AppendFixed(&out_, std::bit_cast<uint64_t>(value)); }
  void String(const std::string& value) { AppendPrefixed(&out_, value); }
  void TypeOf(const types::Type& value) {
    AppendVarint(&out_, static_cast<uint32_t>(value.oid));
    I32(value.modifier);
  }
  void Value(const types::Value& value) {
    const types::Type type = value.type();
    TypeOf(type);
    std::string row;
    types::EncodeRow(types::RowLayout(std::span(&type, 1)), std::span(&value, 1), &row);
    String(row);
  }
  template <typename T, typename VisitElement>
  void List(const std::vector<T>& list, VisitElement visit) {
    AppendVarint(&out_, list.size());
    for (const T& element : list) visit(element);
  }
  template <typename T, typename VisitValue>
  void Optional(const std::optional<T>& value, VisitValue visit) {
    Bool(value.has_value());
    if (value.has_value()) visit(*value);
  }

  std::string Finish() && {
    AppendFixed(&out_, Crc32c(out_));
    return std::move(out_);
  }

 private:
  std::string out_{static_cast<char>(kCatalogFormatVersion)};
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  void Bool(bool& value) { value = SmallNumber(1) != 0; }
  template <typename E>
  void Enum(E& value, E greatest) {
    value = static_cast<E>(SmallNumber(static_cast<uint8_t>(greatest)));
  }
  void U32(uint32_t& value) {
    const uint64_t read = reader_.Varint();
    if (read > UINT32_MAX) ok_ = false;
    value = static_cast<uint32_t>(read);
  }
  void I32(int32_t& value) {
    const int64_t read = UnZigZag(reader_.Varint());
    if (read < INT32_MIN || read > INT32_MAX) ok_ = false;
    value = static_cast<int32_t>(read);
  }
  void I64(int64_t& value) { value = UnZigZag(reader_.Varint()); }
  void Double(double& value) { value = std::bit_cast<double>(reader_.Fixed<uint64_t>()); }
  void String(std::string& value) { value = std::string(reader_.Prefixed()); }
  void TypeOf(types::Type& value) {
    uint32_t oid = 0;
    U32(oid);
    I32(value.modifier);
    value.oid = static_cast<types::TypeOid>(oid);
    if (types::CatalogTypeName(value.oid) == types::CatalogTypeName(types::TypeOid::kInvalid)) {
      ok_ = false;
    }
  }
  void Value(types::Value& value) {
    types::Type type;
    TypeOf(type);
    const std::string_view row = reader_.Prefixed();
    if (!ok()) return;
    const types::RowLayout layout(std::span(&type, 1));
    if (!types::ValidateRow(layout, row).ok()) {
      ok_ = false;
      return;
    }
    value = types::DecodeValue(layout, row, 0, nullptr);
  }
  template <typename T, typename VisitElement>
  void List(std::vector<T>& list, VisitElement visit) {
    const uint64_t count = reader_.Varint();
    // Every element takes a byte or more, so a count beyond the bytes left is none.
    if (count > reader_.rest().size()) ok_ = false;
    for (uint64_t i = 0; ok() && i < count; ++i) visit(list.emplace_back());
  }
  template <typename T, typename VisitValue>
  void Optional(std::optional<T>& value, VisitValue visit) {
    bool present = false;
    Bool(present);
    if (present && ok()) visit(value.emplace());
  }

  bool ok() const { return ok_ && reader_.ok(); }
  bool AtEnd() const { return ok_ && reader_.AtEnd(); }

 private:
  uint8_t SmallNumber(uint8_t greatest) {
    const auto read = reader_.Fixed<uint8_t>();
    if (read > greatest) {
      ok_ = false;
      return 0;
    }
    return read;
  }

  ByteReader reader_;
  bool ok_ = true;
};

template <typename Io, typename Places>
void VisitPlaces(Io& io, Places& places) {
  io.List(places, [&io](auto& place) { io.I32(place); });
}

template <typename Io, typename References>
void VisitReferences(Io& io, References& references) {
  io.List(references, [&io](auto& reference) {
    io.U32(reference.object);
    io.I32(reference.column);
  });
}

template <typename Io, typename O>
void VisitObject(Io& io, O& object) {
  io.U32(object.schema);
  io.String(object.name);
  io.String(object.comment);
}

template <typename Io, typename C>
void VisitColumn(Io& io, C& column) {
  io.String(column.name);
  io.TypeOf(column.type);
  io.Bool(column.not_null);
  io.Bool(column.dropped);
  io.Bool(column.generated);
  io.Enum(column.identity, Identity::kByDefault);
  io.String(column.default_text);
  VisitReferences(io, column.default_references);
  io.U32(column.owned_sequence);
  io.Optional(column.missing, [&io](auto& value) { io.Value(value); });
  io.String(column.comment);
}

template <typename Io, typename K>
void VisitClusteredKey(Io& io, K& key) {
  io.U32(key.oid);
  io.String(key.name);
  VisitPlaces(io, key.columns);
  io.Bool(key.deferrable);
  io.Bool(key.initially_deferred);
}

template <typename Io, typename C>
void VisitCheck(Io& io, C& check) {
  io.U32(check.oid);
  io.String(check.name);
  io.String(check.text);
  VisitPlaces(io, check.columns);
  io.Bool(check.validated);
}

template <typename Io, typename K>
void VisitForeignKey(Io& io, K& key) {
  io.U32(key.oid);
  io.String(key.name);
  VisitPlaces(io, key.columns);
  io.U32(key.referenced_table);
  VisitPlaces(io, key.referenced_columns);
  io.U32(key.referenced_index);
  io.Enum(key.match, ForeignKeyMatch::kFull);
  io.Enum(key.on_update, ForeignKeyAction::kSetDefault);
  io.Enum(key.on_delete, ForeignKeyAction::kSetDefault);
  VisitPlaces(io, key.on_delete_columns);
  io.Bool(key.deferrable);
  io.Bool(key.initially_deferred);
  io.Bool(key.validated);
}

template <typename Io, typename T>
void VisitTable(Io& io, T& table) {
  VisitObject(io, table);
  io.U32(table.storage_id);
  io.List(table.columns, [&io](auto& column) { VisitColumn(io, column); });
  io.Optional(table.clustered_key, [&io](auto& key) { VisitClusteredKey(io, key); });
  io.List(table.checks, [&io](auto& check) { VisitCheck(io, check); });
  io.List(table.foreign_keys, [&io](auto& key) { VisitForeignKey(io, key); });
}

template <typename Io, typename I>
void VisitIndex(Io& io, I& index) {
  VisitObject(io, index);
  io.U32(index.storage_id);
  io.U32(index.table);
  io.List(index.columns, [&io](auto& column) {
    io.I32(column.column);
    io.String(column.expression_text);
    io.TypeOf(column.type);
    io.Bool(column.descending);
    io.Bool(column.nulls_first);
  });
  VisitPlaces(io, index.included_columns);
  io.Bool(index.unique);
  io.Bool(index.nulls_not_distinct);
  io.Bool(index.valid);
  io.Enum(index.role, IndexRole::kPrimaryKey);
  io.Bool(index.deferrable);
  io.Bool(index.initially_deferred);
  io.String(index.predicate_text);
  VisitPlaces(io, index.expression_columns);
}

template <typename Io, typename S>
void VisitSequence(Io& io, S& sequence) {
  VisitObject(io, sequence);
  types::Type type{sequence.type};
  io.TypeOf(type);
  if constexpr (!std::is_const_v<S>) sequence.type = type.oid;
  io.I64(sequence.start);
  io.I64(sequence.increment);
  io.I64(sequence.minimum);
  io.I64(sequence.maximum);
  io.I64(sequence.cache);
  io.Bool(sequence.cycle);
  io.U32(sequence.owner.object);
  io.I32(sequence.owner.column);
  io.Bool(sequence.internal);
  io.U32(sequence.generation);
}

template <typename Io, typename V>
void VisitView(Io& io, V& view) {
  VisitObject(io, view);
  io.String(view.definition);
  io.List(view.columns, [&io](auto& column) {
    io.String(column.name);
    io.TypeOf(column.type);
  });
  VisitReferences(io, view.references);
}

template <typename Io, typename S>
void VisitStatistics(Io& io, S& statistics) {
  io.Double(statistics.rows);
  io.Double(statistics.average_row_bytes);
  io.List(statistics.columns, [&io](auto& column) {
    io.Double(column.null_fraction);
    io.Double(column.distinct);
    io.Double(column.average_bytes);
    io.Double(column.correlation);
    io.List(column.common_values, [&io](auto& value) { io.Value(value); });
    io.List(column.common_fractions, [&io](auto& fraction) { io.Double(fraction); });
    io.List(column.histogram, [&io](auto& value) { io.Value(value); });
  });
}

// The fields between the version byte and the CRC.
absl::StatusOr<std::string_view> Fields(std::string_view bytes) {
  if (bytes.size() < 1 + sizeof(uint32_t)) {
    return Corruption("a catalogue row of {} bytes is too short", bytes.size());
  }
  const std::string_view covered = bytes.substr(0, bytes.size() - sizeof(uint32_t));
  if (Crc32c(covered) != LoadFixed<uint32_t>(bytes.data() + covered.size())) {
    return Corruption("the checksum of a catalogue row does not match");
  }
  const auto version = static_cast<uint8_t>(covered[0]);
  if (version != kCatalogFormatVersion) {
    return FailedPrecondition("a catalogue row has format version {}, this build reads {}", version,
                              kCatalogFormatVersion);
  }
  return covered.substr(1);
}

bool PlacesWithin(const std::vector<int>& places, size_t columns) {
  for (const int place : places) {
    if (place < 0 || static_cast<size_t>(place) >= columns) return false;
  }
  return true;
}

bool IsConsistent(const Table& table) {
  const size_t count = table.columns.size();
  if (count > kTableColumnsMax) return false;
  for (const Column& column : table.columns) {
    if (column.missing.has_value() && column.missing->type().oid != column.type.oid) return false;
  }
  if (table.clustered_key.has_value() && (table.clustered_key->columns.empty() ||
                                          !PlacesWithin(table.clustered_key->columns, count))) {
    return false;
  }
  for (const CheckConstraint& check : table.checks) {
    if (!PlacesWithin(check.columns, count)) return false;
  }
  for (const ForeignKey& key : table.foreign_keys) {
    if (!PlacesWithin(key.columns, count) || !PlacesWithin(key.on_delete_columns, count)) {
      return false;
    }
    if (key.columns.empty() || key.columns.size() != key.referenced_columns.size()) return false;
    if (!PlacesWithin(key.referenced_columns, kTableColumnsMax)) return false;
  }
  return true;
}

bool IsConsistent(const Index& index) {
  if (index.columns.empty() || index.columns.size() > kIndexColumnsMax) return false;
  for (const IndexColumn& column : index.columns) {
    if (column.column < -1 || column.column >= static_cast<int>(kTableColumnsMax)) return false;
    if ((column.column == -1) == column.expression_text.empty()) return false;
  }
  return PlacesWithin(index.included_columns, kTableColumnsMax) &&
         PlacesWithin(index.expression_columns, kTableColumnsMax);
}

bool IsConsistent(const Sequence& sequence) {
  return sequence.increment != 0 && sequence.minimum <= sequence.maximum && sequence.cache >= 1;
}

bool IsConsistent(const TableStatistics& statistics) {
  for (const ColumnStatistics& column : statistics.columns) {
    if (column.common_values.size() != column.common_fractions.size()) return false;
  }
  return true;
}

bool IsConsistent(const Object&) { return true; }

template <typename T, typename Visit>
absl::StatusOr<std::unique_ptr<T>> Decode(Oid oid, std::string_view bytes, Visit visit) {
  HELIOS_ASSIGN_OR_RETURN(const std::string_view fields, Fields(bytes));
  auto object = std::make_unique<T>();
  Decoder decoder(fields);
  visit(decoder, *object);
  if (!decoder.AtEnd() || !IsConsistent(*object)) {
    return Corruption("the catalogue row of object {} is not valid", oid);
  }
  return object;
}

template <typename T, typename Visit>
absl::StatusOr<std::unique_ptr<Object>> DecodeNamed(Oid oid, std::string_view bytes, Visit visit) {
  HELIOS_ASSIGN_OR_RETURN(std::unique_ptr<T> object, Decode<T>(oid, bytes, visit));
  object->oid = oid;
  if constexpr (std::is_same_v<T, Table>) object->Finish();
  return object;
}

}  // namespace

std::string EncodeObject(const Object& object) {
  Encoder encoder;
  switch (object.kind) {
    case ObjectKind::kSchema:
      VisitObject(encoder, object);
      break;
    case ObjectKind::kTable:
      VisitTable(encoder, static_cast<const Table&>(object));
      break;
    case ObjectKind::kIndex:
      VisitIndex(encoder, static_cast<const Index&>(object));
      break;
    case ObjectKind::kSequence:
      VisitSequence(encoder, static_cast<const Sequence&>(object));
      break;
    case ObjectKind::kView:
      VisitView(encoder, static_cast<const View&>(object));
      break;
  }
  return std::move(encoder).Finish();
}

absl::StatusOr<std::unique_ptr<Object>> DecodeObject(ObjectKind kind, Oid oid,
                                                     std::string_view bytes) {
  switch (kind) {
    case ObjectKind::kSchema:
      return DecodeNamed<Schema>(oid, bytes, VisitObject<Decoder, Schema>);
    case ObjectKind::kTable:
      return DecodeNamed<Table>(oid, bytes, VisitTable<Decoder, Table>);
    case ObjectKind::kIndex:
      return DecodeNamed<Index>(oid, bytes, VisitIndex<Decoder, Index>);
    case ObjectKind::kSequence:
      return DecodeNamed<Sequence>(oid, bytes, VisitSequence<Decoder, Sequence>);
    case ObjectKind::kView:
      return DecodeNamed<View>(oid, bytes, VisitView<Decoder, View>);
  }
  return Corruption("catalogue object {} is of unknown kind {}", oid, static_cast<int>(kind));
}

std::string EncodeStatistics(const TableStatistics& statistics) {
  Encoder encoder;
  VisitStatistics(encoder, statistics);
  return std::move(encoder).Finish();
}

absl::StatusOr<std::unique_ptr<TableStatistics>> DecodeStatistics(Oid table,
                                                                  std::string_view bytes) {
  HELIOS_ASSIGN_OR_RETURN(
      std::unique_ptr<TableStatistics> statistics,
      Decode<TableStatistics>(table, bytes, VisitStatistics<Decoder, TableStatistics>));
  statistics->table = table;
  return statistics;
}

}  // namespace heliosdb::catalog
