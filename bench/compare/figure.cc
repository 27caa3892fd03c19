#include "bench/compare/figure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "fmt/format.h"
#include <unistd.h>

#include "core/base/mutex.h"
#include "core/base/status.h"

namespace heliosdb::bench {
namespace {

int missed = 0;

std::string BarText(double bar, bool met) {
  if (!met) ++missed;
  return fmt::format("bar={:.2f} met={}", bar, met ? "yes" : "no");
}

}  // namespace

double NowSeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

absl::StatusOr<Medians> Interleave(const Side& helios, const Side& peer) {
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int i = 0; i < kSamples; ++i) {
    HELIOS_ASSIGN_OR_RETURN(const double our_rate, helios());
    ours.push_back(our_rate);
    HELIOS_ASSIGN_OR_RETURN(const double their_rate, peer());
    theirs.push_back(their_rate);
  }
  return Medians{.helios = Median(ours), .peer = Median(theirs)};
}

void Print(std::string_view name, const Medians& medians, std::string_view unit, double bar,
           std::string_view note) {
  fmt::print("compare {} helios={:.4g} peer={:.4g} ratio={:.2f} unit={} {}{}{}\n", name,
             medians.helios, medians.peer, medians.ratio(), unit,
             BarText(bar, medians.ratio() >= bar), note.empty() ? "" : " ", note);
  std::fflush(stdout);
}

void PrintAlone(std::string_view name, double helios, std::string_view unit,
                std::optional<double> bar_at_most) {
  fmt::print("compare {} helios={:.4g} peer=none ratio=none unit={}{}\n", name, helios, unit,
             bar_at_most ? " " + BarText(*bar_at_most, helios <= *bar_at_most) : "");
  std::fflush(stdout);
}

int BarsMissed() { return missed; }

absl::StatusOr<Workspace> Workspace::Make(const std::string& parent) {
  std::string path = fmt::format("{}/heliosdb-compare-{}", parent, getpid());
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return InvalidArgument("cannot make {}: {}", path, error.message());
  return Workspace(std::move(path));
}

Workspace::~Workspace() {
  if (!path_.empty()) Remove(path_);
}

std::string Workspace::NewPath(std::string_view name) {
  return fmt::format("{}/{}-{}", path_, name, ++serial_);
}

void Workspace::Remove(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

absl::StatusOr<double> RunThreads(int threads, double seconds,
                                  const std::function<absl::Status(int thread)>& body) {
  std::atomic<uint64_t> operations{0};
  std::atomic<bool> failed{false};
  Mutex mu;
  absl::Status error;
  const double start = NowSeconds();
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      uint64_t done = 0;
      while (!failed.load(std::memory_order_relaxed) && NowSeconds() - start < seconds) {
        if (absl::Status status = body(thread); !status.ok()) {
          MutexLock lock(&mu);
          if (error.ok()) error = status;
          failed = true;
          return;
        }
        ++done;
      }
      operations += done;
    });
  }
  for (std::thread& thread : running) thread.join();
  if (!error.ok()) return error;
  return static_cast<double>(operations) / (NowSeconds() - start);
}

std::string Dice::Text(size_t length) {
  std::string text(length, 'a');
  for (char& letter : text) letter = static_cast<char>('a' + Below(26));
  return text;
}

}  // namespace heliosdb::bench
