"""Completions and manual pages: made from the command line that the program reads."""

import gzip
import pathlib
import re
import shutil
import subprocess
import unittest

from program import ProgramTestCase


class CompletionTestCase(ProgramTestCase):
    """What the build makes, made once: a program takes a third of a second to start."""

    made = None

    def setUp(self):
        super().setUp()
        if CompletionTestCase.made is None:
            self.succeed("manual", "made")
            CompletionTestCase.made = {path.relative_to(self.folder / "made").as_posix(): path.read_text()
                                       for path in (self.folder / "made").rglob("*") if path.is_file()}
        self.script = self.folder / "script"

    def bash(self, *words):
        """What TAB offers after these words."""
        self.script.write_text(self.made["bash-completion/completions/clvae"])
        line = " ".join(f"'{word}'" for word in words)
        code = (f"source {self.script}; COMP_WORDS=(clvae {line}); COMP_CWORD={len(words)}; _clvae; "
                'printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(["bash", "-c", code], cwd=self.folder, capture_output=True, text=True,
                                check=True)
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def commands(self):
        text = self.made["man/man1/clvae.1"]
        return re.findall(r"^\\fBclvae\\-(\w+)\\fR\(1\)$", text[:text.index(".SH OPTIONS")], re.MULTILINE)

    def test_bash_offers_commands_options_words_and_keys(self):
        self.assertEqual(self.bash("ev"), ["evaluate"])
        self.assertIn("--version", self.bash("--v"))
        self.assertEqual(self.bash("run", "--ou"), ["--output"])
        self.assertEqual(self.bash("fetch", "c"), ["cifar10"])
        self.assertEqual(self.bash("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.bash("score", "runs/a", "--device", "cu"), ["cuda"])
        self.assertEqual(self.bash("run", "--set", "training.ep"), ["training.epochs="])
        self.assertEqual(self.bash("compare", "--set", "training."), [])
        self.assertIn("reduction.draws=", self.bash("compare", "--set", "redu"))

    def test_bash_offers_files_and_folders_where_they_are_wanted(self):
        for name in ("runs/a", "other"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "r.txt").touch()

        self.assertEqual(self.bash("run", "sm"), ["small.yaml"])
        self.assertEqual(self.bash("run", "r"), ["runs"])
        self.assertEqual(self.bash("run", "small.yaml", "--output", "r"), ["runs"])
        self.assertEqual(self.bash("run", "small.yaml", "--output", "=", "ru"), ["runs"])
        self.assertEqual(sorted(self.bash("score", "r")), ["r.txt", "runs"])

    def test_what_shells_read_has_no_mistakes(self):
        for shell, name, words in (("bash", "bash-completion/completions/clvae", ["-n"]),
                                   ("zsh", "zsh/site-functions/_clvae", ["-n"]),
                                   ("fish", "fish/vendor_completions.d/clvae.fish", ["--no-execute"])):
            with self.subTest(shell):
                if shutil.which(shell) is None:
                    self.skipTest(f"there is no {shell} to read its completion")
                self.script.write_text(self.made[name])
                result = subprocess.run([shell, *words, self.script], capture_output=True, text=True,
                                        check=False)
                self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_every_shell_knows_every_command_and_option(self):
        commands = self.commands()
        self.assertGreater(len(commands), 15)
        self.assertNotIn("manual", commands)  # which is hidden
        for command in commands:
            page = self.made[f"man/man1/clvae-{command}.1"]
            options = {option.replace("\\", "") for option in re.findall(r"\\fB(\\-\\-[\w\\-]+)\\fR", page)}
            self.assertIn("--help", options)
            for option in options:
                self.assertIn(f"{option}[" if option == "--help" else option,
                              self.made["zsh/site-functions/_clvae"])
                self.assertIn(f"-n '__fish_seen_subcommand_from {command}'",
                              self.made["fish/vendor_completions.d/clvae.fish"])
                self.assertIn(f" -l {option[2:]} ", self.made["fish/vendor_completions.d/clvae.fish"])
            self.assertLessEqual(options, set(self.bash(command, "-")))

    def test_command_prints_what_is_installed(self):
        said = self.succeed("completion", "bash").stdout

        self.assertEqual(said, self.made["bash-completion/completions/clvae"])
        self.fail_with(2, "found the shell csh; expected bash, zsh or fish", "completion", "csh")

    def test_pages_have_the_sections_of_a_manual_and_the_words_of_the_help(self):
        page = self.made["man/man1/clvae-score.1"]
        heads = re.findall(r"^\.SH (.*)$", page, re.MULTILINE)

        self.assertEqual(heads, ["NAME", "SYNOPSIS", "DESCRIPTION", "ARGUMENTS", "OPTIONS", "EXAMPLES",
                                 "EXIT STATUS", "SEE ALSO"])
        self.assertIn("pass over image files that can\\(aqt be read", page)
        self.assertIn("EXIT STATUS\n0 done; 1 something broke", self.made["man/man1/clvae.1"])

    def test_pages_are_set_without_a_warning(self):
        if shutil.which("man") is None:
            self.skipTest("there is no man to set the pages")
        for name, text in self.made.items():
            if not name.startswith("man/"):
                continue
            page = self.folder / pathlib.Path(name).name
            page.with_suffix(".1.gz").write_bytes(gzip.compress(text.encode()))
            result = subprocess.run(["man", "--warnings", "-l", page.with_suffix(".1.gz")], check=False,
                                    capture_output=True, text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)


if __name__ == "__main__":
    unittest.main()
