#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace heliosdb::base {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "heliosdb: %s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace heliosdb::base
