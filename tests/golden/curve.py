#!/usr/bin/python3
"""Writes tests/golden/curve.json: AUC curves and intervals, the formulas written with NumPy.

    /usr/bin/python3 tests/golden/curve.py     # needs python3-numpy and python3-mpmath

The t quantile is solved with mpmath to 30 digits: SciPy 1.10's `t.ppf` is off by 2e-9.
"""

import json
import pathlib

import mpmath
import numpy

mpmath.mp.dps = 30


def t_quantile(probability, freedom):
    """Student's t, from its distribution function as an incomplete beta integral."""
    tail = mpmath.mpf(1) - mpmath.mpf(probability)

    def excess(value):
        inside = freedom / (freedom + value * value)
        half = mpmath.mpf(1) / 2
        return mpmath.betainc(mpmath.mpf(freedom) / 2, half, 0, inside, regularized=True) / 2 - tail

    return float(mpmath.findroot(excess, (0, 100), solver="bisect", maxsteps=150))


random = numpy.random.default_rng(3)
cases = []
for members, draws, confidence in ((2, 4, 0.95), (5, 10, 0.9), (8, 24, 0.95), (8, 16, 0.5)):
    aucs = 0.9 + 0.05 * random.normal(size=(draws, members)) / numpy.arange(1, members + 1)
    aucs[:, -1] = aucs[0, -1]
    k = numpy.arange(1, members)
    variance = aucs[:, :-1].var(0) * k / (members - k)
    variance = numpy.append(variance, variance[-1])
    half = t_quantile(0.5 + confidence / 2, members - 1) * numpy.sqrt(variance)
    mean = aucs.mean(0)
    cases.append({
        "confidence": confidence,
        "aucs": aucs.tolist(),
        "mean": mean.tolist(),
        "lower": numpy.clip(mean - half, 0, 1).tolist(),
        "upper": numpy.clip(mean + half, 0, 1).tolist(),
    })
path = pathlib.Path(__file__).with_name("curve.json")
path.write_text(json.dumps(cases) + "\n")
print(f"{len(cases)} cases in {path}")
