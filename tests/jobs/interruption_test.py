"""A job that is asked to stop, or whose time is up, loses nothing and goes on to the same bits."""

import os
import pathlib
import signal
import time

from resume_test import children
from stopping import INTERRUPTED, StoppedCase

LONG = ["--set", "training.epochs=30", "--set", "training.patience=0"]
ENDLESS = ["--set", "training.epochs=100000", "--set", "training.patience=0"]


class InterruptionTestCase(StoppedCase):

    def test_a_signal_stops_all_ranks_and_the_run_goes_on_to_the_same_bits(self):
        expected = self.undisturbed(*LONG)
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            process = self.begin("run", self.config, *LONG, ranks=2)

            process.send_signal(number)  # mpirun passes it on

            self.assertEqual(process.wait(timeout=60), INTERRUPTED, self.said())
            self.assertIn(f"clvae: stopped: {number.name} came", self.said())
            self.assertNotIn("clvae: error", self.said())
            self.assertNotEqual(self.checkpoints(), [])
            self.assertFalse((self.folder / "runs/small/run.lock").exists())

        self.succeed("train", self.config, *LONG, ranks=2)

        self.assertEqual(self.result(), expected)
        self.assertFalse((self.folder / "runs/small/checkpoints").exists())
        self.assertEqual(self.expect_whole_epoch_table(), {})

    def test_a_signal_to_one_rank_stops_the_others_as_well(self):
        process = self.begin("train", self.config, *ENDLESS, ranks=3)

        os.kill(children(process.pid)[-1], signal.SIGTERM)

        self.assertEqual(process.wait(timeout=60), INTERRUPTED, self.said())
        self.assertEqual(self.said().count("stopped on rank"), 3)

    def test_a_lone_process_stops_when_it_is_interrupted_from_the_keyboard(self):
        process = self.begin("train", self.config, *ENDLESS)

        process.send_signal(signal.SIGINT)

        self.assertEqual(process.wait(timeout=60), INTERRUPTED, self.said())
        self.assertEqual(len(self.checkpoints()), 1)

    def test_a_second_signal_ends_a_job_at_once(self):
        process = self.begin("train", self.config, *ENDLESS)

        process.send_signal(signal.SIGSTOP)  # so that both come before it can react to the first
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)

        self.assertIn(process.wait(timeout=60), (128 + signal.SIGINT, 128 + signal.SIGTERM))
        self.assertEqual(self.checkpoints(), [])

    def test_a_job_stops_before_its_time_limit(self):

        result = self.start("train", self.config, *ENDLESS, "--time-limit", "4", ranks=2)

        self.assertEqual(result.returncode, INTERRUPTED, result.stderr)
        self.assertIn("the time limit is near; 0 of 3 members are done", result.stderr)
        self.assertEqual(self.checkpoints(), ["clvae-0.checkpoint", "clvae-1.checkpoint"])

    def test_the_time_limit_of_the_batch_system_counts(self):
        end = {"SLURM_JOB_END_TIME": str(int(time.time()) + 4)}

        process = self.begin("train", self.config, *ENDLESS, environment=end)

        self.assertEqual(process.wait(timeout=60), INTERRUPTED, self.said())
        self.assertIn("the time limit is near", self.said())

    def test_no_member_is_begun_that_can_not_be_ready_when_none_is_kept(self):
        slow = ["--set", "training.epochs=80", "--set", "training.patience=0",
                "--set", "training.checkpoint_every=never"]
        for attempt in range(4):
            begun = time.monotonic()
            self.succeed("train", self.config, *slow, "--set", "ensemble.size=2", "--output",
                         f"runs/two{attempt}")
            each = (time.monotonic() - begun) / 2
            result = self.start("train", self.config, *slow, "--set", "ensemble.size=50",
                                "--output", "runs/many", "--time-limit", f"{2.5 * each:.2f}")
            # Else the machine has become so slow that not even the first member got ready.
            if "0 of 50 members" not in result.stderr:
                break

        self.assertEqual(result.returncode, INTERRUPTED, result.stderr)
        self.assertIn("no member that is left would be ready before the time limit", result.stderr)
        self.assertNotIn("stopped on rank", result.stdout)
        self.assertFalse((self.folder / "runs/many/checkpoints").exists())

    def test_a_time_limit_that_makes_no_sense_is_refused(self):
        self.fail_with(2, "--time-limit: found \"soon\"", "train", self.config, "--time-limit",
                       "soon", ranks=2)

    def test_a_checkpoint_of_long_ago_is_used_when_the_job_was_killed(self):
        expected = self.undisturbed(*LONG)
        often = ["--set", "training.checkpoint_every=1 epoch"]
        process = self.begin("train", self.config, *LONG, *often)
        while not self.whole_checkpoints() and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.wait()
        kept = self.whole_checkpoints()

        result = self.succeed("train", self.config, *LONG)

        self.assertTrue(kept)
        self.assertNotIn("warning", result.stderr)
        self.assertEqual(self.result(), expected)
        self.assertEqual(self.expect_whole_epoch_table(), {})

    def test_a_damaged_checkpoint_is_told_of_and_the_member_starts_again(self):
        expected = self.undisturbed(*LONG)
        process = self.begin("train", self.config, *LONG)
        process.send_signal(signal.SIGUSR1)
        process.wait(timeout=60)
        [name] = self.checkpoints()
        path = self.folder / "runs/small/checkpoints" / name
        path.write_bytes(path.read_bytes()[:-20])

        result = self.succeed("train", self.config, *LONG)

        self.assertIn("its checksum does not hold; the member is trained from the start",
                      result.stderr)
        self.assertEqual(self.result(), expected)
        self.assertEqual(self.expect_whole_epoch_table(), {})

    def test_a_second_job_on_the_same_run_is_refused(self):
        process = self.begin("train", self.config, *ENDLESS)

        self.fail_with(2, f"another job works on this run: process {process.pid} on ", "run",
                       self.config, *ENDLESS, ranks=2)

        self.assertIsNone(process.poll())
        self.succeed("info", "runs/small")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), INTERRUPTED, self.said())

    def test_a_running_job_takes_up_the_members_that_it_is_asked_for(self):
        process = self.begin("train", self.config, *LONG)

        result = self.succeed("extend", "runs/small", "--size", "5")
        watched = self.succeed("info", "runs/small", "--watch", "--every", "0.1")

        self.assertIn(f"process {process.pid} on ", result.stdout)
        self.assertEqual(process.wait(timeout=120), 0, self.said())
        self.assertIn("5 of 5 members are done", self.said())
        lines = watched.stdout.splitlines()
        self.assertRegex("\n".join(lines), r"clvae member \d: epoch \d+ of 30, training loss \S+, "
                                           r"validation loss \S+, ")
        self.assertIn("a job is at work", lines[0])
        self.assertRegex(lines[-1], r"runs/small: (\d) of \1 members are done$")
        self.assertEqual(len(lines), len(set(lines)))  # a line for whatever is new
        self.assertEqual(self.expect_whole_epoch_table(), {})
        self.assertEqual(list((self.folder / "runs/small").glob("*.request")), [])

    def test_ranks_end_when_only_their_launcher_is_killed(self):
        process = self.begin("train", self.config, *LONG, ranks=2)
        ranks = children(process.pid)

        process.kill()
        process.wait()

        deadline = time.monotonic() + 60
        while any(pathlib.Path(f"/proc/{rank}").exists() for rank in ranks):
            self.assertLess(time.monotonic(), deadline, "ranks live on")
            time.sleep(0.05)
        self.succeed("train", self.config, *LONG, ranks=2)
