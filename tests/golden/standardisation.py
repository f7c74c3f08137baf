#!/usr/bin/python3
"""Writes tests/golden/standardisation.json: features, their means and standard deviations, and the
features standardised, by NumPy.

    /usr/bin/python3 tests/golden/standardisation.py     # needs python3-numpy; NumPy 1.24.2 was used
"""

import json
import pathlib

import numpy

random = numpy.random.default_rng(3)


def main():
    train = (random.normal(size=(40, 4)) * [1, 1e-3, 1e4, 0] + [0, 7, -2e5, 3]).astype("f4")
    new = (random.normal(size=(9, 4)) * [3, 1, 1e5, 50]).astype("f4")
    means = train.mean(axis=0, dtype="f8")
    deviations = train.std(axis=0, dtype="f8")
    deviations[deviations == 0] = 1
    standardised = ((new.astype("f8") - means) / deviations).astype("f4")
    path = pathlib.Path(__file__).with_name("standardisation.json")
    path.write_text(json.dumps({
        "train": train.ravel().tolist(), "new": new.ravel().tolist(), "means": means.tolist(),
        "deviations": deviations.tolist(), "standardised": standardised.ravel().tolist()},
        indent=0) + "\n")
    print(f"{len(new)} samples in {path}")


if __name__ == "__main__":
    main()
