#include "core/sql/plan/build_join.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/status.h"
#include "core/sql/plan/make_node.h"
#include "core/sql/plan/operators.h"

namespace heliosdb::sql::plan {
namespace {

// A hash join's key: one side over the left part, the other over the right one.
struct EqualKey {
  ExpressionPtr left;
  ExpressionPtr right;
};

int IntegerRank(types::TypeOid oid) {
  switch (oid) {
    case types::TypeOid::kInt2:
      return 1;
    case types::TypeOid::kInt4:
      return 2;
    case types::TypeOid::kInt8:
      return 3;
    default:
      return 0;
  }
}

// Casts the narrower side: MakeConjunct has seen that the types can be unified.
void UnifyTypes(EqualKey* key) {
  const types::TypeOid left = key->left->type.oid;
  const types::TypeOid right = key->right->type.oid;
  if (left == right) return;
  const bool cast_left = left == types::TypeOid::kFloat4 || IntegerRank(left) < IntegerRank(right);
  ExpressionPtr* const narrow = cast_left ? &key->left : &key->right;
  *narrow = MakeCast(std::move(*narrow), {cast_left ? right : left});
}

bool LeftAlone(JoinKind kind) {
  return kind == JoinKind::kSemi || kind == JoinKind::kAnti || kind == JoinKind::kNullAwareAnti;
}

// The join's outputs, and the map and parameters of both sides.
FromPart Combine(const FromPart& left, const FromPart& right, JoinKind kind, Node* node) {
  FromPart joined;
  joined.map = left.map;
  node->outputs = left.node->outputs;
  if (!LeftAlone(kind)) {
    joined.map = SlotMap::Join(left.map, right.map, static_cast<int>(left.node->outputs.size()));
    node->outputs.insert(node->outputs.end(), right.node->outputs.begin(),
                         right.node->outputs.end());
  }
  node->width_bytes = left.node->width_bytes + (LeftAlone(kind) ? 0 : right.node->width_bytes);
  joined.parameters = left.parameters;
  return joined;
}

// Whether the node gives one row at most, whatever the data.
bool GivesOneRow(const Node& node) {
  if (node.kind == NodeKind::kResult) return true;
  if (node.kind == NodeKind::kAggregate)
    return static_cast<const AggregateNode&>(node).keys.empty();
  if (node.kind == NodeKind::kFilter || node.kind == NodeKind::kProject)
    return GivesOneRow(*node.children[0]);
  if (node.kind != NodeKind::kScan) return false;
  const auto& scan = static_cast<const ScanNode&>(node);
  if (scan.index != nullptr)
    return scan.index->unique && scan.equal_keys.size() == scan.index->columns.size();
  return scan.table->clustered_key.has_value() &&
         scan.equal_keys.size() == scan.table->clustered_key->columns.size();
}

// A node whose rows are kept anyway is not kept twice.
bool RereadsCheaply(const Node& node) {
  return node.kind == NodeKind::kMaterialize || node.kind == NodeKind::kCommonTableScan ||
         node.kind == NodeKind::kValues || node.kind == NodeKind::kResult;
}

void SetEstimates(const Path& path, Node* node) {
  node->rows = path.rows;
  node->startup_cost = path.startup_cost;
  node->total_cost = path.total_cost;
}

}  // namespace

absl::StatusOr<std::vector<ExpressionPtr>> JoinBuilder::Conditions(
    const std::vector<const Conjunct*>& conjuncts, const SlotMap& map,
    ColumnParameters* parameters) {
  std::vector<ExpressionPtr> conditions;
  for (const Conjunct* const conjunct : conjuncts) {
    HELIOS_ASSIGN_OR_RETURN(conditions.emplace_back(),
                            scope_.Rewrite(*conjunct->expression, map, parameters));
  }
  return conditions;
}

absl::Status JoinBuilder::SetKeys(const ScanPath& scan, ScanNode* node,
                                  ColumnParameters* parameters) {
  HELIOS_ASSIGN_OR_RETURN(node->equal_keys, scope_.RewriteAll(scan.equal_keys, {}, parameters));
  HELIOS_ASSIGN_OR_RETURN(node->in_keys, scope_.RewriteAll(scan.in_keys, {}, parameters));
  if (scan.lower.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                            scope_.Rewrite(*scan.lower->value, {}, parameters));
    node->lower = {std::move(value), scan.lower->inclusive};
  }
  if (scan.upper.has_value()) {
    HELIOS_ASSIGN_OR_RETURN(ExpressionPtr value,
                            scope_.Rewrite(*scan.upper->value, {}, parameters));
    node->upper = {std::move(value), scan.upper->inclusive};
  }
  node->prefix = scan.prefix;
  return absl::OkStatus();
}

