# Installation: one archive a component, the public headers, and a package file for
#   find_package(heliosdb CONFIG REQUIRED COMPONENTS core ha-tier1)
if(NOT HELIOSDB_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

get_property(components GLOBAL PROPERTY HELIOSDB_COMPONENTS)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/heliosdb")

foreach(component ${components})
  string(REPLACE "-" "_" target "heliosdb_${component}")
  install(TARGETS ${target} EXPORT heliosdb-${component} ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
          COMPONENT ${component})
  install(EXPORT heliosdb-${component} NAMESPACE heliosdb:: DESTINATION "${package_dir}"
          FILE heliosdb-${component}-targets.cmake COMPONENT ${component})
endforeach()

# The headers of a component that was not built would only mislead.
set(absent_headers "")
if(NOT "ha-tier1" IN_LIST components)
  set(absent_headers PATTERN "replication" EXCLUDE PATTERN "replication.h" EXCLUDE)
endif()
install(DIRECTORY include/heliosdb DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT core
        FILES_MATCHING PATTERN "*.h" ${absent_headers})

set(HELIOSDB_INSTALLED_COMPONENTS "${components}")
configure_package_config_file(cmake/heliosdb-config.cmake.in "${PROJECT_BINARY_DIR}/heliosdb-config.cmake"
                              INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/heliosdb-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/heliosdb-config.cmake" "${PROJECT_BINARY_DIR}/heliosdb-config-version.cmake"
              cmake/Findpg_query.cmake DESTINATION "${package_dir}" COMPONENT core)
