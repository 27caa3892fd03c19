#include "core/sql/plan/selectivity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "core/sql/functions/like.h"
#include "core/sql/plan/column_set.h"
#include "core/sql/plan/operators.h"
#include "core/types/compare.h"
#include "core/types/numeric.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using bind::ExpressionKind;
using functions::OperatorKind;
using types::Value;

// PostgreSQL's defaults (selfuncs.h).
constexpr double kRangeUnknown = 0.005;
constexpr double kMatchUnknown = 0.005;
constexpr double kNullUnknown = 0.005;
constexpr double kAntiUnknownMin = 0.1;
// A histogram so long says something about patterns.
constexpr size_t kPatternHistogramMin = 10;

double Clamp(double fraction) { return std::clamp(fraction, 0.0, 1.0); }

const Expression& WithoutCasts(const Expression& expression) {
  const Expression* node = &expression;
  while (node->kind == ExpressionKind::kCast) node = node->arguments[0].get();
  return *node;
}

// A place on a line, for values between which one can interpolate.
std::optional<double> NumberOf(const Value& value) {
  if (value.is_null()) return std::nullopt;
  switch (types::PhysicalOf(value.type().oid)) {
    case types::Physical::kBool:
    case types::Physical::kInt16:
    case types::Physical::kInt32:
    case types::Physical::kInt64:
      return static_cast<double>(value.integer());
    case types::Physical::kFloat32:
    case types::Physical::kFloat64:
      return value.float_value();
    case types::Physical::kInterval:
      return static_cast<double>(value.interval().microseconds) +
             86'400e6 * (value.interval().days + 30.0 * value.interval().months);
    case types::Physical::kString:
      break;
  }
  if (value.type().oid == types::TypeOid::kNumeric)
    return types::NumericToDoubleNoOverflow(value.string());
  return std::nullopt;
}

// Negative, zero or positive; nullopt for values that do not compare. Numbers of different types
// do.
std::optional<int> Compare(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return std::nullopt;
  const bool texts = types::PhysicalOf(a.type().oid) == types::Physical::kString &&
                     types::PhysicalOf(b.type().oid) == types::Physical::kString;
  if (a.type().oid == b.type().oid) return types::CompareValues(a, b.WithType(a.type()));
  const std::optional<double> left = NumberOf(a);
  const std::optional<double> right = NumberOf(b);
  if (left.has_value() && right.has_value()) return *left < *right ? -1 : (*left > *right ? 1 : 0);
  if (texts && !left.has_value() && !right.has_value()) return a.string().compare(b.string());
  return std::nullopt;
}

