"""A whole run on a slice of Fashion-MNIST, and what a user does with it afterwards."""

import json
import os
import pty
import re
import shutil
import subprocess
import threading

import h5py
import numpy

from program import SLICE, ProgramTestCase, datasets, on_ranks, rows


def auc(scores, is_outlier):
    """Mann-Whitney by counting pairs, ties half."""
    inliers = numpy.sort(scores[~is_outlier])
    below = numpy.searchsorted(inliers, scores[is_outlier], "left")
    up_to = numpy.searchsorted(inliers, scores[is_outlier], "right")
    return (below + up_to).sum() / 2 / len(inliers) / is_outlier.sum()


def log_densities(run, part, member):
    """Of one member's latents under its classes' Gaussians, [classes, samples]."""
    labels = run["train/labels"][:]
    train = run["members/clvae/train_latents"][member].astype(float)
    latents = run[f"members/clvae/{part}_latents"][member].astype(float)
    columns = []
    for label in run.attrs["inlier_classes"]:
        cluster = train[labels == label]
        gap = latents - cluster.mean(0)
        covariance = numpy.cov(cluster.T)
        distance = (gap @ numpy.linalg.inv(covariance) * gap).sum(1)
        columns.append(-distance / 2 - numpy.log(numpy.linalg.det(2 * numpy.pi * covariance)) / 2)
    return numpy.array(columns)


def divergence(run, part, members, merge="mean"):
    """Minus the log of the largest merged density."""
    logs = numpy.array([log_densities(run, part, member) for member in members])
    merged = {"mean": lambda: numpy.logaddexp.reduce(logs) - numpy.log(len(logs)),
              "geometric": lambda: logs.mean(0), "max": lambda: logs.max(0),
              "min": lambda: logs.min(0)}[merge]()
    return -merged.max(0)


def merged_auc(path, members, merge="mean"):
    """AUC of the merged densities of the given members, from the run file alone."""
    with h5py.File(path, "r") as run:
        return auc(divergence(run, "test", members, merge),
                   run["test/is_outlier"][:].astype(bool))


def combined_auc(path, members):
    """AUC of divergence and error, each standardised on the validation inliers and added."""
    with h5py.File(path, "r") as run:
        score = 0
        for measure in (lambda part: divergence(run, part, members),
                        lambda part: run[f"members/clvae/{part}_reconstruction_errors"][:]
                        .astype(float)[members].mean(0)):
            known = measure("validation")
            score = score + (measure("test") - known.mean()) / known.std(ddof=1)
        return auc(score, run["test/is_outlier"][:].astype(bool))


def joint_auc(path):
    """AUC of the squared Mahalanobis distance from the nearest class in the latents of members 0, 1
    and 2 side by side: all training inliers, as they are few, are references."""
    with h5py.File(path, "r") as run:
        labels = run["train/labels"][:]
        train, test = (numpy.concatenate(run[f"members/clvae/{part}_latents"][:3].astype(float), 1)
                       for part in ("train", "test"))
        distances = []
        for label in run.attrs["inlier_classes"]:
            cluster = train[labels == label]
            covariance = numpy.cov(cluster.T)
            width = len(covariance)
            covariance += 1e-6 * numpy.trace(covariance) / width * numpy.eye(width)
            gap = test - cluster.mean(0)
            distances.append((gap @ numpy.linalg.inv(covariance) * gap).sum(1))
        return auc(numpy.min(distances, 0), run["test/is_outlier"][:].astype(bool))


