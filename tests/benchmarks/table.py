#!/usr/bin/python3
"""How fast clvae is, as one table: minimum, median and maximum of several turns.

All figures but the start-up are ratios of what was measured side by side: to plain PyTorch on the
same core (training.py says what it does), to the core's own products of large matrices (sgemm as
LibTorch calls it, and the faster of that and the same as a 1x1 convolution), or to one rank. For an
otherwise idle machine; about ten minutes on two cores.

    apt-get install python3-torch
    /usr/bin/python3 tests/benchmarks/table.py build/tests
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import training

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Real images, so that ranks read what they would read; the networks are those of configs/mnist.yaml.
CONFIG = [str(ROOT / "configs/mnist.yaml"), "--set", "dataset.path=/usr/share/datasets/fashion-mnist",
          "--set", "ensemble.methods=[clvae]"]


def show(what, values, unit=""):
    print(f"{what:<58} {min(values):8.2f} {statistics.median(values):8.2f} {max(values):8.2f}{unit}",
          flush=True)


def of_network(network, batches, turns, program):
    """Training and encoding of one network, in turns."""
    turns_of = {}
    for _ in range(turns):
        for precision in training.precisions_here():
            for side in ("PyTorch", "clvae"):
                found = training.measure(side, precision, network, batches, program)
                turns_of.setdefault((side, precision), []).append(found)

    def ratios(over, under, rate):
        return [a[rate] / b[rate] for a, b in zip(turns_of[over], turns_of[under])]

    ours, plain = ("clvae", "float32"), ("PyTorch", "float32")
    show(f"{network}: training, float32 / PyTorch float32",
         ratios(ours, plain, "samples_per_second"))
    for peak, words in (("sgemm_gflops", "sgemm"), ("fastest_gflops", "the fastest products")):
        show(f"{network}: training, float32, share of {words}",
             [100 * found["gflops"] / found[peak] for found in turns_of[ours]], " %")
    if ("clvae", "bfloat16") in turns_of:
        narrow = ("clvae", "bfloat16")
        show(f"{network}: training, bfloat16 / PyTorch float32",
             ratios(narrow, plain, "samples_per_second"))
        show(f"{network}: training, bfloat16 / PyTorch bfloat16",
             ratios(narrow, ("PyTorch", "bfloat16"), "samples_per_second"))
        show(f"{network}: training, bfloat16 / float32", ratios(narrow, ours, "samples_per_second"))
    show(f"{network}: encoding / PyTorch", ratios(ours, plain, "encoded_per_second"))
    show(f"{network}: encoding and reconstruction errors / PyTorch",
         ratios(ours, plain, "scored_per_second"))
    print(f"  samples a second: PyTorch float32 "
          f"{statistics.median(found['samples_per_second'] for found in turns_of[plain]):.0f}, clvae "
          + ", ".join(f"{precision} {statistics.median(f['samples_per_second'] for f in found):.0f}"
                      for (side, precision), found in turns_of.items() if side == "clvae"))


def rate_on(ranks, program):
    command = ["mpirun", "--bind-to", "none", "-np", str(ranks), program, "benchmark", *CONFIG,
               "--json", "--seconds", "2"]
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True)
    return sum(rank["kinds"]["clvae"]["trained_per_second"]
               for rank in json.loads(result.stdout)["ranks"])


def start_up(program):
    """Seconds from the start of the process until the first member's training begins, less those
    that a process takes which only loads its libraries."""
    began = time.perf_counter()
    subprocess.run([program, "--version"], check=True, stdout=subprocess.DEVNULL)
    loading = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with subprocess.Popen([program, "train", *CONFIG, "--output", folder],
                              stdout=subprocess.PIPE, universal_newlines=True) as process:
            for line in process.stdout:
                if "goes to rank" in line:
                    break
            seconds = time.perf_counter() - began - loading
            process.kill()
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path, help="folder that clvae was built in, with tests")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--batches", type=int, default=30, help="of 128 samples, in each turn")
    arguments = parser.parse_args()
    program = str((arguments.build / "jobs/clvae").resolve())
    throughput = str((arguments.build / "tests/benchmarks/training_throughput").resolve())
    # Otherwise mpirun refuses to work as root.
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    print(f"{'':<58} {'minimum':>8} {'median':>8} {'maximum':>8}")
    for network in training.NETWORKS:
        batches = max(4, arguments.batches // (4 if network == "cifar10" else 1))
        of_network(network, batches, arguments.turns, throughput)
    pairs = [(rate_on(1, program), rate_on(2, program)) for _ in range(arguments.turns)]
    show("two ranks / one, samples trained a second", [two / one for one, two in pairs])
    show("start-up beyond loading libraries", [start_up(program) for _ in range(arguments.turns)],
         " s")


if __name__ == "__main__":
    main()
