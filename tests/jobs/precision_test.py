"""Members that are trained in bfloat16."""

import pathlib
import shutil
import unittest

import h5py
import numpy

from program import ProgramTestCase, datasets

HAS_BFLOAT16 = "avx512_bf16" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
NARROW = ["--set", "training.precision=bfloat16"]
NO_INSTRUCTIONS = "the processor has no bfloat16"


class PrecisionTestCase(ProgramTestCase):

    def losses(self, *arguments, output):
        """Total losses of each member's last epoch on training and validation samples."""
        self.succeed("train", self.config, *arguments, "--output", output)
        with h5py.File(self.run_file(output), "r") as run:
            return run["members/clvae/loss_history"][:, -1, [0, 3]]

    @unittest.skipUnless(HAS_BFLOAT16, NO_INSTRUCTIONS)
    def test_members_end_at_the_losses_of_float32(self):
        expected = self.losses(output="wide")
        found = self.losses(*NARROW, output="narrow")

        self.assertFalse(numpy.array_equal(found, expected))
        numpy.testing.assert_allclose(found, expected, rtol=0.03)

    @unittest.skipUnless(HAS_BFLOAT16, NO_INSTRUCTIONS)
    def test_any_number_of_ranks_gives_the_same_bits(self):
        methods = ["--set", "ensemble.methods=[clvae, vae, cnn]"]
        self.succeed("train", self.config, *NARROW, *methods)
        alone = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")

        self.succeed("train", self.config, *NARROW, *methods, ranks=3)

        self.assertEqual(datasets(self.run_file()), alone)

    @unittest.skipUnless(HAS_BFLOAT16, NO_INSTRUCTIONS)
    def test_a_run_keeps_its_precision(self):
        self.succeed("train", self.config, *NARROW)

        self.fail_with(2, "training.precision: bfloat16", "train", self.config)

    def test_what_only_gpus_can_do_is_refused_before_anything_is_written(self):
        tf32 = ["--set", "training.precision=tf32", "--set", "training.device=cpu"]

        self.assertIn("not known: training.precision: found tf32",
                      self.succeed("check", self.config, *tf32).stdout)
        self.fail_with(2, "training.precision: found tf32", "run", self.config, *tf32, ranks=2)
        self.assertFalse(self.run_file().exists())

    @unittest.skipIf(HAS_BFLOAT16, "the processor has bfloat16")
    def test_a_processor_without_it_is_refused_before_anything_is_written(self):
        self.assertIn("not known: training.precision: found bfloat16",
                      self.succeed("check", self.config, *NARROW).stdout)
        self.fail_with(2, "training.precision: found bfloat16", "benchmark", self.config, *NARROW)
        for ranks in (0, 2):
            self.fail_with(2, "training.precision: found bfloat16", "run", self.config, *NARROW,
                           ranks=ranks)
        self.assertFalse(self.run_file().exists())
