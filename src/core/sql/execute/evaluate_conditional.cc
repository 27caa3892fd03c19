#include "core/sql/execute/evaluate_conditional.h"

#include <algorithm>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_subset.h"
#include "core/types/compare.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

constexpr types::Type kBoolType{types::TypeOid::kBool};

std::vector<int> SlotsOf(const Evaluator& evaluator) {
  std::vector<int> slots;
  evaluator.CollectSlots(&slots);
  return slots;
}

bool AnyCanFail(const std::vector<EvaluatorPtr>& evaluators) {
  for (const EvaluatorPtr& evaluator : evaluators) {
    if (evaluator->CanFail()) return true;
  }
  return false;
}

// What CASE and COALESCE share: rows still without a value, and the evaluation of one argument for just those.
class Branching : public Evaluator {
 public:
  Branching(types::Type type, std::vector<EvaluatorPtr> arguments)
      : Evaluator(type), result_(type), arguments_(std::move(arguments)) {
    for (const EvaluatorPtr& argument : arguments_) subsets_.emplace_back(SlotsOf(*argument));
  }
  bool CanFail() const override { return AnyCanFail(arguments_); }
  void CollectSlots(std::vector<int>* slots) const override {
    for (const EvaluatorPtr& argument : arguments_) argument->CollectSlots(slots);
  }

 protected:
  void Start(size_t rows) {
    result_.Reset();
    open_.resize(rows);
    for (size_t i = 0; i < rows; ++i) open_[i] = static_cast<uint16_t>(i);
  }
  absl::StatusOr<const Vector*> EvaluateFor(ExecContext& context, const Chunk& input,
                                            size_t argument, std::span<const uint16_t> rows) {
    return arguments_[argument]->Evaluate(context, subsets_[argument].Select(input, rows));
  }
  size_t argument_count() const { return arguments_.size(); }

  Vector result_;
  std::vector<uint16_t> open_;

 private:
  std::vector<EvaluatorPtr> arguments_;
  std::vector<RowSubset> subsets_;
};

class Case final : public Branching {
 public:
  using Branching::Branching;

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    Start(input.size);
    for (size_t i = 0; i + 1 < argument_count() && !open_.empty(); i += 2) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* when, EvaluateFor(context, input, i, open_));
      Split(*when);
      if (taken_.empty()) continue;
      HELIOS_ASSIGN_OR_RETURN(const Vector* then, EvaluateFor(context, input, i + 1, taken_));
      Scatter(*then, taken_, &result_);
    }
    if (!open_.empty()) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* otherwise,
                              EvaluateFor(context, input, argument_count() - 1, open_));
      Scatter(*otherwise, open_, &result_);
    }
    return &result_;
  }

 private:
  // Moves the open rows for which the condition is true to taken_.
  void Split(const Vector& when) {
    taken_.clear();
    size_t kept = 0;
    for (size_t i = 0; i < open_.size(); ++i) {
      const size_t from = when.is_constant() ? 0 : i;
      const bool matches = when.validity().IsValid(from) && when.data<uint8_t>()[from] != 0;
      if (matches) {
        taken_.push_back(open_[i]);
      } else {
        open_[kept++] = open_[i];
      }
    }
    open_.resize(kept);
  }

  std::vector<uint16_t> taken_;
};

class Coalesce final : public Branching {
 public:
  using Branching::Branching;

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    Start(input.size);
    for (size_t i = 0; i < argument_count() && !open_.empty(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* value, EvaluateFor(context, input, i, open_));
      Scatter(*value, open_, &result_);
      size_t kept = 0;
      for (const uint16_t row : open_) {
        if (result_.IsNull(row)) open_[kept++] = row;
      }
      open_.resize(kept);
    }
    return &result_;
  }
};

class GreatestLeast final : public Branching {
 public:
  GreatestLeast(types::Type type, std::vector<EvaluatorPtr> arguments, Extreme extreme)
      : Branching(type, std::move(arguments)), extreme_(extreme) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    Start(input.size);
    for (size_t row = 0; row < input.size; ++row) result_.SetNull(row);
    for (size_t i = 0; i < argument_count(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* value, EvaluateFor(context, input, i, open_));
      for (size_t row = 0; row < input.size; ++row) {
        const size_t from = value->is_constant() ? 0 : row;
        if (value->IsNull(from)) continue;
        if (!result_.IsNull(row)) {
          const int order = types::CompareRows(*value, from, result_, row);
          if (extreme_ == Extreme::kGreatest ? order <= 0 : order >= 0) continue;
        }
        result_.CopyRowShallow(row, *value, from);
      }
    }
    return &result_;
  }

 private:
  const Extreme extreme_;
};

