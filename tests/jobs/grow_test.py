"""Runs that get more members: by extension, or by merging runs that were trained apart."""

import json
import shutil

import h5py
import numpy

from program import ProgramTestCase, datasets, rows

ALL = ("--set", "ensemble.methods=[clvae, vae, cnn, pca]", "--set", "ensemble.sizes.vae=2")


def member_rows(path, kind):
    """Every dataset of one kind that has a row for each member."""
    with h5py.File(path, "r") as run:
        return {name: item[:] for name, item in run[f"members/{kind}"].items()
                if name != "centres"}


def provenance(path):
    """What /provenance says of the CL-VAE members and jobs."""
    with h5py.File(path, "r") as run:
        return {name: run[f"provenance/{name}"][:]
                for name in ("clvae/members", "clvae/attempt_messages", "sessions")}


class ExtendTestCase(ProgramTestCase):

    def test_an_extended_run_is_the_run_of_that_size(self):
        self.succeed("train", self.config, *ALL, "--set", "ensemble.size=6", "--set",
                     "ensemble.sizes.vae=3")
        at_once = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        self.have("train", *ALL)

        result = self.succeed("extend", "runs/small", "--size", "6", "--set",
                              "ensemble.sizes.vae=3")
        self.assertIn("6 clvae members, 3 before", result.stdout)
        again = self.succeed("train", self.config, *ALL, ranks=2)

        self.assertIn("has places for 6 clvae members, the config asks for 3", again.stdout)
        self.assertEqual(again.stdout.count("done on rank"), 7)
        self.assertEqual(datasets(self.run_file()), at_once)

    def test_what_is_done_stays_when_a_run_is_extended(self):
        self.have("train")
        before, noted = member_rows(self.run_file(), "clvae"), provenance(self.run_file())
        self.run_file().chmod(0o640)

        self.succeed("extend", "runs/small", "--size", "5")

        for name, values in member_rows(self.run_file(), "clvae").items():
            self.assertEqual(len(values), 5, name)
            self.assertEqual(values[:3].tobytes(), before[name].tobytes(), name)
        after = provenance(self.run_file())
        self.assertEqual(after["sessions"].tobytes(), noted["sessions"].tobytes())
        self.assertEqual(after["clvae/members"][:3].tobytes(), noted["clvae/members"].tobytes())
        self.assertEqual(list(after["clvae/members"]["rank"][3:]), [-1, -1])
        self.assertEqual(self.run_file().stat().st_mode & 0o777, 0o640)
        info = self.succeed("info", "runs/small", "--verify").stdout
        self.assertIn("3 of 5 members done, 0 failed, 2 pending", info)
        self.assertIn("all checksums hold", info)
        self.assertIn("  size: 5\n", info)
        self.assertEqual(sorted(path.name for path in self.run_file().parent.iterdir()),
                         ["epochs.csv", "run.h5"])

    def test_failed_attempts_and_damage_are_remembered_when_a_run_is_extended(self):
        hopeless = ("--set", "training.learning_rate=10", "--set", "ensemble.max_attempts=2")
        self.fail_with(1, "none of 3 members", "train", self.config, *hopeless)
        self.succeed("extend", "runs/small", "--size", "4")

        info = self.succeed("info", "runs/small").stdout

        self.assertIn("0 of 4 members done, 3 failed, 1 pending", info)
        self.assertEqual(info.count("(failed): "), 6)

    def test_a_damaged_member_is_still_trained_anew_when_the_run_was_extended(self):
        self.succeed("train", self.config, "--set", "ensemble.size=4")
        whole = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        self.have("train")
        with h5py.File(self.run_file(), "r+") as run:
            run["members/clvae/test_latents"][1, 7, 0] += 1
        self.succeed("extend", "runs/small", "--size", "4")

        result = self.succeed("train", self.config)

        self.assertIn("member 1 was done, but its values and its record don't fit together", result.stdout)
        self.assertEqual(datasets(self.run_file()), whole)

    def test_sizes_that_can_not_be_had_are_refused(self):
        self.have("train")
        before = self.run_file().read_bytes()

        self.fail_with(2, "found 3 members, and 2 are asked for", "extend", "runs/small", "--size",
                       "2")
        self.fail_with(2, "training.epochs", "extend", "runs/small", "--size", "4", "--set",
                       "training.epochs=9")
        self.fail_with(2, "ensemble.size", "extend", "runs/small", "--size", "many")
        self.fail_with(2, "how many members?", "extend", "runs/small")
        self.fail_with(2, "found nothing", "extend", "runs/none", "--size", "4")
        same = self.succeed("extend", "runs/small", "--size", "3")

        self.assertIn("has as many members already", same.stdout)
        self.assertEqual(self.run_file().read_bytes(), before)

    def test_a_config_that_wants_more_names_the_command_that_makes_room(self):
        self.have("train", *ALL)

        for ranks in (0, 2):
            self.fail_with(
                2, "clvae extend runs/small --size 8 --set ensemble.sizes.vae=5 makes room",
                "train", self.config, *ALL, "--set", "ensemble.size=8", "--set",
                "ensemble.sizes.vae=5", ranks=ranks)
        self.fail_with(2, "expected 8 as the config has it", "check", self.config, *ALL, "--set",
                       "ensemble.size=8")

    def test_a_request_is_taken_up_when_the_run_is_trained(self):
        self.succeed("train", self.config, "--set", "ensemble.size=5")
        at_once = datasets(self.run_file())
        shutil.rmtree(self.folder / "runs")
        self.have("train")
        request = self.folder / "runs/small/extend-1-1.request"
        request.write_text("ensemble.size=5\n")

        result = self.succeed("train", self.config, ranks=2)

        self.assertIn("extend-1-1.request asks for more members", result.stdout)
        self.assertIn("5 of 5 members are done", result.stdout)
        self.assertEqual(datasets(self.run_file()), at_once)
        self.assertFalse(request.exists())

    def test_a_request_that_can_not_be_met_is_one_warning(self):
        self.have("train")
        request = self.folder / "runs/small/extend-1-1.request"
        request.write_text("training.epochs=5\n")

        result = self.succeed("train", self.config)

        self.assertIn("extend-1-1.request: the run goes on without the members that are asked for "
                      "(training.epochs=5), and the request is removed: ", result.stdout)
        self.assertIn("3 of 3 members are done", result.stdout)
        self.assertFalse(request.exists())
        self.assertNotIn("warning", self.succeed("train", self.config).stdout)

    def test_a_request_that_can_not_be_read_stays(self):
        self.have("train")
        request = self.folder / "runs/small/extend-1-1.request"
        request.mkdir()

        result = self.succeed("train", self.config)

        self.assertIn("and the request stays until the next start: ", result.stdout)
        self.assertIn("3 of 3 members are done", result.stdout)
        self.assertTrue(request.exists())


