#include "core/sql/plan/explain_tree.h"

#include <algorithm>
#include <map>

#include "fmt/format.h"

#include "core/catalog/names.h"
#include "core/catalog/system_view.h"
#include "core/sql/functions/function_entry.h"
#include "core/sql/functions/like.h"
#include "core/sql/plan/print_expression.h"

namespace heliosdb::sql::plan {
namespace {

using bind::Expression;
using catalog::QuoteName;

size_t CountRelations(const Node& node) {
  size_t count = node.kind == NodeKind::kScan || node.kind == NodeKind::kValues ||
                         node.kind == NodeKind::kFunctionScan ||
                         node.kind == NodeKind::kCommonTableScan ||
                         node.kind == NodeKind::kSystemViewScan
                     ? 1
                     : 0;
  for (const NodePtr& child : node.children) count += CountRelations(*child);
  return count;
}

size_t CountRelations(const Plan& plan) {
  size_t count = CountRelations(*plan.root);
  for (const Subplan& subplan : plan.subplans) count += CountRelations(*subplan.root);
  for (const CommonTablePlan& table : plan.common_tables)
    count += table.root == nullptr ? 0 : CountRelations(*table.root);
  return count;
}

std::string_view JoinWord(JoinKind join) {
  switch (join) {
    case JoinKind::kInner:
      return "Inner";
    case JoinKind::kLeft:
      return "Left";
    case JoinKind::kRight:
      return "Right";
    case JoinKind::kFull:
      return "Full";
    case JoinKind::kSemi:
      return "Semi";
    case JoinKind::kAnti:
    case JoinKind::kNullAwareAnti:
      return "Anti";
  }
  return "";
}

std::string AsSortKey(const SlotName& slot, const SortKey& key) {
  std::string text = slot.is_column ? slot.text : fmt::format("({})", slot.text);
  if (key.descending) text += " DESC";
  if (key.nulls_first != key.descending) text += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  return text;
}

class TreeMaker {
 public:
  explicit TreeMaker(const Plan& plan) : plan_(plan), prefix_(CountRelations(plan) > 1) {}

  ExplainNodePtr MakeRoot() {
    SlotNames names;
    ExplainNodePtr root = Make(*plan_.root, &names);
    std::vector<ExplainNodePtr> tables;
    for (const CommonTablePlan& table : plan_.common_tables) {
      if (table.root == nullptr) continue;
      SlotNames ignored;
      ExplainNodePtr made = Make(*table.root, &ignored);
      made->relationship = "InitPlan";
      made->subplan_name = fmt::format("CTE {}", QuoteName(table.name));
      tables.push_back(std::move(made));
    }
    root->children.insert(root->children.begin(), std::make_move_iterator(tables.begin()),
                          std::make_move_iterator(tables.end()));
    return root;
  }

 private:
  // The tree of a node; *names becomes what its output slots are called.
  ExplainNodePtr Make(const Node& node, SlotNames* names) {
    ExplainNodePtr made = MakeBare(node, names);
    made->rows = node.rows;
    made->startup_cost = node.startup_cost;
    made->total_cost = node.total_cost;
    made->width_bytes = node.width_bytes;
    return made;
  }

