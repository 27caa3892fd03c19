// A host that links heliosdb::core and uses its public headers only.
#include <cstdio>

#include "heliosdb/error.h"

int main() {
  const absl::Status missing = absl::NotFoundError("no such thing");
  const std::string state = heliosdb::SqlStateOf(missing);
  std::printf("sqlstate=%s\n", state.c_str());
  return state.size() == 5 ? 0 : 1;
}
