# heliosdb_layer(NAME wal [FOLDER dir] DEPENDS base ... [LIBRARIES absl::... ] [NO_THREAD_SANITIZER reason])
#
# Makes the static library heliosdb_<name> (alias heliosdb::<name>) from every .cc of the calling folder, and, from
# every *_test.cc beside them, the program <name>_test whose cases appear in ctest as <name>.<Case>.<Test>.
# DEPENDS are layers below; tests/tidy/check_layers.py holds the allowed edges. The layer's objects go into the archive
# of the component that HELIOSDB_COMPONENT names, if it names one. With a reason its tests are left out of the
# ThreadSanitizer's build, which says so when it counts its tests.
file(WRITE "${PROJECT_BINARY_DIR}/layers_left_out.txt" "")
function(heliosdb_layer)
  cmake_parse_arguments(arg "" "NAME;FOLDER;NO_THREAD_SANITIZER" "DEPENDS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
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
    target_link_libraries(${target} PRIVATE heliosdb_flags)
    set_property(GLOBAL APPEND PROPERTY HELIOSDB_LAYERS_${HELIOSDB_COMPONENT} ${target})
    set_property(GLOBAL APPEND PROPERTY HELIOSDB_LIBRARIES_${HELIOSDB_COMPONENT} ${arg_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(heliosdb::${arg_NAME} ALIAS ${target})
  target_include_directories(${target} ${scope} "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>"
                             "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
  target_link_libraries(${target} ${scope} ${links} ${arg_LIBRARIES})

  if(arg_NO_THREAD_SANITIZER AND HELIOSDB_SANITIZE MATCHES thread AND tests)
    file(APPEND "${PROJECT_BINARY_DIR}/layers_left_out.txt" "${arg_NAME}: ${arg_NO_THREAD_SANITIZER}\n")
  elseif(HELIOSDB_BUILD_TESTS AND tests)
    set(test_target ${arg_NAME}_test)
    add_executable(${test_target} ${tests})
    target_link_libraries(${test_target} PRIVATE ${target} heliosdb_flags GTest::gmock GTest::gtest_main
                          ${arg_TEST_LIBRARIES})
    heliosdb_test_program(${test_target})
    heliosdb_gtest(TARGET ${test_target} PREFIX "${arg_NAME}." LAYER ${arg_NAME} KIND unit)
  endif()
endfunction()
