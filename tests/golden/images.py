#!/usr/bin/python3
"""Writes tests/golden/images.json: small image files, and what Pillow reads from them and resizes
them to.

    /usr/bin/python3 tests/golden/images.py     # needs python3-pil; Pillow 9.4.0 was used
"""

import io
import json
import pathlib

import numpy
from PIL import Image

HEIGHT, WIDTH = 11, 14


def colours():
    """Smooth, so that JPEG changes little, and with an edge."""
    rows, columns = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    image = numpy.stack([rows * 20, columns * 18, 255 - rows * 10 - columns * 9], axis=2)
    image[4:7, 5:9] = [250, 10, 120]
    return image.astype(numpy.uint8)


def files():
    """Name, bytes of the file."""
    rgb = Image.fromarray(colours())
    grey = rgb.convert("L")
    alpha = rgb.copy()
    alpha.putalpha(grey)
    deep = Image.fromarray(numpy.asarray(grey).astype(numpy.uint16) * 257)
    for name, image, options in (
            ("rgb.png", rgb, {}), ("grey.png", grey, {}), ("alpha.png", alpha, {}),
            ("palette.png", rgb.quantize(16), {}), ("deep.png", deep, {}),
            ("rgb.jpg", rgb, {"quality": 95, "subsampling": 0}),
            ("grey.jpg", grey, {"quality": 95}), ("grey.pgm", grey, {}), ("rgb.ppm", rgb, {})):
        buffer = io.BytesIO()
        kind = {"jpg": "JPEG", "png": "PNG"}.get(name.split(".")[1], "PPM")
        image.save(buffer, kind, **options)
        yield name, buffer.getvalue()


def pixels(image):
    """[channels, height, width], in a row, in hexadecimal digits."""
    array = numpy.asarray(image)
    if array.ndim == 3:
        array = array.transpose(2, 0, 1)
    return array.tobytes().hex()


def read(content, mode):
    """The image as bytes; Pillow itself cuts 16-bit images off at 255."""
    image = Image.open(io.BytesIO(content))
    if image.mode.startswith("I"):
        image = Image.fromarray((numpy.asarray(image) // 257).astype(numpy.uint8))
    # A palette's transparency and alpha channels are dropped.
    return image.convert("RGB").convert(mode) if mode == "RGB" or image.mode != "L" else image


def main():
    cases = []
    for name, content in files():
        for mode, channels in (("RGB", 3), ("L", 1)):
            for height, width in ((HEIGHT, WIDTH), (5, 4), (6, 20)):
                image = read(content, mode).resize((width, height), Image.Resampling.BILINEAR)
                cases.append({"name": name, "channels": channels, "height": height,
                              "width": width, "pixels": pixels(image)})
    path = pathlib.Path(__file__).with_name("images.json")
    path.write_text(json.dumps({"files": {name: content.hex() for name, content in files()},
                                "cases": cases}, indent=0) + "\n")
    print(f"{len(cases)} cases in {path}")


if __name__ == "__main__":
    main()
