#!/usr/bin/python3
"""Writes tests/golden/npz.json: archives of numpy.savez, good and bad, and what stands in them.

    /usr/bin/python3 tests/golden/npz.py     # needs python3-numpy; NumPy 1.24.2 was used
"""

import io
import json
import pathlib
import zipfile

import numpy

random = numpy.random.default_rng(1)


def archive(save=numpy.savez, *positional, **arrays):
    buffer = io.BytesIO()
    save(buffer, *positional, **arrays)
    return buffer.getvalue()


def with_array(name, content, **arrays):
    """An archive with one entry that NumPy has not made."""
    buffer = io.BytesIO(archive(**arrays))
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr(name + ".npy", content)
    return buffer.getvalue()


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def in_version_2(array):
    buffer = io.BytesIO()
    numpy.lib.format.write_array(buffer, array, version=(2, 0))
    return buffer.getvalue()


def good():
    """Name, archive, [channels, height, width], training samples, training labels, class names."""
    grey = random.integers(0, 256, (5, 3, 6), dtype=numpy.uint8)
    labels = numpy.array([[2], [0], [1], [0], [2]], dtype=numpy.uint8)
    yield ("keras, compressed",
           archive(numpy.savez_compressed, x_train=grey, y_train=labels, x_test=grey[:2],
                   y_test=labels[:2]),
           [1, 3, 6], grey, labels.ravel(), ["0", "1", "2"])
    first = random.random((4, 3, 5, 6)).astype(numpy.float32)
    words = numpy.array(["été", "b", "ab", "b"])
    yield ("bare names, floats, channels first, strings",
           archive(x=first, y=words, x_test=first, y_test=words), [3, 5, 6], first, [2, 1, 0, 1],
           ["ab", "b", "été"])
    last = random.integers(0, 256, (4, 5, 6, 2), dtype=numpy.uint8)
    sparse = numpy.array([30, -1, 7, 30], dtype=">i4")
    yield ("channels last, sparse labels, big endian",
           archive(x=last, y=sparse, x_test=last, y_test=sparse), [2, 5, 6],
           last.transpose(0, 3, 1, 2), [2, 0, 1, 2], ["-1", "7", "30"])
    features = random.normal(size=(4, 3)) * 1e3
    yield ("features, big endian doubles, names by position",
           archive(x=features.astype(">f8"), y=numpy.array([1, 0, 1, 0]),
                   class_names=numpy.array([b"zebra", b"ant"]), x_test=features,
                   y_test=numpy.array([0, 0, 1, 1], dtype=numpy.uint64)),
           [3, 1, 1], features.astype(numpy.float32), [1, 0, 1, 0], ["zebra", "ant"])
    whole = random.integers(-9, 9, (4, 3), dtype=numpy.int16)
    yield ("features of whole numbers, byte strings, version 2",
           with_array("x", in_version_2(whole), y=numpy.array([b"q", b"p", b"q", b"p"]),
                      x_test=whole, y_test=numpy.array(["p", "q", "p", "q"])),
           [3, 1, 1], whole.astype(numpy.float32), [1, 0, 1, 0], ["p", "q"])


def good_in_other_forms():
    """The same, of what else people have in their archives."""
    grey = random.integers(0, 256, (4, 3, 5), dtype=numpy.uint8)
    labels = numpy.array([1, 0, 2, 1])
    yield ("Fortran order, labels as floats",
           archive(x=numpy.asfortranarray(grey), y=labels.astype(numpy.float32),
                   x_test=numpy.asfortranarray(grey), y_test=labels.astype(numpy.float16)),
           [1, 3, 5], grey, labels, ["0", "1", "2"])
    half = random.normal(size=(4, 3)).astype(numpy.float16)
    half[0] = [6e-8, -65504, 0]
    one_hot = numpy.eye(3)[labels]
    yield ("half precision, one-hot labels",
           archive(X_train=numpy.asfortranarray(half), y_train=one_hot, X_test=half,
                   y_test=one_hot.astype(bool)),
           [3, 1, 1], half.astype(numpy.float32), labels, ["0", "1", "2"])
    masks = random.random((4, 3, 5)) < 0.5
    yield ("bool images, names of medmnist, one-hot bytes",
           archive(train_images=masks, train_labels=one_hot.astype(numpy.uint8), val_images=masks,
                   val_labels=one_hot, test_images=masks, test_labels=labels[:, None]),
           [1, 3, 5], masks.astype(numpy.float32), labels, ["0", "1", "2"])
    bright = random.random((4, 3, 5)).astype(numpy.float32)
    above = bright.copy()
    bright[0, 0, :2] = [1, 0]
    above[0, 0, :2] = [numpy.nextafter(numpy.float32(1), numpy.float32(2)), -1e-8]
    yield ("rounding errors, without names",
           archive(numpy.savez, above, labels, above, labels), [1, 3, 5], bright, labels,
           ["0", "1", "2"])