  // NOLINTNEXTLINE(readability-function-size): one case per kind of node, no logic of its own.
  ExplainNodePtr MakeBare(const Node& node, SlotNames* names) {
    switch (node.kind) {
      case NodeKind::kResult:
        return Named("Result");
      case NodeKind::kScan:
        return MakeScan(static_cast<const ScanNode&>(node), names);
      case NodeKind::kFilter:
        return MakeFilter(static_cast<const FilterNode&>(node), names);
      case NodeKind::kProject:
        return MakeProject(static_cast<const ProjectNode&>(node), names);
      case NodeKind::kHashJoin:
        return MakeHashJoin(static_cast<const HashJoinNode&>(node), names);
      case NodeKind::kNestedLoop:
        return MakeNestedLoop(static_cast<const NestedLoopNode&>(node), names);
      case NodeKind::kAggregate:
        return MakeAggregate(static_cast<const AggregateNode&>(node), names);
      case NodeKind::kSort:
        return MakeSort(static_cast<const SortNode&>(node), names);
      case NodeKind::kLimit:
        return Over("Limit", node, names);
      case NodeKind::kDistinctOn:
        return Over("Unique", node, names);
      case NodeKind::kSetOperation:
        return MakeSetOperation(static_cast<const SetOperationNode&>(node), names);
      case NodeKind::kAppend:
        return MakeAppend(node, names);
      case NodeKind::kValues:
        return MakeValues(static_cast<const ValuesNode&>(node), names);
      case NodeKind::kFunctionScan:
        return MakeFunctionScan(static_cast<const FunctionScanNode&>(node), names);
      case NodeKind::kCommonTableScan:
        return MakeCommonTableScan(static_cast<const CommonTableScanNode&>(node), names);
      case NodeKind::kRecursiveUnion:
        return MakeRecursiveUnion(node, names);
      case NodeKind::kMaterialize:
        return Over("Materialize", node, names);
      case NodeKind::kSystemViewScan:
        return MakeSystemViewScan(static_cast<const SystemViewScanNode&>(node), names);
      case NodeKind::kLockRows:
        return Over("LockRows", node, names);
      case NodeKind::kInsert:
        return MakeInsert(static_cast<const InsertNode&>(node), names);
      case NodeKind::kUpdate:
        return MakeChange("Update", *static_cast<const UpdateNode&>(node).recheck.table, node);
      case NodeKind::kDelete:
        return MakeChange("Delete", *static_cast<const DeleteNode&>(node).recheck.table, node);
      case NodeKind::kInstrument: {
        ExplainNodePtr made = Make(*node.children[0], names);
        made->counters = static_cast<const InstrumentNode&>(node).counters.get();
        SetMemory(made->counters->memory, made.get());
        return made;
      }
    }
    return Named("Result");
  }

  // A join's table is its Hash node's. What is folded into a node has none.
  static void SetMemory(const MemoryUse& memory, ExplainNode* node) {
    if (memory.kind == MemoryUse::Kind::kNone) return;
    if (memory.kind != MemoryUse::Kind::kHashJoin) {
      node->memory = &memory;
      return;
    }
    for (const ExplainNodePtr& child : node->children) {
      if (child->type == "Hash") child->memory = &memory;
    }
  }

  static ExplainNodePtr Named(std::string type) {
    auto made = std::make_unique<ExplainNode>();
    made->headline = type;
    made->type = std::move(type);
    return made;
  }

  // A node whose output is its child's.
  ExplainNodePtr Over(std::string type, const Node& node, SlotNames* names) {
    ExplainNodePtr made = Named(std::move(type));
    AddChild(*node.children[0], "Outer", made.get(), names);
    return made;
  }

  void AddChild(const Node& child, std::string relationship, ExplainNode* to, SlotNames* names) {
    ExplainNodePtr made = Make(child, names);
    made->relationship = std::move(relationship);
    to->children.push_back(std::move(made));
  }

  // --- Expressions ---

  PrintContext ContextFor(const SlotNames& names, ExplainNode* node) {
    PrintContext context;
    context.slots = &names;
    context.outer_values = &outer_values_;
    context.subplan = [this, &names, node](const Expression& expression) {
      return PrintSubplan(expression, names, node);
    };
    return context;
  }
  std::string Print(const Expression& expression, const SlotNames& names, ExplainNode* node) {
    return PrintExpression(expression, ContextFor(names, node));
  }
  void AddConjuncts(std::string name, const std::vector<ExpressionPtr>& conjuncts,
                    const SlotNames& names, ExplainNode* node) {
    if (conjuncts.empty()) return;
    node->properties.push_back(
        {std::move(name), {PrintConjuncts(conjuncts, ContextFor(names, node))}, false});
  }

