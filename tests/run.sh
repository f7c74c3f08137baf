#!/bin/sh
# Installs what is missing, builds clvae with warnings as errors, and runs every check and test;
# prints the result of each, and at the end what took how long. Debian 12 or 13, as root or with sudo.
#
#   tests/run.sh [--quick]      --quick: without the sanitizer build
set -eu
cd "$(dirname "$0")/.."
quick=no
for option in "$@"; do
  case "$option" in
    --quick) quick=yes ;;
    *) echo "usage: $0 [--quick]" >&2; exit 2 ;;
  esac
done

stages=""
stage=""
begin() {
  end_of_stage
  stage=$1
  began=$(date +%s)
  echo "== $stage"
}
end_of_stage() {
  [ -n "$stage" ] || return 0
  stages="$stages$(printf '%6d s  %s' "$(($(date +%s) - began))" "$stage")
"
  stage=""
}
report() {
  status=$?
  failed=$stage
  end_of_stage
  echo "== what took how long"
  printf '%s' "$stages"
  for folder in build/tests build/sanitized; do
    slowest=$(tests/slowest.sh "$folder")
    [ -z "$slowest" ] || printf 'the slowest tests of %s:\n%s\n' "$folder" "$slowest"
  done
  [ "$status" -eq 0 ] || echo "failed: $failed"
}
trap report EXIT

begin "packages"
jobs/install_dependencies.sh --tests
rm -f build/tests/Testing/Temporary/LastTest.log build/sanitized/Testing/Temporary/LastTest.log

# Other versions of LLVM's tools set lines otherwise and have other checks.
llvm=14
is_version() { "$1" --version | grep -q "version $llvm\."; }

begin "format and scripts"
if is_version clang-format; then
  find include src jobs tests -name '*.?pp' -exec clang-format --dry-run --Werror {} +
else
  echo "format not checked: that needs clang-format $llvm, here is $(clang-format --version)"
fi
find jobs slurm tests .ci -type f \( -name '*.sh' -o -path '.ci/run' \) -exec shellcheck {} +

begin "build"
jobs/build.sh build/tests -DCLVAE_WARNINGS_AS_ERRORS=ON

begin "tests"
tests/each.sh build/tests

begin "static analysis"
if is_version clang-tidy; then
  tests/analyse.sh build/analysis
else
  echo "not run: that needs clang-tidy $llvm, here is $(clang-tidy --version | grep -m 1 version)"
fi

[ "$quick" = no ] || exit 0
begin "build with the address and undefined-behaviour sanitizers"
jobs/build.sh build/sanitized -DCLVAE_WARNINGS_AS_ERRORS=ON -DCLVAE_SANITIZE=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
begin "tests under the sanitizers"
tests/sanitized.sh build/sanitized