class EndToEndTestCase(ProgramTestCase):

    def test_run_leaves_tables_and_figures_when_started_on_two_ranks(self):
        result = self.succeed("run", self.config, ranks=2)

        folder = self.folder / "runs/small"
        self.assertEqual((folder / "figure3.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual((folder / "figure3.pdf").read_bytes()[:5], b"%PDF-")
        self.assertIn("<svg", (folder / "figure3.svg").read_text())
        curves = rows(folder / "auc.csv")
        for score in ("density", "reconstruction_error"):
            sizes = [int(row["size"]) for row in curves
                     if row["score"] == score and row["merge"] == "mean"]
            self.assertEqual(sizes, [1, 2, 3])
        self.assertEqual(len(rows(folder / "members.csv")), 3)
        for figure in ("figure2", "figure3", "figure4", "merges", "scores"):
            self.assertIn(f"{figure}.png", result.stdout.splitlines()[-2])
            self.assertGreater((folder / f"{figure}.png").stat().st_size, 10000)
        self.assertIn("summary.html", result.stdout.splitlines()[-1])
        self.assertIn("</html>", (folder / "summary.html").read_text())
        self.assertNotRegex(result.stdout, r"[\r\x1b]")

    def test_auc_equals_numpy_on_the_latents_of_the_run_file_when_members_are_merged(self):
        self.have("run")

        curve = [row for row in rows(self.folder / "runs/small/auc.csv")
                 if row["score"] == "density" and row["merge"] == "mean"]
        path = self.run_file()
        alone = numpy.mean([merged_auc(path, [member]) for member in range(3)])
        pairs = numpy.mean([merged_auc(path, pair) for pair in ([0, 1], [1, 2], [2, 0])])
        self.assertAlmostEqual(float(curve[0]["auc_mean"]), alone, places=7)
        self.assertAlmostEqual(float(curve[1]["auc_mean"]), pairs, places=7)
        self.assertAlmostEqual(float(curve[2]["auc_mean"]), merged_auc(path, [0, 1, 2]), places=7)
        for row in rows(self.folder / "runs/small/members.csv"):
            self.assertAlmostEqual(
                float(row["auc_density"]), merged_auc(path, [int(row["member"])]), places=7)

    def test_auc_equals_numpy_for_every_merge_and_for_the_combined_score(self):
        self.have("run")

        last = {(row["score"], row["merge"]): float(row["auc_mean"])
                for row in rows(self.folder / "runs/small/auc.csv") if row["size"] == "3"}
        self.assertEqual(len(last), 15)
        path, everybody = self.run_file(), [0, 1, 2]
        for merge in ("mean", "geometric", "max", "min"):
            self.assertAlmostEqual(last["density", merge],
                                   merged_auc(path, everybody, merge), places=6)
        self.assertAlmostEqual(last["combined", "mean"], combined_auc(path, everybody), places=6)
        self.assertAlmostEqual(last["joint", "joint"], joint_auc(path), places=6)
        self.assertGreater(last["nearest", "joint"], 0.5)
        # Without classes' peaks a distance and a density over its peak say the same of one member.
        for row in rows(self.folder / "runs/small/members.csv"):
            self.assertAlmostEqual(float(row["auc_peak_normalised"]),
                                   float(row["auc_mahalanobis"]), places=5)

    def test_comparisons_and_forecasts_are_made_of_the_primary_curves(self):
        self.succeed("run", self.config, "--set", "reduction.forecast_half_width=0.5")

        found = json.loads((self.folder / "runs/small/auc.json").read_text())
        curves = found["curves"]
        self.assertEqual([curve["score"] for curve in curves[:5]],
                         ["density", "joint", "nearest", "reconstruction_error", "combined"])
        self.assertEqual(len(found["forecasts"]), 5)
        # Five primary curves by twos, three merges and two scores beside the primary one.
        self.assertEqual(len(found["comparisons"]), 15)
        for comparison in found["comparisons"]:
            both = [curves[comparison[which]]["rows"][-1]["auc_mean"]
                    for which in ("first", "second")]
            self.assertGreaterEqual(*both)

    def test_run_files_are_equal_when_the_number_of_ranks_differs(self):
        found = {}
        for ranks in (1, 2, 4):
            self.succeed("train", self.config, ranks=ranks)
            found[ranks] = datasets(self.run_file())
            shutil.rmtree(self.folder / "runs")

        for ranks in (2, 4):
            self.assertEqual(found[1].keys(), found[ranks].keys())
            for name, content in found[1].items():
                self.assertEqual(content, found[ranks][name], f"{name} on {ranks} ranks")

    def test_tables_are_equal_when_ranks_share_the_reduction(self):
        self.have("run")
        tables = [self.folder / "runs/small" / name
                  for name in ("auc.csv", "auc.json", "comparisons.csv", "members.csv")]
        before = [table.read_bytes() for table in tables]

        self.succeed("reduce", "runs/small", ranks=3)

        self.assertEqual([table.read_bytes() for table in tables], before)

    def test_reduce_takes_another_score_and_merge_when_asked(self):
        self.have("train")

        for score in ("density", "peak_normalised", "mahalanobis"):
            for merge in ("mean", "geometric", "max", "min"):
                if (score, merge) == ("mahalanobis", "geometric"):
                    continue
                self.succeed("reduce", "runs/small", "--score", score, "--merge", merge)
                row = rows(self.folder / "runs/small/auc.csv")[0]
                self.assertEqual((row["score"], row["merge"]), (score, merge))

    def test_reduce_puts_a_joint_score_first_when_asked_whatever_the_merge(self):
        self.have("train")

        for score in ("joint", "nearest"):
            self.succeed("reduce", "runs/small", "--score", score, "--merge", "geometric", ranks=2)
            table = rows(self.folder / "runs/small/auc.csv")
            self.assertEqual((table[0]["score"], table[0]["merge"]), (score, "joint"))
            shown = {(row["score"], row["merge"]) for row in table if row["primary"] == "1"}
            self.assertEqual(shown, {("density", "geometric"), ("joint", "joint"),
                                     ("nearest", "joint"), ("reconstruction_error", "mean"),
                                     ("combined", "joint")})

    def test_run_only_reports_when_everything_is_done(self):
        self.have("run")
        before = self.run_file().read_bytes()

        result = self.succeed("run", self.config, ranks=2)

        self.assertIn("runs/small/run.h5; 3 of 3 members are done", result.stdout)
        self.assertNotIn("goes to rank", result.stdout)
        self.assertIn("figure3.png", result.stdout.splitlines()[-2])
        self.assertEqual(self.run_file().read_bytes(), before)

    def test_run_finishes_when_there_are_more_ranks_than_members(self):
        result = self.succeed("run", self.config, "--set", "ensemble.size=2", ranks=4)

        self.assertIn("4 ranks for 2 members: 2 will have nothing to do", result.stdout)

    def test_a_lone_process_says_that_more_are_faster(self):
        result = self.succeed("train", self.config)

        if os.cpu_count() > 1:
            self.assertRegex(result.stdout, r"one process uses one of \d+ cores; mpirun -np")

    def test_one_member_gives_a_point_without_an_interval(self):
        self.succeed("run", self.config, "--set", "ensemble.size=1")

        row = rows(self.folder / "runs/small/auc.csv")[0]
        self.assertGreater(float(row["auc_mean"]), 0)
        self.assertEqual((row["curve_lower"], row["curve_upper"]), ("", ""))

    def test_info_counts_members_when_asked_as_text_or_json(self):
        self.have("train")

        text = self.succeed("info", "runs/small", "--verify").stdout
        described = json.loads(self.succeed("info", self.run_file(), "--json").stdout)

        self.assertIn("3 of 3 members done, 0 failed, 0 pending", text)
        self.assertIn("all checksums hold", text)
        self.assertEqual(described["kinds"][0]["done"], 3)
        self.assertEqual(described["outlier_classes"], ["0"])

    def test_check_tells_the_plan_and_writes_nothing(self):
        result = self.succeed("check", self.config)

        self.assertIn("3 members of kind clvae", result.stdout)
        self.assertRegex(result.stdout, r"disk +[\d.]+ .*iB for the run file")
        self.assertFalse((self.folder / "runs").exists())

    def test_live_line_is_drawn_when_the_output_is_a_terminal(self):
        controller, terminal = pty.openpty()
        # Long enough for several redraws, which are rationed.
        process = subprocess.Popen(on_ranks(2, "train", self.config, "--set", "training.epochs=20"),
                                   cwd=self.folder, stdin=terminal, stdout=terminal, stderr=terminal)
        os.close(terminal)
        output = b""
        while True:
            try:
                piece = os.read(controller, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            output += piece
        os.close(controller)

        self.assertEqual(process.wait(timeout=60), 0)
        self.assertIn(b"\r\x1b[K", output)
        self.assertRegex(output.decode(),
                         r"members done, \d running,( ready in [^,]+,)? last validation loss [\d.]+")

    def test_help_has_examples_for_every_command(self):
        for command in ([], ["run"], ["train"], ["reduce"], ["plot"], ["info"], ["check"],
                        ["sweep"], ["compare"], ["extend"], ["merge"], ["benchmark"]):
            text = self.succeed(*command, "--help").stdout
            self.assertTrue(re.search(r"Examples:\n +(mpirun .*|srun .*)?clvae ", text), text)

    def test_a_failing_ensemble_ends_with_a_clear_error_and_says_why(self):
        hopeless = ["--set", "training.learning_rate=10", "--set", "ensemble.max_attempts=2"]

        result = self.fail_with(1, "none of 3 members is done", "run", self.config, *hopeless, ranks=2)

        self.assertEqual(len(re.findall("given up", result.stdout)), 3)
        text = self.succeed("info", "runs/small").stdout
        self.assertIn("0 of 3 members done, 3 failed, 0 pending", text)
        self.assertEqual(len(re.findall(r"member \d \(failed\): ", text)), 6)

    def test_the_data_are_read_once_a_host(self):
        # A pipe gives its bytes to one reader only; who comes second waits for ever.
        images = self.folder / "data/train-images-idx3-ubyte"
        shutil.copytree(SLICE, images.parent)
        content = images.read_bytes()
        images.unlink()
        os.mkfifo(images)
        writer = threading.Thread(target=images.write_bytes, args=[content], daemon=True)
        writer.start()

        self.succeed("train", self.config, "--set", f"dataset.path={images.parent}", ranks=3)

        writer.join()

    def test_a_staged_copy_is_used_again_until_the_data_change(self):
        source = self.folder / "source/slice"
        stage = self.folder / "stage"
        shutil.copytree(SLICE, source)
        arguments = ["train", self.config, "--set", f"dataset.path={source}", "--set",
                     f"dataset.stage={stage}"]
        self.succeed(*arguments, ranks=2)
        [copy] = stage.glob("*/slice")
        before = {path: path.stat().st_mtime_ns for path in copy.iterdir()}

        self.succeed(*arguments)

        self.assertEqual({path: path.stat().st_mtime_ns for path in copy.iterdir()}, before)
        self.assertEqual(len(before), 4)
        os.utime(source / "train-labels-idx1-ubyte", ns=(1, 1))
        self.succeed(*arguments)
        self.assertEqual(len(list(stage.glob("*/slice"))), 2)
        self.assertEqual(list(stage.glob("*/new-*")), [])

    def test_a_stage_that_can_not_be_written_is_told(self):
        (self.folder / "file").write_text("in the way")

        self.fail_with(1, "copy the dataset to dataset.stage", "train", self.config, "--set",
                       f"dataset.stage={self.folder}/file/below", ranks=2)

    def test_the_slice_is_of_real_images(self):
        with open(f"{SLICE}/train-images-idx3-ubyte", "rb") as file:
            pixels = numpy.frombuffer(file.read()[16:], numpy.uint8)

        self.assertEqual(pixels.size, 1500 * 784)
        self.assertGreater(pixels.std(), 50)
