"""slurm/reduce.sh on a real Slurm."""

import re
import unittest

from slurm_case import SlurmTestCase


class ReduceScriptTestCase(SlurmTestCase):

    def test_reduction_alone_merges_otherwise_when_asked(self):
        self.have("train")

        job = self.submit("runs/small", "--merge", "geometric", script="reduce.sh",
                          sbatch=("--ntasks-per-node=2",))
        self.wait_for(job)

        self.assert_complete(3)
        self.assertRegex(self.said(), re.compile(r"^\* CL-VAE, latent divergence +geometric", re.M))

    def test_reduction_alone_takes_the_run_file_of_a_folder(self):
        self.have("train")

        job = self.submit("runs/small/run.h5", script="reduce.sh", sbatch=("--ntasks-per-node=2",))
        self.wait_for(job)

        self.assert_complete(3)

    def test_reduction_alone_fails_when_its_step_ends_well_without_tables(self):
        self.have("train")
        self.wrap('[ "$1" != reduce ] || exit 0')

        job = self.submit("runs/small", script="reduce.sh", sbatch=("--ntasks-per-node=2",))
        self.wait_for(job, "FAILED")

        self.assertIn("the ranks have written no tables", self.said())


if __name__ == "__main__":
    unittest.main()
