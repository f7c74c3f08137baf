#!/bin/bash
# Submits a job array, one task for each run of a sweep (clvae sweep) or for each of several
# configs, and a job that reports over all of them when the last has ended, however it ended.
# A plain command for the login node:
#
#   slurm/sweep.sh configs/mnist.yaml [--outliers 0,3,5-7] [--set KEY=VALUE ...] [--output FOLDER]
#   slurm/sweep.sh configs/mnist.yaml --over model.latent_dim=2,3,8 [--over KEY=VALUE,...] [...]
#   slurm/sweep.sh configs/mnist.yaml --over ... --choose-on-classes 5-9 [...]
#   slurm/sweep.sh configs/mnist.yaml configs/cifar10.yaml [...] --output FOLDER
#
# --outliers: class numbers as in `sbatch --array`, of which "0-9%4" runs four at a time [0-9; with
# --over or --choose-on-classes the config's own]. --at-once 4 says the same without --outliers.
# With --over, the program has to start here and see the data: it says which runs there are.
# With --choose-on-classes, the job after the array chooses, and submits the runs that are reported
# on; where jobs may not submit others, --stage report does so from here.
# Options for sbatch, in the environment or in site.conf: CLVAE_SBATCH for the tasks,
# CLVAE_SBATCH_REDUCE for the report. Given again, it goes on where the tasks were.
set -u -o pipefail

slurm_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(dirname "$slurm_folder")
# shellcheck source=common.sh
. "$slurm_folder/common.sh"
read_site

configs=()
sets=()
overs=()
choosing=()
outliers=""
output=""
at_once=""
stage=choose
while [ $# -gt 0 ]; do
  case $1 in
    --set | --output | --outliers | --over | --choose-on-classes | --at-once | --stage)
      [ $# -gt 1 ] || give_up 2 "$1 needs a value"
      ;;
  esac
  case $1 in
    --set) sets+=("$1" "$2"); shift ;;
    --over) overs+=("$1" "$2"); shift ;;
    --choose-on-classes) choosing=("$1" "$2"); shift ;;
    --output) output=$2; shift ;;
    --outliers) outliers=$2; shift ;;
    --at-once) at_once=%$2; shift ;;
    --stage) stage=$2; shift ;;
    -*) give_up 2 "found $1; allowed: --set, --output, --outliers, --over, --choose-on-classes, --at-once, --stage" ;;
    *) configs+=("$1") ;;
  esac
  shift
done
[ ${#configs[@]} -gt 0 ] || give_up 2 "which config? slurm/sweep.sh configs/mnist.yaml"
for config in "${configs[@]}"; do
  [ -r "$config" ] || give_up 2 "$config can't be read"
done

# Submits tasks and then a report over them. submit ARRAY WORDS OF ensemble.sh... -- WORDS OF report.sh...
submit() {
  local array=$1 tasks=() tasks_id report_id
  shift
  while [ "$1" != -- ]; do tasks+=("$1"); shift; done
  shift
  # shellcheck disable=SC2086  # several options
  tasks_id=$(sbatch --parsable --array="$array" --output="$output/${log_prefix:-}task_%a.log" ${CLVAE_SBATCH:-} \
    "$slurm_folder/ensemble.sh" "${tasks[@]}") || exit 2
  tasks_id=${tasks_id%%;*}
  # afterany, and not afterok: a task that fails is to be reported, not to be waited for.
  # shellcheck disable=SC2086  # several options
  report_id=$(sbatch --parsable --dependency="afterany:$tasks_id" --output="$output/${log_prefix:-}report.log" \
    ${CLVAE_SBATCH_REDUCE:-} "$slurm_folder/report.sh" "$@") || exit 2
  echo "tasks: job $tasks_id, logs $output/${log_prefix:-}task_*.log"
  echo "report: job ${report_id%%;*}, $output/${log_prefix:-}report.log, $output/summary.html"
}

# A grid: the program lists the runs.
if [ ${#overs[@]} -gt 0 ] || [ ${#choosing[@]} -gt 0 ]; then
  [ ${#configs[@]} -eq 1 ] || give_up 2 "--over is for one config"
  output=${output:-runs/$(basename "${configs[0]}" .yaml)_sweep}
  [[ $outliers != *%* ]] || at_once=%${outliers#*%}
  words=("${configs[0]}" "${sets[@]}" "${overs[@]}" "${choosing[@]}" --output "$output")
  [ -z "$outliers" ] || words+=(--outliers "${outliers%%%*}")
  staged=()
  log_prefix=""
  if [ ${#choosing[@]} -gt 0 ]; then
    staged=(--stage "$stage")
    [ "$stage" = report ] || log_prefix=choosing_
  fi
  load_modules
  find_program
  mkdir -p "$output" || exit 2
  task_file="$output/${log_prefix}tasks.txt"
  "${program[@]}" sweep "${words[@]}" "${staged[@]}" --list >"$task_file.new" || exit $?
  mv "$task_file.new" "$task_file" || exit 2
  submit "0-$(($(wc -l <"$task_file") - 1))$at_once" "${configs[0]}" "${sets[@]}" --tasks "$task_file" -- \
    --sweep "$at_once" "${words[@]}" "${staged[@]}"
  exit 0
fi

if [ ${#configs[@]} -eq 1 ]; then
  output=${output:-runs/$(basename "${configs[0]}" .yaml)_each}
  array=${outliers:-0-9}
  [ "$array" != each ] || array=0-9
  [[ $array == *%* ]] || array=$array$at_once
  tasks=("${configs[@]}" "${sets[@]}" --set "dataset.outlier_classes=[%a]" --output "$output/outlier_%a")
else
  [ -n "$output" ] || give_up 2 "several configs need --output FOLDER"
  [ -z "$outliers" ] || give_up 2 "--outliers is for one config"
  array=0-$((${#configs[@]} - 1))$at_once
  tasks=("${configs[@]}" "${sets[@]}" --output "$output/%c")
fi
mkdir -p "$output" || exit 2
submit "$array" "${tasks[@]}" -- "$array" "${tasks[@]}"
