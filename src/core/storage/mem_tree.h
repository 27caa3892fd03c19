// The B-tree under MemStore. Nodes that a committed version holds never change; a writer replaces
// them by copies.
#ifndef HELIOSDB_CORE_STORAGE_MEM_TREE_H_
#define HELIOSDB_CORE_STORAGE_MEM_TREE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heliosdb::storage::mem_tree {

inline constexpr int kFanout = 64;
inline constexpr int kDepthMax = 16;

// One pair, in one allocation. Immutable.
class Entry {
 public:
  static Entry* Make(std::string_view key, std::string_view value);
  static void Free(const Entry* entry);
  std::string_view key() const { return {bytes_, key_bytes_}; }
  std::string_view value() const { return {bytes_ + key_bytes_, value_bytes_}; }
  uint64_t memory_bytes() const { return sizeof(Entry) + key_bytes_ + value_bytes_; }

 private:
  Entry(std::string_view key, std::string_view value);
  uint32_t key_bytes_;
  uint32_t value_bytes_;
  char bytes_[];
};

struct Node {
  uint64_t version = 0;  // Of the write transaction that made it, which alone may change it.
  bool leaf = true;
  int count = 0;
  union {
    std::array<const Entry*, kFanout> entries;  // A leaf's, ascending.
    std::array<Node*, kFanout> children;        // A branch's.
  };
  Node() : entries() {}
};

// A branch also knows the least key of each child but the first, and how many keys each holds.
struct Branch : Node {
  Branch() { leaf = false; }
  std::array<std::string, kFanout> lows;
  std::array<uint64_t, kFanout> key_counts{};
};

Node* CloneNode(const Node* node, uint64_t version);
void FreeNode(Node* node);
// The whole tree with its entries.
void FreeTree(Node* root);

// The entry with this key; null if there is none.
const Entry* Find(const Node* root, std::string_view key);
uint64_t CountKeys(const Node* node);
// How many keys are below this one.
uint64_t RankOf(const Node* root, std::string_view key);
// Index of the first entry with a key >= key, up to leaf.count.
int LowerBound(const Node& leaf, std::string_view key);
// Index of the child that may hold key.
int ChildFor(const Branch& branch, std::string_view key);

// What a committed version no longer holds: freed once no reader stands before that version.
struct Garbage {
  std::vector<Node*> nodes;
  std::vector<const Entry*> entries;
  void Free();
};

// Changes of one write transaction, on copies.
class TreeWriter {
 public:
  // root stays as it is. version: of this transaction, used by no other.
  TreeWriter(Node* root, uint64_t version) : root_(root), version_(version) {}

  void Put(std::string_view key, std::string_view value);
  bool Delete(std::string_view key);

  Node* root() const { return root_; }
  uint64_t dirty_bytes() const { return dirty_bytes_; }
  // Ends the transaction: keeps its nodes and returns what they replaced,
  Garbage Commit();
  // or frees all that it made.
  void Abort();

 private:
  struct Split {
    Node* right = nullptr;
    std::string low;
  };

  Node* Own(Node* node);
  Node* New(bool leaf);
  bool PutInto(Node* node, const Entry* entry, Split* split);
  void InsertEntry(Node* leaf, int at, const Entry* entry, Split* split);
  void InsertChild(Branch* branch, int at, Split child, Split* split);
  void DeleteFrom(Node* node, std::string_view key);
  void MergeSmallChild(Branch* branch, int at);
  void RemoveChild(Branch* branch, int at);

  Node* root_;
  const uint64_t version_;
  uint64_t dirty_bytes_ = 0;
  Garbage made_;
  Garbage replaced_;
};

}  // namespace heliosdb::storage::mem_tree

#endif  // HELIOSDB_CORE_STORAGE_MEM_TREE_H_
