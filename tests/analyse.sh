#!/bin/sh
# clang-tidy over all sources of the program; any finding fails.
#
#   tests/analyse.sh FOLDER     a build folder, for its compile commands
set -eu
folder=$1
root=$(cd "$(dirname "$0")/.." && pwd)
find "$root/src" "$root/jobs" -name '*.cpp' -print0 |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p "$folder" 2>&1 |
  { grep -v -E '^[0-9]+ warnings (generated|treated)|^Suppressed|^Use -header-filter' || true; } >"$folder/analysis.log"
if grep -q -E '(warning|error):' "$folder/analysis.log"; then
  cat "$folder/analysis.log"
  exit 1
fi
echo "no findings in $(find "$root/src" "$root/jobs" -name '*.cpp' | wc -l) files"
