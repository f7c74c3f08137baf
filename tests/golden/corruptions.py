"""Writes corruptions.json: an image blurred and flattened by SciPy and NumPy.

The formulas are those of CIFAR-10-C's make_cifar_c.py: `gaussian_blur` is scikit-image's `gaussian`,
which is SciPy's gaussian_filter with mode "nearest" and truncate 4, channel by channel; `contrast` is
(x - mean) * c + mean with the mean over each channel. Run with SciPy:

    python3 tests/golden/corruptions.py > tests/golden/corruptions.json
"""

import json

import numpy
from scipy import ndimage

images = numpy.random.default_rng(5).integers(0, 256, (1, 3, 7, 6)) / 255


def blurred(image, deviation):
    return numpy.stack([ndimage.gaussian_filter(plane, deviation, mode="nearest", truncate=4)
                        for plane in image])


def flattened(image, left):
    means = image.mean(axis=(1, 2), keepdims=True)
    return (image - means) * left + means


cases = []
for name, function, amounts in (("gaussian_blur", blurred, (0.4, 0.6, 0.7, 0.8, 1)),
                                ("contrast", flattened, (0.75, 0.5, 0.4, 0.3, 0.15))):
    for severity, amount in enumerate(amounts, 1):
        if severity % 2 == 0:
            continue
        expected = numpy.stack([function(image, amount) for image in images]).clip(0, 1)
        cases.append({"name": name, "severity": severity,
                      "expected": [round(value, 9) for value in expected.ravel().tolist()]})
print(json.dumps({"shape": [3, 7, 6], "bytes": numpy.rint(images * 255).astype(int).ravel().tolist(),
                  "cases": cases}))
