"""Reads C++ source for the checks: which files there are, and their text without comments and literals."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("include", "src", "tests", "examples", "bench")

_TOKEN = re.compile(
    r'R"(?P<delimiter>[^ ()\\\t\n]{0,16})\(.*?\)(?P=delimiter)"'  # Raw string.
    r"|//(?:\\\n|[^\n])*"
    r"|/\*.*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?P<name>[<"][^>"\n]+[>"])')


def cpp_files(root=ROOT):
    """Every .h and .cc of the project, sorted, as paths relative to root."""
    found = []
    for folder in FOLDERS:
        for pattern in ("*.h", "*.cc"):
            found += [path.relative_to(root) for path in (root / folder).rglob(pattern)]
    return sorted(found)


def without_comments_and_literals(text):
    """The text with comments and literals blanked; line numbers stay. Includes keep their names."""

    def blank(match):
        token = match.group(0)
        line_start = text.rfind("\n", 0, match.start()) + 1
        if token.startswith('"') and _INCLUDE.match(text[line_start : match.end()]):
            return token
        quote = token[0] if token[0] in "\"'" else ""
        return quote + "\n" * token.count("\n") + quote

    return _TOKEN.sub(blank, text)


def includes(text):
    """(line number, name without brackets) of each #include."""
    found = []
    for number, line in enumerate(without_comments_and_literals(text).split("\n"), 1):
        match = _INCLUDE.match(line)
        if match:
            found.append((number, match.group("name")[1:-1]))
    return found
