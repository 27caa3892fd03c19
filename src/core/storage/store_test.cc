// The same properties for every kind of store, against a std::map.
#include <array>
#include <atomic>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/file_system.h"
#include "core/base/random.h"
#include "core/base/status.h"
#include "core/base/test_folder.h"
#include "core/storage/kv_store.h"
#include "core/storage/lmdb_store.h"
#include "core/storage/mem_store.h"
#include "core/storage/store_copy.h"
#include "heliosdb/error.h"

namespace heliosdb::storage {
namespace {

using ::testing::HasSubstr;
using Model = std::map<std::string, std::string>;

enum class Kind { kMemory, kDisk };

std::string KeyOf(uint64_t number) {
  std::string key("\0\0\0\x07", 4);
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(number >> shift));
  return key;
}

class StoreTest : public ::testing::TestWithParam<Kind> {
 protected:
  std::unique_ptr<KvStore> NewStore(std::string_view name) {
    if (GetParam() == Kind::kMemory) return NewMemStore({&failpoints_});
    LmdbStoreOptions options;
    options.path = folder_.File(name);
    options.map_bytes_max = uint64_t{1} << 30;
    options.failpoints = &failpoints_;
    auto store = OpenLmdbStore(options);
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  TestFolder folder_;
  FailpointSet failpoints_;
};

void Write(KvStore& store, const Model& pairs) {
  auto writer = store.BeginWrite();
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (const auto& [key, value] : pairs) ASSERT_TRUE((*writer)->Put(key, value).ok());
  ASSERT_TRUE((*writer)->Commit().ok());
}

Model ReadForward(KvReader& reader, std::string_view from, size_t batch) {
  Model result;
  const auto cursor = reader.NewCursor();
  EXPECT_TRUE(cursor->Seek(from).ok());
  std::vector<KvPair> pairs(batch);
  std::string last;
  while (true) {
    const auto count = cursor->NextBatch(pairs);
    EXPECT_TRUE(count.ok()) << count.status();
    if (!count.ok() || *count == 0) return result;
    for (size_t i = 0; i < *count; ++i) {
      EXPECT_LT(last, pairs[i].key);
      last = pairs[i].key;
      result.emplace(pairs[i].key, pairs[i].value);
    }
  }
}

Model ReadBackward(KvReader& reader, size_t batch) {
  Model result;
  const auto cursor = reader.NewCursor();
  EXPECT_TRUE(cursor->SeekToEnd().ok());
  std::vector<KvPair> pairs(batch);
  while (true) {
    const auto count = cursor->PrevBatch(pairs);
    EXPECT_TRUE(count.ok()) << count.status();
    if (!count.ok() || *count == 0) return result;
    for (size_t i = 0; i < *count; ++i) {
      EXPECT_TRUE(result.empty() || pairs[i].key < result.begin()->first);
      result.emplace_hint(result.begin(), pairs[i].key, pairs[i].value);
    }
  }
}

void ExpectHolds(KvStore& store, const Model& model, Random& random) {
  auto reader = store.NewReader();
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->Renew().ok());
  EXPECT_EQ((*reader)->KeyCount(), model.size());
  EXPECT_EQ(ReadForward(**reader, "", 1 + random.Below(300)), model);
  EXPECT_EQ(ReadBackward(**reader, 1 + random.Below(300)), model);
  const absl::Status verified = (*reader)->Verify();
  EXPECT_TRUE(verified.ok()) << verified;
  for (const auto& [key, value] : model) {
    const auto found = (*reader)->Get(key);
    ASSERT_TRUE(found.ok() && found->has_value());
    ASSERT_EQ(**found, value);
  }
  for (int i = 0; i < 50; ++i) {
    const std::string key = KeyOf(random.Below(100000));
    const auto found = (*reader)->Get(key);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->has_value(), model.contains(key));
    const auto cursor = (*reader)->NewCursor();
    ASSERT_TRUE(cursor->Seek(key).ok());
    std::array<KvPair, 3> pairs;
    const auto next = cursor->NextBatch(std::span(pairs).first(1));
    ASSERT_TRUE(next.ok());
    const auto expected = model.lower_bound(key);
    ASSERT_EQ(*next, expected == model.end() ? 0u : 1u);
    if (*next == 1) {
      EXPECT_EQ(pairs[0].key, expected->first);
    }
    ASSERT_TRUE(cursor->Seek(key).ok());
    const auto previous = cursor->PrevBatch(std::span(pairs).first(1));
    ASSERT_TRUE(previous.ok());
    ASSERT_EQ(*previous, expected == model.begin() ? 0u : 1u);
    if (*previous == 1) {
      EXPECT_EQ(pairs[0].key, std::prev(expected)->first);
    }
  }
}

