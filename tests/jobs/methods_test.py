"""All kinds of models in one run: one queue, one file, the same members whatever else there is."""

import os
import re
import shutil
import signal
import subprocess
import time

import h5py
import numpy

from end_to_end_test import auc
from program import SLICE, ProgramTestCase, datasets, on_ranks, rows
from resume_test import children

ALL = ("--set", "ensemble.methods=[clvae, vae, cnn, pca]", "--set", "ensemble.sizes.vae=2")
MEMBERS = {"clvae": 3, "vae": 2, "cnn": 3, "pca": 1}


class MethodsTestCase(ProgramTestCase):

    def finished_members(self):
        """How many members of any kind the run file has."""
        if not self.run_file().exists():
            return 0
        with h5py.File(self.run_file(), "r") as run:
            return sum(int((members["commits"]["state"] == 1).sum())
                       for members in run["members"].values())

    @staticmethod
    def images(splits, indices):
        """Images of the slice, intensities in 0..1. [n, 784]"""
        files = []
        for name in ("train", "t10k"):
            with open(f"{SLICE}/{name}-images-idx3-ubyte", "rb") as file:
                files.append(numpy.frombuffer(file.read()[16:], numpy.uint8).reshape(-1, 784))
        return numpy.array([files[split][i] for split, i in zip(splits, indices)]) / 255

    def test_run_files_are_equal_when_the_number_of_ranks_differs(self):
        for ranks in (1, 2):
            self.succeed("train", self.config, *ALL, "--output", f"ranks{ranks}", ranks=ranks)

        alone = datasets(self.run_file("ranks1"))
        both = datasets(self.run_file("ranks2"))
        self.assertEqual(alone.keys(), both.keys())
        for name, content in alone.items():
            if name != "config":  # holds the folder of the run
                self.assertEqual(content, both[name], name)

    def test_members_are_the_same_when_other_kinds_are_trained_beside_them(self):
        self.have("train", *ALL, name="all")
        together = datasets(self.run_file("all"))

        for kind in MEMBERS:
            self.succeed("train", self.config, "--set", f"ensemble.methods=[{kind}]", "--set",
                         "ensemble.size=2", "--output", kind)
            with h5py.File(self.run_file(kind), "r") as run, \
                    h5py.File(self.run_file("all"), "r") as whole:
                for name in run[f"members/{kind}"]:
                    alone = run[f"members/{kind}/{name}"][:]
                    if name != "centres":
                        self.assertEqual(len(alone), 1 if kind == "pca" else 2)
                    beside = whole[f"members/{kind}/{name}"][:len(alone)]
                    self.assertEqual(alone.tobytes(), beside.tobytes(), f"{kind} {name}")
        self.assertEqual(together, datasets(self.run_file("all")))

    def test_a_killed_run_of_all_kinds_goes_on_to_the_same_result(self):
        self.succeed("train", self.config, *ALL)
        undisturbed = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        process = subprocess.Popen(
            on_ranks(2, "train", self.config, *ALL), cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        while self.finished_members() < 2 and process.poll() is None:
            time.sleep(0.01)
        for victim in [*children(process.pid), process.pid]:
            os.kill(victim, signal.SIGKILL)
        process.wait()
        kept = self.finished_members()
        self.assertGreaterEqual(kept, 2)

        result = self.succeed("train", self.config, *ALL, ranks=2)

        self.assertEqual(datasets(self.run_file()), undisturbed)
        self.assertEqual(result.stdout.count("done on rank"), sum(MEMBERS.values()) - kept)

    def test_long_members_are_handed_out_first(self):
        result = self.succeed("train", self.config, *ALL, "--set", "training.epochs=40")

        order = re.findall(r"(\w+) member \d goes to rank", result.stdout)
        self.assertEqual(order, ["clvae"] * 3 + ["vae"] * 2 + ["cnn"] * 3 + ["pca"])
        self.assertIn("9 of 9 members done", result.stdout)
        again = self.succeed("train", self.config, *ALL, "--set", "training.epochs=40")
        self.assertIn("9 of 9 members are done", again.stdout)
        self.assertNotIn("goes to rank", again.stdout)

    def test_every_method_has_a_curve_that_equals_numpy_when_all_kinds_are_trained(self):
        self.succeed("run", self.config, *ALL, ranks=2)

        last = {}
        for row in rows(self.folder / "runs/small/auc.csv"):
            if row["primary"] == "1":
                last[row["method"], row["score"]] = row
        self.assertEqual(len(last), 8)
        with h5py.File(self.run_file(), "r") as run:
            is_outlier = run["test/is_outlier"][:].astype(bool)
            kinds = run["members"]
            errors = kinds["vae/test_reconstruction_errors"][:].astype(float).mean(0)
            probabilities = numpy.exp(
                kinds["cnn/test_class_log_probabilities"][:].astype(float)).mean(0).max(1)
            likelihoods = kinds["pca/test_class_log_likelihoods"][0].astype(float).max(1)
        for method, scores in (("vae", errors), ("cnn", -probabilities), ("pca", -likelihoods)):
            [row] = [row for key, row in last.items() if key[0] == method]
            self.assertAlmostEqual(float(row["auc_mean"]), auc(scores, is_outlier), places=5)
        summary = (self.folder / "runs/small/summary.html").read_text()
        self.assertIn("PCA, log-likelihood", summary)
        scores = rows(self.folder / "runs/small/scores.csv")
        self.assertEqual(len(scores), len(is_outlier))
        pca = numpy.array([float(row["pca:log_likelihood:mean"]) for row in scores])
        numpy.testing.assert_allclose(pca, -likelihoods, rtol=1e-6)

    def test_every_kind_leaves_its_datasets(self):
        self.have("train", *ALL)

        with h5py.File(self.run_file(), "r") as run:
            samples = {part: len(run[f"{part}/labels"]) for part in ("train", "validation", "test")}
            encoder = 4 * 9 + 4 + 8 * 4 * 9 + 8 + 7 * 7 * 8 * 8 + 8
            expected = {
                "vae": {
                    "train_latents": (samples["train"], 2),
                    "validation_latents": (samples["validation"], 2),
                    "test_latents": (samples["test"], 2),
                    "validation_reconstruction_errors": (samples["validation"],),
                    "test_reconstruction_errors": (samples["test"],),
                    "loss_history": (3, 6),
                    "encoder_weights": (encoder + 2 * (8 * 2 + 2),),
                },
                "cnn": {
                    "validation_class_log_probabilities": (samples["validation"], 9),
                    "test_class_log_probabilities": (samples["test"], 9),
                    "loss_history": (3, 4),
                    "encoder_weights": (encoder,),
                    "head_weights": (8 * 9 + 9,),
                },
                "pca": {
                    "validation_class_log_likelihoods": (samples["validation"], 9),
                    "test_class_log_likelihoods": (samples["test"], 9),
                    "pca_means": (9, 784),
                    "pca_components": (9, 2, 784),
                    "pca_explained_variances": (9, 2),
                    "pca_noise_variances": (9,),
                },
            }
            for kind, shapes in expected.items():
                members = run[f"members/{kind}"]
                self.assertEqual(members["permutations"].shape, (MEMBERS[kind], 0))
                self.assertEqual(members["centres"].shape[0], 0)
                names = [name.decode() for name in members.attrs["checksum_order"]]
                self.assertLessEqual(set(shapes), set(names))
                for name, shape in shapes.items():
                    self.assertEqual(members[name].shape, (MEMBERS[kind], *shape), name)
                    self.assertTrue(numpy.isfinite(members[name][:]).all(), name)
            probabilities = numpy.exp(run["members/cnn/test_class_log_probabilities"][:])
            numpy.testing.assert_allclose(probabilities.sum(2), 1, rtol=1e-5)
            self.assertNotIn("learned_centres", run["members/clvae"])

    def test_class_likelihoods_can_be_had_from_the_parameters_in_the_run_file(self):
        self.succeed("train", self.config, "--set", "ensemble.methods=[pca]")

        with h5py.File(self.run_file(), "r") as run:
            pca = {name: run[f"members/pca/{name}"][0].astype(float)
                   for name in run["members/pca"] if name.startswith(("pca_", "test_"))}
            images = self.images(run["test/original_split"][:], run["test/original_index"][:])
        for label in range(9):
            gap = images - pca["pca_means"][label]
            axes = pca["pca_components"][label]
            variances = pca["pca_explained_variances"][label]
            noise = pca["pca_noise_variances"][label]
            along = gap @ axes.T
            distance = (along**2 / variances).sum(1) + ((gap**2).sum(1) - (along**2).sum(1)) / noise
            logarithm = 784 * numpy.log(2 * numpy.pi) + numpy.log(variances).sum()
            logarithm += 782 * numpy.log(noise)
            numpy.testing.assert_allclose(
                pca["test_class_log_likelihoods"][:, label], -(logarithm + distance) / 2, rtol=1e-4)

    def test_learned_centres_are_kept_for_each_member(self):
        self.succeed("train", self.config, "--set", "model.centres=learned", ranks=2)
        self.succeed("train", self.config, "--set", "model.centres=learned", "--output", "again")

        with h5py.File(self.run_file(), "r") as run:
            members = run["members/clvae"]
            learned = members["learned_centres"][:]
            for member in range(3):
                given = members["centres"][:][members["permutations"][member]]
                distance = numpy.linalg.norm(learned[member] - given, axis=1)
                self.assertTrue((distance > 1e-4).all(), distance)
                self.assertTrue((distance < 1).all(), distance)
        self.assertEqual(datasets(self.run_file())["members/clvae/learned_centres"],
                         datasets(self.run_file("again"))["members/clvae/learned_centres"])

    def test_check_and_info_tell_of_every_kind(self):
        plan = self.succeed("check", self.config, *ALL).stdout
        self.have("train", *ALL)
        text = self.succeed("info", "runs/small", "--verify").stdout

        for kind, size in MEMBERS.items():
            self.assertRegex(plan, rf"{size} members? of kind {kind}, ")
            self.assertIn(f"{kind:<12}{size} of {size} members done, 0 failed, 0 pending", text)
        self.assertEqual(text.count("all checksums hold"), 4)
        self.assertIn("2 of 2 vae", self.succeed("check", self.config, *ALL).stdout)

    def test_methods_and_sizes_belong_to_a_run(self):
        self.have("train", *ALL)

        self.fail_with(2, "clvae extend runs/small --set ensemble.sizes.vae=3 makes room", "train",
                       self.config, *ALL, "--set", "ensemble.sizes.vae=3")
        self.fail_with(2, "ensemble.methods: [clvae, vae, cnn, pca]", "train", self.config, "--set",
                       "ensemble.sizes.vae=2")

    def test_only_a_damaged_member_is_trained_anew_whatever_its_kind(self):
        self.have("train", *ALL)
        undamaged = datasets(self.run_file())
        with h5py.File(self.run_file(), "r+") as run:
            run["members/cnn/head_weights"][2, 0] += 1
            run["members/pca/pca_means"][0, 0, 0] += 1

        result = self.succeed("train", self.config, *ALL)

        self.assertIn("cnn member 2 was done, but", result.stdout)
        self.assertIn("pca member 0 was done, but", result.stdout)
        self.assertEqual(result.stdout.count("done on rank"), 2)
        self.assertEqual(datasets(self.run_file()), undamaged)