// The share of the histogram below a value.
double HistogramBelow(const std::vector<Value>& bounds, const Value& value) {
  size_t low = 0;
  size_t high = bounds.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const std::optional<int> order = Compare(bounds[middle], value);
    if (!order.has_value()) return kSelectivityUnknown;
    if (*order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return 0;
  if (low == bounds.size()) return 1;
  const std::optional<double> from = NumberOf(bounds[low - 1]);
  const std::optional<double> to = NumberOf(bounds[low]);
  const std::optional<double> at = NumberOf(value);
  double within = 0.5;
  if (from.has_value() && to.has_value() && at.has_value() && *to > *from)
    within = Clamp((*at - *from) / (*to - *from));
  return (static_cast<double>(low - 1) + within) / static_cast<double>(bounds.size() - 1);
}

double CommonTotal(const catalog::ColumnStatistics& known) {
  double total = 0;
  for (const double fraction : known.common_fractions) total += fraction;
  return total;
}

// Which common values of two columns are the same.
struct CommonMatches {
  std::vector<bool> left;
  std::vector<bool> right;
  double count = 0;
  double product = 0;  // Of the shares of rows with each, summed up.
};

bool SameType(const catalog::ColumnStatistics& a, const catalog::ColumnStatistics& b) {
  return a.common_values[0].type().oid == b.common_values[0].type().oid;
}

// Both have common values, of one type.
CommonMatches MatchCommonValues(const catalog::ColumnStatistics& a,
                                const catalog::ColumnStatistics& b) {
  CommonMatches matches;
  matches.left.assign(a.common_values.size(), false);
  matches.right.assign(b.common_values.size(), false);
  std::vector<size_t> sorted(b.common_values.size());
  for (size_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
  std::sort(sorted.begin(), sorted.end(), [&b](size_t x, size_t y) {
    return types::CompareValues(b.common_values[x], b.common_values[y]) < 0;
  });
  for (size_t i = 0; i < a.common_values.size(); ++i) {
    const auto found = std::lower_bound(
        sorted.begin(), sorted.end(), a.common_values[i], [&b](size_t at, const Value& value) {
          return types::CompareValues(b.common_values[at], value) < 0;
        });
    if (found == sorted.end() ||
        types::CompareValues(b.common_values[*found], a.common_values[i]) != 0)
      continue;
    matches.left[i] = true;
    matches.right[*found] = true;
    ++matches.count;
    matches.product += a.common_fractions[i] * b.common_fractions[*found];
  }
  return matches;
}

// Shares of a column's rows.
struct CommonShares {
  double matched = 0;    // With a common value that the other column has too.
  double unmatched = 0;  // With any other common value.
  double others = 0;     // With a rarer value.
};

CommonShares SharesOf(const catalog::ColumnStatistics& known, const std::vector<bool>& matched) {
  CommonShares shares;
  for (size_t i = 0; i < matched.size(); ++i)
    (matched[i] ? shares.matched : shares.unmatched) += known.common_fractions[i];
  shares.others = Clamp(1 - known.null_fraction - shares.matched - shares.unmatched);
  return shares;
}

OperatorKind Mirrored(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::kLess:
      return OperatorKind::kGreater;
    case OperatorKind::kLessOrEqual:
      return OperatorKind::kGreaterOrEqual;
    case OperatorKind::kGreater:
      return OperatorKind::kLess;
    case OperatorKind::kGreaterOrEqual:
      return OperatorKind::kLessOrEqual;
    default:
      return kind;
  }
}

bool IsBound(OperatorKind kind) {
  return kind == OperatorKind::kLess || kind == OperatorKind::kLessOrEqual ||
         kind == OperatorKind::kGreater || kind == OperatorKind::kGreaterOrEqual;
}

}  // namespace

Selectivity::Column Selectivity::ColumnOf(const Expression& expression) const {
  Column result;
  const Expression& node = WithoutCasts(expression);
  if (node.kind != ExpressionKind::kColumn || node.levels_up != 0 || node.column < 0 ||
      static_cast<size_t>(node.relation) >= query_.relations.size())
    return result;
  const bind::Relation& relation = query_.relations[node.relation];
  if (relation.table == nullptr) return result;
  result.table = relation.table;
  result.column = node.column;
  result.known = statistics_.Column(*relation.table, node.column);
  if (result.known != nullptr && result.known->distinct == 0) result.known = nullptr;
  result.distinct = statistics_.DistinctValues(*relation.table, node.column);
  return result;
}

double Selectivity::DistinctValues(const Expression& expression) const {
  return expression.kind == ExpressionKind::kConstant ? 1 : ColumnOf(expression).distinct;
}

bool Selectivity::KnowsDistinctValues(const Expression& expression) const {
  return expression.kind == ExpressionKind::kConstant || ColumnOf(expression).known != nullptr;
}

double Selectivity::NullFraction(const Expression& expression) const {
  const Column column = ColumnOf(expression);
  if (column.table != nullptr && column.table->columns[column.column].not_null) return 0;
  return column.known == nullptr ? kNullUnknown : column.known->null_fraction;
}

double Selectivity::Equal(const Expression& expression, const Expression& constant) const {
  const Column column = ColumnOf(expression);
  if (constant.kind == ExpressionKind::kConstant && constant.value.is_null()) return 0;
  if (column.known == nullptr) return 1 / column.distinct;
  const catalog::ColumnStatistics& known = *column.known;
  if (constant.kind == ExpressionKind::kConstant) {
    for (size_t i = 0; i < known.common_values.size(); ++i) {
      if (Compare(known.common_values[i], constant.value) == 0) return known.common_fractions[i];
    }
    const double others =
        std::max(1.0, column.distinct - static_cast<double>(known.common_values.size()));
    const double rest = Clamp(1 - known.null_fraction - CommonTotal(known)) / others;
    // No rarer value is more frequent than the least of the common ones.
    return known.common_fractions.empty() ? rest : std::min(rest, known.common_fractions.back());
  }
  return Clamp(1 - known.null_fraction) / column.distinct;
}

