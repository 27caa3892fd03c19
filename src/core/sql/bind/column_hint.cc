#include "core/sql/bind/column_hint.h"

#include <algorithm>
#include <vector>

#include "fmt/format.h"

namespace heliosdb::sql::bind {
namespace {

// PostgreSQL's MAX_FUZZY_DISTANCE.
constexpr size_t kDistanceMax = 3;

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

struct Match {
  std::string_view relation;
  std::string_view column;
};

// The closest column so far, and a second one as close.
struct Closest {
  size_t distance = kDistanceMax + 1;
  Match first;
  Match second;

  void Offer(const Match& match, size_t penalty, std::string_view wanted) {
    if (penalty > distance) return;
    size_t found = EditDistance(match.column, wanted);
    if (found > wanted.size() / 2) return;
    found += penalty;
    if (found < distance) {
      distance = found;
      first = match;
      second = {};
    } else if (found == distance) {
      if (!second.column.empty()) {
        // Three as close are no help.
        first = second = {};
        distance = found - 1;
      } else if (!first.column.empty()) {
        second = match;
      } else if (distance <= kDistanceMax) {
        first = match;
      }
    }
  }
};

}  // namespace

std::string ColumnHint(std::string_view relation, std::string_view column, const Scope* scope) {
  Closest closest;
  for (const Scope* level = scope; level != nullptr; level = level->parent) {
    for (const KnownRelation& known : level->known) {
      const size_t penalty = relation.empty() ? 0 : EditDistance(known.alias, relation);
      for (const std::string_view name : known.columns) {
        if (penalty == 0 && name == column) {
          return fmt::format(
              "There is a column named \"{}\" in table \"{}\", but it cannot be referenced from "
              "this part of the query.",
              column, known.alias);
        }
        closest.Offer({known.alias, name}, penalty, column);
      }
    }
  }
  if (closest.first.column.empty()) return "";
  if (closest.second.column.empty()) {
    return fmt::format("Perhaps you meant to reference the column \"{}.{}\".",
                       closest.first.relation, closest.first.column);
  }
  return fmt::format("Perhaps you meant to reference the column \"{}.{}\" or the column \"{}.{}\".",
                     closest.first.relation, closest.first.column, closest.second.relation,
                     closest.second.column);
}

}  // namespace heliosdb::sql::bind
