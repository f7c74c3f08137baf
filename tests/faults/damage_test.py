"""Bytes that changed, files that were cut off, copied or removed: the run says what is wrong, loses
no more than was hit, and goes on."""

import pathlib
import shutil
import signal
import subprocess
import sys
import time

import h5py

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import ProgramTestCase, datasets, on_ranks  # noqa: E402

STATE, ATTEMPT, CHECKSUM = 0, 4, 16  # offsets in a row of commits
# Members that are trained until someone stops them.
ENDLESS = ["--set", "training.epochs=100000", "--set", "training.patience=0"]


class DamageTestCase(ProgramTestCase):

    def flip(self, dataset, member, offset):
        """Inverts one byte of a member's row, in the file itself."""
        with h5py.File(self.run_file(), "r") as run:
            values = run[f"members/clvae/{dataset}"]
            place = values.id.get_offset() + member * values[0].nbytes + offset
        with open(self.run_file(), "r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 0xFF]))

    def commit_times(self):
        """When and where each member was trained, as bytes."""
        with h5py.File(self.run_file(), "r") as run:
            return [row.tobytes() for row in run["provenance/clvae/members"][()]]

    def finish_run(self):
        """A run to damage."""
        self.have("train")
        self.undamaged = datasets(self.run_file())

    def is_found_and_made_good(self, member, cause):
        """Verifying finds that member alone, and training brings its bytes back, and only those."""
        found = self.fail_with(1, "1 damaged", "info", "runs/small", "--verify")
        self.assertEqual(found.stdout.count("damaged: "), 1, found.stdout)
        self.assertIn(f"damaged: member {member}: ", found.stdout)
        self.assertIn(cause, found.stdout)
        before = self.commit_times()

        result = self.succeed("train", self.config, ranks=2)

        self.assertEqual(result.stdout.count("done on rank"), 1)
        self.assertIn(f"member {member} was done, but its values and its record", result.stdout)
        self.assertEqual(datasets(self.run_file()), self.undamaged)
        after = self.commit_times()
        self.assertNotEqual(after.pop(member), before.pop(member))
        self.assertEqual(after, before)
        self.succeed("info", "runs/small", "--verify")

    def test_a_member_is_made_again_when_its_latents_are_damaged(self):
        self.finish_run()
        self.flip("train_latents", 1, 5)

        self.is_found_and_made_good(1, "train_latents")

    def test_a_member_is_made_again_when_its_weights_are_damaged(self):
        self.finish_run()
        self.flip("decoder_weights", 0, 6)

        self.is_found_and_made_good(0, "decoder_weights")

    def test_a_member_is_made_again_when_its_record_is_damaged(self):
        self.finish_run()
        self.flip("commits", 2, ATTEMPT + 1)
        self.flip("commits", 2, CHECKSUM + 3)

        self.is_found_and_made_good(2, "/members/clvae/commits")

    def test_a_member_is_made_again_when_its_state_is_damaged(self):
        self.finish_run()
        self.flip("commits", 2, STATE)

        self.is_found_and_made_good(2, "/members/clvae/commits holds the state 254")

    def is_refused(self, cause):
        """Nothing can be made good: what follows from the config is another."""
        self.fail_with(2, cause, "info", "runs/small", "--verify")
        self.fail_with(2, cause, "train", self.config, ranks=2)

    def test_a_run_is_refused_when_its_plan_is_damaged(self):
        for dataset in ("seeds", "permutations"):
            self.finish_run()
            self.flip(dataset, 1, 0)

            # A permutation that is none is seen earlier, with its whole dataset.
            self.is_refused(f"/members/clvae/{dataset}: ")
            shutil.rmtree(self.folder / "runs")

    def test_training_is_refused_when_the_samples_are_damaged(self):
        self.finish_run()
        with h5py.File(self.run_file(), "r+") as run:
            run["test/original_index"][0] += 1

        self.fail_with(2, "/test: found other samples", "train", self.config, ranks=2)

    def test_a_run_file_that_was_cut_off_is_refused_and_left_as_it_is(self):
        self.finish_run()
        whole = self.run_file().read_bytes()
        for size in (0, 100, len(whole) // 2, len(whole) - 1):
            self.run_file().write_bytes(whole[:size])
            self.fail_with(2, "runs/small/run.h5", "info", "runs/small")
            self.fail_with(2, "runs/small/run.h5", "extend", "runs/small", "--size", "5")
            self.assertEqual(self.run_file().read_bytes(), whole[:size])
        self.fail_with(2, "runs/small/run.h5", "reduce", "runs/small")
        self.fail_with(2, "runs/small/run.h5", "train", self.config, ranks=2)
        self.assertEqual(self.run_file().read_bytes(), whole[:-1])
        self.assertEqual(sorted(path.name for path in (self.folder / "runs/small").iterdir()),
                         ["epochs.csv", "run.h5"])

    def begin(self, *arguments):
        """A job on two ranks; its output goes into the file `log`."""
        with open(self.folder / "log", "wb") as log:
            job = subprocess.Popen(on_ranks(2, "train", self.config, *arguments), cwd=self.folder,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(job.wait)
        self.addCleanup(job.kill)
        return job

    def said(self):
        return (self.folder / "log").read_text()

    def wait_until(self, is_so, job):
        """Waits for something that a job does."""
        while not is_so():
            self.assertIsNone(job.poll(), self.said())
            time.sleep(0.01)

    def test_a_copy_made_while_the_job_runs_goes_on_elsewhere(self):
        ensemble = ["--set", "ensemble.size=5", "--set", "training.checkpoint_every=1 epochs"]
        self.succeed("train", self.config, *ensemble)
        undisturbed = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        job = self.begin(*ensemble)
        self.wait_until(lambda: "done on rank" in self.said(), job)

        # cp goes on where a checkpoint is renamed under its hands.
        subprocess.run(["cp", "-r", "runs/small", "copy"], cwd=self.folder, check=False,
                       capture_output=True)

        self.assertIsNone(job.poll(), self.said())
        self.assertIn(" of 5 members done", self.succeed("info", "copy").stdout)
        job.send_signal(signal.SIGTERM)
        job.wait(60)
        self.succeed("train", self.config, *ensemble, "--output", "copy", ranks=2)
        self.assertEqual(datasets(self.run_file("copy")), undisturbed)

    def test_a_job_whose_folder_vanishes_ends_and_makes_no_other(self):
        job = self.begin(*ENDLESS, "--set", "training.checkpoint_every=1 epochs")
        self.wait_until(lambda: "goes to rank 1" in self.said(), job)
        before = sorted(self.folder.iterdir())

        while (self.folder / "runs/small").exists():  # a checkpoint may come between
            shutil.rmtree(self.folder / "runs/small", ignore_errors=True)

        self.assertEqual(job.wait(60), 1, self.said())
        self.assertEqual(self.said().count("clvae: error:"), 1, self.said())
        self.assertIn("stopping: runs/small/run.lock was removed", self.said())
        self.assertIn("runs/small/run.h5: was removed while the job worked on it", self.said())
        self.assertEqual(sorted(self.folder.iterdir()), before)
        self.assertEqual(list((self.folder / "runs").iterdir()), [])
        self.succeed("train", self.config, ranks=2)
