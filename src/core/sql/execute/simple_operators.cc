#include "core/sql/execute/simple_operators.h"

#include <utility>

#include "core/sql/execute/evaluator.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_filter.h"
#include "core/sql/execute/row_spool.h"
#include "core/sql/execute/row_store.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

class Result final : public Operator {
 public:
  absl::Status Open(ExecContext&) override {
    done_ = false;
    return absl::OkStatus();
  }
  absl::StatusOr<Chunk> Next(ExecContext&) override {
    return Chunk{{}, std::exchange(done_, true) ? size_t{0} : size_t{1}};
  }
  void Close() override {}

 private:
  bool done_ = false;
};

class Filter final : public Operator {
 public:
  Filter(OperatorPtr child, RowFilter filter, std::vector<int> slots)
      : child_(std::move(child)), filter_(std::move(filter)), subset_(std::move(slots)) {}

  absl::Status Open(ExecContext& context) override { return child_->Open(context); }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(Chunk input, child_->Next(context));
      if (input.size == 0) return input;
      HELIOS_RETURN_IF_ERROR(filter_.Select(context, input, &rows_));
      if (!rows_.empty()) return subset_.Select(input, rows_);
    }
  }
  void Close() override { child_->Close(); }

 private:
  OperatorPtr child_;
  RowFilter filter_;
  RowSubset subset_;
  std::vector<uint16_t> rows_;
};

// All of the child's rows, or none: the conditions read no rows.
class Gate final : public Operator {
 public:
  Gate(OperatorPtr child, RowFilter filter)
      : child_(std::move(child)), filter_(std::move(filter)) {}

  absl::Status Open(ExecContext& context) override {
    HELIOS_RETURN_IF_ERROR(filter_.Select(context, Chunk{{}, 1}, &rows_));
    is_open_ = !rows_.empty();
    return is_open_ ? child_->Open(context) : absl::OkStatus();
  }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    return is_open_ ? child_->Next(context) : Chunk{};
  }
  void Close() override {
    is_open_ = false;
    child_->Close();
  }

 private:
  OperatorPtr child_;
  RowFilter filter_;
  std::vector<uint16_t> rows_;
  bool is_open_ = false;
};

class Project final : public Operator {
 public:
  Project(OperatorPtr child, std::vector<EvaluatorPtr> expressions)
      : child_(std::move(child)),
        expressions_(std::move(expressions)),
        columns_(expressions_.size()) {}

  absl::Status Open(ExecContext& context) override { return child_->Open(context); }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    HELIOS_ASSIGN_OR_RETURN(const Chunk input, child_->Next(context));
    if (input.size == 0) return Chunk{};
    for (size_t i = 0; i < expressions_.size(); ++i) {
      HELIOS_ASSIGN_OR_RETURN(columns_[i], expressions_[i]->Evaluate(context, input));
    }
    return Chunk{columns_, input.size};
  }
  void Close() override { child_->Close(); }

 private:
  OperatorPtr child_;
  std::vector<EvaluatorPtr> expressions_;
  std::vector<const Vector*> columns_;
};

class Append final : public Operator {
 public:
  explicit Append(std::vector<OperatorPtr> children) : children_(std::move(children)) {}

  absl::Status Open(ExecContext& context) override {
    current_ = 0;
    return children_.empty() ? absl::OkStatus() : children_[0]->Open(context);
  }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (current_ < children_.size()) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, children_[current_]->Next(context));
      if (chunk.size > 0) return chunk;
      children_[current_]->Close();
      if (++current_ < children_.size()) HELIOS_RETURN_IF_ERROR(children_[current_]->Open(context));
    }
    return Chunk{};
  }
  void Close() override {
    for (const OperatorPtr& child : children_) child->Close();
  }

 private:
  std::vector<OperatorPtr> children_;
  size_t current_ = 0;
};

