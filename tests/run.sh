#!/bin/sh
# Installs what is missing, builds clvae with warnings as errors, and runs every check and test;
# prints the result of each, and at the end what took how long. Debian 12 or 13, as root or with sudo.
#
#   tests/run.sh [--quick]      --quick: without the sanitizer build
set -eu
cd "$(dirname "$0")/.."
quick=""
for option in "$@"; do
  case "$option" in
    --quick) quick=--quick ;;
    *) echo "usage: $0 [--quick]" >&2; exit 2 ;;
  esac
done

stages=""
failures=""
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
# The rest is done all the same, so that one run tells all that is wrong.
fails() {
  failures="$failures$1
"
}
report() {
  status=$?
  [ "$status" -eq 0 ] || [ -z "$stage" ] || fails "$stage"
  end_of_stage
  echo "== what took how long"
  printf '%s' "$stages"
  for folder in build/tests build/sanitized; do
    slowest=$(tests/slowest.sh "$folder")
    [ -z "$slowest" ] || printf 'the slowest tests of %s:\n%s\n' "$folder" "$slowest"
  done
  [ -z "$failures" ] || printf 'failed: %s' "$failures"
}
trap report EXIT

begin "packages"
jobs/install_dependencies.sh --tests
rm -f build/tests/Testing/Temporary/LastTest.log build/sanitized/Testing/Temporary/LastTest.log

# Other versions of LLVM's tools set lines otherwise and have other checks.
llvm=14

begin "format and scripts"
if clang-format --version | grep -q "version $llvm\."; then
  find include src jobs tests -name '*.?pp' -exec clang-format --dry-run --Werror {} +
else
  echo "format not checked: that needs clang-format $llvm, here is $(clang-format --version)"
fi
find jobs slurm tests .ci -type f \( -name '*.sh' -o -path '.ci/run' \) -exec shellcheck {} +

begin "build"
jobs/build.sh build/tests -DCLVAE_WARNINGS_AS_ERRORS=ON

# It gives way to the tests.
nice -n 10 tests/beside.sh build/stages_beside $quick >build/beside.log 2>&1 &
beside=$!
begin "tests"
tests/each.sh build/tests || fails "$stage"

begin "the rest of what runs beside the tests"
wait "$beside" || fails "$stage"
cat build/beside.log
end_of_stage
stages="$stages$(cat build/stages_beside)
"

[ -z "$failures" ]
