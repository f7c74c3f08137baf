#!/usr/bin/python3
"""What a real run costs beyond the training of its members.

Trains an ensemble through mpirun and holds its wall time, times the ranks, against the seconds that
the members themselves took to train, as the run file keeps them. What is left is told by its
causes: each line of the program is taken down with the moment at which it came. Ranks that have
nothing to do any more at the end are told apart, as they depend on how the members divide.

    /usr/bin/python3 tests/benchmarks/overhead.py build/jobs/clvae
    /usr/bin/python3 tests/benchmarks/overhead.py build/jobs/clvae --ranks 4 --members 40 --epochs 5

By default 8 members of the Fashion-MNIST network on all of Debian's Fashion-MNIST, one epoch each
(about a minute on one core of a current server), on 2 ranks: five minutes.
"""

import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import h5py

CONFIG = pathlib.Path(__file__).parent.parent.parent / "configs/fashion_mnist.yaml"
GOES = re.compile(r"(\w+) member (\d+)\b.* goes to rank (\d+)")
DONE = re.compile(r"(\w+) member (\d+)\b.* done on rank (\d+)")
# The first line of each stage before the training.
MILESTONES = {"read": re.compile("outlier class"), "creating": re.compile("^creating "),
              "created": re.compile(r": ranks? [\d, -]+ on "), "training": GOES}


class Job:
    """A run of the program, with the moment of each of its lines in seconds from the start."""

    def __init__(self, command):
        self.lines = []
        begun = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, text=True) as process:
            for line in process.stdout:
                self.lines.append((time.monotonic() - begun, line.rstrip()))
                print(line, end="", file=sys.stderr, flush=True)
        self.wall = time.monotonic() - begun
        if process.returncode != 0:
            sys.exit(f"exit status {process.returncode}: {' '.join(command)}")

    def milestones(self):
        """When each stage began; a stage that did not come began with the one after it."""
        found = {}
        after = None
        for name in reversed(MILESTONES):
            moments = [at for at, line in self.lines if MILESTONES[name].search(line)]
            after = found[name] = moments[0] if moments else after
        return found

    def turns(self):
        """Of each rank, its members with the moments of hand-out and report."""
        begun, turns = {}, collections.defaultdict(list)
        for at, line in self.lines:
            if found := GOES.search(line):
                begun[found[1], int(found[2])] = at
            elif found := DONE.search(line):
                key = found[1], int(found[2])
                turns[int(found[3])].append((key, begun.pop(key), at))
        return turns


def member_seconds(run_file):
    """Seconds of training and of encoding of each member, by kind and number."""
    with h5py.File(run_file) as run:
        return {(kind, member): (row["training_seconds"], row["encoding_seconds"])
                for kind, group in run["provenance"].items() if kind in run["members"]
                for member, row in enumerate(group["members"][:])}


def account(job, seconds, ranks, start_up):
    """Rank-seconds of each cause; they add up to wall time times ranks."""
    stages, turns = job.milestones(), job.turns()
    last = max(at for rank in turns.values() for _, _, at in rank)
    spent = collections.Counter()
    spent["start-up of processes, libraries"] = start_up * ranks
    spent["start-up of MPI, reading the data"] = (stages["read"] - start_up) * ranks
    spent["devices, lock"] = (stages["creating"] - stages["read"]) * ranks
    spent["creating the run file"] = (stages["created"] - stages["creating"]) * ranks
    spent["images to the device, opening"] = (stages["training"] - stages["created"]) * ranks
    for rank in range(ranks):
        free_from = stages["training"]
        for key, begun, ended in turns.get(rank, []):
            training, encoding = seconds[key]
            begun = max(begun, free_from)  # a rank gets its next member before it is free
            spent["training"] += training
            spent["encoding"] += encoding
            spent["checks, commit, messages"] += ended - begun - training - encoding
            spent["between two members"] += begun - free_from
            free_from = ended
        spent["idle at the end"] += last - free_from
    spent["closing, end of MPI"] = (job.wall - last) * ranks
    return spent


def tell(spent, total, training_of_rank):
    training, idle = spent.pop("training"), spent.pop("idle at the end")
    overhead = total - training - idle
    print(f"\n{'cause':36}{'rank-seconds':>14}{'% of training':>15}")
    for cause, seconds in [("training", training), *spent.items(),
                           ("idle at the end", idle), ("all", total)]:
        print(f"{cause:36}{seconds:14.2f}{100 * seconds / training:15.3f}")
    print(f"\noverhead without the idle end: {100 * overhead / training:.3f} % of the training, "
          f"{100 * (overhead - spent['encoding']) / training:.3f} % without encoding")
    print(f"idle end: {100 * idle / training:.3f} %")
    for rank, each in sorted(training_of_rank.items()):
        # Rank 0 answers the others between its batches: that is within its members' seconds.
        print(f"rank {rank}: {len(each)} members, {sum(each) / len(each):.2f} s of training each")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program", help="clvae, as built")
    parser.add_argument("--config", default=CONFIG)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--members", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE",
                        help="of the config; may be repeated")
    parser.add_argument("--mpirun", default="mpirun --bind-to none", help="with its options")
    parser.add_argument("--folder", default=None, help="where the run is made and removed again, "
                        "on the file system to be measured [a temporary one]")
    arguments = parser.parse_args()
    launch = [*arguments.mpirun.split(), "-np", str(arguments.ranks),
              os.path.abspath(arguments.program)]
    keys = [f"ensemble.size={arguments.members}", f"training.epochs={arguments.epochs}",
            "ensemble.methods=[clvae]", *arguments.set]
    start_up = Job([*launch, "--version"]).wall
    with tempfile.TemporaryDirectory(prefix="clvae-overhead-", dir=arguments.folder) as folder:
        job = Job([*launch, "train", str(arguments.config), "--output", f"{folder}/run",
                   *(word for key in keys for word in ("--set", key))])
        seconds = member_seconds(f"{folder}/run/run.h5")
    print(f"wall time {job.wall:.2f} s on {arguments.ranks} ranks")
    tell(account(job, seconds, arguments.ranks, start_up), job.wall * arguments.ranks,
         {rank: [seconds[key][0] for key, _, _ in turns] for rank, turns in job.turns().items()})


if __name__ == "__main__":
    main()
