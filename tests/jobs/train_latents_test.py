"""A run that does not keep its training latents, against one that does."""

import h5py
import numpy

from program import ProgramTestCase, SLICE

BOTH = ["--set", "ensemble.methods=[clvae, vae]", "--set", "ensemble.size=2"]
WITHOUT = ["--set", "store.train_latents=false"]


def forget_references(path):
    """Makes a run file what an earlier version would have made, with all members to be trained."""
    with h5py.File(path, "r+") as run:
        members = run["members/clvae"]
        names = [name for name in members.attrs["checksum_order"] if name != b"reference_latents"]
        members.attrs["checksum_order"] = numpy.array(names, members.attrs["checksum_order"].dtype)
        del members["reference_latents"]
        members["commits"][...] = numpy.zeros_like(members["commits"][...])


class TrainLatentsTestCase(ProgramTestCase):

    def test_tables_are_equal_when_only_their_statistics_are_kept(self):
        self.have("run", *BOTH, name="kept")
        self.succeed("run", self.config, *BOTH, *WITHOUT, "--output", "without", ranks=2)

        for table in ("auc.csv", "comparisons.csv", "scores.csv"):
            self.assertEqual((self.folder / "kept" / table).read_text(),
                             (self.folder / "without" / table).read_text(), table)
        self.assertLess(self.run_file("without").stat().st_size,
                        self.run_file("kept").stat().st_size)

    def test_statistics_equal_numpys_and_the_figure_shows_the_test_inliers(self):
        self.have("run", *BOTH, name="kept")
        self.succeed("run", self.config, *BOTH, *WITHOUT, "--output", "without")

        with h5py.File(self.run_file("kept"), "r") as kept, \
                h5py.File(self.run_file("without"), "r") as without:
            self.assertNotIn("train_latents", without["members/clvae"])
            self.assertNotIn("train_latents", without["members/vae"])
            self.assertNotIn("reference_latents", kept["members/clvae"])
            self.assertNotIn("reference_latents", without["members/vae"])
            for latents, references in zip(kept["members/clvae/train_latents"][:],
                                           without["members/clvae/reference_latents"][:]):
                self.assertEqual(len(references), min(5000, len(latents)))
                self.assertLessEqual(set(map(tuple, references)), set(map(tuple, latents)))
            self.assertNotIn("train_latent_means", without["members/vae"])
            labels = kept["train/labels"][:]
            means = without["members/clvae/train_latent_means"]
            covariances = without["members/clvae/train_latent_covariances"]
            for member, latents in enumerate(kept["members/clvae/train_latents"][:].astype(float)):
                for k, label in enumerate(kept.attrs["inlier_classes"]):
                    cluster = latents[labels == label]
                    numpy.testing.assert_allclose(means[member, k], cluster.mean(0), rtol=1e-12)
                    numpy.testing.assert_allclose(covariances[member, k], numpy.cov(cluster.T),
                                                  rtol=1e-10)
        self.assertIn("training inliers: ", (self.folder / "kept/figure2.svg").read_text())
        figure = (self.folder / "without/figure2.svg").read_text()
        self.assertIn("test inliers: ", figure)
        self.assertNotIn("training inliers: ", figure)

    def test_a_file_of_an_earlier_version_keeps_its_layout_and_lacks_the_joint_scores(self):
        few = [*WITHOUT, "--set", "ensemble.size=2", "--set", "training.epochs=1"]
        self.succeed("train", self.config, *few)
        forget_references(self.run_file())

        result = self.succeed("run", self.config, *few, ranks=2)
        self.succeed("extend", "runs/small", "--size", "3")
        self.succeed("train", self.config, *few, "--set", "ensemble.size=3")
        self.succeed("info", "runs/small", "--verify")

        said = result.stdout + result.stderr
        self.assertEqual(said.count("no joint Mahalanobis score: its clvae members keep no"), 1)
        self.assertEqual(said.count("no nearest neighbours score: "), 1)
        table = (self.folder / "runs/small/auc.csv").read_text()
        self.assertIn(",density,", table)
        self.assertNotIn(",joint,", table)
        with h5py.File(self.run_file(), "r") as run:
            self.assertNotIn("reference_latents", run["members/clvae"])
            self.assertEqual(list(run["members/clvae/commits"]["state"]), [1, 1, 1])
        self.fail_with(2, "the score joint needs latents of training inliers", "score",
                       "runs/small", SLICE, "--score", "joint", "--output", "scores.csv")

    def test_another_choice_is_refused_when_the_run_exists(self):
        self.succeed("train", self.config, *WITHOUT)

        self.fail_with(2, "store.train_latents", "train", self.config)


