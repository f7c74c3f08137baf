"""slurm/ensemble.sh on a real Slurm, from submission to figure: how its ranks are started, and what ends a
job before they are."""

import unittest

from slurm_case import NODES, SCRIPTS, SlurmTestCase


class EnsembleTestCase(SlurmTestCase):

    def test_job_leaves_a_figure_when_submitted_from_elsewhere(self):
        job = self.submit(self.config)
        self.wait_for(job)

        self.assert_complete(3)
        for node in NODES:
            self.assertRegex(self.said(), rf"{node}: rank \d on cpu")
        self.assertIn("srun --mpi=pmix", self.said())
        self.assertIn("done: runs/small", self.said().splitlines()[-1])

    def test_job_leaves_a_figure_when_mpirun_is_the_launcher(self):
        self.settings["CLVAE_LAUNCHER"] = "mpirun"

        job = self.submit(self.config, sbatch=("--nodes=2", "--ntasks-per-node=2"))
        self.wait_for(job)

        self.assert_complete(3)
        self.assertIn("--host node1:2,node2:2", self.said())
        for node in NODES:
            self.assertRegex(self.said(), rf"{node}: ranks \d")

    def test_script_submits_itself_with_the_site_s_options_when_started_without_sbatch(self):
        self.settings["CLVAE_SBATCH"] = f"--ntasks-per-node=3 --output={self.log}"

        said = self.start_script(SCRIPTS / "ensemble.sh", self.config)
        self.wait_for(said.split()[-1])

        self.assert_complete(3)
        self.assertIn("ranks node1:3", self.said())

    def test_each_rank_sees_a_gpu_of_its_own_when_there_is_one_for_each(self):
        seen = self.folder / "seen"
        self.wrap(f'[ "$1" != run ] || echo "$SLURMD_NODENAME:$CUDA_VISIBLE_DEVICES" >>{seen}')

        job = self.submit(self.config, sbatch=("--nodes=2", "--gpus-per-node=2",
                                               "--ntasks-per-node=2"))
        self.wait_for(job)

        self.assertEqual(sorted(seen.read_text().split()),
                         ["node1:0", "node1:1", "node2:0", "node2:1"])

    def test_ranks_see_all_gpus_of_their_node_when_several_share_one(self):
        seen = self.folder / "seen"
        self.wrap(f'[ "$1" != run ] || echo "$SLURMD_NODENAME:$CUDA_VISIBLE_DEVICES" >>{seen}')
        self.settings["CLVAE_RANKS_PER_GPU"] = "2"

        job = self.submit(self.config, sbatch=("--nodes=1", "--gpus-per-node=2",
                                               "--ntasks-per-node=4"))
        self.wait_for(job)

        self.assertEqual(seen.read_text().split(), ["node1:0,1"] * 4)

    def test_nothing_is_tried_again_when_the_config_is_wrong(self):
        job = self.submit(self.config, "--set", "training.batchsize=3")
        self.wait_for(job, "FAILED")

        self.assertEqual(self.cluster.field(job, "ExitCode"), "2:0")
        self.assertEqual(self.restarts(job), 0)
        self.assertEqual(self.said().count("did you mean"), 1)
        self.assertNotIn("ranks node", self.said())

    def test_nothing_is_tried_again_when_the_ranks_say_what_is_wrong(self):
        self.wrap('[ "$1" != run ] || { echo "clvae: error: no room" >&2; exit 1; }')

        job = self.submit(self.config)
        self.wait_for(job, "FAILED")

        self.assertEqual(self.cluster.field(job, "ExitCode"), "1:0")
        self.assertEqual(self.restarts(job), 0)
        self.assertIn("clvae: error: no room", self.said())
        self.assertNotIn("restart 1 of", self.said())

    def test_nothing_is_started_when_a_node_does_not_see_the_output(self):
        job = self.submit(self.config, "--output", self.cluster.folder / "local/run")
        self.wait_for(job, "FAILED")

        self.assertIn("is not there on node2: choose an --output", self.said())
        self.assertNotIn("ranks node", self.said())

    def test_job_says_how_to_build_when_there_is_no_program(self):
        self.settings["CLVAE_PROGRAM"] = str(self.folder / "nowhere/clvae")

        job = self.submit(self.config)
        self.wait_for(job, "FAILED")

        self.assertIn("nowhere/clvae does not start here", self.said())
        self.assertIn("jobs/build.sh", self.said())


if __name__ == "__main__":
    unittest.main()
