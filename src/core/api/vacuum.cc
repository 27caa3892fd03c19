#include "core/api/vacuum.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"

#include "core/api/utility.h"
#include "core/base/lsn.h"
#include "core/base/status.h"
#include "core/catalog/catalog_edit.h"
#include "core/catalog/catalog_lock.h"
#include "core/catalog/statistics_pages.h"
#include "core/sql/execute/analyze.h"
#include "core/sql/functions/eval_context.h"
#include "core/sql/parse/command_tag.h"
#include "core/sql/parse/deparse.h"

namespace heliosdb::api {

absl::StatusOr<ResultPtr> VacuumRunner::Run() {
  HELIOS_RETURN_IF_ERROR(ReadOptions());
  HELIOS_RETURN_IF_ERROR(CheckAllowed());
  HELIOS_ASSIGN_OR_RETURN(const std::vector<Target> targets, FindTargets());
  if (!statement_.is_analyze) HELIOS_RETURN_IF_ERROR(Vacuum(targets));
  if (analyze_) {
    const bool alone = session_->block_state() == Session::BlockState::kNone;
    for (const Target& target : targets) {
      HELIOS_RETURN_IF_ERROR(session_->cancel()->Check());
      HELIOS_RETURN_IF_ERROR(alone ? AnalyzeAlone(target) : AnalyzeInBlock(target));
    }
  }
  ResultPtr result = TagResult(sql::parse::CommandTag(statement_));
  result->notices = std::move(notices_);
  result->receipt = receipt_;
  return result;
}

absl::Status VacuumRunner::ReadOptions() {
  analyze_ = statement_.is_analyze;
  for (const sql::parse::Option& option : statement_.options) {
    const std::string_view command = statement_.is_analyze ? "ANALYZE" : "VACUUM";
    if (option.name == "verbose") {
      HELIOS_ASSIGN_OR_RETURN(verbose_, OptionIsOn(option));
    } else if (option.name == "skip_locked") {
      HELIOS_ASSIGN_OR_RETURN(skip_locked_, OptionIsOn(option));
    } else if (option.name == "analyze" && !statement_.is_analyze) {
      HELIOS_ASSIGN_OR_RETURN(analyze_, OptionIsOn(option));
    } else if (option.name == "freeze" && !statement_.is_analyze) {
      // Rows carry no transaction ids that could wrap around: every VACUUM leaves them frozen.
      HELIOS_RETURN_IF_ERROR(OptionIsOn(option).status());
    } else {
      constexpr std::string_view kKnown[] = {"full",          "disable_page_skipping", "truncate",
                                             "index_cleanup", "process_toast",         "parallel"};
      const bool known = !statement_.is_analyze && std::find(std::begin(kKnown), std::end(kKnown),
                                                             option.name) != std::end(kKnown);
      if (!known) {
        return WithPosition(
            SqlError(sqlstate::kSyntaxError, "unrecognized {} option \"{}\"", command, option.name),
            option.position);
      }
      if (option.name == "full") {
        HELIOS_ASSIGN_OR_RETURN(const bool on, OptionIsOn(option));
        if (!on) continue;
      }
      return Unsupported("VACUUM {} is not supported", absl::AsciiStrToUpper(option.name));
    }
  }
  return absl::OkStatus();
}

absl::Status VacuumRunner::CheckAllowed() const {
  const std::string command = sql::parse::CommandTag(statement_);
  HELIOS_RETURN_IF_ERROR(session_->CheckNodeWritable(
      SqlError(sqlstate::kReadOnlySqlTransaction, "cannot execute {} during recovery", command)));
  if (session_->database()->options().read_only) {
    return SqlError(sqlstate::kReadOnlySqlTransaction,
                    "cannot execute {} in a read-only transaction", command);
  }
  const bool lists_columns =
      std::any_of(statement_.tables.begin(), statement_.tables.end(),
                  [](const sql::parse::VacuumTable& table) { return !table.columns.empty(); });
  if (lists_columns && !analyze_) {
    return Unsupported("ANALYZE option must be specified when a column list is provided");
  }
  if (!statement_.is_analyze && session_->block_state() != Session::BlockState::kNone) {
    return SqlError(sqlstate::kActiveSqlTransaction,
                    "VACUUM cannot run inside a transaction block");
  }
  return absl::OkStatus();
}

absl::StatusOr<VacuumRunner::Newest> VacuumRunner::NewestImage(txn::Transaction* transaction) {
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->FreshView());
  Newest newest{.image = nullptr, .lsn = view.catalog_lsn()};
  if (transaction == session_->transaction()) {
    HELIOS_ASSIGN_OR_RETURN(newest.image, session_->FreshImage(&view));
  } else {
    HELIOS_ASSIGN_OR_RETURN(newest.image, session_->database()->catalogs()->Get(&view));
  }
  return newest;
}