def bad():
    """Name, archive, what the error has to say."""
    x = numpy.zeros((4, 8, 6), dtype=numpy.uint8)
    y = numpy.arange(4)
    yield "no arrays", archive(a=y), "found the arrays a; expected x_train and y_train"
    yield "no labels", archive(x=x), "without y"
    yield "test labels alone", archive(x=x, y=y, y_test=y), "without x_test"
    yield "fewer labels", archive(x=x, y=y[:3]), "3 labels"
    yield ("labels of another shape", archive(x=x, y=numpy.zeros((4, 2), int)),
           "shape [4, 2] whose row 0 is not one 1 among zeros")
    yield ("two ones in a row", archive(x=x, y=numpy.tri(4)),
           "shape [4, 4] whose row 1 is not one 1 among zeros")
    yield "one label", archive(x=x, y=numpy.int64(1)), "shape []"
    yield "floating-point labels", archive(x=x, y=y / 2), "y: found 0.5 as label 1; expected whole numbers"
    yield "strings as samples", archive(x=numpy.array([["a"]]), y=y[:1]), "x: found an array of type U"
    yield "objects", archive(x=x, y=numpy.array(["a", 1, 2, 3], dtype=object)), "type |O"
    yield ("records", archive(x=numpy.zeros(4, dtype=[("a", "f4")]), y=y), "an array of records")
    yield "complex numbers", archive(x=numpy.zeros((4, 2), complex), y=y), "type <c16"
    yield "extended precision", archive(x=numpy.zeros((4, 2), "g"), y=y), "type f16"
    yield ("Fortran order, cut off",
           with_array("x", header("{'descr': '|u1', 'fortran_order': True, 'shape': (4, 2), }\n")
                      + b"1234567", y=y), "7 bytes of data")
    yield "16 bits", archive(x=numpy.full((4, 8, 6), 300, "u2"), y=y), "or images of uint8; dataset.scale"
    yield ("five arrays without names", archive(numpy.savez, x, y, x, y, y),
           "found the arrays arr_0, arr_1, arr_2, arr_3, arr_4")
    yield "one number a sample", archive(x=y, y=y), "shape [4]"
    yield "no samples", archive(x=x[:0], y=y[:0]), "shape [0, 8, 6]"
    yield ("ambiguous axes", archive(x=numpy.zeros((4, 3, 8, 3), "u1"), y=y), "dataset.axes")
    yield ("long axes", archive(x=numpy.zeros((4, 5, 8, 7), "u1"), y=y), "dataset.axes")
    values = numpy.zeros((4, 8, 6), numpy.float32)
    values[2, 1, 3] = 1.5
    yield "too bright", archive(x=values, y=y), "1.5 as value 9 of sample 2"
    values[2, 1, 3] = numpy.nan
    yield "not a number", archive(x=values, y=y), "nan as value 9 of sample 2"
    yield ("infinite feature", archive(x=numpy.array([[1.0], [numpy.inf], [0], [0]]), y=y),
           "inf as value 0 of sample 1")
    yield ("other test images", archive(x=x, y=y, x_test=x[:, :6], y_test=y), "test images of")
    yield ("other type of test images",
           archive(x=x, y=y, x_test=x.astype("f4"), y_test=y), "one split of bytes")
    yield "unknown label", archive(x=x, y=y, class_names=numpy.array(["a", "b"])), 'label "2"'
    yield ("a name twice", archive(x=x, y=y, class_names=numpy.array(["a", "b", "a", "c"])),
           'class name "a" twice')
    shape = "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }\n"
    yield ("huge shape", with_array("x", header(shape % "(4, 1000000, 1000000)"), y=y),
           "0 bytes of data")
    yield ("impossible shape",
           with_array("x", header(shape % "(4, 9999999999, 9999999999)"), y=y), "more than memory")
    yield ("number that does not end", with_array("x", header(shape % ("(" + "9" * 40 + ",)")), y=y),
           "without a shape")
    yield ("bytes left over", with_array("x", header(shape % "(4, 2)") + b"123456789", y=y),
           "bytes behind its data")
    yield "no shape", with_array("x", header("{'descr': '|u1'}"), y=y), "without"
    for descr in ("", "<", "S1152921504606846976"):
        text = "{'descr': '%s', 'fortran_order': False, 'shape': (4,), }\n" % descr
        yield f"type {descr!r}", with_array("x", header(text), y=y), f"x: found an array of type {descr};"
    yield "no header", with_array("x", b"\x93NUMPY\x01\x00", y=y), "cut off"
    yield "huge header", with_array("x", b"\x93NUMPY\x02\x00\xff\xff\xff\xff", y=y), "header of"
    yield "version 9", with_array("x", b"\x93NUMPY\x09\x00\x10\x00", y=y), "version 9"
    yield "another magic", with_array("x", b"\x93NUMPI\x01\x00\x10\x00", y=y), "no array of NumPy"
    yield "empty array file", with_array("x", b"", y=y), "cut off"
    yield "no archive", b"nothing of the kind", "no archive"
    yield "empty file", b"", "no archive"
    whole = archive(x=x, y=y)
    yield "cut off", whole[:-30], "no archive"
    place = whole.index(b"}") + 60
    damaged = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:]
    yield "a bit turned over", damaged, "a damaged array"


def main():
    cases = {"good": [], "bad": []}
    for name, content, shape, samples, labels, names in [*good(), *good_in_other_forms()]:
        labels = numpy.asarray(labels).tolist()
        cases["good"].append({
            "name": name, "file": content.hex(), "shape": shape, "labels": labels,
            "class_names": names, "is_bytes": samples.dtype == numpy.uint8,
            "samples": samples.ravel().tolist()})
    for name, content, complaint in bad():
        cases["bad"].append({"name": name, "file": content.hex(), "complaint": complaint})
    path = pathlib.Path(__file__).with_name("npz.json")
    path.write_text(json.dumps(cases, indent=0, ensure_ascii=True) + "\n")
    print(f"{len(cases['good'])} good and {len(cases['bad'])} bad archives in {path}")


if __name__ == "__main__":
    main()
