# heliosdb_layer(NAME wal [FOLDER dir] DEPENDS base ... [LIBRARIES absl::... ])
#
# Makes the static library heliosdb_<name> (alias heliosdb::<name>) from every .cc of the calling folder, and, from
# every *_test.cc beside them, the program <name>_test whose cases appear in ctest as <name>.<Case>.<Test>.
# DEPENDS are layers below; tests/tidy/check_layers.py holds the allowed edges.
function(heliosdb_layer)
  cmake_parse_arguments(arg "" "NAME;FOLDER" "DEPENDS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}")
  if(arg_FOLDER)
    set(folder "${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER}")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  set(target heliosdb_${arg_NAME})
  set(links "")
  foreach(dependency ${arg_DEPENDS})
    list(APPEND links heliosdb_${dependency})
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:heliosdb_flags>)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(heliosdb::${arg_NAME} ALIAS ${target})
  target_include_directories(${target} ${scope} "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>"
                             "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
  target_link_libraries(${target} ${scope} ${links} ${arg_LIBRARIES})

  if(HELIOSDB_BUILD_TESTS AND tests)
    set(test_target ${arg_NAME}_test)
    add_executable(${test_target} ${tests})
    target_link_libraries(${test_target} PRIVATE ${target} heliosdb_flags GTest::gmock GTest::gtest_main
                          ${arg_TEST_LIBRARIES})
    gtest_discover_tests(${test_target} TEST_PREFIX "${arg_NAME}." DISCOVERY_MODE PRE_TEST
                         PROPERTIES LABELS "layer:${arg_NAME};kind:unit" TIMEOUT 300)
  endif()
endfunction()
