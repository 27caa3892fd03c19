// A graph of transactions with typed edges, and the search for cycles of each of Adya's classes.
#ifndef HELIOSDB_TESTS_KIT_HISTORY_DEPENDENCY_GRAPH_H_
#define HELIOSDB_TESTS_KIT_HISTORY_DEPENDENCY_GRAPH_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace heliosdb::testkit::history {

// One bit each, so that sets of kinds are masks.
enum EdgeKind : uint8_t {
  kWriteWrite = 1,  // The target wrote the version that follows the source's.
  kWriteRead = 2,   // The target read the source's version.
  kReadWrite = 4,   // The target wrote the version that follows the one which the source read.
  kOrdered = 8,     // The source ended before the target began, in its process or in real time.
};

struct Edge {
  uint32_t from = 0;
  uint32_t to = 0;
  EdgeKind kind = kWriteWrite;
  int64_t key = 0;    // Of the list; of no meaning for kOrdered.
  int64_t value = 0;  // Written by the target (ww, rw) or read by it (wr).
};

struct Cycle {
  std::string_view name;    // "G0", "G1c", "G-single", "G-nonadjacent", "G2-item".
  bool is_ordered = false;  // Runs through an edge of kind kOrdered.
  std::vector<Edge>
      edges;  // Each begins where the one before ends; the last ends where the first begins.
};

class DependencyGraph {
 public:
  explicit DependencyGraph(size_t nodes) : nodes_(nodes) {}
  // Edges from a node to itself are ignored.
  void Add(const Edge& edge);
  // At most one cycle of each class for each strongly connected part, the shortest found. A part
  // that has a cycle of a class gets one reported, of that class or of one forbidden at all the
  // same levels.
  std::vector<Cycle> FindCycles();

 private:
  struct CycleClass;
  void BuildIndex();
  void FindCyclesOf(const CycleClass& wanted, uint8_t allowed, std::vector<Cycle>* cycles) const;
  // Part numbers of the nodes (or, with adjacency, of 2 * node + arrived by rw) in the graph of the
  // masked edges.
  std::vector<uint32_t> Parts(uint8_t mask, bool nonadjacent) const;
  // The shortest way to close a cycle after first; empty when there is none.
  std::vector<Edge> Close(const Edge& first, const CycleClass& wanted, uint8_t mask,
                          const std::vector<uint32_t>& parts) const;

  const size_t nodes_;
  std::vector<Edge> edges_;        // Sorted by from once the index is built.
  std::vector<uint32_t> offsets_;  // Of a node's first edge.
};

}  // namespace heliosdb::testkit::history

#endif  // HELIOSDB_TESTS_KIT_HISTORY_DEPENDENCY_GRAPH_H_
