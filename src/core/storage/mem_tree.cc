#include "core/storage/mem_tree.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "core/base/check.h"

namespace heliosdb::storage::mem_tree {
namespace {

// A child with fewer slots used is merged with its neighbour where both fit into one.
constexpr int kSmall = kFanout / 4;

Branch* AsBranch(Node* node) { return static_cast<Branch*>(node); }
const Branch* AsBranch(const Node* node) { return static_cast<const Branch*>(node); }

}  // namespace

Entry::Entry(std::string_view key, std::string_view value)
    : key_bytes_(static_cast<uint32_t>(key.size())),
      value_bytes_(static_cast<uint32_t>(value.size())) {
  std::memcpy(bytes_, key.data(), key.size());
  if (!value.empty()) std::memcpy(bytes_ + key.size(), value.data(), value.size());
}

Entry* Entry::Make(std::string_view key, std::string_view value) {
  void* const memory = ::operator new(sizeof(Entry) + key.size() + value.size());
  return ::new (memory) Entry(key, value);
}

void Entry::Free(const Entry* entry) { ::operator delete(const_cast<Entry*>(entry)); }

Node* CloneNode(const Node* node, uint64_t version) {
  Node* raw = nullptr;
  if (node->leaf) {
    raw = std::make_unique<Node>(*node).release();
  } else {
    raw = std::make_unique<Branch>(*AsBranch(node)).release();
  }
  raw->version = version;
  return raw;
}

void FreeNode(Node* node) {
  if (node->leaf) {
    std::unique_ptr<Node> owned(node);
  } else {
    std::unique_ptr<Branch> owned(AsBranch(node));
  }
}

void FreeTree(Node* root) {
  for (int i = 0; i < root->count; ++i) {
    if (root->leaf) {
      Entry::Free(root->entries[i]);
    } else {
      FreeTree(root->children[i]);
    }
  }
  FreeNode(root);
}

int LowerBound(const Node& leaf, std::string_view key) {
  const auto begin = leaf.entries.begin();
  return static_cast<int>(
      std::lower_bound(begin, begin + leaf.count, key,
                       [](const Entry* entry, std::string_view k) { return entry->key() < k; }) -
      begin);
}

int ChildFor(const Branch& branch, std::string_view key) {
  const auto begin = branch.lows.begin();
  return static_cast<int>(std::upper_bound(begin + 1, begin + branch.count, key) - begin) - 1;
}

const Entry* Find(const Node* root, std::string_view key) {
  const Node* node = root;
  while (!node->leaf) node = node->children[ChildFor(*AsBranch(node), key)];
  const int at = LowerBound(*node, key);
  return at < node->count && node->entries[at]->key() == key ? node->entries[at] : nullptr;
}

uint64_t CountKeys(const Node* node) {
  if (node->leaf) return node->count;
  uint64_t sum = 0;
  for (int i = 0; i < node->count; ++i) sum += AsBranch(node)->key_counts[i];
  return sum;
}

uint64_t RankOf(const Node* root, std::string_view key) {
  uint64_t rank = 0;
  const Node* node = root;
  while (!node->leaf) {
    const Branch& branch = *AsBranch(node);
    const int at = ChildFor(branch, key);
    for (int i = 0; i < at; ++i) rank += branch.key_counts[i];
    node = branch.children[at];
  }
  return rank + LowerBound(*node, key);
}

void Garbage::Free() {
  for (Node* node : nodes) FreeNode(node);
  for (const Entry* entry : entries) Entry::Free(entry);
  nodes.clear();
  entries.clear();
}

Node* TreeWriter::New(bool leaf) {
  Node* const node =
      leaf ? std::make_unique<Node>().release() : std::make_unique<Branch>().release();
  node->version = version_;
  made_.nodes.push_back(node);
  dirty_bytes_ += leaf ? sizeof(Node) : sizeof(Branch);
  return node;
}

Node* TreeWriter::Own(Node* node) {
  if (node->version == version_) return node;
  Node* const copy = CloneNode(node, version_);
  made_.nodes.push_back(copy);
  dirty_bytes_ += node->leaf ? sizeof(Node) : sizeof(Branch);
  replaced_.nodes.push_back(node);
  return copy;
}

void TreeWriter::InsertEntry(Node* leaf, int at, const Entry* entry, Split* split) {
  if (leaf->count == kFanout) {
    // Ascending insertion leaves full leaves behind; any other splits in the middle.
    const int keep = at == kFanout ? kFanout : kFanout / 2;
    Node* const right = New(true);
    right->count = kFanout - keep;
    std::copy(leaf->entries.begin() + keep, leaf->entries.end(), right->entries.begin());
    leaf->count = keep;
    split->right = right;
    if (at >= keep) {
      leaf = right;
      at -= keep;
    }
  }
  std::copy_backward(leaf->entries.begin() + at, leaf->entries.begin() + leaf->count,
                     leaf->entries.begin() + leaf->count + 1);
  leaf->entries[at] = entry;
  ++leaf->count;
  if (split->right != nullptr) split->low = split->right->entries[0]->key();
}

void TreeWriter::InsertChild(Branch* branch, int at, Split child, Split* split) {
  if (branch->count == kFanout) {
    const int keep = at == kFanout ? kFanout - 1 : kFanout / 2;
    Branch* const right = AsBranch(New(false));
    right->count = kFanout - keep;
    std::copy(branch->children.begin() + keep, branch->children.end(), right->children.begin());
    std::move(branch->lows.begin() + keep, branch->lows.end(), right->lows.begin());
    std::copy(branch->key_counts.begin() + keep, branch->key_counts.end(),
              right->key_counts.begin());
    branch->count = keep;
    split->right = right;
    split->low = std::move(right->lows[0]);
    if (at > keep) {
      branch = right;
      at -= keep;
    }
  }
  for (int i = branch->count; i > at; --i) {
    branch->children[i] = branch->children[i - 1];
    branch->lows[i] = std::move(branch->lows[i - 1]);
    branch->key_counts[i] = branch->key_counts[i - 1];
  }
  branch->children[at] = child.right;
  branch->lows[at] = std::move(child.low);
  branch->key_counts[at] = CountKeys(child.right);
  branch->key_counts[at - 1] = CountKeys(branch->children[at - 1]);
  ++branch->count;
}

bool TreeWriter::PutInto(Node* node, const Entry* entry, Split* split) {
  const std::string_view key = entry->key();
  if (node->leaf) {
    const int at = LowerBound(*node, key);
    if (at < node->count && node->entries[at]->key() == key) {
      replaced_.entries.push_back(node->entries[at]);
      node->entries[at] = entry;
      return false;
    }
    InsertEntry(node, at, entry, split);
    return true;
  }
  Branch* const branch = AsBranch(node);
  const int at = ChildFor(*branch, key);
  branch->children[at] = Own(branch->children[at]);
  Split child;
  const bool added = PutInto(branch->children[at], entry, &child);
  if (added) ++branch->key_counts[at];
  if (child.right != nullptr) InsertChild(branch, at + 1, std::move(child), split);
  return added;
}

void TreeWriter::Put(std::string_view key, std::string_view value) {
  const Entry* const entry = Entry::Make(key, value);
  made_.entries.push_back(entry);
  dirty_bytes_ += entry->memory_bytes();
  root_ = Own(root_);
  Split split;
  PutInto(root_, entry, &split);
  if (split.right == nullptr) return;
  Branch* const root = AsBranch(New(false));
  root->count = 2;
  root->children[0] = root_;
  root->children[1] = split.right;
  root->lows[1] = std::move(split.low);
  root->key_counts[0] = CountKeys(root_);
  root->key_counts[1] = CountKeys(split.right);
  root_ = root;
}

void TreeWriter::RemoveChild(Branch* branch, int at) {
  for (int i = at; i + 1 < branch->count; ++i) {
    branch->children[i] = branch->children[i + 1];
    branch->lows[i] = std::move(branch->lows[i + 1]);
    branch->key_counts[i] = branch->key_counts[i + 1];
  }
  --branch->count;
  branch->lows[branch->count].clear();
}

void TreeWriter::MergeSmallChild(Branch* branch, int at) {
  if (branch->count < 2 || branch->children[at]->count >= kSmall) return;
  const int left_at = at > 0 ? at - 1 : at;
  if (branch->children[left_at]->count + branch->children[left_at + 1]->count > kFanout) return;
  Node* const left = branch->children[left_at] = Own(branch->children[left_at]);
  Node* const right = branch->children[left_at + 1];
  if (left->leaf) {
    std::copy_n(right->entries.begin(), right->count, left->entries.begin() + left->count);
  } else {
    Branch* const to = AsBranch(left);
    const Branch* const from = AsBranch(right);
    std::copy_n(from->children.begin(), from->count, to->children.begin() + to->count);
    std::copy_n(from->lows.begin(), from->count, to->lows.begin() + to->count);
    std::copy_n(from->key_counts.begin(), from->count, to->key_counts.begin() + to->count);
    to->lows[to->count] = branch->lows[left_at + 1];
  }
  left->count += right->count;
  branch->key_counts[left_at] += branch->key_counts[left_at + 1];
  replaced_.nodes.push_back(right);
  RemoveChild(branch, left_at + 1);
}

void TreeWriter::DeleteFrom(Node* node, std::string_view key) {
  if (node->leaf) {
    const int at = LowerBound(*node, key);
    replaced_.entries.push_back(node->entries[at]);
    std::copy(node->entries.begin() + at + 1, node->entries.begin() + node->count,
              node->entries.begin() + at);
    --node->count;
    return;
  }
  Branch* const branch = AsBranch(node);
  const int at = ChildFor(*branch, key);
  branch->children[at] = Own(branch->children[at]);
  DeleteFrom(branch->children[at], key);
  --branch->key_counts[at];
  MergeSmallChild(branch, at);
}

bool TreeWriter::Delete(std::string_view key) {
  if (Find(root_, key) == nullptr) return false;
  root_ = Own(root_);
  DeleteFrom(root_, key);
  while (!root_->leaf && root_->count == 1) {
    replaced_.nodes.push_back(root_);
    root_ = root_->children[0];
  }
  return true;
}

Garbage TreeWriter::Commit() {
  made_ = Garbage();
  return std::exchange(replaced_, Garbage());
}

void TreeWriter::Abort() {
  made_.Free();
  replaced_ = Garbage();
}

}  // namespace heliosdb::storage::mem_tree
