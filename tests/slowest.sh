#!/bin/sh
# Prints the tests of a build's last run of CTest that took longest, in seconds.
#
#   tests/slowest.sh FOLDER [number]
set -eu
log="$1/Testing/Temporary/LastTest.log"
[ -f "$log" ] || exit 0
awk '
  /^[0-9]+\/[0-9]+ Testing: / { sub(/^[0-9]+\/[0-9]+ Testing: /, ""); name = $0 }
  /^Test time = / { printf "%8.1f s  %s\n", $4, name }
' "$log" | sort -rn | head -n "${2:-10}"
