// pg_stat_user_tables: what was done to the tables, as far as it is counted.
#ifndef HELIOSDB_CORE_API_ACTIVITY_VIEWS_H_
#define HELIOSDB_CORE_API_ACTIVITY_VIEWS_H_

#include <memory>
#include <span>
#include <vector>

#include "core/catalog/system_view.h"

namespace heliosdb::api {

class DatabaseState;

class ActivityViews : public catalog::SystemViewProvider {
 public:
  // database is not owned and outlives this; its engine is there when the first view is read.
  explicit ActivityViews(DatabaseState* database);
  ~ActivityViews() override;
  std::span<const catalog::SystemView* const> views() const override { return pointers_; }

 private:
  std::vector<std::unique_ptr<catalog::SystemView>> views_;
  std::vector<const catalog::SystemView*> pointers_;
};

}  // namespace heliosdb::api

#endif  // HELIOSDB_CORE_API_ACTIVITY_VIEWS_H_
