"""Runs on data of a user's own, in every format."""

import csv
import json
import pathlib

import h5py
import numpy

import make_images
from program import SLICE, ProgramTestCase, datasets

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
            "dataset.image.width=16", "dataset.image.colour=grey",
            "dataset.outlier_classes=[sandal]", f"dataset.stage={self.folder / 'stage'}")

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

    def test_same_samples_in_another_format_continue_the_run(self):
        test_images, test_labels = make_images.read(pathlib.Path(SLICE), "t10k")
        numpy.savez_compressed(self.folder / "slice.npz", x_train=self.images,
                               y_train=self.labels[:, None], x_test=test_images,
                               y_test=test_labels)
        with h5py.File(self.folder / "slice.h5", "w") as file:
            file["train/x"] = self.images[:, None]
            file["train/y"] = self.labels.astype(numpy.int64)
            file.create_dataset("test/x", data=test_images[:, None], compression="gzip")
            file["test/y"] = [str(label) for label in test_labels]

        self.succeed("train", self.config, *SMALL, "--set", "ensemble.size=3")
        for data_format, name in (("npz", "slice.npz"), ("hdf5", "slice.h5")):
            for ranks in (0, 2):
                result = self.succeed("train", self.config, *SMALL, "--set", "ensemble.size=3",
                                      *self.options(data_format, self.folder / name)[:4],
                                      ranks=ranks)
                self.assertIn("3 of 3 members are done", result.stdout)

    def write_table(self, name, images, labels):
        """Row means of the images, one constant column and one of categories."""
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([f"row {row}" for row in range(28)] + ["kind", "one", "shade"])
            for image, label in zip(images, labels):
                shade = ["dark", "medium", "bright"][int(image.mean() // 60) % 3]
                writer.writerow([*image.mean(axis=1).round(3), make_images.NAMES[label], 1, shade])

    def test_table_is_trained_on_by_all_kinds_and_keeps_how_it_was_standardised(self):
        self.write_table("train.csv", self.images[:900], self.labels[:900])
        self.write_table("test.csv", self.images[900:1200], self.labels[900:1200])
        options = self.options(
            "csv", self.folder, "dataset.csv.label=kind", "dataset.csv.categorical=[shade]",
            "dataset.outlier_classes=[boot]", "model.layers=[16, 8]",
            "ensemble.methods=[clvae, vae, cnn, pca]")

        self.succeed("run", self.config, *options)
        self.succeed("train", self.config, *options, "--output", "two", ranks=2)

        one, two = datasets(self.run_file()), datasets(self.run_file("two"))
        self.assertNotEqual(one.pop("config"), two.pop("config"))  # it names the folder
        self.assertEqual(one, two)
        self.assertTrue((self.folder / "runs/small/figure3.svg").exists())
        self.assertFalse((self.folder / "runs/small/figure4.svg").exists())
        summary = (self.folder / "runs/small/summary.html").read_text()
        self.assertIn("dense 16, 8, latent dimension 2", summary)
        self.assertIn("squared error, mean over features", summary)
        with h5py.File(self.run_file()) as run:
            columns = json.loads(run["features/columns"][()])
            means, deviations = run["features/means"][:], run["features/deviations"][:]
            trained = run["train/original_index"][:]
            self.assertEqual(run["members/clvae/encoder_weights"].shape[1],
                             32 * 16 + 16 + 16 * 8 + 8 + 2 * (8 * 2 + 2))
        self.assertEqual([column["name"] for column in columns[-2:]], ["one", "shade"])
        self.assertEqual(columns[-1]["categories"], ["bright", "dark", "medium"])
        rows = self.images[:900].mean(axis=2).round(3)[trained]
        numpy.testing.assert_allclose(means[:28], rows.mean(axis=0), rtol=1e-12)
        numpy.testing.assert_allclose(deviations[:28], rows.std(axis=0), rtol=1e-9)
        self.assertEqual((means[28], deviations[28]), (1, 1))

        self.fail_with(2, "training.reconstruction.error", "run", self.config, *options, "--set",
                       "training.reconstruction.error=cross_entropy", "--output", "other")
        self.fail_with(2, "model.layers", "run", self.config, *options, "--set",
                       "model.layers=[16]")

    def test_images_of_floating_point_numbers_and_two_channels_are_trained_on(self):
        images = self.images[:600, ::2, ::2] / 255
        with h5py.File(self.folder / "floats.h5", "w") as file:
            file["train/x"] = numpy.stack([images, 1 - images], axis=1)
            file["train/y"] = self.labels[:600]
            file.attrs["class_names"] = make_images.NAMES
        options = self.options("hdf5", self.folder / "floats.h5", "dataset.outlier_classes=[bag]",
                               "ensemble.methods=[clvae, pca]",
                               "model.convolutions=[{channels: 4, stride: 2}]")

        self.succeed("run", self.config, *options, ranks=2)

        self.assertEqual(self.class_names(), make_images.NAMES)
        self.assertTrue((self.folder / "runs/small/figure4.svg").exists())

    def test_hdf5_file_can_not_be_used(self):
        path = self.folder / "bad.h5"
        x, y = self.images[:40], self.labels[:40]
        sparse = {"shape": (40, 10**9, 10**8), "dtype": "u1", "chunks": (1, 1024, 1024)}
        vast = {**sparse, "shape": (40, 10**9, 10**9)}
        for complaint, items in (
                ("found the arrays train/y; expected /train/x", {"train/y": y}),
                ("/train/y: found nothing", {"train/x": x}),
                ("/test/y: found nothing", {"train/x": x, "train/y": y, "test/x": x}),
                ("39 labels", {"train/x": x, "train/y": y[:39]}),
                ("/train/x: found", {"train/x": [["a"]], "train/y": y}),
                ("/train/y: found", {"train/x": x, "train/y": y / 2}),
                ("shape [40, 2]", {"train/x": x, "train/y": numpy.stack([y, y], 1)}),
                ("nan as value 0", {"train/x": numpy.full((40, 3), numpy.nan), "train/y": y}),
                ("from 0 to 1", {"train/x": x * 1.0, "train/y": y}),
                ("were never written", {"train/x": sparse, "train/y": y}),
                ("one that fits into a file", {"train/x": vast, "train/y": y}),
                ("dataset.axes", {"train/x": numpy.zeros((40, 3, 9, 3)), "train/y": y})):
            with h5py.File(path, "w") as file:
                for name, values in items.items():
                    if isinstance(values, dict):
                        file.create_dataset(name, **values)
                    else:
                        file[name] = values
            self.fail_with(2, complaint, "check", self.config, *self.options("hdf5", path))
        whole = path.read_bytes()
        for content in (b"", b"nothing of the kind", whole[:len(whole) // 2]):
            path.write_bytes(content)
            self.fail_with(2, "bad.h5: found no HDF5 file", "run", self.config,
                           *self.options("hdf5", path), ranks=2)
