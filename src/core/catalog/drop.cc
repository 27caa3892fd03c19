// CatalogEdit::Drop: what depends on what, and the removal itself.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/catalog/catalog_edit.h"
#include "core/catalog/names.h"

namespace heliosdb::catalog {
namespace {

using Part = DropTarget::Part;

// PostgreSQL's cap on the lines of a DETAIL.
constexpr size_t kReportedMax = 100;

// How a dependent comes to be dropped. Parts (a table's index, an identity column's sequence) go
// without a word.
enum class Edge : uint8_t { kNormal, kPart };

struct Dependent {
  DropTarget target;
  Edge edge = Edge::kNormal;
};

// For the order of the search: newest first, then by column.
Oid OrderOid(const DropTarget& target) {
  return target.part == Part::kConstraint ? target.constraint : target.object;
}

bool Contains(const std::vector<int>& columns, int column) {
  return std::count(columns.begin(), columns.end(), column) > 0;
}

// Finds everything that goes with a set of targets.
class DropPlan {
 public:
  DropPlan(const CatalogImage& image, std::span<const std::string> search_path)
      : image_(image), search_path_(search_path) {}

  absl::Status AddTargets(std::span<const DropTarget> targets);
  // 2BP01 unless everything found is a target or a part.
  absl::Status CheckRestrict(std::span<const DropTarget> targets) const;
  // What a cascade reached beyond targets and parts.
  std::optional<Notice> CascadeNotice() const;

  struct Found {
    DropTarget target;
    bool is_original = false;
    bool is_part = false;
    DropTarget because;
  };
  const std::vector<Found>& found() const { return found_; }

 private:
  absl::Status CheckAlone(const DropTarget& target) const;
  void Visit(const DropTarget& target);
  std::vector<Dependent> DependentsOf(const DropTarget& target) const;
  void AddTableDependents(const Table& table, std::vector<Dependent>* out) const;
  void AddColumnDependents(const Table& table, int column, std::vector<Dependent>* out) const;
  void AddReferrersByIndex(Oid table, Oid index, std::vector<Dependent>* out) const;
  void AddReferencing(const Reference& reference, std::vector<Dependent>* out) const;
  DropTarget IndexTarget(const Index& index) const;
  std::string Describe(const DropTarget& target) const;
  std::string TableName(Oid table) const {
    return image_.DisplayName(image_.RelationByOid(table), search_path_);
  }

