#include "core/sql/plan/explain.h"

#include <utility>

#include "fmt/format.h"

#include "core/sql/plan/explain_tree.h"

namespace heliosdb::sql::plan {
namespace {

// How the counters of a node are shown: averages over its loops.
struct Actual {
  double startup_milliseconds = 0;
  double total_milliseconds = 0;
  double rows = 0;
  uint64_t loops = 0;
};

Actual ActualOf(const NodeCounters& counters) {
  Actual actual;
  actual.loops = counters.loops;
  if (counters.loops == 0) return actual;
  const double loops = static_cast<double>(counters.loops);
  actual.startup_milliseconds = counters.startup_seconds * 1000 / loops;
  actual.total_milliseconds = counters.total_seconds * 1000 / loops;
  actual.rows = static_cast<double>(counters.rows) / loops;
  return actual;
}

uint64_t Kilobytes(uint64_t bytes) { return (bytes + 1023) / 1024; }

std::string_view SortMethod(const MemoryUse& memory) {
  if (memory.disk_bytes > 0) return "external merge";
  return memory.top_rows ? "top-N heapsort" : "quicksort";
}

// As PostgreSQL shows what a sort or hash table took.
std::string MemoryLine(const MemoryUse& memory) {
  const uint64_t kilobytes = Kilobytes(memory.memory_bytes);
  switch (memory.kind) {
    case MemoryUse::Kind::kSort:
      return memory.disk_bytes > 0
                 ? fmt::format("Sort Method: {}  Disk: {}kB", SortMethod(memory),
                               Kilobytes(memory.disk_bytes))
                 : fmt::format("Sort Method: {}  Memory: {}kB", SortMethod(memory), kilobytes);
    case MemoryUse::Kind::kHashAggregate:
      return memory.disk_bytes > 0
                 ? fmt::format("Batches: {}  Memory Usage: {}kB  Disk Usage: {}kB", memory.batches,
                               kilobytes, Kilobytes(memory.disk_bytes))
                 : fmt::format("Batches: {}  Memory Usage: {}kB", memory.batches, kilobytes);
    case MemoryUse::Kind::kHashJoin:
      return fmt::format("Buckets: {}  Batches: {}  Memory Usage: {}kB", memory.buckets,
                         memory.batches, kilobytes);
    case MemoryUse::Kind::kNone:
      break;
  }
  return "";
}

class TextWriter {
 public:
  explicit TextWriter(const ExplainOptions& options) : options_(options) {}

  void Write(const ExplainNode& node, int indent) {
    int inside = indent + 2;
    std::string line;
    if (!node.subplan_name.empty()) {
      lines_.push_back(std::string(static_cast<size_t>(indent), ' ') + node.subplan_name);
      indent += 2;
      inside = indent + 6;
      line = std::string(static_cast<size_t>(indent), ' ') + "->  ";
    } else if (!node.relationship.empty()) {
      inside = indent + 6;
      line = std::string(static_cast<size_t>(indent), ' ') + "->  ";
    }
    lines_.push_back(line + node.headline + Estimates(node) + Counted(node));
    for (const ExplainNode::Property& property : node.properties) {
      lines_.push_back(
          fmt::format("{:{}}{}: {}", "", inside, property.name, fmt::join(property.values, ", ")));
    }
    if (options_.analyze && node.memory != nullptr)
      lines_.push_back(fmt::format("{:{}}{}", "", inside, MemoryLine(*node.memory)));
    for (const ExplainNodePtr& child : node.children) Write(*child, inside);
  }

  std::vector<std::string> TakeLines() { return std::move(lines_); }

 private:
  std::string Estimates(const ExplainNode& node) const {
    if (!options_.costs) return "";
    return fmt::format("  (cost={:.2f}..{:.2f} rows={:.0f} width={})", node.startup_cost,
                       node.total_cost, node.rows, node.width_bytes);
  }
  std::string Counted(const ExplainNode& node) const {
    if (!options_.analyze || node.counters == nullptr) return "";
    const Actual actual = ActualOf(*node.counters);
    if (actual.loops == 0) return " (never executed)";
    if (!options_.timing)
      return fmt::format(" (actual rows={:.0f} loops={})", actual.rows, actual.loops);
    return fmt::format(" (actual time={:.3f}..{:.3f} rows={:.0f} loops={})",
                       actual.startup_milliseconds, actual.total_milliseconds, actual.rows,
                       actual.loops);
  }

  const ExplainOptions& options_;
  std::vector<std::string> lines_;
};

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          json.push_back(c);
        }
    }
  }
  return json + "\"";
}

class JsonWriter {
 public:
  explicit JsonWriter(const ExplainOptions& options) : options_(options) {}

