#!/usr/bin/python3
"""Writes tests/golden/pca.json: what scikit-learn's probabilistic PCA says of images that
tests/train/pca_test.cpp draws in the same way.

    /usr/bin/python3 tests/golden/pca.py     # needs python3-sklearn; scikit-learn 1.2.1 was used
"""

import json
import pathlib

import numpy
from sklearn.decomposition import PCA

SCORED = 10  # images beyond those that are fitted


class Draws:
    """A linear congruential generator, simple enough to be written twice."""

    def __init__(self, state):
        self.state = state

    def below(self, bound):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return (self.state >> 16) % bound


def images(count, pixels, structured, seed):
    """Two patterns of random strength and noise, or noise alone."""
    draws = Draws(seed)
    patterns = [[draws.below(8), draws.below(8)] for _ in range(pixels)]
    rows = []
    for _ in range(count):
        first, second = draws.below(16), draws.below(8)
        if structured:
            rows.append([first * a + second * b + draws.below(64) for a, b in patterns])
        else:
            rows.append([draws.below(256) for _ in patterns])
    return numpy.array(rows)


cases = []
for name, samples, pixels, components, structured in (
        ("more_samples_than_pixels", 60, 20, 2, True),
        ("fewer_samples_than_pixels", 15, 48, 3, True),
        ("few_components_of_many", 400, 300, 2, True),
        ("few_components_of_fewer_samples", 280, 700, 3, True),
        ("components_of_noise", 400, 300, 2, False),
        ("many_components", 90, 60, 40, True)):
    seed = 1 + len(cases)
    intensities = images(samples + SCORED, pixels, structured, seed) / 255
    pca = PCA(n_components=components, svd_solver="full").fit(intensities[:samples])
    cases.append({
        "name": name,
        "samples": samples,
        "pixels": pixels,
        "components": components,
        "structured": structured,
        "seed": seed,
        "explained_variances": pca.explained_variance_.tolist(),
        "noise_variance": pca.noise_variance_,
        "log_likelihoods": pca.score_samples(intensities[samples:]).tolist(),
    })
path = pathlib.Path(__file__).with_name("pca.json")
path.write_text(json.dumps(cases, indent=1) + "\n")
print(f"{len(cases)} cases in {path}")
