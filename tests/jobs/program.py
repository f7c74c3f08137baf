"""Starts clvae as a user does, and reads what it leaves."""

import csv
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy

PROGRAM = os.environ["CLVAE_PROGRAM"]
SLICE = os.environ["CLVAE_SLICE"]
# Where runs that several tests start from are kept; empty: each test makes its own.
RUNS = os.environ.get("CLVAE_RUNS", "")
MPIRUN = [os.environ["CLVAE_MPIRUN"], "--oversubscribe", "--bind-to", "none"]

CONFIG = """
dataset:
  path: {slice}
  outlier_classes: [0]
ensemble:
  size: 3
model:
  latent_dim: 2
  hidden: 8
  convolutions: [{{channels: 4, stride: 2}}, {{channels: 8, stride: 2}}]
training:
  epochs: 3
  batch_size: 64
  learning_rate: 3e-3
reduction:
  draws: 12
"""


def on_ranks(ranks, *arguments):
    """The command line that starts clvae on so many ranks; 0: without mpirun."""
    launcher = MPIRUN + ["-np", str(ranks)] if ranks else []
    return [*launcher, PROGRAM, *map(str, arguments)]


class ProgramTestCase(unittest.TestCase):
    """A test with a folder and a small config of its own."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clvae-jobs-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.config = self.folder / "small.yaml"
        self.config.write_text(CONFIG.format(slice=SLICE))

    def start(self, *arguments, ranks=0):
        """Runs clvae to its end, whatever that is."""
        return subprocess.run(
            on_ranks(ranks, *arguments), cwd=self.folder, capture_output=True, text=True,
            timeout=300, check=False, stdin=subprocess.DEVNULL)

    def succeed(self, *arguments, ranks=0):
        """Runs clvae and expects it to do what it was asked for."""
        result = self.start(*arguments, ranks=ranks)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result

    def fail_with(self, status, text, *arguments, ranks=0):
        """Runs clvae and expects one line of error that holds `text`, and the exit status."""
        result = self.start(*arguments, ranks=ranks)
        said = result.stdout + result.stderr
        self.assertEqual(result.returncode, status, f"{arguments} on {ranks} ranks: {said}")
        errors = [line for line in result.stderr.splitlines() if "clvae: error:" in line]
        self.assertEqual(len(errors), 1, f"{arguments} on {ranks} ranks: {said}")
        self.assertIn(text, errors[0])
        self.assertNotIn("terminate called", said)
        self.assertNotIn("frame #", said)
        return result

    def have(self, command, *options, name="runs/small", reduced=False):
        """Leaves what `train` or `run` with the small config leaves. Tests of one call of CTest that
        want the same get copies of one run."""
        elsewhere = [] if name == "runs/small" else ["--output", name]
        commands = [[command, self.config, *options, *elsewhere]]
        if reduced:
            commands.append(["reduce", name])
        if not RUNS:
            for words in commands:
                self.succeed(*words)
            return
        key = hashlib.sha256(repr([command, options, name, reduced]).encode()).hexdigest()[:16]
        kept = pathlib.Path(RUNS) / key
        with open(f"{kept}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                for words in commands:
                    self.succeed(*words)
                shutil.rmtree(f"{kept}.new", ignore_errors=True)  # what a kill left
                shutil.copytree(self.folder / name, f"{kept}.new")
                os.rename(f"{kept}.new", kept)
                return
        shutil.copytree(kept, self.folder / name)

    def run_file(self, name="runs/small"):
        return self.folder / name / "run.h5"

    def expect_whole_epoch_table(self, name="runs/small"):
        """Whether epochs.csv has each epoch of the members that are done once, with the losses of
        the run file."""
        table = {}
        for row in rows(self.folder / name / "epochs.csv"):
            key = row["method"], int(row["member"]), int(row["epoch"])
            self.assertNotIn(key, table)
            table[key] = row
        with h5py.File(self.run_file(name), "r") as run:
            for method, members in run["members"].items():
                if "loss_history" not in members:
                    continue
                for member in numpy.flatnonzero(members["commits"]["state"] == 1):
                    epochs = members["commits"]["epochs_run"][member]
                    history = members["loss_history"][member]
                    for epoch in range(epochs):
                        row = table.pop((method, member, epoch + 1))
                        self.assertEqual(numpy.float32(row["training_loss"]), history[epoch, 0])
                        self.assertEqual(numpy.float32(row["validation_loss"]),
                                         history[epoch, history.shape[1] // 2])
                        self.assertGreater(float(row["learning_rate"]), 0)
                        self.assertNotEqual(row["seconds"], "")
                    self.assertNotIn((method, member, epochs + 1), table)
        return table  # of members that are not done


def datasets(path):
    """Every dataset outside /provenance, and every attribute, as bytes."""
    found = {}

    def take(name, item):
        if name.startswith("provenance"):
            return
        for key, value in item.attrs.items():
            found[f"{name}@{key}"] = numpy.asarray(value).tobytes()
        if isinstance(item, h5py.Dataset):
            found[name] = (item.shape, str(item.dtype), item[()].tobytes())

    with h5py.File(path, "r") as file:
        for key, value in file.attrs.items():
            found[f"@{key}"] = numpy.asarray(value).tobytes()
        file.visititems(take)
    return found


def rows(path):
    """The lines of a CSV file, as dictionaries."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
