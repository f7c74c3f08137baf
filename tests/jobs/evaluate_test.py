"""Datasets from elsewhere against a trained run, over ranks."""

import json
import shutil
import subprocess
import time

import h5py
import numpy

from program import ProgramTestCase, on_ranks, rows
from scoring import idx, own_test_images

METHODS = ("--set", "ensemble.methods=[clvae, vae, cnn, pca]")
CLASSES = ("--set", "model.latent_dim=2")


def average_precision(positives, negatives):
    """By its definition, over the distinct thresholds."""
    scores = numpy.concatenate([positives, negatives])
    is_positive = numpy.arange(len(scores)) < len(positives)
    precision_times_rise = 0.0
    for threshold in numpy.unique(scores)[::-1]:
        found = scores >= threshold
        rise = numpy.sum(is_positive & (scores == threshold)) / len(positives)
        precision_times_rise += rise * numpy.sum(is_positive & found) / numpy.sum(found)
    return precision_times_rise


def auroc(positives, negatives):
    """The share of pairs in order, ties half."""
    difference = positives[:, None] - negatives[None, :]
    return numpy.mean((difference > 0) + 0.5 * (difference == 0))


def fpr_at_95_tpr(positives, negatives):
    """Negatives at or above the highest threshold that 95 % of the positives reach."""
    for threshold in numpy.unique(positives)[::-1]:
        if numpy.mean(positives >= threshold) >= 0.95:
            return numpy.mean(negatives >= threshold)
    return 1.0


