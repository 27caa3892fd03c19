// The syntax tree of expressions: what the text says, before any name is looked up.
//
// Every node carries `position`, the 1-based character of the statement text that an error about it
// points at (0 when there is none). Nodes own their children by unique_ptr; a null child means that
// the part was not written.
#ifndef HELIOSDB_CORE_SQL_PARSE_EXPRESSION_H_
#define HELIOSDB_CORE_SQL_PARSE_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/check.h"

namespace heliosdb::sql::parse {

struct SelectStatement;

// [catalog.][schema.]name; parts that were not written are empty.
struct QualifiedName {
  std::string catalog;
  std::string schema;
  std::string name;

  bool empty() const { return name.empty(); }
  friend bool operator==(const QualifiedName&, const QualifiedName&) = default;
};

enum class ExpressionKind : uint8_t {
  kConstant,
  kColumnReference,
  kParameterReference,
  kOperator,
  kBoolean,
  kIn,
  kBetween,
  kLike,
  kDistinct,
  kNullIf,
  kQuantified,
  kNullTest,
  kBooleanTest,
  kFunctionCall,
  kNamedArgument,
  kCase,
  kCoalesce,
  kMinMax,
  kTypeCast,
  kCollate,
  kValueFunction,
  kRow,
  kArray,
  kIndirection,
  kSublink,
  kGrouping,
  kDefault,
  kCurrentOf,
};

struct Expression {
  const ExpressionKind kind;
  int position = 0;

  virtual ~Expression() = default;
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  // The node as its own type: T::kKind must be this kind.
  template <typename T>
  const T& As() const {
    HELIOS_CHECK(kind == T::kKind);
    return static_cast<const T&>(*this);
  }
  // Null when the node is of another kind.
  template <typename T>
  const T* TryAs() const {
    return kind == T::kKind ? static_cast<const T*>(this) : nullptr;
  }