double Selectivity::Less(const Expression& expression, const Expression& constant,
                         bool or_equal) const {
  if (constant.kind != ExpressionKind::kConstant) return kSelectivityUnknown;
  if (constant.value.is_null()) return 0;
  const Column column = ColumnOf(expression);
  if (column.known == nullptr) return kSelectivityUnknown;
  const catalog::ColumnStatistics& known = *column.known;
  double common = 0;
  for (size_t i = 0; i < known.common_values.size(); ++i) {
    const std::optional<int> order = Compare(known.common_values[i], constant.value);
    if (!order.has_value()) return kSelectivityUnknown;
    if (*order < 0 || (or_equal && *order == 0)) common += known.common_fractions[i];
  }
  const double rest = Clamp(1 - known.null_fraction - CommonTotal(known));
  if (known.histogram.size() < 2) {
    return known.common_values.empty() ? kSelectivityUnknown
                                       : Clamp(common + rest * kSelectivityUnknown);
  }
  return Clamp(common + rest * HistogramBelow(known.histogram, constant.value));
}

// PostgreSQL's eqjoinsel_inner.
double Selectivity::EqualJoin(const Expression& left, const Expression& right) const {
  const Column a = ColumnOf(left);
  const Column b = ColumnOf(right);
  const double present = (1 - NullFraction(left)) * (1 - NullFraction(right));
  if (a.known == nullptr || b.known == nullptr || a.known->common_values.empty() ||
      b.known->common_values.empty() || !SameType(*a.known, *b.known))
    return Clamp(present / std::max(a.distinct, b.distinct));
  const CommonMatches matches = MatchCommonValues(*a.known, *b.known);
  const CommonShares left_shares = SharesOf(*a.known, matches.left);
  const CommonShares right_shares = SharesOf(*b.known, matches.right);
  // What the matched ones give; then unmatched ones of one side meet rare ones of the other; then
  // rare ones meet rare and unmatched ones. Seen from either side; the lower is the better guess.
  const auto total = [&](const CommonShares& mine, const CommonShares& theirs,
                         const Column& their_column) {
    const double values = their_column.distinct;
    const auto listed = static_cast<double>(their_column.known->common_values.size());
    double sum = matches.product;
    if (values > listed) sum += mine.unmatched * theirs.others / (values - listed);
    if (values > matches.count)
      sum += mine.others * (theirs.others + theirs.unmatched) / (values - matches.count);
    return sum;
  };
  return Clamp(std::min(total(left_shares, right_shares, b), total(right_shares, left_shares, a)));
}

// PostgreSQL's eqjoinsel_semi.
double Selectivity::EqualSemiJoin(const Column& outer, const Column& inner,
                                  double inner_rows) const {
  const bool not_null = outer.table->columns[outer.column].not_null;
  const double nulls = not_null ? 0 : outer.known->null_fraction;
  double outer_values = outer.distinct;
  double inner_values = std::min(inner.distinct, inner_rows);
  double matched = 0;
  if (!outer.known->common_values.empty() && !inner.known->common_values.empty() &&
      SameType(*outer.known, *inner.known)) {
    const CommonMatches matches = MatchCommonValues(*outer.known, *inner.known);
    matched = SharesOf(*outer.known, matches.left).matched;
    outer_values -= matches.count;
    inner_values -= matches.count;
  }
  const bool all = outer_values <= inner_values || inner_values < 0;
  const double uncertain = all ? 1 : inner_values / outer_values;
  return Clamp(matched + uncertain * Clamp(1 - matched - nulls));
}