  const CatalogImage& image_;
  std::span<const std::string> search_path_;
  std::vector<Found> found_;
  std::set<DropTarget> seen_;
  std::set<DropTarget> parts_;
};

DropTarget DropPlan::IndexTarget(const Index& index) const {
  if (index.role == IndexRole::kPlain) return {.part = Part::kObject, .object = index.oid};
  return {.part = Part::kConstraint, .object = index.table, .constraint = index.oid};
}

std::string DropPlan::Describe(const DropTarget& target) const {
  switch (target.part) {
    case Part::kColumn:
    case Part::kDefault: {
      const Table* const table = image_.TableByOid(target.object);
      const std::string_view what = target.part == Part::kDefault ? "default value for " : "";
      return fmt::format("{}column {} of table {}", what,
                         QuoteName(table->columns[static_cast<size_t>(target.column)].name),
                         TableName(target.object));
    }
    case Part::kConstraint: {
      std::string_view name;
      const Table& table = *image_.TableByOid(target.object);
      const auto take = [&](Oid oid, std::string_view constraint) {
        if (oid == target.constraint) name = constraint;
      };
      if (table.clustered_key.has_value())
        take(table.clustered_key->oid, table.clustered_key->name);
      for (const CheckConstraint& check : table.checks) take(check.oid, check.name);
      for (const ForeignKey& key : table.foreign_keys) take(key.oid, key.name);
      for (const Index* const index : image_.IndexesOf(table.oid)) take(index->oid, index->name);
      return fmt::format("constraint {} on table {}", QuoteName(name), TableName(target.object));
    }
    case Part::kObject:
      break;
  }
  const Schema* const schema = image_.SchemaByOid(target.object);
  if (schema != nullptr) return fmt::format("schema {}", QuoteName(schema->name));
  const Relation relation = image_.RelationByOid(target.object);
  return fmt::format("{} {}", relation.KindText(), image_.DisplayName(relation, search_path_));
}

// Objects that refer to the reference: views, defaults, generated columns.
void DropPlan::AddReferencing(const Reference& reference, std::vector<Dependent>* out) const {
  const auto refers = [&reference](const Reference& other) {
    return other.object == reference.object &&
           (reference.column == -1 || other.column == reference.column);
  };
  for (const auto& [oid, object] : image_.objects()) {
    if (object->kind == ObjectKind::kView) {
      const auto& view = static_cast<const View&>(*object);
      if (std::any_of(view.references.begin(), view.references.end(), refers)) {
        out->push_back({{.part = Part::kObject, .object = oid}, Edge::kNormal});
      }
    }
    if (object->kind != ObjectKind::kTable) continue;
    const auto& table = static_cast<const Table&>(*object);
    // A column that goes with its table needs no mention.
    if (reference.column == -1 && reference.object == oid) continue;
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      if (column.dropped || !std::any_of(column.default_references.begin(),
                                         column.default_references.end(), refers)) {
        continue;
      }
      const Part part = column.generated ? Part::kColumn : Part::kDefault;
      out->push_back({{.part = part, .object = oid, .column = static_cast<int>(i)}, Edge::kNormal});
    }
  }
}

void DropPlan::AddReferrersByIndex(Oid table, Oid index, std::vector<Dependent>* out) const {
  for (const Referrer& referrer : image_.ReferrersOf(table)) {
    if (referrer.key->referenced_index != index) continue;
    out->push_back({{.part = Part::kConstraint,
                     .object = referrer.table->oid,
                     .constraint = referrer.key->oid},
                    Edge::kNormal});
  }
}

void DropPlan::AddTableDependents(const Table& table, std::vector<Dependent>* out) const {
  for (const Index* const index : image_.IndexesOf(table.oid)) {
    out->push_back({IndexTarget(*index), Edge::kPart});
  }
  for (const ForeignKey& key : table.foreign_keys) {
    out->push_back(
        {{.part = Part::kConstraint, .object = table.oid, .constraint = key.oid}, Edge::kPart});
  }
  for (const Column& column : table.columns) {
    if (!column.dropped && column.owned_sequence != kOidInvalid) {
      out->push_back({{.part = Part::kObject, .object = column.owned_sequence}, Edge::kPart});
    }
  }
  for (const Referrer& referrer : image_.ReferrersOf(table.oid)) {
    out->push_back({{.part = Part::kConstraint,
                     .object = referrer.table->oid,
                     .constraint = referrer.key->oid},
                    Edge::kNormal});
  }
  AddReferencing({table.oid, -1}, out);
}

void DropPlan::AddColumnDependents(const Table& table, int column,
                                   std::vector<Dependent>* out) const {
  const auto constraint = [&table](Oid oid) {
    return DropTarget{.part = Part::kConstraint, .object = table.oid, .constraint = oid};
  };
  if (table.clustered_key.has_value() && Contains(table.clustered_key->columns, column)) {
    out->push_back({constraint(table.clustered_key->oid), Edge::kPart});
  }
  for (const Index* const index : image_.IndexesOf(table.oid)) {
    if (index->UsesColumn(column)) out->push_back({IndexTarget(*index), Edge::kPart});
  }
  for (const CheckConstraint& check : table.checks) {
    if (Contains(check.columns, column)) out->push_back({constraint(check.oid), Edge::kPart});
  }
  for (const ForeignKey& key : table.foreign_keys) {
    if (Contains(key.columns, column)) out->push_back({constraint(key.oid), Edge::kPart});
  }
  const Column& definition = table.columns[static_cast<size_t>(column)];
  if (definition.owned_sequence != kOidInvalid) {
    out->push_back({{.part = Part::kObject, .object = definition.owned_sequence}, Edge::kPart});
  }
  for (const Referrer& referrer : image_.ReferrersOf(table.oid)) {
    if (!Contains(referrer.key->referenced_columns, column)) continue;
    out->push_back({{.part = Part::kConstraint,
                     .object = referrer.table->oid,
                     .constraint = referrer.key->oid},
                    Edge::kNormal});
  }
  AddReferencing({table.oid, column}, out);
}

std::vector<Dependent> DropPlan::DependentsOf(const DropTarget& target) const {
  std::vector<Dependent> dependents;
  switch (target.part) {
    case Part::kDefault:
      break;
    case Part::kColumn:
      AddColumnDependents(*image_.TableByOid(target.object), target.column, &dependents);
      break;
    case Part::kConstraint:
      AddReferrersByIndex(target.object, target.constraint, &dependents);
      break;
    case Part::kObject: {
      const Object* const object = image_.ObjectByOid(target.object);
      HELIOS_CHECK(object != nullptr);
      if (object->kind == ObjectKind::kTable) {
        AddTableDependents(static_cast<const Table&>(*object), &dependents);
      } else if (object->kind == ObjectKind::kSchema) {
        for (const auto& [oid, other] : image_.objects()) {
          // An index goes with its table, wherever that is.
          if (other->schema != object->oid || other->kind == ObjectKind::kIndex) continue;
          dependents.push_back({{.part = Part::kObject, .object = oid}, Edge::kNormal});
        }
      } else if (object->kind == ObjectKind::kIndex) {
        AddReferrersByIndex(static_cast<const Index&>(*object).table, object->oid, &dependents);
      } else {
        AddReferencing({object->oid, -1}, &dependents);
      }
      break;
    }
  }
  std::sort(dependents.begin(), dependents.end(), [](const Dependent& a, const Dependent& b) {
    if (OrderOid(a.target) != OrderOid(b.target)) return OrderOid(a.target) > OrderOid(b.target);
    return a.target.column < b.target.column;
  });
  return dependents;
}

// Depth first, the newest dependent first, each entered behind its own dependents: so PostgreSQL finds by way of what
// each thing goes. It reports them in reverse.
void DropPlan::Visit(const DropTarget& target) {
  struct Frame {
    DropTarget target;
    DropTarget because;
    std::vector<Dependent> dependents;
    size_t next = 0;
  };
  std::vector<Frame> frames;
  if (seen_.insert(target).second) frames.push_back({target, {}, DependentsOf(target)});
  // Each target's dependents are looked for once, so this ends.
  while (!frames.empty()) {
    Frame& frame = frames.back();
    if (frame.next == frame.dependents.size()) {
      found_.push_back({.target = frame.target, .because = frame.because});
      frames.pop_back();
      continue;
    }
    const Dependent dependent = frame.dependents[frame.next++];
    if (dependent.edge == Edge::kPart) parts_.insert(dependent.target);
    if (!seen_.insert(dependent.target).second) continue;
    const DropTarget because = frame.target;
    frames.push_back({dependent.target, because, DependentsOf(dependent.target)});
  }
}

// What another object requires cannot be dropped by itself.
absl::Status DropPlan::CheckAlone(const DropTarget& target) const {
  if (target.part != Part::kObject) return absl::OkStatus();
  const auto refuse = [&](const std::string& owner) {
    return WithHint(SqlError(sqlstate::kDependentObjectsStillExist,
                             "cannot drop {} because {} requires it", Describe(target), owner),
                    fmt::format("You can drop {} instead.", owner));
  };
  const Table* const clustered = image_.RelationByOid(target.object).clustered_key_of;
  if (clustered != nullptr) {
    return refuse(Describe(
        {.part = Part::kConstraint, .object = clustered->oid, .constraint = target.object}));
  }
  const Index* const index = image_.IndexByOid(target.object);
  if (index != nullptr && index->role != IndexRole::kPlain) {
    return refuse(Describe(IndexTarget(*index)));
  }
  const Sequence* const sequence = image_.SequenceByOid(target.object);
  if (sequence != nullptr && sequence->internal && sequence->owner.object != kOidInvalid) {
    const DropTarget column{
        .part = Part::kColumn, .object = sequence->owner.object, .column = sequence->owner.column};
    return refuse(Describe(column));
  }
  return absl::OkStatus();
}

absl::Status DropPlan::AddTargets(std::span<const DropTarget> targets) {
  for (const DropTarget& target : targets) HELIOS_RETURN_IF_ERROR(CheckAlone(target));
  for (const DropTarget& target : targets) Visit(target);
  std::reverse(found_.begin(), found_.end());
  for (Found& found : found_) {
    found.is_original = std::count(targets.begin(), targets.end(), found.target) > 0;
    found.is_part = parts_.contains(found.target);
  }
  // Whatever path found them, parts go with their whole.
  for (Found& found : found_) {
    if (found.target.part == Part::kObject) continue;
    const DropTarget whole{.part = Part::kObject, .object = found.target.object};
    const DropTarget column{
        .part = Part::kColumn, .object = found.target.object, .column = found.target.column};
    if (seen_.contains(whole)) found.is_part = true;
    if (found.target.part == Part::kDefault && seen_.contains(column)) found.is_part = true;
  }
  return absl::OkStatus();
}

absl::Status DropPlan::CheckRestrict(std::span<const DropTarget> targets) const {
  std::string detail;
  size_t count = 0;
  for (const Found& found : found_) {
    if (found.is_original || found.is_part) continue;
    if (++count > kReportedMax) continue;
    if (!detail.empty()) detail.push_back('\n');
    detail += fmt::format("{} depends on {}", Describe(found.target), Describe(found.because));
  }
  if (count == 0) return absl::OkStatus();
  if (count > kReportedMax) {
    detail += fmt::format("\nand {} other objects (see server log for list)", count - kReportedMax);
  }
  absl::Status status =
      targets.size() == 1
          ? SqlError(sqlstate::kDependentObjectsStillExist,
                     "cannot drop {} because other objects depend on it", Describe(targets[0]))
          : SqlError(sqlstate::kDependentObjectsStillExist,
                     "cannot drop desired object(s) because other objects depend on them");
  return WithHint(WithDetail(std::move(status), detail),
                  "Use DROP ... CASCADE to drop the dependent objects too.");
}

std::optional<Notice> DropPlan::CascadeNotice() const {
  std::vector<std::string> lines;
  for (const Found& found : found_) {
    if (found.is_original || found.is_part) continue;
    lines.push_back(fmt::format("drop cascades to {}", Describe(found.target)));
  }
  if (lines.empty()) return std::nullopt;
  if (lines.size() == 1) return Notice{lines[0], ""};
  Notice notice{fmt::format("drop cascades to {} other objects", lines.size()), ""};
  const size_t shown = std::min(lines.size(), kReportedMax);
  notice.detail = fmt::format("{}", fmt::join(lines.begin(), lines.begin() + shown, "\n"));
  if (shown < lines.size()) {
    notice.detail +=
        fmt::format("\nand {} other objects (see server log for list)", lines.size() - shown);
  }
  return notice;
}

}  // namespace

