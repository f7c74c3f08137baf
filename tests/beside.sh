#!/bin/sh
# What tests/run.sh does beside the tests, some of which wait most of the time for Slurm or for the
# network: static analysis, and everything under the sanitizers. Stops at the first that fails.
#
#   tests/beside.sh STAGES [--quick]     STAGES: a file that gets a line for each, with its seconds
set -eu
cd "$(dirname "$0")/.."
stages=$1
: >"$stages"

step() { # NAME COMMAND...
  name=$1
  shift
  began=$(date +%s)
  echo "== $name"
  status=0
  "$@" || status=$?
  printf '%6d s  %s, beside the tests\n' "$(($(date +%s) - began))" "$name" >>"$stages"
  [ "$status" -eq 0 ] || { echo "failed: $name"; exit 1; }
}

llvm=14
if clang-tidy --version | grep -q "version $llvm\."; then
  step "static analysis" tests/analyse.sh build/analysis
else
  echo "static analysis not run: that needs clang-tidy $llvm, here is" \
    "$(clang-tidy --version | grep -m 1 version)"
fi
[ "${2:-}" != --quick ] || exit 0
step "build with the address and undefined-behaviour sanitizers" jobs/build.sh build/sanitized \
  -DCLVAE_WARNINGS_AS_ERRORS=ON -DCLVAE_SANITIZE=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
step "tests under the sanitizers" tests/sanitized.sh build/sanitized
