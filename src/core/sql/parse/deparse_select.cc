#include "core/sql/parse/deparser.h"

namespace heliosdb::sql::parse {
namespace {

std::string_view SetOperationText(SetOperation operation) {
  switch (operation) {
    case SetOperation::kNone:
      return "";
    case SetOperation::kUnion:
      return " UNION ";
    case SetOperation::kIntersect:
      return " INTERSECT ";
    case SetOperation::kExcept:
      return " EXCEPT ";
  }
  return "";
}

std::string_view JoinText(const JoinFromItem& join) {
  switch (join.type) {
    case JoinType::kInner:
      return join.on == nullptr && join.using_columns.empty() && !join.is_natural ? " CROSS JOIN "
                                                                                  : " JOIN ";
    case JoinType::kLeft:
      return " LEFT JOIN ";
    case JoinType::kRight:
      return " RIGHT JOIN ";
    case JoinType::kFull:
      return " FULL JOIN ";
  }
  return "";
}

std::string_view LockText(LockStrength strength) {
  switch (strength) {
    case LockStrength::kKeyShare:
      return " FOR KEY SHARE";
    case LockStrength::kShare:
      return " FOR SHARE";
    case LockStrength::kNoKeyUpdate:
      return " FOR NO KEY UPDATE";
    case LockStrength::kUpdate:
      return " FOR UPDATE";
  }
  return "";
}

std::string_view MaterializationText(Materialization materialization) {
  switch (materialization) {
    case Materialization::kDefault:
      return "";
    case Materialization::kMaterialized:
      return "MATERIALIZED ";
    case Materialization::kNotMaterialized:
      return "NOT MATERIALIZED ";
  }
  return "";
}

std::string_view PersistenceText(Persistence persistence) {
  switch (persistence) {
    case Persistence::kPermanent:
      return "";
    case Persistence::kUnlogged:
      return "UNLOGGED ";
    case Persistence::kTemporary:
      return "TEMPORARY ";
  }
  return "";
}

// The mark of a CYCLE clause: a constant, or type 'literal', as the grammar allows no other form.
std::string MarkText(const Expression& mark) {
  const TypeCast* cast = mark.TryAs<TypeCast>();
  if (cast == nullptr) return ExpressionText(mark);
  return TypeNameText(cast->type) + " " + ExpressionText(*cast->argument);
}

bool HasTail(const SelectStatement& select) {
  return !select.order_by.empty() || select.limit != nullptr || select.offset != nullptr ||
         !select.locking.empty();
}

}  // namespace

void Deparser::Select(const SelectStatement& select) {
  With(select.with.get());
  if (select.set_operation != SetOperation::kNone) {
    SetOperand(*select.left);
    Add(SetOperationText(select.set_operation));
    if (select.is_set_all) Add("ALL ");
    SetOperand(*select.right);
  } else if (!select.values.empty()) {
    for (size_t i = 0; i < select.values.size(); ++i) {
      Add(i == 0 ? "VALUES (" : ", (");
      AddExpressions(select.values[i]);
      Add(")");
    }
  } else {
    SelectCore(select);
  }
  SelectTail(select);
}

void Deparser::SetOperand(const SelectStatement& select) {
  const bool needs_brackets =
      select.set_operation != SetOperation::kNone || select.with != nullptr || HasTail(select);
  if (needs_brackets) Add("(");
  Select(select);
  if (needs_brackets) Add(")");
}

void Deparser::SelectCore(const SelectStatement& select) {
  Add("SELECT");
  if (select.distinct != DistinctKind::kNone) Add(" DISTINCT");
  if (select.distinct == DistinctKind::kOn) {
    Add(" ON (");
    AddExpressions(select.distinct_on);
    Add(")");
  }
  if (!select.targets.empty()) Add(" ");
  Targets(select.targets);
  if (select.into != nullptr) {
    Add(" INTO ");
    Add(PersistenceText(select.into->table.persistence));
    Add("TABLE " + QualifiedNameText(select.into->table.name));
  }
  From(select.from, " FROM ");
  Where(select.where);
  if (!select.group_by.empty()) {
    Add(select.is_group_distinct ? " GROUP BY DISTINCT " : " GROUP BY ");
    GroupBy(select.group_by);
  }
  if (select.having != nullptr) {
    Add(" HAVING ");
    Expr(*select.having);
  }
  for (size_t i = 0; i < select.windows.size(); ++i) {
    Add(i == 0 ? " WINDOW " : ", ");
    AddName(select.windows[i].name);
    Add(" AS ");
    Window(select.windows[i]);
  }
}

void Deparser::SelectTail(const SelectStatement& select) {
  if (!select.order_by.empty()) {
    Add(" ORDER BY ");
    SortKeys(select.order_by);
  }
  if (select.offset != nullptr) {
    Add(" OFFSET ");
    Expr(*select.offset);
  }
  if (select.limit != nullptr && select.has_ties) {
    Add(" FETCH FIRST (");
    Expr(*select.limit);
    Add(") ROWS WITH TIES");
  } else if (select.limit != nullptr) {
    Add(" LIMIT ");
    Expr(*select.limit);
  }
  for (const LockingClause& clause : select.locking) Locking(clause);
}

void Deparser::Locking(const LockingClause& clause) {
  Add(LockText(clause.strength));
  for (size_t i = 0; i < clause.tables.size(); ++i) {
    Add(i == 0 ? " OF " : ", ");
    Add(QualifiedNameText(clause.tables[i].name));
  }
  if (clause.wait == LockWait::kNoWait) Add(" NOWAIT");
  if (clause.wait == LockWait::kSkipLocked) Add(" SKIP LOCKED");
}

void Deparser::With(const WithClause* with) {
  if (with == nullptr) return;
  Add(with->is_recursive ? "WITH RECURSIVE " : "WITH ");
  for (size_t i = 0; i < with->tables.size(); ++i) {
    if (i > 0) Add(", ");
    CommonTable(with->tables[i]);
  }
  Add(" ");
}

void Deparser::CommonTable(const CommonTableExpression& table) {
  AddName(table.name);
  AddNameList(table.columns);
  Add(" AS ");
  Add(MaterializationText(table.materialization));
  Add("(");
  Dml(*table.query);
  Add(")");
  if (table.search != nullptr) {
    Add(table.search->is_breadth_first ? " SEARCH BREADTH FIRST BY " : " SEARCH DEPTH FIRST BY ");
    AddNames(table.search->columns);
    Add(" SET ");
    AddName(table.search->sequence_column);
  }
  if (table.cycle != nullptr) {
    Add(" CYCLE ");
    AddNames(table.cycle->columns);
    Add(" SET ");
    AddName(table.cycle->mark_column);
    Add(" TO " + MarkText(*table.cycle->mark_value));
    Add(" DEFAULT " + MarkText(*table.cycle->mark_default) + " USING ");
    AddName(table.cycle->path_column);
  }
}

void Deparser::Targets(const std::vector<TargetItem>& targets) {
  for (size_t i = 0; i < targets.size(); ++i) {
    if (i > 0) Add(", ");
    Expr(*targets[i].value);
    if (targets[i].name.empty()) continue;
    Add(" AS ");
    AddName(targets[i].name);
  }
}

void Deparser::Where(const ExpressionPtr& where) {
  if (where == nullptr) return;
  Add(" WHERE ");
  Expr(*where);
}

void Deparser::Relation(const RelationName& relation) {
  if (relation.is_only) Add("ONLY ");
  Add(QualifiedNameText(relation.name));
}

void Deparser::AliasText(const Alias& alias) {
  if (alias.empty()) return;
  Add(" AS ");
  AddName(alias.name);
  AddNameList(alias.columns);
}

void Deparser::From(const std::vector<FromItemPtr>& items, std::string_view keyword) {
  for (size_t i = 0; i < items.size(); ++i) {
    Add(i == 0 ? keyword : ", ");
    FromItemText(*items[i]);
  }
}

void Deparser::FromItemText(const FromItem& item) {
  switch (item.kind) {
    case FromItemKind::kTable:
      Relation(item.As<TableFromItem>().table);
      return AliasText(item.alias);
    case FromItemKind::kSubquery:
      Add(item.As<SubqueryFromItem>().is_lateral ? "LATERAL (" : "(");
      Select(*item.As<SubqueryFromItem>().query);
      Add(")");
      return AliasText(item.alias);
    case FromItemKind::kFunction:
      return FunctionItem(item.As<FunctionFromItem>());
    case FromItemKind::kJoin:
      return Join(item.As<JoinFromItem>());
    case FromItemKind::kSample: {
      const auto& sample = item.As<SampleFromItem>();
      FromItemText(*sample.table);
      Add(" TABLESAMPLE " + QualifiedNameText(sample.method) + "(");
      AddExpressions(sample.arguments);
      Add(")");
      if (sample.seed != nullptr) {
        Add(" REPEATABLE (");
        Expr(*sample.seed);
        Add(")");
      }
      return;
    }
  }
}

void Deparser::Join(const JoinFromItem& join) {
  Add("(");
  FromItemText(*join.left);
  if (join.is_natural) Add(" NATURAL");
  Add(JoinText(join));
  FromItemText(*join.right);
  if (!join.using_columns.empty()) {
    Add(" USING");
    AddNameList(join.using_columns);
    if (!join.using_alias.empty()) {
      Add(" AS ");
      AddName(join.using_alias);
    }
  } else if (join.on != nullptr) {
    Add(" ON ");
    Expr(*join.on);
  }
  Add(")");
  AliasText(join.alias);
}

void Deparser::FunctionElement(const FunctionFromElement& element) {
  if (const TypeCast* cast = element.call->TryAs<TypeCast>(); cast != nullptr) {
    Add("CAST(");
    Expr(*cast->argument);
    Add(" AS ");
    Type(cast->type);
    Add(")");
  } else {
    Expr(*element.call);
  }
  if (element.columns.empty()) return;
  Add(" AS ");
  FunctionColumns(element.columns);
}

void Deparser::FunctionItem(const FunctionFromItem& item) {
  if (item.is_lateral) Add("LATERAL ");
  if (item.is_rows_from) Add("ROWS FROM (");
  for (size_t i = 0; i < item.functions.size(); ++i) {
    if (i > 0) Add(", ");
    FunctionElement(item.functions[i]);
  }
  if (item.is_rows_from) Add(")");
  if (item.has_ordinality) Add(" WITH ORDINALITY");
  if (item.columns.empty()) return AliasText(item.alias);
  Add(" AS ");
  if (!item.alias.empty()) AddName(item.alias.name);
  FunctionColumns(item.columns);
}

void Deparser::FunctionColumns(const std::vector<FunctionColumn>& columns) {
  Add("(");
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) Add(", ");
    AddName(columns[i].name);
    Add(" ");
    Type(columns[i].type);
    if (!columns[i].collation.empty()) Add(" COLLATE " + QualifiedNameText(columns[i].collation));
  }
  Add(")");
}

void Deparser::GroupBy(const std::vector<GroupByItem>& items) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) Add(", ");
    const GroupByItem& item = items[i];
    switch (item.kind) {
      case GroupByKind::kExpression:
        Expr(*item.expression);
        continue;
      case GroupByKind::kEmpty:
        Add("()");
        continue;
      case GroupByKind::kRollup:
        Add("ROLLUP(");
        break;
      case GroupByKind::kCube:
        Add("CUBE(");
        break;
      case GroupByKind::kSets:
        Add("GROUPING SETS(");
        break;
    }
    GroupBy(item.content);
    Add(")");
  }
}

std::string SelectText(const SelectStatement& select) {
  Deparser deparser;
  deparser.Select(select);
  return deparser.Take();
}

}  // namespace heliosdb::sql::parse