// What goes of a table that stays.
void CatalogEdit::RemoveParts(Oid table_oid, std::span<const DropTarget> parts) {
  std::unique_ptr<Table> table = CopyTable(table_oid);
  for (const DropTarget& part : parts) {
    const auto is_dropped = [&part](const auto& constraint) {
      return constraint.oid == part.constraint;
    };
    if (part.part == Part::kConstraint) {
      if (table->clustered_key.has_value() && is_dropped(*table->clustered_key)) {
        table->clustered_key.reset();
        moved_.insert(table_oid);
      }
      std::erase_if(table->checks, is_dropped);
      std::erase_if(table->foreign_keys, is_dropped);
      continue;
    }
    Column& column = table->columns[static_cast<size_t>(part.column)];
    column.default_text.clear();
    column.default_references.clear();
    if (part.part != Part::kColumn) continue;
    column.name = fmt::format("........pg.dropped.{}........", part.column + 1);
    column.dropped = true;
    column.not_null = false;
    column.generated = false;
    column.identity = Identity::kNone;
    column.owned_sequence = kOidInvalid;
    column.missing.reset();
    column.comment.clear();
  }
  Put(std::move(table));
}

absl::Status CatalogEdit::Drop(std::span<const DropTarget> targets, DropBehavior behavior,
                               std::span<const std::string> search_path) {
  DropPlan plan(*image_, search_path);
  HELIOS_RETURN_IF_ERROR(plan.AddTargets(targets));
  if (behavior == DropBehavior::kRestrict) {
    HELIOS_RETURN_IF_ERROR(plan.CheckRestrict(targets));
  } else if (std::optional<Notice> notice = plan.CascadeNotice(); notice.has_value()) {
    AddNotice(*std::move(notice));
  }

  std::set<Oid> gone;
  for (const DropPlan::Found& found : plan.found()) {
    if (found.target.part == Part::kObject) gone.insert(found.target.object);
    if (found.target.part == Part::kConstraint && image_->IndexByOid(found.target.constraint)) {
      gone.insert(found.target.constraint);
    }
  }
  std::map<Oid, std::vector<DropTarget>> parts;
  for (const DropPlan::Found& found : plan.found()) {
    if (found.target.part == Part::kObject || gone.contains(found.target.object)) continue;
    if (found.target.part == Part::kConstraint && gone.contains(found.target.constraint)) continue;
    parts[found.target.object].push_back(found.target);
  }
  // A sequence that goes while its column stays leaves the column without one.
  for (const Oid oid : gone) {
    const Sequence* const sequence = image_->SequenceByOid(oid);
    if (sequence == nullptr || sequence->owner.object == kOidInvalid) continue;
    if (gone.contains(sequence->owner.object)) continue;
    std::unique_ptr<Table> table = CopyTable(sequence->owner.object);
    Column& column = table->columns[static_cast<size_t>(sequence->owner.column)];
    if (column.owned_sequence == oid) column.owned_sequence = kOidInvalid;
    Put(std::move(table));
  }
  for (const auto& [table, of_table] : parts) RemoveParts(table, of_table);
  for (const Oid oid : gone) RemoveObject(oid);
  for (const auto& [table, of_table] : parts) {
    if (moved_.contains(table)) HELIOS_RETURN_IF_ERROR(NewStorage(table));
  }
  return absl::OkStatus();
}

}  // namespace heliosdb::catalog
