# Compiler and linker settings for our own targets. A host that adds this folder keeps its own settings.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

if(PROJECT_IS_TOP_LEVEL)
  find_program(HELIOSDB_CCACHE ccache)
  if(HELIOSDB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${HELIOSDB_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${HELIOSDB_CCACHE}")
  endif()
  find_program(HELIOSDB_MOLD mold)
  if(HELIOSDB_MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()

if(HELIOSDB_SANITIZE)
  add_compile_options(-fsanitize=${HELIOSDB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HELIOSDB_SANITIZE})
  add_compile_definitions(HELIOSDB_SANITIZED=1)
endif()
if(HELIOSDB_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Warnings and tuning that every target of ours takes.
add_library(heliosdb_flags INTERFACE)
target_compile_features(heliosdb_flags INTERFACE cxx_std_20)
target_compile_options(heliosdb_flags INTERFACE -Wall -Wextra -Wno-unused-parameter)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(heliosdb_flags INTERFACE -Wthread-safety -Werror=thread-safety)
else()
  # g++ 12 reports these falsely on std::string and std::optional at -O2 and above.
  target_compile_options(heliosdb_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                                                  -Wno-array-bounds -Wno-dangling-pointer)
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  # SSE4.2 carries the CRC32C instruction; every x86-64 server since 2009 has it.
  target_compile_options(heliosdb_flags INTERFACE -msse4.2)
endif()
