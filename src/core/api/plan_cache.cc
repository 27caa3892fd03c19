#include "core/api/plan_cache.h"

#include <utility>

namespace heliosdb::api {

bool PlanCache::Contains(std::string_view key) const {
  MutexLock lock(&mu_);
  return by_key_.contains(key);
}

std::shared_ptr<const CompiledStatement> PlanCache::Find(std::string_view key,
                                                         const catalog::CatalogImage* image,
                                                         std::string_view names) {
  MutexLock lock(&mu_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    ++misses_;
    return nullptr;
  }
  // An older image may still be in use by a transaction that began before a DDL; the newer statement wins.
  if (found->second->statement->image.get() != image || found->second->statement->names != names) {
    ++misses_;
    return nullptr;
  }
  ++hits_;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->statement;
}

void PlanCache::Insert(std::string key, std::shared_ptr<const CompiledStatement> statement) {
  if (statements_max_ == 0) return;
  MutexLock lock(&mu_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    found->second->statement = std::move(statement);
    entries_.splice(entries_.begin(), entries_, found->second);
    return;
  }
  entries_.push_front({std::move(key), std::move(statement)});
  by_key_.emplace(entries_.front().key, entries_.begin());
  if (entries_.size() > statements_max_) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

uint64_t PlanCache::hits() const {
  MutexLock lock(&mu_);
  return hits_;
}
uint64_t PlanCache::misses() const {
  MutexLock lock(&mu_);
  return misses_;
}

}  // namespace heliosdb::api
