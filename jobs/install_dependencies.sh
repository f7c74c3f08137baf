#!/bin/sh
# Installs the Debian packages that clvae is built from and run with, as far as they are missing.
#
#   jobs/install_dependencies.sh [--tests]     --tests: also what the tests need
#
# Needs root or sudo only when something is missing. Other systems: install the same libraries and
# call cmake yourself (README.md).
set -eu

packages="g++ cmake ninja-build pkg-config openmpi-bin libopenmpi-dev libhdf5-openmpi-dev libhdf5-dev libtorch-dev
  libopenblas0-serial libyaml-cpp-dev libfmt-dev libcli11-dev libeigen3-dev libboost-dev
  nlohmann-json3-dev libmsgsl-dev libxxhash-dev zlib1g-dev libpng-dev libjpeg62-turbo-dev libtiff-dev
  libzip-dev libcsv-dev libarchive-dev libcurl4-openssl-dev libssl-dev gnuplot-nox fonts-dejavu-core
  dataset-fashion-mnist"
for option in "$@"; do
  case "$option" in
    --tests) packages="$packages libgtest-dev libgmock-dev python3-h5py python3-matplotlib python3-torch clang-format clang-tidy shellcheck slurm-wlm munge iproute2 util-linux" ;;
    *) echo "usage: $0 [--tests]" >&2; exit 2 ;;
  esac
done

missing=""
for package in $packages; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "error: these packages are missing, and there is neither root nor sudo to install them:$missing" >&2
    exit 1
  }
  as_root="sudo"
fi
echo "installing:$missing"
$as_root apt-get update -qq
# Without recommended packages: fewer downloads, and nothing here needs them.
# shellcheck disable=SC2086  # a list of packages
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
