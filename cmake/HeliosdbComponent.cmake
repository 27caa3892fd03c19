# heliosdb_component(NAME core DEPENDS ... PUBLIC_LIBRARIES absl::... )
#
# One archive for hosts, lib/libheliosdb_<name>.a, from the objects of every layer that was declared while
# HELIOSDB_COMPONENT was <name>. A host links heliosdb::<name>, in the tree as after installation, and sees only
# include/heliosdb. Our own programs and tests link the layers.
#
# The libraries of the layers become private: their headers are not needed to compile against ours. PUBLIC_LIBRARIES
# are those whose headers ours include. A component without any source is not defined, and not part of an installation.
function(heliosdb_component)
  cmake_parse_arguments(arg "" "NAME" "DEPENDS;PUBLIC_LIBRARIES" ${ARGN})
  get_property(layers GLOBAL PROPERTY HELIOSDB_LAYERS_${arg_NAME})
  get_property(libraries GLOBAL PROPERTY HELIOSDB_LIBRARIES_${arg_NAME})
  set(objects "")
  foreach(layer ${layers})
    list(APPEND objects $<TARGET_OBJECTS:${layer}>)
  endforeach()
  if(NOT objects)
    return()
  endif()
  if(libraries)
    list(REMOVE_DUPLICATES libraries)
    list(REMOVE_ITEM libraries ${arg_PUBLIC_LIBRARIES})
  endif()

  string(REPLACE "-" "_" target "heliosdb_${arg_NAME}")
  add_library(${target} STATIC ${objects})
  add_library(heliosdb::${arg_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME} LINKER_LANGUAGE CXX)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
                                                 "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS} ${arg_PUBLIC_LIBRARIES} PRIVATE ${libraries})
  if(HELIOSDB_SANITIZE)
    target_link_options(${target} INTERFACE -fsanitize=${HELIOSDB_SANITIZE})
  endif()
  set_property(GLOBAL APPEND PROPERTY HELIOSDB_COMPONENTS ${arg_NAME})
endfunction()
