#include "core/sql/bind/definition.h"

#include <memory>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/parse/deparse.h"
#include "core/sql/parse/parse.h"

namespace heliosdb::sql::bind {
namespace {

// The trees changed here were parsed by this file for that purpose; the recorder only happens to
// point at their nodes as constant.
template <typename T>
T& Mutable(const T* node) {
  return const_cast<T&>(*node);
}

void WriteRegclasses(const Recorder& recorder) {
  for (const auto& [node, oid] : recorder.regclasses) {
    auto& constant = static_cast<parse::Constant&>(Mutable(node));
    constant.text = fmt::format("{}", oid);
  }
}

void QualifyTables(const Recorder& recorder, const catalog::CatalogImage& image) {
  for (const auto& [item, oid] : recorder.tables) {
    const catalog::Schema* const schema = image.SchemaByOid(image.RelationByOid(oid).schema());
    Mutable(item).table.name.schema = schema->name;
  }
}

parse::TargetItem ColumnTarget(const Recorder::StarColumn& column) {
  auto reference = std::make_unique<parse::ColumnReference>();
  if (!column.qualifier.empty()) reference->names.push_back(column.qualifier);
  reference->names.push_back(column.name);
  parse::TargetItem item;
  item.value = std::move(reference);
  return item;
}

void ExpandStars(const Recorder& recorder) {
  for (const std::vector<parse::TargetItem>* const list : recorder.target_lists) {
    std::vector<parse::TargetItem> expanded;
    for (parse::TargetItem& item : Mutable(list)) {
      const auto star = recorder.stars.find(item.value.get());
      if (star == recorder.stars.end()) {
        expanded.push_back(std::move(item));
        continue;
      }
      for (const Recorder::StarColumn& column : star->second) {
        expanded.push_back(ColumnTarget(column));
      }
    }
    Mutable(list) = std::move(expanded);
  }
}

std::vector<catalog::Reference> ReferenceList(const Recorder& recorder) {
  return {recorder.references.begin(), recorder.references.end()};
}

// A SELECT parsed anew, and bound.
struct BoundView {
  parse::StatementPtr tree;
  Recorder recorder;
  std::unique_ptr<Query> query;

