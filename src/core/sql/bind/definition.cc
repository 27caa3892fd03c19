#include "core/sql/bind/definition.h"

#include <algorithm>
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

// A column that some table gets later must not be taken for the one that is meant.
void QualifyColumns(const Recorder& recorder) {
  for (const auto& [reference, qualifier] : recorder.qualifiers) {
    std::vector<std::string>& names = Mutable(reference).names;
    names = {qualifier, names.back()};
  }
}

parse::ExpressionPtr True() {
  auto constant = std::make_unique<parse::Constant>();
  constant->type = parse::ConstantType::kBoolean;
  constant->boolean = true;
  return constant;
}

// NATURAL joins by the columns that are common now.
void NameNaturalJoins(const Recorder& recorder) {
  for (const auto& [item, names] : recorder.joins) {
    if (!item->is_natural) continue;
    parse::JoinFromItem& join = Mutable(item);
    join.is_natural = false;
    join.using_columns = names;
    if (names.empty()) join.on = True();
  }
}

// An output name in GROUP BY gives way to a column of that name, which a table may get later: its
// place in the select list does not.
void NumberGroupKeys(const Recorder& recorder) {
  for (const parse::GroupByItem* const item : recorder.group_items) {
    const auto target = recorder.group_targets.find(item->expression.get());
    if (target == recorder.group_targets.end()) continue;
    auto place = std::make_unique<parse::Constant>();
    place->type = parse::ConstantType::kInteger;
    place->integer = target->second + 1;
    Mutable(item).expression = std::move(place);
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
  std::string text() const { return parse::SelectText(select()); }
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

// The names of a relation's columns, in the order in which an alias list names them.
std::vector<std::string> ColumnNames(const catalog::CatalogImage& image, catalog::Oid relation) {
  std::vector<std::string> names;
  if (const catalog::Table* const table = image.TableByOid(relation); table != nullptr) {
    for (const catalog::Column& column : table->columns) {
      if (!column.dropped) names.push_back(column.name);
    }
  } else if (const catalog::View* const view = image.ViewByOid(relation); view != nullptr) {
    for (const catalog::ViewColumn& column : view->columns) names.push_back(column.name);
  }
  return names;
}

// Where a column stands among those.
size_t LivePlace(const catalog::CatalogImage& image, const catalog::Reference& column) {
  const catalog::Table* const table = image.TableByOid(column.object);
  if (table == nullptr) return static_cast<size_t>(column.column);
  return static_cast<size_t>(
      std::count_if(table->columns.begin(), table->columns.begin() + column.column,
                    [](const catalog::Column& before) { return !before.dropped; }));
}

// Puts a column's new name into a definition.
class ColumnRenamer {
 public:
  ColumnRenamer(const Recorder& recorder, const Rename& rename, const catalog::CatalogImage& image)
      : recorder_(recorder),
        rename_(rename),
        names_(ColumnNames(image, rename.what.object)),
        place_(LivePlace(image, rename.what)) {}

  void Run() {
    if (StandsOnName()) {
      KeepName();
    } else {
      Replace();
    }
  }

 private:
  // Whether the old name or the new one has a meaning of its own: columns are joined by it, or an alias list may have it.
  bool StandsOnName() const {
    for (const auto& [join, names] : recorder_.joins) {
      if (std::count(names.begin(), names.end(), names_[place_]) > 0) return true;
      if (std::count(names.begin(), names.end(), rename_.new_name) > 0) return true;
    }
    return std::any_of(recorder_.tables.begin(), recorder_.tables.end(), [this](const auto& table) {
      return table.second == rename_.what.object && !table.first->alias.columns.empty();
    });
  }

  // Within the definition the column goes on having its old name, by an alias list, as PostgreSQL
  // shows such a view.
  void KeepName() {
    for (const auto& [node, oid] : recorder_.tables) {
      if (oid != rename_.what.object) continue;
      parse::TableFromItem& item = Mutable(node);
      if (item.alias.empty()) item.alias.name = item.table.name.name;
      std::vector<std::string>& aliases = item.alias.columns;
      for (size_t i = aliases.size(); i <= place_; ++i) aliases.push_back(names_[i]);
    }
  }

  // References take the new name; select lists go on calling the column by the old one.
  void Replace() {
    for (const std::vector<parse::TargetItem>* const list : recorder_.target_lists) {
      for (parse::TargetItem& item : Mutable(list)) {
        const auto* const reference = item.value->TryAs<parse::ColumnReference>();
        const auto found = recorder_.columns.find(reference);
        if (found == recorder_.columns.end() || found->second != rename_.what) continue;
        if (item.name.empty()) item.name = reference->names.back();
      }
    }
    for (const auto& [reference, column] : recorder_.columns) {
      // Under a column alias it has another name already.
      if (column != rename_.what || reference->names.back() != names_[place_]) continue;
      Mutable(reference).names.back() = rename_.new_name;
    }
  }

  const Recorder& recorder_;
  const Rename& rename_;
  const std::vector<std::string> names_;
  const size_t place_;
};

void RenameRelation(const Recorder& recorder, const Rename& rename) {
  for (const auto& [item, oid] : recorder.tables) {
    if (oid != rename.what.object) continue;
    parse::TableFromItem& changed = Mutable(item);
    if (changed.alias.empty() && changed.table.name.name != rename.new_name) {
      changed.alias.name = changed.table.name.name;
    }
    changed.table.name.name = rename.new_name;
    if (!rename.new_schema.empty()) changed.table.name.schema = rename.new_schema;
  }
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
  // The table's name, where it was written, may change.
  for (const auto& [reference, column] : recorder.columns) {
    std::vector<std::string>& names = Mutable(reference).names;
    names.erase(names.begin(), names.end() - 1);
  }
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
  QualifyColumns(bound.recorder);
  NameNaturalJoins(bound.recorder);
  NumberGroupKeys(bound.recorder);
  ExpandStars(bound.recorder);
  WriteRegclasses(bound.recorder);
  definition.text = bound.text();
  return definition;
}

absl::StatusOr<std::string> RenameInView(const catalog::View& view, const Rename& rename,
                                         const BindContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const BoundView bound, BindViewText(view.definition, context));
  if (rename.what.column < 0) {
    RenameRelation(bound.recorder, rename);
  } else {
    ColumnRenamer(bound.recorder, rename, *context.image).Run();
  }
  return bound.text();
}

absl::StatusOr<std::string> RenameSchemaInView(const catalog::View& view, catalog::Oid schema,
                                               const std::string& new_name,
                                               const BindContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const BoundView bound, BindViewText(view.definition, context));
  for (const auto& [item, oid] : bound.recorder.tables) {
    if (context.image->RelationByOid(oid).schema() != schema) continue;
    Mutable(item).table.name.schema = new_name;
  }
  return bound.text();
}

absl::StatusOr<std::string> DropInView(const catalog::View& view, const catalog::Reference& column,
                                       const BindContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const BoundView bound, BindViewText(view.definition, context));
  const size_t place = LivePlace(*context.image, column);
  for (const auto& [item, oid] : bound.recorder.tables) {
    std::vector<std::string>& aliases = Mutable(item).alias.columns;
    if (oid != column.object || aliases.size() <= place) continue;
    aliases.erase(aliases.begin() + static_cast<ptrdiff_t>(place));
  }
  return bound.text();
}

absl::StatusOr<std::string> RenameInExpression(std::string_view text, const catalog::Table& table,
                                               const Rename& rename, const BindContext& context) {
  HELIOS_ASSIGN_OR_RETURN(const parse::ExpressionPtr tree, parse::ParseExpression(text));
  Recorder recorder;
  HELIOS_RETURN_IF_ERROR(
      Binder(context, {}, &recorder).BindTableExpression(*tree, table, Place::kNone).status());
  for (const auto& [reference, column] : recorder.columns) {
    if (column == rename.what) Mutable(reference).names.back() = rename.new_name;
  }
  return parse::ExpressionText(*tree);
}

}  // namespace heliosdb::sql::bind
