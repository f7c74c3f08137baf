"""Data that are not held in memory, but read from an HDF5 file block by block."""

import os
import pathlib
import signal

import h5py
import numpy

import make_images
from program import SLICE, datasets, rows
from stopping import INTERRUPTED, StoppedCase

MEBIBYTE = 1024 * 1024
BLOCKS = ["--set", "dataset.memory=blocks", "--set", "dataset.blocks.buffer=1", "--set",
          "dataset.blocks.samples=32"]
LONG = ["--set", "training.epochs=30", "--set", "training.patience=0"]


class BlocksTestCase(StoppedCase):
    """The slice as numbers, 3.6 MiB of training inliers, against a buffer of one."""

    def setUp(self):
        super().setUp()
        self.file = self.folder / "slice.h5"
        folder = pathlib.Path(SLICE)
        with h5py.File(self.file, "w") as file:
            for split, name in (("train", "train"), ("t10k", "test")):
                images, labels = make_images.read(folder, split)
                file.create_dataset(f"{name}/x", data=(images / 255).astype(numpy.float32),
                                    chunks=(50, 28, 28), compression="gzip")
                file[f"{name}/y"] = labels
            self.assertGreater(file["train/x"].size * 4 * 0.8, 3 * MEBIBYTE)
        self.data = ["--set", "dataset.format=hdf5", "--set", f"dataset.path={self.file}"]

    def members(self, name="runs/small"):
        found = datasets(self.run_file(name))
        return {name: value for name, value in found.items() if name.startswith("members/")}

    def test_an_ensemble_is_the_same_on_any_number_of_ranks_and_has_tables_and_figures(self):
        methods = ["--set", "ensemble.methods=[clvae, vae, cnn]", "--set", "ensemble.size=2"]
        self.succeed("run", self.config, *self.data, *BLOCKS, *methods, ranks=2)
        self.succeed("train", self.config, *self.data, *BLOCKS, *methods, "--output", "alone")
        self.succeed("train", self.config, *self.data, *BLOCKS, *methods, "--output", "four",
                     ranks=4)
        self.succeed("train", self.config, *self.data, *methods, "--output", "resident")

        members = self.members()
        self.assertEqual(members, self.members("alone"))
        self.assertEqual(members, self.members("four"))
        resident = self.members("resident")
        self.assertEqual(members.keys(), resident.keys())
        self.assertNotEqual(members["members/clvae/encoder_weights"],
                            resident["members/clvae/encoder_weights"])
        fingerprint = "@dataset_fingerprint"
        self.assertEqual(datasets(self.run_file())[fingerprint],
                         datasets(self.run_file("resident"))[fingerprint])
        table = rows(self.folder / "runs/small/auc.csv")
        self.assertEqual({row["method"] for row in table}, {"clvae", "vae", "cnn"})
        for row in table:
            self.assertGreater(float(row["auc_mean"]), 0.3)
        self.assertTrue((self.folder / "runs/small/figure4.svg").exists())

    def test_a_buffer_that_holds_all_gives_the_members_of_samples_in_memory(self):
        large = ["--set", "dataset.memory=blocks", "--set", "dataset.blocks.buffer=16"]
        self.succeed("train", self.config, *self.data, *large)
        self.succeed("train", self.config, *self.data, "--output", "resident")

        self.assertEqual(self.members(), self.members("resident"))

    def test_a_run_goes_on_to_the_same_bits_after_it_was_stopped_and_after_it_was_killed(self):
        expected = self.undisturbed(*self.data, *BLOCKS, *LONG)
        checkpoints = ["--set", "training.checkpoint_every=1 epochs"]
        process = self.begin("train", self.config, *self.data, *BLOCKS, *LONG, ranks=2)
        process.send_signal(signal.SIGUSR1)  # mpirun passes it on
        self.assertEqual(process.wait(timeout=60), INTERRUPTED, self.said())
        process = self.begin("train", self.config, *self.data, *BLOCKS, *LONG, *checkpoints)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.assertNotEqual(self.checkpoints(), [])

        self.succeed("train", self.config, *self.data, *BLOCKS, *LONG, ranks=2)

        self.assertEqual(self.result(), expected)

    def test_a_run_is_only_continued_with_the_same_blocks(self):
        self.succeed("train", self.config, *self.data, *BLOCKS)
        others = (("dataset.memory=resident", "dataset.memory: blocks"),
                  ("dataset.blocks.buffer=2", "dataset.blocks.buffer: 1"),
                  ("dataset.blocks.samples=33", "dataset.blocks.samples: 32"))
        for setting, kept in others:
            self.fail_with(2, f"found {kept}", "train", self.config, *self.data, *BLOCKS, "--set",
                           setting)

    def test_features_are_standardised_as_those_in_memory(self):
        images, labels = make_images.read(pathlib.Path(SLICE), "train")
        with h5py.File(self.folder / "features.h5", "w") as file:
            # A test split is drawn; as doubles, and with as many features as there are pixels.
            file["train/x"] = images.reshape(len(images), -1) * 3.0 - 5
            file["train/y"] = [make_images.NAMES[label] for label in labels]
        data = ["--set", "dataset.format=hdf5", "--set",
                f"dataset.path={self.folder / 'features.h5'}"]
        self.succeed("run", self.config, *data, *BLOCKS, ranks=2)
        self.succeed("train", self.config, *data, "--output", "resident")

        for name in ("means", "deviations"):
            with h5py.File(self.run_file()) as mine, h5py.File(
                    self.run_file("resident")) as resident:
                numpy.testing.assert_array_equal(mine[f"features/{name}"][()],
                                                 resident[f"features/{name}"][()])

    def test_a_file_that_is_cut_off_while_it_is_trained_on_ends_the_job(self):
        endless = ["--set", "training.epochs=100000", "--set", "training.patience=0"]
        for ranks in (0, 2):
            process = self.begin("train", self.config, *self.data, *BLOCKS, *endless, "--output",
                                 f"cut{ranks}", ranks=ranks)
            whole = self.file.read_bytes()
            os.truncate(self.file, len(whole) // 2)
            self.assertEqual(process.wait(timeout=60), 2, self.said())
            self.assertIn(f"slice.h5: /train/x: found a file of {len(whole) // 2} bytes that was "
                          "changed or replaced after it was opened", self.said())
            self.assertNotIn("terminate called", self.said())
            self.file.write_bytes(whole)

    def test_checks_benchmarks_and_sweeps_work_on_blocks(self):
        checked = self.succeed("check", self.config, *self.data, *BLOCKS)
        self.assertIn("1.0 MiB for blocks of the", checked.stdout)
        self.succeed("benchmark", self.config, *self.data, *BLOCKS, "--seconds", "0.1", ranks=2)
        self.succeed("sweep", self.config, *self.data, *BLOCKS, "--outliers", "1,2", "--set",
                     "training.epochs=1", "--output", "swept", ranks=2)
        self.assertTrue((self.folder / "swept/sweep.csv").exists())

    def test_blocks_are_refused_where_they_can_not_be_had(self):
        for ranks in (0, 2):
            self.fail_with(2, "dataset.memory: found blocks together with dataset.format idx",
                           "train", self.config, *BLOCKS, ranks=ranks)
            self.fail_with(2, "ensemble.methods: found pca together with dataset.memory blocks",
                           "train", self.config, *self.data, *BLOCKS, "--set",
                           "ensemble.methods=[clvae, pca]", ranks=ranks)
            self.fail_with(2, "(dataset.blocks.buffer) holds 334 samples; at least 400 are needed",
                           "train", self.config, *self.data, *BLOCKS, "--set",
                           "dataset.blocks.samples=400", ranks=ranks)
        self.assertFalse((self.folder / "runs").exists())

    def test_values_that_are_not_finite_are_refused_before_anything_is_written(self):
        with h5py.File(self.file, "r+") as file:
            file["train/x"][700, 3, 4] = numpy.nan
        for options in (BLOCKS, []):
            for ranks in (0, 2):
                self.fail_with(2, "/train/x: found nan as value 88 of sample 700", "train",
                               self.config, *self.data, *options, ranks=ranks)
        self.assertFalse((self.folder / "runs").exists())
