"""Datasets from elsewhere against a trained run, over ranks."""

import json

import h5py
import numpy

from program import ProgramTestCase, rows
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

    def test_any_number_of_ranks_gives_the_same_tables(self):
        images, _ = self.have_run()
        path = self.set_of_images("set", images[:40, :, ::-1])

        self.succeed("evaluate", "runs/small", f"set={path}")
        self.succeed("evaluate", "runs/small", f"set={path}", "--output", "two", ranks=2)

        for name in ("evaluate.csv", "set/auc.csv", "set/scores.csv"):
            self.assertEqual(self.folder_of(name).read_bytes(),
                             (self.folder / "two" / name).read_bytes(), name)

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
        self.fail_with(2, "nowhere", "evaluate", "runs/small", "a=nowhere", ranks=2)
        self.fail_with(2, "images of 1 x 20 x 20", "evaluate", "runs/small", f"a={small}")
        self.assertFalse(self.folder_of("a").exists())
