"""What a run leaves for a paper."""

import importlib.util
import os
import pathlib
import re
import subprocess
import sys

from program import ProgramTestCase, rows

CITATION = pathlib.Path(__file__).parents[2] / "CITATION.cff"


def cited(key, text):
    """The values of a key of the file, in its order."""
    return re.findall(rf'^[ -]*{key}: "?(.*?)"?$', text, re.MULTILINE)


class PapersTestCase(ProgramTestCase):

    def test_cite_says_what_the_citation_file_says(self):
        text = CITATION.read_text(encoding="utf-8")

        said = self.succeed("cite").stdout

        # As letters, and without the braces that keep capitals.
        said = said.replace(r"{\AA}", "Å").replace(r'{\"o}', "ö").replace("{", "").replace("}", "")
        for value in [*cited("title", text), *cited("doi", text), *cited("journal", text),
                      *cited("url", text), *cited("year", text), *cited("name", text)]:
            self.assertIn(value, said)
        for family, given in zip(cited("family-names", text), cited("given-names", text)):
            self.assertIn(f"{family}, {given}", said)
        self.assertIn(f"version {cited('version', text)[0]}\n", said)

    def test_figures_and_script_are_there_for_latex_and_matplotlib(self):
        self.have("run")
        folder = self.folder / "runs/small"
        self.assertIn(r"\ClvaeNumber{ClvaeDensityMeanAuc}", (folder / "results.tex").read_text())
        self.assertIn(r"\toprule", (folder / "tables.tex").read_text())

        result = self.succeed("plot", "runs/small", "--width", "84mm", "--output", "paper")

        for figure in ("figure2", "figure3", "figure4", "merges", "scores"):
            self.assertIn(f"{figure}_latex.tex", result.stdout)
            tex = (self.folder / f"paper/{figure}_latex.tex").read_text(encoding="utf-8")
            self.assertIn(f"]{{{figure}_latex}}}}", tex)
        self.fail_with(2, "found 84; expected a width", "plot", "runs/small", "--width", "84")

    def test_script_draws_figure_3_with_matplotlib(self):
        if importlib.util.find_spec("matplotlib") is None:
            self.skipTest("there is no matplotlib to run figure3.py with")
        self.have("run")
        script = self.folder / "runs/small/figure3.py"
        primary = {row["score"] for row in rows(script.parent / "auc.csv") if row["primary"] == "1"}

        subprocess.run([sys.executable, script, "--output", "own.svg"], cwd=self.folder, check=True,
                       env={**os.environ, "MPLCONFIGDIR": str(self.folder)}, timeout=300)

        self.assertIn("<svg", (self.folder / "own.svg").read_text())
        self.assertEqual(len(primary), 5)
        for title in ("CL-VAE, latent divergence", "CL-VAE, reconstruction error"):
            self.assertIn(title, script.read_text())
