#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/base/status.h"
#include "core/catalog/catalog_edit.h"
#include "core/catalog/catalog_image.h"
#include "core/catalog/catalog_key.h"
#include "core/catalog/definition_text.h"
#include "core/catalog/names.h"
#include "core/catalog/object_codec.h"
#include "core/catalog/system_view.h"
#include "heliosdb/error.h"

namespace heliosdb::catalog {
namespace {

using types::TypeOid;

const std::vector<std::string> kPath = {"pg_catalog", "public"};

Column MakeColumn(std::string name, TypeOid type) {
  Column column;
  column.name = std::move(name);
  column.type = {type};
  return column;
}

// An image with the schema public, and ids from 100 on.
class CatalogEditTest : public testing::Test {
 protected:
  CatalogEditTest() : edit_(std::make_shared<CatalogImage>(BuiltinSystemViews().views()), Ids()) {
    auto schema = std::make_unique<Schema>();
    schema->oid = kPublicSchema;
    schema->name = "public";
    edit_.Put(std::move(schema));
  }

  IdSource Ids() {
    return [this]() -> absl::StatusOr<uint32_t> { return next_id_++; };
  }
  Oid AddTable(std::string name, std::vector<Column> columns, bool clustered) {
    auto table = std::make_unique<Table>();
    table->oid = *edit_.NewOid();
    table->schema = kPublicSchema;
    table->storage_id = *edit_.NewStorageId();
    table->columns = std::move(columns);
    if (clustered) {
      table->clustered_key.emplace();
      table->clustered_key->oid = *edit_.NewOid();
      table->clustered_key->name = edit_.ChooseRelationName(kPublicSchema, name, "", "pkey");
      table->clustered_key->columns = {0};
    }
    table->name = std::move(name);
    const Oid oid = table->oid;
    edit_.Put(std::move(table));
    return oid;
  }
  Oid AddView(std::string name, std::vector<Reference> references) {
    auto view = std::make_unique<View>();
    view->oid = *edit_.NewOid();
    view->schema = kPublicSchema;
    view->name = std::move(name);
    view->references = std::move(references);
    const Oid oid = view->oid;
    edit_.Put(std::move(view));
    return oid;
  }
  Oid AddForeignKey(Oid table, Oid referenced) {
    std::unique_ptr<Table> changed = edit_.CopyTable(table);
    ForeignKey key;
    key.oid = *edit_.NewOid();
    key.name = changed->name + "_a_fkey";
    key.columns = {0};
    key.referenced_table = referenced;
    key.referenced_columns = {0};
    key.referenced_index = edit_.image().TableByOid(referenced)->clustered_key->oid;
    changed->foreign_keys.push_back(key);
    edit_.Put(std::move(changed));
    return key.oid;
  }
  absl::Status Drop(DropTarget target, DropBehavior behavior) {
    return edit_.Drop(std::vector<DropTarget>{target}, behavior, kPath);
  }

