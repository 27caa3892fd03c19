// SELECT: the clauses in PostgreSQL's order, so that errors come in its order.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/sql/bind/binder.h"
#include "core/sql/bind/walk.h"

namespace heliosdb::sql::bind {
namespace {

using types::CastKind;
using types::Type;
using types::TypeOid;

std::string_view LockText(RowLockStrength strength) {
  switch (strength) {
    case RowLockStrength::kKeyShare:
      return "FOR KEY SHARE";
    case RowLockStrength::kShare:
      return "FOR SHARE";
    case RowLockStrength::kNoKeyUpdate:
      return "FOR NO KEY UPDATE";
    case RowLockStrength::kUpdate:
      return "FOR UPDATE";
  }
  return "";
}

RowLockWait WaitOf(parse::LockWait wait) {
  switch (wait) {
    case parse::LockWait::kBlock:
      return RowLockWait::kBlock;
    case parse::LockWait::kSkipLocked:
      return RowLockWait::kSkipLocked;
    case parse::LockWait::kNoWait:
      return RowLockWait::kNoWait;
  }
  return RowLockWait::kBlock;
}

// Rows of such a query are no rows of a table.
absl::Status CheckLockable(const Query& query, RowLockStrength strength) {
  const auto refuse = [strength](std::string_view what) {
    return Unsupported("{} is not allowed with {}", LockText(strength), what);
  };
  if (query.set_operation.has_value()) return refuse("UNION/INTERSECT/EXCEPT");
  if (query.distinct != DistinctKind::kNone) return refuse("DISTINCT clause");
  if (!query.group_by.empty()) return refuse("GROUP BY clause");
  if (query.having != nullptr) return refuse("HAVING clause");
  if (query.aggregated) return refuse("aggregate functions");
  return absl::OkStatus();
}

void CollectRelations(const FromItem& item, std::vector<int>* out) {
  if (item.relation >= 0) {
    out->push_back(item.relation);
    return;
  }
  CollectRelations(*item.left, out);
  CollectRelations(*item.right, out);
}

// Relations whose rows an outer join may replace by NULLs.
void CollectNullable(const FromItem* item, std::vector<int>* out) {
  if (item == nullptr || item->relation >= 0) return;
  if (item->join_type == JoinType::kLeft || item->join_type == JoinType::kFull) {
    CollectRelations(*item->right, out);
  }
  if (item->join_type == JoinType::kRight || item->join_type == JoinType::kFull) {
    CollectRelations(*item->left, out);
  }
  CollectNullable(item->left.get(), out);
  CollectNullable(item->right.get(), out);
}

void MergeLock(std::vector<RowLock>* locks, const RowLock& lock) {
  for (RowLock& other : *locks) {
    if (other.relation != lock.relation) continue;
    other.strength = std::max(other.strength, lock.strength);
    // NOWAIT goes before SKIP LOCKED before waiting.
    if (lock.wait == RowLockWait::kNoWait || other.wait == RowLockWait::kBlock) {
      other.wait = lock.wait;
    }
    return;
  }
  locks->push_back(lock);
}

}  // namespace

QueryOr Binder::BindQuery(const parse::SelectStatement& select, Scope* parent,
                          UnknownTargets unknown) {
  auto query = std::make_unique<Query>();
  Scope scope(parent, query.get());
  HELIOS_RETURN_IF_ERROR(BindQueryInto(select, &scope, unknown));
  return query;
}

absl::Status Binder::BindQueryInto(const parse::SelectStatement& select, Scope* scope,
                                   UnknownTargets unknown) {
  const DepthGuard guard(this);
  HELIOS_RETURN_IF_ERROR(guard.Check());
  const std::string_view no_sets_before = std::exchange(no_sets_in_, std::string_view());
  absl::Status bound = BindClauses(select, scope, unknown);
  no_sets_in_ = no_sets_before;
  return bound;
}

absl::Status Binder::BindClauses(const parse::SelectStatement& select, Scope* scope,
                                 UnknownTargets unknown) {
  HELIOS_RETURN_IF_ERROR(BindWith(select.with.get(), scope));
  if (select.set_operation != parse::SetOperation::kNone) {
    HELIOS_RETURN_IF_ERROR(BindSetOperation(select, scope, unknown));
  } else if (!select.values.empty()) {
    HELIOS_RETURN_IF_ERROR(BindValues(select, scope, unknown));
  } else {
    HELIOS_RETURN_IF_ERROR(BindPlainSelect(select, scope, unknown));
  }
  HELIOS_RETURN_IF_ERROR(BindLocking(select, scope));
  InlineCommonTables(scope);
  return absl::OkStatus();
}

absl::Status Binder::BindPlainSelect(const parse::SelectStatement& select, Scope* scope,
                                     UnknownTargets unknown) {
  Query& query = *scope->query;
  if (select.into != nullptr) {
    return WithPosition(SqlError(sqlstate::kSyntaxError, "SELECT ... INTO is not allowed here"),
                        select.into->table.position);
  }
  if (!select.windows.empty()) {
    return WithPosition(Unsupported("window functions are not supported"),
                        select.windows[0].position);
  }
  HELIOS_RETURN_IF_ERROR(BindFromList(select.from, scope));
  HELIOS_RETURN_IF_ERROR(BindTargets(select.targets, scope, Place::kSelect, &query.targets));
  query.visible_targets = query.targets.size();
  if (select.where != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(query.where,
                            BindCondition(*select.where, scope, Place::kWhere, "WHERE"));
  }
  if (select.having != nullptr) {
    query.aggregated = true;
    HELIOS_ASSIGN_OR_RETURN(query.having,
                            BindCondition(*select.having, scope, Place::kHaving, "HAVING"));
  }
  HELIOS_RETURN_IF_ERROR(BindOrderBy(select.order_by, scope));
  HELIOS_RETURN_IF_ERROR(BindGroupBy(select, scope));
  HELIOS_RETURN_IF_ERROR(BindDistinct(select, scope));
  HELIOS_RETURN_IF_ERROR(BindLimit(select, scope));
  if (unknown == UnknownTargets::kToText || query.distinct != DistinctKind::kNone) {
    HELIOS_RETURN_IF_ERROR(ResolveUnknownTargets(&query.targets));
  }
  return GroupQuery(scope);
}

ExpressionOr Binder::BindLimitExpression(const parse::Expression& expression, Scope* scope,
                                         Place place) {
  HELIOS_ASSIGN_OR_RETURN(ExpressionPtr bound, BindExpression(expression, scope, place));
  const std::string_view clause = PlaceText(place);
  const Type type{TypeOid::kInt8};
  if (!CanCoerce(bound->type.oid, type.oid, CastKind::kAssignment)) {
    return WithPosition(
        SqlError(sqlstate::kDatatypeMismatch, "argument of {} must be type bigint, not type {}",
                 clause, types::BaseTypeName(bound->type.oid)),
        bound->position);
  }
  HELIOS_ASSIGN_OR_RETURN(bound, Coerce(std::move(bound), type, CastKind::kAssignment));
  if (ContainsOwnColumn(*bound)) {
    return WithPosition(SqlError(sqlstate::kInvalidColumnReference,
                                 "argument of {} must not contain variables", clause),
                        bound->position);
  }
  return bound;
}

absl::Status Binder::BindLimit(const parse::SelectStatement& select, Scope* scope) {
  Query& query = *scope->query;
  if (select.offset != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(query.offset,
                            BindLimitExpression(*select.offset, scope, Place::kOffset));
  }
  if (select.limit != nullptr) {
    HELIOS_ASSIGN_OR_RETURN(query.limit, BindLimitExpression(*select.limit, scope, Place::kLimit));
    // LIMIT ALL.
    if (query.limit->kind == ExpressionKind::kConstant && query.limit->value.is_null()) {
      query.limit.reset();
    }
  }
  query.with_ties = select.has_ties && query.limit != nullptr;
  if (query.with_ties && query.order_by.empty()) {
    return SqlError(sqlstate::kSyntaxError,
                    "WITH TIES cannot be specified without ORDER BY clause");
  }
  return absl::OkStatus();
}

// Locks a relation of the query, or, of a subquery, every table in it.
absl::Status Binder::LockRelation(Query* query, int relation, RowLock lock) {
  Relation& locked = query->relations[static_cast<size_t>(relation)];
  lock.relation = relation;
  if (locked.kind == Relation::Kind::kTable) {
    std::vector<int> nullable;
    CollectNullable(query->from.get(), &nullable);
    if (std::count(nullable.begin(), nullable.end(), relation) > 0) {
      return Unsupported("{} cannot be applied to the nullable side of an outer join",
                         LockText(lock.strength));
    }
    MergeLock(&query->row_locks, lock);
    UseTable(locked.table->oid, txn::TableLockMode::kRowShare);
    return absl::OkStatus();
  }
  if (locked.kind != Relation::Kind::kSubquery) return absl::OkStatus();
  Query* const inner = locked.query.get();
  HELIOS_RETURN_IF_ERROR(CheckLockable(*inner, lock.strength));
  for (size_t i = 0; i < inner->relations.size(); ++i) {
    HELIOS_RETURN_IF_ERROR(LockRelation(inner, static_cast<int>(i), lock));
  }
  return absl::OkStatus();
}

absl::Status Binder::BindLocking(const parse::SelectStatement& select, Scope* scope) {
  Query* const query = scope->query;
  for (const parse::LockingClause& clause : select.locking) {
    const RowLock lock{.relation = 0,
                       .strength = static_cast<RowLockStrength>(clause.strength),
                       .wait = WaitOf(clause.wait)};
    if (!select.values.empty()) {
      return Unsupported("{} cannot be applied to VALUES", LockText(lock.strength));
    }
    HELIOS_RETURN_IF_ERROR(CheckLockable(*query, lock.strength));
    if (clause.tables.empty()) {
      for (size_t i = 0; i < query->relations.size(); ++i) {
        HELIOS_RETURN_IF_ERROR(LockRelation(query, static_cast<int>(i), lock));
      }
      continue;
    }
    for (const parse::RelationName& name : clause.tables) {
      HELIOS_RETURN_IF_ERROR(LockNamed(name, lock, scope));
    }
  }
  return absl::OkStatus();
}

absl::Status Binder::LockNamed(const parse::RelationName& name, const RowLock& lock, Scope* scope) {
  if (!name.name.schema.empty()) {
    return WithPosition(
        SqlError(sqlstate::kSyntaxError, "{} must specify unqualified relation names",
                 LockText(lock.strength)),
        name.position);
  }
  for (const KnownRelation& known : scope->known) {
    if (known.alias != name.name.name) continue;
    const Relation& relation = scope->query->relations[static_cast<size_t>(known.relation)];
    std::string_view what;
    if (relation.kind == Relation::Kind::kFunction) what = "a function";
    if (relation.kind == Relation::Kind::kValues) what = "VALUES";
    if (relation.kind == Relation::Kind::kCommonTable) what = "a WITH query";
    if (!what.empty()) {
      return WithPosition(Unsupported("{} cannot be applied to {}", LockText(lock.strength), what),
                          name.position);
    }
    return WithPosition(LockRelation(scope->query, known.relation, lock), name.position);
  }
  return WithPosition(
      SqlError(sqlstate::kUndefinedTable, "relation \"{}\" in {} clause not found in FROM clause",
               name.name.name, LockText(lock.strength)),
      name.position);
}

}  // namespace heliosdb::sql::bind
