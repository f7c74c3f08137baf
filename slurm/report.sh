#!/bin/bash
# Reports over the runs of a sweep: their table, their curves side by side, and which tasks have
# failed. sweep.sh submits it; it takes what is there and trains nothing.
#
#   sbatch slurm/report.sh TASKS WORDS...     the array's numbers and the words of its ensemble.sh
#   sbatch slurm/report.sh --sweep AT_ONCE WORDS...     the words of clvae sweep, of a grid
#SBATCH --job-name=clvae-report
#SBATCH --open-mode=append
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --time=1:00:00
#SBATCH --requeue
set -u -o pipefail

# Slurm runs a copy of this script: where the original lies, only Slurm and the submitter know.
command_of_job=$(scontrol show job "${SLURM_JOB_ID:-}" 2>/dev/null | sed -n 's/^ *Command=//p' | head -n 1)
for slurm_folder in "$(dirname "${BASH_SOURCE[0]}")" "${CLVAE_HOME:-}/slurm" \
  "${command_of_job%/report.sh*}" "${SLURM_SUBMIT_DIR:-.}/slurm" "${SLURM_SUBMIT_DIR:-.}"; do
  [ ! -r "$slurm_folder/common.sh" ] || break
done
# shellcheck source=common.sh
. "$slurm_folder/common.sh" || { echo "error: set CLVAE_HOME to clvae's folder" >&2; exit 2; }
slurm_folder=$(cd "$slurm_folder" && pwd)
repository=$(dirname "$slurm_folder")

read_site
load_modules
find_program

# Of a grid the program knows the runs. Where it has chosen by them, it submits those that are
# reported on.
if [ "$1" = --sweep ]; then
  at_once=$2
  shift 2
  "${program[@]}" sweep "$@" --collect || {
    status=$?
    say "the same slurm/sweep.sh goes on with what has failed"
    exit "$status"
  }
  if [[ " $* " == *" --stage choose"* ]]; then
    words=()
    while [ $# -gt 0 ]; do
      if [ "$1" = --stage ]; then shift; else words+=("$1"); fi
      shift
    done
    [ -z "$at_once" ] || words+=(--at-once "${at_once#%}")
    "$slurm_folder/sweep.sh" "${words[@]}" --stage report
    exit $?
  fi
  exit 0
fi

# The tasks' numbers, one a word: 0,3,5-7:2%4 is 0 3 5 7.
numbers() {
  local part first last step
  for part in $(tr ',' ' ' <<<"${1%%%*}"); do
    step=1
    [[ $part != *:* ]] || step=${part##*:}
    part=${part%%:*}
    first=${part%%-*}
    last=${part##*-}
    seq "$first" "$step" "$last"
  done
}

tasks=$(numbers "$1")
shift
configs=()
sets=()
while [ $# -gt 0 ]; do
  case $1 in
    --set) [ "$2" = "dataset.outlier_classes=[%a]" ] || sets+=("$1" "$2"); shift ;;
    --output) runs=$2; shift ;;
    *) configs+=("$1") ;;
  esac
  shift
done
folder=$(dirname "$runs")

complete=()   # tasks whose members are all done or given up
readable=()   # folders of runs that have results
for task in $tasks; do
  config=${configs[0]}
  [ ${#configs[@]} -eq 1 ] || config=${configs[$task]}
  run=${runs//%a/$task}
  run=${run//%c/$(basename "$config" .yaml)}
  if ! info=$("${program[@]}" info --json "$run" 2>/dev/null); then
    say "failed: task $task, $run has no run file; see $folder/task_$task.log"
    continue
  fi
  [ ! -s "$run/auc.json" ] || readable+=("$run")
  if awk -F '[:,]' '/^ *"pending": [0-9]+,/ { n += $2 } END { exit n > 0 }' <<<"$info" && [ -s "$run/auc.json" ]; then
    complete+=("$task")
  else
    say "failed: task $task, $run has $(members_done "$run") members and is not complete; see $folder/task_$task.log"
  fi
done
failed=$(($(wc -w <<<"$tasks") - ${#complete[@]}))
say "${#complete[@]} of $((failed + ${#complete[@]})) tasks are complete"
[ ${#readable[@]} -gt 0 ] || give_up 1 "there is nothing to report"

if [ ${#readable[@]} -gt 1 ]; then
  "${program[@]}" plot "${readable[@]}" --output "$folder" || exit $?
fi
if [ ${#configs[@]} -eq 1 ] && [ ${#complete[@]} -gt 0 ]; then
  "${program[@]}" sweep "${configs[0]}" "${sets[@]}" --outliers "$(IFS=, && echo "${complete[*]}")" \
    --output "$folder" || exit $?
fi
[ "$failed" -eq 0 ] || give_up 1 "$failed tasks have failed; the same slurm/sweep.sh goes on with them"
