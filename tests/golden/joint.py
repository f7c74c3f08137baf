#!/usr/bin/env python3
"""Writes tests/golden/joint.json: joint scores of sets of members, by SciPy's Mahalanobis distance
and scikit-learn's NearestNeighbors, of latents that were drawn here.

    python3 tests/golden/joint.py     # NumPy 2.4.6, SciPy 1.17.1 and scikit-learn 1.9.1 were used
"""

import json
import pathlib

import numpy
from scipy.spatial.distance import mahalanobis
from sklearn.neighbors import NearestNeighbors

RIDGE = 1e-6
random = numpy.random.default_rng(16)


def joint(references, classes, samples, indices, chosen, few):
    """Smallest over the classes of the blocks' squared distances, over the number of members."""
    distances = numpy.zeros((samples.shape[1], classes.max() + 1))
    for block in sorted({indices[member] // 3 for member in chosen}):
        members = [member for member in chosen if indices[member] // 3 == block]
        of_references = numpy.concatenate([references[member] for member in members], 1)
        of_samples = numpy.concatenate([samples[member] for member in members], 1)
        for label in range(classes.max() + 1):
            cluster = of_references[classes == label]
            width = cluster.shape[1]
            covariance = numpy.cov(cluster.T).reshape(width, width)
            covariance += RIDGE * numpy.trace(covariance) / width * numpy.eye(width)
            if label == few and len(cluster) < width + 2:  # members are taken for independent
                covariance = numpy.zeros((width, width))
                for place, member in enumerate(members):
                    own = numpy.cov(references[member][classes == label].T)
                    corner = slice(2 * place, 2 * place + 2)
                    covariance[corner, corner] = own
            inverse = numpy.linalg.inv(covariance)
            centre = cluster.mean(0)
            distances[:, label] += [mahalanobis(sample, centre, inverse) ** 2
                                    for sample in of_samples]
    return distances.min(1) / len(chosen)


def nearest(references, samples, chosen):
    """Distance of the fifth nearest, over the root of the number of members."""
    neighbours = NearestNeighbors(n_neighbors=5, algorithm="brute")
    neighbours.fit(numpy.concatenate([references[member] for member in chosen], 1))
    found, _ = neighbours.kneighbors(numpy.concatenate([samples[member] for member in chosen], 1))
    return found[:, 4] / len(chosen) ** 0.5


INDICES = [7, 0, 2, 1, 4]
FEW = 2  # a class of 6 references: too few for three members at once, enough for two
classes = numpy.array([0, 1] * 40 + [FEW] * 6)
told = random.normal(size=(len(classes), 2)) + 4 * classes[:, None]
seen = random.normal(size=(30, 2)) * 3 + 4
references = []
samples = []
for _ in INDICES:
    turn = random.normal(size=(2, 2))
    references.append((told @ turn + 0.5 * random.normal(size=told.shape)).astype(numpy.float32))
    samples.append((seen @ turn + 0.5 * random.normal(size=seen.shape)).astype(numpy.float32))
references = numpy.array(references).astype(float)
samples = numpy.array(samples).astype(float)
sets = [[3], [1, 2], [1, 2, 3], [0, 1, 4], [0, 1, 2, 3, 4]]
cases = [{
    "members": chosen,
    "joint": joint(references, classes, samples, INDICES, chosen, FEW).tolist(),
    "nearest": nearest(references, samples, chosen).tolist(),
} for chosen in sets]
path = pathlib.Path(__file__).with_name("joint.json")
path.write_text(json.dumps({
    "indices": INDICES,
    "classes": classes.tolist(),
    "references": references.reshape(len(INDICES), -1).tolist(),
    "samples": samples.reshape(len(INDICES), -1).tolist(),
    "cases": cases,
}) + "\n")
print(f"{len(cases)} cases in {path}")
