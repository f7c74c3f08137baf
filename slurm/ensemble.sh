#!/bin/bash
# Trains an ensemble, reduces and plots it, as one Slurm job that goes on by itself after its time
# limit, a preemption or the death of a node.
#
#   sbatch slurm/ensemble.sh [CONFIG] [--set KEY=VALUE ...] [--output FOLDER] [--tasks FILE]
#   sbatch --nodes=4 --gpus-per-node=4 --ntasks-per-node=4 slurm/ensemble.sh configs/cifar10.yaml
#
# Without CONFIG: configs/fashion_mnist.yaml. In a job array (sweep.sh makes them) %a in an option
# stands for the task's number, %c for the config's name, and of several CONFIGs task i takes the
# one numbered i from 0. --tasks names a file of which task i takes line i, counted from 0, as more
# options with tabs between them; clvae sweep --list writes such lines.
# Started without sbatch, it submits itself with the options of site.conf (CLVAE_SBATCH).
# The site's settings: site.conf beside this script. slurm/README.md tells the rest.
#SBATCH --job-name=clvae
#SBATCH --output=clvae-%j.log
#SBATCH --open-mode=append
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --time=12:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
set -u -o pipefail

# Slurm runs a copy of this script: where the original lies, only Slurm and the submitter know.
command_of_job=$(scontrol show job "${SLURM_JOB_ID:-}" 2>/dev/null | sed -n 's/^ *Command=//p' | head -n 1)
for slurm_folder in "$(dirname "${BASH_SOURCE[0]}")" "${CLVAE_HOME:-}/slurm" \
  "${command_of_job%/ensemble.sh*}" "${SLURM_SUBMIT_DIR:-.}/slurm" "${SLURM_SUBMIT_DIR:-.}"; do
  [ ! -r "$slurm_folder/common.sh" ] || break
done
# shellcheck source=common.sh
. "$slurm_folder/common.sh" || { echo "error: set CLVAE_HOME to clvae's folder" >&2; exit 2; }
slurm_folder=$(cd "$slurm_folder" && pwd)
repository=$(dirname "$slurm_folder")
same_command=("$slurm_folder/ensemble.sh" "$@")

read_site
submit_unless_in_job ensemble.sh "$@"
handle_signals

# What to run: the config, and the options for clvae.
configs=()
options=()
given_limit=()  # instead of Slurm's
task_file=""
while [ $# -gt 0 ]; do
  case $1 in
    --time-limit)
      given_limit=("$1" "${2:-}")
      shift
      ;;
    --set | --output)
      [ $# -gt 1 ] || give_up 2 "$1 needs a value"
      options+=("$1" "$2")
      shift
      ;;
    --tasks)
      [ $# -gt 1 ] || give_up 2 "$1 needs a value"
      task_file=$2
      shift
      ;;
    -*) options+=("$1") ;;
    *) configs+=("$1") ;;
  esac
  shift
done
if [ ${#configs[@]} -gt 1 ] && [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
  give_up 2 "several configs are for a job array (slurm/sweep.sh): ${configs[*]}"
fi
[ ${#configs[@]} -gt 0 ] || configs=("$repository/configs/fashion_mnist.yaml")
config=${configs[0]}
[ ${#configs[@]} -eq 1 ] || config=${configs[$SLURM_ARRAY_TASK_ID]}
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  options=("${options[@]//%a/$SLURM_ARRAY_TASK_ID}")
  options=("${options[@]//%c/$(basename "$config" .yaml)}")
fi
if [ -n "$task_file" ]; then
  [ -n "${SLURM_ARRAY_TASK_ID:-}" ] || give_up 2 "--tasks is for a job array (slurm/sweep.sh)"
  IFS=$'\t' read -r -a task_words < <(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$task_file")
  [ ${#task_words[@]} -gt 0 ] || give_up 2 "$task_file has no line for task $SLURM_ARRAY_TASK_ID"
  options+=("${task_words[@]}")
fi

# Before any waiting for ranks: the program starts, config and data are good, all nodes see the
# folder that the run goes into.
load_modules
find_program
choose_launcher
plan=$("${program[@]}" check "$config" "${options[@]}") || exit $?
say "$config on the nodes of job $job, restart ${SLURM_RESTART_COUNT:-0}"
echo "$plan"
output=$(sed -n 's/^run  *//p' <<<"$plan")
output=${output%: new}
output=${output%: is there; done: *}
look_at_nodes "$output"

# How often in a row the job was started again without a new member. It is kept beside the run, so
# that it counts over requeues too; each line: how often, members at that time.
restarts_file="$output/slurm_restarts"

# Counts a restart, and ends the job where restarts lead nowhere. count_restart WHY MEMBERS [yes]
# "yes": there is progress of another kind.
count_restart() {
  local why=$1 members=$2 progress=${3:-no} restarts=0 before=-1
  if [ -r "$restarts_file" ]; then read -r restarts before <"$restarts_file"; fi
  if [ "$members" -gt "$before" ] || [ "$progress" = yes ]; then restarts=0; fi
  if [ "$restarts" -ge "${CLVAE_MAX_RESTARTS:-3}" ]; then
    rm -f "$restarts_file"
    give_up 1 "$why, and $restarts restarts have brought no new member beyond $members: gives up.
See what the ranks said above. The same command tries again: sbatch ${same_command[*]}"
  fi
  echo "$((restarts + 1)) $members" >"$restarts_file"
  say "$why; $members members are done; restart $((restarts + 1)) of ${CLVAE_MAX_RESTARTS:-3} without a new member"
}

# Whether a checkpoint was written since the ranks were started.
wrote_checkpoint() {
  [ -z "$(find "$output/checkpoints" -type f -newermt "@$started" 2>/dev/null | head -n 1)" ] || echo yes
}

while :; do
  if [ "$cancelled" = yes ]; then
    say "ended before the ranks were started; the same command goes on: sbatch ${same_command[*]}"
    exit 75
  fi
  if [ "$stop_asked" = yes ]; then
    count_restart "told to stop before the ranks were started" "$(members_done "$output")"
    requeue "${same_command[@]}"
  fi
  prepare_launch
  limit=()
  left=$(squeue -h -j "$job" -o %L 2>/dev/null)
  if [[ $left =~ ^[0-9:-]+$ && $left =~ [1-9] ]]; then limit=(--time-limit "$left"); fi
  [ ${#given_limit[@]} -eq 0 ] || limit=("${given_limit[@]}")
  if type before_ranks >/dev/null 2>&1; then before_ranks; fi
  started=$(date +%s)
  run_on_ranks run "$config" "${options[@]}" "${limit[@]}"
  case $status in
    0)
      if is_finished "$output"; then
        rm -f "$restarts_file"
        say "done: $output"
        exit 0
      fi
      ;;
    1 | 2)
      if [ "$error_told" = yes ]; then exit "$status"; fi  # trying again would not help
      ;;
  esac
  members=$(members_done "$output")
  if [ "$cancelled" = yes ]; then
    say "ended with $members members done; the same command goes on: sbatch ${same_command[*]}"
    exit 75
  fi
  if [ "$status" -eq 75 ] || [ "$stop_asked" = yes ]; then
    count_restart "stopped as asked, or for the time limit" "$members" "$(wrote_checkpoint)"
    requeue "${same_command[@]}"
  fi
  # A rank or a node has died. What is left of the nodes goes on.
  count_restart "the ranks ended with status $status" "$members"
  look_at_nodes "$output"
done