TEST_P(StoreTest, RandomTransactionsHoldWhatAMapHolds) {
  for (const uint64_t seed : {1, 2, 3}) {
    Random random(seed);
    const auto store = NewStore(fmt::format("random{}", seed));
    Model model;
    ExpectHolds(*store, model, random);
    for (int round = 0; round < 25; ++round) {
      auto writer = store->BeginWrite();
      ASSERT_TRUE(writer.ok());
      Model changed = model;
      const uint64_t operations = random.Below(800);
      const uint64_t deletes_percent = random.Below(100);
      const uint64_t range = random.Below(2) == 0 ? 100000 : 2000;
      for (uint64_t i = 0; i < operations; ++i) {
        const std::string key = KeyOf(random.Below(range));
        if (random.Below(100) < deletes_percent) {
          const auto deleted = (*writer)->Delete(key);
          ASSERT_TRUE(deleted.ok());
          EXPECT_EQ(*deleted, changed.erase(key) > 0);
          continue;
        }
        const bool large = random.Below(40) == 0;
        std::string value(random.Below(large ? 20000 : 120), static_cast<char>('a' + i % 26));
        ASSERT_TRUE((*writer)->Put(key, value).ok());
        changed[key] = std::move(value);
      }
      ASSERT_TRUE((*writer)->PutMeta("round", std::to_string(round)).ok());
      if (random.Below(4) == 0) continue;  // Aborts.
      ASSERT_TRUE((*writer)->Commit().ok());
      model = std::move(changed);
      writer->reset();
      if (round % 4 == 0) ExpectHolds(*store, model, random);
    }
    ExpectHolds(*store, model, random);
  }
}

TEST_P(StoreTest, ReadersKeepTheirStateWhileOthersWrite) {
  const auto store = NewStore("snapshots");
  Random random(5);
  std::vector<std::unique_ptr<KvReader>> readers;
  std::vector<Model> expected;
  Model model;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 200; ++i) model[KeyOf(random.Below(3000))] = std::to_string(round);
    Write(*store, model);
    auto reader = store->NewReader();
    ASSERT_TRUE(reader.ok());
    ASSERT_TRUE((*reader)->Renew().ok());
    EXPECT_EQ((*reader)->version(), store->version());
    readers.push_back(*std::move(reader));
    expected.push_back(model);
    if (round % 3 == 2) {
      const size_t gone = random.Below(readers.size());
      readers.erase(readers.begin() + gone);
      expected.erase(expected.begin() + gone);
    }
  }
  for (size_t i = 0; i < readers.size(); ++i) {
    EXPECT_EQ(ReadForward(*readers[i], "", 64), expected[i]);
    EXPECT_TRUE(readers[i]->Verify().ok());
  }
}

