#include "core/sql/execute/lock_rows.h"

#include <utility>

#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_locker.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;

class LockRows final : public Operator {
 public:
  LockRows(const plan::LockRowsNode& node, OperatorPtr child, std::vector<RowLocker> lockers)
      : node_(node), child_(std::move(child)), lockers_(std::move(lockers)) {}

  absl::Status Open(ExecContext& context) override { return child_->Open(context); }
  absl::StatusOr<Chunk> Next(ExecContext& context) override {
    while (true) {
      HELIOS_ASSIGN_OR_RETURN(Chunk chunk, child_->Next(context));
      if (chunk.size == 0) return chunk;
      for (size_t i = 0; i < lockers_.size() && chunk.size > 0; ++i) {
        const plan::LockRowsNode::Target& target = node_.targets[i];
        HELIOS_ASSIGN_OR_RETURN(
            chunk, lockers_[i].Lock(context, chunk, LockModeOf(target.strength), target.wait));
      }
      if (chunk.size > 0) return chunk;
    }
  }
  void Close() override { child_->Close(); }

 private:
  const plan::LockRowsNode& node_;
  OperatorPtr child_;
  std::vector<RowLocker> lockers_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildLockRows(const plan::LockRowsNode& node) {
  HELIOS_ASSIGN_OR_RETURN(OperatorPtr child, BuildOperator(*node.children[0]));
  std::vector<RowLocker> lockers;
  for (const plan::LockRowsNode::Target& target : node.targets) {
    HELIOS_ASSIGN_OR_RETURN(RowLocker locker, RowLocker::Build(target.recheck, node.outputs));
    lockers.push_back(std::move(locker));
  }
  return std::make_unique<LockRows>(node, std::move(child), std::move(lockers));
}

}  // namespace heliosdb::sql::execute