  // The first mention of a subplan hangs it below the node.
  std::string PrintSubplan(const Expression& expression, const SlotNames& names,
                           ExplainNode* node) {
    const bool once = expression.arguments.empty();
    const auto [known, added] = subplan_texts_.try_emplace(expression.index);
    if (!added) return known->second;
    const int number = ++subplans_made_;
    const int result = once ? init_plans_made_++ : 0;
    std::string text = once ? fmt::format("${}", result) : fmt::format("(SubPlan {})", number);
    if (expression.negated) text = fmt::format("(NOT {})", text);
    known->second = text;
    const Subplan& subplan = plan_.subplans[expression.index];
    for (size_t i = 0; i < subplan.outer_values.size() && i < expression.arguments.size(); ++i)
      outer_values_[subplan.outer_values[i]] = Print(*expression.arguments[i], names, node);
    SlotNames ignored;
    ExplainNodePtr made = Make(*subplan.root, &ignored);
    if (once) {
      made->relationship = "InitPlan";
      made->subplan_name = fmt::format("InitPlan {} (returns ${})", number, result);
      // In front of the ordinary children, behind those made before.
      const auto place = std::find_if(
          node->children.begin(), node->children.end(),
          [](const ExplainNodePtr& child) { return child->relationship != "InitPlan"; });
      node->children.insert(place, std::move(made));
    } else {
      made->relationship = "SubPlan";
      made->subplan_name = fmt::format("SubPlan {}", number);
      node->children.push_back(std::move(made));
    }
    return text;
  }

  // Nodes above a scan say whose column it is, when there are several relations; the scan does not.
  SlotName ColumnName(const std::string& alias, const std::string& column) const {
    std::string own = QuoteName(column);
    if (!prefix_ || alias.empty()) return {own, true, own};
    return {fmt::format("{}.{}", QuoteName(alias), own), true, own};
  }
  static SlotNames OwnNames(const SlotNames& names) {
    SlotNames own = names;
    for (SlotName& name : own) {
      if (!name.own_text.empty()) name.text = name.own_text;
    }
    return own;
  }

  // --- Nodes, one function each ---

  // "Seq Scan on t a": the alias only where it differs.
  static void NameRelation(const std::string& relation, const std::string& alias,
                           ExplainNode* node) {
    node->headline += fmt::format(" on {}", QuoteName(relation));
    if (!alias.empty() && alias != relation) node->headline += " " + QuoteName(alias);
    node->attributes.emplace_back("Relation Name", relation);
    node->attributes.emplace_back("Alias", alias.empty() ? relation : alias);
  }

  std::string KeyColumnName(const ScanNode& scan, size_t place) const {
    const bool own = scan.index == nullptr;
    const int column =
        own ? scan.table->clustered_key->columns[place] : scan.index->columns[place].column;
    if (column < 0) return fmt::format("({})", scan.index->columns[place].expression_text);
    return QuoteName(scan.table->columns[column].name);
  }

  // The key range as conditions, in the order of the key's columns.
  std::string IndexCondition(const ScanNode& scan, ExplainNode* node) {
    const SlotNames no_slots;
    std::vector<std::string> parts;
    const auto compare = [&](size_t place, std::string_view symbol, const Expression& value) {
      parts.push_back(fmt::format("({} {} {})", KeyColumnName(scan, place), symbol,
                                  Print(value, no_slots, node)));
    };
    size_t place = 0;
    for (; place < scan.equal_keys.size(); ++place) compare(place, "=", *scan.equal_keys[place]);
    if (!scan.in_keys.empty()) {
      parts.push_back(PrintAny(KeyColumnName(scan, place), scan.in_keys.data(), scan.in_keys.size(),
                               false, ContextFor(no_slots, node)));
    }
    if (scan.lower.has_value())
      compare(place, scan.lower->inclusive ? ">=" : ">", *scan.lower->value);
    if (scan.upper.has_value())
      compare(place, scan.upper->inclusive ? "<=" : "<", *scan.upper->value);
    if (scan.prefix.has_value()) {
      const std::string column = KeyColumnName(scan, place);
      parts.push_back(fmt::format("({} >= '{}'::text)", column, *scan.prefix));
      const std::string end = functions::PrefixUpperBound(*scan.prefix);
      if (!end.empty()) parts.push_back(fmt::format("({} < '{}'::text)", column, end));
    }
    if (parts.size() == 1) return parts[0];
    return parts.empty() ? "" : fmt::format("({})", fmt::join(parts, " AND "));
  }