TEST_P(StoreTest, WritersAndReadersInThreads) {
  const auto store = NewStore("threads");
  // Every commit holds the same value under all keys: a mixture would be a torn state.
  constexpr int kKeys = 500;
  Model first;
  for (int i = 0; i < kKeys; ++i) first[KeyOf(i)] = "0";
  Write(*store, first);
  std::vector<std::thread> threads;
  std::atomic<bool> done{false};
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      auto reader = store->NewReader();
      ASSERT_TRUE(reader.ok());
      while (!done) {
        ASSERT_TRUE((*reader)->Renew().ok());
        const Model seen = ReadForward(**reader, "", 100);
        ASSERT_EQ(seen.size(), static_cast<size_t>(kKeys));
        for (const auto& [key, value] : seen) ASSERT_EQ(value, seen.begin()->second);
        (*reader)->Reset();
      }
    });
  }
  for (int round = 1; round <= 60; ++round) {
    Model next;
    for (int i = 0; i < kKeys; ++i) next[KeyOf(i)] = std::to_string(round);
    Write(*store, next);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_P(StoreTest, DeletesRangesInPortions) {
  const auto store = NewStore("range");
  Model model;
  for (int i = 0; i < 3000; ++i) model[KeyOf(i)] = std::string(i % 90, 'v');
  Write(*store, model);
  auto writer = store->BeginWrite();
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(*(*writer)->DeleteRange(KeyOf(100), KeyOf(2500), 1000), 1000u);
  EXPECT_EQ(*(*writer)->DeleteRange(KeyOf(100), KeyOf(2500), 100000), 1400u);
  EXPECT_EQ(*(*writer)->DeleteRange(KeyOf(100), KeyOf(2500), 100000), 0u);
  EXPECT_EQ(*(*writer)->DeleteRange(KeyOf(2990), "", 100000), 10u);
  ASSERT_TRUE((*writer)->Commit().ok());
  model.erase(model.lower_bound(KeyOf(100)), model.lower_bound(KeyOf(2500)));
  model.erase(model.lower_bound(KeyOf(2990)), model.end());
  Random random(1);
  ExpectHolds(*store, model, random);
}

TEST_P(StoreTest, MetaValuesGoWithTheTransaction) {
  const auto store = NewStore("meta");
  auto reader = store->NewReader();
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->Renew().ok());
  EXPECT_FALSE((*(*reader)->GetMeta("checkpoint")).has_value());
  for (const bool commit : {true, false}) {
    auto writer = store->BeginWrite();
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->PutMeta("checkpoint", commit ? "one" : "two").ok());
    ASSERT_TRUE((*writer)->Put(KeyOf(1), "x").ok());
    if (!commit) continue;
    ASSERT_TRUE((*writer)->Commit().ok());
  }
  ASSERT_TRUE((*reader)->Renew().ok());
  EXPECT_EQ(**(*reader)->GetMeta("checkpoint"), "one");
  EXPECT_EQ((*reader)->KeyCount(), 1u);
  EXPECT_EQ(ReadForward(**reader, "", 10).size(), 1u);
  EXPECT_EQ(ReadBackward(**reader, 10).size(), 1u);
}

TEST_P(StoreTest, RefusesKeysOutOfBoundsAndASecondWriter) {
  const auto store = NewStore("bounds");
  auto writer = store->BeginWrite();
  ASSERT_TRUE(writer.ok());
  EXPECT_TRUE(absl::IsInvalidArgument((*writer)->Put("", "v")));
  EXPECT_TRUE(absl::IsInvalidArgument((*writer)->Put(std::string(4, '\0') + "format", "v")));
  EXPECT_TRUE(absl::IsInvalidArgument((*writer)->Put(std::string(kKeyBytesMax + 1, 'k'), "v")));
  EXPECT_TRUE((*writer)->Put(std::string(kKeyBytesMax, 'k'), "").ok());
  EXPECT_TRUE((*writer)->Put(kKeyMin, "least").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store->BeginWrite().status()));
  ASSERT_TRUE((*writer)->Commit().ok());
  writer->reset();
  EXPECT_TRUE(store->BeginWrite().ok());
}

TEST_P(StoreTest, EstimatesCounts) {
  const auto store = NewStore("estimate");
  Model model;
  for (int i = 0; i < 50000; ++i) model[KeyOf(i)] = std::string(30, 'v');
  Write(*store, model);
  auto reader = store->NewReader();
  ASSERT_TRUE((*reader)->Renew().ok());
  EXPECT_EQ(*(*reader)->EstimateCount(KeyOf(1000), KeyOf(1003)), 3u);
  EXPECT_EQ(*(*reader)->EstimateCount(KeyOf(1003), KeyOf(1000)), 0u);
  EXPECT_NEAR(*(*reader)->EstimateCount(KeyOf(10000), KeyOf(30000)), 20000, 2000);
  EXPECT_NEAR(*(*reader)->EstimateCount("", ""), 50000, 500);
}