  uint32_t next_id_ = 100;
  CatalogEdit edit_;
};

TEST(Names, AreCutAndNumberedAsPostgresDoes) {
  EXPECT_EQ(MakeObjectName("t", "a", "key"), "t_a_key");
  EXPECT_EQ(MakeObjectName("t", "", "pkey"), "t_pkey");
  const std::string name(60, 'x');
  EXPECT_EQ(MakeObjectName(name, "", "pkey"), name.substr(0, 58) + "_pkey");
  EXPECT_EQ(MakeObjectName(name, "column", "key").size(), kNameBytesMax);
  EXPECT_EQ(ChooseName("t", "a", "idx", [](std::string_view n) { return n == "t_a_idx2"; }),
            "t_a_idx2");
  // A name never ends within a character.
  EXPECT_EQ(TruncateName(std::string(62, 'a') + "é"), std::string(62, 'a'));
  EXPECT_EQ(QuoteName("plain_1"), "plain_1");
  EXPECT_EQ(QuoteName("Mixed"), "\"Mixed\"");
  EXPECT_EQ(QuoteName("select"), "\"select\"");
  EXPECT_EQ(QuoteName("a\"b"), "\"a\"\"b\"");
}

std::unique_ptr<Table> FullTable() {
  auto table = std::make_unique<Table>();
  table->oid = 16500;
  table->schema = kPublicSchema;
  table->name = "orders";
  table->comment = "what was ordered";
  table->storage_id = 77;
  table->columns = {MakeColumn("id", TypeOid::kInt4), MakeColumn("price", TypeOid::kNumeric)};
  table->columns[0].not_null = true;
  table->columns[0].identity = Identity::kByDefault;
  table->columns[0].owned_sequence = 16501;
  table->columns[1].default_text = "nextval('16502'::regclass)";
  table->columns[1].default_references = {{16502, -1}};
  table->columns[1].type.modifier = 655366;
  table->columns.push_back(MakeColumn("note", TypeOid::kText));
  table->columns[2].missing = types::Value::Text("none");
  table->clustered_key = ClusteredKey{16503, "orders_pkey", {0}, false, false};
  table->checks.push_back({16504, "orders_price_check", "(price > 0)", {1}, true});
  ForeignKey key;
  key.oid = 16505;
  key.name = "orders_id_fkey";
  key.columns = {0};
  key.referenced_table = 16400;
  key.referenced_columns = {3};
  key.referenced_index = 16401;
  key.on_delete = ForeignKeyAction::kCascade;
  table->foreign_keys.push_back(key);
  table->Finish();
  return table;
}

TEST(ObjectCodec, ReadsWhatItWrote) {
  const std::string bytes = EncodeObject(*FullTable());
  const absl::StatusOr<std::unique_ptr<Object>> read =
      DecodeObject(ObjectKind::kTable, 16500, bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  const auto& table = static_cast<const Table&>(**read);
  EXPECT_EQ(table.oid, 16500u);
  EXPECT_EQ(table.columns[1].default_references[0].object, 16502u);
  EXPECT_EQ(table.columns[2].missing->string(), "none");
  EXPECT_EQ(table.foreign_keys[0].on_delete, ForeignKeyAction::kCascade);
  EXPECT_EQ(table.layout->column_count(), 3u);
  EXPECT_EQ(EncodeObject(table), bytes);
}

TEST(ObjectCodec, RefusesEveryFlippedBitAndEveryPrefix) {
  const std::string bytes = EncodeObject(*FullTable());
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(DecodeObject(ObjectKind::kTable, 1, std::string_view(bytes).substr(0, i)).ok());
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      EXPECT_FALSE(DecodeObject(ObjectKind::kTable, 1, flipped).ok()) << i << " " << bit;
    }
  }
}

TEST(ObjectCodec, KeepsStatisticsAndSequences) {
  TableStatistics statistics;
  statistics.table = 16500;
  statistics.rows = 1000;
  statistics.columns.resize(1);
  statistics.columns[0].distinct = -0.5;
  statistics.columns[0].common_values = {types::Value::Int4(7)};
  statistics.columns[0].common_fractions = {0.25};
  statistics.columns[0].histogram = {types::Value::Int4(1), types::Value::Int4(9)};
  const auto read = DecodeStatistics(16500, EncodeStatistics(statistics));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)->columns[0].histogram[1].integer(), 9);

  const SequenceState state{.last_value = -3, .is_called = true, .generation = 2};
  const auto state_read = DecodeSequenceState(EncodeSequenceState(state));
  ASSERT_TRUE(state_read.ok());
  EXPECT_EQ(*state_read, state);
  EXPECT_FALSE(DecodeSequenceState("short").ok());
  EXPECT_FALSE(ParseCatalogKey("x").ok());
  EXPECT_EQ(ParseCatalogKey(SequenceStateKey(16501))->id, 16501u);
}

TEST_F(CatalogEditTest, FindsRelationsAlongThePath) {
  const Oid table = AddTable("t", {MakeColumn("id", TypeOid::kInt4)}, true);
  const CatalogImage& image = edit_.image();
  EXPECT_EQ(image.FindRelation(kPath, "", "t").table->oid, table);
  EXPECT_EQ(image.FindRelation(kPath, "", "t_pkey").clustered_key_of->oid, table);
  EXPECT_NE(image.FindRelation(kPath, "", "pg_tables").system_view, nullptr);
  EXPECT_FALSE(image.FindRelation(kPath, "other", "t").found());
  EXPECT_EQ(image.DisplayName(image.RelationByOid(table), kPath), "t");
  EXPECT_EQ(image.DisplayName(image.RelationByOid(table), {}), "public.t");
  EXPECT_EQ(edit_.ChooseRelationName(kPublicSchema, "t", "", "pkey"), "t_pkey1");
}

