"""Several runs together: side by side in a figure, and as a sweep over what is anomalous."""

import json
import shutil

import h5py

from program import SLICE, ProgramTestCase, rows


class SweepTestCase(ProgramTestCase):

    def setUp(self):
        super().setUp()
        self.small = ["--set", "ensemble.size=2", "--set", "training.epochs=1"]

    def test_every_outlier_class_has_a_run_and_a_row_when_a_list_is_given(self):
        evaluation = ["--set", f"evaluation=[{{name: own, path: {SLICE}}}]"]
        result = self.succeed("sweep", self.config, "--outliers", "3,1", *self.small, *evaluation,
                              "--output", "swept", ranks=2)

        table = rows(self.folder / "swept/sweep.csv")
        methods = {row["method"] for row in table}
        self.assertIn("CL-VAE, latent divergence", methods)
        self.assertEqual([row["outlier"] for row in table if row["method"] == min(methods)],
                         ["1", "3", "(mean)"])
        for method in methods:
            one, three, mean = [float(row["auc"]) for row in table if row["method"] == method]
            self.assertAlmostEqual(mean, (one + three) / 2, places=12)
        for outlier in ("1", "3"):
            curve = rows(self.folder / f"swept/outlier_{outlier}/auc.csv")
            last = [row for row in curve if row["score"] == "density" and row["primary"] == "1"][-1]
            cell = [row for row in table if row["outlier"] == outlier
                    and row["method"] == "CL-VAE, latent divergence"][0]
            self.assertEqual(float(cell["auc"]), float(last["auc_mean"]))
        self.assertIn("</html>", (self.folder / "swept/summary.html").read_text())
        # What the config evaluates on, over both runs.
        table = [row for row in rows(self.folder / "swept/evaluate.csv") if row["primary"] == "1"]
        self.assertEqual({row["point"] for row in table}, {"1", "3", "(mean)"})
        for mean in (row for row in table if row["point"] == "(mean)"):
            of_points = [float(row["AUROC"]) for row in table if row["point"] != "(mean)"
                         and row["score"] == mean["score"]]
            self.assertAlmostEqual(float(mean["AUROC"]), sum(of_points) / 2, places=12)
        self.assertIn("Other data as the anomaly", (self.folder / "swept/summary.html").read_text())
        self.assertIn("summary.html", result.stdout.splitlines()[-1])

    def test_sweep_trains_only_what_is_missing_when_given_again(self):
        self.succeed("sweep", self.config, "--outliers", "3,1", *self.small)
        shutil.rmtree(self.folder / "runs/small/outlier_3")

        result = self.succeed("sweep", self.config, "--outliers", "3,1", *self.small)

        self.assertEqual(result.stdout.count("done on rank"), 2)

    def test_sweep_goes_on_when_one_run_fails(self):
        self.succeed("sweep", self.config, "--outliers", "1", *self.small)
        hopeless = ["--set", "training.learning_rate=10", "--set", "ensemble.max_attempts=1"]

        result = self.fail_with(1, "2 of 2 runs failed: outlier classes 2, 3", "sweep",
                                self.config, "--outliers", "2,3", *self.small, *hopeless,
                                "--output", "hopeless", ranks=2)

        self.assertEqual(result.stdout.count("none of 2 members is done"), 2)

    def test_grid_has_a_run_a_row_and_a_place_in_the_figure_for_each_combination(self):
        grid = ["--over", "training.alpha=0.1,0.5", "--over", "model.latent_dim=2,3"]

        result = self.succeed("sweep", self.config, *self.small, *grid, "--output", "swept", ranks=2)
        again = self.succeed("sweep", self.config, *self.small, *grid, "--output", "swept",
                             "--collect")
        listed = self.succeed("sweep", self.config, *self.small, *grid, "--output", "swept", "--list")

        names = [f"model.latent_dim={dimension},training.alpha={alpha}"
                 for dimension in (2, 3) for alpha in (0.1, 0.5)]
        table = rows(self.folder / "swept/sweep.csv")
        density = [row for row in table if row["method"] == "CL-VAE, latent divergence"]
        self.assertEqual([f"model.latent_dim={row['model.latent_dim']},"
                          f"training.alpha={row['training.alpha']}" for row in density], names)
        for row, name in zip(density, names):
            self.assertEqual(row["outlier"], "0")
            last = [one for one in rows(self.folder / "swept" / name / "auc.csv")
                    if one["score"] == "density" and one["primary"] == "1"][-1]
            self.assertEqual(float(row["auc"]), float(last["auc_mean"]))
            self.expect_whole_epoch_table(f"swept/{name}")
        drawn = (self.folder / "swept/sweep.svg").read_text()
        for word in ("model.latent_dim", "training.alpha", "0.5"):
            self.assertIn(word, drawn)
        self.assertIn("Settings that were tried", (self.folder / "swept/summary.html").read_text())
        self.assertIn("== 4 of 4: model.latent_dim=3, training.alpha=0.5", result.stdout)
        self.assertNotIn("done on rank", again.stdout)
        self.assertEqual(rows(self.folder / "swept/sweep.csv"), table)
        self.assertEqual([line.split("\t") for line in listed.stdout.splitlines()],
                         [["--output", f"swept/{name}", "--set", name.split(",")[0], "--set",
                           name.split(",")[1], "--set", "dataset.outlier_classes=[0]"]
                          for name in names])

    def test_settings_are_chosen_on_classes_that_are_not_reported_on(self):
        words = ["sweep", self.config, *self.small, "--over", "model.latent_dim=2,3",
                 "--choose-on-classes", "5-7", "--outliers", "0,1", "--output", "chosen"]

        result = self.succeed(*words, ranks=2)
        reported = self.succeed(*words, "--stage", "report", "--list")

        choice = json.loads((self.folder / "chosen/choice.json").read_text())
        self.assertEqual(choice["choosing_classes"], ["5", "6", "7"])
        self.assertEqual(choice["reported_classes"], ["0", "1"])
        means = {}
        for dimension in ("2", "3"):
            aucs = []
            for label in (5, 6, 7):
                run = self.folder / f"chosen/choosing/model.latent_dim={dimension}/outlier_{label}"
                with h5py.File(run / "run.h5", "r") as file:
                    self.assertEqual(list(file.attrs["inlier_classes"]),
                                     [other for other in range(2, 10) if other != label])
                    for part in ("train", "validation", "test"):
                        self.assertFalse({0, 1} & set(file[part]["labels"][:]))
                aucs.append([float(row["auc_mean"]) for row in rows(run / "auc.csv")
                             if (row["score"], row["merge"]) == ("density", "mean")][-1])
            means[dimension] = sum(aucs) / 3
        best = max(means, key=means.get)
        self.assertEqual(choice["chosen"], {"model.latent_dim": best})
        self.assertAlmostEqual(choice["mean_auc"], means[best], places=12)
        self.assertAlmostEqual(choice["gain"]["mean"], abs(means["2"] - means["3"]), places=12)
        self.assertIn(f"model.latent_dim={best}, mean AUC", result.stdout)
        self.assertEqual({row["outlier"] for row in rows(self.folder / "chosen/sweep.csv")},
                         {"0", "1", "(mean)"})
        for label in (0, 1):
            name = f"chosen/reporting/model.latent_dim={best}/outlier_{label}"
            with h5py.File(self.folder / name / "run.h5", "r") as file:
                self.assertEqual(len(file.attrs["inlier_classes"]), 9)
            self.assertIn(f"--output\t{name}\t", reported.stdout)
        for name in ("choosing.svg", "sweep.svg", "summary.html", "choosing.csv"):
            self.assertTrue((self.folder / "chosen" / name).exists(), name)

    def test_grid_or_choice_that_makes_no_sense_is_refused_before_anything_is_trained(self):
        grid = ["--over", "model.latent_dim=2,3"]
        for text, words in (
                ("--over: model.latent_dim", ["--over", "model.latent_dim=2,x"]),
                ("latent_dim", ["--over", "model.latent_dims=2,3"]),
                ("training.validation_fraction", ["--over", "training.validation_fraction=0.1,0"]),
                ("--over model.convolutions=",
                 ["--over", "model.convolutions=[{channels: 4, stride: 2}],"
                            "[{channels: 4, stride: 2}, {channels: 4, stride: 2}, "
                            "{channels: 4, stride: 2}]"]),
                ("--choose-on-classes: found class 3", [*grid, "--choose-on-classes", "3-5",
                                                        "--outliers", "2,3"]),
                ("--choose-on-classes: found class 0", [*grid, "--choose-on-classes", "0-5"]),
                ("besides the outliers", [*grid, "--choose-on-classes", "8-9", "--outliers",
                                          "each"]),
                ("--over says which", ["--choose-on-classes", "8-9"])):
            self.fail_with(2, text, "sweep", self.config, *words)
        self.assertFalse((self.folder / "runs").exists())

    def test_outlier_words_make_no_sense(self):
        for words in ("10", "all", "1,,2", "1,", "-1"):
            self.fail_with(2, "--outliers: found", "sweep", self.config, f"--outliers={words}")

    def test_gain_over_itself_is_nothing_and_over_another_run_the_difference(self):
        self.succeed("run", self.config, "--output", "random")
        self.succeed("run", self.config, "--output", "identity", "--set",
                     "ensemble.permutation=identity")

        alike = self.succeed("compare", "random", "random").stdout
        other = self.succeed("compare", "random", "identity", "--output", "gain", ranks=2).stdout

        self.assertIn("size 3: +0.0000 [+0.0000, +0.0000]", alike)
        self.assertIn("within pairs of members with the same seed", other)
        expected = {}
        for run in ("random", "identity"):
            for row in rows(self.folder / run / "auc.csv"):
                if row["primary"] == "1":
                    expected[run, row["score"], row["size"]] = float(row["auc_mean"])
        table = rows(self.folder / "gain/comparisons.csv")
        self.assertEqual({row["first_score"] for row in table},
                         {"density", "joint", "nearest", "reconstruction_error", "combined"})
        for row in table:
            difference = (expected["random", row["first_score"], row["size"]] -
                          expected["identity", row["first_score"], row["size"]])
            self.assertAlmostEqual(float(row["auc_difference"]), difference, places=12)

    def test_runs_on_other_test_sets_are_not_compared(self):
        self.succeed("run", self.config, *self.small, "--output", "one")
        self.succeed("run", self.config, *self.small, "--output", "two", "--set",
                     "dataset.outlier_classes=[1]")

        for ranks in (0, 2):
            self.fail_with(2, "other test samples", "compare", "one", "two", ranks=ranks)

    def test_runs_are_drawn_side_by_side_when_several_are_given(self):
        self.succeed("run", self.config, *self.small, "--output", "one")
        self.succeed("run", self.config, *self.small, "--output", "two", "--set",
                     "dataset.outlier_classes=[1]")

        self.succeed("plot", "one", "two/run.h5", "--output", "both")

        drawn = (self.folder / "both/figure3.svg").read_text()
        self.assertIn("outlier class 0", drawn)
        self.assertIn("outlier class 1", drawn)
        self.fail_with(2, "several runs need --output", "plot", "one", "two")
