// Standbys: brings everything of the component ha-tier1.
#ifndef HELIOSDB_REPLICATION_H_
#define HELIOSDB_REPLICATION_H_

#include "heliosdb/replication/replicated_database.h"
#include "heliosdb/replication/replication_config.h"
#include "heliosdb/replication/sync_mode.h"

#endif  // HELIOSDB_REPLICATION_H_
