// Memory for many small pieces that are freed together.
#ifndef HELIOSDB_CORE_BASE_ARENA_H_
#define HELIOSDB_CORE_BASE_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace heliosdb {

// A bump allocator. Pieces stay where they are until Reset or destruction. Not thread-safe.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  // size bytes aligned to alignment (a power of two up to 16).
  char* Allocate(size_t size, size_t alignment = 8) {
    const uintptr_t at =
        (reinterpret_cast<uintptr_t>(next_) + alignment - 1) & ~(uintptr_t{alignment} - 1);
    char* const start = reinterpret_cast<char*>(at);
    if (next_ == nullptr || start + size > end_) return AllocateInNewBlock(size, alignment);
    next_ = start + size;
    return start;
  }
  std::string_view Copy(std::string_view bytes) {
    if (bytes.empty()) return {};
    char* const to = Allocate(bytes.size(), 1);
    std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }
  // Frees everything but the first block, which is used again.
  void Reset();
  // Bytes held from the operating system's allocator.
  size_t bytes_held() const { return bytes_held_; }

 private:
  char* AllocateInNewBlock(size_t size, size_t alignment);

  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t first_block_bytes_ = 0;
  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t bytes_held_ = 0;
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_ARENA_H_
