#!/usr/bin/env python3
"""clang_check.py BUILD_DIR JOBS: clang's opinion of every file in BUILD_DIR/compile_commands.json.

Ours (src, include) go through clang-tidy with .clang-tidy, which reports the compiler's own warnings too, with
-Wthread-safety as an error; tests, benchmarks and examples are compiled with -fsyntax-only. A file that passed is not
looked at again until it, a header of ours that it includes, the command, the configuration or clang changes: the keys of
what passed are files in ~/.cache/heliosdb/clang_check (or below XDG_CACHE_HOME), shared by all checkouts, and go after a
month without use.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIDY, COMPILER = "clang-tidy-14", "clang++-14"
KEEP_SECONDS = 30 * 24 * 3600
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


class Headers:
    """The contents a file depends on: itself and, transitively, the headers of ours that it includes."""

    def __init__(self, root, build):
        self._bases = [build, root]
        self._folders = [root / "src", root / "include", root, build]
        self._cache = {}

    def _direct(self, path):
        if path not in self._cache:
            data = path.read_bytes()
            names = _INCLUDE.findall(data.decode("utf-8", errors="replace"))
            found = set()
            for name in names:
                for folder in self._folders + [path.parent]:
                    if (folder / name).is_file():
                        found.add((folder / name).resolve())
                        break
            self._cache[path] = (hashlib.sha256(data).hexdigest(), found)
        return self._cache[path]

    def digest(self, path):
        seen, waiting = {}, [path]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen[current], found = self._direct(current)
            waiting += found
        return "\n".join(sorted(f"{self._relative(name)} {seen[name]}" for name in seen))

    def _relative(self, path):
        for base in self._bases:
            if base in path.parents:
                return path.relative_to(base)
        return path


def is_ours(path):
    return path.parts[0] == "src" and not path.stem.endswith("_test")


def command_of(path, entry, build):
    """The command that checks one file."""
    if is_ours(path):
        return [TIDY, "-quiet", "-p", str(build), str(ROOT / path)]
    words = shlex.split(entry["command"])
    while words and not re.search(r"(clang|g)\+\+(-\d+)?$", words[0]):
        words.pop(0)  # A compiler launcher.
    out = words.index("-o")
    del words[out : out + 2]
    words.remove("-c")
    return [COMPILER, "-fsyntax-only", "-Werror"] + words[1:]


def check(path, entry, build):
    """(path, seconds, what clang said or None)."""
    start = time.monotonic()
    result = subprocess.run(command_of(path, entry, build), cwd=entry["directory"], capture_output=True, text=True)
    said = result.stdout + ("" if is_ours(path) and result.stdout else result.stderr)
    return path, time.monotonic() - start, said if result.returncode != 0 else None


def main(arguments):
    build, jobs = pathlib.Path(arguments[0]).resolve(), int(arguments[1])
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        if ROOT in path.parents and build not in path.parents and path.suffix == ".cc":
            entries[path.relative_to(ROOT)] = entry

    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    passed = cache / "heliosdb" / "clang_check"
    passed.mkdir(parents=True, exist_ok=True)
    headers = Headers(ROOT, build)
    version = subprocess.run([COMPILER, "--version"], check=True, capture_output=True, text=True).stdout
    configuration = pathlib.Path(__file__).read_text() + version
    tidy_configuration = (ROOT / ".clang-tidy").read_text()
    keys = {}
    for path, entry in entries.items():
        command = entry["command"].replace(str(build), "BUILD").replace(str(ROOT), "ROOT")
        key = "\n".join([configuration, tidy_configuration if is_ours(path) else "", command, headers.digest(ROOT / path)])
        keys[path] = passed / hashlib.sha256(key.encode()).hexdigest()
    wanted = sorted(path for path in entries if not keys[path].exists())

    complaints = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for path, seconds, said in pool.map(lambda p: check(p, entries[p], build), wanted):
            if said is None:
                keys[path].touch()
            else:
                complaints += 1
                print(f"{path} ({seconds:.1f} s):\n{said}", flush=True)
    for path in entries.keys() - set(wanted):
        keys[path].touch()
    for verdict in passed.iterdir():
        if verdict.stat().st_mtime < time.time() - KEEP_SECONDS:
            verdict.unlink(missing_ok=True)
    print(f"clang: files={len(entries)} checked={len(wanted)} unchanged={len(entries) - len(wanted)} complained={complaints}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
