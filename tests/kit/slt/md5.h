// MD5 (RFC 1321): sqllogictest names long results by it. Not for anything that must resist forgery.
#ifndef HELIOSDB_TESTS_KIT_SLT_MD5_H_
#define HELIOSDB_TESTS_KIT_SLT_MD5_H_

#include <string>
#include <string_view>

namespace heliosdb::testkit::slt {

// The digest in 32 lower-case hexadecimal digits.
std::string Md5(std::string_view text);

}  // namespace heliosdb::testkit::slt

#endif  // HELIOSDB_TESTS_KIT_SLT_MD5_H_
