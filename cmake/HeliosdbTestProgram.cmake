# heliosdb_test_program(target): how a program of unit tests is compiled. Half of the time went into GoogleTest's headers and
# into optimising code that runs once: so those headers, and what nearly every test includes, are compiled once, and without
# much optimisation. Every file still includes what it uses: `make lint` compiles without this. The libraries do without, so
# that ccache finds their objects again when a host compiles them.
option(HELIOSDB_PRECOMPILE "Compile the headers of the tests once" ON)

set(heliosdb_test_options "$<$<CONFIG:Release>:-O1>" -pthread)
if(HELIOSDB_BUILD_TESTS AND HELIOSDB_PRECOMPILE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Without it ccache cannot see in a preprocessed file which headers were precompiled.
    list(APPEND heliosdb_test_options -fpch-preprocess)
  endif()
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/precompiled/empty.cc" CONTENT "int main() {}\n" @ONLY)
  # A program, as those that use its headers are: a library would compile them as position-independent code.
  add_executable(heliosdb_precompiled_test "${PROJECT_BINARY_DIR}/precompiled/empty.cc")
  target_compile_options(heliosdb_precompiled_test PRIVATE ${heliosdb_test_options})
  target_link_libraries(heliosdb_precompiled_test
                        PRIVATE heliosdb_flags absl::statusor absl::time absl::flat_hash_map fmt::fmt Threads::Threads
                                GTest::gmock GTest::gtest)
  target_precompile_headers(heliosdb_precompiled_test PRIVATE
                            <algorithm> <atomic> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string>
                            <string_view> <utility> <variant> <vector> <absl/container/flat_hash_map.h>
                            <absl/status/status.h> <absl/status/statusor.h> <absl/time/time.h> <fmt/format.h>
                            <gmock/gmock.h> <gtest/gtest.h>)
endif()

function(heliosdb_test_program target)
  target_compile_options(${target} PRIVATE ${heliosdb_test_options})
  if(HELIOSDB_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM heliosdb_precompiled_test)
  endif()
endfunction()
