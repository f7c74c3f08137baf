#!/usr/bin/python3
"""Whether a schedule reaches in fewer epochs the validation loss that another one reaches.

Members of both runs that have the same seed make a pair. Of each run the lowest validation loss of
a member's epochs counts; the ratio of the two is averaged over the pairs in its logarithm, with the
95 % interval of Student's t. Below 1 the other run's members are better.

    clvae train configs/mnist.yaml --set training.epochs=8 --set training.patience=0 --output runs/a
    clvae train configs/mnist.yaml --set training.epochs=5 --set training.schedule=one_cycle \\
        --set training.learning_rate=6e-3 --output runs/b
    /usr/bin/python3 tests/benchmarks/epochs.py runs/a runs/b
"""

import argparse
import math
import pathlib

import h5py
import numpy

VALIDATION_TOTAL = 3  # column of loss_history

# Student's t of a two-sided 95 % interval, by degrees of freedom.
QUANTILES = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306,
             9: 2.262, 10: 2.228, 15: 2.131, 20: 2.086, 30: 2.042}


def losses(run):
    """Lowest validation loss of each CL-VAE member that is done, by seed; and the epochs."""
    path = pathlib.Path(run)
    with h5py.File(path / "run.h5" if path.is_dir() else path, "r") as file:
        members = file["members/clvae"]
        history = members["loss_history"][:, :, VALIDATION_TOTAL]
        done = members["commits"]["state"] == 1
        seeds = members["seeds"][:]
    lowest = {int(seed): float(numpy.nanmin(row))
              for seed, row, is_done in zip(seeds, history, done) if is_done}
    return lowest, history.shape[1]


def interval(values):
    """Mean and half-width."""
    count = len(values)
    if count < 2:
        return float(numpy.mean(values)), math.inf
    freedom = max(known for known in QUANTILES if known <= count - 1)
    return (float(numpy.mean(values)),
            QUANTILES[freedom] * float(numpy.std(values, ddof=1)) / math.sqrt(count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("reference", help="run whose loss is to be reached")
    parser.add_argument("others", nargs="+", help="runs with the same ensemble.seed")
    arguments = parser.parse_args()
    reference, epochs = losses(arguments.reference)
    print(f"{arguments.reference}: {epochs} epochs, mean of the lowest losses "
          f"{numpy.mean(list(reference.values())):.4f} ({len(reference)} members)")
    for other in arguments.others:
        found, other_epochs = losses(other)
        pairs = sorted(set(reference) & set(found))
        if not pairs:
            raise SystemExit(f"{other}: no member has a seed of {arguments.reference}")
        mean, half = interval([math.log(found[seed] / reference[seed]) for seed in pairs])
        print(f"{other}: {other_epochs} epochs, {numpy.mean([found[s] for s in pairs]):.4f}, "
              f"{math.exp(mean):.3f} times the loss [{math.exp(mean - half):.3f}, "
              f"{math.exp(mean + half):.3f}] in {len(pairs)} pairs")


if __name__ == "__main__":
    main()
