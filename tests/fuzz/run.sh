#!/bin/bash
# run.sh TARGET SECONDS JOBS: builds the fuzzers and runs each of them, or only TARGET, for SECONDS. New inputs are kept in
# build/fuzz/corpus/NAME; what crashes, leaks or hangs in build/fuzz/found/NAME. Exits 1 if anything was found.
set -u
wanted=$1 seconds=$2 jobs=$3
cd "$(dirname "$0")/../.."
mkdir -p build
cmake --preset fuzz -Wno-dev >build/fuzz.configure.log 2>&1 || { cat build/fuzz.configure.log; exit 1; }

names=()
for source in tests/fuzz/fuzz_*.cc; do
  name=$(basename "$source" .cc)
  name=${name#fuzz_}
  if [ -z "$wanted" ] || [ "$wanted" = "$name" ]; then names+=("$name"); fi
done
if [ "${#names[@]}" -eq 0 ] || [ ! -e "tests/fuzz/fuzz_${names[0]}.cc" ]; then
  echo "make fuzz: no such target: ${wanted:-none exists}; there are:" tests/fuzz/fuzz_*.cc >&2
  exit 2
fi
cmake --build build/fuzz --parallel "$jobs" --target "${names[@]/#/fuzz_}" || exit 1

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
status=0
for name in "${names[@]}"; do
  corpus=build/fuzz/corpus/$name found=build/fuzz/found/$name log=build/fuzz/$name.log
  mkdir -p "$corpus" "$found"
  dictionary=tests/fuzz/$name.dict
  crashed=0
  build/fuzz/tests/fuzz/fuzz_"$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$found/" ${FUZZ_ARGUMENTS:-} \
    $([ -e "$dictionary" ] && echo "-dict=$dictionary") \
    "$corpus" "tests/fuzz/corpus/$name" >"$log" 2>&1 || crashed=1
  runs=$(sed -nE 's/^stat::number_of_executed_units: *([0-9]+).*/\1/p' "$log")
  echo "fuzz $name runs=${runs:-0} crashes=$crashed"
  if [ "$crashed" -ne 0 ]; then
    status=1
    tail -60 "$log"
    ls "$found"
  fi
done
exit "$status"
