"""The ranks of a host share one copy of the samples, or say why each has its own."""

import os

from program import ProgramTestCase, datasets

SMALL = ["--set", "ensemble.size=2", "--set", "training.epochs=1"]
WARNING = "the 2 ranks of a host hold a copy of the samples each, as they can't share one: "


class SharedSamplesTestCase(ProgramTestCase):

    def test_members_are_the_same_when_ranks_can_share_no_memory(self):
        self.succeed("train", self.config, *SMALL, "--output", "alone")
        shared = self.succeed("train", self.config, *SMALL, "--output", "shared", ranks=2)
        # Of Open MPI: without the component that shares memory between processes, nor those that
        # Debian leaves out, of which one is not made for the address sanitizer.
        os.environ["OMPI_MCA_osc"] = "^sm,ucx,pt2pt"
        self.addCleanup(os.environ.pop, "OMPI_MCA_osc")

        separate = self.succeed("train", self.config, *SMALL, "--output", "separate", ranks=2)

        self.assertNotIn("warning", shared.stderr)
        self.assertEqual(separate.stderr.count("clvae: warning: " + WARNING), 1)
        expected = {**datasets(self.run_file("alone")), "config": None}
        for name in ("shared", "separate"):
            found = {**datasets(self.run_file(name)), "config": None}
            self.assertEqual(found, expected)
