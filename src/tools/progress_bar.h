// A bar on the terminal for long work.
#ifndef HELIOSDB_TOOLS_PROGRESS_BAR_H_
#define HELIOSDB_TOOLS_PROGRESS_BAR_H_

#include <cstdint>
#include <cstdio>
#include <string>

namespace heliosdb::tools {

// Draws "label [#####.....]  52%" over itself while done grows, at most once a percent; nothing when out is no terminal.
class ProgressBar {
 public:
  // out is not owned and outlives the bar.
  ProgressBar(std::FILE* out, std::string label, uint64_t total);
  // Ends the line.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Update(uint64_t done);

 private:
  std::FILE* const out_;
  const std::string label_;
  const uint64_t total_;
  const bool visible_;
  int percent_ = -1;
};

}  // namespace heliosdb::tools

#endif  // HELIOSDB_TOOLS_PROGRESS_BAR_H_
