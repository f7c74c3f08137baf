#!/bin/sh
# Fuzzes every reader with clang's libFuzzer, under the address and undefined-behaviour sanitizers.
#
#   tests/fuzz.sh SECONDS [NAME...]     SECONDS for each of the targets, or for those named
#
# What was found so far is kept in build/fuzz/corpus, and gone on from. An input that fails lies in
# build/fuzz/finds; build/fuzz/tests/fuzz/fuzz_NAME FILE shows the failure again. Debian: clang
# libclang-rt-14-dev.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || { echo "usage: $0 SECONDS [NAME...]" >&2; exit 2; }
seconds=$1
shift
[ $# -gt 0 ] || set -- idx cifar images npz csv hdf5 run_file stream yaml checkpoint

build=build/fuzz
cmake -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_UNITY_BUILD=ON -DCLVAE_FUZZ=ON > "$build.log" 2>&1 ||
  { cat "$build.log"; exit 1; }
cmake --build "$build" --target fuzz_targets
seeds=$build/seeds
rm -rf "$seeds"
/usr/bin/python3 -B tests/fuzz/make_seeds.py "$seeds"
"$build/tests/fuzz/fuzz_store_seeds" "$seeds"
mkdir -p "$build/finds"

export ASAN_OPTIONS=detect_leaks=0:detect_container_overflow=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
failed=""
for name in "$@"; do
  corpus=$build/corpus/$name
  mkdir -p "$corpus"
  echo "== $name"
  "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -max_len=65536 -verbosity=0 -print_funcs=0 -print_final_stats=1 -artifact_prefix="$build/finds/$name-" \
    "$corpus" "$seeds/$name" || failed="$failed $name"
done
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
