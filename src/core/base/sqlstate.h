// A SQLSTATE: the five characters by which SQL clients tell errors apart.
#ifndef HELIOSDB_CORE_BASE_SQLSTATE_H_
#define HELIOSDB_CORE_BASE_SQLSTATE_H_

#include <string_view>

namespace heliosdb {

class SqlState {
 public:
  constexpr explicit SqlState(const char (&code)[6]) : code_(code) {}
  constexpr std::string_view code() const { return {code_, 5}; }
  friend constexpr bool operator==(SqlState a, SqlState b) { return a.code() == b.code(); }

 private:
  const char* code_;  // A string literal.
};

}  // namespace heliosdb

#endif  // HELIOSDB_CORE_BASE_SQLSTATE_H_