TEST_P(StoreTest, AFailedCommitChangesNothing) {
  const auto store = NewStore("fail");
  Write(*store, {{KeyOf(1), "old"}});
  failpoints_.FailAt("store.before_commit", SqlError(sqlstate::kIoError, "planted"), {});
  {
    auto writer = store->BeginWrite();
    ASSERT_TRUE((*writer)->Put(KeyOf(1), "new").ok());
    EXPECT_EQ(SqlStateOf((*writer)->Commit()), "58030");
  }
  failpoints_.Clear("store.before_commit");
  Random random(1);
  ExpectHolds(*store, {{KeyOf(1), "old"}}, random);
}

TEST_P(StoreTest, CopiesIntoAnEmptyStore) {
  const auto store = NewStore("source");
  Model model;
  for (int i = 0; i < 5000; ++i) model[KeyOf(i * 3)] = std::string(i % 500, 'c');
  Write(*store, model);
  {
    auto writer = store->BeginWrite();
    ASSERT_TRUE((*writer)->PutMeta("checkpoint", "42").ok());
    ASSERT_TRUE((*writer)->Commit().ok());
  }
  auto reader = store->NewReader();
  ASSERT_TRUE((*reader)->Renew().ok());
  Write(*store, {{KeyOf(1), "written after the copy began"}});
  std::vector<std::string> chunks;
  StoreCopyOptions options;
  options.chunk_bytes = 10000;
  options.meta_names = {"checkpoint", "absent"};
  ASSERT_TRUE(CopyStore(**reader, options, [&](std::string_view chunk) {
                chunks.emplace_back(chunk);
                return absl::OkStatus();
              }).ok());
  EXPECT_GT(chunks.size(), 20u);

  const auto target = NewStore("target");
  StoreLoader loader(target.get());
  for (const std::string& chunk : chunks) {
    const absl::Status added = loader.Add(chunk);
    ASSERT_TRUE(added.ok()) << added;
  }
  EXPECT_TRUE(loader.complete());
  Random random(3);
  ExpectHolds(*target, model, random);
  auto copied = target->NewReader();
  ASSERT_TRUE((*copied)->Renew().ok());
  EXPECT_EQ(**(*copied)->GetMeta("checkpoint"), "42");

  const auto broken = NewStore("broken");
  StoreLoader bad(broken.get());
  ASSERT_TRUE(bad.Add(chunks[0]).ok());
  EXPECT_TRUE(absl::IsDataLoss(bad.Add(chunks.back()))) << "chunks are missing";
  std::string flipped = chunks[1];
  flipped[100] ^= 1;
  StoreLoader other(broken.get());
  ASSERT_TRUE(other.Add(chunks[0]).ok());
  EXPECT_TRUE(absl::IsDataLoss(other.Add(flipped)));
  StoreLoader full(target.get());
  EXPECT_TRUE(absl::IsFailedPrecondition(full.Add(chunks[0])));
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreTest, ::testing::Values(Kind::kMemory, Kind::kDisk),
                         [](const auto& info) {
                           return info.param == Kind::kMemory ? "Memory" : "Disk";
                         });

class LmdbFileTest : public ::testing::Test {
 protected:
  LmdbStoreOptions Options() {
    LmdbStoreOptions options;
    options.path = folder_.File("store");
    options.map_bytes_max = uint64_t{64} << 20;
    return options;
  }
  void Fill(int keys) {
    auto store = OpenLmdbStore(Options());
    ASSERT_TRUE(store.ok()) << store.status();
    Model model;
    for (int i = 0; i < keys; ++i) model[KeyOf(i)] = std::string(100, 'v');
    Write(**store, model);
  }
  TestFolder folder_;
};

TEST_F(LmdbFileTest, ReopensWithItsData) {
  Fill(1000);
  const auto store = OpenLmdbStore(Options());
  ASSERT_TRUE(store.ok());
  const auto stats = (*store)->Stats();
  ASSERT_TRUE(stats.ok());
  EXPECT_EQ(stats->keys, 1000u);
  EXPECT_GT(stats->bytes_file, 100000u);
}

TEST_F(LmdbFileTest, RefusesAForeignFile) {
  FileSystem& files = *FileSystem::Posix();
  ASSERT_TRUE(WriteFileAtomically(files, Options().path, std::string(10000, 'x')).ok());
  const auto store = OpenLmdbStore(Options());
  EXPECT_TRUE(absl::IsFailedPrecondition(store.status())) << store.status();
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("is not a HeliosDB store"));
}

