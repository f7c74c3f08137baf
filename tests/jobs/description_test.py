"""What a run file says of itself to somebody who opens it without its written format."""

import re

import h5py

from program import ProgramTestCase, datasets

# What files of earlier versions lack.
DESCRIPTIONS = ("axis_meanings", "attribute_meanings")


class DescriptionTestCase(ProgramTestCase):

    def train(self):
        self.have("train", "--set", "ensemble.methods=[clvae, vae, cnn, pca]", "--set",
                  "ensemble.size=2")

    def items(self):
        """Every group and dataset, by its path."""
        found = {}
        with h5py.File(self.run_file(), "r") as run:
            found["/"] = dict(run.attrs), None
            run.visititems(lambda name, item: found.update(
                {"/" + name: (dict(item.attrs), getattr(item, "shape", None))}))
        return found

    def test_every_dataset_and_group_explains_itself(self):
        self.train()

        items = self.items()

        self.assertGreater(len(items), 40)
        for path, (attributes, shape) in items.items():
            meaning = attributes["meaning"].decode()
            self.assertGreater(len(meaning.split()), 2, path)
            if shape is None:
                continue
            self.assertTrue(attributes["unit"].decode(), path)
            axes = [axis.decode() for axis in attributes["axes"]]
            meanings = [text.decode() for text in attributes["axis_meanings"]]
            self.assertEqual(len(axes), len(shape), path)
            self.assertEqual(len(meanings), len(shape), path)
            for axis, text in zip(axes, meanings):
                # None is left to the fallback, which says no more than the name.
                self.assertNotEqual(text, f"{axis}, from 0", path)
                self.assertGreater(len(text.split()), 3, path)

    def test_every_attribute_of_the_root_is_explained(self):
        self.train()
        with h5py.File(self.run_file(), "r") as run:
            explained = [text.decode().split(":")[0] for text in run.attrs["attribute_meanings"]]
            names = {name for words in explained for name in words.split(", ")}
            self.assertEqual(names | {"meaning", "attribute_meanings"}, set(run.attrs))

    def test_axes_of_samples_name_the_part_whose_order_they_have(self):
        self.train()
        for path, (attributes, shape) in self.items().items():
            if shape is None or b"sample" not in list(attributes["axes"]):
                continue
            text = attributes["axis_meanings"][list(attributes["axes"]).index(b"sample")].decode()
            part = re.search(r"(train|validation|test)[_/]", path).group(1)
            self.assertIn(f"/{part}", text, path)

    def test_weights_say_where_each_parameter_lies(self):
        self.train()
        with h5py.File(self.run_file(), "r") as run:
            for kind, names in (("clvae", ("encoder_weights", "decoder_weights")),
                                ("cnn", ("encoder_weights", "head_weights"))):
                for name in names:
                    dataset = run[f"members/{kind}/{name}"]
                    shapes = re.findall(r"[a-z_0-9.]+(?:weight|bias) \[([0-9, ]+)\]",
                                        dataset.attrs["meaning"].decode())
                    count = 0
                    for shape in shapes:
                        size = 1
                        for extent in shape.split(", "):
                            size *= int(extent)
                        count += size
                    self.assertEqual(count, dataset.shape[1], f"{kind} {name}")

    def test_files_without_descriptions_are_read_extended_and_trained_on(self):
        self.succeed("train", self.config, "--set", "ensemble.size=1")
        with h5py.File(self.run_file(), "r+") as run:
            groups = [run]
            run.visititems(lambda _, item: groups.append(item))
            for item in groups:
                for name in DESCRIPTIONS:
                    item.attrs.pop(name, None)
                if isinstance(item, h5py.Group):
                    del item.attrs["meaning"]
        old = datasets(self.run_file())

        self.succeed("info", "runs/small", "--verify")
        self.succeed("reduce", "runs/small")
        self.succeed("train", self.config, "--set", "ensemble.size=1")
        self.assertEqual(datasets(self.run_file()), old)
        self.succeed("extend", "runs/small", "--size", "2")
        self.succeed("train", self.config, "--set", "ensemble.size=2")

        with h5py.File(self.run_file(), "r") as run:
            self.assertEqual(run["members/clvae/commits"]["state"].tolist(), [1, 1])
            self.assertIn("axis_meanings", run["train/labels"].attrs)
