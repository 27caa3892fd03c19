#include "tests/kit/history/dependency_graph.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace heliosdb::testkit::history {

// A class of cycles: an edge of the first kind, then edges of the rest kinds.
struct DependencyGraph::CycleClass {
  std::string_view name;
  EdgeKind first;
  uint8_t rest;
  bool nonadjacent;  // No two rw edges follow one another, the last and the first included.
};

namespace {

constexpr uint32_t kNone = ~uint32_t{0};
// From how many edges of one part a search starts: enough to find a short cycle, few enough for a
// part that holds the whole history.
constexpr int kStartsMax = 64;

// Tarjan's algorithm without recursion. next(node, i) is the node's i-th successor, or kNone past
// the last.
template <typename Next>
std::vector<uint32_t> StronglyConnectedParts(size_t nodes, const Next& next) {
  struct Frame {
    uint32_t node;
    uint32_t edge;
  };
  std::vector<uint32_t> part(nodes, kNone), index(nodes, kNone), low(nodes, 0), stack;
  std::vector<Frame> frames;
  uint32_t counter = 0;
  uint32_t parts = 0;
  for (uint32_t root = 0; root < nodes; ++root) {
    if (index[root] != kNone) continue;
    frames.push_back({root, 0});
    while (!frames.empty()) {
      const uint32_t node = frames.back().node;
      if (frames.back().edge == 0 && index[node] == kNone) {
        index[node] = low[node] = counter++;
        stack.push_back(node);
      }
      const uint32_t successor = next(node, frames.back().edge++);
      if (successor != kNone) {
        if (index[successor] == kNone) {
          frames.push_back({successor, 0});
        } else if (part[successor] == kNone) {
          low[node] = std::min(low[node], index[successor]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[node]);
      if (low[node] != index[node]) continue;
      while (true) {
        const uint32_t member = stack.back();
        stack.pop_back();
        part[member] = parts;
        if (member == node) break;
      }
      ++parts;
    }
  }
  return part;
}

ptrdiff_t Count(const std::vector<Edge>& edges, EdgeKind kind) {
  return std::count_if(edges.begin(), edges.end(),
                       [kind](const Edge& edge) { return edge.kind == kind; });
}

// The strongest class that the cycle belongs to: a search for a weaker one may come upon it too.
std::string_view ClassOf(const std::vector<Edge>& cycle) {
  const ptrdiff_t rw = Count(cycle, kReadWrite);
  if (rw == 0) return Count(cycle, kWriteRead) == 0 ? "G0" : "G1c";
  if (rw == 1) return "G-single";
  EdgeKind before = cycle.back().kind;
  for (const Edge& edge : cycle) {
    if (std::exchange(before, edge.kind) == kReadWrite && edge.kind == kReadWrite) return "G2-item";
  }
  return "G-nonadjacent";
}

}  // namespace

void DependencyGraph::Add(const Edge& edge) {
  if (edge.from != edge.to) edges_.push_back(edge);
}

void DependencyGraph::BuildIndex() {
  std::stable_sort(edges_.begin(), edges_.end(),
                   [](const Edge& a, const Edge& b) { return a.from < b.from; });
  offsets_.assign(nodes_ + 1, 0);
  for (const Edge& edge : edges_) ++offsets_[edge.from + 1];
  for (size_t node = 0; node < nodes_; ++node) offsets_[node + 1] += offsets_[node];
}

std::vector<uint32_t> DependencyGraph::Parts(uint8_t mask, bool nonadjacent) const {
  if (!nonadjacent) {
    return StronglyConnectedParts(nodes_, [&](uint32_t node, uint32_t i) -> uint32_t {
      if (offsets_[node] + i >= offsets_[node + 1]) return kNone;
      const Edge& edge = edges_[offsets_[node] + i];
      return (edge.kind & mask) != 0 ? edge.to : node;  // To itself: changes nothing.
    });
  }
  return StronglyConnectedParts(2 * nodes_, [&](uint32_t state, uint32_t i) -> uint32_t {
    const uint32_t node = state / 2;
    if (offsets_[node] + i >= offsets_[node + 1]) return kNone;
    const Edge& edge = edges_[offsets_[node] + i];
    const bool is_rw = edge.kind == kReadWrite;
    if ((edge.kind & mask) == 0 || (is_rw && state % 2 == 1)) return state;
    return 2 * edge.to + is_rw;
  });
}

std::vector<Edge> DependencyGraph::Close(const Edge& first, const CycleClass& wanted, uint8_t mask,
                                         const std::vector<uint32_t>& parts) const {
  const auto state_of = [&](uint32_t node, EdgeKind by) -> uint32_t {
    return wanted.nonadjacent ? 2 * node + (by == kReadWrite) : node;
  };
  const uint32_t start = state_of(first.to, first.kind);
  const uint32_t part = parts[start];
  absl::flat_hash_map<uint32_t, std::pair<uint32_t, uint32_t>>
      reached;  // State to the edge and the state that led to it.
  std::vector<uint32_t> queue = {start};
  reached[start] = {kNone, kNone};
  for (size_t head = 0; head < queue.size(); ++head) {
    const uint32_t state = queue[head];
    const uint32_t node = wanted.nonadjacent ? state / 2 : state;
    for (uint32_t i = offsets_[node]; i < offsets_[node + 1]; ++i) {
      const Edge& edge = edges_[i];
      if ((edge.kind & mask) == 0) continue;
      if (wanted.nonadjacent && edge.kind == kReadWrite &&
          (state % 2 == 1 || edge.to == first.from))
        continue;
      const uint32_t next = state_of(edge.to, edge.kind);
      if (parts[next] != part || !reached.try_emplace(next, i, state).second) continue;
      if (edge.to == first.from) {
        std::vector<Edge> path;
        for (uint32_t at = next; reached[at].first != kNone; at = reached[at].second) {
          path.push_back(edges_[reached[at].first]);
        }
        path.push_back(first);
        std::reverse(path.begin(), path.end());
        return path;
      }
      queue.push_back(next);
    }
  }
  return {};
}

void DependencyGraph::FindCyclesOf(const CycleClass& wanted, uint8_t allowed,
                                   std::vector<Cycle>* cycles) const {
  const uint8_t mask = wanted.rest | allowed;
  const std::vector<uint32_t> parts = Parts(mask | wanted.first, wanted.nonadjacent);
  std::map<uint32_t, std::pair<int, std::vector<Edge>>>
      best;  // By part: searches made, shortest cycle found.
  for (const Edge& edge : edges_) {
    if (edge.kind != wanted.first) continue;
    const uint32_t from = wanted.nonadjacent ? 2 * edge.from : edge.from;
    const uint32_t to = wanted.nonadjacent ? 2 * edge.to + (edge.kind == kReadWrite) : edge.to;
    if (parts[from] != parts[to]) continue;
    auto& [searches, shortest] = best[parts[to]];
    if (searches >= kStartsMax) continue;
    ++searches;
    std::vector<Edge> cycle = Close(edge, wanted, mask, parts);
    if (!cycle.empty() && (shortest.empty() || cycle.size() < shortest.size()))
      shortest = std::move(cycle);
  }
  for (auto& [part, found] : best) {
    if (found.second.empty()) continue;
    const std::string_view name = ClassOf(found.second);
    const bool is_known =
        name != wanted.name &&
        std::any_of(cycles->begin(), cycles->end(), [&](const Cycle& c) { return c.name == name; });
    if (is_known) continue;
    cycles->push_back(
        {.name = name, .is_ordered = Count(found.second, kOrdered) > 0, .edges = found.second});
  }
}

std::vector<Cycle> DependencyGraph::FindCycles() {
  BuildIndex();
  constexpr uint8_t kWrites = kWriteWrite;
  constexpr uint8_t kFlow = kWriteWrite | kWriteRead;
  constexpr uint8_t kAll = kWriteWrite | kWriteRead | kReadWrite;
  const CycleClass classes[] = {
      {"G0", kWriteWrite, kWrites, false},    {"G1c", kWriteRead, kFlow, false},
      {"G-single", kReadWrite, kFlow, false}, {"G-nonadjacent", kReadWrite, kAll, true},
      {"G2-item", kReadWrite, kAll, false},
  };
  const bool has_order = std::any_of(edges_.begin(), edges_.end(),
                                     [](const Edge& edge) { return edge.kind == kOrdered; });
  std::vector<Cycle> cycles;
  for (const CycleClass& wanted : classes) {
    const size_t before = cycles.size();
    FindCyclesOf(wanted, 0, &cycles);
    if (has_order && cycles.size() == before) FindCyclesOf(wanted, kOrdered, &cycles);
  }
  return cycles;
}

}  // namespace heliosdb::testkit::history
