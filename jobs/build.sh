#!/bin/sh
# Configures and builds clvae into a folder; what is up to date is left alone.
#
#   jobs/build.sh FOLDER [cmake options]
set -eu
folder=$1
shift
source_folder=$(dirname "$0")/..
launcher=""
command -v ccache >/dev/null && launcher="-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
mkdir -p "$folder"
log="$folder/configure.log"
# shellcheck disable=SC2086  # no launcher is no argument
cmake -S "$source_folder" -B "$folder" -G Ninja $launcher "$@" >"$log" 2>&1 || {
  cat "$log" >&2
  exit 1
}
cmake --build "$folder"
