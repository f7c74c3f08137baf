#!/bin/sh
# clang-tidy over all sources of the program; any finding fails.
#
#   tests/analyse.sh FOLDER [--all]     is configured here, each room in one piece, so that headers are
#                                       read once, and without precompiled headers: clang can't use
#                                       gcc's. --all: also clang's analyzer, which follows paths
#                                       through the code and takes four fifths of the time
set -eu
folder=$1
# Sources that include sources are no mistake here.
checks="-bugprone-suspicious-include"
[ "${2:-}" = --all ] || checks="$checks,-clang-analyzer-*"
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"
log="$folder/analysis.log"
cmake -S "$root" -B "$folder" -G Ninja -DCLVAE_TESTS=OFF -DCMAKE_UNITY_BUILD=ON \
  -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >"$log"
# Those that take longest first.
sources=$(sed -n 's/^ *"file": "\(.*\)".*/\1/p' "$folder/compile_commands.json" |
  awk '/networks|train|torchscript/ { print; next } { rest = rest $0 "\n" } END { printf "%s", rest }')
status=0
echo "$sources" |
  xargs -n 1 -P "$(nproc)" clang-tidy --quiet --checks="$checks" -p "$folder" \
    --extra-arg=-Wno-unknown-warning-option >"$log" 2>&1 || status=$?  # some are gcc's alone
if [ "$status" -ne 0 ]; then
  grep -v -E '^[0-9]+ warnings? (generated|treated)' "$log"
  exit 1
fi
echo "no findings in $(find "$root/src" "$root/jobs" -name '*.cpp' | wc -l) files"
