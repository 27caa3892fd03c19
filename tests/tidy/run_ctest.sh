#!/bin/sh
# run_ctest.sh BUILD_DIR JOBS [REGEX]: runs the tests, then counts them. Exits 0 only if every test ran and passed, and,
# without REGEX, every layer has tests.
set -u
build=$1 jobs=$2 regex=${3:-}
here=$(realpath "$(dirname "$0")")

export ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:${ASAN_OPTIONS:-}"
export LSAN_OPTIONS="suppressions=$here/lsan.supp:print_suppressions=0:${LSAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:${TSAN_OPTIONS:-}"

status=0
rm -f "$build/ctest.xml"
ctest --test-dir "$build" --parallel "$jobs" --no-tests=error --output-on-failure --output-junit ctest.xml \
      ${regex:+--tests-regex "$regex"} >"$build/ctest.log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
  grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ .* Passed )' "$build/ctest.log"
fi
python3 "$here/summarize.py" "$build" ${regex:+--partial} || status=$?
exit "$status"
