"""What the tests of slurm/ share: a cluster for each test, and jobs as a user submits them."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

import cluster
from cluster import NODES, Cluster

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import PROGRAM, ProgramTestCase, datasets, rows  # noqa: E402,F401

SCRIPTS = pathlib.Path(__file__).parent.parent.parent / "slurm"
LACKS = cluster.why_not()
# Some seconds of training on two ranks.
LONG = ("--set", "ensemble.size=24", "--set", "training.epochs=6")


class SlurmTestCase(ProgramTestCase):
    """A test with a cluster of two nodes, a folder, and a small config in it."""

    def setUp(self):
        if LACKS:
            print(f"SKIPPED: the batch scripts of slurm/ are not tested here: {LACKS}", flush=True)
            raise unittest.SkipTest(LACKS)
        super().setUp()
        self.cluster = Cluster()
        self.addCleanup(self.cluster.stop)
        self.settings = {"CLVAE_PROGRAM": PROGRAM, "CLVAE_WAIT_SECONDS": "3",
                         "OMPI_MCA_odls_base_sigkill_timeout": "1",
                         # The nodes have one address: all ways lead over the loopback device.
                         "OMPI_MCA_btl_tcp_if_include": "lo"}
        self.log = self.folder / "job.log"

    def wrap(self, text):
        """Lets every rank run these lines of sh first."""
        wrapper = self.folder / "wrapped"
        wrapper.write_text(f'#!/bin/sh\n{text}\nexec {PROGRAM} "$@"\n')
        wrapper.chmod(0o755)
        self.settings["CLVAE_PROGRAM"] = str(wrapper)

    def start_script(self, *words):
        """Runs a script of slurm/, or sbatch, in the test's folder."""
        result = subprocess.run(
            [str(word) for word in words], cwd=self.folder, capture_output=True, text=True,
            env=self.cluster.environment | self.settings, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def submit(self, *words, sbatch=("--nodes=2", "--ntasks-per-node=1"), script="ensemble.sh"):
        """The number of the job."""
        return self.start_script("sbatch", "--parsable", f"--output={self.log}", *sbatch,
                                 SCRIPTS / script, *words).strip()

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_until_said(self, pattern, timeout=60):
        """Waits for a line of the job's log."""
        self.wait_until(lambda: re.search(pattern, self.said()), f"the log holds {pattern}", timeout)

    def done(self):
        """Members that the ranks have reported."""
        return self.said().count("done on rank")

    def wait_until_members_are_done(self, count):
        self.wait_until(lambda: self.done() >= count, f"{count} members are done")

    def wait_until(self, condition, what, timeout=60):
        try:
            self.cluster.wait_until(condition, what, timeout)
        except TimeoutError as error:
            self.fail(f"{error}\n{self.cluster.command('scontrol', 'show', 'jobs')}\n{self.said()}")

    def wait_for(self, job, state="COMPLETED", timeout=400):
        """Waits until the job has ended, and expects that state."""
        ends = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY")
        self.wait_until(lambda: self.cluster.state(job) in ends, f"job {job} has ended", timeout)
        self.assertEqual(self.cluster.state(job), state, self.said())

    def restarts(self, job):
        """How often Slurm has started the job again."""
        return int(self.cluster.field(job, "Restarts"))

    def ranks(self):
        """Processes of ranks of this test's clvae: (process id, rank, node)."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                program = os.readlink(folder / "exe")
                pairs = (folder / "environ").read_bytes().split(b"\0")
            except OSError:  # ended meanwhile
                continue
            environment = dict(pair.partition(b"=")[::2] for pair in pairs)
            mine = environment.get(b"SLURM_CONF") == str(self.cluster.folder / "slurm.conf").encode()
            rank = environment.get(b"PMIX_RANK") or environment.get(b"OMPI_COMM_WORLD_RANK")
            if mine and rank and os.path.realpath(program) == os.path.realpath(PROGRAM):
                found.append((int(folder.name), int(rank)))
        return found

    def assert_complete(self, members, name="runs/small"):
        """The run has all members and its figure."""
        text = self.succeed("info", name, "--verify").stdout
        self.assertIn(f"{members} of {members} members done", text, self.said())
        self.assertIn("all checksums hold", text)
        self.assertGreater((self.folder / name / "figure3.png").stat().st_size, 10000)
        self.assertFalse((self.folder / name / "slurm_restarts").exists())
