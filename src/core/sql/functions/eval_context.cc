#include "core/sql/functions/eval_context.h"

#include <bit>
#include <cmath>

#include "core/sql/functions/pattern_cache.h"
#include "core/types/datetime.h"

namespace heliosdb::sql::functions {
namespace {

uint64_t SplitMix64(uint64_t* state) {
  uint64_t value = (*state += 0x9E3779B97F4A7C15);
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

}  // namespace

EvalContext::EvalContext() = default;
EvalContext::~EvalContext() = default;
EvalContext::EvalContext(EvalContext&&) noexcept = default;
EvalContext& EvalContext::operator=(EvalContext&&) noexcept = default;

SessionRandom::SessionRandom(uint64_t seed) { Seed(seed); }

void SessionRandom::Seed(uint64_t seed) {
  state_[0] = SplitMix64(&seed);
  state_[1] = SplitMix64(&seed);
}

void SessionRandom::SeedFraction(double seed) {
  // The mantissa's 52 bits, and the sign.
  constexpr double kSeedMax = static_cast<double>((uint64_t{1} << 52) - 1);
  const auto whole = static_cast<int64_t>(kSeedMax * seed);
  Seed(static_cast<uint64_t>(whole));
}

double SessionRandom::Next() {
  const uint64_t s0 = state_[0];
  const uint64_t s1 = state_[1] ^ s0;
  const uint64_t value = std::rotl(s0 * 5, 7) * 9;
  state_[0] = std::rotl(s0, 24) ^ s1 ^ (s1 << 16);
  state_[1] = std::rotl(s1, 37);
  return std::ldexp(static_cast<double>(value >> 12), -52);
}

int64_t WallMicroseconds(Clock* clock) {
  return absl::ToUnixMicros(clock->WallNow()) -
         int64_t{types::kUnixEpochDays} * types::kMicrosecondsPerDay;
}

}  // namespace heliosdb::sql::functions
