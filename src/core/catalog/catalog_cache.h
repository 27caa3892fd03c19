// Images by catalogue LSN, so that statements share them.
#ifndef HELIOSDB_CORE_CATALOG_CATALOG_CACHE_H_
#define HELIOSDB_CORE_CATALOG_CATALOG_CACHE_H_

#include <span>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"

#include "core/base/lsn.h"
#include "core/base/mutex.h"
#include "core/catalog/catalog_image.h"
#include "core/txn/read_view.h"

namespace heliosdb::catalog {

// One a database. Thread-safe.
class CatalogCache {
 public:
  // providers are not owned and outlive the cache; the built-in views are there without being
  // named.
  explicit CatalogCache(std::span<const SystemViewProvider* const> providers);

  // The image that is right for view, which must not see catalogue rows of its own transaction
  // (then Load, or the edit's own image). Loads it when it is not at hand; errors are Load's.
  absl::StatusOr<ImagePtr> Get(txn::ReadView* view);
  // The image for a view whose transaction has changed the catalogue; never kept.
  absl::StatusOr<ImagePtr> Load(txn::ReadView* view) const;
  std::span<const SystemView* const> system_views() const { return views_; }

 private:
  // Older images serve REPEATABLE READ transactions that began before a DDL.
  static constexpr size_t kImagesMax = 4;
  struct Entry {
    Lsn lsn{0};
    ImagePtr image;
  };

  std::vector<const SystemView*> views_;
  Mutex mu_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mu_);  // Newest first.
};

}  // namespace heliosdb::catalog

#endif  // HELIOSDB_CORE_CATALOG_CATALOG_CACHE_H_
