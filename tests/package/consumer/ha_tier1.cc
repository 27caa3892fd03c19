// A host that links heliosdb::ha-tier1, which brings heliosdb::core.
#include <cstdio>

#include "heliosdb/error.h"

int main() {
  const std::string state = heliosdb::SqlStateOf(absl::UnavailableError("no standby"));
  std::printf("sqlstate=%s\n", state.c_str());
  return state.size() == 5 ? 0 : 1;
}
