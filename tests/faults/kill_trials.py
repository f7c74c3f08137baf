"""Kills a small run again and again until it is done, and compares it with an undisturbed one.

    kill_trials.py [--trials N] [--seed S] [--ranks R]

Each job is killed with SIGKILL once: one rank, all of it, or the launcher alone, at a moment of a
chosen stage (see STAGES). Then the same command is given again. No committed member may be lost or
trained anew, and at the end everything outside /provenance has to equal the undisturbed run.
Prints a line for each trial; exit status 1 on any deviation.
"""

import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import h5py
import numpy

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import CONFIG, SLICE, datasets, on_ranks  # noqa: E402

VICTIMS = ("rank", "all", "launcher")
# When the kill comes: within the first second; while the run file is made; at a random moment of
# the training; when values of a member have reached the file and its record has not; at once when
# a member has been committed.
STAGES = ("start", "creation", "training", "commit", "committed")
METHODS = ["--set", "ensemble.methods=[clvae, vae, cnn, pca]", "--set", "ensemble.sizes.vae=2",
           "--set", "ensemble.sizes.cnn=2", "--set", "training.epochs=6"]
MOST_KILLS = 8  # of one trial; what is left may then end undisturbed
PATIENCE = 120  # seconds; a job that needs more hangs
MARK = "CLVAE_KILL_TRIAL"


class Deviation(Exception):
    """What must not happen."""


def processes_with(mark):
    """Processes of one job, by name: its launcher and ranks inherit the mark."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append((int(folder.name), (folder / "comm").read_text().strip()))
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


class RunFile:
    """Looks into the run file beside the job, without HDF5 where it has to be quick."""

    def __init__(self, path):
        self.path = path
        self.first_values = {}  # (kind, member): where its first number lies
        self.states = {}        # (kind, member): where its state lies

    def find_places(self):
        with h5py.File(self.path, "r") as run:
            for kind, group in run["members"].items():
                first = group[group.attrs["checksum_order"][0].decode()]
                commits = group["commits"]
                for member in range(len(commits)):
                    size = first.dtype.itemsize * int(numpy.prod(first.shape[1:]))
                    self.first_values[kind, member] = first.id.get_offset() + member * size
                    self.states[kind, member] = (
                        commits.id.get_offset() + member * commits.dtype.itemsize)

    def being_committed(self, file):
        """A member with values but without its record, or None."""
        for key, place in self.first_values.items():
            if os.pread(file, 1, self.states[key]) != b"\x00":
                continue
            value = numpy.frombuffer(os.pread(file, 4, place), "<f4")
            if not numpy.isnan(value[0]):
                return key
        return None

    def committed(self):
        """Provenance of each member whose record says done."""
        found = {}
        if not self.path.exists():
            return found
        with h5py.File(self.path, "r") as run:
            for kind, group in run["members"].items():
                rows = run[f"provenance/{kind}/members"][()]
                for member in numpy.flatnonzero(group["commits"]["state"] == 1):
                    found[kind, int(member)] = rows[member].tobytes()
        return found


class Trial:
    """One run, killed until it is done."""

    def __init__(self, folder, ranks, draw):
        self.folder = folder
        self.ranks = ranks
        self.draw = draw
        self.file = RunFile(folder / "runs/small/run.h5")
        self.command = on_ranks(ranks, "train", "small.yaml", *METHODS)
        self.kills = []
        self.log = folder / "log"
        self.refusals = 0

    def play(self, undisturbed):
        folder = self.folder
        (folder / "small.yaml").write_text(CONFIG.format(slice=SLICE))
        while True:
            before = self.file.committed()
            status, output = self.one_job(len(self.kills) < MOST_KILLS)
            after = self.file.committed()
            for key, row in before.items():
                if after.get(key) != row:
                    raise Deviation(f"{key} was committed before and is another or gone\n{output}")
            if status == "done":
                break
        differing = [name for name, value in datasets(self.file.path).items()
                     if undisturbed.get(name) != value]
        if differing:
            raise Deviation(f"differ from the undisturbed run: {differing}")
        if (folder / "runs/small/run.h5.new").exists():
            raise Deviation("run.h5.new was left")

    def one_job(self, may_be_killed):
        """Starts the job, kills it, waits for its end."""
        mark = uuid.uuid4().hex
        with open(self.log, "w", encoding="utf-8") as out:
            process = subprocess.Popen(
                self.command, cwd=self.folder, env={**os.environ, MARK: mark}, stdout=out,
                stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + PATIENCE
        victim = self.draw.choice(VICTIMS)
        stage = self.draw.choice(STAGES if self.file.path.exists() else STAGES[:2] + STAGES)
        killed = False
        if may_be_killed:
            processes = self.wait_for_processes(process, mark, stage)
            if self.wait_for_moment(process, stage):
                killed = self.kill(processes or processes_with(mark), process.pid, victim)
        self.wait_for_end(process, mark, deadline)
        output = self.log.read_text()
        if killed:
            return "killed", output
        if process.returncode == 0:
            return "done", output
        if process.returncode == 2 and "lock" in output:
            self.refusals += 1
            time.sleep(1)
            return "refused", output
        raise Deviation(f"exit status {process.returncode} without a kill:\n{output}")

    def wait_for_processes(self, process, mark, stage):
        """All processes of the job, so that the kill loses no time with it. The start can't wait."""
        found = []
        while (stage != "start" and process.poll() is None
               and len(self.ranks_in(found)) < self.ranks):
            found = processes_with(mark)
        return found

    @staticmethod
    def ranks_in(processes):
        return [pid for pid, name in processes if name == "clvae"]

    def wait_for_moment(self, process, stage):
        """Returns whether the moment came before the job's end"""
        if stage == "start":
            time.sleep(self.draw.uniform(0, 1))
            return process.poll() is None
        if stage == "creation" and not self.file.path.exists():
            found = self.poll(process, self.is_in_creation)
            time.sleep(self.draw.uniform(0, 0.004))
            return found and process.poll() is None
        if stage in ("creation", "training"):
            if not self.poll(process, self.file.path.exists):
                return False
            time.sleep(self.draw.uniform(0, 1.5))
            return process.poll() is None
        if not self.poll(process, self.file.path.exists):
            return False
        self.file.find_places()
        with open(self.file.path, "rb") as file:
            number = file.fileno()
            known = self.file.being_committed(number)
            if stage == "commit":
                return self.poll(
                    process, lambda: self.file.being_committed(number) not in (None, known))
            count = len(self.file.committed())
            return self.poll(process, lambda: len(self.file.committed()) > count)

    def is_in_creation(self):
        return self.file.path.with_suffix(".h5.new").exists() or self.file.path.exists()

    @staticmethod
    def poll(process, condition):
        while process.poll() is None:
            if condition():
                return True
            time.sleep(0.0002)
        return False

    def kill(self, processes, launcher, victim):
        """Returns whether anything was killed; keeps what, and how far the run was"""
        ranks = self.ranks_in(processes)
        if not ranks:
            victim = "launcher"
        victims = {"rank": self.draw.sample(ranks, min(1, len(ranks))),
                   "all": [pid for pid, _ in processes], "launcher": [launcher]}[victim]
        stage = self.describe()
        hit = 0
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
                hit += 1
            except ProcessLookupError:
                continue
        if hit:
            self.kills.append((victim, stage))
        return hit > 0

    def describe(self):
        """How far the run is, now."""
        if not self.file.path.exists():
            new = self.file.path.with_suffix(".h5.new").exists()
            return "creation" if new else "start"
        if "goes to rank" not in self.log.read_text():
            return "start"
        if not self.file.states:
            self.file.find_places()
        with open(self.file.path, "rb") as file:
            half = self.file.being_committed(file.fileno())
        return "commit" if half else "training"

    @staticmethod
    def wait_for_end(process, mark, deadline):
        """Until the launcher and all ranks are gone."""
        while process.poll() is None or processes_with(mark):
            if time.monotonic() > deadline:
                for pid, _ in processes_with(mark):
                    os.kill(pid, signal.SIGKILL)
                process.wait()
                raise Deviation(f"processes were left {PATIENCE} s after the start")
            time.sleep(0.05)


