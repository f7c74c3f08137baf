"""A run written as TorchScript modules, and what Python's PyTorch makes of them."""

import importlib.util
import json
import pathlib
import signal
import subprocess
import time

import h5py
import numpy

from program import SLICE, on_ranks
from scoring import ScoreTestCase, images_of

HAS_TORCH = importlib.util.find_spec("torch") is not None
WAYS = [("density", "mean"), ("density", "geometric"), ("density", "max"), ("density", "min"),
        ("peak_normalised", "mean"), ("peak_normalised", "geometric"), ("peak_normalised", "max"),
        ("peak_normalised", "min"), ("mahalanobis", "mean"), ("mahalanobis", "max"),
        ("mahalanobis", "min")]


class ModulesTestCase(ScoreTestCase):

    def setUp(self):
        if not HAS_TORCH:
            print("SKIPPED: there is no PyTorch to run the modules with", flush=True)
            self.skipTest("no PyTorch")
        super().setUp()

    def export(self, *options, folder="modules"):
        return self.succeed("export", "runs/small", "--torchscript", folder, *options).stdout

    def load(self, name="ensemble.pt", folder="modules", **options):
        import torch
        torch.set_num_threads(1)
        return torch.jit.load(str(self.folder / folder / name), **options)

    @staticmethod
    def tensor(values):
        import torch
        return torch.from_numpy(numpy.ascontiguousarray(values))

    def expect_scores_of(self, scores, path="scores.h5"):
        """Those of a file that clvae score wrote."""
        found = {name: values.numpy() for name, values in scores.items()}
        with h5py.File(self.folder / path, "r") as file:
            numpy.testing.assert_allclose(found["anomaly_score"], file["anomaly_score"][:],
                                          rtol=1e-5, atol=1e-5)
            numpy.testing.assert_array_equal(found["nearest_class"], file["nearest_class"][:])
            numpy.testing.assert_allclose(found["confidence"], file["confidence"][:], rtol=1e-4,
                                          atol=1e-5)
            numpy.testing.assert_allclose(found["disagreement"], file["disagreement"][:],
                                          atol=1e-6)
            clear = abs(found["anomaly_score"] - file.attrs["threshold"]) > 1e-4
            numpy.testing.assert_array_equal(found["is_anomaly"][clear],
                                             file["is_anomaly"][:][clear])

    def test_ensemble_scores_images_as_clvae_score_does(self):
        self.train()
        self.score("own-images")

        said = self.export()

        ensemble = self.load()
        scores = ensemble(self.tensor(self.images))
        self.expect_scores_of(scores)
        self.assertEqual(scores["anomaly_score"].dtype, self.tensor(numpy.float32([0])).dtype)
        self.expect_scores_of(ensemble(self.tensor(self.images[:, None])))
        self.expect_scores_of(ensemble(self.tensor(self.images / 255.0)))
        with h5py.File(self.folder / "scores.h5", "r") as file:
            self.assertEqual(ensemble.threshold, file.attrs["threshold"])
            self.assertEqual(ensemble.class_names,
                             [name.decode() for name in file.attrs["class_names"]])
            self.assertEqual(ensemble.members, file.attrs["members"].tolist())
        self.assertEqual((ensemble.score, ensemble.merge), ("density", "mean"))
        self.assertFalse(ensemble.training)
        self.assertIn("3 of 3 CL-VAE members", said)
        self.assertEqual(sorted(path.name for path in (self.folder / "modules").iterdir()),
                         ["ensemble.json", "ensemble.pt", "member_000.pt", "member_001.pt",
                          "member_002.pt"])

    def test_every_score_and_merge_is_the_one_of_clvae_score(self):
        self.train()
        for score, merge in WAYS:
            with self.subTest(f"{score} {merge}"):
                options = ["--score", score, "--merge", merge]
                self.score("own-images", "scores.h5", *options, "--false-alarm-rate", "0.1")

                self.export(*options, "--false-alarm-rate", "0.1")

                ensemble = self.load()
                self.expect_scores_of(ensemble(self.tensor(self.images)))
                self.assertEqual((ensemble.score, ensemble.merge), (score, merge))

    def test_scores_of_all_members_at_once_are_those_of_clvae_score(self):
        self.train()
        for score in ("joint", "nearest"):
            with self.subTest(score):
                self.score("own-images", "scores.h5", "--score", score)

                self.export("--score", score)

                ensemble = self.load()
                self.expect_scores_of(ensemble(self.tensor(self.images)))
                self.assertEqual((ensemble.score, ensemble.merge), (score, "joint"))

    def test_members_give_the_runs_own_latents_and_log_densities(self):
        self.train()
        self.export()
        with h5py.File(self.run_file(), "r") as run:
            labels = run["train/labels"][:]
            members = run["members/clvae"]
            for number in range(3):
                latents, scores = self.load(f"member_{number:03}.pt")(self.tensor(self.images))

                expected = members["test_latents"][number]
                numpy.testing.assert_allclose(latents.numpy(), expected, rtol=1e-5, atol=1e-5)
                train = members["train_latents"][number].astype(float)
                for column, label in enumerate(run.attrs["inlier_classes"]):
                    cluster = train[labels == label]
                    covariance = numpy.cov(cluster.T)
                    gap = expected - cluster.mean(0)
                    density = -0.5 * ((gap @ numpy.linalg.inv(covariance) * gap).sum(axis=1)
                                      + numpy.log(numpy.linalg.det(2 * numpy.pi * covariance)))
                    numpy.testing.assert_allclose(scores.numpy()[:, column], density, rtol=1e-4,
                                                  atol=1e-3)

    def test_features_are_standardised_and_scored_as_clvae_score_does(self):
        rows = images_of("train").mean(axis=2) ** 1.5
        content = pathlib.Path(f"{SLICE}/train-labels-idx1-ubyte").read_bytes()
        labels = numpy.frombuffer(content[8:], numpy.uint8).astype(numpy.int64)
        numpy.savez(self.folder / "rows.npz", x_train=rows[:900], y_train=labels[:900],
                    x_test=rows[900:1200], y_test=labels[900:1200])
        self.succeed("train", self.config, "--set", "dataset.format=npz", "--set",
                     "dataset.path=rows.npz", "--set", "model.layers=[16, 8]")
        new = rows[1200:1500].copy()
        new[0] = 1e6  # far from all that was trained on
        numpy.savez(self.folder / "new.npz", x=new)
        self.score("new.npz")

        self.export("--members", "2")
        self.score("new.npz", "two.h5", "--members", "2")

        self.expect_scores_of(self.load()(self.tensor(new)), "two.h5")
        said = json.loads((self.folder / "modules/ensemble.json").read_text())
        self.assertEqual(said["input"]["shape"], ["n", 28])
        with h5py.File(self.run_file(), "r") as run:
            numpy.testing.assert_array_equal(said["input"]["means"], run["features/means"][:])
        with self.assertRaisesRegex(Exception, r"expected features, \[n, 28\]"):
            self.load()(self.tensor(new[:, :5]))

    def test_files_explain_themselves(self):
        self.train()
        self.score("own-images", "scores.h5", "--false-alarm-rate", "0.1")
        self.export("--false-alarm-rate", "0.1")

        text = (self.folder / "modules/ensemble.json").read_text()
        said = json.loads(text)
        carried = {"ensemble.json": ""}
        self.load(_extra_files=carried)

        self.assertEqual(carried["ensemble.json"].decode(), text)
        with h5py.File(self.folder / "scores.h5", "r") as file:
            self.assertEqual(numpy.float32(said["threshold"]["value"]), file.attrs["threshold"])
            self.assertEqual(said["threshold"]["rule"], file.attrs["threshold_rule"].decode())
            self.assertEqual(said["threshold"]["called_anomalies_of_the_test_inliers"]["count"],
                             file.attrs["test_false_alarms"])
        self.assertEqual(said["format"], "clvae torchscript")
        self.assertEqual(said["input"]["shape"], ["n", 1, 28, 28])
        self.assertEqual(set(said["output_of_ensemble.pt"]),
                         set(self.load()(self.tensor(self.images[:2]))))
        self.assertEqual(sorted(member["file"] for member in said["members"]),
                         ["member_000.pt", "member_001.pt", "member_002.pt"])


