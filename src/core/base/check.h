// HELIOS_CHECK(condition): what only a bug in this library can break. On in every build; prints the
// place and aborts.
#ifndef HELIOSDB_CORE_BASE_CHECK_H_
#define HELIOSDB_CORE_BASE_CHECK_H_

namespace heliosdb::base {

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace heliosdb::base

#define HELIOS_CHECK(condition)                      \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::heliosdb::base::CheckFailed(__FILE__, __LINE__, #condition))

#endif  // HELIOSDB_CORE_BASE_CHECK_H_
