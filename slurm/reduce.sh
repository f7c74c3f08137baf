#!/bin/bash
# Reduces and plots a run alone, for another score or merge, or one that is still training.
#
#   sbatch slurm/reduce.sh RUN [--score WORD] [--merge WORD] [--set reduction.KEY=VALUE ...]
#   sbatch slurm/reduce.sh runs/mnist --merge geometric
#
# Needs no GPU. Started without sbatch, it submits itself with CLVAE_SBATCH_REDUCE of site.conf.
#SBATCH --job-name=clvae-reduce
#SBATCH --output=clvae-reduce-%j.log
#SBATCH --open-mode=append
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=4
#SBATCH --time=1:00:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
set -u -o pipefail

# Slurm runs a copy of this script: where the original lies, only Slurm and the submitter know.
command_of_job=$(scontrol show job "${SLURM_JOB_ID:-}" 2>/dev/null | sed -n 's/^ *Command=//p' | head -n 1)
for slurm_folder in "$(dirname "${BASH_SOURCE[0]}")" "${CLVAE_HOME:-}/slurm" \
  "${command_of_job%/reduce.sh*}" "${SLURM_SUBMIT_DIR:-.}/slurm" "${SLURM_SUBMIT_DIR:-.}"; do
  [ ! -r "$slurm_folder/common.sh" ] || break
done
# shellcheck source=common.sh
. "$slurm_folder/common.sh" || { echo "error: set CLVAE_HOME to clvae's folder" >&2; exit 2; }
slurm_folder=$(cd "$slurm_folder" && pwd)
repository=$(dirname "$slurm_folder")
same_command=("$slurm_folder/reduce.sh" "$@")

read_site
[ -n "${SLURM_JOB_ID:-}" ] || CLVAE_SBATCH=${CLVAE_SBATCH_REDUCE:-}
submit_unless_in_job reduce.sh "$@"
[ $# -gt 0 ] || give_up 2 "which run? sbatch slurm/reduce.sh RUN [options of clvae reduce]"
handle_signals

load_modules
find_program
choose_launcher
"${program[@]}" info "$1" >/dev/null || exit $?
mapfile -t nodes < <(nodes_of_job)
prepare_launch
# srun ends with 0 also where it gave up starting the ranks, so the last table tells.
folder=$1
[ -d "$folder" ] || folder=$(dirname "$folder")  # RUN may be the run.h5 in it
state_of_table() { stat -c '%i %.Y' "$folder/scores.csv" 2>/dev/null; }
table_before=$(state_of_table)
run_on_ranks reduce "$@"
if [ "$cancelled" = yes ]; then exit 75; fi
if [ "$status" -eq 75 ] || [ "$stop_asked" = yes ]; then
  give_up 75 "the time did not do for the reduction; a longer --time, or more ranks: sbatch ${same_command[*]}"
fi
[ "$status" -eq 0 ] || exit "$status"
if [ "$(state_of_table)" = "$table_before" ]; then
  give_up 1 "the ranks have written no tables; see what is said above. The same command tries again: sbatch ${same_command[*]}"
fi
"${program[@]}" plot "$1"