std::optional<double> Selectivity::KnownSemiJoin(const std::vector<const Expression*>& conditions,
                                                 const RelationSet& inner,
                                                 double inner_rows) const {
  double share = 1;
  bool known = false;
  std::vector<const Expression*> others;
  for (const Expression* const condition : conditions) {
    const functions::OperatorEntry* const op = BinaryOperatorOf(*condition);
    if (op == nullptr || op->kind != OperatorKind::kEqual) {
      others.push_back(condition);
      continue;
    }
    const bool inner_first = Contains(inner, RelationsOf(*condition->arguments[0]));
    const Column inside = ColumnOf(*condition->arguments[inner_first ? 0 : 1]);
    const Column outside = ColumnOf(*condition->arguments[inner_first ? 1 : 0]);
    if (inside.known == nullptr || outside.known == nullptr) {
      others.push_back(condition);
      continue;
    }
    known = true;
    share *= EqualSemiJoin(outside, inside, inner_rows);
  }
  if (!known) return std::nullopt;
  return share * OfAll(others);
}

double Selectivity::OfSemiJoin(const std::vector<const Expression*>& conditions,
                               const RelationSet& inner, double inner_rows) const {
  const std::optional<double> known = KnownSemiJoin(conditions, inner, inner_rows);
  return known.has_value() ? *known : std::min(1.0, inner_rows * OfAll(conditions));
}

double Selectivity::OfAntiJoin(const std::vector<const Expression*>& conditions,
                               const RelationSet& inner, double inner_rows) const {
  const std::optional<double> known = KnownSemiJoin(conditions, inner, inner_rows);
  if (known.has_value()) return 1 - *known;
  // Rarely does every row find a partner.
  return std::max(kAntiUnknownMin, 1 - inner_rows * OfAll(conditions));
}

double Selectivity::OfComparison(const Expression& call, const functions::OperatorEntry& op) const {
  const Expression* left = call.arguments[0].get();
  const Expression* right = call.arguments[1].get();
  OperatorKind kind = op.kind;
  const RelationSet left_relations = RelationsOf(*left);
  if (left_relations.any() && RelationsOf(*right).any()) {
    if (kind == OperatorKind::kEqual) return EqualJoin(*left, *right);
    return kind == OperatorKind::kNotEqual ? 1 - EqualJoin(*left, *right) : kSelectivityUnknown;
  }
  if (left_relations.none()) {
    std::swap(left, right);
    kind = Mirrored(kind);
  }
  const double not_null = 1 - NullFraction(*left);
  const Expression& constant =
      WithoutCasts(*right).kind == ExpressionKind::kConstant && right->kind == ExpressionKind::kCast
          ? WithoutCasts(*right)
          : *right;
  switch (kind) {
    case OperatorKind::kEqual:
      return Equal(*left, constant);
    case OperatorKind::kNotEqual:
      return Clamp(not_null - Equal(*left, constant));
    case OperatorKind::kLess:
      return Less(*left, constant, false);
    case OperatorKind::kLessOrEqual:
      return Less(*left, constant, true);
    case OperatorKind::kGreater:
    case OperatorKind::kGreaterOrEqual: {
      const bool known =
          ColumnOf(*left).known != nullptr && constant.kind == ExpressionKind::kConstant;
      if (!known) return kSelectivityUnknown;
      return Clamp(not_null - Less(*left, constant, kind == OperatorKind::kGreater));
    }
    case OperatorKind::kOther:
      break;
  }
  if (op.symbol == "~~") return Like(*left, constant);
  if (op.symbol == "!~~") return Clamp(not_null - Like(*left, constant));
  return kSelectivityUnknown;
}

double Selectivity::Like(const Expression& text, const Expression& pattern) const {
  if (pattern.kind != ExpressionKind::kConstant || pattern.value.is_null()) return kMatchUnknown;
  const functions::LikePrefix prefix = functions::ExtractLikePrefix(pattern.value.string());
  if (prefix.exact) return Equal(text, pattern);
  // Each wildcard-free character narrows it, but not below PostgreSQL's default.
  const double guess = prefix.prefix.empty() ? kMatchUnknown * 10 : kMatchUnknown;
  const Column column = ColumnOf(text);
  if (column.known == nullptr) return guess;
  const absl::StatusOr<functions::LikePattern> compiled =
      functions::LikePattern::Compile(pattern.value.string(), functions::LikeCase::kSensitive);
  if (!compiled.ok()) return guess;
  const catalog::ColumnStatistics& known = *column.known;
  double common = 0;
  for (size_t i = 0; i < known.common_values.size(); ++i) {
    if (compiled->Matches(known.common_values[i].string())) common += known.common_fractions[i];
  }
  double share = guess;
  if (known.histogram.size() >= kPatternHistogramMin) {
    double matches = 0;
    for (const Value& bound : known.histogram) matches += compiled->Matches(bound.string()) ? 1 : 0;
    share = std::max(0.0001, matches / static_cast<double>(known.histogram.size()));
  }
  return Clamp(common + share * Clamp(1 - known.null_fraction - CommonTotal(known)));
}

