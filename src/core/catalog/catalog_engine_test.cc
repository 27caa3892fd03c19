// The catalogue in an engine: what transactions write, views see.
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/coding.h"
#include "core/catalog/catalog_cache.h"
#include "core/catalog/catalog_edit.h"
#include "core/catalog/catalog_lock.h"
#include "core/txn/engine.h"
#include "heliosdb/error.h"

namespace heliosdb::catalog {
namespace {

class CatalogEngineTest : public testing::Test {
 protected:
  CatalogEngineTest() : cache_({}) {
    engine_ = *txn::Engine::Open({});
    const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
    EXPECT_TRUE(*InitializeCatalog(transaction.get()));
    EXPECT_TRUE(transaction->Commit(std::nullopt).ok());
  }

  ImagePtr Now() {
    const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
    txn::ReadView view = *transaction->View();
    return *cache_.Get(&view);
  }
  static std::unique_ptr<Table> MakeTable(CatalogEdit* edit, std::string name) {
    auto table = std::make_unique<Table>();
    table->oid = *edit->NewOid();
    table->schema = kPublicSchema;
    table->storage_id = *edit->NewStorageId();
    table->name = std::move(name);
    table->columns.emplace_back();
    table->columns[0].name = "a";
    table->columns[0].type = {types::TypeOid::kInt4};
    return table;
  }
  IdSource Ids() {
    return [this] { return engine_->AllocateStorageId(); };
  }

  const std::vector<std::string> path_ = {"pg_catalog", "public"};
  std::unique_ptr<txn::Engine> engine_;
  CatalogCache cache_;
};

TEST_F(CatalogEngineTest, IsInitialisedOnce) {
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  EXPECT_FALSE(*InitializeCatalog(transaction.get()));
  EXPECT_NE(Now()->FindSchema("public"), nullptr);
}

TEST_F(CatalogEngineTest, ChangesAreSeenWhenTheyAreCommitted) {
  const ImagePtr before = Now();
  CatalogEdit edit(before, Ids());
  edit.Put(MakeTable(&edit, "t"));
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  ASSERT_TRUE(edit.Write(transaction.get()).ok());
  EXPECT_TRUE(transaction->touched_catalog());
  {
    // The transaction itself sees its table, others do not.
    txn::ReadView own = *transaction->FreshView();
    EXPECT_TRUE((*cache_.Load(&own))->FindRelation(path_, "", "t").found());
  }
  EXPECT_EQ(Now(), before);
  ASSERT_TRUE(transaction->Commit(std::nullopt).ok());
  const ImagePtr after = Now();
  const Table* const table = after->FindRelation(path_, "", "t").table;
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->layout->column_count(), 1u);
  // Statements share the image until the next change.
  EXPECT_EQ(Now(), after);
}

TEST_F(CatalogEngineTest, OlderSnapshotsKeepTheirImage) {
  const std::unique_ptr<txn::Transaction> older =
      engine_->Begin({.isolation = txn::Isolation::kRepeatableRead});
  txn::ReadView view = *older->View();
  CatalogEdit edit(Now(), Ids());
  edit.Put(MakeTable(&edit, "t"));
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  ASSERT_TRUE(edit.Write(transaction.get()).ok());
  ASSERT_TRUE(transaction->Commit(std::nullopt).ok());
  EXPECT_TRUE(Now()->FindRelation(path_, "", "t").found());
  EXPECT_FALSE((*cache_.Get(&view))->FindRelation(path_, "", "t").found());
}

TEST_F(CatalogEngineTest, DroppedObjectsAreGone) {
  CatalogEdit create(Now(), Ids());
  create.Put(MakeTable(&create, "t"));
  const Oid oid = create.image().FindRelation(path_, "", "t").oid();
  std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  ASSERT_TRUE(create.Write(transaction.get()).ok());
  ASSERT_TRUE(transaction->Commit(std::nullopt).ok());

  CatalogEdit drop(Now(), Ids());
  ASSERT_TRUE(
      drop.Drop(std::vector<DropTarget>{{.object = oid}}, DropBehavior::kRestrict, path_).ok());
  EXPECT_EQ(drop.retired_storage_ids().size(), 1u);
  transaction = engine_->Begin({});
  ASSERT_TRUE(drop.Write(transaction.get()).ok());
  ASSERT_TRUE(transaction->Commit(std::nullopt).ok());
  EXPECT_FALSE(Now()->FindRelation(path_, "", "t").found());
}

TEST_F(CatalogEngineTest, BadRowsAreRefused) {
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  transaction->TouchCatalog();
  ASSERT_TRUE(transaction->Put(CatalogKey(RowKind::kTable, 16400), "no table").ok());
  txn::ReadView view = *transaction->FreshView();
  EXPECT_EQ(cache_.Load(&view).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(CatalogEngineTest, OtherVersionsAreRefused) {
  const std::unique_ptr<txn::Transaction> transaction = engine_->Begin({});
  std::string version;
  AppendFixed<uint32_t>(&version, kCatalogFormatVersion + 1);
  ASSERT_TRUE(transaction->Put(CatalogKey(RowKind::kVersion, 0), version).ok());
  txn::ReadView view = *transaction->FreshView();
  const absl::Status status = cache_.Load(&view).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "the catalogue has format version 2, this build reads version 1");
}

TEST_F(CatalogEngineTest, LocksSayWhatTheyWaitFor) {
  const std::unique_ptr<txn::Transaction> holder = engine_->Begin({.session_id = 1});
  const std::unique_ptr<txn::Transaction> other = engine_->Begin({.session_id = 2});
  ASSERT_TRUE(LockRelation(holder.get(), 16400, "t", txn::TableLockMode::kAccessExclusive,
                           txn::LockWait::kBlock)
                  .ok());
  const absl::Status status =
      LockRelation(other.get(), 16400, "t", txn::TableLockMode::kAccessShare, txn::LockWait::kTry)
          .status();
  EXPECT_EQ(SqlStateOf(status), "55P03");
  EXPECT_EQ(status.message(), "could not obtain lock on relation \"t\"");
}

}  // namespace
}  // namespace heliosdb::catalog
