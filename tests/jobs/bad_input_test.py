"""What a user can get wrong: one line of error, the right exit status, nothing written; alone and on
several ranks."""

import gzip
import os
import pathlib
import resource
import shutil
import subprocess

import h5py

from program import PROGRAM, SLICE, ProgramTestCase


class BadInputTestCase(ProgramTestCase):

    def refuse(self, text, *arguments, status=2):
        """Expects the refusal, alone and on two ranks; and no run afterwards."""
        for ranks in (0, 2):
            self.fail_with(status, text, *arguments, ranks=ranks)
        self.assertFalse((self.folder / "runs").exists() and
                         any((self.folder / "runs").rglob("*.h5*")))

    def data(self):
        """A copy of the data to spoil, and the option that names it."""
        folder = self.folder / "data"
        shutil.copytree(SLICE, folder)
        return folder, ("--set", f"dataset.path={folder}")

    def test_config_is_missing_or_a_folder(self):
        self.refuse("nowhere.yaml", "run", "nowhere.yaml")
        self.refuse("directory", "run", self.folder)

    def test_key_is_unknown(self):
        self.config.write_text(self.config.read_text().replace("batch_size", "batchsize"))
        self.refuse("small.yaml:13: training.batchsize", "run", self.config)

    def test_values_are_out_of_range(self):
        self.refuse("training.batch_size", "run", self.config, "--set", "training.batch_size=0")
        self.refuse("training.epochs", "run", self.config, "--set", "training.epochs=-3")

    def test_image_file_is_missing(self):
        folder, option = self.data()
        (folder / "train-images-idx3-ubyte").unlink()
        self.refuse("train-images-idx3-ubyte", "run", self.config, *option)

    def test_image_file_is_a_folder(self):
        folder, option = self.data()
        (folder / "train-images-idx3-ubyte").unlink()
        (folder / "train-images-idx3-ubyte").mkdir()
        self.refuse("train-images-idx3-ubyte", "run", self.config, *option)

    def test_gzip_is_truncated(self):
        folder, option = self.data()
        images = folder / "train-images-idx3-ubyte"
        pathlib.Path(f"{images}.gz").write_bytes(gzip.compress(images.read_bytes())[:-1000])
        images.unlink()
        self.refuse("train-images-idx3-ubyte.gz", "run", self.config, *option)

    def test_there_are_fewer_labels_than_images(self):
        folder, option = self.data()
        labels = folder / "t10k-labels-idx1-ubyte"
        content = labels.read_bytes()
        labels.write_bytes(content[:4] + (299).to_bytes(4, "big") + content[8:-1])
        self.refuse("299", "run", self.config, *option)

    def test_outlier_class_does_not_exist(self):
        self.refuse("17", "run", self.config, "--set", "dataset.outlier_classes=[17]")

    def test_class_is_empty_after_the_split(self):
        self.refuse("no training sample of class", "run", self.config, "--set",
                    "dataset.train_limit=3")

    def test_class_has_too_few_samples_for_its_gaussian(self):
        self.refuse("2 training samples of class 1; expected at least 4", "run", self.config,
                    "--set", "dataset.train_limit=20")

    def test_only_one_class_is_left(self):
        self.refuse("inlier class", "run", self.config, "--set",
                    "dataset.outlier_classes=[0,1,2,3,4,5,6,7,8]")

    def test_output_can_not_be_written(self):
        (self.folder / "file").write_text("in the way")
        self.refuse("file/run", "run", self.config, "--output", "file/run")

    def test_networks_do_not_fit_the_images(self):
        self.refuse("stride", "run", self.config, "--set",
                    "model.convolutions=[{channels: 4, stride: 2}, {channels: 4, stride: 2}, "
                    "{channels: 4, stride: 2}]")

    def test_method_is_unknown(self):
        self.refuse("did you mean pca", "run", self.config, "--set", "ensemble.methods=[pac]")
        self.refuse("ensemble.sizes.pca", "run", self.config, "--set", "ensemble.sizes.pca=3")

    def test_pca_has_more_components_than_a_class_has_images(self):
        arguments = (self.config, "--set", "ensemble.methods=[pca]", "--set",
                     "model.latent_dim=200")
        self.refuse("PCA of 200 components", "train", *arguments)
        self.refuse("PCA of 200 components", "check", *arguments)

    def test_cuda_is_asked_for_where_there_is_none(self):
        for ranks in (0, 2):
            self.fail_with(2, "no CUDA device", "run", self.config, "--set",
                           "training.device=cuda", ranks=ranks)
        self.assertFalse((self.folder / "runs").exists())

    def test_run_file_is_no_hdf5(self):
        (self.folder / "runs/small").mkdir(parents=True)
        self.run_file().write_text("nothing of the kind")
        for ranks in (0, 2):
            self.fail_with(2, "run.h5", "run", self.config, ranks=ranks)
            self.fail_with(2, "run.h5", "reduce", "runs/small", ranks=ranks)
            self.fail_with(2, "run.h5", "info", "runs/small", ranks=ranks)
        self.assertEqual(self.run_file().read_text(), "nothing of the kind")

    def test_run_file_has_another_schema_version(self):
        self.have("train")
        with h5py.File(self.run_file(), "r+") as run:
            run.attrs.modify("schema_version", 2)
        for ranks in (0, 2):
            for command in (["run", self.config], ["reduce", "runs/small"]):
                self.fail_with(2, "attribute schema_version: found 2; expected 1", *command,
                               ranks=ranks)

    def test_there_is_no_run_to_reduce_or_plot(self):
        self.refuse("nothing", "reduce", "runs/small")
        self.refuse("nothing", "plot", "runs/small")
        self.have("train")
        self.fail_with(2, "clvae reduce", "plot", "runs/small")

    def test_score_can_not_be_merged_so(self):
        self.have("train")
        for ranks in (0, 2):
            self.fail_with(2, "geometric", "reduce", "runs/small", "--score", "mahalanobis",
                           "--merge", "geometric", ranks=ranks)
            self.fail_with(2, "ensemble.size", "reduce", "runs/small", "--set",
                           "ensemble.size=7", ranks=ranks)
            self.fail_with(2, "geometric", "reduce", "runs/small", "--merge", "geometrical",
                           ranks=ranks)

    def test_command_line_makes_no_sense(self):
        self.refuse("did you mean check", "chekc", self.config)
        self.refuse("config is required", "run")
        self.refuse("--nonsense", "run", self.config, "--nonsense")
        self.refuse("subcommand is required")

    def test_output_has_a_line_end_in_its_name(self):
        self.refuse("a line end", "run", self.config, "--output", "runs/a\nb")
        self.refuse("control character", "run", self.config, "--set", 'output="runs/a\\nb"')
        self.refuse("a line end", "score", "runs/a\nb", "data", "--output", "x.csv")

    def test_tilde_is_the_home_folder_where_a_shell_leaves_it(self):
        environment = {**os.environ, "HOME": str(self.folder / "home")}
        shutil.copytree(SLICE, self.folder / "home/data")
        small = ("--set", "ensemble.size=1", "--set", "training.epochs=1")

        for words in (["train", self.config, "--output=~/runs/a", "--set", "dataset.path=~/data",
                       *small],
                      ["info", "~/runs/a"]):
            subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, env=environment, check=True,
                           capture_output=True, timeout=300)

        self.assertTrue((self.folder / "home/runs/a/run.h5").exists())
        self.assertFalse((self.folder / "~").exists())

    def start_with(self, stdout, most_bytes, *words):
        """Runs clvae with another standard output and a limit on the size of files."""
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

        return subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, stdout=stdout,
                              stderr=subprocess.PIPE, text=True, timeout=300, check=False,
                              preexec_fn=limit if most_bytes else None)

    def test_run_file_is_larger_than_a_limit_on_files(self):
        # More than MPI's own files take.
        result = self.start_with(subprocess.DEVNULL, 1 << 24, "run", self.config, "--set",
                                 "ensemble.size=3000")

        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("run.h5.new: can't make a file of", result.stderr)
        self.assertIn("File too large", result.stderr)
        self.assertEqual(list((self.folder / "runs").rglob("*.h5*")), [])

    def test_standard_output_is_a_full_disk(self):
        self.have("train")
        with open("/dev/full", "w", encoding="utf-8") as full:
            for words in (["info", "runs/small"], ["check", self.config], ["train", self.config],
                          ["--help"]):
                result = self.start_with(full, 0, *words)
                self.assertEqual(result.returncode, 1, words)
                self.assertIn("standard output could not be written", result.stderr, words)