absl::StatusOr<std::vector<VacuumRunner::Target>> VacuumRunner::FindTargets() {
  Newest newest;
  if (session_->block_state() == Session::BlockState::kNone) {
    const std::unique_ptr<txn::Transaction> reader =
        session_->database()->engine()->Begin({.access = txn::Access::kReadOnly,
                                               .session_id = session_->id(),
                                               .cancel = session_->cancel(),
                                               .lock_timeout = {}});
    HELIOS_ASSIGN_OR_RETURN(newest, NewestImage(reader.get()));
  } else {
    HELIOS_RETURN_IF_ERROR(session_->EnsureTransaction());
    HELIOS_ASSIGN_OR_RETURN(newest, NewestImage(session_->transaction()));
  }
  std::vector<Target> targets;
  for (const sql::parse::VacuumTable& table : statement_.tables) {
    HELIOS_RETURN_IF_ERROR(AddNamed(table, *newest.image, &targets));
  }
  if (!statement_.tables.empty()) return targets;
  for (const auto& [oid, object] : newest.image->objects()) {
    if (object->kind != catalog::ObjectKind::kTable) continue;
    targets.push_back({.table = oid, .name = object->name, .columns = nullptr, .named = false});
  }
  return targets;
}

absl::Status VacuumRunner::AddNamed(const sql::parse::VacuumTable& named,
                                    const catalog::CatalogImage& image,
                                    std::vector<Target>* targets) {
  const sql::parse::QualifiedName& name = named.table.name;
  if (!name.schema.empty() && image.FindSchema(name.schema) == nullptr) {
    return SqlError(sqlstate::kInvalidSchemaName, "schema \"{}\" does not exist", name.schema);
  }
  const catalog::Relation relation =
      image.FindRelation(session_->settings().values().search_path, name.schema, name.name);
  if (!relation.found()) {
    return SqlError(sqlstate::kUndefinedTable, "relation \"{}\" does not exist",
                    sql::parse::QualifiedNameText(name));
  }
  if (relation.table == nullptr) {
    Warn(fmt::format("skipping \"{}\" --- cannot {} non-tables or special system tables",
                     relation.name(), statement_.is_analyze ? "analyze" : "vacuum"));
    return absl::OkStatus();
  }
  targets->push_back({.table = relation.table->oid,
                      .name = relation.table->name,
                      .columns = &named.columns,
                      .named = true});
  return absl::OkStatus();
}

absl::Status VacuumRunner::Vacuum(const std::vector<Target>& targets) {
  txn::Engine* const engine = session_->database()->engine();
  if (verbose_) {
    for (const Target& target : targets)
      AddNotice("INFO", fmt::format("vacuuming \"{}\"", target.name));
  }
  const uint64_t keys_before = engine->Stats().store.keys;
  HELIOS_RETURN_IF_ERROR(engine->Checkpoint());
  if (verbose_) {
    const txn::EngineStats stats = engine->Stats();
    AddNotice("INFO", fmt::format("checkpoint at {}: {} keys before, {} after",
                                  LsnText(stats.checkpoint_lsn), keys_before, stats.store.keys));
  }
  return absl::OkStatus();
}

absl::Status VacuumRunner::AnalyzeInBlock(const Target& target) {
  HELIOS_RETURN_IF_ERROR(session_->EnsureTransaction());
  txn::Transaction* const transaction = session_->transaction();
  HELIOS_RETURN_IF_ERROR(session_->CheckWritable("ANALYZE"));
  HELIOS_ASSIGN_OR_RETURN(const Found found, LockTarget(target, transaction));
  if (found.table == nullptr) return absl::OkStatus();
  sql::execute::TableChanges::Entry& changes = session_->changes()->Of(target.table);
  const sql::execute::SeenChanges seen{
      .committed = session_->database()->activity()->Of(target.table).changed_since_analyze,
      .own = changes.rows.total()};
  HELIOS_ASSIGN_OR_RETURN(const catalog::ImagePtr after, Analyze(target, found, transaction));
  session_->SetOwnImage(after, found.newest.lsn);
  if (target.columns == nullptr || target.columns->empty()) changes.analyzed = seen;
  transaction->NextCommand();
  return absl::OkStatus();
}

