#include "core/sql/execute/evaluate_call.h"

#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/functions/evaluate.h"
#include "core/types/cast.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

class Constant final : public Evaluator {
 public:
  explicit Constant(const types::Value& value)
      : Evaluator(value.type()), vector_(Vector::Constant(value)) {}
  absl::StatusOr<const Vector*> Evaluate(ExecContext&, const Chunk&) override { return &vector_; }
  bool CanFail() const override { return false; }
  void CollectSlots(std::vector<int>*) const override {}

 private:
  const Vector vector_;
};

class Slot final : public Evaluator {
 public:
  Slot(types::Type type, int slot) : Evaluator(type), slot_(slot) {}
  absl::StatusOr<const Vector*> Evaluate(ExecContext&, const Chunk& input) override {
    return input.columns[slot_];
  }
  bool CanFail() const override { return false; }
  void CollectSlots(std::vector<int>* slots) const override { slots->push_back(slot_); }

 private:
  const int slot_;
};

class Parameter final : public Evaluator {
 public:
  Parameter(types::Type type, int number) : Evaluator(type), number_(number), vector_(type) {
    vector_.set_constant(true);
  }
  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk&) override {
    HELIOS_CHECK(static_cast<size_t>(number_) <= context.parameters.size());
    vector_.Reset();
    vector_.set_constant(true);
    vector_.SetValue(0, context.parameters[number_ - 1]);
    return &vector_;
  }
  bool CanFail() const override { return false; }
  void CollectSlots(std::vector<int>*) const override {}

 private:
  const int number_;
  Vector vector_;
};

class OuterValue final : public Evaluator {
 public:
  OuterValue(types::Type type, int index) : Evaluator(type), index_(index) {}
  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk&) override {
    return &context.outer_values[index_];
  }
  bool CanFail() const override { return false; }
  void CollectSlots(std::vector<int>*) const override {}

 private:
  const int index_;
};

class Call final : public Evaluator {
 public:
  Call(types::Type type, const functions::FunctionEntry& function,
       std::vector<EvaluatorPtr> arguments)
      : Evaluator(type),
        function_(function),
        arguments_(std::move(arguments)),
        columns_(arguments_.size()),
        result_(type) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    for (size_t i = 0; i < arguments_.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(columns_[i], arguments_[i]->Evaluate(context, input));
    }
    HELIOS_RETURN_IF_ERROR(
        functions::Evaluate(function_, *context.functions, columns_, input.size, &result_));
    return &result_;
  }
  // A function with a selection form is a comparison or a match, which cannot fail on a value.
  bool CanFail() const override {
    if (function_.filter == nullptr) return true;
    for (const EvaluatorPtr& argument : arguments_) {
      if (argument->CanFail()) return true;
    }
    return false;
  }
  void CollectSlots(std::vector<int>* slots) const override {
    for (const EvaluatorPtr& argument : arguments_) argument->CollectSlots(slots);
  }

 private:
  const functions::FunctionEntry& function_;
  std::vector<EvaluatorPtr> arguments_;
  std::vector<const Vector*> columns_;
  Vector result_;
};

class Cast final : public Evaluator {
 public:
  Cast(types::Type type, EvaluatorPtr argument, bool explicit_cast)
      : Evaluator(type),
        argument_(std::move(argument)),
        kind_(explicit_cast ? types::CastKind::kExplicit : types::CastKind::kAssignment),
        result_(type) {}

  absl::StatusOr<const Vector*> Evaluate(ExecContext& context, const Chunk& input) override {
    HELIOS_ASSIGN_OR_RETURN(const Vector* in, argument_->Evaluate(context, input));
    HELIOS_RETURN_IF_ERROR(
        types::CastVector(*in, input.size, type(), kind_, context.functions->format, &result_));
    return &result_;
  }
  bool CanFail() const override { return true; }
  void CollectSlots(std::vector<int>* slots) const override { argument_->CollectSlots(slots); }

 private:
  EvaluatorPtr argument_;
  const types::CastKind kind_;
  Vector result_;
};

}  // namespace

EvaluatorPtr MakeConstant(const types::Value& value) { return std::make_unique<Constant>(value); }
EvaluatorPtr MakeSlot(types::Type type, int slot) { return std::make_unique<Slot>(type, slot); }
EvaluatorPtr MakeParameter(types::Type type, int number) {
  return std::make_unique<Parameter>(type, number);
}
EvaluatorPtr MakeOuterValue(types::Type type, int index) {
  return std::make_unique<OuterValue>(type, index);
}
EvaluatorPtr MakeCall(types::Type type, const functions::FunctionEntry& function,
                      std::vector<EvaluatorPtr> arguments) {
  return std::make_unique<Call>(type, function, std::move(arguments));
}
EvaluatorPtr MakeCast(types::Type type, EvaluatorPtr argument, bool explicit_cast) {
  return std::make_unique<Cast>(type, std::move(argument), explicit_cast);
}

}  // namespace heliosdb::sql::execute