 protected:
  explicit Expression(ExpressionKind expression_kind) : kind(expression_kind) {}
};

using ExpressionPtr = std::unique_ptr<Expression>;

template <ExpressionKind expression_kind>
struct ExpressionOf : Expression {
  static constexpr ExpressionKind kKind = expression_kind;
  ExpressionOf() : Expression(expression_kind) {}
};

// schema.name(modifiers)[bounds], for instance {pg_catalog, numeric} with modifiers 10 and 2. The
// grammar's own type words arrive in the schema pg_catalog under their internal names (INTEGER is
// pg_catalog.int4); a name that is not a keyword (text, uuid, my_type) arrives as written, without
// a schema. An interval's fields are its first modifier, as PostgreSQL's bit mask.
struct TypeName {
  QualifiedName name;
  std::vector<ExpressionPtr> modifiers;
  // One entry a dimension; -1 where no bound was written. The bounds themselves have no meaning in
  // SQL.
  std::vector<int> array_bounds;
  bool is_set = false;           // SETOF
  bool is_percent_type = false;  // name%TYPE
  int position = 0;
};

enum class ConstantType : uint8_t { kNull, kBoolean, kInteger, kFloat, kString, kBitString };

// integer: fits int4, otherwise the literal is kFloat. text: the digits of a kFloat (also of
// integers beyond int4), the contents of a kString, or a kBitString with its leading b or x.
struct Constant : ExpressionOf<ExpressionKind::kConstant> {
  ConstantType type = ConstantType::kNull;
  bool boolean = false;
  int32_t integer = 0;
  std::string text;
};

// a, t.a, s.t.a, and with is_star: *, t.*, s.t.*.
struct ColumnReference : ExpressionOf<ExpressionKind::kColumnReference> {
  std::vector<std::string> names;
  bool is_star = false;
};

// $number
struct ParameterReference : ExpressionOf<ExpressionKind::kParameterReference> {
  int number = 0;
};

// left op right, or op right when left is null.
struct OperatorExpression : ExpressionOf<ExpressionKind::kOperator> {
  QualifiedName op;
  ExpressionPtr left;
  ExpressionPtr right;
};

enum class BooleanOperator : uint8_t { kAnd, kOr, kNot };

// Chains of AND and of OR are flat: a AND b AND c has three arguments.
struct BooleanExpression : ExpressionOf<ExpressionKind::kBoolean> {
  BooleanOperator op = BooleanOperator::kAnd;
  std::vector<ExpressionPtr> arguments;
};

// value [NOT] IN (list). IN (SELECT ...) is a Sublink.
struct InExpression : ExpressionOf<ExpressionKind::kIn> {
  bool is_negated = false;
  ExpressionPtr value;
  std::vector<ExpressionPtr> list;
};

// value [NOT] BETWEEN [SYMMETRIC] low AND high
struct BetweenExpression : ExpressionOf<ExpressionKind::kBetween> {
  bool is_negated = false;
  bool is_symmetric = false;
  ExpressionPtr value;
  ExpressionPtr low;
  ExpressionPtr high;
};

enum class LikeOperator : uint8_t { kLike, kILike, kSimilarTo };

// value [NOT] LIKE pattern [ESCAPE escape]
struct LikeExpression : ExpressionOf<ExpressionKind::kLike> {
  LikeOperator op = LikeOperator::kLike;
  bool is_negated = false;
  ExpressionPtr value;
  ExpressionPtr pattern;
  ExpressionPtr escape;
};

// left IS [NOT] DISTINCT FROM right
struct DistinctExpression : ExpressionOf<ExpressionKind::kDistinct> {
  bool is_negated = false;
  ExpressionPtr left;
  ExpressionPtr right;
};

struct NullIfExpression : ExpressionOf<ExpressionKind::kNullIf> {
  ExpressionPtr left;
  ExpressionPtr right;
};

enum class Quantifier : uint8_t { kAny, kAll };

// left op ANY (array). op ANY (SELECT ...) is a Sublink.
struct QuantifiedExpression : ExpressionOf<ExpressionKind::kQuantified> {
  QualifiedName op;
  Quantifier quantifier = Quantifier::kAny;
  ExpressionPtr left;
  ExpressionPtr array;
};

// argument IS [NOT] NULL
struct NullTest : ExpressionOf<ExpressionKind::kNullTest> {
  bool is_negated = false;
  ExpressionPtr argument;
};

enum class TruthValue : uint8_t { kTrue, kFalse, kUnknown };

// argument IS [NOT] TRUE | FALSE | UNKNOWN
struct BooleanTest : ExpressionOf<ExpressionKind::kBooleanTest> {
  TruthValue value = TruthValue::kTrue;
  bool is_negated = false;
  ExpressionPtr argument;
};

enum class SortDirection : uint8_t { kDefault, kAscending, kDescending, kUsing };
enum class NullsOrder : uint8_t { kDefault, kFirst, kLast };

// One element of ORDER BY.
struct SortKey {
  ExpressionPtr expression;
  SortDirection direction = SortDirection::kDefault;
  NullsOrder nulls = NullsOrder::kDefault;
  QualifiedName using_operator;  // With kUsing only.
  int position = 0;
};

enum class FrameMode : uint8_t { kRange, kRows, kGroups };
enum class FrameBound : uint8_t {
  kUnboundedPreceding,
  kOffsetPreceding,
  kCurrentRow,
  kOffsetFollowing,
  kUnboundedFollowing,
};
enum class FrameExclusion : uint8_t { kNone, kCurrentRow, kGroup, kTies };

// OVER (...), OVER name, or an entry of the WINDOW clause.
struct WindowDefinition {
  std::string name;       // WINDOW name AS (...), or OVER name.
  std::string base_name;  // (base_name ORDER BY ...): the window that this one copies.
  std::vector<ExpressionPtr> partition_by;
  std::vector<SortKey> order_by;
  // A frame clause was written; otherwise the fields hold the default frame.
  bool has_frame = false;
  FrameMode frame_mode = FrameMode::kRange;
  FrameBound frame_start = FrameBound::kUnboundedPreceding;
  FrameBound frame_end = FrameBound::kCurrentRow;
  FrameExclusion frame_exclusion = FrameExclusion::kNone;
  ExpressionPtr start_offset;
  ExpressionPtr end_offset;
  int position = 0;
};

// The forms that the grammar spells with words of their own (EXTRACT, POSITION, TRIM, AT TIME ZONE,
// ...) arrive here as calls of pg_catalog functions with is_sql_syntax set, which matters to the
// deparser alone.
struct FunctionCall : ExpressionOf<ExpressionKind::kFunctionCall> {
  QualifiedName name;
  std::vector<ExpressionPtr> arguments;
  std::vector<SortKey> order_by;  // Inside the parentheses, or in WITHIN GROUP.
  ExpressionPtr filter;
  std::unique_ptr<WindowDefinition> over;
  bool is_within_group = false;
  bool is_star = false;
  bool is_distinct = false;
  bool is_variadic = false;
  bool is_sql_syntax = false;
};

// name => value, an argument of a FunctionCall.
struct NamedArgument : ExpressionOf<ExpressionKind::kNamedArgument> {
  std::string name;
  ExpressionPtr value;
};

struct CaseWhen {
  ExpressionPtr condition;
  ExpressionPtr result;
  int position = 0;
};

// CASE [operand] WHEN ... ELSE otherwise END
struct CaseExpression : ExpressionOf<ExpressionKind::kCase> {
  ExpressionPtr operand;
  std::vector<CaseWhen> whens;
  ExpressionPtr otherwise;
};

struct CoalesceExpression : ExpressionOf<ExpressionKind::kCoalesce> {
  std::vector<ExpressionPtr> arguments;
};

// GREATEST or LEAST.
struct MinMaxExpression : ExpressionOf<ExpressionKind::kMinMax> {
  bool is_greatest = false;
  std::vector<ExpressionPtr> arguments;
};

// CAST (argument AS type), argument::type, and type 'literal'.
struct TypeCast : ExpressionOf<ExpressionKind::kTypeCast> {
  ExpressionPtr argument;
  TypeName type;
};

struct CollateExpression : ExpressionOf<ExpressionKind::kCollate> {
  ExpressionPtr argument;
  QualifiedName collation;
};

enum class ValueFunctionName : uint8_t {
  kCurrentDate,
  kCurrentTime,
  kCurrentTimestamp,
  kLocalTime,
  kLocalTimestamp,
  kCurrentRole,
  kCurrentUser,
  kUser,
  kSessionUser,
  kCurrentCatalog,
  kCurrentSchema,
};

struct ValueFunction : ExpressionOf<ExpressionKind::kValueFunction> {
  ValueFunctionName function = ValueFunctionName::kCurrentDate;
  std::optional<int> precision;
};

// ROW(a, b), or (a, b) with is_explicit false.
struct RowExpression : ExpressionOf<ExpressionKind::kRow> {
  bool is_explicit = false;
  std::vector<ExpressionPtr> fields;
};

// ARRAY[a, b]; nested brackets are ArrayExpressions of their own.
struct ArrayExpression : ExpressionOf<ExpressionKind::kArray> {
  std::vector<ExpressionPtr> elements;
};

enum class IndirectionKind : uint8_t { kField, kStar, kSubscript, kSlice };

// .field, .*, [upper], or [lower:upper].
struct IndirectionStep {
  IndirectionKind kind = IndirectionKind::kField;
  std::string field;
  ExpressionPtr lower;
  ExpressionPtr upper;
};

// base followed by subscripts and field selections.
struct Indirection : ExpressionOf<ExpressionKind::kIndirection> {
  ExpressionPtr base;
  std::vector<IndirectionStep> steps;
};

enum class SublinkKind : uint8_t { kExists, kAny, kAll, kScalar, kArray };

// A subquery in an expression. kAny without op is IN (SELECT ...); NOT IN is a NOT around it.
struct Sublink : ExpressionOf<ExpressionKind::kSublink> {
  Sublink();
  ~Sublink() override;
  SublinkKind sublink = SublinkKind::kScalar;
  ExpressionPtr test;
  QualifiedName op;
  std::unique_ptr<SelectStatement> query;
};

// GROUPING(a, b)
struct GroupingExpression : ExpressionOf<ExpressionKind::kGrouping> {
  std::vector<ExpressionPtr> arguments;
};

// DEFAULT as a value of INSERT or UPDATE.
struct DefaultExpression : ExpressionOf<ExpressionKind::kDefault> {};

// WHERE CURRENT OF cursor
struct CurrentOf : ExpressionOf<ExpressionKind::kCurrentOf> {
  std::string cursor;
};

}  // namespace heliosdb::sql::parse

#endif  // HELIOSDB_CORE_SQL_PARSE_EXPRESSION_H_
