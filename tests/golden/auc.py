#!/usr/bin/python3
"""Writes tests/golden/auc.json: AUCs by scikit-learn's roc_auc_score.

    /usr/bin/python3 tests/golden/auc.py     # needs python3-sklearn; scikit-learn 1.2.1 was used
"""

import json
import pathlib

import numpy
from sklearn.metrics import roc_auc_score

random = numpy.random.default_rng(1)
cases = []


def add(name, scores, outliers):
    cases.append({
        "name": name,
        "scores": [float(score) for score in scores],
        "is_outlier": [int(outlier) for outlier in outliers],
        "auc": float(roc_auc_score(outliers, scores)),
    })


for size in (7, 60, 301):
    outliers = numpy.arange(size) % 3 == 0
    random.shuffle(outliers)
    add(f"random, {size} samples", random.normal(size=size) + 0.7 * outliers, outliers)
    add(f"ties, {size} samples", random.integers(0, 4, size) + outliers, outliers)
    add(f"worse than chance, {size} samples", random.integers(0, 9, size) - 3.0 * outliers, outliers)
add("all tied", numpy.ones(10), numpy.arange(10) < 4)
add("perfect", numpy.arange(10), numpy.arange(10) > 6)
add("tiny differences", 1 + 1e-15 * numpy.arange(10), numpy.arange(10) % 2)
path = pathlib.Path(__file__).with_name("auc.json")
path.write_text(json.dumps(cases, indent=0) + "\n")
print(f"{len(cases)} cases in {path}")
