// Runs a fuzz target over the files of the folders that are named, without libFuzzer: each seed
// once, then each seed cut at a few places and with single bytes changed, so that the decoder sees
// damage in every build.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kChangesPerSeedMax = 256;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void RunOne(const std::string& input) {
  // A copy of its own, so that a sanitizer sees a read past the end.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

size_t RunDamaged(const std::string& seed) {
  size_t runs = 0;
  const size_t step = seed.size() / kChangesPerSeedMax + 1;
  for (size_t i = 0; i < seed.size(); i += step) {
    RunOne(seed.substr(0, i));
    std::string changed = seed;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    RunOne(changed);
    runs += 2;
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  size_t seeds = 0;
  size_t runs = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const std::string seed = ReadFile(entry.path());
      RunOne(seed);
      runs += 1 + RunDamaged(seed);
      ++seeds;
    }
  }
  std::printf("seeds=%zu runs=%zu\n", seeds, runs);
  return seeds == 0 ? 1 : 0;
}
