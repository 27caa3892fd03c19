// Statements made ready to run, shared by the sessions of a database.
#ifndef HELIOSDB_CORE_API_PLAN_CACHE_H_
#define HELIOSDB_CORE_API_PLAN_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"

#include "core/api/compiled_statement.h"
#include "core/base/mutex.h"

namespace heliosdb::api {

// The least recently used statement goes first. Thread-safe.
class PlanCache {
 public:
  explicit PlanCache(size_t statements_max) : statements_max_(statements_max) {}

  // Whether any statement stands under the key. Counts as neither hit nor miss.
  bool Contains(std::string_view key) const;
  // The statement for a key, if it was made for this image and these settings. Null: none.
  std::shared_ptr<const CompiledStatement> Find(std::string_view key,
                                                const catalog::CatalogImage* image,
                                                std::string_view names);
  void Insert(std::string key, std::shared_ptr<const CompiledStatement> statement);

  uint64_t hits() const;
  uint64_t misses() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const CompiledStatement> statement;
  };

  const size_t statements_max_;
  mutable Mutex mu_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mu_);  // Most recently used first.
  absl::flat_hash_map<std::string_view, std::list<Entry>::iterator> by_key_ ABSL_GUARDED_BY(mu_);
  uint64_t hits_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t misses_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_PLAN_CACHE_H_