TEST_F(CatalogEditTest, DropOfAReferencedTableNeedsCascade) {
  const Oid parent = AddTable("p", {MakeColumn("id", TypeOid::kInt4)}, true);
  const Oid child = AddTable("c", {MakeColumn("a", TypeOid::kInt4)}, false);
  AddForeignKey(child, parent);
  AddView("v", {{parent, 0}, {parent, -1}});

  const absl::Status refused = Drop({.object = parent}, DropBehavior::kRestrict);
  EXPECT_EQ(refused.message(), "cannot drop table p because other objects depend on it");
  EXPECT_EQ(heliosdb::SqlStateOf(refused), "2BP01");
  EXPECT_EQ(heliosdb::ErrorDetailOf(refused),
            "constraint c_a_fkey on table c depends on table p\nview v depends on table p");
  EXPECT_EQ(heliosdb::ErrorHintOf(refused),
            "Use DROP ... CASCADE to drop the dependent objects too.");

  ASSERT_TRUE(Drop({.object = parent}, DropBehavior::kCascade).ok());
  EXPECT_EQ(edit_.notices()[0].message, "drop cascades to 2 other objects");
  EXPECT_FALSE(edit_.image().FindRelation(kPath, "", "v").found());
  EXPECT_TRUE(edit_.image().TableByOid(child)->foreign_keys.empty());
  EXPECT_EQ(edit_.retired_storage_ids().size(), 1u);
}

TEST_F(CatalogEditTest, PartsGoSilently) {
  const Oid table = AddTable("t", {MakeColumn("a", TypeOid::kInt4)}, false);
  auto sequence = std::make_unique<Sequence>();
  const Oid sequence_oid = *edit_.NewOid();
  sequence->oid = sequence_oid;
  sequence->schema = kPublicSchema;
  sequence->name = "t_a_seq";
  sequence->owner = {table, 0};
  edit_.Put(std::move(sequence));
  std::unique_ptr<Table> changed = edit_.CopyTable(table);
  changed->columns[0].default_text = "nextval('x'::regclass)";
  changed->columns[0].default_references = {{sequence_oid, -1}};
  changed->columns[0].owned_sequence = sequence_oid;
  edit_.Put(std::move(changed));

  const absl::Status refused = Drop({.object = sequence_oid}, DropBehavior::kRestrict);
  EXPECT_EQ(heliosdb::ErrorDetailOf(refused),
            "default value for column a of table t depends on sequence t_a_seq");
  ASSERT_TRUE(Drop({.object = table}, DropBehavior::kRestrict).ok());
  EXPECT_EQ(edit_.image().ObjectByOid(sequence_oid), nullptr);
  EXPECT_TRUE(edit_.notices().empty());
}

TEST_F(CatalogEditTest, DroppedClusteredKeyMovesTheRows) {
  const Oid table =
      AddTable("t", {MakeColumn("id", TypeOid::kInt4), MakeColumn("b", TypeOid::kInt4)}, true);
  const uint32_t storage = edit_.image().TableByOid(table)->storage_id;
  ASSERT_TRUE(Drop({.part = DropTarget::Part::kColumn, .object = table, .column = 0},
                   DropBehavior::kRestrict)
                  .ok());
  const Table& after = *edit_.image().TableByOid(table);
  EXPECT_FALSE(after.clustered_key.has_value());
  EXPECT_TRUE(after.columns[0].dropped);
  EXPECT_EQ(after.FindColumn("id"), -1);
  EXPECT_EQ(after.FindColumn("b"), 1);
  EXPECT_NE(after.storage_id, storage);
  EXPECT_TRUE(edit_.moved_tables().contains(table));
  EXPECT_TRUE(edit_.retired_storage_ids().contains(storage));
}

