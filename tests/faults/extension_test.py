"""A request for more members is fulfilled once, however it falls in with the end of the job that it
is meant for. The program is linked with pauses on demand, which bring the moments about."""

import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import MPIRUN, ProgramTestCase, datasets  # noqa: E402

PROGRAM = os.environ["CLVAE_FAULTY_PROGRAM"]
ENDLESS = ["--set", "training.epochs=100000", "--set", "training.patience=0"]
INTERRUPTED = 75
PATIENCE = 120  # seconds; what needs more hangs


class ExtensionTestCase(ProgramTestCase):

    def begin(self, stage, kind, *arguments, ranks=1):
        """Starts clvae, which pauses or fails at a stage."""
        environment = {**os.environ, "CLVAE_FAULT_STAGE": stage, "CLVAE_FAULT_RANK": "0",
                       "CLVAE_FAULT_TYPE": kind, "CLVAE_FAULT_GATE": str(self.folder / stage)}
        launcher = [*MPIRUN, "-np", str(ranks)] if ranks > 1 else []
        process = subprocess.Popen(
            [*launcher, PROGRAM, *map(str, arguments)], cwd=self.folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, process, path):
        deadline = time.monotonic() + PATIENCE
        while not (self.folder / path).exists():
            self.assertIsNone(process.poll(), f"ended before {path}")
            self.assertLess(time.monotonic(), deadline, path)
            time.sleep(0.01)

    def paused(self, stage, *arguments, ranks=1):
        """Starts clvae and waits until it pauses."""
        process = self.begin(stage, "pause", *arguments, ranks=ranks)
        self.wait_for(process, f"{stage}.reached")
        return process

    def go_on(self, stage):
        (self.folder / stage).touch()

    def end(self, process, status=0):
        """Waits for the end of a process. Returns what it said."""
        said = process.communicate(timeout=PATIENCE)[0]
        self.assertEqual(process.returncode, status, said)
        return said

    def requests(self):
        return list((self.folder / "runs/small").glob("*.request"))

    def expect_run_of(self, size):
        """The run is that of this size, and done."""
        found = datasets(self.run_file())
        self.assertEqual(self.requests(), [])
        self.run_file().parent.rename(self.folder / "extended")
        self.succeed("train", self.config, "--set", f"ensemble.size={size}")
        self.assertEqual(found, datasets(self.run_file()))

    def test_a_job_takes_up_a_request_that_comes_when_all_is_trained(self):
        for ranks in (1, 2):
            job = self.paused("closing", "train", self.config, ranks=ranks)

            said = self.succeed("extend", "runs/small", "--size", "4").stdout
            self.go_on("closing")

            self.assertIn("is at work on runs/small; it takes the new members up", said)
            self.assertIn("4 of 4 members are done", self.end(job))
            self.expect_run_of(4)
            for path in ("closing", "closing.reached"):
                (self.folder / path).unlink()
            (self.folder / "extended").rename(self.folder / f"extended on {ranks}")
            self.run_file().unlink()

    def test_a_job_takes_up_all_requests_that_come_while_it_trains(self):
        job = self.paused("closing", "train", self.config, "--set", "ensemble.methods=[clvae, vae]")

        self.succeed("extend", "runs/small", "--size", "4")
        self.succeed("extend", "runs/small", "--set", "ensemble.sizes.vae=5")
        self.go_on("closing")

        said = self.end(job)
        self.assertIn("9 of 9 members are done", said)
        self.assertEqual(said.count("asks for more members"), 2)
        self.assertEqual(self.requests(), [])

    def test_extend_makes_room_itself_when_the_job_was_stopped_meanwhile(self):
        job = self.begin("none", "pause", "train", self.config, *ENDLESS)
        self.wait_for(job, "runs/small/run.h5")
        extend = self.paused("request", "extend", "runs/small", "--size", "4")
        job.send_signal(signal.SIGINT)
        self.end(job, INTERRUPTED)

        self.go_on("request")

        said = self.end(extend)
        self.assertIn("4 clvae members, 3 before", said)
        self.assertIn("the command that started runs/small trains the new ones", said)
        self.assertEqual(self.requests(), [])
        self.assertIn("0 of 4 members done", self.succeed("info", "runs/small").stdout)

    def test_extend_makes_no_room_when_the_job_did_meanwhile(self):
        job = self.paused("closing", "train", self.config)
        extend = self.paused("request", "extend", "runs/small", "--size", "4")
        self.go_on("closing")
        self.assertIn("4 of 4 members are done", self.end(job))

        self.go_on("request")

        said = self.end(extend)
        self.assertIn("has taken the new members up", said)
        self.assertNotIn("3 before", said)
        self.expect_run_of(4)

    def test_the_new_members_are_trained_when_the_request_can_not_be_removed(self):
        job = self.begin("removal", "io_error", "train", self.config)
        self.wait_for(job, "runs/small/run.h5")
        (self.folder / "runs/small/extend-1-1.request").write_text("ensemble.size=4\n")

        said = self.end(job)

        self.assertIn("can't write the file", said)
        self.assertIn("4 of 4 members are done", said)
        self.succeed("train", self.config)
        self.expect_run_of(4)