  const parse::SelectStatement& select() const { return tree->As<parse::SelectStatement>(); }
};

absl::StatusOr<BoundView> BindViewText(std::string_view text, const BindContext& context) {
  BoundView bound;
  HELIOS_ASSIGN_OR_RETURN(bound.tree, parse::ParseStatement(text));
  if (bound.tree->kind != parse::StatementKind::kSelect) {
    return Corruption("a view's definition is no query");
  }
  Binder binder(context, {}, &bound.recorder);
  HELIOS_ASSIGN_OR_RETURN(bound.query,
                          binder.BindQuery(bound.select(), nullptr, UnknownTargets::kToText));
  std::vector<types::Type> parameters;
  HELIOS_RETURN_IF_ERROR(binder.FinishParameters(&parameters));
  if (!parameters.empty()) {
    return SqlError(sqlstate::kUndefinedParameter, "there is no parameter $1");
  }
  return bound;
}

std::string OldName(const catalog::CatalogImage& image, const catalog::Reference& what) {
  if (what.column < 0) return std::string(image.RelationByOid(what.object).name());
  const catalog::Table* const table = image.TableByOid(what.object);
  if (table == nullptr) return "";
  return table->columns[static_cast<size_t>(what.column)].name;
}

// References to the column take the new name; select lists go on calling it by the old one.
void RenameColumn(const Recorder& recorder, const Rename& rename, const std::string& old_name) {
  for (const std::vector<parse::TargetItem>* const list : recorder.target_lists) {
    for (parse::TargetItem& item : Mutable(list)) {
      const auto* const reference = item.value->TryAs<parse::ColumnReference>();
      const auto found = recorder.columns.find(reference);
      if (found == recorder.columns.end() || found->second != rename.what) continue;
      if (item.name.empty()) item.name = reference->names.back();
    }
  }
  for (const auto& [reference, column] : recorder.columns) {
    // Under a column alias it has another name already.
    if (column != rename.what || reference->names.back() != old_name) continue;
    Mutable(reference).names.back() = rename.new_name;
  }
}

void RenameRelation(const Recorder& recorder, const Rename& rename) {
  for (const auto& [item, oid] : recorder.tables) {
    if (oid != rename.what.object) continue;
    parse::TableFromItem& changed = Mutable(item);
    if (changed.alias.empty()) changed.alias.name = changed.table.name.name;
    changed.table.name.name = rename.new_name;
    if (!rename.new_schema.empty()) changed.table.name.schema = rename.new_schema;
  }
}

// Whether a USING list or NATURAL join anywhere stands on the name.
bool JoinsBy(const parse::FromItem& item, const std::string& name) {
  const auto* const join = item.TryAs<parse::JoinFromItem>();
  if (join != nullptr) {
    if (join->is_natural) return true;
    for (const std::string& column : join->using_columns) {
      if (column == name) return true;
    }
    return JoinsBy(*join->left, name) || JoinsBy(*join->right, name);
  }
  const auto* const subquery = item.TryAs<parse::SubqueryFromItem>();
  if (subquery == nullptr) return false;
  for (const parse::FromItemPtr& inner : subquery->query->from) {
    if (JoinsBy(*inner, name)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<ExpressionDefinition> DefineExpression(const parse::Expression& expression,
                                                      const catalog::Table& table,
                                                      const BindContext& context, Place place) {
  // Bound as it was written, for errors with their positions.
  HELIOS_RETURN_IF_ERROR(
      Binder(context, {}, nullptr).BindTableExpression(expression, table, place).status());
  HELIOS_ASSIGN_OR_RETURN(const parse::ExpressionPtr copy,
                          parse::ParseExpression(parse::ExpressionText(expression)));
  Recorder recorder;
  Binder binder(context, {}, &recorder);
  ExpressionDefinition definition;
  HELIOS_ASSIGN_OR_RETURN(definition.expression, binder.BindTableExpression(*copy, table, place));
  std::vector<types::Type> parameters;
  HELIOS_RETURN_IF_ERROR(binder.FinishParameters(&parameters));
  if (!parameters.empty()) {
    return SqlError(sqlstate::kUndefinedParameter, "there is no parameter $1");
  }
  WriteRegclasses(recorder);
  definition.text = parse::ExpressionText(*copy);
  definition.references = ReferenceList(recorder);
  return definition;
}

absl::StatusOr<ViewDefinition> DefineView(const parse::SelectStatement& query,
                                          const BindContext& context) {
  HELIOS_RETURN_IF_ERROR(
      Binder(context, {}, nullptr).BindQuery(query, nullptr, UnknownTargets::kToText).status());
  HELIOS_ASSIGN_OR_RETURN(const BoundView bound, BindViewText(parse::SelectText(query), context));
  ViewDefinition definition;
  for (size_t i = 0; i < bound.query->visible_targets; ++i) {
    const Target& target = bound.query->targets[i];
    definition.columns.push_back({target.name, target.expression->type});
  }
  definition.references = ReferenceList(bound.recorder);
  QualifyTables(bound.recorder, *context.image);
  ExpandStars(bound.recorder);
  WriteRegclasses(bound.recorder);
  definition.text = parse::SelectText(bound.select());
  return definition;
}

absl::StatusOr<std::string> RenameInView(const catalog::View& view, const Rename& rename,
                                         const BindContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const BoundView bound, BindViewText(view.definition, context));
  if (rename.what.column < 0) {
    RenameRelation(bound.recorder, rename);
    return parse::SelectText(bound.select());
  }
  const std::string old_name = OldName(*context.image, rename.what);
  for (const parse::FromItemPtr& item : bound.select().from) {
    if (!JoinsBy(*item, old_name)) continue;
    return Unsupported(
        "renaming column \"{}\", by which view \"{}\" joins with USING or NATURAL, "
        "is not supported",
        old_name, view.name);
  }
  RenameColumn(bound.recorder, rename, old_name);
  return parse::SelectText(bound.select());
}

absl::StatusOr<std::string> RenameInExpression(std::string_view text, const catalog::Table& table,
                                               const Rename& rename, const BindContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const parse::ExpressionPtr tree, parse::ParseExpression(text));
  Recorder recorder;
  HELIOS_RETURN_IF_ERROR(
      Binder(context, {}, &recorder).BindTableExpression(*tree, table, Place::kNone).status());
  RenameColumn(recorder, rename, table.columns[static_cast<size_t>(rename.what.column)].name);
  return parse::ExpressionText(*tree);
}

}  // namespace heliosdb::sql::bind