class Values final : public Operator {
 public:
  Values(const plan::ValuesNode& node, std::vector<std::vector<EvaluatorPtr>> rows)
      : rows_(std::move(rows)) {
    for (const types::Type& type : node.outputs) vectors_.emplace_back(type);
    for (const Vector& vector : vectors_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext&) override {
    next_row_ = 0;
    return absl::OkStatus();
  }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    for (Vector& vector : vectors_) vector.Reset();
    size_t size = 0;
    for (; size < types::kChunkRows && next_row_ < rows_.size(); ++size, ++next_row_) {
      for (size_t c = 0; c < vectors_.size(); ++c) {
        HELIOS_ASSIGN_OR_RETURN(const Vector* value,
                                rows_[next_row_][c]->Evaluate(context, Chunk{{}, 1}));
        CopyRowDeep(*value, 0, size, &vectors_[c]);
      }
    }
    return Chunk{columns_, size};
  }
  void Close() override {}

 private:
  std::vector<std::vector<EvaluatorPtr>> rows_;
  std::vector<Vector> vectors_;
  std::vector<const Vector*> columns_;
  size_t next_row_ = 0;
};

// Reads its child on the first run and keeps the rows; a later Open reads them again, unless outer values changed.
class Materialize final : public Operator {
 public:
  Materialize(OperatorPtr child, const std::vector<types::Type>& types)
      : child_(std::move(child)), rows_(types) {}

  absl::Status Open(ExecContext& context) override {
    if (!filled_ || filled_version_ != context.outer_values_version) {
      filled_ = false;
      HELIOS_RETURN_IF_ERROR(Fill(context));
      filled_ = true;
      filled_version_ = context.outer_values_version;
    }
    reader_.Start(&rows_);
    return absl::OkStatus();
  }
  absl::StatusOr<Chunk> Next(ExecContext&) override { return reader_.Next(); }
  void Close() override {
    child_->Close();
    reader_.Stop();
    rows_.Clear();
    filled_ = false;
  }

 private:
  absl::Status Fill(ExecContext& context) {
    reader_.Stop();
    rows_.Start(context.work_mem_bytes, context.temporary_files);
    HELIOS_RETURN_IF_ERROR(child_->Open(context));
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(const Chunk chunk, child_->Next(context));
      if (chunk.size == 0) break;
      HELIOS_RETURN_IF_ERROR(context.CheckCancelled());
      HELIOS_RETURN_IF_ERROR(rows_.Append(chunk));
    }
    child_->Close();
    return rows_.Finish();
  }

  OperatorPtr child_;
  RowSpool rows_;
  RowSpoolReader reader_;
  bool filled_ = false;
  uint64_t filled_version_ = 0;
};

}  // namespace

OperatorPtr BuildResult(const plan::ResultNode&) { return std::make_unique<Result>(); }

absl::StatusOr<OperatorPtr> BuildFilter(const plan::FilterNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(RowFilter filter, RowFilter::Compile(node.conjuncts));
  if (node.one_time) return std::make_unique<Gate>(std::move(child), std::move(filter));
  return std::make_unique<Filter>(std::move(child), std::move(filter),
                                  AllSlots(node.outputs.size()));
}

absl::StatusOr<OperatorPtr> BuildProject(const plan::ProjectNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  HELIOS_ASSIGN_OR_RETURN(std::vector<EvaluatorPtr> expressions,
                          CompileExpressions(node.expressions));
  return std::make_unique<Project>(std::move(child), std::move(expressions));
}

absl::StatusOr<OperatorPtr> BuildAppend(const plan::AppendNode& node) {
  std::vector<OperatorPtr> children;
  for (const plan::NodePtr& child : node.children) {
    HELIOS_ASSIGN_OR_RETURN(children.emplace_back(), BuildOperator(*child));
  }
  return std::make_unique<Append>(std::move(children));
}

absl::StatusOr<OperatorPtr> BuildValues(const plan::ValuesNode& node) {
  std::vector<std::vector<EvaluatorPtr>> rows;
  for (const auto& row : node.values) {
    HELIOS_ASSIGN_OR_RETURN(rows.emplace_back(), CompileExpressions(row));
  }
  return std::make_unique<Values>(node, std::move(rows));
}

absl::StatusOr<OperatorPtr> BuildMaterialize(const plan::MaterializeNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  return std::make_unique<Materialize>(std::move(child), node.outputs);
}

}  // namespace heliosdb::sql::execute
