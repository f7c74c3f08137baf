"""Several runs together: side by side in a figure, and as a sweep over what is anomalous."""

import shutil

from program import ProgramTestCase, rows


class SweepTestCase(ProgramTestCase):

    def setUp(self):
        super().setUp()
        self.small = ["--set", "ensemble.size=2", "--set", "training.epochs=1"]

    def test_every_outlier_class_has_a_run_and_a_row_when_a_list_is_given(self):
        result = self.succeed("sweep", self.config, "--outliers", "3,1", *self.small, "--output",
                              "swept", ranks=2)

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
