#include "core/sql/execute/system_view_scan.h"

#include <utility>

#include "core/catalog/system_view.h"
#include "core/sql/execute/exec_context.h"
#include "core/sql/execute/row_store.h"

namespace heliosdb::sql::execute {
namespace {

using types::Chunk;
using types::Vector;

class SystemViewScan final : public Operator {
 public:
  explicit SystemViewScan(const plan::SystemViewScanNode& node) : node_(node), rows_(node.outputs) {
    for (const types::Type& type : node.outputs) row_.emplace_back(type);
    for (const Vector& vector : row_) columns_.push_back(&vector);
  }

  absl::Status Open(ExecContext& context) override {
    rows_.Clear();
    next_block_ = 0;
    const catalog::SystemViewContext view_context{context.image,
                                                  context.functions->system->Database(),
                                                  context.functions->system->CurrentUser()};
    return node_.view->Rows(view_context, [this](std::span<const types::Value> values) {
      for (size_t i = 0; i < row_.size(); ++i) {
        row_[i].Reset();
        row_[i].SetValue(0, values[node_.columns[i]]);
      }
      rows_.Append(Chunk{columns_, 1});
      return absl::OkStatus();
    });
  }
  absl::StatusOr<Chunk> Next(ExecContext&) override {
    return next_block_ < rows_.block_count() ? rows_.Block(next_block_++) : Chunk{};
  }
  void Close() override { rows_.Clear(); }

 private:
  const plan::SystemViewScanNode& node_;
  RowStore rows_;
  size_t next_block_ = 0;
  std::vector<Vector> row_;
  std::vector<const Vector*> columns_;
};

}  // namespace

absl::StatusOr<OperatorPtr> BuildSystemViewScan(const plan::SystemViewScanNode& node) {
  return std::make_unique<SystemViewScan>(node);
}

}  // namespace heliosdb::sql::execute
