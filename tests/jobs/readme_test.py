"""The Python of the documentation, run as it stands there on a run of its own."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys

import h5py
import numpy

from program import SLICE, ProgramTestCase, rows

ROOT = pathlib.Path(__file__).parents[2]
PAGES = (ROOT / "src/store/README.md", ROOT / "jobs/README.md")


def code_blocks(path, language):
    """The blocks of code of that language, in their order."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def is_installed(name):
    return importlib.util.find_spec(name) is not None


class ReadmeTestCase(ProgramTestCase):

    def setUp(self):
        super().setUp()
        self.blocks = [block for page in PAGES for block in code_blocks(page, "python")]

    def train(self):
        self.have("run", name="runs/quickstart")
        self.succeed("score", "runs/quickstart", SLICE, "--output", "scores.h5")

    def block_with(self, text):
        """The one block that holds a text."""
        found = [block for block in self.blocks if text in block]
        self.assertEqual(len(found), 1, text)
        return found[0]

    def execute(self, block):
        """What the block prints."""
        result = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", block],
            cwd=self.folder, env={**os.environ, "MPLBACKEND": "Agg"}, capture_output=True,
            text=True, timeout=300, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def is_picture(self, name):
        return (self.folder / name).read_bytes().startswith(b"\x89PNG")

    def test_blocks_that_draw_do_what_they_say(self):
        if not is_installed("matplotlib"):
            self.skipTest("there is no matplotlib to run the examples with")
        self.train()

        said = self.execute(self.block_with("latents.png"))
        self.assertTrue(self.is_picture("latents.png"))
        self.assertTrue(said.startswith("3 members: posterior mean of each test sample"), said)

        said = self.execute(self.block_with("auc.png"))
        self.assertTrue(self.is_picture("auc.png"))
        last = [row for row in rows(self.folder / "runs/quickstart/auc.csv")
                if row["score"] == "density" and row["merge"] == "mean"][-1]
        self.assertEqual(said, f"3 members: {float(last['auc_mean']):.4f}\n")

        said = self.execute(self.block_with("scores.png"))
        self.assertTrue(self.is_picture("scores.png"))
        with h5py.File(self.folder / "scores.h5", "r") as scores:
            above = int(scores["is_anomaly"][:].sum())
            furthest = int(numpy.argmax(scores["anomaly_score"][:]))
            self.assertIn(f"{above} of {len(scores['is_anomaly'])} above", said)
            self.assertIn(f"sample {furthest} is the furthest", said)

    def test_block_that_reads_the_run_file_does_what_it_says(self):
        self.train()
        (self.folder / "run.h5").symlink_to(self.run_file("runs/quickstart"))

        said = self.execute(self.block_with("members done; classes"))

        self.assertIn("3 of 3 members done; classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9", said)
        self.assertIn("test_latents", said)

    def test_block_that_runs_the_modules_does_what_it_says(self):
        if not is_installed("torch"):
            self.skipTest("there is no PyTorch to run the example with")
        block = self.block_with("torch.jit.load")
        data = re.search(r'path = "(.*)"', block).group(1)
        self.have("run", name="runs/quickstart")
        self.succeed("score", "runs/quickstart", data, "--output", "scores.h5")
        self.succeed("export", "runs/quickstart", "--torchscript", "modules")

        said = self.execute(block)

        with h5py.File(self.folder / "scores.h5", "r") as scores:
            alarms = int(scores["is_anomaly"][:1000].sum())
            names = [name.decode() for name in scores.attrs["class_names"]]
            nearest = names[scores["nearest_class"][0]]
            self.assertEqual(said, f"{alarms} of 1000 above {scores.attrs['threshold']:.3f}; "
                                   f"the first is nearest to {nearest}\n")
