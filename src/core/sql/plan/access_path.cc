#include "core/sql/plan/access_path.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/sql/functions/function_entry.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/operators.h"
#include "core/types/key_codec.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;

// Finding one row by its key costs about as much as reading ten in a row.
constexpr double kRowFetchCost = 0.15;
constexpr double kDescentCost = 0.05;
// Bytes of an index entry besides its columns, about.
constexpr double kEntryOverheadBytes = 16;

std::vector<const Expression*> ExpressionsOf(const std::vector<const Conjunct*>& conjuncts) {
  std::vector<const Expression*> expressions;
  expressions.reserve(conjuncts.size());
  for (const Conjunct* const conjunct : conjuncts)
    expressions.push_back(conjunct->expression.get());
  return expressions;
}

bool Holds(const std::vector<const Conjunct*>& conjuncts, const Conjunct* conjunct) {
  return std::find(conjuncts.begin(), conjuncts.end(), conjunct) != conjuncts.end();
}

}  // namespace

TableAccess::TableAccess(const Statistics& statistics, const Selectivity& selectivity,
                         IndexRules* rules, const bind::Query& query, int relation,
                         const ColumnSet& needed, std::vector<const Conjunct*> filters)
    : statistics_(statistics),
      selectivity_(selectivity),
      table_(*query.relations[relation].table),
      relation_(relation),
      filters_(std::move(filters)),
      table_rows_(statistics.RowCount(table_)) {
  for (const ColumnRef& column : needed) {
    if (column.relation == relation) needed_.push_back(column.column);
  }
  rows_ = std::max(1.0, std::rint(table_rows_ * selectivity.OfAll(ExpressionsOf(filters_))));
  AddKeys(rules);
}

void TableAccess::AddKeys(IndexRules* rules) {
  Key& own = keys_.emplace_back();
  if (table_.clustered_key.has_value()) {
    own.unique = true;
    for (const int column : table_.clustered_key->columns)
      own.columns.push_back({relation_, column, nullptr, table_.columns[column].type});
  }
  for (const catalog::Index* const index : statistics_.image().IndexesOf(table_.oid)) {
    if (index->valid) AddIndex(*index, rules);
  }
}

void TableAccess::AddIndex(const catalog::Index& index, IndexRules* rules) {
  Key key;
  key.index = &index;
  key.unique = index.unique;
  const bool has_text =
      !index.predicate_text.empty() ||
      std::any_of(index.columns.begin(), index.columns.end(),
                  [](const catalog::IndexColumn& column) { return column.column < 0; });
  const bind::TableRules::IndexRule* const rule = has_text ? rules->Of(table_, index) : nullptr;
  if (has_text && rule == nullptr) return;
  if (!index.predicate_text.empty() &&
      (rule->predicate == nullptr ||
       !ImpliesPredicate(filters_, *rule->predicate, relation_, &key.shown)))
    return;
  for (size_t i = 0; i < index.columns.size(); ++i) {
    const catalog::IndexColumn& column = index.columns[i];
    const Expression* expression = nullptr;
    if (column.column < 0) {
      key_expressions_.push_back(OverRelation(*rule->keys[i], relation_));
      expression = key_expressions_.back().get();
    }
    key.columns.push_back(
        {relation_, column.column, expression, column.type, column.descending, column.nulls_first});
  }
  keys_.push_back(std::move(key));
}