  // An object, its closing brace at the given indentation.
  std::string Object(const ExplainNode& node, size_t indent) const {
    std::vector<std::string> members;
    const auto add = [&members](std::string_view name, std::string value) {
      members.push_back(fmt::format("{}: {}", JsonString(name), value));
    };
    add("Node Type", JsonString(node.type));
    if (!node.relationship.empty()) add("Parent Relationship", JsonString(node.relationship));
    if (!node.subplan_name.empty()) add("Subplan Name", JsonString(node.subplan_name));
    add("Parallel Aware", "false");
    add("Async Capable", "false");
    for (const auto& [name, value] : node.attributes) add(name, JsonString(value));
    AddNumbers(node, &members);
    for (const ExplainNode::Property& property : node.properties) {
      if (!property.is_list) {
        add(property.name, JsonString(property.values[0]));
        continue;
      }
      std::vector<std::string> values;
      for (const std::string& value : property.values) values.push_back(JsonString(value));
      add(property.name, fmt::format("[{}]", fmt::join(values, ", ")));
    }
    if (options_.analyze && node.memory != nullptr) AddMemory(*node.memory, &members);
    const std::string inside(indent + 2, ' ');
    if (!node.children.empty()) {
      std::vector<std::string> plans;
      for (const ExplainNodePtr& child : node.children)
        plans.push_back(std::string(indent + 4, ' ') + Object(*child, indent + 4));
      add("Plans", fmt::format("[\n{}\n{}]", fmt::join(plans, ",\n"), inside));
    }
    return fmt::format("{{\n{}{}\n{}}}", inside, fmt::join(members, ",\n" + inside),
                       std::string(indent, ' '));
  }

 private:
  void AddNumbers(const ExplainNode& node, std::vector<std::string>* members) const {
    if (options_.costs) {
      members->push_back(fmt::format("\"Startup Cost\": {:.2f}", node.startup_cost));
      members->push_back(fmt::format("\"Total Cost\": {:.2f}", node.total_cost));
      members->push_back(fmt::format("\"Plan Rows\": {:.0f}", node.rows));
      members->push_back(fmt::format("\"Plan Width\": {}", node.width_bytes));
    }
    if (!options_.analyze || node.counters == nullptr) return;
    const Actual actual = ActualOf(*node.counters);
    if (options_.timing) {
      members->push_back(
          fmt::format("\"Actual Startup Time\": {:.3f}", actual.startup_milliseconds));
      members->push_back(fmt::format("\"Actual Total Time\": {:.3f}", actual.total_milliseconds));
    }
    members->push_back(fmt::format("\"Actual Rows\": {:.0f}", actual.rows));
    members->push_back(fmt::format("\"Actual Loops\": {}", actual.loops));
  }

  static void AddMemory(const MemoryUse& memory, std::vector<std::string>* members) {
    const uint64_t kilobytes = Kilobytes(memory.memory_bytes);
    const uint64_t disk_kilobytes = Kilobytes(memory.disk_bytes);
    const auto add = [members](std::string_view name, uint64_t value) {
      members->push_back(fmt::format("{}: {}", JsonString(name), value));
    };
    switch (memory.kind) {
      case MemoryUse::Kind::kSort:
        members->push_back(fmt::format("\"Sort Method\": {}", JsonString(SortMethod(memory))));
        add("Sort Space Used", memory.disk_bytes > 0 ? disk_kilobytes : kilobytes);
        members->push_back(fmt::format("\"Sort Space Type\": {}",
                                       JsonString(memory.disk_bytes > 0 ? "Disk" : "Memory")));
        break;
      case MemoryUse::Kind::kHashAggregate:
        add("HashAgg Batches", memory.batches);
        add("Peak Memory Usage", kilobytes);
        add("Disk Usage", disk_kilobytes);
        break;
      case MemoryUse::Kind::kHashJoin:
        add("Hash Buckets", memory.buckets);
        add("Hash Batches", memory.batches);
        add("Peak Memory Usage", kilobytes);
        break;
      case MemoryUse::Kind::kNone:
        break;
    }
  }

  const ExplainOptions& options_;
};

std::string ExplainJson(const ExplainNode& root, const ExplainOptions& options) {
  std::string json = "[\n  {\n    \"Plan\": " + JsonWriter(options).Object(root, 4);
  if (options.summary)
    json += fmt::format(",\n    \"Planning Time\": {:.3f}", options.planning_milliseconds);
  if (options.analyze) json += ",\n    \"Triggers\": [\n    ]";
  if (options.analyze && options.summary)
    json += fmt::format(",\n    \"Execution Time\": {:.3f}", options.execution_milliseconds);
  return json + "\n  }\n]";
}

void InstrumentTree(NodePtr* node) {
  for (NodePtr& child : (*node)->children) InstrumentTree(&child);
  auto counting = std::make_unique<InstrumentNode>();
  const Node& inside = **node;
  counting->outputs = inside.outputs;
  counting->rows = inside.rows;
  counting->startup_cost = inside.startup_cost;
  counting->total_cost = inside.total_cost;
  counting->width_bytes = inside.width_bytes;
  counting->children.push_back(std::move(*node));
  *node = std::move(counting);
}

}  // namespace

std::vector<std::string> Explain(const Plan& plan, const ExplainOptions& options) {
  const ExplainNodePtr root = MakeExplainTree(plan);
  if (options.format == ExplainFormat::kJson) return {ExplainJson(*root, options)};
  TextWriter writer(options);
  writer.Write(*root, 0);
  std::vector<std::string> lines = writer.TakeLines();
  if (options.summary) {
    lines.push_back(fmt::format("Planning Time: {:.3f} ms", options.planning_milliseconds));
    if (options.analyze)
      lines.push_back(fmt::format("Execution Time: {:.3f} ms", options.execution_milliseconds));
  }
  return lines;
}

void Instrument(Plan* plan) {
  InstrumentTree(&plan->root);
  for (Subplan& subplan : plan->subplans) InstrumentTree(&subplan.root);
  for (CommonTablePlan& table : plan->common_tables) {
    if (table.root != nullptr) InstrumentTree(&table.root);
  }
}

}  // namespace heliosdb::sql::plan
