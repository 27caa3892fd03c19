// Backslash commands of the shell.
#ifndef HELIOSDB_TOOLS_META_COMMAND_H_
#define HELIOSDB_TOOLS_META_COMMAND_H_

#include <string>

namespace heliosdb::tools {

class Shell;

// Runs one line that begins with a backslash. False when it failed or is unknown; the shell has said why.
bool RunMetaCommand(Shell* shell, const std::string& line);

}  // namespace heliosdb::tools

#endif  // HELIOSDB_TOOLS_META_COMMAND_H_
