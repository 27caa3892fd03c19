#!/usr/bin/env python3
"""check_layers.py [ROOT]: the architecture as a table. Fails on an include that points up, or out of its folder.

LAYERS is the architecture: to change it, change it here, with an ADR in docs/adr.
"""
import pathlib
import re
import sys

import source_text

_BELOW_SQL = {"base", "types", "storage", "wal", "txn", "catalog"}
_BELOW_PLAN = _BELOW_SQL | {"sql/parse", "sql/functions", "sql/bind"}
_CORE = _BELOW_PLAN | {"sql/plan", "sql/execute"}

# Folder under src/core: the layers it may include besides itself.
LAYERS = {
    "base": set(),
    "types": {"base"},
    "storage": {"base"},
    "wal": {"base"},
    "txn": {"base", "storage", "wal"},
    "catalog": {"base", "types", "txn"},
    "sql/parse": {"base", "types"},
    "sql/functions": {"base", "types"},
    "sql/bind": _BELOW_SQL | {"sql/parse", "sql/functions"},
    "sql/plan": _BELOW_PLAN,
    "sql/execute": _BELOW_PLAN | {"sql/plan"},
    "api": _CORE,
}
# Folder under src: what it may include besides itself, core's layers by name, others as src/NAME.
UPPER = {
    "replication": {"base", "types", "storage", "wal", "txn", "catalog", "api"},
    "replication/grpc": {"base", "wal", "src/replication"},
    "tools": {"api", "base", "types", "src/replication", "src/replication/grpc"},
}

# Header pattern: the folders whose .cc files may include it. The host of this library never needs it to compile.
FOREIGN = {
    r"lmdb\.h": ("src/core/storage",),
    r"pg_query.*\.h|protobuf-c/.*": ("src/core/sql/parse",),
    r"re2/.*": ("src/core/sql/functions",),
    r"grpc(pp|\+\+)?/.*|google/protobuf/.*|.*\.pb\.h": ("src/replication/grpc",),
    r"CLI/.*|editline/.*|histedit\.h|readline/.*": ("src/tools",),
    r"libpq-fe\.h": ("src/tools", "tests"),
    r"sqlite3\.h": ("bench", "tests"),
    r"benchmark/.*": ("bench",),
}
# These may stand in headers too.
EVERYWHERE = r"absl/.*|fmt/.*"
TESTS_ONLY = r"gtest/.*|gmock/.*"
SYSTEM = (
    r"[a-z_]+|c[a-z]+|cxxabi\.h|(sys|linux|arpa|netinet|asm)/[a-z_0-9]+\.h|[a-z0-9]+mmintrin\.h|immintrin\.h|x86intrin\.h|arm_acle\.h|"
    r"(dirent|dlfcn|errno|execinfo|fcntl|fnmatch|getopt|glob|langinfo|limits|locale|malloc|math|netdb|poll|pthread|"
    r"pwd|sched|signal|spawn|stdint|stdio|stdlib|string|strings|termios|time|ucontext|unistd|wait)\.h"
)
PUBLIC_MAY_USE = r"absl/.*|heliosdb/.*|[a-z_]+"


def layer_of(path):
    """The layer of a file, or None: core's layers by their folder, others as src/NAME."""
    parts = path.parts
    if parts[:2] == ("src", "core"):
        return "/".join(parts[2:4]) if parts[2] == "sql" else parts[2]
    if parts[0] == "src":
        return "src/replication/grpc" if parts[1:3] == ("replication", "grpc") else "src/" + parts[1]
    return None


def is_test(path):
    return path.parts[0] in ("tests", "bench") or re.search(r"(^|_)test(_|$)", path.stem) is not None


def check_own(path, name):
    """The complaint about an include of one of our files, or None."""
    if path.parts[0] == "examples":
        return "an example includes only heliosdb/*.h"
    if path.parts[0] in ("tests", "bench"):
        return None
    if name.startswith("tests/"):
        return None if is_test(path) else "only tests include tests/"
    own = layer_of(path)
    target = layer_of(pathlib.Path("src") / name)
    if own == target:
        return None
    if own.startswith("src/"):
        table_name = own[len("src/"):]
        if table_name not in UPPER:
            return f"layer {own} is not in the table"
        allowed = UPPER[table_name]
    else:
        if own not in LAYERS:
            return f"layer {own} is not in the table"
        allowed = LAYERS[own]
    if target in allowed:
        return None
    return f"layer {own} may not use {target}"


def check_foreign(path, name):
    """The complaint about an include of another library, or None."""
    if path.parts[0] == "include":
        return None if re.fullmatch(PUBLIC_MAY_USE, name) else "a public header uses only std, absl and heliosdb/"
    if re.fullmatch(EVERYWHERE, name) or re.fullmatch(SYSTEM, name):
        return None
    if re.fullmatch(TESTS_ONLY, name):
        return None if is_test(path) else "only tests use GoogleTest"
    for pattern, folders in FOREIGN.items():
        if not re.fullmatch(pattern, name):
            continue
        if not any(path.parts[: len(f.split("/"))] == tuple(f.split("/")) for f in folders):
            return f"known only in {', '.join(folders)}"
        if path.suffix != ".cc" and path.parts[0] == "src":
            return "belongs in a .cc file: headers stay light"
        return None
    return "unknown library: a new dependency needs an ADR and a row in check_layers.py"


def check_file(path, text):
    """Complaints about one file, each 'path:line: text'."""
    complaints = []
    for line, name in source_text.includes(text):
        if name.startswith("heliosdb/") and path.parts[0] != "include":
            continue
        if re.match(r"(core|replication|tools|sharding|wire|net|server|proxy|sim|tests|bench)/", name):
            complaint = "a public header never includes src/" if path.parts[0] == "include" else check_own(path, name)
        else:
            complaint = check_foreign(path, name)
        if complaint:
            complaints.append(f"{path}:{line}: include of {name}: {complaint}")
    return complaints


def main(arguments):
    root = pathlib.Path(arguments[0]).resolve() if arguments else source_text.ROOT
    complaints = []
    files = source_text.cpp_files(root)
    for path in files:
        complaints += check_file(path, (root / path).read_text(encoding="utf-8"))
    print("\n".join(complaints + [f"layers: files={len(files)} violations={len(complaints)}"]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