absl::StatusOr<FromPart> JoinBuilder::BuildScan(const ScanPath& scan, int item) {
  const int relation = items_[item].relation;
  const catalog::Table& table = *query_.relations[relation].table;
  FromPart part;
  auto node = std::make_unique<ScanNode>();
  node->table = &table;
  node->alias = query_.relations[relation].alias;
  node->index = scan.index;
  node->index_only = scan.index_only;
  node->backward = scan.backward;
  for (const ColumnRef& column : needed_) {
    if (column.relation != relation) continue;
    part.map.columns[column] = static_cast<int>(node->columns.size());
    const bool is_key = column.column == kRowKeyColumn;
    node->columns.push_back(is_key ? kRowKeySlot : column.column);
    node->outputs.push_back(is_key ? types::Type{types::TypeOid::kBytea}
                                   : table.columns[column.column].type);
  }
  const Statistics& statistics = scope_.planner()->statistics();
  double width = 0;
  for (size_t i = 0; i < node->columns.size(); ++i) {
    width += node->columns[i] == kRowKeySlot ? TypicalBytes(node->outputs[i])
                                             : statistics.AverageBytes(table, node->columns[i]);
  }
  node->width_bytes = static_cast<int>(std::lround(width));
  HELIOS_RETURN_IF_ERROR(SetKeys(scan, node.get(), &part.parameters));
  HELIOS_ASSIGN_OR_RETURN(node->filters, Conditions(scan.filters, part.map, &part.parameters));
  node->rows = scan.rows;
  node->startup_cost = scan.startup_cost;
  node->total_cost = scan.total_cost;
  part.node = std::move(node);
  return part;
}

absl::StatusOr<FromPart> JoinBuilder::HashJoin(FromPart left, FromPart right, JoinKind kind,
                                               const std::vector<const Conjunct*>& conjuncts,
                                               const RelationSet& left_relations,
                                               const RelationSet& right_relations) {
  auto node = std::make_unique<HashJoinNode>();
  node->join = kind;
  FromPart joined = Combine(left, right, kind, node.get());
  joined.parameters.insert(right.parameters.begin(), right.parameters.end());
  std::vector<const Conjunct*> others;
  for (const Conjunct* const conjunct : conjuncts) {
    if (!conjunct->CanHashBetween(left_relations, right_relations)) {
      others.push_back(conjunct);
      continue;
    }
    const bool in_order = Contains(left_relations, conjunct->first);
    const auto& sides = conjunct->expression->arguments;
    EqualKey key;
    HELIOS_ASSIGN_OR_RETURN(key.left,
                            scope_.Rewrite(*sides[in_order ? 0 : 1], left.map, &joined.parameters));
    HELIOS_ASSIGN_OR_RETURN(
        key.right, scope_.Rewrite(*sides[in_order ? 1 : 0], right.map, &joined.parameters));
    UnifyTypes(&key);
    node->left_keys.push_back(std::move(key.left));
    node->right_keys.push_back(std::move(key.right));
  }
  if (node->left_keys.empty()) {
    return Unsupported(
        "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions");
  }
  const SlotMap both =
      SlotMap::Join(left.map, right.map, static_cast<int>(left.node->outputs.size()));
  HELIOS_ASSIGN_OR_RETURN(node->conditions, Conditions(others, both, &joined.parameters));
  node->rows = std::max(left.node->rows, right.node->rows);
  node->startup_cost = left.node->startup_cost + right.node->total_cost;
  node->total_cost = left.node->total_cost + right.node->total_cost +
                     (left.node->rows + right.node->rows + node->rows) * kCpuTupleCost;
  node->children.push_back(std::move(left.node));
  node->children.push_back(std::move(right.node));
  joined.node = std::move(node);
  return joined;
}

