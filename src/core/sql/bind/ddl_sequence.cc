// CREATE SEQUENCE and ALTER SEQUENCE.
#include <charconv>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/ddl_applier.h"

namespace heliosdb::sql::bind {
namespace {

absl::StatusOr<int64_t> NumberOf(const parse::Option& option) {
  const auto* const constant =
      option.value == nullptr ? nullptr : option.value->TryAs<parse::Constant>();
  int64_t number = 0;
  if (constant != nullptr && constant->type == parse::ConstantType::kInteger)
    return constant->integer;
  if (constant != nullptr && constant->type == parse::ConstantType::kFloat) {
    const std::string& text = constant->text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return WithPosition(SqlError(sqlstate::kSyntaxError, "{} must be an integer", option.name),
                      option.position);
}

bool Truth(const parse::Option& option) {
  const auto* const constant =
      option.value == nullptr ? nullptr : option.value->TryAs<parse::Constant>();
  return constant != nullptr && constant->type == parse::ConstantType::kBoolean &&
         constant->boolean;
}

struct Range {
  int64_t least;
  int64_t greatest;
};
Range RangeOf(types::TypeOid type) {
  if (type == types::TypeOid::kInt2) return {INT16_MIN, INT16_MAX};
  if (type == types::TypeOid::kInt4) return {INT32_MIN, INT32_MAX};
  return {INT64_MIN, INT64_MAX};
}

absl::Status CheckDefinition(const catalog::Sequence& s) {
  const Range range = RangeOf(s.type);
  if (s.increment == 0)
    return SqlError(sqlstate::kInvalidParameterValue, "INCREMENT must not be zero");
  if (s.maximum > range.greatest || s.maximum < range.least) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "MAXVALUE ({}) is out of range for sequence data type {}", s.maximum,
                    types::TypeName({s.type}));
  }
  if (s.minimum > range.greatest || s.minimum < range.least) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "MINVALUE ({}) is out of range for sequence data type {}", s.minimum,
                    types::TypeName({s.type}));
  }
  if (s.minimum >= s.maximum) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "MINVALUE ({}) must be less than MAXVALUE ({})", s.minimum, s.maximum);
  }
  if (s.start < s.minimum) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "START value ({}) cannot be less than MINVALUE ({})", s.start, s.minimum);
  }
  if (s.start > s.maximum) {
    return SqlError(sqlstate::kInvalidParameterValue,
                    "START value ({}) cannot be greater than MAXVALUE ({})", s.start, s.maximum);
  }
  if (s.cache < 1)
    return SqlError(sqlstate::kInvalidParameterValue, "CACHE ({}) must be greater than zero",
                    s.cache);
  return absl::OkStatus();
}

}  // namespace

// What the options of a sequence have set so far.
struct DdlApplier::SequenceOptionsGiven {
  bool is_new = false;
  bool minimum = false;
  bool maximum = false;
  bool start = false;
  bool restarts = false;
  std::optional<int64_t> restart;
};

absl::Status DdlApplier::ApplyOption(const parse::Option& option, catalog::Sequence* sequence,
                                     SequenceOptionsGiven* given) {
  if (option.name == "as") {
    HELIOS_ASSIGN_OR_RETURN(const types::Type type, TypeOf(*option.type));
    if (type.oid != types::TypeOid::kInt2 && type.oid != types::TypeOid::kInt4 &&
        type.oid != types::TypeOid::kInt8) {
      return SqlError(sqlstate::kInvalidParameterValue,
                      "sequence type must be smallint, integer, or bigint");
    }
    if (!given->is_new && sequence->maximum == RangeOf(sequence->type).greatest)
      given->maximum = false;
    sequence->type = type.oid;
  } else if (option.name == "increment") {
    HELIOS_ASSIGN_OR_RETURN(sequence->increment, NumberOf(option));
  } else if (option.name == "minvalue") {
    given->minimum = option.value != nullptr;
    if (given->minimum) {
      HELIOS_ASSIGN_OR_RETURN(sequence->minimum, NumberOf(option));
    }
  } else if (option.name == "maxvalue") {
    given->maximum = option.value != nullptr;
    if (given->maximum) {
      HELIOS_ASSIGN_OR_RETURN(sequence->maximum, NumberOf(option));
    }
  } else if (option.name == "start") {
    given->start = true;
    HELIOS_ASSIGN_OR_RETURN(sequence->start, NumberOf(option));
  } else if (option.name == "restart") {
    given->restarts = true;
    if (option.value != nullptr) {
      HELIOS_ASSIGN_OR_RETURN(given->restart, NumberOf(option));
    }
  } else if (option.name == "cache") {
    HELIOS_ASSIGN_OR_RETURN(sequence->cache, NumberOf(option));
  } else if (option.name == "cycle") {
    sequence->cycle = Truth(option);
  } else if (option.name == "owned_by") {
    sequence->owner = {};
    if (option.object.empty()) return absl::OkStatus();
    const parse::QualifiedName table_name{"", option.object.catalog, option.object.schema};
    const catalog::Table* const table = Find(table_name).table;
    if (table == nullptr) return Missing(table_name, "relation");
    HELIOS_ASSIGN_OR_RETURN(const int column, ColumnOf(*table, option.object.name));
    sequence->owner = {table->oid, column};
  } else if (option.name == "sequence_name") {
    sequence->name = catalog::TruncateName(option.object.name);
  } else {
    return WithPosition(Unsupported("sequence option {} is not supported", option.name),
                        option.position);
  }
  return absl::OkStatus();
}

