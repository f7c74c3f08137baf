#!/bin/sh
# Runs the tests of a build, and prints the result of each, also of those that CTest runs as one, and
# of those that were skipped the reason.
#
#   tests/each.sh FOLDER [ctest options]
set -eu
folder=$1
shift
status=0
# One more than there are cores: the longest tests wait for Slurm and the network most of the time.
ctest --test-dir "$folder" --output-on-failure --no-tests=error -j "$(($(nproc) + 1))" "$@" || status=$?
echo "-- each test of the classes and programs above"
awk '
  /: Skipped$/ { getline why; next }  # GoogleTest gives the reason in a line of its own
  /^\[ +SKIPPED +\] .*ms\)$/ { print $0 ": " why }
  /\.\.\. (ok|FAIL|ERROR|skipped|SKIPPED|expected failure)/ || /^\[ +(OK|FAILED) +\] .*ms\)$/
' "$folder/Testing/Temporary/LastTest.log" | sort -u
exit "$status"