  ExplainNodePtr MakeScan(const ScanNode& scan, SlotNames* names) {
    const bool ranged = !scan.equal_keys.empty() || !scan.in_keys.empty() ||
                        scan.lower.has_value() || scan.upper.has_value() || scan.prefix.has_value();
    const bool by_key = scan.index != nullptr || ranged || scan.backward;
    ExplainNodePtr node =
        Named(!by_key ? "Seq Scan" : (scan.index_only ? "Index Only Scan" : "Index Scan"));
    if (by_key) {
      std::string index = "row id";
      if (scan.index != nullptr) {
        index = scan.index->name;
      } else if (scan.table->clustered_key.has_value()) {
        index = scan.table->clustered_key->name;
      }
      if (scan.backward) node->headline += " Backward";
      node->headline += fmt::format(" using {}", QuoteName(index));
      node->attributes.emplace_back("Scan Direction", scan.backward ? "Backward" : "Forward");
      node->attributes.emplace_back("Index Name", index);
    }
    NameRelation(scan.table->name, scan.alias, node.get());
    for (const int column : scan.columns) {
      names->push_back(column == kRowKeySlot
                           ? ColumnName(scan.alias, "ctid")
                           : ColumnName(scan.alias, scan.table->columns[column].name));
    }
    if (ranged)
      node->properties.push_back({"Index Cond", {IndexCondition(scan, node.get())}, false});
    AddConjuncts("Filter", scan.filters, OwnNames(*names), node.get());
    return node;
  }

  ExplainNodePtr MakeFilter(const FilterNode& filter, SlotNames* names) {
    if (filter.one_time) return MakeGate(filter, names);
    ExplainNodePtr node = Make(*filter.children[0], names);
    const bool over_scan = filter.children[0]->children.empty();
    AddConjuncts("Filter", filter.conjuncts, over_scan ? OwnNames(*names) : *names, node.get());
    return node;
  }

  // A condition on no row: when it does not hold, nothing below is run.
  ExplainNodePtr MakeGate(const FilterNode& gate, SlotNames* names) {
    ExplainNodePtr node = Named("Result");
    const bool constant =
        gate.conjuncts.size() == 1 && gate.conjuncts[0]->kind == bind::ExpressionKind::kConstant;
    SlotNames below;
    ExplainNodePtr child = Make(*gate.children[0], &below);
    AddConjuncts("One-Time Filter", gate.conjuncts, {}, node.get());
    if (!constant && gate.children[0]->kind != NodeKind::kResult) {
      child->relationship = "Outer";
      node->children.push_back(std::move(child));
    }
    *names = std::move(below);
    return node;
  }

  ExplainNodePtr MakeProject(const ProjectNode& project, SlotNames* names) {
    SlotNames input;
    ExplainNodePtr node = Make(*project.children[0], &input);
    for (const ExpressionPtr& expression : project.expressions) {
      if (expression->kind == bind::ExpressionKind::kSlot) {
        names->push_back(input[expression->index]);
      } else {
        names->push_back({Print(*expression, input, node.get()), false, ""});
      }
    }
    return node;
  }

  static void NameJoin(std::string_view loop, JoinKind join, ExplainNode* node) {
    node->type = loop;
    node->attributes.emplace_back("Join Type", JoinWord(join));
    if (join == JoinKind::kInner) {
      node->headline = loop == "Hash" ? "Hash Join" : loop;
    } else {
      node->headline = fmt::format("{} {} Join", loop, JoinWord(join));
    }
    if (loop == "Hash") node->type = "Hash Join";
  }

  static bool LeftAlone(JoinKind join) {
    return join == JoinKind::kSemi || join == JoinKind::kAnti || join == JoinKind::kNullAwareAnti;
  }

