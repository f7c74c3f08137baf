"""The scripts of slurm/ where they are installed: they find the program that was installed with them, and
read the site's settings from places that a user can change. Needs no Slurm."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "slurm"


class InstalledTestCase(unittest.TestCase):
    """A prefix with the scripts as they are installed, and a program that only tells its version."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clvae-installed-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.scripts = self.folder / "prefix/share/clvae/slurm"
        shutil.copytree(SCRIPTS, self.scripts)
        self.make_program(self.folder / "prefix/bin/clvae", "clvae 0.0.0")
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home")}

    @staticmethod
    def make_program(path, version):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho {version}\n")
        path.chmod(0o755)

    def program(self, expected_status=0):
        """What the scripts start, as ensemble.sh comes to it."""
        script = ('slurm_folder=$1; repository=$(dirname "$1"); . "$1/common.sh"; read_site; '
                  'find_program >/dev/null; echo "${program[@]}"')
        result = subprocess.run(["bash", "-u", "-c", script, "sh", self.scripts], check=False,
                                capture_output=True, text=True, env=self.environment)
        self.assertEqual(result.returncode, expected_status, result.stderr)
        return result.stdout.strip() or result.stderr

    def write_site(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_the_program_of_the_same_prefix_is_found(self):
        self.assertEqual(self.program(), str(self.folder / "prefix/bin/clvae"))

    def test_the_program_that_was_built_in_the_folder_comes_first(self):
        built = self.folder / "prefix/share/clvae/build/jobs/clvae"
        self.make_program(built, "clvae 0.0.1")

        self.assertEqual(self.program(), str(built))

    def test_settings_of_the_user_stand_in_for_those_that_are_installed(self):
        other = self.folder / "other"
        self.make_program(other, "clvae 0.0.2")
        self.write_site(self.scripts / "site.conf", "CLVAE_PROGRAM=/nowhere\n")
        self.write_site(self.folder / "home/.config/clvae/site.conf", f"CLVAE_PROGRAM={other}\n")

        self.assertEqual(self.program(), str(other))

    def test_settings_that_the_environment_names_come_before_all_and_must_be_there(self):
        third = self.folder / "third"
        self.make_program(third, "clvae 0.0.3")
        self.write_site(self.folder / "site", f"CLVAE_PROGRAM={third}\n")
        self.write_site(self.folder / "home/.config/clvae/site.conf", "CLVAE_PROGRAM=/nowhere\n")
        self.environment["CLVAE_SITE_CONF"] = str(self.folder / "site")
        self.assertEqual(self.program(), str(third))

        self.environment["CLVAE_SITE_CONF"] = "missing"
        self.assertIn("CLVAE_SITE_CONF: missing can't be read", self.program(expected_status=2))

    def test_job_says_how_to_build_when_no_program_is_there(self):
        (self.folder / "prefix/bin/clvae").unlink()

        self.assertIn("does not start here", self.program(expected_status=2))


if __name__ == "__main__":
    unittest.main()