class ExportTestCase(ScoreTestCase):
    """What needs no PyTorch in Python."""

    def export(self, *options):
        return self.succeed("export", "runs/small", "--torchscript", "modules", *options)

    def content(self, folder="modules"):
        return {path.name: path.read_bytes() for path in (self.folder / folder).iterdir()}

    def test_takes_the_place_of_an_earlier_export_and_of_an_empty_folder(self):
        self.train()
        (self.folder / "modules").mkdir()
        self.export()
        first = self.content()

        self.export("--members", "1")
        self.assertEqual(set(self.content()) & {"ensemble.pt", "ensemble.json"},
                         {"ensemble.pt", "ensemble.json"})
        self.assertEqual(len(self.content()), 3)
        # What a kill left is swept away.
        (self.folder / "modules.new").mkdir()
        (self.folder / "modules.new/member_000.pt.4711.new").write_bytes(b"half")
        self.export()

        self.assertEqual(self.content()["ensemble.json"], first["ensemble.json"])
        self.assertEqual(set(self.content()), set(first))
        self.assertFalse((self.folder / "modules.new").exists())

    def test_refuses_folders_with_anything_else_in_them(self):
        self.train()
        self.export()
        arguments = ["export", "runs/small", "--torchscript"]
        (self.folder / "modules/notes.txt").write_text("mine")
        before = self.content()
        result = self.fail_with(2, "a folder with notes.txt in it", *arguments, "modules")
        self.assertIn("--torchscript modules", result.stderr)
        self.assertEqual(self.content(), before)

        (self.folder / "modules/notes.txt").unlink()
        (self.folder / "modules/ensemble.json").write_text('{"format": "other"}')
        self.fail_with(2, "ensemble.json is not that of an export", *arguments, "modules")
        (self.folder / "modules/ensemble.json").unlink()
        self.fail_with(2, "ensemble.json is not that of an export", *arguments, "modules")
        (self.folder / "file").write_text("mine")
        self.fail_with(2, "no folder", *arguments, "file")
        self.fail_with(2, "there is no folder", *arguments, "nowhere/modules")
        (self.folder / "fresh.new").mkdir()
        (self.folder / "fresh.new/notes.txt").write_text("mine")
        self.fail_with(2, "fresh.new: found a folder with notes.txt", *arguments, "fresh")
        self.assertEqual((self.folder / "fresh.new/notes.txt").read_text(), "mine")
        self.assertFalse((self.folder / "fresh").exists())

    def test_refuses_what_can_not_be_exported_and_leaves_nothing(self):
        self.train()
        arguments = ["export", "runs/small", "--torchscript", "modules"]
        self.fail_with(2, "found nothing; expected the folder of a run", "export", "runs/none",
                       "--torchscript", "modules")
        self.fail_with(2, "only 3 CL-VAE members are done", *arguments, "--members", "4")
        self.fail_with(2, "reduction.score", *arguments, "--score", "beauty")
        self.fail_with(2, "geometric", *arguments, "--score", "mahalanobis", "--merge", "geometric")
        self.fail_with(2, "can't be told from", *arguments, "--false-alarm-rate", "1e-6")
        self.fail_with(2, "--torchscript", "export", "runs/small")
        with h5py.File(self.run_file(), "r+") as run:
            commits = run["members/clvae/commits"][:]
            commits["state"] = 0
            run["members/clvae/commits"][:] = commits
        self.fail_with(2, "none of 3 CL-VAE members is done", *arguments)
        self.run_file().write_bytes(b"no run file")
        self.fail_with(2, "runs/small/run.h5", *arguments)
        self.assertEqual(list(self.folder.glob("modules*")), [])

    def test_nothing_is_left_when_it_is_stopped(self):
        self.train()
        self.export("--members", "1")
        before = self.content()
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen(
                on_ranks(0, "export", "runs/small", "--torchscript", "modules"), cwd=self.folder,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.addCleanup(process.kill)
            while not (self.folder / "modules.new").exists() and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(number)
            _, errors = process.communicate(timeout=120)

            self.assertEqual(process.returncode, 75, errors)
            self.assertIn(b"nothing is kept of them", errors)
            self.assertFalse((self.folder / "modules.new").exists())
            self.assertEqual(self.content(), before)
