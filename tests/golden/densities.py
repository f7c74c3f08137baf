#!/usr/bin/python3
"""Writes tests/golden/densities.json: log densities by SciPy's multivariate_normal, of Gaussians
fitted with NumPy (mean, and covariance with divisor n - 1) to float32 latents.

    /usr/bin/python3 tests/golden/densities.py     # needs python3-scipy; SciPy 1.10.1 was used
"""

import json
import pathlib

import numpy
from scipy.stats import multivariate_normal

random = numpy.random.default_rng(2)
cases = []
for dimension, spread in ((2, 1.0), (3, 1.0), (3, 1e-2), (8, 1.0), (8, 1e-2)):
    classes = []
    latents = []
    for label in range(3):
        # Axes from 1 down to `spread`, turned at random: badly conditioned where it is small.
        turn = numpy.linalg.qr(random.normal(size=(dimension, dimension)))[0]
        axes = turn * numpy.geomspace(1.0, spread, dimension)
        cluster = random.normal(size=(40, dimension)) @ axes.T + 3 * random.normal(size=dimension)
        latents.append(cluster.astype(numpy.float32))
        classes += [label] * len(cluster)
    latents = numpy.concatenate(latents)
    points = (4 * random.normal(size=(12, dimension))).astype(numpy.float32)
    log_densities = []
    for label in range(3):
        cluster = latents[numpy.array(classes) == label].astype(numpy.float64)
        normal = multivariate_normal(cluster.mean(0), numpy.cov(cluster.T))
        log_densities.append(normal.logpdf(points.astype(numpy.float64)))
    cases.append({
        "dimension": dimension,
        "latents": latents.ravel().astype(float).tolist(),
        "classes": classes,
        "points": points.ravel().astype(float).tolist(),
        "log_densities": numpy.array(log_densities).T.ravel().tolist(),
    })
path = pathlib.Path(__file__).with_name("densities.json")
path.write_text(json.dumps(cases) + "\n")
print(f"{len(cases)} cases in {path}")
