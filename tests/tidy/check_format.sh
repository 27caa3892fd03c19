#!/bin/sh
# check_format.sh [ROOT]: fails when clang-format would change a file.
set -eu
cd "${1:-$(dirname "$0")/../..}"
command -v clang-format-14 >/dev/null || { echo "check_format: clang-format-14 is missing: make setup" >&2; exit 1; }
find include src tests examples bench -name '*.cc' -o -name '*.h' | sort | xargs -r clang-format-14 --dry-run -Werror
echo "format: ok"
