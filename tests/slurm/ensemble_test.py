"""slurm/ensemble.sh and reduce.sh on a real Slurm: from submission to figure, whatever happens."""

import os
import re
import shutil
import signal
import unittest

from slurm_case import NODES, SCRIPTS, SlurmTestCase, datasets

# Some seconds of training on two ranks.
LONG = ("--set", "ensemble.size=24", "--set", "training.epochs=6")


class EnsembleTestCase(SlurmTestCase):

    def done(self):
        """Members that the ranks have reported."""
        return self.said().count("done on rank")

    def wait_until_members_are_done(self, count):
        self.wait_until(lambda: self.done() >= count, f"{count} members are done")

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

    def test_job_requeues_itself_and_finishes_when_its_time_is_up(self):
        job = self.submit(self.config, *LONG,
                          sbatch=("--time=1", "--signal=B:USR1@50", "--ntasks-per-node=2"))
        self.wait_until_members_are_done(3)

        # Slurm looks at time limits every 30 s: the ranks must not be done before.
        for process, _ in self.ranks():
            os.kill(process, signal.SIGSTOP)
        self.wait_until_said(r"told to stop \(USR1\)")
        for process, _ in self.ranks():
            os.kill(process, signal.SIGCONT)
        self.wait_for(job)

        self.assertIn("stopped as asked", self.said())
        self.assertGreaterEqual(self.restarts(job), 1)  # on a busy machine more
        self.assertLessEqual(self.done(), 24)
        self.assert_complete(24)

    def test_members_longer_than_the_time_limit_get_done_over_several_jobs_to_the_same_bits(self):
        slow = ("--set", "ensemble.size=2", "--set", "training.epochs=60", "--set",
                "training.patience=0")
        self.succeed("run", self.config, *slow)
        undisturbed = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        self.settings["CLVAE_MAX_RESTARTS"] = "1"  # so that a checkpoint has to count as progress

        job = self.submit(self.config, *slow, "--time-limit", "2")
        self.wait_for(job)

        self.assertGreaterEqual(self.restarts(job), 1)
        self.assertIn("the time limit is near", self.said())
        self.assert_complete(2)
        self.assertEqual(datasets(self.run_file()), undisturbed)

    def test_job_goes_on_when_it_is_requeued_in_the_middle(self):
        job = self.submit(self.config, *LONG)
        self.wait_until_members_are_done(3)

        self.cluster.command("scontrol", "requeue", job)
        self.wait_for(job)

        self.assertEqual(self.restarts(job), 1)
        self.assertLessEqual(self.done(), 24)
        self.assert_complete(24)

    def test_job_goes_on_when_a_more_urgent_one_has_taken_its_nodes(self):
        job = self.submit(self.config, *LONG)
        self.wait_until_members_are_done(3)

        urgent = self.start_script("sbatch", "--parsable", "--partition=urgent", "--nodes=2",
                                   "--exclusive", "--output=/dev/null", "--wrap=sleep 1").strip()
        self.wait_for(urgent)
        self.wait_for(job)

        self.assertEqual(self.restarts(job), 1)
        self.assert_complete(24)

    def test_job_is_requeued_and_finishes_when_a_node_has_died(self):
        job = self.submit(self.config, *LONG)
        self.wait_until_members_are_done(3)

        self.cluster.kill_node("node2")
        # What Slurm finds out by itself after SlurmdTimeout.
        self.cluster.command("scontrol", "update", "nodename=node2", "state=down", "reason=dead")
        self.wait_until(lambda: self.cluster.state(job) == "PENDING", "the job is requeued")
        self.cluster.start_node("node2")
        self.wait_for(job)

        self.assertEqual(self.restarts(job), 1)
        self.assertLessEqual(self.done(), 24)
        self.assert_complete(24)

    def test_ranks_are_started_again_on_what_is_left_when_a_node_of_a_no_kill_job_has_died(self):
        self.settings |= {"CLVAE_LAUNCHER": "mpirun", "CLVAE_PROBE_SECONDS": "5"}
        job = self.submit(self.config, *LONG,
                          sbatch=("--nodes=2", "--ntasks-per-node=2", "--no-kill"))
        self.wait_until_members_are_done(3)

        self.cluster.kill_node("node2")
        self.wait_for(job)

        self.assertEqual(self.restarts(job), 0)
        self.assertIn("ranks node1:2: ", self.said().rpartition("ended with status")[2])
        self.assert_complete(24)

    def test_ranks_are_started_again_when_one_is_killed(self):
        job = self.submit(self.config, *LONG)
        self.wait_until_members_are_done(3)

        [victim] = [process for process, rank in self.ranks() if rank == 1]
        os.kill(victim, signal.SIGKILL)
        self.wait_for(job)

        self.assertRegex(self.said(), r"ranks ended with status \d+; \d+ members are done; restart 1 of")
        self.assertEqual(self.restarts(job), 0)
        self.assertLessEqual(self.done(), 24)
        self.assert_complete(24)

    def test_ranks_are_started_again_when_they_ended_well_with_nothing_done(self):
        tried = self.folder / "tried"  # srun ends so where it could not start a rank
        self.wrap(f'[ "$1" != run ] || [ -e {tried} ] || {{ sleep 1; touch {tried}; exit 0; }}')

        job = self.submit(self.config)
        self.wait_for(job)

        self.assertIn("the ranks ended with status 0; 0 members are done; restart 1 of", self.said())
        self.assert_complete(3)

    def test_ranks_are_started_again_when_srun_could_not_start_them(self):
        tried = self.folder / "tried"
        # As bash hands a function to the scripts that it starts.
        self.settings["BASH_FUNC_before_ranks%%"] = (
            f"() {{ [ -e {tried} ] || {{ touch {tried}; launch=(srun --nodelist=nowhere); }}; }}")

        job = self.submit(self.config)
        self.wait_for(job)

        self.assertIn("the ranks ended with status 1; 0 members are done; restart 1 of", self.said())
        self.assert_complete(3)

    def test_job_gives_up_when_restarts_bring_no_new_member(self):
        self.wrap('[ "$1" != run ] || kill -9 $$')
        self.settings["CLVAE_MAX_RESTARTS"] = "2"

        job = self.submit(self.config)
        self.wait_for(job, "FAILED")

        self.assertEqual(len(re.findall(r"the ranks ended with status \d+", self.said())), 3)
        self.assertIn("2 restarts have brought no new member beyond 0: gives up", self.said())

    def test_restarts_are_counted_over_requeues_when_a_job_is_stopped_without_progress(self):
        self.wrap('[ "$1" != run ] || exit 75')
        self.settings["CLVAE_MAX_RESTARTS"] = "1"

        job = self.submit(self.config)
        self.wait_for(job, "FAILED")

        self.assertEqual(self.restarts(job), 1)
        self.assertIn("1 restarts have brought no new member beyond 0: gives up", self.said())

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

    def test_cancelled_job_stays_cancelled_and_the_same_command_goes_on(self):
        job = self.submit(self.config, *LONG)
        self.wait_until_members_are_done(3)

        self.cluster.command("scancel", job)
        self.wait_for(job, "CANCELLED")
        again = self.submit(self.config, *LONG)
        self.wait_for(again)

        self.assertEqual(self.restarts(job), 0)
        self.assertLessEqual(self.done(), 24)
        self.assert_complete(24)

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
