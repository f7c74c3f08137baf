#!/usr/bin/python3
"""The mean difference of two runs' single-member AUCs, with its 95 % interval.

The runs are to have the same members (seeds and permutations) and to differ in what is compared,
say training.precision. Members are paired; the interval is Student's t of the differences, so it is
for fresh members on the same test set. Both runs must have been reduced.

    apt-get install python3-h5py python3-scipy
    /usr/bin/python3 tests/benchmarks/paired_difference.py runs/float32 runs/bfloat16
"""

import argparse
import csv
import pathlib
import statistics
import sys

import h5py
import numpy
from scipy import stats

PREFIX = "auc_"


def read_aucs(run):
    """{(kind, member): {score: AUC}}, as `clvae reduce` has written them."""
    if not (run / "members.csv").exists():
        sys.exit(f"{run}: no members.csv; clvae reduce writes it")
    with open(run / "members.csv", newline="", encoding="utf-8") as file:
        return {
            (row["kind"], int(row["member"])): {
                name[len(PREFIX):]: float(value)
                for name, value in row.items() if name.startswith(PREFIX) and value
            }
            for row in csv.DictReader(file)
        }


def read_identities(run):
    """{(kind, member): seed and permutation}"""
    identities = {}
    with h5py.File(run / "run.h5", "r") as file:
        for kind, group in file["members"].items():
            permutations = group["permutations"][()] if "permutations" in group else None
            for member, seed in enumerate(group["seeds"][()]):
                permutation = () if permutations is None else tuple(permutations[member])
                identities[kind, member] = (int(seed), permutation)
    return identities


def paired(first, second):
    """The members that both runs have."""
    aucs = [read_aucs(run) for run in (first, second)]
    identities = [read_identities(run) for run in (first, second)]
    members = sorted(aucs[0].keys() & aucs[1].keys())
    for kind, member in members:
        if identities[0][kind, member] != identities[1][kind, member]:
            sys.exit(f"{kind} {member} of {first} and of {second} have other seeds or permutations")
    return members, aucs


def interval(differences, confidence):
    mean = statistics.mean(differences)
    error = statistics.stdev(differences) / numpy.sqrt(len(differences))
    reach = stats.t.ppf((1 + confidence) / 2, len(differences) - 1) * error
    return mean, mean - reach, mean + reach


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("first", type=pathlib.Path, help="folder of a run")
    parser.add_argument("second", type=pathlib.Path, help="folder of the other: second - first")
    parser.add_argument("--confidence", type=float, default=0.95)
    arguments = parser.parse_args()
    members, (first, second) = paired(arguments.first, arguments.second)
    print(f"{arguments.second} - {arguments.first}, single members, "
          f"{100 * arguments.confidence:g} % interval of the mean paired difference")
    for kind in sorted({kind for kind, _ in members}):
        pairs = [key for key in members if key[0] == kind]
        if len(pairs) < 2:
            print(f"{kind}: {len(pairs)} member: no interval")
            continue
        for score in first[pairs[0]]:
            both = [key for key in pairs if score in first[key] and score in second[key]]
            if len(both) < 2:
                continue
            differences = [second[key][score] - first[key][score] for key in both]
            mean, low, high = interval(differences, arguments.confidence)
            print(f"{kind} {score}: {mean:+.4f} ({low:+.4f} to {high:+.4f}), {len(both)} members, "
                  f"means {statistics.mean(first[key][score] for key in both):.4f} and "
                  f"{statistics.mean(second[key][score] for key in both):.4f}")


if __name__ == "__main__":
    main()
