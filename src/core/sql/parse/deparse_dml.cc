#include "core/sql/parse/deparser.h"

namespace heliosdb::sql::parse {

void Deparser::Dml(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kSelect:
      return Select(statement.As<SelectStatement>());
    case StatementKind::kInsert:
      return Insert(statement.As<InsertStatement>());
    case StatementKind::kUpdate:
      return Update(statement.As<UpdateStatement>());
    case StatementKind::kDelete:
      return Delete(statement.As<DeleteStatement>());
    default:
      HELIOS_CHECK(false);
  }
}

void Deparser::Insert(const InsertStatement& insert) {
  With(insert.with.get());
  Add("INSERT INTO ");
  Relation(insert.table);
  AliasText(insert.alias);
  for (size_t i = 0; i < insert.columns.size(); ++i) {
    Add(i == 0 ? " (" : ", ");
    Target(insert.columns[i]);
  }
  if (!insert.columns.empty()) Add(")");
  if (insert.overriding == Overriding::kUserValue) Add(" OVERRIDING USER VALUE");
  if (insert.overriding == Overriding::kSystemValue) Add(" OVERRIDING SYSTEM VALUE");
  if (insert.source == nullptr) {
    Add(" DEFAULT VALUES");
  } else {
    Add(" ");
    Select(*insert.source);
  }
  if (insert.on_conflict != nullptr) ConflictClause(*insert.on_conflict);
  Returning(insert.returning);
}

void Deparser::Update(const UpdateStatement& update) {
  With(update.with.get());
  Add("UPDATE ");
  Relation(update.table);
  AliasText(update.alias);
  Add(" SET ");
  Assignments(update.set);
  From(update.from, " FROM ");
  Where(update.where);
  Returning(update.returning);
}

void Deparser::Delete(const DeleteStatement& statement) {
  With(statement.with.get());
  Add("DELETE FROM ");
  Relation(statement.table);
  AliasText(statement.alias);
  From(statement.using_items, " USING ");
  Where(statement.where);
  Returning(statement.returning);
}

void Deparser::ConflictClause(const OnConflict& conflict) {
  Add(" ON CONFLICT");
  if (!conflict.constraint.empty()) {
    Add(" ON CONSTRAINT ");
    AddName(conflict.constraint);
  } else if (!conflict.elements.empty()) {
    Add(" (");
    IndexElements(conflict.elements);
    Add(")");
    Where(conflict.inference_where);
  }
  if (conflict.action == ConflictAction::kNothing) return Add(" DO NOTHING");
  Add(" DO UPDATE SET ");
  Assignments(conflict.set);
  Where(conflict.where);
}

void Deparser::IndexElements(const std::vector<IndexElement>& elements) {
  for (size_t i = 0; i < elements.size(); ++i) {
    const IndexElement& element = elements[i];
    if (i > 0) Add(", ");
    if (element.expression == nullptr) {
      AddName(element.column);
    } else {
      Add("(");
      Expr(*element.expression);
      Add(")");
    }
    if (!element.collation.empty()) Add(" COLLATE " + QualifiedNameText(element.collation));
    if (!element.operator_class.empty()) Add(" " + QualifiedNameText(element.operator_class));
    if (!element.operator_class_options.empty()) Options(element.operator_class_options);
    if (element.direction == SortDirection::kAscending) Add(" ASC");
    if (element.direction == SortDirection::kDescending) Add(" DESC");
    if (element.nulls == NullsOrder::kFirst) Add(" NULLS FIRST");
    if (element.nulls == NullsOrder::kLast) Add(" NULLS LAST");
  }
}

void Deparser::Options(const std::vector<Option>& options) {
  Add(" (");
  for (size_t i = 0; i < options.size(); ++i) {
    const Option& option = options[i];
    if (i > 0) Add(", ");
    if (!option.name_space.empty()) Add(QuoteIdentifier(option.name_space) + ".");
    AddName(option.name);
    if (option.type != nullptr) {
      Add(" = ");
      Type(*option.type);
    } else if (option.value != nullptr) {
      Add(" = ");
      OptionValue(*option.value);
    }
  }
  Add(")");
}

// A number without brackets, a string, or the parts of an operator's name.
void Deparser::OptionValue(const Expression& value) {
  if (const RowExpression* parts = value.TryAs<RowExpression>(); parts != nullptr) {
    Add("OPERATOR(");
    for (size_t i = 0; i + 1 < parts->fields.size(); ++i) {
      AddName(parts->fields[i]->As<Constant>().text);
      Add(".");
    }
    return Add(parts->fields.back()->As<Constant>().text + ")");
  }
  const Constant* constant = value.TryAs<Constant>();
  if (constant != nullptr && constant->type == ConstantType::kInteger) {
    return Add(std::to_string(constant->integer));
  }
  if (constant != nullptr && constant->type == ConstantType::kFloat) return Add(constant->text);
  Expr(value);
}

void Deparser::Assignments(const std::vector<Assignment>& assignments) {
  for (size_t i = 0; i < assignments.size(); ++i) {
    const Assignment& assignment = assignments[i];
    if (i > 0) Add(", ");
    if (assignment.is_multiple) Add("(");
    for (size_t j = 0; j < assignment.targets.size(); ++j) {
      if (j > 0) Add(", ");
      Target(assignment.targets[j]);
    }
    Add(assignment.is_multiple ? ") = " : " = ");
    Expr(*assignment.value);
  }
}

void Deparser::Target(const AssignmentTarget& target) {
  AddName(target.column);
  Steps(target.steps);
}

void Deparser::Returning(const std::vector<TargetItem>& targets) {
  if (targets.empty()) return;
  Add(" RETURNING ");
  Targets(targets);
}

std::string DmlText(const Statement& statement) {
  Deparser deparser;
  deparser.Dml(statement);
  return deparser.Take();
}

}  // namespace heliosdb::sql::parse
