"""Writes the images of an IDX folder as PNG files, a folder for each class.

    make_images.py FROM TO [COUNT]

Takes the first COUNT training images; names of classes are Fashion-MNIST's.
"""

import pathlib
import struct
import sys
import zlib

import numpy

NAMES = ["shirt", "trouser", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag",
         "boot"]


def png(image):
    """The PNG file of an array [height, width] or [height, width, 3] of bytes."""
    height, width = image.shape[:2]
    colour = 2 if image.ndim == 3 else 0

    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content +
                struct.pack(">I", zlib.crc32(kind + content)))

    rows = b"".join(b"\0" + row.tobytes() for row in image)
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def read(folder, split):
    """Images [n, 28, 28] and labels [n] of a plain IDX split."""
    images = (folder / f"{split}-images-idx3-ubyte").read_bytes()
    labels = (folder / f"{split}-labels-idx1-ubyte").read_bytes()
    return (numpy.frombuffer(images, numpy.uint8, offset=16).reshape(-1, 28, 28),
            numpy.frombuffer(labels, numpy.uint8, offset=8))


def write(images, labels, target):
    """One file an image, in the order of the images within each class."""
    for number, (image, label) in enumerate(zip(images, labels)):
        folder = target / NAMES[label]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:05}.png").write_bytes(png(image))


def main():
    source, target = map(pathlib.Path, sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else None
    images, labels = read(source, "train")
    write(images[:count], labels[:count], target)


if __name__ == "__main__":
    main()
