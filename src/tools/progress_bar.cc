#include "tools/progress_bar.h"

#include <algorithm>
#include <utility>

#include "fmt/format.h"
#include <unistd.h>

namespace heliosdb::tools {
namespace {

constexpr int kWidth = 40;

}  // namespace

ProgressBar::ProgressBar(std::FILE* out, std::string label, uint64_t total)
    : out_(out),
      label_(std::move(label)),
      total_(std::max<uint64_t>(total, 1)),
      visible_(isatty(fileno(out)) == 1) {}

ProgressBar::~ProgressBar() {
  if (visible_ && percent_ >= 0) std::fputc('\n', out_);
}

void ProgressBar::Update(uint64_t done) {
  const int percent = static_cast<int>(std::min(done, total_) * 100 / total_);
  if (!visible_ || percent == percent_) return;
  percent_ = percent;
  const int filled = kWidth * percent / 100;
  fmt::print(out_, "\r{} [{:#<{}}{:.<{}}] {:3}%", label_, "", filled, "", kWidth - filled, percent);
  std::fflush(out_);
}

}  // namespace heliosdb::tools
