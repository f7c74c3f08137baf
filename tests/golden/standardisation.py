#!/usr/bin/python3
"""Writes tests/golden/standardisation.json: features, their means and standard deviations, and the
features standardised, by NumPy; and the same of features that only double precision holds, by exact
arithmetic of whole fractions.

    /usr/bin/python3 tests/golden/standardisation.py     # needs python3-numpy; NumPy 1.24.2 was used
"""

import decimal
import fractions
import json
import pathlib

import numpy

random = numpy.random.default_rng(3)


def exact():
    """Unix times in seconds, numbers whose squares vanish or overflow, a constant, a spread nearly as
    wide as numbers go, and numbers with fewer digits than others."""
    decimal.getcontext().prec = 60
    drawn = numpy.random.default_rng(4)
    columns = [1700000000 + drawn.integers(0, 60, 50).astype("f8"),
               1e-60 * drawn.normal(size=50), 1e-200 * drawn.normal(size=50),
               1e300 * drawn.uniform(-1, 1, 50), numpy.full(50, 0.1),
               0.8e308 * drawn.choice([-1.0, 1.0], 50), 1e-310 * drawn.normal(size=50)]
    values = numpy.stack(columns, axis=1)
    train, new = values[:40], values[40:]
    means, deviations, standardised = [], [], []
    for column, later in zip(train.T, new.T):
        numbers = [fractions.Fraction(float(value)) for value in column]
        mean = sum(numbers) / len(numbers)
        variance = sum((number - mean) ** 2 for number in numbers) / len(numbers)
        root = (decimal.Decimal(variance.numerator) / decimal.Decimal(variance.denominator)).sqrt()
        deviation = fractions.Fraction(root) or fractions.Fraction(1)
        means.append(float(mean))
        deviations.append(float(deviation))
        standardised.append([float((fractions.Fraction(float(value)) - mean) / deviation)
                             for value in later])
    return {"train": train.ravel().tolist(), "new": new.ravel().tolist(), "means": means,
            "deviations": deviations, "standardised": numpy.array(standardised).T.ravel().tolist()}


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
        "deviations": deviations.tolist(), "standardised": standardised.ravel().tolist(),
        "exact": exact()},
        indent=0) + "\n")
    print(f"{len(new)} samples in {path}")


if __name__ == "__main__":
    main()
