#!/bin/sh
# Installs what is missing, builds clvae with warnings as errors, and runs every check and test;
# prints the result of each. Debian 12 or 13, as root or with sudo.
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

jobs/install_dependencies.sh --tests

# Other versions of LLVM's tools set lines otherwise and have other checks.
llvm=14
is_version() { "$1" --version | grep -q "version $llvm\."; }

echo "== format and scripts"
if is_version clang-format; then
  find include src jobs tests -name '*.?pp' -exec clang-format --dry-run --Werror {} +
else
  echo "format not checked: that needs clang-format $llvm, here is $(clang-format --version)"
fi
find jobs slurm tests .ci -type f \( -name '*.sh' -o -path '.ci/run' \) -exec shellcheck {} +

echo "== build"
jobs/build.sh build/tests -DCLVAE_WARNINGS_AS_ERRORS=ON

echo "== tests"
tests/each.sh build/tests

echo "== static analysis"
if is_version clang-tidy; then
  tests/analyse.sh build/analysis
else
  echo "not run: that needs clang-tidy $llvm, here is $(clang-tidy --version | grep -m 1 version)"
fi

[ "$quick" = no ] || exit 0
echo "== the same under the address and undefined-behaviour sanitizers"
jobs/build.sh build/sanitized -DCLVAE_WARNINGS_AS_ERRORS=ON -DCLVAE_SANITIZE=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
tests/sanitized.sh build/sanitized
