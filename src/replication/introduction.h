// What two nodes must agree on before they speak of anything else.
#ifndef HELIOSDB_REPLICATION_INTRODUCTION_H_
#define HELIOSDB_REPLICATION_INTRODUCTION_H_

#include <string>

#include "replication/message.h"

namespace heliosdb::replication {

// Why the two have nothing to say to each other (another protocol version, cluster, history, or the
// same name), naming both; empty if they agree.
std::string IntroductionMistake(const Introduction& peer, const Introduction& self);

}  // namespace heliosdb::replication

#endif  // HELIOSDB_REPLICATION_INTRODUCTION_H_
