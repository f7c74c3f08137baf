"""What clvae benchmark and clvae check tell of time."""

import json
import re

from program import ProgramTestCase

ALL = ["--set", "ensemble.methods=[clvae, vae, cnn, pca]", "--set", "ensemble.size=3"]
BRIEFLY = ["--seconds", "0.1"]


class BenchmarkTestCase(ProgramTestCase):

    def benchmark(self, *arguments, ranks=0):
        result = self.succeed("benchmark", self.config, *ALL, *BRIEFLY, *arguments, ranks=ranks)
        return result.stdout

    def test_every_rank_is_measured_for_every_kind_and_nothing_is_kept(self):
        report = json.loads(self.benchmark("--json", ranks=2))

        self.assertEqual([rank["rank"] for rank in report["ranks"]], [0, 1])
        for rank in report["ranks"]:
            self.assertEqual(set(rank["kinds"]), {"clvae", "vae", "cnn", "pca"})
            self.assertGreater(rank["peak_flops"], 0)
            self.assertEqual({pace["lanes"] for pace in rank["kinds"].values()}, {1})
            for kind, pace in rank["kinds"].items():
                for rate in ("trained_per_second", "scored_per_second", "member_seconds"):
                    self.assertGreater(pace[rate], 0, (kind, rate))
                self.assertEqual(pace["encoded_per_second"] > 0, kind in ("clvae", "vae"))
                self.assertEqual(pace["share_of_peak"] > 0, kind != "pca")
        self.assertFalse((self.folder / "runs").exists())

    def test_the_estimate_is_that_of_ranks_which_ask_for_members_when_they_are_free(self):
        report = json.loads(self.benchmark("--json", ranks=2))

        seconds = [{kind: pace["member_seconds"] for kind, pace in rank["kinds"].items()}
                   for rank in report["ranks"]]
        free_at = [0, 0]
        longest_first = sorted(seconds[0], key=lambda kind: -sum(rank[kind] for rank in seconds))
        for kind in longest_first:
            for _ in range(1 if kind == "pca" else 3):
                rank = free_at.index(min(free_at))
                free_at[rank] += seconds[rank][kind]
        self.assertEqual(report["estimate"]["members"], 10)
        self.assertAlmostEqual(report["estimate"]["seconds"], max(free_at), places=9)

    def test_only_members_that_are_left_count_when_the_run_exists(self):
        self.assertRegex(self.benchmark(), r"About .* for the 10 members that are left")
        self.assertRegex(self.succeed("check", self.config, *ALL).stdout,
                         r"time +about .* of one rank on cpu for 10 members")

        self.succeed("train", self.config, *ALL)

        self.assertIn("No member is left to be trained.", self.benchmark())
        self.assertRegex(self.succeed("check", self.config, *ALL).stdout,
                         r"time +no member is left to be trained")

    def test_mistakes_are_refused(self):
        self.fail_with(2, "--seconds", "benchmark", self.config, "--seconds", "0")
        self.fail_with(2, "CUDA", "benchmark", self.config, "--set", "training.device=cuda")
        told = self.succeed("check", self.config, "--set", "training.device=cuda").stdout
        self.assertTrue(re.search(r"time +not known: .*CUDA", told), told)