class MergeTestCase(ProgramTestCase):

    def train_both(self, *options):
        """Ensembles of seeds 1 and 2, in folders `one` and `two`."""
        self.have("train", *options, name="one")
        self.succeed("train", self.config, *options, "--set", "ensemble.seed=2", "--set",
                     "ensemble.size=2", "--output", "two")

    def test_a_merged_run_has_the_members_of_all_runs(self):
        self.train_both(*ALL)

        said = self.succeed("merge", "one", "two", "--output", "both").stdout

        self.assertIn("both/run.h5: 5 clvae members", said)
        for kind, size in {"clvae": 5, "vae": 4, "cnn": 5, "pca": 1}.items():
            merged = member_rows(self.run_file("both"), kind)
            first, second = (member_rows(self.run_file(run), kind) for run in ("one", "two"))
            for name, values in merged.items():
                self.assertEqual(len(values), size)
                both = first[name].tobytes() + second[name].tobytes()
                self.assertEqual(values.tobytes(), both[:len(values.tobytes())], f"{kind} {name}")
        info = json.loads(self.succeed("info", "both", "--json", "--verify").stdout)
        self.assertEqual([kind["damaged"] for kind in info["kinds"]], [[]] * 4)
        self.assertEqual([source["ensemble_seed"] for source in info["merged_from"]], [1, 2])
        self.assertEqual(info["merged_from"][0]["members"],
                         {"clvae": "0-2", "vae": "0-1", "cnn": "0-2", "pca": "0"})
        self.assertNotIn("pca", info["merged_from"][1]["members"])
        self.assertEqual(len(info["sessions"]), 2)

    def test_a_merged_run_is_reduced_and_plotted_as_one_of_that_size(self):
        self.train_both()
        self.succeed("merge", "one", "two", "--output", "both")

        self.succeed("reduce", "both", ranks=2)
        self.succeed("plot", "both")
        for run in ("one", "two"):
            self.succeed("reduce", run)

        members = [[row["auc_density"] for row in rows(self.folder / run / "members.csv")]
                   for run in ("one", "two", "both")]
        self.assertEqual(members[0] + members[1], members[2])
        self.assertIn("merged from", (self.folder / "both/summary.html").read_text().lower())

    def test_only_a_damaged_member_of_a_merged_run_is_trained_anew(self):
        self.train_both()
        self.succeed("merge", "one", "two", "--output", "both")
        undamaged = datasets(self.run_file("both"))
        with h5py.File(self.run_file("both"), "r+") as run:
            run["members/clvae/test_latents"][4, 7, 0] += 1

        result = self.succeed("train", self.config, "--output", "both", ranks=2)

        self.assertEqual(result.stdout.count("done on rank"), 1)
        self.assertIn("clvae member 4", result.stdout)
        self.assertEqual(datasets(self.run_file("both")), undamaged)

    def test_members_that_are_not_done_or_damaged_are_left_out_of_a_merge(self):
        self.train_both()
        self.succeed("extend", "two", "--size", "3")
        with h5py.File(self.run_file("one"), "r+") as run:
            run["members/clvae/test_latents"][1, 7, 0] += 1

        result = self.succeed("merge", "one", "two", "--output", "both")

        self.assertIn("clvae member 1 is left out", result.stdout + result.stderr)
        seeds = [member_rows(self.run_file(run), "clvae")["seeds"] for run in ("one", "two")]
        numpy.testing.assert_array_equal(member_rows(self.run_file("both"), "clvae")["seeds"],
                                         [*seeds[0][[0, 2]], *seeds[1][:2]])

    def test_merged_runs_can_be_merged(self):
        self.train_both()
        self.succeed("merge", "one", "two", "--output", "both")
        self.succeed("train", self.config, "--set", "ensemble.seed=3", "--output", "three")

        self.succeed("merge", "three", "both", "--output", "all")

        self.assertIn("8 of 8 members done", self.succeed("info", "all", "--verify").stdout)
        self.fail_with(2, "members that one/run.h5 has as well: 3, 4, 5", "merge", "one", "all",
                       "--output", "twice")

    def test_runs_that_do_not_fit_together_are_refused(self):
        self.train_both()
        self.succeed("train", self.config, "--set", "training.epochs=2", "--set",
                     "ensemble.seed=3", "--output", "other")

        self.fail_with(2, "members that one/run.h5 has as well: 0, 1, 2 (ensemble.seed: 1 in both)",
                       "merge", "one", "one", "--output", "both")
        self.fail_with(2, "other/run.h5: /config: found training.epochs: 2; expected 3 as in "
                       "one/run.h5", "merge", "one", "two", "other", "--output", "both")
        self.fail_with(2, "found nothing", "merge", "one", "none", "--output", "both")
        self.fail_with(2, "run", "merge", "one", "--output", "both")
        self.fail_with(2, "--output", "merge", "one", "two")
        self.fail_with(2, "two/run.h5", "merge", "one", "two", "--output", "two")
        self.assertFalse((self.folder / "both").exists())

    def test_a_merged_run_does_not_grow_by_itself(self):
        self.train_both()
        self.succeed("merge", "one", "two", "--output", "both")

        self.fail_with(2, "extend the runs that it is made of", "extend", "both", "--size", "9")
        self.fail_with(2, "a merged run does not grow", "train", self.config, "--set",
                       "ensemble.size=9", "--output", "both")
