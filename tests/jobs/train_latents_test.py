"""A run that does not keep its training latents, against one that does."""

import h5py
import numpy

from program import ProgramTestCase

BOTH = ["--set", "ensemble.methods=[clvae, vae]", "--set", "ensemble.size=2"]
WITHOUT = ["--set", "store.train_latents=false"]


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

    def test_another_choice_is_refused_when_the_run_exists(self):
        self.succeed("train", self.config, *WITHOUT)

        self.fail_with(2, "store.train_latents", "train", self.config)


