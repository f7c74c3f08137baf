"""Folders of images as people have them, trained on and scored: files that are none, broken ones,
transparent ones; classes that nothing can be learnt from."""

import pathlib
import re
import zlib

import h5py
import numpy

import make_images
from program import SLICE, rows
from scoring import ScoreTestCase

SMALL = ["--set", "ensemble.size=2", "--set", "training.epochs=1", "--set", "dataset.test_mix=all",
         "--set", "training.validation_fraction=0.3",
         "--set", "dataset.image.height=16", "--set", "dataset.image.width=16", "--set",
         "dataset.outlier_classes=[bag]", "--set", "dataset.format=images", "--set",
         "dataset.path=pictures"]


class OwnImagesTestCase(ScoreTestCase):

    def setUp(self):
        super().setUp()
        images, labels = make_images.read(pathlib.Path(SLICE), "train")
        kept = [i for i in range(900) if labels[i] in (1, 5, 8)]
        self.pictures = self.folder / "pictures"
        make_images.write(images[kept], labels[kept], self.pictures)

    def have_run(self, *options):
        return self.succeed("train", self.config, *SMALL, *options).stdout

    def test_what_is_no_image_is_passed_over_with_a_warning(self):
        for name in ("Thumbs.db", "bag/desktop.ini", "bag/00001.json"):
            (self.pictures / name).write_bytes(b"x")
        (self.pictures / "bag/deeper").mkdir()
        (self.pictures / "bag/deeper/1.png").write_bytes(
            make_images.png(numpy.zeros((5, 5), numpy.uint8)))

        said = self.have_run()

        warnings = [line for line in said.splitlines() if "warning" in line]
        self.assertEqual(warnings, ["warning: pictures: passed over 2 files that are no image by "
                                    "their name, such as bag/00001.json"])
        self.assertIn(warnings[0], self.succeed("check", self.config, *SMALL).stdout)
        (self.pictures / "sandal/gone.png").symlink_to("nowhere.png")
        for options in ([], ["--set", f"dataset.stage={self.folder / 'stage'}"]):
            self.fail_with(2, "sandal/gone.png: found a broken link, to nowhere.png", "train",
                           self.config, *SMALL, *options)

    def test_images_that_can_not_be_read_are_skipped_counted_and_named_when_asked_for(self):
        self.have_run()
        self.succeed("score", "runs/small", "pictures/bag", "--output", "all.csv")
        whole = sorted((self.pictures / "bag").iterdir())
        whole[3].write_bytes(whole[3].read_bytes()[:-30])
        whole[5].write_bytes(b"")
        score = ("score", "runs/small", "pictures/bag", "--output")
        self.fail_with(2, f"bag/{whole[3].name}: found a damaged or cut-off PNG", *score, "no.csv")
        self.assertEqual(list(self.folder.glob("no.*")), [])

        for ranks in (0, 2):
            said = self.succeed(*score, "some.csv", "--skip-unreadable", ranks=ranks).stdout
            self.succeed(*score, "some.h5", "--skip-unreadable", ranks=ranks)

            self.assertIn(f"warning: 2 of {len(whole)} samples could not be read and have no "
                          "scores: some.unreadable.csv names them", said)
            named = rows(self.folder / "some.unreadable.csv")
            self.assertEqual([row["file"] for row in named], [whole[3].name, whole[5].name])
            self.assertIn("an empty file", named[1]["reason"])
            before, after = rows(self.folder / "all.csv"), rows(self.folder / "some.csv")
            self.assertEqual([row["file"] for row in after], [path.name for path in whole])
            for i, row in enumerate(after):
                if i in (3, 5):
                    self.assertEqual(set(row.values()), {str(i), whole[i].name, ""})
                else:
                    self.assertEqual(row, before[i])
            with h5py.File(self.folder / "some.h5", "r") as file:
                self.assertEqual(numpy.flatnonzero(numpy.isnan(file["anomaly_score"][:])).tolist(),
                                 [3, 5])
                self.assertEqual(numpy.flatnonzero(file["nearest_class"][:] == -1).tolist(), [3, 5])
        for path in whole:
            path.write_bytes(b"nothing")
        self.fail_with(2, "none of the others can be read", *score, "some.h5", "--skip-unreadable")

    def see_through(self):
        """Images with colours below full transparency."""
        for number, path in enumerate(sorted(self.pictures.rglob("*.png"))):
            grey = numpy.random.default_rng(number).integers(0, 256, (16, 16, 4), numpy.uint8)
            grey[:, :8, 3] = 0
            grey[:, 8:, 3] = 255
            content = make_images.png(grey[:, :, :3])
            lines = b"".join(b"\0" + row.tobytes() for row in grey)
            header = content[16:25] + b"\6" + content[26:29]

            def chunk(kind, data):
                return (len(data).to_bytes(4, "big") + kind + data +
                        zlib.crc32(kind + data).to_bytes(4, "big"))

            path.write_bytes(content[:8] + chunk(b"IHDR", header) +
                             chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))

    def test_run_of_an_earlier_version_goes_on_with_the_pixels_that_it_had(self):
        self.see_through()
        self.have_run("--set", "dataset.image.reading=legacy")
        self.succeed("score", "runs/small", "pictures", "--output", "before.csv")
        with h5py.File(self.run_file(), "r+") as run:  # its config had no such keys
            config = run["config"][()].decode()
            kept = re.sub(r"\n    (background|reading): \w+", "", config)
            self.assertEqual(kept.count("\n"), config.count("\n") - 2)
            run["config"][()] = kept.encode()

        said = self.have_run()
        self.succeed("score", "runs/small", "pictures", "--output", "after.csv")
        other = self.have_run("--output", "other")
        self.have_run("--output", "white", "--set", "dataset.image.background=white")

        self.assertIn("2 of 2 members are done", said)
        self.assertNotIn("creating", said)
        self.assertEqual((self.folder / "after.csv").read_bytes(),
                         (self.folder / "before.csv").read_bytes())
        self.assertIn("creating", other)
        prints = set()
        for name in ("runs/small", "other", "white"):
            with h5py.File(self.run_file(name)) as run:
                prints.add(run.attrs["dataset_fingerprint"])
        self.assertEqual(len(prints), 3)

    def test_class_that_nothing_can_be_learnt_from_is_refused_before_training(self):
        sandals = sorted((self.pictures / "sandal").iterdir())
        for path in sandals[1:]:
            path.write_bytes(sandals[0].read_bytes())
        pca = ("--set", "ensemble.methods=[cnn, pca]")
        for command in ("check", "run", "benchmark"):
            self.fail_with(2, "1 different training sample of class sandal; expected at least 3",
                           command, self.config, *SMALL)
            self.fail_with(2, "no two different training samples of class sandal", command,
                           self.config, *SMALL, *pca)
        # Two mixed colours are a line, which a PCA of two components holds as a whole.
        for i, path in enumerate(sandals):
            path.write_bytes(make_images.png(numpy.full((4, 4), i, numpy.uint8)))
        for command in ("check", "run"):
            self.fail_with(2, "of class sandal that vary in 1 direction alone; expected more",
                           command, self.config, *SMALL, *pca)
        self.assertFalse((self.folder / "runs").exists())