double Selectivity::InList(const Expression& list) const {
  double sum = 0;
  for (size_t i = 1; i < list.arguments.size(); ++i)
    sum += Equal(*list.arguments[0], *list.arguments[i]);
  sum = Clamp(sum);
  return list.negated ? Clamp(1 - NullFraction(*list.arguments[0]) - sum) : sum;
}

double Selectivity::TrueFraction(const Expression& expression) const {
  const Column column = ColumnOf(expression);
  if (column.known == nullptr) return 0.5;
  for (size_t i = 0; i < column.known->common_values.size(); ++i) {
    const Value& value = column.known->common_values[i];
    if (!value.is_null() && value.bool_value()) return column.known->common_fractions[i];
  }
  return 0.5 * Clamp(1 - column.known->null_fraction);
}

double Selectivity::Of(const Expression& condition) const {
  switch (condition.kind) {
    case ExpressionKind::kConstant:
      return !condition.value.is_null() && condition.value.bool_value() ? 1 : 0;
    case ExpressionKind::kColumn:
      return TrueFraction(condition);
    case ExpressionKind::kCall: {
      const functions::OperatorEntry* const op = BinaryOperatorOf(condition);
      return op == nullptr ? kSelectivityUnknown : OfComparison(condition, *op);
    }
    case ExpressionKind::kAnd: {
      std::vector<const Expression*> parts;
      for (const bind::ExpressionPtr& part : condition.arguments) parts.push_back(part.get());
      return OfAll(parts);
    }
    case ExpressionKind::kOr: {
      double none = 1;
      for (const bind::ExpressionPtr& part : condition.arguments) none *= 1 - Of(*part);
      return Clamp(1 - none);
    }
    case ExpressionKind::kNot:
      return Clamp(1 - Of(*condition.arguments[0]));
    case ExpressionKind::kIsNull: {
      const double nulls = NullFraction(*condition.arguments[0]);
      return condition.negated ? 1 - nulls : nulls;
    }
    case ExpressionKind::kInList:
      return InList(condition);
    case ExpressionKind::kSubquery:
      return 0.5;
    default:
      return kSelectivityUnknown;
  }
}

double Selectivity::OfAll(const std::vector<const Expression*>& conditions) const {
  double result = 1;
  // The bounds on each column: (below the upper bound, above the lower one), 1 when there is none.
  struct Range {
    double below = 1;
    double above = 1;
    bool unknown = false;
  };
  std::map<std::pair<const catalog::Table*, int>, Range> ranges;
  for (const Expression* const condition : conditions) {
    const double selectivity = Of(*condition);
    const functions::OperatorEntry* const op = BinaryOperatorOf(*condition);
    if (op != nullptr && IsBound(op->kind)) {
      const bool column_first = RelationsOf(*condition->arguments[0]).any();
      const bool joins = column_first && RelationsOf(*condition->arguments[1]).any();
      const Column column = ColumnOf(*condition->arguments[column_first ? 0 : 1]);
      if (column.table != nullptr && !joins) {
        const OperatorKind kind = column_first ? op->kind : Mirrored(op->kind);
        const bool upper = kind == OperatorKind::kLess || kind == OperatorKind::kLessOrEqual;
        Range& range = ranges[{column.table, column.column}];
        double& bound = upper ? range.below : range.above;
        bound = std::min(bound, selectivity);
        range.unknown = range.unknown || column.known == nullptr;
        continue;
      }
    }
    result *= selectivity;
  }
  for (const auto& [column, range] : ranges) {
    if (range.below == 1 || range.above == 1) {
      result *= range.below * range.above;
    } else if (range.unknown) {
      result *= kRangeUnknown;
    } else {
      // What is below one bound and above the other; the rest of the two overlaps.
      result *= std::max(1e-10, range.below + range.above - 1);
    }
  }
  return Clamp(result);
}

}  // namespace heliosdb::sql::plan