class EvaluateTestCase(ProgramTestCase):

    def set_of_images(self, name, images):
        path = self.folder / name
        path.write_bytes(idx(numpy.ascontiguousarray(images)))
        return path

    def have_run(self):
        """A run of all methods, reduced. Returns its test images and which are outliers."""
        self.have("train", *METHODS, *CLASSES, reduced=True)
        with h5py.File(self.run_file(), "r") as run:
            return own_test_images(self.run_file()), run["test/is_outlier"][:].astype(bool)

    def folder_of(self, name):
        return self.folder / "runs/small/evaluate" / name

    def test_run_s_own_outliers_give_the_curves_of_its_reduction_when_they_are_the_set(self):
        images, is_outlier = self.have_run()
        own = self.set_of_images("own", images[is_outlier])

        self.succeed("evaluate", "runs/small", f"own={own}")

        found = rows(self.folder_of("own") / "auc.csv")
        expected = rows(self.folder / "runs/small/auc.csv")
        self.assertEqual([row["score"] for row in found], [row["score"] for row in expected])
        self.assertEqual({row["method"] for row in found}, {"clvae", "vae", "cnn", "pca"})
        for row, other in zip(found, expected):
            for column in ("auc_mean", "total_lower", "total_upper", "aupr", "fpr_at_95_tpr"):
                if other[column] and row["method"] != "pca":  # whose models the file rounds
                    self.assertAlmostEqual(float(row[column]), float(other[column]), delta=1e-4)

    def test_measures_are_those_of_the_exported_scores_for_every_method(self):
        images, is_outlier = self.have_run()
        noise = numpy.random.default_rng(7).integers(0, 256, (50, 28, 28), dtype=numpy.uint8)

        self.succeed("evaluate", "runs/small", f"near:noise={self.set_of_images('noise', noise)}",
                     f"far:flipped={self.set_of_images('flipped', 255 - images[:60])}",
                     f"far:turned={self.set_of_images('turned', images[:70, ::-1])}", ranks=2)

        table = rows(self.folder_of("evaluate.csv"))
        for row in table:
            if row["set"].startswith("("):
                continue
            scores = rows(self.folder_of(row["set"]) / "scores.csv")
            column = f"{row['method']}:{row['score']}:{row['merge']}"
            anomalies = numpy.array([float(line[column]) for line in scores])
            outside = numpy.array([line["is_outlier"] == "1" for line in scores])
            self.assertEqual(numpy.sum(~outside), numpy.sum(~is_outlier))
            positives, negatives = anomalies[outside], anomalies[~outside]
            for name, value in (("AUROC", auroc(positives, negatives)),
                                ("AUPR_OUT", average_precision(positives, negatives)),
                                ("AUPR_IN", average_precision(-negatives, -positives)),
                                ("FPR@95", fpr_at_95_tpr(positives, negatives))):
                self.assertAlmostEqual(float(row[name]), value, delta=1e-9, msg=(row, name))
        of_far = [row for row in table if row["set"] == "(mean of far)"]
        self.assertEqual(len(of_far), len([row for row in table if row["set"] == "noise"]))
        for mean in of_far:
            parts = [float(row["AUROC"]) for row in table if row["set"] in ("flipped", "turned")
                     and all(row[key] == mean[key] for key in ("method", "score", "merge"))]
            self.assertAlmostEqual(float(mean["AUROC"]), numpy.mean(parts), delta=1e-12)
        self.assertFalse([row for row in table if row["set"] == "(mean of near)"])
        document = json.loads(self.folder_of("evaluate.json").read_text())
        self.assertEqual([row["AUROC"] for row in document["rows"]],
                         [float(row["AUROC"]) for row in table])
        self.assertGreater(self.folder_of("figure3.png").stat().st_size, 10000)

    def tables(self, folder):
        return {str(path.relative_to(folder)): path.read_bytes() for name in ("*.csv", "*.json", "*.tex")
                for path in sorted(folder.rglob(name))}

    def kill_after_first_set(self, name, *arguments):
        """Starts clvae evaluate and kills it once that set is done."""
        with subprocess.Popen(on_ranks(0, "evaluate", *arguments), cwd=self.folder,
                              stdout=subprocess.DEVNULL) as process:
            while process.poll() is None and not (self.folder_of(name) / "evaluate.json").exists():
                time.sleep(0.005)
            process.kill()

    def test_killed_evaluation_goes_on_to_the_tables_of_any_number_of_ranks(self):
        images, _ = self.have_run()
        sets = [f"first={self.set_of_images('set', images[:40, :, ::-1])}",
                f"far:second={self.set_of_images('second', images[:30, ::-1])}"]
        self.kill_after_first_set("first", "runs/small", *sets)
        (self.folder_of("second") / "evaluate.json").unlink(missing_ok=True)  # was it that quick

        goes_on = self.succeed("evaluate", "runs/small", *sets)
        self.succeed("evaluate", "runs/small", *sets, "--output", "two", ranks=2)

        self.assertIn("first: done before", goes_on.stdout)
        self.assertNotIn("second: done before", goes_on.stdout)
        tables = self.tables(self.folder_of(""))
        self.assertEqual(tables, self.tables(self.folder / "two"))

        # What is only called otherwise is not done again, data that have changed are.
        self.set_of_images("second", images[1:31, ::-1])
        again = self.succeed("evaluate", "runs/small", "near:" + sets[0], sets[1])
        self.assertIn("first: done before", again.stdout)
        self.assertNotIn("second: done before", again.stdout)
        self.assertEqual([row["group"] for row in rows(self.folder_of("evaluate.csv"))
                          if row["set"] == "first"][0], "near")
        self.assertNotEqual(self.tables(self.folder_of("second")),
                            self.tables(self.folder / "two/second"))

    def test_images_of_another_shape_are_brought_to_the_run_s_when_that_is_asked_for(self):
        images, is_outlier = self.have_run()
        # Colours whose grey is known, as numbers in 0..255, twice as large; and halved again.
        some = images[is_outlier][:40].astype(float)
        large = numpy.repeat(numpy.repeat(some, 2, axis=1), 2, axis=2)
        numpy.savez(self.folder / "large.npz", x=numpy.repeat(large[..., None], 3, axis=3))
        halving = 0.75 * numpy.eye(28) + 0.125 * (numpy.eye(28, k=1) + numpy.eye(28, k=-1))
        halving /= halving.sum(axis=1, keepdims=True)
        numpy.savez(self.folder / "halved.npz", x=halving @ some @ halving.T)
        arguments = ["evaluate", "runs/small", "large=large.npz", "halved=halved.npz"]

        self.fail_with(2, "images of 3 x 56 x 56 (channels x height x width); expected images of "
                          "1 x 28 x 28, as the run was trained on; --resize", *arguments)
        self.fail_with(2, "--scale", *arguments, "--resize")
        result = self.succeed(*arguments, "--resize", "--scale", "255")

        self.assertIn("large: images of 3 x 56 x 56, brought to the run's shape.", result.stdout)
        document = json.loads(self.folder_of("evaluate.json").read_text())
        self.assertEqual([one["brought_from"] for one in document["sets"]],
                         ["images of 3 x 56 x 56", ""])
        column = "clvae:density:mean"
        scores, halved = (rows(self.folder_of(name) / "scores.csv") for name in ("large", "halved"))
        numpy.testing.assert_allclose([float(row[column]) for row in scores],
                                      [float(row[column]) for row in halved], rtol=1e-4, atol=1e-4)

        wanted = sorted((row for row in scores if row["is_outlier"] == "1"),
                        key=lambda row: float(row[column]))
        mistaken = [row for row in rows(self.folder_of("large") / "misclassified.csv")
                    if (row["method"], row["score"], row["is_outlier"]) == ("clvae", "density", "1")]
        self.assertEqual([row["place"] for row in mistaken], [str(i + 1) for i in range(40)])
        self.assertEqual([(row["original_index"], row["anomaly"]) for row in mistaken],
                         [(row["original_index"], row[column]) for row in wanted])
        for figure in ("figure3", "figure4", "scores"):
            self.assertGreater((self.folder_of("large") / f"{figure}.png").stat().st_size, 10000)

    def test_other_inliers_take_the_place_of_the_run_s_own_when_they_are_given(self):
        images, is_outlier = self.have_run()
        inliers = self.set_of_images("inliers", images[~is_outlier][:100])
        outliers = self.set_of_images("outliers", images[is_outlier][:30])

        self.succeed("evaluate", "runs/small", f"set={outliers}", "--inliers", inliers)

        scores = rows(self.folder_of("set") / "scores.csv")
        self.assertEqual([row["is_outlier"] for row in scores], ["0"] * 100 + ["1"] * 30)
        own = [float(row["clvae:density:mean"]) for row in rows(self.folder / "runs/small/scores.csv")]
        expected = numpy.concatenate([numpy.array(own)[~is_outlier][:100],
                                      numpy.array(own)[is_outlier][:30]])
        numpy.testing.assert_allclose([float(row["clvae:density:mean"]) for row in scores], expected,
                                      atol=1e-3)

    def test_nothing_is_begun_when_a_set_can_t_be_used(self):
        images, _ = self.have_run()
        good = self.set_of_images("good", images[:5])
        small = self.set_of_images("small-images", images[:5, :20, :20])

        self.fail_with(2, "found no =", "evaluate", "runs/small", str(good))
        self.fail_with(2, "found group middle", "evaluate", "runs/small", f"middle:a={good}")
        self.fail_with(2, "was given before", "evaluate", "runs/small", f"a={good}", f"a={good}")
        self.fail_with(2, "can't be a folder's", "evaluate", "runs/small", f"a/b={good}")
        self.fail_with(2, "nothing to evaluate on", "evaluate", "runs/small")
        self.fail_with(2, "the name of a corruption", "evaluate", "runs/small", f"shift_1={good}",
                       "--corruptions")
        self.fail_with(2, "nowhere", "evaluate", "runs/small", "a=nowhere", ranks=2)
        self.fail_with(2, "images of 1 x 20 x 20", "evaluate", "runs/small", f"a={small}")
        self.assertFalse(self.folder_of("a").exists())

    def test_sets_of_the_config_are_checked_before_training_and_done_after_it(self):
        images = numpy.random.default_rng(7).integers(0, 256, (2, 30, 28, 28), dtype=numpy.uint8)
        one = f"{{name: one, path: {self.set_of_images('one', images[0])}, group: far}}"
        two = f"{{name: two, path: {self.set_of_images('two', images[1][:, :14])}, resize: true}}"
        small = ["--set", "ensemble.size=1", "--set", "training.epochs=1"]

        def with_sets(*sets):
            return [self.config, *small, "--set", f"evaluation=[{', '.join(sets)}]"]

        missing = "{name: gone, path: gone}"
        self.fail_with(2, "it is evaluation[1], gone", "run", *with_sets(one, missing))
        self.assertFalse(self.run_file().exists())
        self.fail_with(2, "images of 1 x 14 x 28", "check", *with_sets(two.replace("true", "false")))
        told = self.succeed("check", *with_sets(one, two)).stdout
        self.assertIn("evaluate  one (far): 30 images of ", told)
        self.assertRegex(told, r"\n {10}two: 30 images of \S+, from images of 1 x 14 x 28\n")

        self.succeed("run", *with_sets(one))
        with h5py.File(self.run_file(), "r") as run:
            before = run["members/clvae/commits"][:]
        again = self.succeed("run", *with_sets(one, two), ranks=2)

        self.assertIn("one: done before", again.stdout)
        self.assertIn("two: 30 samples", again.stdout)
        with h5py.File(self.run_file(), "r") as run:
            numpy.testing.assert_array_equal(run["members/clvae/commits"][:], before)
        self.assertEqual([row["name"] for row in
                          json.loads(self.folder_of("evaluate.json").read_text())["sets"]],
                         ["one", "two"])
        page = (self.folder / "runs/small/summary.html").read_text()
        self.assertIn("Other data as the anomaly", page)
        self.assertIn("two: most misclassified", page)
        # The sets of the run's own config, on the page that is there.
        shutil.rmtree(self.folder_of("two"))
        self.succeed("evaluate", "runs/small")
        page = (self.folder / "runs/small/summary.html").read_text()
        self.assertNotIn("two: most misclassified", page)
        self.assertIn("one: most misclassified", page)
        self.assertIn("AUC against ensemble size.", page)
