// Statements that change the schema: the catalogue first, then the rows.
#include "core/sql/bind/ddl.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/api/utility.h"
#include "core/base/status.h"
#include "core/catalog/catalog_edit.h"
#include "core/catalog/catalog_lock.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/foreign_keys.h"
#include "core/sql/execute/index_build.h"
#include "core/sql/execute/key_range.h"
#include "core/sql/execute/storage_fill.h"
#include "core/sql/execute/table_check.h"
#include "core/sql/execute/table_rewrite.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/plan/planner.h"
#include "core/sql/plan/rewrite_rules.h"

namespace heliosdb::api {
namespace {

using sql::bind::RowWork;

// Most bytes of one part of new storage: small enough for memory, large enough for few commits.
constexpr uint64_t kPartBytes = uint64_t{16} << 20;

// The work on rows that one statement leaves.
class RowWorker {
 public:
  RowWorker(Session* session, catalog::ImagePtr before, catalog::ImagePtr after)
      : session_(session),
        before_(std::move(before)),
        after_(std::move(after)),
        functions_(session->MakeEvalContext()) {
    // A column's default may draw from a sequence that the statement itself made.
    session->sequences().SetStatement(after_.get(), session->transaction());
  }

  absl::Status Run(RowWork work) {
    if (work.kind == RowWork::Kind::kRewrite) return Rewrite(work);
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, session_->transaction()->FreshView());
    SetContext(&view);
    switch (work.kind) {
      case RowWork::Kind::kBuildIndex:
        return Build(work);
      case RowWork::Kind::kCheckRows:
        return Check(work);
      case RowWork::Kind::kCheckForeignKey:
        return CheckKey(work);
      case RowWork::Kind::kRewrite:
      case RowWork::Kind::kFill:
        break;
    }
    return Fill(std::move(work), &view);
  }
  uint64_t rows_filled() const { return rows_filled_; }

 private:
  void SetContext(txn::ReadView* view) {
    context_ = {};
    context_.image = after_.get();
    context_.functions = &functions_;
    context_.transaction = session_->transaction();
    context_.view = view;
    context_.row_ids = session_->database()->row_ids();
    context_.cancel = session_->cancel();
  }

  const catalog::Table& TableOf(const RowWork& work) const {
    return *after_->TableByOid(work.table);
  }

  sql::execute::RowProgress ProgressFor(std::string_view subject, uint64_t total) {
    rows_done_ = 0;
    return [this, subject, total](uint64_t rows) {
      rows_done_ = rows;
      session_->database()->Report(Task::kIndexBuild, subject, rows, std::max(rows, total), false);
    };
  }
  void ReportEnd(std::string_view subject) {
    session_->database()->Report(Task::kIndexBuild, subject, rows_done_, rows_done_, true);
  }

  // About how many rows there are.
  static uint64_t RowCount(const catalog::Table& table, txn::ReadView* view) {
    return view
        ->EstimateCount(sql::execute::StorageKeyPrefix(table.storage_id),
                        sql::execute::StorageKeyPrefix(table.storage_id + 1))
        .value_or(0);
  }

  // Parts that are committed ahead of this transaction, for what nobody else reads yet. Not within a snapshot that was
  // taken before: it would not see them.
  std::optional<sql::execute::StorageFill> MakeFill() {
    if (session_->transaction()->has_snapshot()) return std::nullopt;
    const uint64_t most = session_->database()->options().transaction_bytes_max / 4;
    return std::optional<sql::execute::StorageFill>(std::in_place, session_->database()->engine(),
                                                    session_->cancel(), std::min(most, kPartBytes));
  }

  absl::StatusOr<sql::bind::TableRules> RulesOf(const catalog::Table& table) const {
    HELIOS_ASSIGN_OR_RETURN(const sql::bind::TableRules rules,
                            sql::bind::BindTableRules(table, session_->MakeBindContext(*after_)));
    return sql::plan::RewriteRules(rules);
  }

  absl::Status Build(const RowWork& work) {
    const catalog::Index* const index = after_->IndexByOid(work.index);
    if (index == nullptr) return absl::OkStatus();  // Dropped by a later part of the statement.
    HELIOS_ASSIGN_OR_RETURN(const sql::bind::TableRules rules, RulesOf(TableOf(work)));
    for (const sql::bind::TableRules::IndexRule& rule : rules.indexes) {
      if (rule.index != index) continue;
      std::optional<sql::execute::StorageFill> fill = MakeFill();
      session_->NoteFilled({&index->storage_id, 1});
      HELIOS_RETURN_IF_ERROR(sql::execute::BuildIndex(
          context_, TableOf(work), rule, fill.has_value() ? &*fill : nullptr,
          ProgressFor(index->name, RowCount(TableOf(work), context_.view))));
      ReportEnd(index->name);
    }
    return absl::OkStatus();
  }