bool TableAccess::MatchNext(const KeyColumn& column, const std::vector<const Conjunct*>& candidates,
                            ScanPath* path, std::vector<const Conjunct*>* used,
                            std::vector<const Conjunct*>* shown) const {
  std::optional<KeyTest> in;
  const Conjunct* in_conjunct = nullptr;
  std::optional<KeyTest> prefix;
  const Conjunct* prefix_conjunct = nullptr;
  for (const Conjunct* const conjunct : candidates) {
    if (Holds(*used, conjunct)) continue;
    std::optional<KeyTest> test = MatchKeyColumn(*conjunct->expression, column);
    if (!test.has_value()) continue;
    switch (test->kind) {
      case KeyTest::Kind::kEqual:
        path->lower.reset();
        path->upper.reset();
        path->equal_keys.push_back(std::move(test->values[0]));
        used->push_back(conjunct);
        if (test->exact) shown->push_back(conjunct);
        return true;
      case KeyTest::Kind::kIn:
        if (in.has_value() && in->values.size() <= test->values.size()) break;
        in = std::move(test);
        in_conjunct = conjunct;
        break;
      case KeyTest::Kind::kPrefix:
        prefix = std::move(test);
        prefix_conjunct = conjunct;
        break;
      case KeyTest::Kind::kLower:
      case KeyTest::Kind::kUpper: {
        std::optional<ScanNode::Bound>& bound =
            test->kind == KeyTest::Kind::kLower ? path->lower : path->upper;
        // A second bound on the same side stays a filter.
        if (!bound.has_value()) bound = {std::move(test->values[0]), test->inclusive};
        break;
      }
    }
  }
  if (in.has_value()) {
    path->lower.reset();
    path->upper.reset();
    path->in_keys = std::move(in->values);
    used->push_back(in_conjunct);
    shown->push_back(in_conjunct);
  } else if (prefix.has_value()) {
    path->lower.reset();
    path->upper.reset();
    path->prefix = std::move(prefix->prefix);
    used->push_back(prefix_conjunct);
    if (prefix->exact) shown->push_back(prefix_conjunct);
  } else {
    bool lower_taken = !path->lower.has_value();
    bool upper_taken = !path->upper.has_value();
    for (const Conjunct* const conjunct : candidates) {
      if (Holds(*used, conjunct)) continue;
      const std::optional<KeyTest> test = MatchKeyColumn(*conjunct->expression, column);
      if (!test.has_value()) continue;
      bool* const taken = test->kind == KeyTest::Kind::kLower   ? &lower_taken
                          : test->kind == KeyTest::Kind::kUpper ? &upper_taken
                                                                : nullptr;
      if (taken == nullptr || *taken) continue;
      *taken = true;
      used->push_back(conjunct);
      shown->push_back(conjunct);
    }
  }
  return false;
}

std::vector<const Conjunct*> TableAccess::MatchRange(const Key& key,
                                                     const std::vector<const Conjunct*>& joins,
                                                     ScanPath* path) const {
  // Own conditions first: they need no other side.
  std::vector<const Conjunct*> candidates = filters_;
  candidates.insert(candidates.end(), joins.begin(), joins.end());
  std::vector<const Conjunct*> used;
  std::vector<const Conjunct*> shown = key.shown;
  for (const KeyColumn& column : key.columns) {
    if (!MatchNext(column, candidates, path, &used, &shown)) break;
  }
  for (const Conjunct* const filter : filters_) {
    if (!Holds(shown, filter)) path->filters.push_back(filter);
  }
  for (const Conjunct* const join : joins) {
    if (Holds(shown, join)) path->joins.push_back(join);
  }
  return used;
}

bool TableAccess::IsIndexOnly(const Key& key) const {
  if (key.index == nullptr) return false;
  return std::all_of(needed_.begin(), needed_.end(), [&key](int column) {
    return std::any_of(key.index->columns.begin(), key.index->columns.end(),
                       [column](const catalog::IndexColumn& in_key) {
                         return column >= 0 && in_key.column == column &&
                                types::KeyIsExact(in_key.type.oid);
                       });
  });
}

bool TableAccess::IsFixed(const ColumnRef& column) const {
  if (column.column < 0) return false;
  return std::any_of(filters_.begin(), filters_.end(), [this, &column](const Conjunct* filter) {
    const std::optional<KeyTest> test = MatchKeyColumn(
        *filter->expression,
        {column.relation, column.column, nullptr, table_.columns[column.column].type});
    return test.has_value() && test->kind == KeyTest::Kind::kEqual;
  });
}

std::optional<bool> TableAccess::BackwardFor(const Key& key, size_t fixed,
                                             const WantedOrder& wanted) const {
  if (wanted.grouped)
    return BringsTogether(key, fixed, wanted) ? std::optional(false) : std::nullopt;
  std::optional<bool> backward;
  size_t next = fixed;
  for (const OrderKey& order : wanted.keys) {
    if (order.column.relation != relation_) return std::nullopt;
    if (IsFixed(order.column)) continue;
    while (next < key.columns.size() && key.columns[next].column != order.column.column &&
           IsFixed({relation_, key.columns[next].column}))
      ++next;
    if (next == key.columns.size() || key.columns[next].column != order.column.column) {
      // Behind the whole of a unique key nothing is left to order.
      if (next < key.columns.size() || !TellsRowsApart(key)) return std::nullopt;
      break;
    }
    const KeyColumn& column = key.columns[next++];
    const bool reversed = column.descending != order.descending;
    const bool nulls_first = column.nulls_first != reversed;
    if (nulls_first != order.nulls_first && !table_.columns[column.column].not_null)
      return std::nullopt;
    if (backward.has_value() && *backward != reversed) return std::nullopt;
    backward = reversed;
  }
  return backward.value_or(false);
}

