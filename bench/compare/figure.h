// What every figure of the comparison shares: how two sides are measured in turn, and how a line is printed.
#ifndef HELIOSDB_BENCH_COMPARE_FIGURE_H_
#define HELIOSDB_BENCH_COMPARE_FIGURE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace heliosdb::bench {

inline constexpr int kSamples = 5;
inline constexpr int kThreads = 16;
// Of the tables that are read.
inline constexpr int64_t kRows = 1'000'000;
inline constexpr int64_t kDistinctK = 1000;

// Seconds since an arbitrary moment.
double NowSeconds();

// Runs once and gives a rate (per second).
using Side = std::function<absl::StatusOr<double>()>;

struct Medians {
  double helios = 0;
  double peer = 0;
  double ratio() const { return helios / peer; }
};
// Runs the sides in turn, kSamples times each.
absl::StatusOr<Medians> Interleave(const Side& helios, const Side& peer);
double Median(std::vector<double> values);

enum class Bar : uint8_t { kAtLeast, kAtMost };

// "compare NAME helios=… peer=… ratio=… unit=… bar=0.80 met=yes NOTE".
void Print(std::string_view name, const Medians& medians, std::string_view unit, double bar,
           std::string_view note = "");
// Of a figure without a peer; without a bar it is only told.
void PrintAlone(std::string_view name, double helios, std::string_view unit,
                std::optional<double> bar_at_most);
// How many lines missed their bar so far.
int BarsMissed();

// A folder on the disk that is measured, removed at the end.
class Workspace {
 public:
  static absl::StatusOr<Workspace> Make(const std::string& parent);
  ~Workspace();
  Workspace(Workspace&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  Workspace(const Workspace&) = delete;
  // A path in it that was not given before.
  std::string NewPath(std::string_view name);
  void Remove(const std::string& path);

 private:
  explicit Workspace(std::string path) : path_(std::move(path)) {}
  std::string path_;
  int serial_ = 0;
};

// Runs body(thread) on `threads` threads until it has gone on for `seconds`; body does one operation. Operations a
// second, or the first error.
absl::StatusOr<double> RunThreads(int threads, double seconds,
                                  const std::function<absl::Status(int thread)>& body);

// Cheap reproducible chance.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 1) {}
  uint64_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  int64_t Below(int64_t bound) { return static_cast<int64_t>(Next() >> 1) % bound; }
  // Lower-case letters.
  std::string Text(size_t length);

 private:
  uint64_t state_;
};

// --- The subjects, a file each ---
using Wanted = std::function<bool(std::string_view name)>;
absl::Status CompareCommits(Workspace* workspace, const Wanted& wanted);
absl::Status CompareReads(Workspace* workspace, const Wanted& wanted);
absl::Status CompareBulkInsert(Workspace* workspace, const Wanted& wanted);
absl::Status CompareRecovery(Workspace* workspace, const Wanted& wanted);

}  // namespace heliosdb::bench

#endif  // HELIOSDB_BENCH_COMPARE_FIGURE_H_
