"""A run that was stopped, changed or damaged goes on as if nothing had happened, or is refused."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import h5py

from program import SLICE, ProgramTestCase, datasets, on_ranks


def children(parent):
    """Ids of a process's children: mpirun's ranks, which outlive it for a while."""
    found = []
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


class ResumeTestCase(ProgramTestCase):

    def done(self):
        """States of the members, none before the run file is there."""
        if not self.run_file().exists():
            return []
        with h5py.File(self.run_file(), "r") as run:
            return list(run["members/clvae/commits"]["state"])

    def test_a_killed_run_goes_on_to_the_same_result(self):
        self.succeed("train", self.config, "--set", "ensemble.size=6")
        undisturbed = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        process = subprocess.Popen(
            on_ranks(2, "train", self.config, "--set", "ensemble.size=6"), cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while 1 not in self.done() and process.poll() is None:
            time.sleep(0.01)
        for victim in [*children(process.pid), process.pid]:
            os.kill(victim, signal.SIGKILL)
        process.wait()
        kept = self.done().count(1)
        self.assertGreaterEqual(kept, 1)

        result = self.succeed("train", self.config, "--set", "ensemble.size=6", ranks=2)

        self.assertEqual(datasets(self.run_file()), undisturbed)
        self.assertEqual(result.stdout.count("done on rank"), 6 - kept)
        self.assertEqual(self.expect_whole_epoch_table(), {})

    def test_only_a_damaged_member_is_trained_anew(self):
        self.have("train")
        undamaged = datasets(self.run_file())
        with h5py.File(self.run_file(), "r+") as run:
            run["members/clvae/test_latents"][1, 7, 0] += 1

        found = self.fail_with(1, "1 damaged", "info", "runs/small", "--verify")
        self.assertIn("damaged: member 1: ", found.stdout)
        result = self.succeed("train", self.config)

        self.assertIn("member 1 was done, but its values and its record don't fit together", result.stdout)
        self.assertEqual(result.stdout.count("done on rank"), 1)
        self.assertEqual(datasets(self.run_file()), undamaged)

    def test_another_config_is_refused_with_the_differences(self):
        self.have("train")
        before = self.run_file().read_bytes()

        for ranks in (0, 2):
            result = self.fail_with(
                2, "ensemble.seed: 1, training.epochs: 3", "run", self.config, "--set",
                "ensemble.seed=5", "--set", "training.epochs=9", ranks=ranks)
            self.assertIn("ensemble.seed: 5, training.epochs: 9", result.stderr)
        self.assertEqual(self.run_file().read_bytes(), before)

    def test_other_data_are_refused(self):
        self.have("train")
        other = self.folder / "other"
        shutil.copytree(SLICE, other)
        images = other / "train-images-idx3-ubyte"
        images.write_bytes(images.read_bytes()[:-1] + b"\x01")

        self.fail_with(2, "dataset_fingerprint", "run", self.config, "--set",
                       f"dataset.path={other}")

    def test_execution_and_reduction_keys_may_change(self):
        self.have("train")

        self.succeed("run", self.config, "--set", "training.threads=2", "--set",
                     "reduction.merge=max", "--set", "ensemble.max_attempts=9")

    def test_members_that_failed_get_more_attempts_when_more_are_allowed(self):
        hopeless = ["--set", "training.learning_rate=10"]
        once = ["train", self.config, *hopeless, "--set", "ensemble.max_attempts=1"]
        twice = ["train", self.config, *hopeless, "--set", "ensemble.max_attempts=2"]
        self.fail_with(1, "none of 3 members is done", *once)

        same = self.fail_with(1, "none of 3 members is done", *once)
        more = self.fail_with(1, "none of 3 members is done", *twice)

        self.assertNotIn("goes to rank", same.stdout)
        self.assertIn("3 failed (a larger ensemble.max_attempts tries them again)", same.stdout)
        self.assertEqual(more.stdout.count("(attempt 2) failed"), 3)
        self.assertEqual(self.succeed("info", "runs/small").stdout.count("(failed): "), 6)

    def test_reduce_takes_what_is_done_when_members_are_missing(self):
        self.succeed("train", self.config)
        with h5py.File(self.run_file(), "r+") as run:
            run["members/clvae/test_latents"][2, 0, 0] += 1

        result = self.succeed("reduce", "runs/small")

        self.assertIn("2 of 3 members are done", result.stdout)
        self.assertIn("2,3\n", (self.folder / "runs/small/auc.csv").read_text())