absl::Status DdlApplier::ApplyOptions(const std::vector<parse::Option>& options,
                                      catalog::Sequence* sequence,
                                      std::optional<catalog::SequenceState>* state) {
  const bool is_new = state->has_value();
  SequenceOptionsGiven given;
  given.is_new = is_new;
  given.minimum = given.maximum = given.start = !is_new;
  for (const parse::Option& option : options) {
    HELIOS_RETURN_IF_ERROR(ApplyOption(option, sequence, &given));
  }
  const Range range = RangeOf(sequence->type);
  const bool ascends = sequence->increment > 0;
  if (!given.minimum) sequence->minimum = ascends ? 1 : range.least;
  if (!given.maximum) sequence->maximum = ascends ? range.greatest : -1;
  if (!given.start) sequence->start = ascends ? sequence->minimum : sequence->maximum;
  HELIOS_RETURN_IF_ERROR(CheckDefinition(*sequence));
  if (is_new) *state = catalog::SequenceState{sequence->start, false, sequence->generation};
  if (!given.restarts) return absl::OkStatus();
  const int64_t value = given.restart.value_or(sequence->start);
  if (value < sequence->minimum || value > sequence->maximum) {
    return SqlError(sqlstate::kInvalidParameterValue, "RESTART value ({}) cannot be {} {} ({})",
                    value, value < sequence->minimum ? "less than" : "greater than",
                    value < sequence->minimum ? "MINVALUE" : "MAXVALUE",
                    value < sequence->minimum ? sequence->minimum : sequence->maximum);
  }
  ++sequence->generation;
  *state = catalog::SequenceState{value, false, sequence->generation};
  return absl::OkStatus();
}

absl::Status DdlApplier::PutSequence(std::unique_ptr<catalog::Sequence> sequence,
                                     const std::optional<catalog::SequenceState>& state) {
  const Oid oid = sequence->oid;
  edit_.Put(std::move(sequence));
  if (state.has_value()) {
    edit_.PutSequenceState(oid, *state);
    result_.sequences.push_back(oid);
  }
  return absl::OkStatus();
}

absl::Status DdlApplier::CreateSequence(const parse::CreateSequenceStatement& statement) {
  HELIOS_ASSIGN_OR_RETURN(const Oid schema, CreationSchema(statement.sequence));
  auto sequence = std::make_unique<catalog::Sequence>();
  sequence->schema = schema;
  sequence->name = catalog::TruncateName(statement.sequence.name.name);
  HELIOS_ASSIGN_OR_RETURN(const bool exists,
                          ExistsAlready(schema, sequence->name, statement.if_not_exists));
  if (exists) return absl::OkStatus();
  HELIOS_ASSIGN_OR_RETURN(sequence->oid, edit_.NewOid());
  std::optional<catalog::SequenceState> state = catalog::SequenceState{};
  HELIOS_RETURN_IF_ERROR(ApplyOptions(statement.options, sequence.get(), &state));
  return PutSequence(std::move(sequence), state);
}

absl::Status DdlApplier::AlterSequence(const parse::AlterSequenceStatement& statement) {
  const catalog::Relation relation = Find(statement.sequence.name);
  if (!relation.found()) {
    if (!statement.if_exists)
      return WithPosition(Missing(statement.sequence.name, "relation"),
                          statement.sequence.position);
    Notice(fmt::format("relation \"{}\" does not exist, skipping", statement.sequence.name.name));
    return absl::OkStatus();
  }
  if (relation.sequence == nullptr) {
    return SqlError(sqlstate::kWrongObjectType, "\"{}\" is not a sequence",
                    statement.sequence.name.name);
  }
  HELIOS_RETURN_IF_ERROR(
      Lock(relation.oid(), relation.name(), txn::TableLockMode::kShareRowExclusive));
  std::unique_ptr<catalog::Sequence> sequence = edit_.CopySequence(relation.oid());
  std::optional<catalog::SequenceState> state;
  HELIOS_RETURN_IF_ERROR(ApplyOptions(statement.options, sequence.get(), &state));
  return PutSequence(std::move(sequence), state);
}

}  // namespace heliosdb::sql::bind