def undisturbed_run(folder, ranks):
    (folder / "small.yaml").write_text(CONFIG.format(slice=SLICE))
    subprocess.run(on_ranks(ranks, "train", "small.yaml", *METHODS), cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, timeout=PATIENCE)
    return datasets(folder / "runs/small/run.h5")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ranks", type=int, default=3)
    arguments = parser.parse_args()
    home = pathlib.Path(tempfile.mkdtemp(prefix="clvae-kills-"))
    counts = collections.Counter()
    deviations = 0
    try:
        (home / "undisturbed").mkdir()
        undisturbed = undisturbed_run(home / "undisturbed", arguments.ranks)
        for number in range(arguments.trials):
            folder = home / str(number)
            folder.mkdir()
            trial = Trial(folder, arguments.ranks, random.Random(f"{arguments.seed}:{number}"))
            try:
                trial.play(undisturbed)
                verdict = "equal"
            except Deviation as deviation:
                verdict = f"DEVIATION: {deviation}"
                deviations += 1
            counts.update(trial.kills)
            kills = ", ".join(f"{victim} in {stage}" for victim, stage in trial.kills)
            print(f"trial {number}: {len(trial.kills)} kills ({kills}), {trial.refusals} refusals; "
                  f"{verdict}", flush=True)
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print("\nkilled     " + "".join(f"{stage:>10}" for stage in ("start", "creation", "training",
                                                              "commit")))
    for victim in VICTIMS:
        print(f"{victim:11}" + "".join(f"{counts[victim, stage]:10}" for stage in (
            "start", "creation", "training", "commit")))
    print(f"{sum(counts.values())} kills in {arguments.trials} trials, {deviations} deviations")
    return 1 if deviations or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
