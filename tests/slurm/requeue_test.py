"""slurm/ensemble.sh on a real Slurm: jobs that lose their nodes or their time go on as they are queued again."""

import os
import shutil
import signal
import unittest

from slurm_case import LONG, SlurmTestCase, datasets


class TimeLimitTestCase(SlurmTestCase):
    """The ranks are stopped, for the time limit or for another reason of their own."""

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

    def test_restarts_are_counted_over_requeues_when_a_job_is_stopped_without_progress(self):
        self.wrap('[ "$1" != run ] || exit 75')
        self.settings["CLVAE_MAX_RESTARTS"] = "1"

        job = self.submit(self.config)
        self.wait_for(job, "FAILED")

        self.assertEqual(self.restarts(job), 1)
        self.assertIn("1 restarts have brought no new member beyond 0: gives up", self.said())


class RequeueTestCase(SlurmTestCase):
    """The nodes are taken away, or the job is."""

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


if __name__ == "__main__":
    unittest.main()
