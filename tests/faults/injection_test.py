"""A failure on one rank, at whatever stage, never leaves the others waiting: the job ends with the
one cause, or goes on without what failed. The program is linked with failures on demand."""

import os
import pathlib
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import MPIRUN, ProgramTestCase  # noqa: E402

PROGRAM = os.environ["CLVAE_FAULTY_PROGRAM"]
RANKS = 3
# Far beyond what an end in good order takes, and far below what a rank that waits for ever does.
PATIENCE = 120
# Members, so that every rank gets one.
ENOUGH = ["--set", "ensemble.size=9"]


class InjectionTestCase(ProgramTestCase):

    def run_with(self, stage, rank, kind, *options):
        """A whole run with a failure in it. Prints how long it took."""
        environment = {**os.environ, "CLVAE_FAULT_STAGE": stage, "CLVAE_FAULT_RANK": str(rank),
                       "CLVAE_FAULT_TYPE": kind}
        begun = time.monotonic()
        result = subprocess.run(
            [*MPIRUN, "-np", str(RANKS), PROGRAM, "run", str(self.config), *options],
            cwd=self.folder, env=environment, capture_output=True, text=True, check=False,
            timeout=PATIENCE, stdin=subprocess.DEVNULL)
        print(f"{stage}, {kind} on rank {rank}: exit status {result.returncode} after "
              f"{time.monotonic() - begun:.1f} s", flush=True)
        return result

    def ends_with_one_cause(self, stage, rank, kind, cause, *options):
        result = self.run_with(stage, rank, kind, *options)
        said = result.stdout + result.stderr
        self.assertEqual(result.returncode, 1, said)
        errors = [line for line in result.stderr.splitlines() if "clvae: error:" in line]
        self.assertEqual(len(errors), 1, said)
        self.assertIn(cause, errors[0])
        self.assertNotIn("terminate called", said)

    def test_a_config_that_one_rank_can_not_parse_ends_the_job(self):
        self.ends_with_one_cause("config", 1, "runtime_error", "rank 1: injected failure")

    def test_data_that_one_rank_can_not_hold_end_the_job(self):
        self.ends_with_one_cause("data", 2, "bad_alloc", "rank 2: out of memory")

    def test_a_device_that_one_rank_can_not_use_ends_the_job(self):
        self.ends_with_one_cause("device", 1, "runtime_error", "rank 1: injected failure")

    def test_a_run_file_that_can_not_be_created_ends_the_job(self):
        self.ends_with_one_cause("creation", 0, "io_error", "can't write the file")
        self.assertFalse(self.run_file().exists())
        self.assertFalse((self.folder / "runs/small/run.lock").exists())

    def test_a_run_file_that_one_rank_can_not_open_ends_the_job(self):
        self.ends_with_one_cause("opening", 2, "io_error", "can't write the file")

    def test_a_commit_that_the_disk_refuses_ends_the_job(self):
        for rank in (0, 1):
            options = [*ENOUGH, "--output", f"runs/{rank}"]
            self.ends_with_one_cause("commit", rank, "io_error", "can't write the file", *options)
            self.succeed("run", self.config, *options, ranks=RANKS)

    def test_training_goes_on_elsewhere_when_it_fails_on_one_rank(self):
        for kind in ("attempt_error", "bad_alloc", "runtime_error"):
            result = self.run_with("training", 1, kind, *ENOUGH, "--output", f"runs/{kind}")

            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertIn("9 of 9 members are done", result.stdout)
            self.assertIn("failed on rank 1", result.stdout)
            self.assertNotIn("done on rank 1", result.stdout)

    def test_a_reduction_that_fails_on_one_rank_ends_the_job_and_leaves_the_members(self):
        self.ends_with_one_cause("reduction", 1, "bad_alloc", "rank 1: out of memory")
        self.assertIn("3 of 3 members done", self.succeed("info", "runs/small").stdout)

    def test_figures_that_can_not_be_drawn_end_the_job_and_leave_the_tables(self):
        self.ends_with_one_cause("figures", 0, "io_error", "can't write the file")
        self.assertTrue((self.folder / "runs/small/auc.csv").exists())