TEST_F(CatalogEditTest, TheIndexOfAConstraintStays) {
  const Oid table = AddTable("t", {MakeColumn("a", TypeOid::kInt4)}, false);
  auto index = std::make_unique<Index>();
  const Oid oid = *edit_.NewOid();
  index->oid = oid;
  index->schema = kPublicSchema;
  index->name = "t_a_key";
  index->table = table;
  index->storage_id = *edit_.NewStorageId();
  index->columns = {{.column = 0, .expression_text = "", .type = {TypeOid::kInt4}}};
  index->unique = true;
  index->role = IndexRole::kUnique;
  edit_.Put(std::move(index));
  const absl::Status refused = Drop({.object = oid}, DropBehavior::kRestrict);
  EXPECT_EQ(refused.message(),
            "cannot drop index t_a_key because constraint t_a_key on table t requires it");
  EXPECT_EQ(heliosdb::ErrorHintOf(refused), "You can drop constraint t_a_key on table t instead.");
  EXPECT_EQ(IndexDefinition(edit_.image(), *edit_.image().IndexByOid(oid)),
            "CREATE UNIQUE INDEX t_a_key ON public.t USING btree (a)");
  ASSERT_TRUE(Drop({.part = DropTarget::Part::kConstraint, .object = table, .constraint = oid},
                   DropBehavior::kRestrict)
                  .ok());
  EXPECT_EQ(edit_.image().IndexByOid(oid), nullptr);
}

TEST_F(CatalogEditTest, StatisticsGoWithWhatTheyWereAbout) {
  const Oid table =
      AddTable("t", {MakeColumn("a", TypeOid::kInt4), MakeColumn("b", TypeOid::kInt4)}, false);
  auto statistics = std::make_unique<TableStatistics>();
  statistics->table = table;
  statistics->rows = 1000;
  statistics->columns.resize(2);
  statistics->columns[0].distinct = 7;
  statistics->columns[1].distinct = 8;
  edit_.PutStatistics(std::move(statistics));
  const auto known = [this, table] { return edit_.image().StatisticsOf(table); };

  std::unique_ptr<Table> renamed = edit_.CopyTable(table);
  renamed->name = "u";
  edit_.Put(std::move(renamed));
  EXPECT_EQ(known()->rows, 1000);
  EXPECT_EQ(known()->columns[0].distinct, 7);

  std::unique_ptr<Table> retyped = edit_.CopyTable(table);
  retyped->columns[0].type = {TypeOid::kText};
  edit_.Put(std::move(retyped));
  EXPECT_EQ(known()->rows, 1000);
  EXPECT_EQ(known()->columns[0].distinct, 0);
  EXPECT_EQ(known()->columns[1].distinct, 8);

  ASSERT_TRUE(edit_.NewStorage(table).ok());
  EXPECT_LT(known()->rows, 0);
  EXPECT_EQ(known()->columns[1].distinct, 8);
}

TEST_F(CatalogEditTest, SystemViewsListWhatThereIs) {
  AddTable("t", {MakeColumn("id", TypeOid::kInt4), MakeColumn("name", TypeOid::kText)}, true);
  const CatalogImage& image = edit_.image();
  const auto rows = [&image](Oid schema, std::string_view name) {
    size_t count = 0;
    const SystemView& view = *image.FindRelation(schema, name).system_view;
    const SystemViewContext context{&image, "db", "me"};
    EXPECT_TRUE(view.Rows(context,
                          [&](std::span<const types::Value> row) {
                            EXPECT_EQ(row.size(), view.columns().size());
                            ++count;
                            return absl::OkStatus();
                          })
                    .ok());
    return count;
  };
  EXPECT_EQ(rows(kPgCatalogSchema, "pg_tables"), 1u);
  EXPECT_EQ(rows(kPgCatalogSchema, "pg_indexes"), 1u);
  EXPECT_EQ(rows(kPgCatalogSchema, "pg_views"), 0u);
  EXPECT_EQ(rows(kPgCatalogSchema, "pg_namespace"), 3u);
  EXPECT_EQ(rows(kInformationSchema, "tables"), 1 + image.system_views().size());
  EXPECT_GT(rows(kInformationSchema, "columns"), 50u);
}

}  // namespace
}  // namespace heliosdb::catalog
