#!/bin/bash
# lint.sh JOBS: every check of the source. All of them run; the exit code tells whether one failed.
set -u
jobs=$1
cd "$(dirname "$0")/../.."
failed=()

stage() {  # stage NAME COMMAND...
  local name=$1 start=$SECONDS
  shift
  "$@" || failed+=("$name")
  echo "lint: $name $((SECONDS - start)) s"
}

configure() {  # configure PRESET
  cmake --preset "$1" -Wno-dev >"build/$1.configure.log" 2>&1 || { cat "build/$1.configure.log"; return 1; }
}

# Each header alone, with g++.
headers_alone() {
  configure dev && cmake --build build/dev --target header_check --parallel "$jobs" | grep -vE '^\[|^ninja: '
  return "${PIPESTATUS[0]}"
}

# Generated headers first, then clang over everything.
clang_check() {
  configure clang || return 1
  local generated
  generated=$(ninja -C build/clang -t targets all | sed -nE 's/^([^:]+\.pb\.h):.*/\1/p')
  if [ -n "$generated" ]; then
    # shellcheck disable=SC2086  # A list of names.
    ninja -C build/clang -j"$jobs" $generated >build/clang.generated.log || { cat build/clang.generated.log; return 1; }
  fi
  python3 tests/tidy/clang_check.py build/clang "$jobs"
}

mkdir -p build
stage format tests/tidy/check_format.sh
stage layers python3 tests/tidy/check_layers.py
stage style python3 tests/tidy/check_style.py
stage planted python3 tests/tidy/tidy_test.py --quiet
stage planted_compiler python3 tests/tidy/planted_test.py --quiet
stage headers headers_alone
stage clang clang_check
if [ "${#failed[@]}" -ne 0 ]; then
  echo "lint: failed: ${failed[*]}" >&2
  exit 1
fi
echo "lint: ok"
