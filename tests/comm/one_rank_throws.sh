#!/bin/sh
# usage: one_rank_throws.sh MPIEXEC PROGRAM
set -u
failures=0

# expect WAY STATUS [TEXT]: 3 ranks end with that status within 30 s, and say TEXT.
expect() {
  output=$(timeout 30 "$mpiexec" --oversubscribe --bind-to none -np 3 "$program" "$1" 2>&1)
  status=$?
  if [ "$status" -ne "$2" ] || ! echo "$output" | grep -q "${3:-}"; then
    echo "$1: expected status $2 and \"${3:-}\", found status $status and:"
    echo "$output"
    failures=1
  fi
}

mpiexec=$1
program=$2
expect alone 2 "clvae: error: rank 1 on .*x.gz"
expect shared 2 "clvae: error: rank 1: rank 1 objects"
expect unwinding 1  # what mpirun says of an abort is sometimes lost on its way
exit $failures
