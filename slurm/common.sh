# shellcheck shell=bash disable=SC2034,SC2154
# What the batch scripts of this folder share. They source it; by itself it does nothing.
# Variables in small letters belong to these scripts, CLVAE_* to the site (site.conf).

# In an array SLURM_JOB_ID may be the number of the whole array.
job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID:-}}
job=${job:-${SLURM_JOB_ID:-}}

say() { echo "$(date '+%F %T') $*"; }

# give_up STATUS MESSAGE
give_up() {
  say "error: $2" >&2
  exit "$1"
}

# Reads the first site.conf that is there: the one that CLVAE_SITE_CONF names, the user's own, that of
# this folder, which where the scripts are installed is for all users. What the environment already
# says wins.
read_site() {
  local given site
  given=$(export -p | sed -n 's/^declare -x \(CLVAE_\|SBATCH_\)/export \1/p')
  if [ -n "${CLVAE_SITE_CONF:-}" ] && [ ! -r "$CLVAE_SITE_CONF" ]; then
    give_up 2 "CLVAE_SITE_CONF: $CLVAE_SITE_CONF can't be read"
  fi
  for site in "${CLVAE_SITE_CONF:-}" "${XDG_CONFIG_HOME:-${HOME:-}/.config}/clvae/site.conf" \
    "$slurm_folder/site.conf"; do
    [ -r "$site" ] || continue
    set -a
    # shellcheck source=/dev/null
    . "$site"
    set +a
    break
  done
  eval "$given"
}

# Submits the script itself where it was started outside a job. submit_unless_in_job SCRIPT WORDS...
submit_unless_in_job() {
  [ -z "${SLURM_JOB_ID:-}" ] || return 0
  local script=$1
  shift
  # shellcheck disable=SC2086  # several options
  exec sbatch ${CLVAE_SBATCH:-} "$slurm_folder/$script" "$@"
}

load_modules() {
  [ -n "${CLVAE_MODULES:-}" ] || return 0
  # A batch shell need not have the function that a login shell has.
  # shellcheck source=/dev/null
  type module >/dev/null 2>&1 || . /etc/profile.d/modules.sh
  # shellcheck disable=SC2086  # a list of modules
  module load $CLVAE_MODULES || give_up 2 "module load $CLVAE_MODULES failed"
}

# Prints where the program is: as the site says, else as it was built here, else as it was installed
# with these scripts: PREFIX/bin beside PREFIX/share/clvae/slurm.
place_of_program() {
  local built="$repository/build/jobs/clvae" installed="$repository/../../bin/clvae"
  if [ -n "${CLVAE_PROGRAM:-}" ]; then
    echo "$CLVAE_PROGRAM"
  elif [ ! -x "$built" ] && [ -x "$installed" ]; then
    realpath -s "$installed"
  else
    echo "$built"
  fi
}

# Sets `program`, the words that start clvae on one rank, and sees that they do.
find_program() {
  local said
  if [ -n "${CLVAE_CONTAINER:-}" ]; then
    # shellcheck disable=SC2206  # several options
    program=(apptainer exec ${CLVAE_CONTAINER_OPTIONS:-} "$CLVAE_CONTAINER" "${CLVAE_PROGRAM:-clvae}")
  else
    program=("$(place_of_program)")
    if [ ! -x "${program[0]}" ] && [ "${CLVAE_BUILD:-no}" = yes ]; then
      say "building clvae in $repository/build"
      # shellcheck disable=SC2086  # several options
      "$repository/jobs/build.sh" "$repository/build" -DCLVAE_TESTS=OFF ${CLVAE_BUILD_OPTIONS:-} ||
        give_up 2 "the build failed"
    fi
  fi
  said=$("${program[@]}" --version 2>&1) && say "$said on $(hostname)" && return
  give_up 2 "${program[*]} does not start here (${said:0:300}).
Build it on a node like those of the job:
  jobs/build.sh build -DCLVAE_TESTS=OFF -DCMAKE_PREFIX_PATH=/path/to/libtorch
or say in slurm/site.conf where it is (CLVAE_PROGRAM, CLVAE_CONTAINER), or CLVAE_BUILD=yes."
}

# Sets `launcher` to srun where Slurm and Open MPI can find each other through PMIx, else mpirun.
choose_launcher() {
  launcher=${CLVAE_LAUNCHER:-auto}
  mpi_type=${CLVAE_MPI_TYPE:-pmix}
  if [ "$launcher" = auto ]; then
    launcher=mpirun
    if srun --mpi=list 2>&1 | grep -qw "$mpi_type"; then launcher=srun; fi
  fi
  case $launcher in
    srun | mpirun) ;;
    *) give_up 2 "CLVAE_LAUNCHER: found $launcher; allowed: auto, srun, mpirun" ;;
  esac
}

