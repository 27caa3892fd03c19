#!/usr/bin/env python3
"""check_style.py [ROOT]: what our style forbids and a text search finds reliably. clang-tidy does the rest."""
import pathlib
import re
import sys

import source_text

FILE_LINES_MAX = 700

# (name, pattern over the text without comments and literals, complaint, exempt paths)
FORBIDDEN = [
    ("using-namespace", r"\busing\s+namespace\b", "no `using namespace`", r""),
    ("source-location", r"\bsource_location\b", "std::source_location does not work with clang 14", r""),
    ("ranges-views", r"\bstd::(ranges::)?views::|\bstd::ranges::\w+_view\b", "<ranges> views do not work with clang 14",
     r""),
    ("absl-mutex", r"\babsl::(Mutex|MutexLock|CondVar|ReaderMutexLock|WriterMutexLock)\b",
     "use base/mutex.h: ThreadSanitizer cannot see absl::Mutex", r""),
    ("std-mutex", r"\bstd::(mutex|shared_mutex|recursive_mutex|condition_variable)\b",
     "use base/mutex.h: its locks are checked by clang", r"src/core/base/mutex\.h|tests/.*|bench/.*|examples/.*"),
    ("throw", r"\bthrow\b", "errors are absl::Status; nothing throws", r""),
    ("clock", r"\babsl::Now\s*\(|\bstd::chrono::\w+_clock::now\b|\bclock_gettime\s*\(|\bgettimeofday\s*\(",
     "time comes in by a Clock", r"src/core/base/clock\.cc|tests/.*|bench/.*|examples/.*|src/tools/.*"),
    ("randomness", r"\bstd::(random_device|mt19937(_64)?)\b|\bs?rand\s*\(|\bgetrandom\s*\(|\bgetentropy\s*\(",
     "randomness comes in by a Random", r"src/core/base/random\.cc|tests/.*|bench/.*|examples/.*"),
    ("sleep-in-test", r"\bsleep_(for|until)\s*\(|\babsl::SleepFor\s*\(|\bu?sleep\s*\(|\bnanosleep\s*\(",
     "a unit test waits for conditions, never for time", r"(?!.*_test\.cc$).*"),
]
_OPEN_ISSUE = re.compile(r"\b(TODO|FIXME)\b(?!\s*\(#\d+\))")
_STATUS_OR = re.compile(r"\bStatusOr<[^;{}()]*>\s+(\w+)\s*(?:=|\(|\{|;)")


def guard_of(path):
    """The include guard that a header must carry."""
    parts = path.parts[1:] if path.parts[0] in ("src", "include") else path.parts
    name = re.sub(r"[^A-Za-z0-9]", "_", "/".join(parts)).upper()
    return (name if name.startswith("HELIOSDB_") else "HELIOSDB_" + name) + "_"


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


def status_or_values(code):
    """Offsets of .value() on a StatusOr: on a call's result, or on a variable declared as one in this file."""
    names = set(_STATUS_OR.findall(code))
    for match in re.finditer(r"(\w+)(\s*\)\s*)?\s*\.\s*value\s*\(\s*\)", code):
        moved = match.group(2) and re.search(r"std::move\s*\(\s*$", code[: match.start()])
        if match.group(1) in names and (not match.group(2) or moved):
            yield match.start()


def check_file(path, text):
    """Complaints about one file, each 'path:line: rule: text'."""
    complaints = []

    def add(line, rule, complaint):
        complaints.append(f"{path}:{line}: {rule}: {complaint}")

    if text.count("\n") > FILE_LINES_MAX:
        add(1, "file-size", f"{text.count(chr(10))} lines; split at {FILE_LINES_MAX}")
    for number, line in enumerate(text.split("\n"), 1):
        if _OPEN_ISSUE.search(line):
            add(number, "todo", "a TODO names its issue: TODO(#12)")
        if line.rstrip("\r\n") != line.rstrip():
            add(number, "trailing-space", "trailing white space")
    if path.suffix not in (".h", ".cc"):
        return complaints

    code = source_text.without_comments_and_literals(text)
    for rule, pattern, complaint, exempt in FORBIDDEN:
        if exempt and re.fullmatch(exempt, path.as_posix()):
            continue
        for match in re.finditer(pattern, code):
            add(line_at(code, match.start()), rule, complaint)
    for offset in status_or_values(code):
        add(line_at(code, offset), "statusor-value", "never .value(): test the status, then dereference")
    if path.suffix == ".h":
        guard = guard_of(path)
        if f"#ifndef {guard}\n#define {guard}\n" not in code:
            add(1, "guard", f"the include guard is {guard}")
    return complaints


def other_files(root):
    """Scripts and build files: size and TODO only."""
    found = [p for pattern in ("CMakeLists.txt", "Makefile") for p in root.glob(pattern)]
    for folder in source_text.FOLDERS + ("cmake", ".ci"):
        for pattern in ("*.py", "*.sh", "*.cmake", "CMakeLists.txt"):
            found += (root / folder).rglob(pattern)
    checks_themselves = root / "tests" / "tidy"
    return sorted(p.relative_to(root) for p in found if checks_themselves not in p.parents)


def main(arguments):
    root = pathlib.Path(arguments[0]).resolve() if arguments else source_text.ROOT
    complaints = []
    files = source_text.cpp_files(root) + other_files(root)
    for path in files:
        complaints += check_file(path, (root / path).read_text(encoding="utf-8"))
    print("\n".join(complaints + [f"style: files={len(files)} violations={len(complaints)}"]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
