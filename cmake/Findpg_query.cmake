# Finds libpg_query, which ships no package file of its own: pg_query::pg_query.
find_path(PG_QUERY_INCLUDE_DIR pg_query.h)
find_library(PG_QUERY_LIBRARY pg_query)
mark_as_advanced(PG_QUERY_INCLUDE_DIR PG_QUERY_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(pg_query REQUIRED_VARS PG_QUERY_LIBRARY PG_QUERY_INCLUDE_DIR)

if(pg_query_FOUND AND NOT TARGET pg_query::pg_query)
  add_library(pg_query::pg_query UNKNOWN IMPORTED)
  set_target_properties(pg_query::pg_query PROPERTIES IMPORTED_LOCATION "${PG_QUERY_LIBRARY}"
                                                      INTERFACE_INCLUDE_DIRECTORIES "${PG_QUERY_INCLUDE_DIR}")
endif()
