"""Runs on data of a user's own, in every format."""

import pathlib

import h5py

import make_images
from program import SLICE, ProgramTestCase

SMALL = ["--set", "ensemble.size=2", "--set", "training.epochs=2", "--set", "dataset.test_mix=all"]


class OwnDataTestCase(ProgramTestCase):

    def setUp(self):
        super().setUp()
        self.images, self.labels = make_images.read(pathlib.Path(SLICE), "train")

    def options(self, data_format, path, *settings):
        """The options that make the small config one of other data."""
        options = ["--set", f"dataset.format={data_format}", "--set", f"dataset.path={path}"]
        for setting in settings:
            options += ["--set", setting]
        return options + SMALL

    def class_names(self):
        with h5py.File(self.run_file()) as run:
            return [name.decode() for name in run.attrs["class_names"]]

    def test_folders_of_images_are_trained_on_from_their_staged_copy(self):
        make_images.write(self.images[:600], self.labels[:600], self.folder / "pictures")
        options = self.options(
            "images", self.folder / "pictures", "dataset.image.height=16",
            "dataset.image.width=16", "dataset.image.colour=grey", "dataset.outlier_classes=[sandal]", f"dataset.stage={self.folder / 'stage'}")

        result = self.succeed("run", self.config, *options, ranks=2)

        self.assertIn("outlier class sandal", result.stdout)
        self.assertEqual(self.class_names(), sorted(make_images.NAMES))
        self.assertTrue((self.folder / "runs/small/figure4.svg").exists())
        copies = list((self.folder / "stage").rglob("sandal/*.png"))
        self.assertEqual(len(copies), int((self.labels[:600] == 5).sum()))
        # The class's number is the same class.
        self.succeed("train", self.config, *options, "--set", "dataset.outlier_classes=[6]")
        self.fail_with(2, "dataset.outlier_classes", "train", self.config, *options, "--set",
                       "dataset.outlier_classes=[bag]")

    def test_folder_of_images_holds_a_file_that_is_none(self):
        make_images.write(self.images[:50], self.labels[:50], self.folder / "pictures")
        (self.folder / "pictures/bag/broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
        options = self.options("images", self.folder / "pictures")
        for ranks in (0, 2):
            self.fail_with(2, "bag/broken.png: found a damaged or cut-off PNG image", "run",
                           self.config, *options, ranks=ranks)