  ExplainNodePtr MakeHashJoin(const HashJoinNode& join, SlotNames* names) {
    ExplainNodePtr node = Named("Hash Join");
    NameJoin("Hash", join.join, node.get());
    SlotNames left;
    SlotNames right;
    AddChild(*join.children[0], "Outer", node.get(), &left);
    ExplainNodePtr hash = Named("Hash");
    hash->relationship = "Inner";
    AddChild(*join.children[1], "Outer", hash.get(), &right);
    const ExplainNode& hashed = *hash->children[0];
    hash->rows = hashed.rows;
    hash->startup_cost = hash->total_cost = hashed.total_cost;
    hash->width_bytes = hashed.width_bytes;
    hash->counters = hashed.counters;
    node->children.push_back(std::move(hash));
    std::vector<std::string> keys;
    for (size_t i = 0; i < join.left_keys.size(); ++i) {
      keys.push_back(fmt::format("({} = {})", Print(*join.left_keys[i], left, node.get()),
                                 Print(*join.right_keys[i], right, node.get())));
    }
    node->properties.push_back(
        {"Hash Cond",
         {keys.size() == 1 ? keys[0] : fmt::format("({})", fmt::join(keys, " AND "))},
         false});
    SlotNames both = left;
    both.insert(both.end(), right.begin(), right.end());
    AddConjuncts("Join Filter", join.conditions, both, node.get());
    *names = LeftAlone(join.join) ? std::move(left) : std::move(both);
    return node;
  }

  ExplainNodePtr MakeNestedLoop(const NestedLoopNode& join, SlotNames* names) {
    ExplainNodePtr node = Named("Nested Loop");
    NameJoin("Nested Loop", join.join, node.get());
    SlotNames left;
    SlotNames right;
    AddChild(*join.children[0], "Outer", node.get(), &left);
    for (const auto& [value, expression] : join.outer_values)
      outer_values_[value] = Print(*expression, left, node.get());
    AddChild(*join.children[1], "Inner", node.get(), &right);
    SlotNames both = left;
    both.insert(both.end(), right.begin(), right.end());
    AddConjuncts("Join Filter", join.conditions, both, node.get());
    *names = LeftAlone(join.join) ? std::move(left) : std::move(both);
    return node;
  }

  ExplainNodePtr MakeAggregate(const AggregateNode& aggregate, SlotNames* names) {
    const bool grouped = !aggregate.keys.empty();
    ExplainNodePtr node = Named("Aggregate");
    if (grouped) node->headline = aggregate.input_sorted ? "GroupAggregate" : "HashAggregate";
    node->attributes.emplace_back(
        "Strategy", !grouped ? "Plain" : (aggregate.input_sorted ? "Sorted" : "Hashed"));
    SlotNames input;
    AddChild(*aggregate.children[0], "Outer", node.get(), &input);
    ExplainNode::Property keys{"Group Key", {}, true};
    for (const ExpressionPtr& key : aggregate.keys) {
      const bool is_slot = key->kind == bind::ExpressionKind::kSlot;
      names->push_back(
          {Print(*key, input, node.get()), is_slot && input[key->index].is_column, ""});
      keys.values.push_back(names->back().text);
    }
    if (grouped) node->properties.push_back(std::move(keys));
    for (const Aggregate& call : aggregate.aggregates)
      names->push_back({PrintAggregate(call, ContextFor(input, node.get())), false, ""});
    return node;
  }

  ExplainNodePtr MakeSort(const SortNode& sort, SlotNames* names) {
    ExplainNodePtr node = Over("Sort", sort, names);
    ExplainNode::Property keys{"Sort Key", {}, true};
    for (const SortKey& key : sort.keys) keys.values.push_back(AsSortKey((*names)[key.slot], key));
    node->properties.push_back(std::move(keys));
    return node;
  }

  ExplainNodePtr MakeSetOperation(const SetOperationNode& operation, SlotNames* names) {
    const std::string_view word =
        operation.op == bind::SetOperator::kIntersect ? "Intersect" : "Except";
    ExplainNodePtr node = Named("SetOp");
    node->headline = fmt::format("HashSetOp {}{}", word, operation.all ? " All" : "");
    node->attributes.emplace_back("Strategy", "Hashed");
    node->attributes.emplace_back("Command",
                                  fmt::format("{}{}", word, operation.all ? " All" : ""));
    SlotNames ignored;
    AddChild(*operation.children[0], "Outer", node.get(), names);
    AddChild(*operation.children[1], "Inner", node.get(), &ignored);
    return node;
  }

  ExplainNodePtr MakeAppend(const Node& append, SlotNames* names) {
    ExplainNodePtr node = Named("Append");
    for (const NodePtr& child : append.children) {
      SlotNames of_child;
      AddChild(*child, "Member", node.get(), &of_child);
      if (names->empty()) *names = std::move(of_child);
    }
    return node;
  }

