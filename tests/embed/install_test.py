"""The installed library in a project of its own: found, built against, and equal to clvae score."""

import json
import os
import pathlib
import re
import subprocess
import sys

import h5py
import numpy

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))

from program import PROGRAM, rows  # noqa: E402
from scoring import ScoreTestCase, idx  # noqa: E402

SOURCES = pathlib.Path(__file__).parent / "outside"
PLACE = pathlib.Path(os.environ["CLVAE_OUTSIDE"])


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=600, check=False, **options)


class InstallTestCase(ScoreTestCase):

    prefix = PLACE / "prefix"
    build = PLACE / "build"

    def probe(self, *arguments, status=0):
        """What the library says, as the probe prints it; of an error its one line."""
        result = run(self.build / "probe", *arguments, cwd=self.folder)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        if status == 0:
            return json.loads(result.stdout)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        return result.stderr

    def raw(self, values, name="samples"):
        path = self.folder / name
        path.write_bytes(numpy.ascontiguousarray(values).tobytes())
        return path

    def library(self):
        found = list(self.prefix.glob("lib/**/libclvae.so"))
        self.assertEqual(len(found), 1)
        return found[0]

    def expect_scores_of(self, said, path):
        """Bit for bit those of a file that clvae score wrote."""
        with h5py.File(self.folder / path, "r") as file:
            for name in ("anomaly_score", "confidence", "disagreement"):
                numpy.testing.assert_array_equal(numpy.array(said[name], numpy.float32),
                                                 file[name][:], name)
            numpy.testing.assert_array_equal(said["nearest_class"], file["nearest_class"][:])
            self.assertEqual(said["class_names"],
                             [name.decode() for name in file.attrs["class_names"]])
            self.assertEqual(said["members"], file.attrs["members"].tolist())
            self.assertEqual(said["requested"], file.attrs["members_requested"])
            self.assertEqual(numpy.float32(said["threshold"]), file.attrs["threshold"])
            self.assertEqual((said["score"], said["merge"]),
                             (file.attrs["score"].decode(), file.attrs["merge"].decode()))

    def test_example_says_what_clvae_score_says(self):
        self.train()
        self.score("own-images", "scores.csv")

        result = run(self.build / "example", "runs/small", cwd=self.folder,
                     stdin=self.raw(self.images).open("rb"))

        self.assertEqual(result.returncode, 0, result.stderr)
        table = rows(self.folder / "scores.csv")
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), len(table))
        for line, row in zip(lines, table):
            score, words = line.split(" ", 1)
            expected = float(row["anomaly_score"])
            self.assertAlmostEqual(float(score), expected, delta=1e-5 * max(1, abs(expected)))
            alarm = "anomaly, " if row["is_anomaly"] == "1" else ""
            self.assertEqual(words, alarm + row["nearest_class"])

    def test_example_is_the_one_of_the_documentation(self):
        page = (SOURCES.parents[2] / "src/embed/README.md").read_text(encoding="utf-8")
        self.assertIn(f"```cpp\n{(SOURCES / 'example.cpp').read_text(encoding='utf-8')}```", page)

    def test_images_are_scored_bit_for_bit_as_by_clvae_score(self):
        self.train()
        samples = self.raw(self.images)
        for options, words in (([], []), (["--members", "2"], ["--members", "2"]),
                               (["--score", "mahalanobis", "--merge", "max"],
                                ["--score", "mahalanobis", "--merge", "max"]),
                               (["--score", "nearest"], ["--score", "nearest"]),
                               (["--false-alarm-rate", "0.2"], ["--rate", "0.2"])):
            self.score("own-images", "scores.h5", *options)

            said = self.probe("runs/small", samples, "bytes", *words)

            self.expect_scores_of(said, "scores.h5")
            self.assertEqual((said["is_features"], said["shape"]), (False, [1, 28, 28]))
        # In whole batches the same, given as pointers and in intensities; the run file by its name.
        self.score("own-images", "scores.h5")
        self.expect_scores_of(
            self.probe("runs/small/run.h5", samples, "bytes", "--batch", "512"), "scores.h5")
        intensities = self.raw(self.images.astype(numpy.float32) / numpy.float32(255), "floats")
        said = self.probe("runs/small", intensities, "floats", "--threads", "1", "--device", "cpu")
        numpy.testing.assert_allclose(said["anomaly_score"], self.anomalies(), rtol=1e-5, atol=1e-5)

    def test_features_are_scored_bit_for_bit_as_by_clvae_score(self):
        pixels = self.slice_images().reshape(-1, 28, 28).mean(axis=2).astype(numpy.float32)
        labels = self.slice_labels()
        numpy.savez(self.folder / "rows.npz", x_train=pixels[:900], y_train=labels[:900],
                    x_test=pixels[900:1200], y_test=labels[900:1200])
        self.succeed("train", self.config, "--set", "dataset.format=npz", "--set",
                     "dataset.path=rows.npz", "--set", "model.layers=[16, 8]")
        numpy.savez(self.folder / "new.npz", x=pixels[1200:1500])
        self.score("new.npz")

        said = self.probe("runs/small", self.raw(pixels[1200:1500]), "floats")

        self.expect_scores_of(said, "scores.h5")
        exact = pixels[1200:1500].astype(float) + 1e-9
        numpy.savez(self.folder / "exact.npz", x=exact)
        self.score("exact.npz", "exact.h5")
        self.expect_scores_of(self.probe("runs/small", self.raw(exact), "doubles"), "exact.h5")
        self.assertEqual((said["is_features"], said["shape"]), (True, [28, 1, 1]))
        self.assertIn("bytes of images for members that take vectors of features",
                      self.probe("runs/small", self.raw(pixels[:28]), "bytes", status=2))
        pixels[0, 3] = numpy.nan
        self.assertIn("nan as value 3 of sample 0",
                      self.probe("runs/small", self.raw(pixels[:2]), "floats", status=2))

    @staticmethod
    def slice_images():
        from scoring import images_of
        return images_of("train")

    @staticmethod
    def slice_labels():
        from program import SLICE
        content = pathlib.Path(f"{SLICE}/train-labels-idx1-ubyte").read_bytes()
        return numpy.frombuffer(content[8:], numpy.uint8).astype(numpy.int64)

    def test_errors_say_what_was_found_and_what_was_expected(self):
        self.train()
        samples = self.raw(self.images[:2])
        (self.folder / "empty").mkdir()
        (self.folder / "notes.txt").write_text("no run")
        for name, content in (("text", b"no run"), ("nothing", b""),
                              ("cut", self.run_file().read_bytes()[:5000]),
                              ("zeros", b"\0" * 100_000)):
            (self.folder / name).mkdir()
            (self.folder / name / "run.h5").write_bytes(content)

        for place, text in (
                ("missing", "UsageError: missing: found nothing; expected the folder of a run"),
                ("empty", "UsageError: empty: found no run.h5 in it"),
                ("notes.txt", "UsageError: notes.txt: found another file"),
                ("text", "RunFileError text/run.h5: text/run.h5: run file: found"),
                ("nothing", "RunFileError nothing/run.h5: nothing/run.h5: run file: found an empty"),
                ("cut", "RunFileError cut/run.h5: cut/run.h5: "),
                ("zeros", "RunFileError zeros/run.h5: ")):
            self.assertIn(text, self.probe(place, samples, "bytes", status=2))

        self.assertIn("UsageError: found 1567 values; expected a multiple of 784, for images of "
                      "1 x 28 x 28",
                      self.probe("runs/small", self.raw(self.images.ravel()[:1567], "cut-samples"),
                                 "bytes", status=2))
        self.assertIn("only 3 CL-VAE members are done",
                      self.probe("runs/small", samples, "bytes", "--members", "4", status=2))
        self.assertIn('reduction.score: found "beauty"',
                      self.probe("runs/small", samples, "bytes", "--score", "beauty", status=2))
        self.assertIn("UsageError: the device gpu is asked for; expected auto, cpu or cuda",
                      self.probe("runs/small", samples, "bytes", "--device", "gpu", status=2))
        self.assertIn("UsageError: -1 threads: at least 1 is needed",
                      self.probe("runs/small", samples, "bytes", "--threads", "-1", status=2))
        self.assertIn("false-alarm rate of 1e-06 can't be told",
                      self.probe("runs/small", samples, "bytes", "--rate", "1e-6", status=2))
        with h5py.File(self.run_file(), "r+") as file:
            commits = file["members/clvae/commits"][:]
            commits["state"] = 0
            file["members/clvae/commits"][:] = commits
        self.assertIn("none of 3 CL-VAE members is done yet",
                      self.probe("runs/small", samples, "bytes", status=2))

    def test_takes_no_headers_but_those_of_the_standard_library(self):
        result = run("ninja", "-C", self.build, "-t", "deps")
        self.assertEqual(result.returncode, 0, result.stderr)
        found = {line.strip() for line in result.stdout.splitlines() if line.startswith("    ")}
        headers = {path for path in found if ".so" not in path}  # newer linkers name libraries too
        own = {pathlib.Path(header).name for header in headers if str(self.prefix) in header}
        self.assertEqual(own, {"clvae.hpp", "errors.hpp", "export.hpp", "scores.hpp"})
        for header in headers:
            for other in ("mpi", "hdf5", "torch", "yaml", "gsl", "fmt"):
                self.assertNotIn(f"/{other}", header)

    def test_shows_only_its_interface_and_loads_no_mpi(self):
        symbols = run("nm", "-DC", "--defined-only", self.library()).stdout.splitlines()
        # Without the standard library's templates of such types, of which every library has copies.
        shown = {name for name in (line.split(" ", 2)[2] for line in symbols)
                 if "clvae::" in name and not re.match(r"(void |(typeinfo|vtable) [a-z ]*)?std::", name)}
        self.assertTrue(any(name.startswith("clvae::Detector::score(") for name in shown))
        for name in shown:
            bare = name
            for words in ("typeinfo for ", "typeinfo name for ", "vtable for "):
                bare = bare.replace(words, "")
            self.assertRegex(bare, r"^clvae::(Detector|[A-Za-z]*Error)(::|$)", name)
        needed = run("readelf", "-d", self.library()).stdout
        if "hdf5_serial" not in needed:
            self.skipTest("there is no serial HDF5, so the library loads that of MPI")
        self.assertNotRegex(needed, "libmpi|hdf5_openmpi")
        loaded = run("ldd", self.library()).stdout
        self.assertNotIn("not found", loaded)
        torch = re.search(r"libtorch_cpu\S* => (\S+)", loaded).group(1)
        if "libmpi" in run("ldd", torch).stdout:
            self.skipTest("this LibTorch loads MPI by itself")
        self.assertNotIn("libmpi", loaded)

    def test_program_is_installed_with_its_configs(self):
        result = run(self.prefix / "bin/clvae", "check", self.config, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue((self.prefix / "share/clvae/configs/mnist.yaml").exists())
        self.assertEqual(run(self.prefix / "bin/clvae", "--version").stdout,
                         run(PROGRAM, "--version").stdout)
