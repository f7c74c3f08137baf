#!/bin/sh
# Runs the tests of a build that was configured with CLVAE_SANITIZE.
#
#   tests/sanitized.sh FOLDER [--all]     --all: also what starts the program very often or for long
set -eu
folder=$1
# Open MPI, HDF5 and LibTorch keep memory until the process ends. LibTorch's own libraries are not
# instrumented, so containers that cross their border can't be checked for overflow.
export ASAN_OPTIONS="detect_leaks=0:detect_container_overflow=0:halt_on_error=1"
export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
# The tests of the batch scripts, of two hosts, and the kill trials start the same program with other
# timing only.
left_out='^slurm:|^hosts:|^faults:kill_trials'
# A process takes seconds to start here. These start many, through code that the others go through.
# The cases that compare losses of whole ensembles, and those that count how often intervals hold, do
# what other cases do, many times.
if [ "${2:-}" != --all ]; then
  export GTEST_FILTER='-PrecisionTest.ends_at_the_same_loss*:Intervals.*'
  left_out="$left_out|^embed:|^faults:|^jobs:(Benchmark|Blocks|Description|EndToEnd|Evaluate|Export|Extend|Fetch|Interruption|Merge|Methods|Modules|OwnData|OwnImages|Precision|Readme|Resume|ScoreFile|ScoreFormats|Sweep|Tables|TrainLatents)TestCase"
fi
tests/each.sh "$folder" --exclude-regex "$left_out"
