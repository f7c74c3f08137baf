"""Cuts the first images of an IDX dataset into a folder of its own.

    make_slice.py FROM TO
"""

import gzip
import pathlib
import struct
import sys

TRAIN_IMAGES = 1500
TEST_IMAGES = 300


def cut(source, target, count):
    """Keeps the first `count` items of a gzipped IDX file."""
    with gzip.open(source) as file:
        magic, _ = struct.unpack(">II", file.read(8))
        dimensions = magic & 0xFF
        extents = struct.unpack(f">{dimensions - 1}I", file.read(4 * (dimensions - 1)))
        size = 1
        for extent in extents:
            size *= extent
        items = file.read(count * size)
    header = struct.pack(f">II{dimensions - 1}I", magic, count, *extents)
    target.write_bytes(header + items)


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    target.mkdir(parents=True, exist_ok=True)
    for split, count in (("train", TRAIN_IMAGES), ("t10k", TEST_IMAGES)):
        for content in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            name = f"{split}-{content}"
            cut(source / (name + ".gz"), target / name, count)


if __name__ == "__main__":
    main()
