#include "core/sql/execute/evaluate_logic.h"

#include <array>
#include <optional>
#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_subset.h"

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

// AND stops at false, OR at true: with that value called the decisive one, both are the same computation.
class AndOr final : public Evaluator {
 public:
  AndOr(std::vector<EvaluatorPtr> arguments, uint8_t decisive)
      : Evaluator(kBoolType),
        arguments_(std::move(arguments)),
        decisive_(decisive),
        result_(kBoolType) {
    for (const EvaluatorPtr& argument : arguments_) subsets_.emplace_back(SlotsOf(*argument));
  }

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* first, arguments_[0]->Evaluate(context, input));
    Start(*first, input.size);
    for (size_t i = 1; i < arguments_.size(); ++i) {
      if (!arguments_[i]->CanFail()) {
        HELIOS_ASSIGN_OR_RETURN(const Vector* next, arguments_[i]->Evaluate(context, input));
        CombineAll(*next, input.size);
        continue;
      }
      CollectUndecided(input.size);
      if (undecided_.empty()) break;
      HELIOS_ASSIGN_OR_RETURN(
          const Vector* next,
          arguments_[i]->Evaluate(context, subsets_[i].Select(input, undecided_)));
      for (size_t k = 0; k < undecided_.size(); ++k) {
        const size_t from = next->is_constant() ? 0 : k;
        Combine(undecided_[k], next->data<uint8_t>()[from], next->validity().IsValid(from));
      }
    }
    return &result_;
  }

  bool CanFail() const override {
    for (const EvaluatorPtr& argument : arguments_) {
      if (argument->CanFail()) return true;
    }
    return false;
  }
  void CollectSlots(std::vector<int>* slots) const override {
    for (const EvaluatorPtr& argument : arguments_) argument->CollectSlots(slots);
  }

 private:
  void Start(const Vector& first, size_t rows) {
    result_.Reset();
    uint8_t* const out = result_.data<uint8_t>();
    const uint8_t* const in = first.data<uint8_t>();
    for (size_t i = 0; i < rows; ++i) out[i] = in[first.is_constant() ? 0 : i];
    if (!first.validity().has_nulls()) return;
    for (size_t i = 0; i < rows; ++i) {
      if (first.IsNull(i)) result_.SetNull(i);
    }
  }

  void CombineAll(const Vector& next, size_t rows) {
    uint8_t* const out = result_.data<uint8_t>();
    const uint8_t* const in = next.data<uint8_t>();
    const bool plain = !result_.validity().has_nulls() && !next.validity().has_nulls();
    if (plain && !next.is_constant()) {
      if (decisive_ == 0) {
        for (size_t i = 0; i < rows; ++i) out[i] &= in[i];
      } else {
        for (size_t i = 0; i < rows; ++i) out[i] |= in[i];
      }
      return;
    }
    for (size_t i = 0; i < rows; ++i) {
      const size_t from = next.is_constant() ? 0 : i;
      Combine(i, in[from], next.validity().IsValid(from));
    }
  }

  void Combine(size_t row, uint8_t value, bool valid) {
    uint8_t* const out = result_.data<uint8_t>();
    const bool was_valid = result_.validity().IsValid(row);
    if (was_valid && out[row] == decisive_) return;
    if (valid && value == decisive_) {
      result_.validity().SetValid(row);
      out[row] = decisive_;
    } else if (!valid && was_valid) {
      result_.SetNull(row);
    }
  }

  void CollectUndecided(size_t rows) {
    undecided_.clear();
    const uint8_t* const values = result_.data<uint8_t>();
    for (size_t i = 0; i < rows; ++i) {
      if (!result_.validity().IsValid(i) || values[i] != decisive_)
        undecided_.push_back(static_cast<uint16_t>(i));
    }
  }

  std::vector<EvaluatorPtr> arguments_;
  std::vector<RowSubset> subsets_;
  const uint8_t decisive_;
  Vector result_;
  std::vector<uint16_t> undecided_;
};

// A function of one boolean, NULL included, given as its three values.
class BooleanMap final : public Evaluator {
 public:
  // Of true, false and NULL; an empty one means NULL.
  using Table = std::array<std::optional<bool>, 3>;

  BooleanMap(EvaluatorPtr argument, Table table)
      : Evaluator(kBoolType), argument_(std::move(argument)), table_(table), result_(kBoolType) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* in, argument_->Evaluate(context, input));
    result_.Reset();
    result_.set_constant(in->is_constant());
    const size_t rows = in->is_constant() ? 1 : input.size;
    const uint8_t* const values = in->data<uint8_t>();
    uint8_t* const out = result_.data<uint8_t>();
    for (size_t i = 0; i < rows; ++i) {
      const std::optional<bool> mapped =
          table_[!in->validity().IsValid(i) ? 2 : (values[i] != 0 ? 0 : 1)];
      if (mapped.has_value()) {
        out[i] = *mapped ? 1 : 0;
      } else {
        result_.SetNull(i);
      }
    }
    return &result_;
  }
  bool CanFail() const override { return argument_->CanFail(); }
  void CollectSlots(std::vector<int>* slots) const override { argument_->CollectSlots(slots); }

 private:
  EvaluatorPtr argument_;
  const Table table_;
  Vector result_;
};

class IsNull final : public Evaluator {
 public:
  IsNull(EvaluatorPtr argument, bool negated)
      : Evaluator(kBoolType),
        argument_(std::move(argument)),
        negated_(negated),
        result_(kBoolType) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* in, argument_->Evaluate(context, input));
    result_.Reset();
    result_.set_constant(in->is_constant());
    const size_t rows = in->is_constant() ? 1 : input.size;
    uint8_t* const out = result_.data<uint8_t>();
    for (size_t i = 0; i < rows; ++i) out[i] = in->validity().IsValid(i) == negated_ ? 1 : 0;
    return &result_;
  }
  bool CanFail() const override { return argument_->CanFail(); }
  void CollectSlots(std::vector<int>* slots) const override { argument_->CollectSlots(slots); }

 private:
  EvaluatorPtr argument_;
  const bool negated_;
  Vector result_;
};

}  // namespace

EvaluatorPtr MakeAnd(std::vector<EvaluatorPtr> arguments) {
  return std::make_unique<AndOr>(std::move(arguments), uint8_t{0});
}
EvaluatorPtr MakeOr(std::vector<EvaluatorPtr> arguments) {
  return std::make_unique<AndOr>(std::move(arguments), uint8_t{1});
}
EvaluatorPtr MakeNot(EvaluatorPtr argument) {
  return std::make_unique<BooleanMap>(std::move(argument),
                                      BooleanMap::Table{false, true, std::nullopt});
}
EvaluatorPtr MakeIsNull(EvaluatorPtr argument, bool negated) {
  return std::make_unique<IsNull>(std::move(argument), negated);
}

EvaluatorPtr MakeBooleanTest(EvaluatorPtr argument, bind::BooleanTest test, bool negated) {
  BooleanMap::Table table;
  for (int value = 0; value < 3; ++value) {
    const bool matches =
        value == static_cast<int>(test);  // true, false, unknown: the order of both.
    table[value] = matches != negated;
  }
  return std::make_unique<BooleanMap>(std::move(argument), table);
}

}  // namespace heliosdb::sql::execute
