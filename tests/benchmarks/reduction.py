#!/usr/bin/python3
"""Measures the AUC curve of one core beside NumPy and SciPy, on the same scores.

100 members x 13,806 samples x 9 classes, 200 orders, all sizes, arithmetic mean of densities, one
thread each, in one run, taking turns; the AUCs of both are compared. The NumPy side is what a
competent user writes: densities in the linear domain, shifted by each sample's largest (so that
nothing is added in logs at every size, which would take twice as long again), a running sum, the
largest class, and an AUC from `scipy.stats.rankdata`. It walks fewer orders, whose time is scaled.

    apt-get install python3-scipy
    OMP_NUM_THREADS=1 /usr/bin/python3 tests/benchmarks/reduction.py build/tests/tests/benchmarks/reduction_throughput
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
from scipy.stats import rankdata

CLASSES = 9


def synthetic_scores(members, samples, random):
    """Log densities as latent clusters give them: sure of inliers, spread out over outliers."""
    outlier = numpy.arange(samples) >= samples // 2
    own_class = random.integers(0, CLASSES, samples)
    scores = numpy.empty((members, samples, CLASSES))
    strangeness = numpy.where(outlier, random.gamma(2, 2, samples), random.gamma(1, 0.7, samples))
    for member in range(members):
        distance = 30 * random.gamma(2, 1, (samples, CLASSES))
        near = strangeness * random.gamma(2, 0.5, samples) + random.gamma(1, 1, samples)
        distance[numpy.arange(samples), own_class] = numpy.where(
            outlier, near * random.uniform(0.3, 3, samples), near)
        scores[member] = -1.8 - distance
    return scores, outlier


def auc(anomaly, outlier):
    ranks = rankdata(anomaly)
    positives = outlier.sum()
    pairs = ranks[outlier].sum() - positives * (positives + 1) / 2
    return pairs / (positives * (len(outlier) - positives))


def numpy_walk(densities, shift, orders, outlier):
    """[orders, sizes]"""
    aucs = []
    for order in orders:
        merged = numpy.zeros_like(densities[0])
        row = []
        for member in order:
            merged += densities[member]
            # The number of members is the same for all samples and changes no rank.
            row.append(auc(-(numpy.log(merged.max(0)) + shift), outlier))
        aucs.append(row)
    return numpy.array(aucs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="reduction_throughput, as built")
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--samples", type=int, default=13806)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--numpy-orders", type=int, default=4, help="in each turn")
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    scores, outlier = synthetic_scores(arguments.members, arguments.samples,
                                       numpy.random.default_rng(1))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "scores.bin"
        scores.tofile(path)
        # [members][classes, samples], so that every loop is over neighbours in memory.
        shift = scores.max((0, 2))
        densities = [numpy.ascontiguousarray(numpy.exp(member - shift[:, None]).T)
                     for member in scores]
        del scores
        ratios = []
        for turn in range(arguments.turns):
            result = json.loads(subprocess.run(
                [arguments.program, str(path), str(arguments.members), str(arguments.samples),
                 str(CLASSES), str(arguments.orders)],
                check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout)
            first = turn * arguments.numpy_orders % arguments.orders
            orders = result["orders"][first:first + arguments.numpy_orders]
            started = time.process_time()
            aucs = numpy_walk(densities, shift, orders, outlier)
            seconds = (time.process_time() - started) * arguments.orders / len(orders)
            ours = numpy.array(result["aucs"][first:first + len(orders)])
            ratios.append(seconds / result["auc_seconds"])
            print(f"NumPy {seconds:.1f} s, clvae {result['auc_seconds']:.2f} s ({ratios[-1]:.1f} times "
                  f"as fast; with all measures and placements {result['all_seconds']:.2f} s; packing "
                  f"{result['pack_seconds']:.2f} s), AUC {ours[:, 0].mean():.4f} to "
                  f"{ours[:, -1].mean():.4f}, largest difference {abs(aucs - ours).max():.1e}", flush=True)
            assert abs(aucs - ours).max() < 1e-6
        print(f"median: {statistics.median(ratios):.1f} times as fast "
              f"(min {min(ratios):.1f}, max {max(ratios):.1f})")


if __name__ == "__main__":
    main()