absl::StatusOr<FromPart> JoinBuilder::LoopJoin(FromPart left, FromPart right, JoinKind kind,
                                               const std::vector<const Conjunct*>& conjuncts) {
  auto node = std::make_unique<NestedLoopNode>();
  node->join = kind;
  FromPart joined = Combine(left, right, kind, node.get());
  for (const auto& [column, value] : right.parameters) {
    const auto slot = left.map.columns.find(column);
    if (slot == left.map.columns.end()) {
      joined.parameters.emplace(column, value);
      continue;
    }
    node->outer_values.emplace_back(
        value, MakeSlotExpression(left.node->outputs[slot->second], slot->second));
  }
  const SlotMap both =
      SlotMap::Join(left.map, right.map, static_cast<int>(left.node->outputs.size()));
  HELIOS_ASSIGN_OR_RETURN(node->conditions, Conditions(conjuncts, both, &joined.parameters));
  if (node->outer_values.empty() && !RereadsCheaply(*right.node) && !GivesOneRow(*left.node))
    right.node = MakeMaterialize(std::move(right.node));
  node->children.push_back(std::move(left.node));
  node->children.push_back(std::move(right.node));
  joined.node = std::move(node);
  return joined;
}

absl::StatusOr<FromPart> JoinBuilder::BuildUnique(const Path& path) {
  HELIOS_ASSIGN_OR_RETURN(FromPart part, Build(*path.left));
  std::vector<ExpressionPtr> keys;
  SlotMap map;
  for (const Conjunct* const conjunct : path.conjuncts) {
    for (const bind::ExpressionPtr& side : conjunct->expression->arguments) {
      const ColumnRef column{side->relation, side->column};
      if (side->kind != bind::ExpressionKind::kColumn || side->levels_up > 0 ||
          !path.relations.test(side->relation) || map.columns.contains(column))
        continue;
      map.columns[column] = static_cast<int>(keys.size());
      HELIOS_ASSIGN_OR_RETURN(keys.emplace_back(), scope_.Rewrite(*side, part.map));
    }
  }
  part.node =
      MakeAggregate(std::move(part.node), std::move(keys), {}, path.rows, GroupStrategy::kHash);
  part.map = std::move(map);
  return part;
}

absl::StatusOr<FromPart> JoinBuilder::Build(const Path& path) {
  if (path.method == Path::Method::kScan) return BuildScan(*path.scan, path.item);
  if (path.method == Path::Method::kPart) return *std::move(items_[path.item].part);
  if (path.method == Path::Method::kUnique) return BuildUnique(path);
  FromPart right;
  HELIOS_ASSIGN_OR_RETURN(FromPart left, Build(*path.left));
  if (path.method == Path::Method::kIndexLoop) {
    HELIOS_ASSIGN_OR_RETURN(right, BuildScan(*path.scan, path.item));
  } else {
    HELIOS_ASSIGN_OR_RETURN(right, Build(*path.right));
  }
  FromPart joined;
  switch (path.method) {
    case Path::Method::kHash: {
      HELIOS_ASSIGN_OR_RETURN(joined,
                              HashJoin(std::move(left), std::move(right), path.join, path.conjuncts,
                                       path.left->relations, path.right->relations));
      static_cast<HashJoinNode&>(*joined.node).keeps_left_order = path.ordered;
      break;
    }
    case Path::Method::kHashSwapped: {
      const JoinKind kind = path.join == JoinKind::kLeft ? JoinKind::kRight : path.join;
      HELIOS_ASSIGN_OR_RETURN(joined,
                              HashJoin(std::move(right), std::move(left), kind, path.conjuncts,
                                       path.right->relations, path.left->relations));
      break;
    }
    default: {
      HELIOS_ASSIGN_OR_RETURN(
          joined, LoopJoin(std::move(left), std::move(right), path.join, path.conjuncts));
    }
  }
  SetEstimates(path, joined.node.get());
  if (path.filters.empty()) return joined;
  HELIOS_ASSIGN_OR_RETURN(std::vector<ExpressionPtr> filters,
                          Conditions(path.filters, joined.map, &joined.parameters));
  joined.node = MakeFilter(std::move(joined.node), std::move(filters), 1);
  return joined;
}

}  // namespace heliosdb::sql::plan