  ExplainNodePtr MakeValues(const ValuesNode& values, SlotNames* names) {
    ExplainNodePtr node = Named("Values Scan");
    node->headline += " on \"*VALUES*\"";
    node->attributes.emplace_back("Alias", "*VALUES*");
    for (size_t i = 0; i < values.outputs.size(); ++i)
      names->push_back(ColumnName("*VALUES*", fmt::format("column{}", i + 1)));
    return node;
  }

  ExplainNodePtr MakeFunctionScan(const FunctionScanNode& scan, SlotNames* names) {
    ExplainNodePtr node = Named("Function Scan");
    const std::string function(scan.call->function->name);
    node->headline += fmt::format(" on {}", QuoteName(function));
    if (scan.alias != function) node->headline += " " + QuoteName(scan.alias);
    node->attributes.emplace_back("Function Name", function);
    node->attributes.emplace_back("Alias", scan.alias);
    names->push_back(ColumnName(scan.alias, scan.alias));
    if (scan.with_ordinality) names->push_back(ColumnName(scan.alias, "ordinality"));
    return node;
  }

  ExplainNodePtr MakeCommonTableScan(const CommonTableScanNode& scan, SlotNames* names) {
    const std::string& table = plan_.common_tables[scan.table].name;
    ExplainNodePtr node = Named(scan.working_table ? "WorkTable Scan" : "CTE Scan");
    node->headline += fmt::format(" on {}", QuoteName(table));
    if (scan.alias != table) node->headline += " " + QuoteName(scan.alias);
    node->attributes.emplace_back("CTE Name", table);
    node->attributes.emplace_back("Alias", scan.alias);
    for (const std::string& column : scan.column_names)
      names->push_back(ColumnName(scan.alias, column));
    return node;
  }

  ExplainNodePtr MakeRecursiveUnion(const Node& recursive, SlotNames* names) {
    ExplainNodePtr node = Named("Recursive Union");
    SlotNames ignored;
    AddChild(*recursive.children[0], "Outer", node.get(), names);
    AddChild(*recursive.children[1], "Inner", node.get(), &ignored);
    return node;
  }

  ExplainNodePtr MakeSystemViewScan(const SystemViewScanNode& scan, SlotNames* names) {
    ExplainNodePtr node = Named("Seq Scan");
    NameRelation(scan.view->name(), scan.alias, node.get());
    for (const int column : scan.columns)
      names->push_back(ColumnName(scan.alias, scan.view->columns()[column].name));
    return node;
  }

  ExplainNodePtr MakeChange(std::string_view word, const catalog::Table& table,
                            const Node& change) {
    ExplainNodePtr node = Named("ModifyTable");
    node->headline = word;
    node->attributes.emplace_back("Operation", word);
    NameRelation(table.name, table.name, node.get());
    SlotNames ignored;
    AddChild(*change.children[0], "Outer", node.get(), &ignored);
    return node;
  }

  ExplainNodePtr MakeInsert(const InsertNode& insert, SlotNames*) {
    ExplainNodePtr node = MakeChange("Insert", *insert.table, insert);
    if (!insert.on_conflict.has_value()) return node;
    node->properties.push_back(
        {"Conflict Resolution", {insert.on_conflict->do_update ? "UPDATE" : "NOTHING"}, false});
    ExplainNode::Property arbiters{"Conflict Arbiter Indexes", {}, true};
    if (insert.on_conflict->primary_key && insert.table->clustered_key.has_value())
      arbiters.values.push_back(insert.table->clustered_key->name);
    for (const catalog::Index* const index : insert.on_conflict->indexes)
      arbiters.values.push_back(index->name);
    if (!arbiters.values.empty()) node->properties.push_back(std::move(arbiters));
    return node;
  }

  const Plan& plan_;
  const bool prefix_;
  std::map<int, std::string> outer_values_;
  std::map<int, std::string> subplan_texts_;
  int subplans_made_ = 0;
  int init_plans_made_ = 0;
};

}  // namespace

ExplainNodePtr MakeExplainTree(const Plan& plan) { return TreeMaker(plan).MakeRoot(); }

}  // namespace heliosdb::sql::plan