TEST_F(LmdbFileTest, RefusesATruncatedFile) {
  Fill(1000);
  auto file = FileSystem::Posix()->Open(Options().path, OpenMode::kWrite);
  ASSERT_TRUE((*file)->Truncate(*(*file)->Size() - 1).ok());
  const auto store = OpenLmdbStore(Options());
  EXPECT_TRUE(absl::IsDataLoss(store.status())) << store.status();
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("is cut short"));
}

TEST_F(LmdbFileTest, VerifyFindsAFlippedBitAnywhereInAPage) {
  Fill(2000);
  Random random(7);
  int found = 0;
  for (int round = 0; round < 60; ++round) {
    auto file = FileSystem::Posix()->Open(Options().path, OpenMode::kWrite);
    std::array<char, 1> byte;
    // Of the first leaf pages; their unused middle holds nothing that could be damaged.
    const uint64_t offset = 4096 * (3 + random.Below(20)) + 2000 + random.Below(2096);
    ASSERT_TRUE((*file)->ReadAt(offset, byte).ok());
    const char old = byte[0];
    byte[0] ^= static_cast<char>(1 << random.Below(8));
    ASSERT_TRUE((*file)->WriteAt(offset, {byte.data(), 1}).ok());
    auto store = OpenLmdbStore(Options());
    if (store.ok()) {
      auto reader = (*store)->NewReader();
      ASSERT_TRUE((*reader)->Renew().ok());
      const absl::Status verified = (*reader)->Verify();
      found += absl::IsDataLoss(verified) ? 1 : 0;
      // Whatever is damaged, reading ends and stays inside.
      const auto cursor = (*reader)->NewCursor();
      std::array<KvPair, 64> pairs;
      absl::StatusOr<size_t> count = size_t{1};
      if (cursor->Seek("").ok()) {
        for (int i = 0; i < 1000 && count.ok() && *count > 0; ++i) {
          count = cursor->NextBatch(pairs);
        }
      }
    } else {
      ++found;
    }
    const char restored[1] = {old};
    ASSERT_TRUE((*file)->WriteAt(offset, {restored, 1}).ok());
  }
  EXPECT_GE(found, 55);
}

TEST_F(LmdbFileTest, AFullMapIsAClearError) {
  LmdbStoreOptions options = Options();
  options.map_bytes_max = 1 << 20;
  const auto store = OpenLmdbStore(options);
  ASSERT_TRUE(store.ok());
  absl::Status status;
  {
    auto writer = (*store)->BeginWrite();
    for (int i = 0; i < 100000 && status.ok(); ++i) {
      status = (*writer)->Put(KeyOf(i), std::string(100, 'v'));
    }
  }
  EXPECT_EQ(SqlStateOf(status), "53100");
  Write(**store, {{KeyOf(1), "still takes writes"}});
}

TEST_F(LmdbFileTest, TakesTheAddressSpaceThatIsLeft) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  uint64_t pages_in_use = 0;
  std::ifstream("/proc/self/statm") >> pages_in_use;
  rlimit limit = before;
  limit.rlim_cur = pages_in_use * sysconf(_SC_PAGESIZE) + (uint64_t{5} << 30);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  LmdbStoreOptions options = Options();
  options.map_bytes_max = uint64_t{1} << 40;
  const auto store = OpenLmdbStore(options);
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ((*store)->Stats()->bytes_max, uint64_t{4} << 30);
  Write(**store, {{KeyOf(1), "v"}});
}

TEST_F(LmdbFileTest, DirtyBytesFollowTheChange) {
  auto store = OpenLmdbStore(Options());
  ASSERT_TRUE(store.ok());
  auto writer = (*store)->BeginWrite();
  for (int i = 0; i < 40000; ++i) ASSERT_TRUE((*writer)->Put(KeyOf(i), std::string(88, 'v')).ok());
  // 40000 pairs of about 120 bytes in ascending order.
  EXPECT_GT((*writer)->DirtyBytes(), 3u << 20);
  EXPECT_LT((*writer)->DirtyBytes(), 12u << 20);
}

}  // namespace
}  // namespace heliosdb::storage
