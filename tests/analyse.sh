#!/bin/sh
# clang-tidy over all sources of the program; any finding fails.
#
#   tests/analyse.sh FOLDER [--all]     is configured here, without precompiled headers: clang can't
#                                       use gcc's. --all: also clang's analyzer, which follows paths
#                                       through the code and takes four fifths of the time
set -eu
folder=$1
checks="--checks=-clang-analyzer-*"
[ "${2:-}" = --all ] && checks="--checks="
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"
log="$folder/analysis.log"
cmake -S "$root" -B "$folder" -G Ninja -DCLVAE_TESTS=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >"$log"
sources=$(find "$root/src" "$root/jobs" -name '*.cpp' | sort)
status=0
echo "$sources" | xargs -n 1 -P "$(nproc)" clang-tidy --quiet "$checks" -p "$folder" >"$log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
  grep -v -E '^[0-9]+ warnings? (generated|treated)' "$log"
  exit 1
fi
echo "no findings in $(echo "$sources" | wc -l) files"
