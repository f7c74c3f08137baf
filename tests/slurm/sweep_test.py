"""slurm/sweep.sh on a real Slurm: an array of tasks, and a report that waits for none that failed."""

import json

from slurm_case import SCRIPTS, SlurmTestCase, rows

SMALL = ("--set", "ensemble.size=2", "--set", "training.epochs=1")


class SweepScriptTestCase(SlurmTestCase):

    def sweep(self, *words):
        """Submits a sweep; the number of its report's job."""
        self.settings["CLVAE_SBATCH"] = "--ntasks-per-node=1"
        said = self.start_script(SCRIPTS / "sweep.sh", *words)
        return said.split("report: job ")[1].split(",")[0]

    def test_report_has_every_outlier_class_when_all_tasks_succeed(self):
        report = self.sweep(self.config, "--outliers", "1,3", *SMALL, "--output", "each")
        self.wait_for(report)

        outliers = {row["outlier"] for row in rows(self.folder / "each/sweep.csv")}
        self.assertEqual(outliers, {"1", "3", "(mean)"})
        self.assertIn("outlier class 3", (self.folder / "each/figure3.svg").read_text())
        self.assertIn("2 of 2 tasks are complete", (self.folder / "each/report.log").read_text())

    def test_report_takes_what_is_there_and_names_the_task_that_failed(self):
        report = self.sweep(self.config, "--outliers", "1,3,17", *SMALL, "--output", "each")
        self.wait_for(report, "FAILED")

        outliers = {row["outlier"] for row in rows(self.folder / "each/sweep.csv")}
        self.assertEqual(outliers, {"1", "3", "(mean)"})
        said = (self.folder / "each/report.log").read_text()
        self.assertIn("failed: task 17, each/outlier_17", said)
        self.assertIn("17", (self.folder / "each/task_17.log").read_text())

    def test_settings_are_chosen_by_one_array_and_reported_on_by_the_next(self):
        first = self.sweep(self.config, "--over", "model.latent_dim=2,3", "--choose-on-classes", "5,6",
                           "--outliers", "0,1", *SMALL, "--output", "chosen")
        self.wait_for(first)
        said = (self.folder / "chosen/choosing_report.log").read_text()
        self.wait_for(said.split("report: job ")[1].split(",")[0])

        choice = json.loads((self.folder / "chosen/choice.json").read_text())
        [dimension] = choice["chosen"].values()
        runs = (self.folder / f"chosen/reporting/model.latent_dim={dimension}").glob("*/run.h5")
        self.assertEqual(len(list(runs)), 2)
        self.assertEqual({row["outlier"] for row in rows(self.folder / "chosen/sweep.csv")},
                         {"0", "1", "(mean)"})
        self.assertTrue((self.folder / "chosen/summary.html").exists())

    def test_report_draws_all_runs_when_configs_are_swept(self):
        other = self.folder / "other.yaml"
        other.write_text(self.config.read_text().replace("[0]", "[5]"))

        report = self.sweep(self.config, other, *SMALL, "--output", "both")
        self.wait_for(report)

        drawn = (self.folder / "both/figure3.svg").read_text()
        self.assertIn("outlier class 0", drawn)
        self.assertIn("outlier class 5", drawn)
        for run in ("small", "other"):
            self.assertTrue((self.folder / f"both/{run}/summary.html").exists(), run)
