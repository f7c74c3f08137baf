"""Tables and vectors of features as people have them: from the file to the scores."""

import csv
import json
import os
import subprocess

import h5py
import numpy

from program import PROGRAM, ProgramTestCase, datasets, rows

SMALL = ["--set", "ensemble.size=2", "--set", "training.epochs=4", "--set", "dataset.test_mix=all",
         "--set", "model.layers=[16, 8]", "--set", "dataset.outlier_classes=[c]"]
CLASSES = numpy.repeat(numpy.arange(3), 200)


def drawn(seed=5):
    """Times in seconds whose classes are seconds apart, and a number that tells little."""
    random = numpy.random.default_rng(seed)
    times = 1.7e9 + 40 * CLASSES + random.integers(0, 20, CLASSES.size)
    values = numpy.stack([times, random.normal(size=CLASSES.size) + 0.2 * CLASSES], axis=1)
    order = random.permutation(CLASSES.size)
    return values[order], CLASSES[order]


class TablesTestCase(ProgramTestCase):

    def write(self, values, labels, name="table.csv", line="{:.0f},{!r},{}\n",
              header="time,size,label\n", encoding="utf-8", start=""):
        text = header + "".join(
            start.format(i) + line.format(time, float(size), "abc"[label])
            for i, ((time, size), label) in enumerate(zip(values, labels)))
        (self.folder / name).write_text(text, encoding=encoding)
        return self.folder / name

    def options(self, path, *settings):
        options = ["--set", "dataset.format=csv", "--set", f"dataset.path={path}"]
        for setting in settings:
            options += ["--set", setting]
        return [*SMALL, *options]

    def anomalies(self, data, output="scores.csv", run="runs/small"):
        self.succeed("score", run, data, "--output", output)
        return numpy.array([float(row["anomaly_score"]) for row in rows(self.folder / output)])

    def test_times_in_seconds_keep_what_tells_classes_apart_everywhere(self):
        values, labels = drawn()
        path = self.write(values, labels)
        self.succeed("run", self.config, *self.options(path))

        with h5py.File(self.run_file()) as run:
            self.assertEqual(run["features"].attrs["precision"], b"float64")
            means, deviations = run["features/means"][:], run["features/deviations"][:]
            split = run["train/original_index"][:]
        self.assertLess(deviations[0], 30)  # of 1.7e9, of which single precision has every 128th
        self.assertLess(abs(means[0] - 1.7e9 - 30), 10)
        self.assertLess(split.size, CLASSES.size)
        curve = [row for row in rows(self.folder / "runs/small/auc.csv")
                 if row["score"] == "reconstruction_error" and row["size"] == "2"]
        self.assertGreater(float(curve[0]["auc_mean"]), 0.95)

        scores = self.anomalies(path)
        numpy.savez(self.folder / "new.npz", x=values)
        numpy.testing.assert_array_equal(self.anomalies("new.npz"), scores)
        with h5py.File(self.folder / "new.h5", "w") as file:
            file["x"] = values
        numpy.testing.assert_array_equal(self.anomalies("new.h5"), scores)
        lines = "".join(json.dumps({"columns": {"time": int(time), "size": size}}) + "\n"
                        for time, size in values[:256])
        answers = subprocess.run([PROGRAM, "score", "runs/small", "-"], cwd=self.folder,
                                 input=lines, capture_output=True, text=True, timeout=300,
                                 check=True).stdout.splitlines()
        numpy.testing.assert_allclose([json.loads(line)["anomaly_score"] for line in answers],
                                      scores[:256], rtol=1e-5, atol=1e-5)

    def test_run_of_an_earlier_version_keeps_single_precision(self):
        values, labels = drawn()
        # What single precision holds is trained on alike by both versions.
        single = values.astype(numpy.float32).astype(float)
        path = self.write(single, labels)
        settings = self.options(path)
        self.succeed("train", self.config, *settings)
        new = self.folder / "new.npz"
        numpy.savez(new, x=values)
        exact = self.anomalies(new)
        with h5py.File(self.run_file(), "r+") as run:
            del run["features"].attrs["precision"]
        before = datasets(self.run_file())

        rounded = self.anomalies(new)
        numpy.savez(self.folder / "rounded.npz", x=single)
        numpy.testing.assert_array_equal(self.anomalies("rounded.npz"), rounded)
        self.assertTrue((rounded != exact).any())
        for ranks in (0, 2):
            result = self.succeed("train", self.config, *settings, ranks=ranks)
            self.assertIn("2 of 2 members are done", result.stdout)
        self.assertEqual(datasets(self.run_file()), before)
        self.assertIn("is there; done: 2 of 2 clvae", self.succeed(
            "check", self.config, *settings).stdout)
        # Of values that it does not hold as well: the fingerprint is that of the rounded ones.
        self.write(values, labels)
        self.succeed("train", self.config, *settings)
        self.succeed("extend", "runs/small", "--size", "3")
        self.succeed("train", self.config, *settings, "--set", "ensemble.size=3")
        self.assertNotIn("features@precision", datasets(self.run_file()))

    def test_tables_as_spreadsheets_and_pandas_write_them_are_the_same_data(self):
        values, labels = drawn()
        path = self.write(values, labels)
        self.succeed("train", self.config, *self.options(path))
        expected = self.anomalies(path)
        ways = {"semicolon.csv": {"header": "time;size;label\n", "line": "{:.0f};{!r};{}\n"},
                "tab.csv": {"header": "time\tsize\tlabel\n", "line": "{:.0f}\t{!r}\t{}\n"},
                "excel.csv": {"header": "sep=;\r\ntime;size;label\r\n",
                              "line": "{:.0f};{!r};{}\r\n", "encoding": "utf-8-sig"},
                "index.csv": {"header": ",time,size,label\n", "start": "{},"}}
        for name, way in ways.items():
            other = self.write(values, labels, name, **way)
            if name == "excel.csv":
                other.write_text(other.read_text("utf-8").replace(".", ","), "utf-8")
            result = self.succeed("train", self.config, *self.options(other))
            self.assertIn("2 of 2 members are done", result.stdout, name)
            self.assertEqual("first column has no name" in result.stderr + result.stdout,
                             name == "index.csv")
            numpy.testing.assert_array_equal(self.anomalies(other), expected, name)

    def test_text_that_is_not_utf8_is_refused_in_training_and_scoring_alike(self):
        values, labels = drawn()
        path = self.write(values, labels)
        self.succeed("train", self.config, *self.options(path))
        for name, header, line, complaint in (
                ("names.csv", "time,größe,label\n", "{:.0f},{!r},{}\n", "the name of column 2"),
                ("labels.csv", "time,size,label\n", "{:.0f},{!r},Straße {}\n",
                 "column label of record 1")):
            bad = self.write(values, labels, name, line, header, "cp1252")
            for ranks in (0, 2):
                self.fail_with(2, complaint, "train", self.config, *self.options(bad), "--output",
                               "other", ranks=ranks)
                result = self.fail_with(2, complaint, "score", "runs/small", bad, "--output",
                                        "scores.csv", ranks=ranks)
                self.assertIn("not UTF-8; Windows-1252?", result.stderr)
            bad.write_text(bad.read_text("cp1252"), "utf-16")
            self.fail_with(2, "found UTF-16", "score", "runs/small", bad, "--output", "scores.csv")
        self.assertFalse((self.folder / "other").exists())

    def test_folder_with_a_test_file_without_labels_is_trained_on_and_says_so(self):
        values, labels = drawn()
        path = self.write(values, labels, "train.csv")
        subprocess.run(["gzip", path], check=True)
        self.write(values[:50], labels[:50], "test.csv", "{:.0f},{!r}\n", "time,size\n")
        for ranks in (0, 2):
            result = self.succeed("train", self.config, *self.options(self.folder), ranks=ranks)
            self.assertIn("test.csv has no labels", result.stdout + result.stderr)
        self.assertIn("test.csv has no labels",
                      self.succeed("check", self.config, *self.options(self.folder)).stdout)

    def test_classes_of_names_that_are_not_utf8_are_refused_and_files_of_such_names_escaped(self):
        for name in (b"fox", b"badger", b"stra\xdfe"):
            os.makedirs(os.fsencode(self.folder) + b"/pictures/" + name)
            for i in range(6):
                image = b"P5\n4 4\n255\n" + bytes((17 * i + j) % 256 for j in range(16))
                file = os.fsencode(self.folder) + b"/pictures/" + name + b"/%d.pgm" % i
                with open(file, "wb") as out:
                    out.write(image)
        self.fail_with(2, "the name of a class, \"stra\\xdfe\", which is not UTF-8", "check",
                       self.config, "--set", "dataset.format=images", "--set",
                       f"dataset.path={self.folder}/pictures", "--set",
                       "dataset.image.height=28", "--set", "dataset.image.width=28",
                       "--set", "dataset.image.colour=grey")
        self.have("train")
        self.succeed("score", "runs/small", "pictures", "--output", "scores.csv")
        self.assertIn("stra\\xdfe/3.pgm",
                      [row["file"] for row in rows(self.folder / "scores.csv")])
        self.succeed("score", "runs/small", "pictures", "--output", "scores.h5")
        with h5py.File(self.folder / "scores.h5") as scores:
            self.assertIn("stra\\xdfe/3.pgm", scores["file"].asstr()[:].tolist())

    def test_numbers_far_from_1_are_trained_on(self):
        random = numpy.random.default_rng(1)
        with open(self.folder / "far.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["small", "large", "label"])
            for label in CLASSES:
                writer.writerow([1e-60 * (random.normal() + 3 * label),
                                 f"+{1e300 * (random.random() + label)!r}", "abc"[label]])
        self.succeed("run", self.config, *self.options(self.folder / "far.csv"))
        curve = [row for row in rows(self.folder / "runs/small/auc.csv")
                 if row["score"] == "reconstruction_error" and row["size"] == "2"]
        self.assertGreater(float(curve[0]["auc_mean"]), 0.9)
