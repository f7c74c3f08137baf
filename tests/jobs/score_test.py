"""New images of a file scored with a trained run, over ranks."""

import gzip
import shutil
import signal
import struct
import subprocess
import time

import h5py
import numpy

from program import SLICE, on_ranks, rows
from scoring import ScoreTestCase, idx, images_of, json_lines


class ScoreFileTestCase(ScoreTestCase):

    def test_scores_equal_the_runs_own_when_its_test_images_are_scored(self):
        self.train("--set", "ensemble.methods=[cnn, clvae]")

        said = self.score("own-images")
        self.score("own-images", "scores.csv")

        expected = self.scores_csv()
        numpy.testing.assert_array_equal(self.anomalies(), expected)
        table = rows(self.folder / "scores.csv")
        self.assertEqual([float(row["anomaly_score"]) for row in table], expected.tolist())
        self.assertEqual([int(row["index"]) for row in table], list(range(len(expected))))
        with h5py.File(self.folder / "scores.h5", "r") as file:
            names = [name.decode() for name in file.attrs["class_names"]]
            for row, near, is_anomaly, confidence, disagreement in zip(
                    table, file["nearest_class"], file["is_anomaly"], file["confidence"],
                    file["disagreement"]):
                self.assertEqual(row["nearest_class"], names[near])
                self.assertEqual(int(row["is_anomaly"]), is_anomaly)
                self.assertEqual(numpy.float32(row["confidence"]), confidence)
                self.assertEqual(numpy.float32(row["disagreement"]), disagreement)
                self.assertTrue(0 <= confidence <= 1 and 0 <= disagreement <= 1)
            self.assertEqual(names, [str(label) for label in range(1, 10)])
            self.assertIn("higher = more anomalous",
                          file["anomaly_score"].attrs["meaning"].decode())
            numpy.testing.assert_array_equal(
                file["is_anomaly"][:], file["anomaly_score"][:] > file.attrs["threshold"])
        self.assertIn("3 of 3 CL-VAE members", said)

    def test_nearest_class_and_disagreement_are_numpys(self):
        self.train()
        self.score("own-images")

        with h5py.File(self.run_file(), "r") as run, \
                h5py.File(self.folder / "scores.h5", "r") as file:
            densities = self.log_densities(run, "test")
            merged = numpy.logaddexp.reduce(densities, axis=0) - numpy.log(len(densities))
            nearest = merged.argmax(axis=1)
            shares = numpy.exp(merged - numpy.logaddexp.reduce(merged, axis=1)[:, None])
            others = (densities.argmax(axis=2) != nearest).mean(axis=0)
            numpy.testing.assert_array_equal(file["nearest_class"][:], nearest)
            numpy.testing.assert_allclose(file["confidence"][:], shares.max(axis=1), atol=2e-5)
            numpy.testing.assert_allclose(file["disagreement"][:], others, atol=1e-6)
            self.assertGreater(others.max(), 0)

    @staticmethod
    def log_densities(run, part):
        """[member, sample, class], from the run file alone."""
        labels = run["train/labels"][:]
        members = run["members/clvae"]
        tables = []
        for train, latents in zip(members["train_latents"][:].astype(float),
                                  members[f"{part}_latents"][:].astype(float)):
            columns = []
            for label in run.attrs["inlier_classes"]:
                cluster = train[labels == label]
                covariance = numpy.cov(cluster.T)
                gap = latents - cluster.mean(0)
                distance = (gap @ numpy.linalg.inv(covariance) * gap).sum(axis=1)
                columns.append(-0.5 * (distance + numpy.log(numpy.linalg.det(covariance)))
                               - numpy.log(2 * numpy.pi))
            tables.append(numpy.stack(columns, axis=1))
        return numpy.stack(tables)

    def test_threshold_is_the_rank_of_the_held_out_inliers_that_the_rule_names(self):
        self.train()
        said = self.score("own-images", "scores.h5", "--false-alarm-rate", "0.1")

        with h5py.File(self.run_file(), "r") as run, \
                h5py.File(self.folder / "scores.h5", "r") as file:
            densities = self.log_densities(run, "validation")
            merged = numpy.logaddexp.reduce(densities, axis=0) - numpy.log(len(densities))
            held_out = numpy.sort(-merged.max(axis=1))[::-1]
            rank = int(numpy.floor(0.1 * (len(held_out) + 1)))
            threshold = file.attrs["threshold"]
            self.assertAlmostEqual(threshold, held_out[rank - 1], delta=2e-5)
            self.assertEqual(file.attrs["calibration_inliers"], len(held_out))
            self.assertEqual(file.attrs["false_alarm_rate"], 0.1)
            is_outlier = run["test/is_outlier"][:].astype(bool)
            alarms = self.scores_csv() > threshold
            self.assertEqual(file.attrs["test_false_alarms"], alarms[~is_outlier].sum())
            self.assertEqual(file.attrs["test_detections"], alarms[is_outlier].sum())
            for rate, found in (("test_false_alarm_rate", alarms[~is_outlier].mean()),
                                ("test_detection_rate", alarms[is_outlier].mean())):
                self.assertAlmostEqual(file.attrs[rate], found, delta=1e-12)
                self.assertLess(file.attrs[rate + "_lower"], found)
                self.assertGreater(file.attrs[rate + "_upper"], found)
        self.assertIn("for a false-alarm rate of 10 %", said)

    def test_files_are_the_same_on_any_number_of_ranks(self):
        self.train()
        many = numpy.concatenate([images_of("train"), images_of("t10k"), images_of("train")])
        packed = self.folder / "many-images.gz"
        packed.write_bytes(gzip.compress(idx(many), 1))
        plain = self.folder / "many-images-plain"
        plain.write_bytes(idx(many))

        for output in ("scores.h5", "scores.csv"):
            contents = []
            for ranks, data in ((0, packed), (1, packed), (2, packed), (4, packed)):
                self.score(data, output, ranks=ranks)
                contents.append((self.folder / output).read_bytes())
            self.assertEqual(len(set(contents)), 1, output)
        self.score(plain, ranks=2)
        with h5py.File(self.folder / "scores.h5", "r") as file:
            scores = file["anomaly_score"][:]
            self.assertEqual(len(scores), len(many))
            # The same images in other batches.
            numpy.testing.assert_allclose(scores[:1500], scores[1800:], rtol=1e-5, atol=1e-5)

    def test_runs_of_all_kinds_are_scored_without_their_data(self):
        data = self.folder / "data"
        shutil.copytree(SLICE, data)
        self.train("--set", f"dataset.path={data}", "--set", "store.train_latents=false",
                   "--set", "model.centres=learned", "--set", "reduction.merge=geometric")
        shutil.rmtree(data)

        self.score("own-images")

        numpy.testing.assert_array_equal(self.anomalies(),
                                         self.scores_csv("clvae:density:geometric"))

    def test_run_files_from_before_image_sizes_were_kept_are_scored_alike(self):
        self.train()
        self.score("own-images", "new.h5")
        with h5py.File(self.run_file(), "r+") as run:
            self.assertEqual(run.attrs["image_shape"].tolist(), [1, 28, 28])
            del run.attrs["image_shape"]

        self.score("own-images", "old.h5")
        answers, _ = self.stream(idx(self.images[:5]))

        self.assertEqual((self.folder / "old.h5").read_bytes(),
                         (self.folder / "new.h5").read_bytes())
        self.assertEqual(len(answers), 5)
        self.fail_with(2, "1 x 28 x 28", "score", "runs/small", self.wrong_size(), "--output",
                       "a.csv")

    def wrong_size(self):
        path = self.folder / "wrong-size"
        path.write_bytes(idx(self.images[:3, :27]))
        return path

    def test_members_that_are_done_are_taken_when_others_are_not(self):
        self.train()
        with h5py.File(self.run_file(), "r+") as run:
            commits = run["members/clvae/commits"][:]
            commits["state"][1] = 0
            run["members/clvae/commits"][:] = commits
        self.succeed("reduce", "runs/small")

        said = self.score("own-images", ranks=2)
        numpy.testing.assert_array_equal(self.anomalies(), self.scores_csv())
        self.assertIn("2 of 3 CL-VAE members", said)
        with h5py.File(self.folder / "scores.h5", "r") as file:
            self.assertEqual(sorted(file.attrs["members"]), [0, 2])

        said = self.score("own-images", "one.h5", "--members", "1")
        self.assertIn("1 of 3 CL-VAE members", said)
        self.fail_with(2, "only 2 CL-VAE members are done", "score", "runs/small", "own-images",
                       "--output", "a.csv", "--members", "3")
        commits["state"] = 0
        with h5py.File(self.run_file(), "r+") as run:
            run["members/clvae/commits"][:] = commits
        for ranks in (0, 2):
            self.fail_with(2, "none of 3 CL-VAE members is done", "score", "runs/small",
                           "own-images", "--output", "a.csv", ranks=ranks)

    def test_scores_and_merges_are_those_of_reduce_when_others_are_asked_for(self):
        self.train()
        options = ["--score", "mahalanobis", "--merge", "max"]
        self.succeed("reduce", "runs/small", *options)

        self.score("own-images", "scores.h5", *options, "--threshold", "3.5")

        expected = self.scores_csv("clvae:mahalanobis:max")
        numpy.testing.assert_array_equal(self.anomalies(), expected)
        with h5py.File(self.folder / "scores.h5", "r") as file:
            self.assertEqual(file.attrs["threshold"], 3.5)
            self.assertTrue(numpy.isnan(file.attrs["false_alarm_rate"]))
            numpy.testing.assert_array_equal(file["is_anomaly"][:], expected > 3.5)

    def test_scores_of_all_members_at_once_are_those_of_reduce(self):
        self.train()
        self.succeed("reduce", "runs/small")
        for score in ("joint", "nearest"):
            said = self.score("own-images", "scores.h5", "--score", score, ranks=2)

            self.assertIn(f"(score: {score}, merge: joint)", said)
            numpy.testing.assert_array_equal(self.anomalies(),
                                             self.scores_csv(f"clvae:{score}:joint"))
            with h5py.File(self.folder / "scores.h5", "r") as file:
                self.assertEqual(file.attrs["merge"], b"joint")

    def test_what_can_not_be_scored_is_refused_and_leaves_nothing(self):
        self.train()
        content = self.own.read_bytes()
        files = {
            "cut": (content[:-1], "bytes; expected"),
            "cut.gz": (gzip.compress(content)[:-2000], "cut-off gzip stream"),
            "cut_inside.gz": (gzip.compress(content[:-1000]), "its end in image"),
            "empty": (b"", "0 bytes"),
            "none": (idx(self.images[:0]), "no images"),
            "lines": (json_lines(self.images[:3]).encode(), "magic number"),
            "colour": (idx(numpy.zeros((2, 3, 28, 28), numpy.uint8)), "images of 3 x 28 x 28"),
            "small": (idx(self.images[:3, :27]), "images of 1 x 27 x 28"),
        }
        (self.folder / "bad").mkdir()
        for name, (bad, text) in files.items():
            (self.folder / "bad" / name).write_bytes(bad)
            for ranks in (0, 2):
                result = self.fail_with(2, text, "score", "runs/small", f"bad/{name}", "--output",
                                        "scores.csv", ranks=ranks)
                self.assertIn(f"bad/{name}", result.stderr)
        self.fail_with(2, "no such file", "score", "runs/small", "nothing", "--output", "a.h5")
        self.assertEqual(list(self.folder.glob("*.csv*")) + list(self.folder.glob("*.h5*")), [])

    def test_options_that_make_no_sense_are_refused(self):
        self.train()
        run = self.run_file().read_bytes()
        for text, options in (
                ("--output FILE is needed", []),
                ("ends in .h5", ["--output", "scores.txt"]),
                ("no folder", ["--output", "nowhere/scores.csv"]),
                ("a run file is not overwritten", ["--output", "runs/small/run.h5"]),
                ("between 0 and 1", ["--output", "a.csv", "--false-alarm-rate", "1.5"]),
                ("can't be told from", ["--output", "a.csv", "--false-alarm-rate", "1e-6"]),
                ("excludes", ["--output", "a.csv", "--false-alarm-rate", "0.1", "--threshold",
                              "1"]),
                ("reduction.score", ["--output", "a.csv", "--score", "beauty"])):
            self.fail_with(2, text, "score", "runs/small", "own-images", *options)
        self.fail_with(2, "standard output", "score", "runs/small", "-", "--output", "a.csv")
        self.assertEqual(self.run_file().read_bytes(), run)
        self.assertFalse((self.folder / "a.csv").exists())

    def test_runs_without_what_scoring_takes_are_refused(self):
        self.train("--set", "ensemble.methods=[cnn]")
        for data in (["own-images", "--output", "a.csv"], ["-"]):
            self.fail_with(2, "no CL-VAE members", "score", "runs/small", *data)

    def test_samples_are_scored_without_a_threshold_when_too_few_inliers_were_held_out(self):
        for options, reason in (
                (["training.validation_fraction=0", "training.patience=0"], "no held-out inliers"),
                (["training.validation_fraction=0.01", "dataset.train_limit=600"],
                 "can't be told from")):
            shutil.rmtree(self.folder / "runs", ignore_errors=True)
            self.train(*[word for option in options for word in ("--set", option)])
            for ranks in (0, 2):
                said = self.score("own-images", "scores.h5", ranks=ranks)
                self.assertIn("is_anomaly is left out: ", said)
                self.assertIn(reason, said)
                self.assertNotIn("are called anomalies", said)
            self.score("own-images", "scores.csv")
            table = rows(self.folder / "scores.csv")
            self.assertEqual(list(table[0]), ["index", "anomaly_score", "nearest_class",
                                              "confidence", "disagreement"])
            with h5py.File(self.folder / "scores.h5") as file:
                self.assertNotIn("is_anomaly", file)
                self.assertNotIn("threshold", file.attrs)
                self.assertIn(reason, file.attrs["threshold_rule"].decode())
                numpy.testing.assert_array_equal(
                    [float(row["anomaly_score"]) for row in table], file["anomaly_score"][:])
            answers, _ = self.stream(json_lines(self.images[:3]).encode())
            self.assertEqual([sorted(answer) for answer in answers], 3 * [sorted(
                ["line", "id", "anomaly_score", "nearest_class", "confidence", "disagreement"])])
            # A rate that is asked for is not passed over.
            self.fail_with(2, reason, "score", "runs/small", "own-images", "--output", "a.csv",
                           "--false-alarm-rate", "0.01")
            self.score("own-images", "scores.h5", "--threshold", "2")
            with h5py.File(self.folder / "scores.h5") as file:
                self.assertEqual(file.attrs["threshold"], 2)
                numpy.testing.assert_array_equal(file["is_anomaly"][:],
                                                 file["anomaly_score"][:] > 2)

    def test_nothing_is_left_when_it_is_stopped(self):
        self.train()
        with open(self.folder / "large-images", "wb") as file:
            file.write(idx(self.images[:0])[:4] + struct.pack(">III", 1_000_000, 28, 28))
            file.truncate(16 + 1_000_000 * 28 * 28)
        (self.folder / "scores.csv").write_text("older")
        process = subprocess.Popen(
            on_ranks(0, "score", "runs/small", "large-images", "--output", "scores.csv"),
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        while not (self.folder / "scores.csv.new").exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=120)

        self.assertEqual(process.returncode, 75, errors)
        self.assertIn(b"SIGTERM", errors)
        self.assertFalse((self.folder / "scores.csv.new").exists())
        self.assertEqual((self.folder / "scores.csv").read_text(), "older")
