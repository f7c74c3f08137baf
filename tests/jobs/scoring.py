"""A trained run and its own test images, to be scored anew."""

import json
import pathlib
import struct
import subprocess

import h5py
import numpy

from program import PROGRAM, SLICE, ProgramTestCase, rows

SPLITS = {0: "train", 1: "t10k"}


def images_of(split):
    """The images of one split of the slice."""
    content = pathlib.Path(f"{SLICE}/{split}-images-idx3-ubyte").read_bytes()
    return numpy.frombuffer(content[16:], numpy.uint8).reshape(-1, 28, 28)


def own_test_images(run_file):
    """The run's own test samples, in their order."""
    splits = {number: images_of(name) for number, name in SPLITS.items()}
    with h5py.File(run_file, "r") as run:
        places = zip(run["test/original_split"][:], run["test/original_index"][:])
        return numpy.stack([splits[split][index] for split, index in places])


def idx(images):
    return struct.pack(">II", 0x800 + images.ndim, len(images)) + \
        struct.pack(f">{images.ndim - 1}I", *images.shape[1:]) + images.tobytes()


def json_lines(images):
    return "".join(json.dumps({"id": f"image {i}", "pixels": image.tolist()}) + "\n"
                   for i, image in enumerate(images))


class ScoreTestCase(ProgramTestCase):

    def train(self, *options):
        """A run of three members, and its test images as a file."""
        self.have("train", *options, reduced=True)
        self.images = own_test_images(self.run_file())
        self.own = self.folder / "own-images"
        self.own.write_bytes(idx(self.images))
        return self.folder / "runs/small"

    def scores_csv(self, column="clvae:density:mean"):
        return numpy.array([float(row[column])
                            for row in rows(self.folder / "runs/small/scores.csv")])

    def score(self, data, output="scores.h5", *options, ranks=0):
        result = self.succeed("score", "runs/small", data, "--output", output, *options,
                              ranks=ranks)
        return result.stdout

    def anomalies(self, output="scores.h5"):
        with h5py.File(self.folder / output, "r") as file:
            return file["anomaly_score"][:].astype(float)

    def stream(self, content, *options, status=0):
        """What the stream answers, and what it says on standard error."""
        result = subprocess.run(
            [PROGRAM, "score", "runs/small", "-", *options], cwd=self.folder, input=content,
            capture_output=True, timeout=300, check=False)
        self.assertEqual(result.returncode, status, result.stderr.decode())
        return [json.loads(line) for line in result.stdout.splitlines()], result.stderr.decode()

    def open_stream(self):
        process = subprocess.Popen([PROGRAM, "score", "runs/small", "-"], cwd=self.folder,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        for pipe in (process.stdin, process.stdout, process.stderr):
            self.addCleanup(pipe.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process
