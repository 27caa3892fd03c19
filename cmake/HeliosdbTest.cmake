# Every ctest test carries two labels: layer:<layer> (or layer:house, layer:whole) and kind:<kind>. `make test` counts by them.

# heliosdb_gtest(TARGET wal_test PREFIX wal. LAYER wal KIND unit [TIMEOUT seconds] [PROPERTIES name value ...])
# Registers every case of a GoogleTest program.
function(heliosdb_gtest)
  cmake_parse_arguments(arg "" "TARGET;PREFIX;LAYER;KIND;TIMEOUT" "PROPERTIES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  # The list is expanded again in three generated scripts, hence the backslashes before its semicolon.
  gtest_discover_tests(${arg_TARGET} TEST_PREFIX "${arg_PREFIX}" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120
                       PROPERTIES LABELS "layer:${arg_LAYER}\\\\\\\\\\\\\\;kind:${arg_KIND}" TIMEOUT ${arg_TIMEOUT}
                                  ${arg_PROPERTIES})
endfunction()

# heliosdb_test(NAME tidy.layers LAYER house KIND tidy COMMAND ... [TIMEOUT seconds] [PROPERTIES name value ...])
# Registers a command.
function(heliosdb_test)
  cmake_parse_arguments(arg "" "NAME;LAYER;KIND;TIMEOUT" "COMMAND;PROPERTIES" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 600)
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${arg_COMMAND})
  set_tests_properties(${arg_NAME} PROPERTIES LABELS "layer:${arg_LAYER};kind:${arg_KIND}" TIMEOUT ${arg_TIMEOUT}
                                              ${arg_PROPERTIES})
endfunction()
