"""Jobs on two hosts that see one another over TCP only, and one file system: the same results as on
one host, whatever befalls one of them."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py

import hosts
from hosts import Openings, TwoHosts

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import CONFIG, PROGRAM, SLICE, ProgramTestCase, datasets  # noqa: E402

MPIRUN = os.environ["CLVAE_MPIRUN"]
LACKS = hosts.why_not()
INTERRUPTED = 75
# Far beyond what the end of a job takes, and far below what a rank that waits for ever does.
PATIENCE = 120
SIZE = 6
LONG = ["--set", f"ensemble.size={SIZE}", "--set", "training.epochs=15", "--set",
        "training.patience=0"]
# Nothing arrives from a host that is cut off; Open MPI's daemons then ask for a sign of life after
# 300 s, unless they are told to ask earlier.
PROBED = [word for name, value in (("time", "1"), ("intvl", "1"), ("probes", "2"))
          for word in ("--mca", f"oob_tcp_keepalive_{name}", value)]
DAEMONS = ("orted", "prted")  # of Open MPI 4 and 5
ENDLESS = ["--set", "training.epochs=100000", "--set", "training.patience=0"]


class JobOnTwoHosts(ProgramTestCase):
    """A test with two hosts of its own."""

    def setUp(self):
        if LACKS:
            print(f"SKIPPED: no job on two hosts is tested here: {LACKS}", flush=True)
            raise unittest.SkipTest(LACKS)
        super().setUp()
        self.hosts = TwoHosts(self.folder)
        self.addCleanup(self.hosts.stop)
        self.log = self.folder / "log"

    def on_both(self, *arguments, options=()):
        """The command line of two ranks on each host."""
        return self.hosts.launcher(MPIRUN, *options, PROGRAM, *arguments)

    def finish(self, command, status=0):
        """Runs a command to its end and expects this exit status."""
        result = subprocess.run(
            [str(word) for word in command], env=self.hosts.environment, capture_output=True,
            text=True, timeout=300, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def begin(self, *arguments, options=()):
        """Starts a job on both hosts."""
        with open(self.log, "wb") as output:
            process = subprocess.Popen(
                [str(word) for word in self.on_both(*arguments, options=options)],
                env=self.hosts.environment, stdout=output, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self):
        return self.log.read_text(errors="replace")

    def wait_until(self, process, condition, what):
        while not condition():
            self.assertIsNone(process.poll(), f"ended before {what}: {self.said()}")
            time.sleep(0.01)

    def done(self):
        """How many members are; 0 before the run file is there."""
        if not self.run_file().exists():
            return 0
        with h5py.File(self.run_file(), "r") as run:
            return list(run["members/clvae/commits"]["state"]).count(1)

    def member_hosts(self):
        """Names of the hosts that trained the members."""
        with h5py.File(self.run_file(), "r") as run:
            return {row["host"].decode() for row in run["provenance/clvae/members"][:]}

    def undisturbed(self, command, *options):
        """What the run comes to on one host with one process."""
        self.have(command, *options)
        self.run_file().parent.rename(self.folder / "undisturbed")
        return datasets(self.run_file("undisturbed"))

    def expect_equal(self, expected):
        """All of the run file outside /provenance is that."""
        found = datasets(self.run_file())
        self.assertEqual(found.keys(), expected.keys())
        self.assertEqual([name for name in found if found[name] != expected[name]], [])


class LostHostTestCase(JobOnTwoHosts):
    """One of the hosts is lost, in part or as a whole."""

    def kill(self, host, *names):
        """Ends processes of a host while members are in training, or not begun."""
        self.assertGreater(host.kill(*names), 0)
        self.assertLess(self.done(), SIZE, "nothing was left to be disturbed")

    def goes_on_after(self, disturb, options=(), command=None):
        """Does something to the hosts once a member is done, and expects the job to end of itself,
        with every process of it, and the same job, or another command, to end up with what no one
        disturbed."""
        expected = self.undisturbed("train", *LONG)
        process = self.begin("train", self.config, *LONG, options=options)
        self.wait_until(process, lambda: self.done() > 0, "a member is done")
        disturb()
        begun = time.monotonic()

        status = process.wait(timeout=PATIENCE)
        ended = time.monotonic() - begun
        while any(host.processes() for host in self.hosts.hosts):
            self.assertLess(time.monotonic(), begun + PATIENCE, "processes live on")
            time.sleep(0.05)

        print(f"exit status {status} after {ended:.1f} s, all processes gone after "
              f"{time.monotonic() - begun:.1f} s", flush=True)
        if status == 0:  # as mpirun of Open MPI 5 ends when it has lost a host
            self.assertIn("PRTE has lost communication with a remote daemon", self.said())
        kept = self.done()
        again = self.finish(command or self.on_both("train", self.config, *LONG))
        self.assertEqual(again.stdout.count("done on rank"), SIZE - kept)
        self.expect_equal(expected)

    def test_a_run_goes_on_when_the_ranks_of_one_host_were_killed(self):
        self.goes_on_after(lambda: self.kill(self.hosts.far, "clvae"))

    def test_a_run_goes_on_when_the_launcher_of_one_host_was_killed(self):
        self.goes_on_after(lambda: self.kill(self.hosts.far, *DAEMONS))

    def test_a_run_goes_on_when_all_of_one_host_was_killed(self):
        self.goes_on_after(lambda: self.kill(self.hosts.far))

    def test_a_run_goes_on_elsewhere_when_the_first_host_was_killed(self):
        self.goes_on_after(
            lambda: self.kill(self.hosts.near),
            command=self.hosts.far.command(PROGRAM, "train", self.config, *LONG))

    def test_a_run_goes_on_when_the_network_was_cut(self):
        self.goes_on_after(lambda: self.hosts.far.call("ip", "link", "set", "veth", "down"),
                           options=PROBED,
                           command=self.hosts.near.command(PROGRAM, "train", self.config, *LONG))


class TwoHostsTestCase(JobOnTwoHosts):
    """Both hosts live on."""

    def test_a_run_on_two_hosts_is_the_run_on_one(self):
        sizes = ["--set", "ensemble.size=8", "--set", "ensemble.methods=[clvae, cnn]"]
        expected = self.undisturbed("run", *sizes)

        result = self.finish(self.on_both("run", self.config, *sizes))

        self.expect_equal(expected)
        names = {host.name for host in self.hosts.hosts}
        self.assertEqual(self.member_hosts(), names)
        for name in names:
            self.assertIn(name, result.stdout)
        for table in ("auc.csv", "auc.json", "comparisons.csv", "scores.csv", "figure3.svg"):
            self.assertEqual((self.folder / "runs/small" / table).read_bytes(),
                             (self.folder / "undisturbed" / table).read_bytes(), table)

    def test_each_host_reads_the_dataset_once(self):
        own = self.folder / "slice"
        shutil.copytree(SLICE, own)
        self.config.write_text(CONFIG.format(slice=own))
        openings = Openings(own / "train-images-idx3-ubyte")
        process = self.begin("train", self.config, *ENDLESS, "--set", "ensemble.size=4")
        self.wait_until(process, lambda: self.said().count("goes to rank") == 4, "all ranks train")

        readers = openings.close()

        for host in self.hosts.hosts:
            ranks = {pid for pid, name in host.processes().items() if name == "clvae"}
            self.assertEqual(len(ranks), 2, host.name)
            self.assertEqual(len(ranks & readers), 1, host.name)
        self.assertEqual(len(readers), 2)

    def test_each_host_makes_a_copy_of_the_dataset_of_its_own(self):
        self.finish(self.on_both("train", self.config, "--set", "dataset.stage=/dev/shm/stage"))

        for host in self.hosts.hosts:
            listed = host.call("find", "/dev/shm/stage", "-name", "train-images*")
            self.assertEqual(listed.count("train-images-idx3-ubyte"), 1, host.name)
        self.assertFalse(pathlib.Path("/dev/shm/stage").exists())

    def test_a_run_that_was_stopped_on_two_hosts_goes_on_alone(self):
        expected = self.undisturbed("train", *LONG)
        process = self.begin("train", self.config, *LONG)
        self.wait_until(process, lambda: self.done() > 0, "a member is done")

        process.send_signal(signal.SIGUSR1)  # mpirun, which passes it on

        self.assertEqual(process.wait(timeout=PATIENCE), INTERRUPTED, self.said())
        self.assertIn("stopping: SIGUSR1 came", self.said())
        self.assertTrue(list((self.folder / "runs/small/checkpoints").glob("*.checkpoint")))
        self.succeed("train", self.config, *LONG)
        self.expect_equal(expected)

    def test_a_second_job_from_the_other_host_is_refused(self):
        process = self.begin("train", self.config, *ENDLESS)
        self.wait_until(process, lambda: "goes to rank" in self.said(), "a member is trained")
        [lock_holder] = [pid for pid, name in self.hosts.near.processes().items()
                         if name == "clvae" and self.is_rank_0(pid)]

        for ranks in ([PROGRAM], [MPIRUN, "--oversubscribe", "-np", "2", PROGRAM]):
            second = self.finish(self.hosts.far.command(*ranks, "run", self.config, *ENDLESS), 2)

            self.assertIn(f"another job works on this run: process {lock_holder} on "
                          f"{self.hosts.near.name};", second.stderr)
        self.assertIsNone(process.poll())

    @staticmethod
    def is_rank_0(pid):
        return b"OMPI_COMM_WORLD_RANK=0\0" in pathlib.Path(f"/proc/{pid}/environ").read_bytes()
