#include "core/txn/version_map.h"

#include <map>
#include <string>
#include <thread>

#include "fmt/format.h"
#include "gtest/gtest.h"

#include "core/base/random.h"

namespace heliosdb::txn {
namespace {

const VersionMap::Node* Find(const VersionMap& map, std::string_view key) {
  return map.Find(key, Hash64(key));
}

TEST(VersionMap, AgreesWithAModelInAnyOrderOfInsertion) {
  Random random(3);
  VersionMap map;
  std::map<std::string, std::string> model;
  for (int i = 0; i < 5000; ++i) {
    const std::string key = fmt::format("{:05}", random.Below(3000));
    const std::string value = fmt::format("{}", i);
    map.Put(key, Hash64(key), static_cast<uint64_t>(i), value);
    model[key] = value;
  }
  EXPECT_EQ(map.count(), model.size());
  const VersionMap::Node* node = map.First();
  for (const auto& [key, value] : model) {
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->key(), key);
    EXPECT_EQ(node->Newest()->value(), value);
    EXPECT_EQ(Find(map, key), node);
    node = node->Next();
  }
  EXPECT_EQ(node, nullptr);
  node = map.Last();
  for (auto at = model.rbegin(); at != model.rend(); ++at) {
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->key(), at->first);
    node = map.Previous(node);
  }
  EXPECT_EQ(node, nullptr);
  for (int i = 0; i < 1000; ++i) {
    const std::string key = fmt::format("{:05}", random.Below(3100));
    const auto at = model.lower_bound(key);
    const VersionMap::Node* const found = map.AtOrAfter(key);
    ASSERT_EQ(found == nullptr, at == model.end());
    if (found != nullptr) {
      EXPECT_EQ(found->key(), at->first);
    }
    const VersionMap::Node* const before = map.Before(key);
    ASSERT_EQ(before == nullptr, at == model.begin());
    if (before != nullptr) {
      EXPECT_EQ(before->key(), std::prev(at)->first);
    }
    EXPECT_EQ(Find(map, key) != nullptr, model.contains(key));
  }
}

TEST(VersionMap, VersionsAreFoundByStamp) {
  VersionMap map;
  map.Put("k", Hash64("k"), 10, "a");
  map.Put("k", Hash64("k"), 20, std::nullopt);
  VersionMap::Node* const node = map.Put("k", Hash64("k"), 30, "c");
  EXPECT_EQ(node->At(9), nullptr);
  EXPECT_EQ(node->At(10)->value(), "a");
  EXPECT_TRUE(node->At(29)->tombstone());
  EXPECT_EQ(node->At(1000)->value(), "c");
  map.Pop(node);
  EXPECT_TRUE(node->Newest()->tombstone());
  map.Reset();
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(Find(map, "k"), nullptr);
}

TEST(VersionMap, ReadersSeeWholeEntriesWhileOneThreadWrites) {
  constexpr uint64_t kCount = 20000;
  VersionMap map;
  std::atomic<uint64_t> visible{0};
  std::thread writer([&] {
    for (uint64_t i = 1; i <= kCount; ++i) {
      const std::string key = fmt::format("{:06}", i * 7919 % 10007);
      map.Put(key, Hash64(key), i, key);
      visible.store(i, std::memory_order_release);
    }
  });
  uint64_t rounds = 0;
  while (visible.load(std::memory_order_acquire) < kCount || rounds == 0) {
    ++rounds;
    const uint64_t limit = visible.load(std::memory_order_acquire);
    if (limit == 0) continue;
    const std::string last = fmt::format("{:06}", limit * 7919 % 10007);
    const VersionMap::Node* const found = Find(map, last);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->At(limit)->value(), last);
    const VersionMap::Node* node = map.AtOrAfter(last);
    ASSERT_EQ(node, found);
    std::string before = last;
    for (int i = 0; i < 20 && (node = node->Next()) != nullptr; ++i) {
      EXPECT_GT(node->key(), before);
      before = node->key();
      if (const auto* const version = node->At(limit)) {
        EXPECT_EQ(version->value(), node->key());
      }
    }
    node = found;
    for (int i = 0; i < 20 && (node = map.Previous(node)) != nullptr; ++i) {
      EXPECT_LT(node->key(), last);
    }
  }
  writer.join();
}

TEST(VersionMap, SamplesARange) {
  VersionMap map;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = std::to_string(100'000 + i);
    map.Put(key, Hash64(key), 1, "v");
  }
  const VersionMap::Sample some = map.SampleRange("105000", "115000", 64);
  EXPECT_GE(some.nodes.size(), 64u);
  EXPECT_LT(some.nodes.size(), 1000u);
  EXPECT_NEAR(static_cast<double>(some.nodes.size() * some.weight), 10'000, 4000);
  EXPECT_GE(some.nodes.front()->key(), "105000");
  EXPECT_LT(some.nodes.back()->key(), "115000");
  const VersionMap::Sample all = map.SampleRange("119990", "", 64);
  EXPECT_EQ(all.nodes.size(), 10u);
  EXPECT_EQ(all.weight, 1u);
  EXPECT_TRUE(map.SampleRange("2", "", 64).nodes.empty());
  EXPECT_TRUE(VersionMap().SampleRange("", "", 64).nodes.empty());
}

}  // namespace
}  // namespace heliosdb::txn
