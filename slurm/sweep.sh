#!/bin/bash
# Submits a job array, one task for each class that may be anomalous or for each of several
# configs, and a job that reports over all of them when the last has ended, however it ended.
# A plain command for the login node:
#
#   slurm/sweep.sh configs/mnist.yaml [--outliers 0,3,5-7] [--set KEY=VALUE ...] [--output FOLDER]
#   slurm/sweep.sh configs/mnist.yaml configs/cifar10.yaml [...] --output FOLDER
#
# --outliers: class numbers as in `sbatch --array`, of which "0-9%4" runs four at a time [0-9].
# Options for sbatch, in the environment or in site.conf: CLVAE_SBATCH for the tasks,
# CLVAE_SBATCH_REDUCE for the report. Given again, it goes on where the tasks were.
set -u -o pipefail

slurm_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=common.sh
. "$slurm_folder/common.sh"
read_site

configs=()
sets=()
outliers=""
output=""
while [ $# -gt 0 ]; do
  case $1 in
    --set | --output | --outliers) [ $# -gt 1 ] || give_up 2 "$1 needs a value" ;;
  esac
  case $1 in
    --set) sets+=("$1" "$2"); shift ;;
    --output) output=$2; shift ;;
    --outliers) outliers=$2; shift ;;
    -*) give_up 2 "found $1; allowed: --set, --output, --outliers" ;;
    *) configs+=("$1") ;;
  esac
  shift
done
[ ${#configs[@]} -gt 0 ] || give_up 2 "which config? slurm/sweep.sh configs/mnist.yaml"
for config in "${configs[@]}"; do
  [ -r "$config" ] || give_up 2 "$config can't be read"
done

if [ ${#configs[@]} -eq 1 ]; then
  output=${output:-runs/$(basename "${configs[0]}" .yaml)_each}
  array=${outliers:-0-9}
  [ "$array" != each ] || array=0-9
  tasks=("${configs[@]}" "${sets[@]}" --set "dataset.outlier_classes=[%a]" --output "$output/outlier_%a")
else
  [ -n "$output" ] || give_up 2 "several configs need --output FOLDER"
  [ -z "$outliers" ] || give_up 2 "--outliers is for one config"
  array=0-$((${#configs[@]} - 1))
  tasks=("${configs[@]}" "${sets[@]}" --output "$output/%c")
fi
mkdir -p "$output" || exit 2
# shellcheck disable=SC2086  # several options
tasks_id=$(sbatch --parsable --array="$array" --output="$output/task_%a.log" ${CLVAE_SBATCH:-} \
  "$slurm_folder/ensemble.sh" "${tasks[@]}") || exit 2
tasks_id=${tasks_id%%;*}
# afterany, and not afterok: a task that fails is to be reported, not to be waited for.
# shellcheck disable=SC2086  # several options
report_id=$(sbatch --parsable --dependency="afterany:$tasks_id" --output="$output/report.log" \
  ${CLVAE_SBATCH_REDUCE:-} "$slurm_folder/report.sh" "$array" "${tasks[@]}") || exit 2
echo "tasks: job $tasks_id, logs $output/task_*.log"
echo "report: job ${report_id%%;*}, $output/report.log, $output/summary.html"
