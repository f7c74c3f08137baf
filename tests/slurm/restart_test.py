"""slurm/ensemble.sh on a real Slurm: ranks that end too early are started again within the job."""

import os
import re
import signal
import unittest

from slurm_case import LONG, SlurmTestCase


class RestartTestCase(SlurmTestCase):

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


if __name__ == "__main__":
    unittest.main()
