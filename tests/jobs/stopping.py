"""Starts clvae and stops it while it trains."""

import os
import subprocess
import time

from program import ProgramTestCase, datasets, on_ranks

INTERRUPTED = 75


class StoppedCase(ProgramTestCase):
    """A test that stops clvae while it trains, and compares what it comes to."""

    def begin(self, *arguments, ranks=0, environment=None):
        """Starts clvae and waits until it trains."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        with open(log, "wb") as output:
            process = subprocess.Popen(
                on_ranks(ranks, *arguments), cwd=self.folder, stdout=output,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, **(environment or {})})
        self.addCleanup(process.kill)
        while "goes to rank" not in log.read_text() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.3)  # some batches
        return process

    def said(self):
        return (self.folder / "log").read_text()

    def checkpoints(self):
        return sorted(path.name for path in (self.folder / "runs/small/checkpoints").glob("*"))

    def whole_checkpoints(self):
        """Those that are written to their end."""
        return [name for name in self.checkpoints() if name.endswith(".checkpoint")]

    def undisturbed(self, *arguments):
        """What the run comes to when nobody interferes."""
        self.have("train", *arguments, name="undisturbed")
        found = datasets(self.run_file("undisturbed"))
        return {name: value for name, value in found.items() if name != "config"}

    def result(self):
        found = datasets(self.run_file())
        return {name: value for name, value in found.items() if name != "config"}
