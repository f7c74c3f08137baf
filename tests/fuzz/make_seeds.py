#!/usr/bin/python3
"""Writes small files of every kind that is read, to start fuzzing from.

    /usr/bin/python3 tests/fuzz/make_seeds.py FOLDER     # needs python3-numpy and python3-h5py
"""

import gzip
import io
import pathlib
import struct
import sys
import zlib

import h5py
import numpy

SAMPLES = numpy.arange(2 * 3 * 4, dtype=numpy.uint8).reshape(2, 3, 4)
LABELS = numpy.array([0, 1])


def idx():
    images = struct.pack(">IIII", 0x803, 2, 3, 4) + SAMPLES.tobytes()
    yield "grey", images
    yield "channels", struct.pack(">IIIII", 0x804, 2, 3, 2, 2) + SAMPLES.tobytes()
    yield "labels", struct.pack(">II", 0x801, 2) + bytes([0, 1])
    yield "packed", gzip.compress(images, mtime=0)


def cifar():
    yield "ten", bytes([3]) + bytes(3072)
    yield "hundred", bytes([3, 99]) + bytes(3072)


def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content)))


def png(depth, colour, rows, *further):
    height = len(rows)
    width = {0: len(rows[0]) * 8 // depth, 2: len(rows[0]) // 3, 3: len(rows[0]),
             6: len(rows[0]) // 4}[colour]
    content = b"".join(b"\0" + bytes(row) for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth,
                                                                   colour, 0, 0, 0))
            + b"".join(chunk(*part) for part in further) + chunk(b"IDAT", zlib.compress(content))
            + chunk(b"IEND", b""))


# 8 x 8 grey pixels, as libjpeg-turbo's cjpeg has written them.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912"
    "130f141d1a1f1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080008"
    "000801011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b51000020103"
    "03020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f024336272"
    "82090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475"
    "767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9"
    "cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00f7fa28a28affd9")


def images():
    grey = [[0, 100, 200], [50, 150, 250]]
    yield "grey.png", png(8, 0, grey)
    yield "deep.png", png(16, 0, [[1, 2, 3, 4], [5, 6, 7, 8]])
    yield "colour.png", png(8, 2, [list(range(6)), list(range(6, 12))])
    yield "alpha.png", png(8, 6, [list(range(8)), list(range(8, 16))])
    yield "palette.png", png(8, 3, [[0, 1], [1, 0]], (b"PLTE", bytes(range(6))),
                             (b"tRNS", bytes([9, 200])))
    yield "grey.pgm", b"P5\n3 2\n255\n" + bytes(range(6))
    yield "text.pgm", b"P2\n# a comment\n3 2\n9\n0 1 2 3 4 5\n"
    yield "colour.ppm", b"P6 2 1 255\n" + bytes(range(6))
    yield "grey.jpg", JPEG


def archive(save=numpy.savez, **arrays):
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def array(values):
    buffer = io.BytesIO()
    numpy.save(buffer, values)
    return buffer.getvalue()


def npz():
    yield "plain.npz", archive(x=SAMPLES, y=LABELS)
    yield "packed.npz", archive(numpy.savez_compressed, x_train=SAMPLES / 100, y_train=numpy.eye(2),
                                x_test=SAMPLES / 100, y_test=LABELS[:, None])
    yield "texts.npz", archive(x=SAMPLES.reshape(2, -1), y=numpy.array(["é", "b"]),
                               class_names=numpy.array([b"b", b"\xc3\xa9"]))
    yield "fortran.npy", array(numpy.asfortranarray(SAMPLES.astype(numpy.float16)))
    yield "big_endian.npy", array(SAMPLES.astype(">i4"))
    yield "texts.npy", array(numpy.array(["é", "b"]))
    yield "floats.npy", array(LABELS.astype(numpy.float64))


def csv():
    yield "plain.csv", b"size,colour,label\n1,red,a\n-2.5e3,blue,b\n"
    yield "quoted.csv", b'\xef\xbb\xbf"size","colour","label"\r\n"1","re""d","a,\n"\r\n2,blue,b\r\n'


def hdf5():
    def made(**arguments):
        buffer = io.BytesIO()
        with h5py.File(buffer, "w") as file:
            file.create_dataset("train/x", data=SAMPLES, **arguments)
            file["train/y"] = LABELS
        return buffer.getvalue()

    yield "contiguous.h5", made()
    yield "packed.h5", made(chunks=(1, 2, 4), compression="gzip", shuffle=True)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["x"] = SAMPLES.reshape(2, -1) / 7
        file["y"] = ["é", "b"]
        file.attrs["class_names"] = ["b", "é"]
        kinds = h5py.enum_dtype({"ant": 0, "bee": 1}, basetype="i1")
        file.create_dataset("test/labels", data=LABELS, dtype=kinds)
        layout = h5py.VirtualLayout((2, 12), float)
        layout[:] = h5py.VirtualSource(".", "x", (2, 12))
        file.create_virtual_dataset("test/images", layout)
    yield "others.h5", buffer.getvalue()


def stream():
    yield "images", b'{"id": "a", "pixels": [[0, 255], [3, 4]]}\n[0.5, 0, 1, 0.25]\n\n{"pixels": 1}\n'
    yield "features", b'{"id": 7, "features": [1e-3, -2, 3]}\n[1, 2, 3]\n'
    yield "table", b'{"columns": {"size": 3, "colour": "red"}}\n'
    yield "idx", struct.pack(">IIII", 0x803, 2, 2, 2) + bytes(8)


def yaml():
    yield "small", b"dataset: {path: a, outlier_classes: [0, 'b']}\nensemble:\n  size: 3  # few\n"
    yield "large", (b"dataset:\n  format: csv\n  path: \"a \\u00e9\"\n  csv: {label: k, categorical: [a]}\n"
                    b"model: {convolutions: [{channels: 3, stride: 1}]}\ntraining: {alpha: 0.1}\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    for kind in (idx, cifar, images, npz, csv, hdf5, stream, yaml):
        (folder / kind.__name__).mkdir(parents=True, exist_ok=True)
        for name, content in kind():
            (folder / kind.__name__ / name).write_bytes(content)


if __name__ == "__main__":
    main()