bool TableAccess::TellsRowsApart(const Key& key) const {
  return key.unique &&
         std::all_of(key.columns.begin(), key.columns.end(), [this](const KeyColumn& column) {
           return column.column >= 0 && table_.columns[column.column].not_null;
         });
}

bool TableAccess::BringsTogether(const Key& key, size_t fixed, const WantedOrder& wanted) const {
  std::vector<int> missing;
  for (const OrderKey& order : wanted.keys) {
    if (order.column.relation != relation_) return false;
    if (!IsFixed(order.column)) missing.push_back(order.column.column);
  }
  for (size_t next = fixed; next < key.columns.size() && !missing.empty(); ++next) {
    const int column = key.columns[next].column;
    if (column < 0) return false;
    if (std::erase(missing, column) == 0 && !IsFixed({relation_, column})) return false;
  }
  return missing.empty() || TellsRowsApart(key);
}

void TableAccess::SetCost(const Key& key, const std::vector<const Conjunct*>& used,
                          ScanPath* path) const {
  const bool one_row =
      key.unique && path->equal_keys.size() == key.columns.size() && path->in_keys.empty();
  std::vector<const Conjunct*> limiting = used;
  for (const Conjunct* const conjunct : key.shown) {
    if (!Holds(limiting, conjunct)) limiting.push_back(conjunct);
  }
  double read = table_rows_ * selectivity_.OfAll(ExpressionsOf(limiting));
  if (one_row) read = std::min(read, 1.0);
  read = std::max(1.0, read);
  const double ranges = std::max<double>(1, static_cast<double>(path->in_keys.size()));
  const bool whole = used.empty();
  path->startup_cost =
      whole ? 0 : kDescentCost + std::log2(std::max(2.0, table_rows_)) * kCpuOperatorCost;
  double per_row = kCpuTupleCost + static_cast<double>(path->filters.size()) * kCpuOperatorCost;
  if (key.index == nullptr) {
    per_row += statistics_.RowBytes(table_) / kPageBytes;
  } else {
    double entry_bytes = kEntryOverheadBytes;
    for (const KeyColumn& column : key.columns) {
      entry_bytes += column.column < 0 ? TypicalBytes(column.type)
                                       : statistics_.AverageBytes(table_, column.column);
    }
    per_row += kCpuIndexTupleCost + entry_bytes / kPageBytes;
    if (!path->index_only) per_row += kRowFetchCost;
  }
  path->total_cost = path->startup_cost * ranges + read * per_row;
  double rows = rows_ * selectivity_.OfAll(ExpressionsOf(path->joins));
  if (one_row) rows = std::min(rows, 1.0);
  path->rows = std::max(1.0, std::rint(rows));
}

ScanPathPtr TableAccess::TryKey(const Key& key, const std::vector<const Conjunct*>& joins,
                                const WantedOrder& wanted) const {
  auto path = std::make_shared<ScanPath>();
  path->index = key.index;
  path->index_only = IsIndexOnly(key);
  const std::vector<const Conjunct*> used = MatchRange(key, joins, path.get());
  if (!wanted.empty()) {
    const std::optional<bool> backward = BackwardFor(key, path->equal_keys.size(), wanted);
    path->ordered = backward.has_value();
    path->backward = backward.value_or(false);
  }
  const bool partial = key.index != nullptr && !key.index->predicate_text.empty();
  if (key.index != nullptr && used.empty() && !path->ordered && !path->index_only && !partial)
    return nullptr;
  SetCost(key, used, path.get());
  return path;
}

TableAccess::Choice TableAccess::Choose(const WantedOrder& wanted) const {
  Choice choice;
  for (const Key& key : keys_) {
    ScanPathPtr path = TryKey(key, {}, wanted);
    if (path == nullptr) continue;
    if (choice.cheapest == nullptr || path->total_cost < choice.cheapest->total_cost)
      choice.cheapest = path;
    if (path->ordered &&
        (choice.ordered == nullptr || path->total_cost < choice.ordered->total_cost))
      choice.ordered = path;
  }
  return choice;
}

ScanPathPtr TableAccess::ChooseForJoin(const std::vector<const Conjunct*>& joins) const {
  ScanPathPtr best;
  for (const Key& key : keys_) {
    ScanPathPtr path = TryKey(key, joins, {});
    if (path == nullptr || path->joins.empty()) continue;
    if (best == nullptr || path->total_cost < best->total_cost) best = std::move(path);
  }
  return best;
}

}  // namespace heliosdb::sql::plan