  absl::Status Check(const RowWork& work) {
    const catalog::Table& table = TableOf(work);
    HELIOS_ASSIGN_OR_RETURN(const sql::bind::TableRules rules, RulesOf(table));
    std::vector<sql::execute::NewCheck> checks;
    for (const catalog::CheckConstraint& check : table.checks) {
      if (std::find(work.checks.begin(), work.checks.end(), check.oid) == work.checks.end())
        continue;
      for (const sql::bind::TableRules::Check& rule : rules.checks) {
        if (rule.name == check.name) checks.push_back({check.name, rule.expression.get()});
      }
    }
    return sql::execute::CheckTable(context_, table, work.not_null_columns, checks);
  }

  absl::Status CheckKey(const RowWork& work) {
    sql::execute::ForeignKeys foreign_keys(*after_, {}, {});
    context_.foreign_keys = &foreign_keys;
    for (const catalog::ForeignKey& key : TableOf(work).foreign_keys) {
      if (key.oid == work.constraint)
        return sql::execute::CheckForeignKey(context_, TableOf(work), key);
    }
    return absl::OkStatus();
  }

  absl::Status Rewrite(const RowWork& work) {
    const catalog::Table& table = TableOf(work);
    const catalog::Table* const old_table = before_->TableByOid(work.table);
    if (old_table == nullptr) return absl::OkStatus();
    std::vector<sql::bind::ExpressionPtr> values(table.columns.size());
    for (size_t c = 0; c < work.values.size(); ++c) {
      if (work.values[c] != nullptr) values[c] = sql::plan::RewriteRowExpression(*work.values[c]);
    }
    // A column that the table did not have, with nothing to compute it from, is its missing value, or NULL.
    for (size_t c = old_table->columns.size(); c < values.size(); ++c) {
      if (values[c] != nullptr) continue;
      const catalog::Column& column = table.columns[c];
      values[c] =
          sql::bind::MakeConstant(column.missing.value_or(types::Value::Null(column.type)), 0);
    }
    HELIOS_ASSIGN_OR_RETURN(const sql::bind::TableRules rules, RulesOf(table));
    std::optional<sql::execute::StorageFill> fill = MakeFill();
    const auto run = [&](const sql::execute::RewriteTarget& target)
        -> absl::StatusOr<sql::execute::RewriteResult> {
      HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, session_->transaction()->FreshView());
      SetContext(&view);
      return sql::execute::RewriteTable(context_, *old_table, table, values, rules, target,
                                        ProgressFor(table.name, RowCount(*old_table, &view)));
    };
    const txn::SavepointMark mark = session_->transaction()->Mark();
    sql::execute::RewriteTarget target;
    if (fill.has_value())
      target.bytes_max = session_->transaction()->write_bytes() + fill->part_bytes();
    HELIOS_ASSIGN_OR_RETURN(const sql::execute::RewriteResult result, run(target));
    if (result == sql::execute::RewriteResult::kTooLarge) {
      session_->transaction()->RollbackTo(mark);
      std::vector<uint32_t> storage = {table.storage_id};
      for (const catalog::Index* const index : after_->IndexesOf(table.oid))
        storage.push_back(index->storage_id);
      session_->NoteFilled(storage);
      HELIOS_RETURN_IF_ERROR(run({.fill = &*fill}).status());
    }
    ReportEnd(table.name);
    return absl::OkStatus();
  }

  absl::Status Fill(RowWork work, txn::ReadView* view) {
    const catalog::Table& table = TableOf(work);
    sql::bind::Insert insert;
    insert.table = &table;
    insert.source = std::move(work.query);
    for (size_t c = 0; c < table.columns.size(); ++c)
      insert.source_columns.push_back(static_cast<int>(c));
    insert.defaults.resize(table.columns.size());
    const sql::plan::Statistics statistics(*after_, nullptr);
    sql::plan::Planner planner(*after_, statistics, {});
    HELIOS_ASSIGN_OR_RETURN(const std::unique_ptr<sql::plan::Plan> plan,
                            planner.PlanInsert(std::move(insert)));
    HELIOS_ASSIGN_OR_RETURN(const auto execution, sql::execute::Execution::Build(*plan));
    sql::execute::Execution::Run run;
    run.image = after_.get();
    run.functions = &functions_;
    run.transaction = session_->transaction();
    run.view = view;
    run.row_ids = session_->database()->row_ids();
    run.changes = session_->changes();
    run.cancel = session_->cancel();
    run.work_mem_bytes = session_->settings().values().work_mem;
    run.temporary_files = session_->database()->temporary_files();
    HELIOS_RETURN_IF_ERROR(execution->Start(run));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const types::Chunk chunk, execution->Next());
      if (chunk.size == 0) break;
    }
    rows_filled_ = execution->rows_changed();
    execution->Finish();
    return absl::OkStatus();
  }

  Session* const session_;
  const catalog::ImagePtr before_;
  const catalog::ImagePtr after_;
  sql::functions::EvalContext functions_;
  sql::execute::ExecContext context_;
  uint64_t rows_filled_ = 0;
  uint64_t rows_done_ = 0;
};