class NullIf final : public Evaluator {
 public:
  NullIf(EvaluatorPtr left, EvaluatorPtr equal)
      : Evaluator(left->type()),
        left_(std::move(left)),
        equal_(std::move(equal)),
        result_(type()) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* equal, equal_->Evaluate(context, input));
    HELIOS_ASSIGN_OR_RETURN(const Vector* left, left_->Evaluate(context, input));
    result_.Reset();
    for (size_t i = 0; i < input.size; ++i) {
      const size_t at = equal->is_constant() ? 0 : i;
      if (equal->validity().IsValid(at) && equal->data<uint8_t>()[at] != 0) {
        result_.SetNull(i);
      } else {
        result_.CopyRowShallow(i, *left, left->is_constant() ? 0 : i);
      }
    }
    return &result_;
  }
  bool CanFail() const override { return left_->CanFail() || equal_->CanFail(); }
  void CollectSlots(std::vector<int>* slots) const override {
    left_->CollectSlots(slots);
    equal_->CollectSlots(slots);
  }

 private:
  EvaluatorPtr left_;
  EvaluatorPtr equal_;
  Vector result_;
};

class DistinctFrom final : public Evaluator {
 public:
  DistinctFrom(EvaluatorPtr left, EvaluatorPtr right, EvaluatorPtr equal, bool negated)
      : Evaluator(kBoolType),
        left_(std::move(left)),
        right_(std::move(right)),
        equal_(std::move(equal)),
        negated_(negated),
        result_(kBoolType) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* equal, equal_->Evaluate(context, input));
    HELIOS_ASSIGN_OR_RETURN(const Vector* left, left_->Evaluate(context, input));
    HELIOS_ASSIGN_OR_RETURN(const Vector* right, right_->Evaluate(context, input));
    result_.Reset();
    uint8_t* const out = result_.data<uint8_t>();
    for (size_t i = 0; i < input.size; ++i) {
      const bool left_null = left->IsNull(i);
      const bool right_null = right->IsNull(i);
      const bool distinct = left_null || right_null
                                ? left_null != right_null
                                : equal->data<uint8_t>()[equal->is_constant() ? 0 : i] == 0;
      out[i] = distinct != negated_ ? 1 : 0;
    }
    return &result_;
  }
  bool CanFail() const override { return left_->CanFail() || right_->CanFail(); }
  void CollectSlots(std::vector<int>* slots) const override {
    left_->CollectSlots(slots);
    right_->CollectSlots(slots);
  }

 private:
  EvaluatorPtr left_;
  EvaluatorPtr right_;
  EvaluatorPtr equal_;
  const bool negated_;
  Vector result_;
};

class InList final : public Evaluator {
 public:
  InList(std::vector<EvaluatorPtr> arguments, bool negated)
      : Evaluator(kBoolType),
        arguments_(std::move(arguments)),
        negated_(negated),
        result_(kBoolType) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* value, arguments_[0]->Evaluate(context, input));
    result_.Reset();
    uint8_t* const out = result_.data<uint8_t>();
    std::fill(out, out + input.size, uint8_t{0});
    unknown_.assign(input.size, 0);
    for (size_t i = 1; i < arguments_.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(const Vector* item, arguments_[i]->Evaluate(context, input));
      for (size_t row = 0; row < input.size; ++row) {
        const size_t from = item->is_constant() ? 0 : row;
        const size_t at = value->is_constant() ? 0 : row;
        if (item->IsNull(from) || value->IsNull(at)) {
          unknown_[row] = 1;
        } else if (out[row] == 0 && types::CompareRows(*value, at, *item, from) == 0) {
          out[row] = 1;
        }
      }
    }
    for (size_t row = 0; row < input.size; ++row) {
      if (out[row] == 0 && unknown_[row] != 0) {
        result_.SetNull(row);
      } else if (negated_) {
        out[row] ^= 1;
      }
    }
    return &result_;
  }
  bool CanFail() const override { return AnyCanFail(arguments_); }
  void CollectSlots(std::vector<int>* slots) const override {
    for (const EvaluatorPtr& argument : arguments_) argument->CollectSlots(slots);
  }

 private:
  std::vector<EvaluatorPtr> arguments_;
  const bool negated_;
  Vector result_;
  std::vector<uint8_t> unknown_;
};

}  // namespace

EvaluatorPtr MakeCase(types::Type type, std::vector<EvaluatorPtr> arguments) {
  return std::make_unique<Case>(type, std::move(arguments));
}
EvaluatorPtr MakeCoalesce(types::Type type, std::vector<EvaluatorPtr> arguments) {
  return std::make_unique<Coalesce>(type, std::move(arguments));
}
EvaluatorPtr MakeExtreme(types::Type type, std::vector<EvaluatorPtr> arguments, Extreme extreme) {
  return std::make_unique<GreatestLeast>(type, std::move(arguments), extreme);
}
EvaluatorPtr MakeNullIf(EvaluatorPtr left, EvaluatorPtr equal) {
  return std::make_unique<NullIf>(std::move(left), std::move(equal));
}
EvaluatorPtr MakeDistinctFrom(EvaluatorPtr left, EvaluatorPtr right, EvaluatorPtr equal,
                              bool negated) {
  return std::make_unique<DistinctFrom>(std::move(left), std::move(right), std::move(equal),
                                        negated);
}
EvaluatorPtr MakeInList(std::vector<EvaluatorPtr> arguments, bool negated) {
  return std::make_unique<InList>(std::move(arguments), negated);
}

}  // namespace heliosdb::sql::execute