# Prints the nodes that the job has, one a line. squeue knows of those that were lost meanwhile.
nodes_of_job() {
  local list
  list=$(squeue -h -j "$job" -o %N 2>/dev/null)
  scontrol show hostnames "${list:-$SLURM_JOB_NODELIST}"
}

joined() { (IFS=, && echo "$*"); }

# Prints, for each of the nodes named that answers, its name and whether the file holds the word
# there. ask_nodes FILE WORD NODE...
ask_nodes() {
  local file=$1 word=$2
  shift 2
  # shellcheck disable=SC2016  # for the shell on the node
  timeout "${CLVAE_PROBE_SECONDS:-60}" srun --overlap --mpi=none --nodes=$# --ntasks=$# \
    --ntasks-per-node=1 --cpus-per-task=1 --nodelist="$(joined "$@")" sh -c \
    'if [ "$(cat "$0" 2>/dev/null)" = "$1" ]; then echo "$SLURMD_NODENAME sees"; else echo "$SLURMD_NODENAME blind"; fi' \
    "$file" "$word"
}

# Sets `nodes` to those of the job that see the folder, `blind_nodes` to those that do not, and
# `silent_nodes` to those that do not answer; a blind one ends the job. look_at_nodes FOLDER
look_at_nodes() {
  local file="$1/.slurm_$job" word="$job $RANDOM$RANDOM" all answers node
  { mkdir -p "$1" && echo "$word" >"$file"; } || give_up 2 "$1 can't be written on $(hostname)"
  mapfile -t all < <(nodes_of_job)
  answers=$(ask_nodes "$file" "$word" "${all[@]}" 2>/dev/null)
  if [ "$(wc -l <<<"$answers")" -lt ${#all[@]} ]; then
    # A dead node fails the step for all of them: ask one by one, all at once.
    answers=$(for node in "${all[@]}"; do ask_nodes "$file" "$word" "$node" & done; wait)
  fi
  rm -f "$file"
  nodes=()
  blind_nodes=()
  silent_nodes=()
  for node in "${all[@]}"; do
    case $'\n'$answers$'\n' in
      *$'\n'"$node sees"$'\n'*) nodes+=("$node") ;;
      *$'\n'"$node blind"$'\n'*) blind_nodes+=("$node") ;;
      *) silent_nodes+=("$node") ;;
    esac
  done
  if [ ${#blind_nodes[@]} -gt 0 ]; then
    give_up 2 "$1 of $(hostname) is not there on ${blind_nodes[*]}: choose an --output on a file system that all nodes share"
  fi
  if [ ${#nodes[@]} -eq 0 ]; then give_up 1 "no job step starts on any of ${silent_nodes[*]}"; fi
  if [ ${#silent_nodes[@]} -gt 0 ]; then say "no answer from ${silent_nodes[*]}: goes on without"; fi
}

# Prints how many ranks a node gets.
ranks_on() {
  local gpus=${SLURM_GPUS_ON_NODE:-0}
  if [ "$gpus" -gt 0 ]; then
    echo $((gpus * ${CLVAE_RANKS_PER_GPU:-1}))
    return
  fi
  # Slurm writes 4(x2),3 for nodes with 4, 4 and 3 tasks.
  local node count position=0 counts=()
  while read -r node count; do
    for ((i = 0; i < count; ++i)); do counts+=("$node"); done
  done < <(tr ',' '\n' <<<"$SLURM_TASKS_PER_NODE" | sed -E 's/^([0-9]+)$/\1 1/; s/\(x([0-9]+)\)/ \1/')
  for node in $(scontrol show hostnames "$SLURM_JOB_NODELIST"); do
    if [ "$node" = "$1" ]; then echo "${counts[$position]}"; fi
    position=$((position + 1))
  done
}

# Sets `launch`, the words that start a command on all ranks of `nodes`.
prepare_launch() {
  local node ranks=0 hosts=() here=0
  local gpus=${SLURM_GPUS_ON_NODE:-0}
  for node in "${nodes[@]}"; do
    here=$(ranks_on "$node")
    hosts+=("$node:$here")
    ranks=$((ranks + here))
  done
  if [ "$launcher" = srun ]; then
    # Ranks that stop as asked end one after the other with status 75, for which srun would kill
    # those that are not as far; so it waits, and then ends what waits for a rank that has died.
    launch=(srun "--mpi=$mpi_type" --kill-on-bad-exit=0 "--wait=${CLVAE_WAIT_SECONDS:-30}"
      "--nodes=${#nodes[@]}" "--nodelist=$(joined "${nodes[@]}")"
      "--ntasks=$ranks" "--cpus-per-task=${SLURM_CPUS_PER_TASK:-1}")
    if [ "$gpus" -gt 0 ] && [ "${CLVAE_RANKS_PER_GPU:-1}" -eq 1 ]; then
      launch+=(--gpus-per-task=1)          # each rank sees its own and no other
    elif [ "$gpus" -gt 0 ]; then
      launch+=("--gpus-per-node=$gpus")    # each sees all; clvae shares them by local rank
    fi
    if [ "$gpus" -gt 0 ]; then launch+=("--ntasks-per-node=$here"); fi
    if [ "$here" -gt "${SLURM_CPUS_ON_NODE:-$here}" ]; then
      say "note: $here ranks share $SLURM_CPUS_ON_NODE cores of a node; ask for more with --cpus-per-task"
      launch+=(--overcommit)
    fi
  else
    # How long mpirun leaves ranks to write a checkpoint before it kills them.
    export OMPI_MCA_odls_base_sigkill_timeout=${OMPI_MCA_odls_base_sigkill_timeout:-5}
    # A node without power or network tells nobody: notice it within a minute rather than eight.
    export OMPI_MCA_oob_tcp_keepalive_time=${OMPI_MCA_oob_tcp_keepalive_time:-30}
    export OMPI_MCA_oob_tcp_keepalive_intvl=${OMPI_MCA_oob_tcp_keepalive_intvl:-10}
    export OMPI_MCA_oob_tcp_keepalive_probes=${OMPI_MCA_oob_tcp_keepalive_probes:-3}
    export SLURM_CPU_BIND=none  # or all ranks of a node share the cores of Open MPI's one daemon
    launch=(mpirun -np "$ranks" --host "$(joined "${hosts[@]}")" --oversubscribe --bind-to none)
    # Slurm tells every process of a cancelled job to end, mpirun does the same with its ranks:
    # once is enough.
    if env --block-signal=TERM true 2>/dev/null; then launch=(env --block-signal=TERM "${launch[@]}"); fi
  fi
  launch+=("${program[@]}")
  say "ranks ${hosts[*]}: ${launch[*]}"
}

# From here on Slurm's signals ask the ranks to stop, who then write checkpoints.
stop_asked=no   # the time is nearly up, or a more urgent job wants the nodes
cancelled=no    # scancel, or Slurm takes the nodes away and requeues the job itself
signalled=no
pid=""
pass_on() {
  signalled=yes
  if [ -n "$pid" ]; then kill -USR1 "$pid" 2>/dev/null; fi
}
handle_signals() {
  trap 'stop_asked=yes; say "told to stop (USR1)"; pass_on' USR1
  trap 'cancelled=yes; say "told to end (TERM)"; pass_on' TERM
}

# Runs clvae on all ranks and sets `status`, and `error_told` to whether clvae said what is wrong:
# srun and mpirun also end with 1, where they could not start a rank. Returns early from no signal.
# run_on_ranks WORDS...
run_on_ranks() {
  local told copy writer
  told=$(mktemp) || give_up 1 "no temporary file can be written on $(hostname)"
  # Slurm's signals are for the ranks, who go on writing.
  exec {copy}> >(trap '' TERM USR1; exec tee "$told" >&2)
  writer=$!
  "${launch[@]}" "$@" 2>&"$copy" {copy}>&- &
  pid=$!
  exec {copy}>&-
  while :; do
    signalled=no
    wait "$pid"
    status=$?
    [ "$signalled" = yes ] || break  # else the trap has ended the wait, not the program
  done
  pid=""
  # What the ranks left behind may hold the pipe open: not for ever.
  for _ in {1..50}; do
    kill -0 "$writer" 2>/dev/null || break
    sleep 0.1
  done
  error_told=no
  if grep -q '^clvae: error: ' "$told"; then error_told=yes; fi
  rm -f "$told"
}

# Prints how many members of a run are so; 0 where there is no run yet. count_members STATE RUN
count_members() {
  "${program[@]}" info --json "$2" 2>/dev/null |
    awk -F '[:,]' -v state="\"$1\"" '$1 ~ "^ *" state "$" && $2 ~ /^ [0-9]+$/ { n += $2 } END { print n + 0 }'
}

members_done() { count_members "done" "$1"; }

# Whether a run has all that it can have. The exit status of the ranks does not tell: srun ends with
# 0 where it has given up to wait for a step, as when a node died or did not take its ranks.
is_finished() {
  [ -e "$1/summary.html" ] && ! [ "$1/run.h5" -nt "$1/summary.html" ] &&
    [ "$(count_members pending "$1")" -eq 0 ]
}

# Puts the job back into the queue, or says how it goes on. requeue WORDS OF THE SAME COMMAND...
requeue() {
  trap '' TERM  # that Slurm sends to a job that it requeues
  if [ "${CLVAE_REQUEUE:-yes}" = yes ] && scontrol requeue "$job"; then
    say "requeued: the job goes on when it is its turn again"
  else
    say "not requeued; the same command goes on where this one was: sbatch $*"
  fi
  exit 75
}