bool HasWork(const std::vector<RowWork>& work, RowWork::Kind kind, catalog::Oid table) {
  return std::any_of(work.begin(), work.end(),
                     [&](const RowWork& w) { return w.kind == kind && w.table == table; });
}

}  // namespace

absl::StatusOr<ResultPtr> UtilityRunner::RunDdl(const sql::parse::Statement& statement) {
  if (!sql::bind::IsDdl(statement)) {
    return Unsupported("{} is not supported", sql::parse::CommandTag(statement));
  }
  HELIOS_RETURN_IF_ERROR(session_->CheckWritable(sql::parse::CommandTag(statement)));
  txn::Transaction* const transaction = session_->transaction();
  txn::Engine* const engine = session_->database()->engine();
  const sql::bind::LockFunction lock = [&](catalog::Oid oid, std::string_view name,
                                           txn::TableLockMode mode) -> absl::StatusOr<bool> {
    HELIOS_ASSIGN_OR_RETURN(
        const txn::LockResult result,
        catalog::LockRelation(transaction, oid, name, mode, txn::LockWait::kBlock));
    return result == txn::LockResult::kGrantedAfterWait;
  };
  HELIOS_RETURN_IF_ERROR(session_->database()->SweepStorage(session_->cancel()));
  HELIOS_RETURN_IF_ERROR(session_->LockNames(statement));
  while (true) {
    // DDL sees the newest catalogue, whatever the transaction's snapshot is.
    HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->FreshView());
    HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr before, session_->FreshImage(&view));
    catalog::CatalogEdit edit(before, [engine] { return engine->AllocateStorageId(); });
    const sql::bind::BindContext context = session_->MakeBindContext(*before);
    HELIOS_ASSIGN_OR_RETURN(sql::bind::DdlResult done,
                            sql::bind::ApplyDdl(statement, context, lock, &edit));
    if (done.retry) continue;
    for (const catalog::Oid moved : edit.moved_tables()) {
      if (HasWork(done.work, RowWork::Kind::kRewrite, moved)) continue;
      RowWork& work = done.work.emplace_back();
      work.kind = RowWork::Kind::kRewrite;
      work.table = moved;
    }
    HELIOS_RETURN_IF_ERROR(edit.Write(transaction));
    const catalog::ImagePtr after = edit.Share();
    session_->SetOwnImage(after, view.catalog_lsn());
    for (const catalog::Oid sequence : done.sequences) session_->sequences().AddOwn(sequence);
    session_->sequences().SetStatement(after.get(),
                                       transaction);  // For the defaults of new columns.
    for (const catalog::Notice& notice : edit.notices()) {
      session_->AddNotice("NOTICE:  " + notice.message +
                          (notice.detail.empty() ? "" : "\nDETAIL:  " + notice.detail));
    }
    // Rewrites fill indexes too, and what is checked must stand in the new storage.
    std::stable_sort(done.work.begin(), done.work.end(), [](const RowWork& a, const RowWork& b) {
      return (a.kind == RowWork::Kind::kRewrite) > (b.kind == RowWork::Kind::kRewrite);
    });
    std::vector<catalog::Oid> rewritten;
    RowWorker worker(session_, before, after);
    for (RowWork& work : done.work) {
      if (work.kind == RowWork::Kind::kRewrite) rewritten.push_back(work.table);
      const bool filled =
          std::find(rewritten.begin(), rewritten.end(), work.table) != rewritten.end();
      if (work.kind == RowWork::Kind::kBuildIndex && filled) continue;
      HELIOS_RETURN_IF_ERROR(worker.Run(std::move(work)));
    }
    const auto* const filled = statement.TryAs<sql::parse::CreateTableAsStatement>();
    if (filled != nullptr && !filled->into.has_no_data) {
      return TagResult(fmt::format("SELECT {}", worker.rows_filled()));
    }
    return TagResult(sql::parse::CommandTag(statement));
  }
}

}  // namespace heliosdb::api