absl::Status VacuumRunner::AnalyzeAlone(const Target& target) {
  DatabaseState* const database = session_->database();
  const SettingValues& settings = session_->settings().values();
  const std::unique_ptr<txn::Transaction> transaction =
      database->engine()->Begin({.session_id = session_->id(),
                                 .cancel = session_->cancel(),
                                 .lock_timeout = settings.lock_timeout,
                                 .deadlock_timeout = settings.deadlock_timeout});
  HELIOS_ASSIGN_OR_RETURN(const Found found, LockTarget(target, transaction.get()));
  if (found.table == nullptr) return absl::OkStatus();
  const uint64_t seen = database->activity()->Of(target.table).changed_since_analyze;
  HELIOS_RETURN_IF_ERROR(Analyze(target, found, transaction.get()).status());
  HELIOS_ASSIGN_OR_RETURN(const txn::CommitReceipt receipt,
                          transaction->Commit(settings.durability));
  receipt_ = session_->PublicReceipt(receipt);
  if (target.columns == nullptr || target.columns->empty()) {
    database->activity()->Analyzed(target.table, seen, AnalyzeOrigin::kStatement,
                                   sql::functions::WallMicroseconds(database->clock()));
  }
  return absl::OkStatus();
}

absl::StatusOr<VacuumRunner::Found> VacuumRunner::LockTarget(const Target& target,
                                                             txn::Transaction* transaction) {
  HELIOS_ASSIGN_OR_RETURN(
      const txn::LockResult locked,
      transaction->LockTable(target.table, txn::TableLockMode::kShareUpdateExclusive,
                             skip_locked_ ? txn::LockWait::kTry : txn::LockWait::kBlock));
  if (locked == txn::LockResult::kNotAvailable) {
    Warn(fmt::format("skipping analyze of \"{}\" --- lock not available", target.name));
    return Found();
  }
  Found found;
  HELIOS_ASSIGN_OR_RETURN(found.newest, NewestImage(transaction));
  found.table = found.newest.image->TableByOid(target.table);
  if (found.table == nullptr && target.named) {
    Warn(fmt::format("skipping analyze of \"{}\" --- relation no longer exists", target.name));
  }
  return found;
}

namespace {

// The places of the named columns.
absl::StatusOr<std::vector<int>> PlacesOf(const catalog::Table& table,
                                          const std::vector<std::string>& names) {
  std::vector<int> places;
  for (const std::string& name : names) {
    const int place = table.FindColumn(name);
    if (place < 0) {
      return SqlError(sqlstate::kUndefinedColumn, "column \"{}\" of relation \"{}\" does not exist",
                      name, table.name);
    }
    if (std::find(places.begin(), places.end(), place) != places.end()) {
      return SqlError(sqlstate::kDuplicateColumn,
                      "column \"{}\" of relation \"{}\" appears more than once", name, table.name);
    }
    places.push_back(place);
  }
  return places;
}

}  // namespace

absl::StatusOr<catalog::ImagePtr> VacuumRunner::Analyze(const Target& target, const Found& found,
                                                        txn::Transaction* transaction) {
  const catalog::Table& table = *found.table;
  if (verbose_) {
    const catalog::Schema* const schema = found.newest.image->SchemaByOid(table.schema);
    AddNotice("INFO", fmt::format("analyzing \"{}.{}\"", schema->name, table.name));
  }
  std::vector<int> columns;
  if (target.columns != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(columns, PlacesOf(table, *target.columns));
  }
  // A fresh view: its reads do not count as the transaction's under SERIALIZABLE.
  HELIOS_ASSIGN_OR_RETURN(txn::ReadView view, transaction->FreshView());
  HELIOS_ASSIGN_OR_RETURN(
      sql::execute::Analysis analysis,
      sql::execute::AnalyzeTable(table, columns, &view, session_->database()->random(),
                                 session_->cancel()));
  catalog::TableStatistics& statistics = *analysis.statistics;
  if (verbose_) {
    const double pages = catalog::PagesOf(statistics);
    AddNotice("INFO",
              fmt::format("\"{}\": scanned {:.0f} of {:.0f} pages, containing {:.0f} live rows and "
                          "0 dead rows; {} rows in sample, {:.0f} estimated total rows",
                          table.name, pages, pages, statistics.rows, analysis.rows_sampled,
                          statistics.rows));
  }
  const catalog::TableStatistics* const before = found.newest.image->StatisticsOf(table.oid);
  for (size_t c = 0; c < statistics.columns.size() && !columns.empty() && before != nullptr; ++c) {
    const bool looked_at =
        std::find(columns.begin(), columns.end(), static_cast<int>(c)) != columns.end();
    if (!looked_at && c < before->columns.size()) statistics.columns[c] = before->columns[c];
  }
  catalog::CatalogEdit edit(found.newest.image, []() -> absl::StatusOr<uint32_t> {
    return Internal("ANALYZE makes no storage");
  });
  edit.PutStatistics(std::move(analysis.statistics));
  HELIOS_RETURN_IF_ERROR(edit.Write(transaction));
  return edit.Share();
}

void VacuumRunner::AddNotice(std::string_view severity, std::string_view text) {
  notices_.push_back(fmt::format("{}:  {}", severity, text));
}

}  // namespace heliosdb::api
