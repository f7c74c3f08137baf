#!/bin/sh
# From nothing to a figure: installs what is missing, builds clvae, trains an ensemble of 8 CL-VAEs
# on Fashion-MNIST over all cores, and draws AUC against ensemble size into runs/quickstart/. Says
# first how long that takes here, and last where the figure is.
#
#   jobs/quickstart.sh [clvae run options]       e.g. --set ensemble.size=4 --output runs/mine
#
# Run again, it trains only what is not done yet. Debian 12 or 13, as root or with sudo.
set -eu
cd "$(dirname "$0")/.."

jobs/install_dependencies.sh

# What a build and a training take, in times of what the file below takes to compile on all cores.
build_takes=80
longest_step_takes=12
training_takes=125
cores=$(nproc)
# More ranks than members would have nothing to do.
ranks=$cores
[ "$ranks" -le 8 ] || ranks=8

probe() {
  folder=$(mktemp -d)
  cat >"$folder/probe.cpp" <<'EOF'
#include <map>
#include <regex>
#include <string>
bool found(const std::string& text) { return std::regex_search(text, std::regex("a+b")); }
EOF
  start=$(date +%s%N)
  core=0
  while [ "$core" -lt "$cores" ]; do
    c++ -std=c++17 -O3 -c -o "$folder/$core.o" "$folder/probe.cpp" &
    core=$((core + 1))
  done
  wait
  echo $((($(date +%s%N) - start) / 1000000))
  rm -r "$folder"
}
about() { # milliseconds, in words
  if [ "$1" -lt 90000 ]; then echo "about $(($1 / 1000)) s"; else echo "about $((($1 + 30000) / 60000)) min"; fi
}

milliseconds=$(probe)
build=$((milliseconds * build_takes / cores))
[ "$build" -ge $((milliseconds * longest_step_takes)) ] || build=$((milliseconds * longest_step_takes))
training=$((milliseconds * training_takes / ranks))
echo "1. builds clvae in build/: $(about "$build") with $cores cores, where it is not built yet"
echo "2. trains 8 models on Fashion-MNIST and draws how well they find what they have never seen:" \
  "$(about "$training") with $ranks processes"
jobs/build.sh --quiet $((build / 1000)) build -DCLVAE_TESTS=OFF

# Open MPI refuses root unless it is told twice.
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
mpirun -np "$ranks" --oversubscribe --bind-to none build/jobs/clvae run configs/quickstart.yaml "$@"

output=runs/quickstart
while [ $# -gt 0 ]; do
  case "$1" in
    --output) output=${2:-$output} ;;
    --output=*) output=${1#--output=} ;;
  esac
  shift
done
echo "the figure: $output/figure3.png"
