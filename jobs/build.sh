#!/bin/sh
# Configures and builds clvae into a folder, each room of the code in one piece; what is up to date is
# left alone.
#
#   jobs/build.sh [--quiet SECONDS] FOLDER [cmake options]
#
#   --quiet SECONDS   one live line with the share done and the time left, instead of a line for each
#                     file: SECONDS are what a whole build is expected to take. What compilers say
#                     goes to FOLDER/build.log, and its end is shown where the build fails. Without a
#                     terminal, a line now and then.
set -eu
expected=""
if [ "${1:-}" = --quiet ]; then
  expected=$2
  shift 2
fi
folder=$1
shift
source_folder=$(dirname "$0")/..
launcher=""
command -v ccache >/dev/null && launcher="-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
mkdir -p "$folder"
log="$folder/configure.log"
# shellcheck disable=SC2086  # no launcher is no argument
cmake -S "$source_folder" -B "$folder" -G Ninja -DCMAKE_UNITY_BUILD=ON $launcher "$@" >"$log" 2>&1 || {
  cat "$log" >&2
  exit 1
}
[ -n "$expected" ] || exec cmake --build "$folder"

log="$folder/build.log"
NINJA_STATUS='[%f/%t] ' cmake --build "$folder" >"$log" 2>&1 &
build=$!
trap 'kill "$build" 2>/dev/null || true; exit 130' INT TERM

between=30  # seconds between two lines
[ ! -t 1 ] || between=1
began=$(date +%s)
last=0

# Prints the share of the steps that are done, and the time left: of the time that was expected, or that
# has passed already where that is more.
show() {
  steps=$(sed -n 's|^\[\([0-9]*\)/\([0-9]*\)\].*|\1 \2|p' "$log" | tail -n 1)
  line=$(awk -v steps="${steps:-0 1}" -v passed="$(($(date +%s) - began))" -v expected="$expected" '
    function words(seconds) {
      seconds = int(seconds / 10 + 0.5) * 10
      if (seconds < 10) seconds = 10
      return seconds < 60 ? seconds " s" : sprintf("%d min %02d s", seconds / 60, seconds % 60)
    }
    BEGIN {
      split(steps, step, " ")
      share = step[1] / step[2]
      left = (1 - share) * (passed > expected ? passed : expected)
      printf "building: %d %%, about %s left", 100 * share, words(left)
    }')
  if [ -t 1 ]; then printf '\r%s\033[K' "$line"; else echo "$line"; fi
}

while kill -0 "$build" 2>/dev/null; do
  sleep 1
  now=$(date +%s)
  if [ $((now - last)) -ge "$between" ]; then
    last=$now
    show
  fi
done
[ ! -t 1 ] || printf '\r\033[K'
if ! wait "$build"; then
  tail -n 30 "$log" >&2
  echo "error: the build failed; all of its output is in $log" >&2
  exit 1
fi
