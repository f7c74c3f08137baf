"""Disks that are full or can't be written to: the error names the file, nothing that was committed is
lost, and the same command goes on once there is room. Each test mounts a disk of its own."""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).parent.parent / "jobs"))
from program import ProgramTestCase, datasets, rows  # noqa: E402

PAGE = 4096


class DiskTestCase(ProgramTestCase):

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            reason = f"no file system can be mounted here: {mounted.stderr.strip()}"
            print(f"SKIPPED: full and read-only disks are not tested: {reason}", flush=True)
            raise unittest.SkipTest(reason)
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)

    def leave_free(self, size):
        """Fills the disk but for so many bytes."""
        filler = self.disk / "filler"
        filler.unlink(missing_ok=True)
        found = os.statvfs(self.disk)
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - size)

    def make_room(self):
        (self.disk / "filler").unlink()

    def copy_finished_run(self):
        """Trains a run elsewhere and puts it on the disk."""
        self.succeed("train", self.config)
        shutil.copytree(self.folder / "runs/small", self.disk / "run")

    def names(self):
        return sorted(path.name for path in (self.disk / "run").iterdir())

    def test_a_disk_without_room_for_the_run_is_found_before_training(self):
        arguments = ["train", self.config, "--output", "disk/run"]
        self.leave_free(100 * PAGE)
        for ranks in (0, 2):
            result = self.fail_with(1, "No space left on device", *arguments, ranks=ranks)
            self.assertRegex(result.stderr, r"disk/run/run\.h5\.new: can't find room for [0-9]{6} "
                             rf"bytes \([0-9]+ kiB\) where {99 * PAGE} are free")
            self.assertNotIn("goes to rank", result.stdout)
            self.assertEqual(self.names(), [])

        self.make_room()

        self.succeed(*arguments, ranks=2)
        self.assertEqual(self.names(), ["epochs.csv", "run.h5"])

    def test_a_disk_without_any_room_is_left_as_it_was(self):
        self.leave_free(0)

        self.fail_with(1, "disk/run/run.lock: ", "train", self.config, "--output", "disk/run",
                       ranks=2)

        self.assertEqual(self.names(), [])

    def test_a_disk_without_room_for_tables_keeps_the_members(self):
        self.copy_finished_run()
        undamaged = (self.disk / "run/run.h5").read_bytes()
        for free in (0, 8 * PAGE):
            self.leave_free(free)

            self.fail_with(1, "disk/run/", "reduce", "disk/run", ranks=2)

            self.assertEqual([name for name in self.names() if name.endswith(".new")], [])
            self.assertEqual((self.disk / "run/run.h5").read_bytes(), undamaged)
        self.make_room()
        self.succeed("reduce", "disk/run", ranks=2)
        self.assertEqual(len(rows(self.disk / "run/members.csv")), 3)

    def test_a_figure_that_the_disk_has_no_room_for_is_not_left_cut_off(self):
        self.copy_finished_run()
        self.succeed("reduce", "disk/run")
        tables = self.names()
        self.succeed("plot", "disk/run", "--output", "whole")
        whole = {end: (self.folder / f"whole/figure3.{end}").stat().st_size
                 for end in ("gnuplot", "svg", "png", "pdf")}
        pages = {end: -(-size // PAGE) for end, size in whole.items()}
        self.assertGreater(pages["pdf"], 1)
        # All but a part of the last file.
        self.leave_free((sum(pages.values()) - 1) * PAGE)

        self.fail_with(1, "disk/run/figure3.pdf: can't draw the figure: No space left",
                       "plot", "disk/run")

        self.assertEqual(self.names(), sorted([*tables, "figure3.gnuplot"]))
        self.make_room()
        self.succeed("plot", "disk/run")

    def test_a_member_is_done_when_the_disk_has_no_room_for_its_checkpoints(self):
        arguments = ["train", self.config, "--set", "training.checkpoint_every=1 epochs"]
        self.succeed(*arguments)
        # The lock and what is left of the file's last pages; no checkpoint.
        self.leave_free((self.run_file().stat().st_size // PAGE + 5) * PAGE)

        result = self.succeed(*arguments, "--output", "disk/run", ranks=2)

        self.assertRegex(result.stderr, "warning: .*disk/run/checkpoints/.*No space left on device")
        self.assertEqual(self.names(), ["epochs.csv", "run.h5"])
        found, undisturbed = datasets(self.disk / "run/run.h5"), datasets(self.run_file())
        self.assertNotEqual(found.pop("config"), undisturbed.pop("config"))  # the output's name
        self.assertEqual(found, undisturbed)

    def test_a_read_only_disk_is_refused_before_anything_is_computed(self):
        self.copy_finished_run()
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)

        for output in ("disk/other", "disk/run"):
            self.fail_with(2, f"{output}: can't", "train", self.config, "--output", output, ranks=2)
        result = self.fail_with(2, "disk/run: can't write into the folder", "reduce", "disk/run",
                                ranks=2)
        self.assertEqual(result.stdout, "")
        self.fail_with(2, "disk/run: can't write", "extend", "disk/run", "--size", "5")

    def test_a_run_on_a_read_only_disk_can_be_read(self):
        self.copy_finished_run()
        self.succeed("reduce", "disk/run")
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)

        self.succeed("info", "disk/run", "--verify")
        self.succeed("plot", "disk/run", "--output", "figures")
        self.succeed("compare", "disk/run", "disk/run")
        self.fail_with(2, "disk/run: can't write into the folder", "plot", "disk/run")
