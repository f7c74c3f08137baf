#!/bin/bash
# What can be checked on a machine with a GPU alone: builds clvae with a LibTorch for CUDA; compares
# losses and gradients with the CPU's, and the bits of members in lanes; stops and resumes a run; and
# prints a table of speeds beside PyTorch. No part of tests/run.sh. On 16 cores under six minutes.
#
#   tests/gpu.sh [PYTHON]      PYTHON: one that has PyTorch [python3]
#
# LIBTORCH: where the CMake files of LibTorch are [those of that PyTorch].
set -eu -o pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}
build=build/cuda
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_plm_rsh_agent=/bin/false  # mpirun wants to find ssh, and never calls it on one host

mkdir -p build
began=$(date +%s)
begin() { echo "== $1 ($(($(date +%s) - began)) s)"; }
fail() {
  echo "failed: $1" >&2
  exit 1
}

begin "the machine"
nvidia-smi --query-gpu=name,compute_cap,driver_version,memory.used,memory.total --format=csv ||
  { echo "there is no GPU here" >&2; exit 2; }
LIBTORCH=${LIBTORCH:-$("$python" -c 'import torch; print(torch.utils.cmake_prefix_path)')}
export LIBTORCH
if [ -z "${TORCH_CUDA_ARCH_LIST:-}" ]; then
  TORCH_CUDA_ARCH_LIST=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1)
fi

begin "build"
cmake --preset cuda -DCLVAE_TESTS=ON -DCLVAE_WARNINGS_AS_ERRORS=ON \
  "-DTORCH_CUDA_ARCH_LIST=$TORCH_CUDA_ARCH_LIST" >"$build.log" 2>&1 ||
  { tail -n 30 "$build.log"; fail "cmake, see $build.log"; }
cmake --build --preset cuda --target clvae gpu_test gpu_lanes_test >>"$build.log" 2>&1 ||
  { grep -E 'error|FAILED' "$build.log" | head -n 40; fail "the build, see $build.log"; }
clvae=$PWD/$build/jobs/clvae

begin "losses and gradients, on the GPU and on the CPU"
"$build/tests/train/gpu_test" --gtest_brief=1

begin "bits of members, captured or not, in one lane or many"
"$build/tests/train/gpu_lanes_test" --gtest_brief=1

folder=$(mktemp -d)
job=""
clean() {
  if [ -n "$job" ]; then kill -9 "$job" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap clean EXIT
"$python" tests/benchmarks/gpu.py data "$folder/data"

# train NAME: 8 CL-VAEs and 8 CNNs on what `data` wrote.
train() {
  exec "$clvae" train configs/mnist.yaml --output "$folder/$1" --set "dataset.path=$folder/data/mnist" \
    --set training.device=cuda --set 'ensemble.methods=[clvae, cnn]' --set ensemble.size=8 \
    --set training.epochs=6 --set training.patience=0 --set training.precision=tf32
}

begin "a run that is stopped and goes on"
(train whole) >"$folder/whole.log" 2>&1 || { tail "$folder/whole.log"; fail "a whole run"; }
(train stopped) >"$folder/stopped.log" 2>&1 &
job=$!
for _ in {1..600}; do
  if grep -q 'goes to rank' "$folder/stopped.log"; then break; fi
  sleep 0.1
done
sleep 2
kill -USR1 "$job" || { tail "$folder/stopped.log"; fail "the run ended before it could be stopped"; }
status=0
wait "$job" || status=$?
job=""
[ "$status" -eq 75 ] || { tail "$folder/stopped.log"; fail "stopped with status $status, not 75"; }
tail -n 1 "$folder/stopped.log"
(train stopped) >"$folder/resumed.log" 2>&1 || { tail "$folder/resumed.log"; fail "the resumed run"; }
for run in whole stopped; do
  "$clvae" reduce "$folder/$run" >"$folder/$run.txt" 2>&1 || { tail "$folder/$run.txt"; fail reduce; }
done
for table in scores.csv auc.csv; do
  cmp "$folder/whole/$table" "$folder/stopped/$table" || fail "the resumed run has other bits"
done
echo "the same tables, to the last digit"

begin "speed"
"$python" tests/benchmarks/gpu.py table "$clvae" "$folder/data"
begin "all is well"
