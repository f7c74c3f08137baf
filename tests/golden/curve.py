#!/usr/bin/python3
"""Writes tests/golden/curve.json: AUC curves, intervals, comparisons and forecasts, the formulas
written with NumPy.

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


def jackknife(aucs):
    members = aucs.shape[1]
    k = numpy.arange(1, members)
    variance = aucs[:, :-1].var(0) * k / (members - k)
    return numpy.append(variance, variance[-1])


def delong(placements, inliers):
    """[N, samples] to [N]."""
    return (placements[:, :inliers].var(1, ddof=1) / inliers
            + placements[:, inliers:].var(1, ddof=1) / (placements.shape[1] - inliers))


def bounds(mean, half, lowest=0):
    return numpy.clip(mean - half, lowest, 1).tolist(), numpy.clip(mean + half, lowest, 1).tolist()


def orders_of(members, rotations):
    rows = []
    for _ in range(rotations):
        order = random.permutation(members)
        rows += [numpy.roll(order, -shift) for shift in range(members)]
    return numpy.array(rows)


def random_walk(orders, base, spread):
    """AUCs that depend on who takes part, at the end on everybody alike."""
    quality = spread * random.normal(size=orders.shape[1])
    k = numpy.arange(1, orders.shape[1] + 1)
    return base - 0.05 / k + numpy.cumsum(quality[orders], 1) / k


def asymptote(means, first):
    k = numpy.arange(first, len(means) + 1)
    slope, level = numpy.polyfit(1 / k, means[first - 1:], 1)
    return level, -slope


def forecast(aucs, orders, confidence):
    members = aucs.shape[1]
    first = -(-members // 4)
    level, slope = asymptote(aucs.mean(0), first)
    place = numpy.argsort(orders, 1)
    left_out = []
    for member in range(members):
        curve = [aucs[place[:, member] >= k, k - 1].mean() for k in range(1, members)]
        left_out.append(asymptote(numpy.array(curve), first)[0])
    error = numpy.sqrt(numpy.var(left_out) * (members - 1))
    lower, upper = bounds(level, t_quantile(0.5 + confidence / 2, members - 1) * error)
    return {"asymptote": level, "slope": slope, "lower": lower, "upper": upper}


random = numpy.random.default_rng(3)
cases = []
for members, rotations, confidence in ((2, 2, 0.95), (5, 2, 0.9), (8, 3, 0.95), (12, 2, 0.5)):
    orders = orders_of(members, rotations)
    other_orders = orders_of(members + 1, rotations)
    aucs = random_walk(orders, 0.93, 0.02)
    rival = random_walk(orders, 0.9, 0.03)
    other = random_walk(other_orders, 0.9, 0.01)
    placements = [random.random((members + i // 2, 40)).astype(numpy.float32).astype(float)
                  for i in range(3)]
    k = numpy.arange(1, members + 1)
    t = t_quantile(0.5 + confidence / 2, members - 1)
    mean, variance, inliers = aucs.mean(0), jackknife(aucs), 15
    case = {"confidence": confidence, "inliers": inliers, "orders": orders.tolist(),
            "other_orders": other_orders.tolist(), "aucs": aucs.tolist(), "rival": rival.tolist(),
            "other": other.tolist(), "placements": [table.tolist() for table in placements],
            "mean": mean.tolist(),
            "curve": bounds(mean, t * numpy.sqrt(variance)),
            "ensemble": bounds(mean[:-1], t * numpy.sqrt(
                (aucs.var(0) * (members + k) / numpy.maximum(members - k, 1))[:-1])),
            "total": bounds(mean, t * numpy.sqrt(variance + delong(placements[0], inliers)))}
    # The same members scored otherwise, and other members.
    difference = mean - rival.mean(0)
    error = numpy.sqrt(jackknife(aucs - rival) + delong(placements[0] - placements[1], inliers))
    case["paired"] = {"difference": difference.tolist(), "both": bounds(difference, t * error, -1),
                      "one_sided": bounds(difference, t_quantile(confidence, members - 1) * error, -1)[0]}
    difference = mean - other.mean(0)[:members]
    rest = jackknife(other)[:members]
    freedom = (variance + rest) ** 2 / (variance ** 2 / (members - 1) + rest ** 2 / members)
    error = numpy.sqrt(variance + rest + delong(placements[0] - placements[2][:members], inliers))
    two = numpy.array([t_quantile(0.5 + confidence / 2, f) for f in freedom])
    one = numpy.array([t_quantile(confidence, f) for f in freedom])
    case["apart"] = {"difference": difference.tolist(), "both": bounds(difference, two * error, -1),
                     "one_sided": bounds(difference, one * error, -1)[0]}
    if members >= 4:
        case["forecast"] = forecast(aucs, orders, confidence)
    cases.append(case)
path = pathlib.Path(__file__).with_name("curve.json")
path.write_text(json.dumps(cases) + "\n")
print(f"{len(cases)} cases in {path}")
