#include "core/api/verify.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/api/database_state.h"
#include "core/base/status.h"
#include "core/sql/bind/bind.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/execute/row_reader.h"
#include "core/sql/execute/row_source.h"
#include "core/sql/execute/table_writer.h"
#include "core/sql/plan/planner.h"
#include "core/sql/plan/rewrite_rules.h"
#include "core/types/row_codec.h"

namespace heliosdb::api {
namespace {

using sql::execute::KeyRange;
using sql::execute::KvBatch;
using sql::execute::RangeReader;

// Rows between two progress reports.
constexpr uint64_t kReportRows = 100'000;

std::vector<KeyRange> WholeStorage(uint32_t storage_id) {
  return {
      {sql::execute::StorageKeyPrefix(storage_id), sql::execute::StorageKeyPrefix(storage_id + 1)}};
}

// One table: rows decode, stand under their own keys, and every index has exactly one entry a row that it takes in.
class TableVerifier {
 public:
  TableVerifier(DatabaseState* database, txn::ReadView* view, const catalog::CatalogImage& image,
                const catalog::Table& table, VerifyReport* report)
      : database_(database), view_(view), image_(image), table_(table), report_(report) {}

  absl::Status Run() {
    functions_.clock = database_->clock();
    context_.functions = &functions_;
    context_.view = view_;
    context_.image = &image_;
    sql::bind::BindContext bind_context;
    bind_context.image = &image_;
    HELIOS_ASSIGN_OR_RETURN(const sql::bind::TableRules bound,
                            sql::bind::BindTableRules(table_, bind_context));
    rules_ = sql::plan::RewriteRules(bound);
    HELIOS_ASSIGN_OR_RETURN(writer_, sql::execute::TableWriter::Build(table_, rules_));
    for (const catalog::Column& column : table_.columns) vectors_.emplace_back(column.type);
    for (const types::Vector& vector : vectors_) columns_.push_back(&vector);
    expected_.assign(rules_.indexes.size(), 0);
    HELIOS_RETURN_IF_ERROR(VerifyRows());
    for (size_t i = 0; i < rules_.indexes.size(); ++i) HELIOS_RETURN_IF_ERROR(CountEntries(i));
    ++report_->tables;
    return absl::OkStatus();
  }

 private:
  absl::Status VerifyRows() {
    const std::vector<KeyRange> ranges = WholeStorage(table_.storage_id);
    RangeReader reader;
    HELIOS_RETURN_IF_ERROR(reader.Start(view_, &ranges, false));
    auto batch = std::make_unique<KvBatch>();
    while (true) {
      HELIOS_RETURN_IF_ERROR(reader.Fill(batch.get()));
      if (batch->size == 0) return absl::OkStatus();
      for (size_t i = 0; i < batch->size; ++i) {
        HELIOS_RETURN_IF_ERROR(
            WithContext(types::ValidateRow(*table_.layout, batch->values[i]),
                        fmt::format("table {}, row {} in key order", table_.name, rows_ + i)));
      }
      HELIOS_RETURN_IF_ERROR(VerifyBatch(*batch));
      if ((rows_ + batch->size) / kReportRows != rows_ / kReportRows) {
        database_->Report(Task::kVerify, table_.name, rows_ + batch->size, 0, false);
      }
      rows_ += batch->size;
      report_->rows += batch->size;
    }
  }

  absl::Status VerifyBatch(const KvBatch& batch) {
    for (size_t c = 0; c < vectors_.size(); ++c) {
      sql::execute::ReadColumn(table_, std::span(batch.values).first(batch.size),
                               static_cast<int>(c), &vectors_[c]);
    }
    const types::Chunk chunk{columns_, batch.size};
    HELIOS_RETURN_IF_ERROR(writer_->PrepareOld(context_, chunk));
    for (size_t i = 0; i < batch.size; ++i) {
      if (table_.clustered_key.has_value() && writer_->old_row_key(i) != batch.keys[i]) {
        return Corruption("table {}: a row does not stand under the key of its own columns",
                          table_.name);
      }
      for (size_t k = 0; k < rules_.indexes.size(); ++k) {
        std::string entry = writer_->old_entry(k, i);
        if (entry.empty()) continue;
        entry.append(batch.keys[i].substr(sql::execute::kStorageIdBytes));
        HELIOS_ASSIGN_OR_RETURN(const auto found, view_->Get(entry));
        if (!found.has_value()) {
          return Corruption("index {} lacks the entry of a row of table {}",
                            rules_.indexes[k].index->name, table_.name);
        }
        ++expected_[k];
      }
    }
    return absl::OkStatus();
  }

  // Every expected entry was found: an index with as many entries has no others.
  absl::Status CountEntries(size_t k) {
    const catalog::Index& index = *rules_.indexes[k].index;
    const std::vector<KeyRange> ranges = WholeStorage(index.storage_id);
    RangeReader reader;
    HELIOS_RETURN_IF_ERROR(reader.Start(view_, &ranges, false));
    auto batch = std::make_unique<KvBatch>();
    uint64_t entries = 0;
    do {
      HELIOS_RETURN_IF_ERROR(reader.Fill(batch.get()));
      entries += batch->size;
    } while (batch->size > 0);
    if (entries != expected_[k]) {
      return Corruption("index {} has {} entries for {} rows of table {}", index.name, entries,
                        expected_[k], table_.name);
    }
    ++report_->indexes;
    report_->index_entries += entries;
    return absl::OkStatus();
  }

  DatabaseState* const database_;
  txn::ReadView* const view_;
  const catalog::CatalogImage& image_;
  const catalog::Table& table_;
  VerifyReport* const report_;
  sql::functions::EvalContext functions_;
  sql::execute::ExecContext context_;
  sql::bind::TableRules rules_;
  std::unique_ptr<sql::execute::TableWriter> writer_;
  std::vector<types::Vector> vectors_;
  std::vector<const types::Vector*> columns_;
  std::vector<uint64_t> expected_;
  uint64_t rows_ = 0;
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyDatabase(DatabaseState* database) {
  VerifyReport report;
  HELIOS_RETURN_IF_ERROR(database->engine()->Verify());
  const txn::EngineStats stats = database->engine()->Stats();
  report.log_bytes = stats.log_written - stats.log_first;
  report.store_keys = stats.store.keys;
  std::unique_ptr<txn::Transaction> transaction =
      database->engine()->Begin({.access = txn::Access::kReadOnly});
  absl::Status status;
  {
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->View());
    HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr image, database->catalogs()->Get(&view));
    for (const auto& [oid, object] : image->objects()) {
      const catalog::Table* const table = image->TableByOid(oid);
      if (table == nullptr) continue;
      status = TableVerifier(database, &view, *image, *table, &report).Run();
      if (!status.ok()) break;
    }
  }
  transaction->Rollback();
  HELIOS_RETURN_IF_ERROR(status);
  const uint64_t done = report.log_bytes + report.store_keys;
  database->Report(Task::kVerify, "", done, done, true);
  return report;
}

}  // namespace heliosdb::api
