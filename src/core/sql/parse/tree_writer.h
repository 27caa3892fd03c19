// Prints trees for tests and for people. Private to this layer; DebugText() in deparse.h is the function.
#ifndef HELIOSDB_CORE_SQL_PARSE_TREE_WRITER_H_
#define HELIOSDB_CORE_SQL_PARSE_TREE_WRITER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/sql/parse/parse.h"

namespace heliosdb::sql::parse {

// (name field=value field=[value, value]): fields that hold their defaults are left out, enums are numbers.
class TreeWriter {
 public:
  std::string Take() { return std::move(out_); }

  void Write(const Statement& statement);
  void Write(const Expression& expression);

 private:
  template <typename T>
  void Field(std::string_view name, const T& value) {
    if (IsDefault(value)) return;
    out_ += ' ';
    out_ += name;
    out_ += '=';
    Value(value);
  }

  static bool IsDefault(bool value) { return !value; }
  static bool IsDefault(const std::string& value) { return value.empty(); }
  static bool IsDefault(const QualifiedName& name) { return name.empty(); }
  static bool IsDefault(const Alias& alias) { return alias.empty(); }
  static bool IsDefault(const RelationName& relation) { return relation.name.empty(); }
  static bool IsDefault(const IndexElement&) { return false; }
  static bool IsDefault(const IntoClause&) { return false; }
  static bool IsDefault(const TransactionModes& modes) {
    return !modes.isolation.has_value() && !modes.is_read_only.has_value() &&
           !modes.is_deferrable.has_value();
  }
  static bool IsDefault(const TypeName& type) { return type.name.empty(); }
  template <typename T>
  static bool IsDefault(const std::unique_ptr<T>& value) {
    return value == nullptr;
  }
  template <typename T>
  static bool IsDefault(const std::vector<T>& values) {
    return values.empty();
  }
  template <typename T>
  static bool IsDefault(const std::optional<T>& value) {
    return !value.has_value();
  }
  template <typename T>
  requires std::is_enum_v<T> || std::is_integral_v<T>
  static bool IsDefault(T value) { return static_cast<int64_t>(value) == 0; }

  void Value(bool value) { out_ += value ? "true" : "false"; }
  void Value(const std::string& value) { out_ += "\"" + value + "\""; }
  template <typename T>
  requires std::is_enum_v<T> || std::is_integral_v<T>
  void Value(T value) { out_ += std::to_string(static_cast<int64_t>(value)); }
  template <typename T>
  void Value(const std::optional<T>& value) {
    Value(*value);
  }
  template <typename T>
  void Value(const std::unique_ptr<T>& value) {
    if (value == nullptr) {
      out_ += "null";
    } else {
      Value(*value);
    }
  }
  template <typename T>
  void Value(const std::vector<T>& values) {
    out_ += '[';
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ", ";
      Value(values[i]);
    }
    out_ += ']';
  }

  void Value(const Statement& statement) { Write(statement); }
  void Value(const Expression& expression) { Write(expression); }
  void Value(const FromItem& item);
  void Value(const QualifiedName& name);
  void Value(const Alias& alias);
  void Value(const RelationName& relation);
  void Value(const TypeName& type);
  void Value(const Option& option);
  void Value(const SortKey& key);
  void Value(const WindowDefinition& window);
  void Value(const CaseWhen& when);
  void Value(const IndirectionStep& step);
  void Value(const TargetItem& target);
  void Value(const WithClause& with);
  void Value(const CommonTableExpression& table);
  void Value(const SearchClause& search);
  void Value(const CycleClause& cycle);
  void Value(const GroupByItem& item);
  void Value(const FunctionColumn& column);
  void Value(const FunctionFromElement& element);
  void Value(const LockingClause& clause);
  void Value(const IntoClause& into);
  void Value(const AssignmentTarget& target);
  void Value(const Assignment& assignment);
  void Value(const IndexElement& element);
  void Value(const OnConflict& conflict);
  void Value(const MergeWhen& when);
  void Value(const ExclusionElement& element);
  void Value(const Constraint& constraint);
  void Value(const ColumnDefinition& column);
  void Value(const TableLike& like);
  void Value(const TableElement& element);
  void Value(const AlterTableCommand& command);
  void Value(const TransactionModes& modes);
  void Value(const VacuumTable& table);
  void Value(const Privilege& privilege);

  void Fields(const FromItem& item);
  void Fields(const Expression& expression);
  void OperatorFields(const Expression& expression);
  void Fields(const SelectStatement& select);
  void DmlFields(const Statement& statement);
  void TableFields(const Statement& statement);
  void SchemaFields(const Statement& statement);
  void UtilityFields(const Statement& statement);
  void SessionFields(const Statement& statement);

  std::string out_;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_TREE_WRITER_H_
