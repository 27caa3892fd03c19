#include "core/catalog/catalog_cache.h"

#include <algorithm>

#include "core/base/status.h"

namespace heliosdb::catalog {

CatalogCache::CatalogCache(std::span<const SystemViewProvider* const> providers) {
  const auto add = [this](const SystemViewProvider& provider) {
    const std::span<const SystemView* const> views = provider.views();
    views_.insert(views_.end(), views.begin(), views.end());
  };
  add(BuiltinSystemViews());
  for (const SystemViewProvider* const provider : providers) add(*provider);
}

absl::StatusOr<ImagePtr> CatalogCache::Get(txn::ReadView* view) {
  const Lsn lsn = view->catalog_lsn();
  {
    MutexLock lock(&mu_);
    for (const Entry& entry : entries_) {
      if (entry.lsn == lsn) return entry.image;
    }
  }
  // Two threads may load the same image; either serves.
  HELIOS_ASSIGN_OR_RETURN(ImagePtr image, Load(view));
  MutexLock lock(&mu_);
  const auto place = std::find_if(entries_.begin(), entries_.end(),
                                  [lsn](const Entry& entry) { return entry.lsn <= lsn; });
  if (place != entries_.end() && place->lsn == lsn) return place->image;
  entries_.insert(place, Entry{lsn, image});
  if (entries_.size() > kImagesMax) entries_.pop_back();
  return image;
}

absl::StatusOr<ImagePtr> CatalogCache::Load(txn::ReadView* view) const {
  return CatalogImage::Load(view, views_);
}

}  // namespace heliosdb::catalog
