"""New data of every format scored with runs that were trained on features, floats and image files."""

import csv
import json
import pathlib
import shutil
import tempfile

import h5py
import numpy

import make_images
from program import SLICE, rows
from scoring import ScoreTestCase, idx

SMALL = ["--set", "dataset.test_mix=all", "--set", "training.epochs=2"]


class ScoreFormatsTestCase(ScoreTestCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = pathlib.Path(tempfile.mkdtemp(prefix="clvae-jobs-kept-"))
        cls.addClassCleanup(shutil.rmtree, cls.kept, ignore_errors=True)

    def setUp(self):
        super().setUp()
        self.refusals = 0
        self.images, self.labels = make_images.read(pathlib.Path(SLICE), "train")

    def split(self, samples):
        """900 samples to train on and 300 to test with, by number of the split."""
        return [samples[:900], samples[900:1200]]

    def train_on(self, data_format, path, *settings):
        options = []
        for setting in (f"dataset.format={data_format}", f"dataset.path={path}", *settings):
            options += ["--set", setting]
        self.succeed("train", self.config, *options, *SMALL)
        self.succeed("reduce", "runs/small")

    def train_once_on(self, data_format, path, *settings):
        """Tests that want the same run get copies of one."""
        kept = self.kept / data_format
        if kept.exists():
            shutil.copytree(kept, self.folder / "runs/small")
        else:
            self.train_on(data_format, path, *settings)
            shutil.copytree(self.folder / "runs/small", kept)

    def own_samples(self, splits):
        """The run's own test samples, in their order."""
        with h5py.File(self.run_file(), "r") as run:
            places = zip(run["test/original_split"][:], run["test/original_index"][:])
            return [splits[split][index] for split, index in places]

    def expect_own_scores(self, data):
        """Exactly those of scores.csv, in both kinds of files."""
        self.score(data, "scores.h5")
        self.score(data, "scores.csv")
        expected = self.scores_csv()
        numpy.testing.assert_array_equal(self.anomalies(), expected)
        self.assertEqual([float(row["anomaly_score"]) for row in rows(self.folder / "scores.csv")],
                         expected.tolist())

    def expect_refused(self, data, text):
        """Exit status 2 and one line that says why; nothing is left behind. In turn on two ranks and
        alone."""
        ranks, output = ((2, "refused.h5"), (0, "refused.csv"))[self.refusals % 2]
        self.refusals += 1
        self.fail_with(2, text, "score", "runs/small", data, "--output", output, ranks=ranks)
        self.assertEqual(list(self.folder.glob("refused*")), [])

    def expect_same_on_any_number_of_ranks(self, data, count):
        for output in ("many.h5", "many.csv"):
            contents = []
            for ranks in (0, 2, 4):
                self.score(data, output, ranks=ranks)
                contents.append((self.folder / output).read_bytes())
            self.assertEqual(len(set(contents)), 1, output)
        self.assertEqual(len(self.anomalies("many.h5")), count)

    # Features

    def records(self):
        """Row means of the images, one constant column and one of categories: dictionaries."""
        records = []
        for image, label in zip(self.images[:1200], self.labels):
            record = {f"row {i}": value for i, value in enumerate(image.mean(axis=1).round(3))}
            record["shade"] = ["dark", "medium", "bright"][int(image.mean() // 60) % 3]
            record.update(one=1, kind=make_images.NAMES[label])
            records.append(record)
        return records

    def write_table(self, name, records, columns=None):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns or list(records[0]), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(records)

    def train_on_table(self):
        train, test = self.split(self.records())
        (self.folder / "table").mkdir()
        self.write_table("table/train.csv", train)
        self.write_table("table/test.csv", test)
        self.train_once_on("csv", "table", "dataset.csv.label=kind",
                           "dataset.csv.categorical=[shade]", "dataset.outlier_classes=[boot]",
                           "model.layers=[16, 8]")
        self.own_records = self.own_samples([train, test])

    def test_table_is_scored_by_names_of_columns(self):
        self.train_on_table()
        order = list(self.own_records[0])[::-1]
        order.remove("kind")
        self.write_table("own.csv", self.own_records, order)

        self.expect_own_scores("own.csv")

        numpy.testing.assert_allclose(self.anomalies(), self.numpys_anomalies(), rtol=1e-4,
                                      atol=1e-3)
        table = rows(self.folder / "scores.csv")
        self.assertNotIn("file", table[0])
        with h5py.File(self.folder / "scores.h5", "r") as file:
            self.assertNotIn("file", file)
        said = self.score("table", "test.csv")
        self.assertIn("300 samples of table", said)
        self.write_table("records.csv", self.own_records * 12)
        self.expect_same_on_any_number_of_ranks("records.csv", 12 * len(self.own_records))

    def numpys_anomalies(self):
        """From raw features and the run file alone: standardised, encoded, scored, merged."""
        with h5py.File(self.run_file(), "r") as run:
            columns = json.loads(run["features/columns"][()])
            raw = numpy.array([self.features_of(record, columns) for record in self.own_records],
                              numpy.float32)
            values = (raw - run["features/means"][:]) / run["features/deviations"][:]
            inliers = run.attrs["inlier_classes"]
            labels = run["train/labels"][:]
            members = run["members/clvae"]
            densities = []
            for weights, train in zip(members["encoder_weights"][:], members["train_latents"][:]):
                latents = self.encoded(values, weights.astype(float))
                columns = []
                for label in inliers:
                    cluster = train[labels == label].astype(float)
                    covariance = numpy.cov(cluster.T)
                    gap = latents - cluster.mean(0)
                    distance = (gap @ numpy.linalg.inv(covariance) * gap).sum(axis=1)
                    columns.append(-0.5 * (distance + numpy.log(numpy.linalg.det(covariance)))
                                   - numpy.log(2 * numpy.pi))
                densities.append(numpy.stack(columns, axis=1))
        merged = numpy.logaddexp.reduce(densities, axis=0) - numpy.log(len(densities))
        return -merged.max(axis=1)

    @staticmethod
    def features_of(record, columns):
        features = []
        for column in columns:
            value = record[column["name"]]
            features += [value == category for category in column["categories"]] or [value]
        return features

    @staticmethod
    def encoded(values, weights):
        """Two dense layers of 16 and 8 with ReLU, and the head of two means."""
        for outputs in (16, 8, 2):
            inputs = values.shape[1]
            matrix, weights = numpy.split(weights, [outputs * inputs])
            bias, weights = numpy.split(weights, [outputs])
            values = values @ matrix.reshape(outputs, inputs).T + bias
            if outputs > 2:
                values = numpy.maximum(values, 0)
        return values

    def test_table_that_can_not_be_scored_is_refused(self):
        self.train_on_table()
        good = self.own_records[0]

        def expect(text, records, columns=None):
            self.write_table("bad.csv", records, columns)
            self.expect_refused("bad.csv", text)

        expect('the category "pale" in column shade of record 2', [good, {**good, "shade": "pale"}])
        expect('"nan" in column row 3 of record 1', [{**good, "row 3": "nan"}])
        expect('"x" in column row 3 of record 3', [good, good, {**good, "row 3": "x"}])
        expect("no column shade (did you mean shades?)", [{**good, "shades": "dark"}],
               [name for name in good if name != "shade"] + ["shades"])
        expect("no records", [], list(good))
        content = (self.folder / "table/test.csv").read_text(encoding="utf-8")
        (self.folder / "bad.csv").write_text(content[:-60], encoding="utf-8")
        self.expect_refused("bad.csv", "fields in record 300")
        (self.folder / "bad.csv").write_text("")
        self.expect_refused("bad.csv", "no records")
        (self.folder / "empty").mkdir()
        self.expect_refused("empty", "test.csv; or name a file")
        numpy.savez(self.folder / "bad.npz", x=numpy.zeros((3, 5)))
        self.expect_refused("bad.npz", "vectors of 5 features; expected vectors of 32 features")
        self.expect_refused(pathlib.Path(SLICE) / "t10k-images-idx3-ubyte",
                            "images of 1 x 28 x 28 (channels x height x width); expected vectors of 32 "
                            "features")

    def test_stream_of_a_table_is_answered_by_names_of_columns(self):
        self.train_on_table()
        with h5py.File(self.run_file(), "r") as run:
            columns = json.loads(run["features/columns"][()])
        records = self.own_records[:20]
        by_name = [json.dumps({"id": i, "columns": {**record, "one": 1.0}})
                   for i, record in enumerate(records)]
        by_order = [json.dumps({"features": [float(x) for x in self.features_of(record, columns)]})
                    for record in records]
        good = records[0]
        unseen = json.dumps({"id": "u", "columns": {**good, "shade": "pale"}})
        unknown = json.dumps({"columns": {**good, "shadow": 1}})
        missing = json.dumps({"columns": {"one": 1}})
        nan = json.dumps({"columns": {**good, "one": float("nan")}})
        far = json.dumps({"columns": {**good, "one": 3e38}})
        lines = by_name + by_order + [unseen, unknown, missing, nan, "[1, 2]", far, "{", by_name[0]]

        answers, said = self.stream("\n".join(lines).encode())

        expected = self.scores_csv()[:20]
        for i in range(20):
            self.assertEqual(answers[i]["id"], i)
            for answer in (answers[i], answers[20 + i]):
                self.assertAlmostEqual(answer["anomaly_score"], expected[i],
                                       delta=1e-5 * max(1, abs(expected[i])))
        for answer, text in zip(answers[40:45], (
                'the category "pale" in column shade', 'the unknown column "shadow"',
                "no column row 0", "NaN at byte", "2 features; expected 32")):
            self.assertIn(text, answer["error"])
        self.assertEqual(answers[40]["id"], "u")
        self.assertEqual(answers[40]["line"], 41)
        self.assertTrue(answers[45]["is_anomaly"])
        self.assertIn("error", answers[46])
        self.assertAlmostEqual(answers[47]["anomaly_score"], expected[0], delta=1e-4)
        self.assertIn("6 of them could not be scored", said)
        self.assertIn("answered 48 samples", said)
        answers, said = self.stream(b"", status=2)
        self.assertIn("found nothing; expected vectors of features, as lines of JSON", said)

    def test_features_in_arrays_are_scored_alike_in_every_format(self):
        features = numpy.concatenate([self.images[:1200].mean(axis=1), self.images[:1200, :, 5]],
                                     axis=1) ** 1.5
        train, test = self.split(features)
        train_labels, test_labels = self.split(self.labels[:1200])
        numpy.savez(self.folder / "features.npz", x_train=train, y_train=train_labels, x_test=test,
                    y_test=test_labels)
        self.train_on("npz", "features.npz", "model.layers=[16, 8]")
        own = numpy.array(self.own_samples([train, test]))
        numpy.savez_compressed(self.folder / "own.npz", x=own)
        with h5py.File(self.folder / "own.h5", "w") as file:
            file.create_dataset("x", data=own, compression="gzip", chunks=(7, 56))
        with h5py.File(self.folder / "split.h5", "w") as file:
            file["train/x"], file["test/x"] = own[:5], own.astype(">f8")
        numpy.savez(self.folder / "split.npz", x_train=own[:5], x_test=own)

        for name in ("own.npz", "own.h5", "split.h5", "split.npz"):
            self.expect_own_scores(name)

        many = numpy.tile(own, (12, 1))
        numpy.savez_compressed(self.folder / "many.npz", x=many)
        self.expect_same_on_any_number_of_ranks("many.npz", len(many))
        with h5py.File(self.folder / "many.hdf5", "w") as file:
            file.create_dataset("x", data=many, compression="gzip")
        first = self.anomalies("many.h5")
        self.expect_same_on_any_number_of_ranks("many.hdf5", len(many))
        numpy.testing.assert_array_equal(self.anomalies("many.h5"), first)
        self.expect_arrays_refused(own)
        answers, _ = self.stream("\n".join(
            json.dumps({"features": row.tolist()}) for row in own[:5]).encode())
        numpy.testing.assert_allclose([answer["anomaly_score"] for answer in answers],
                                      self.scores_csv()[:5], rtol=1e-5, atol=1e-5)
        answers, said = self.stream(b'{"columns": {"a": 1}}\n', status=2)
        self.assertIn("without the key features", answers[0]["error"])
        self.assertIn("no sample that can be scored", said)

    def expect_arrays_refused(self, own):
        nan = own.copy()
        nan[1500 % len(own), 3] = numpy.nan
        for name, arrays, text in (
                ("bad.npz", {"x": nan}, "nan as value 3 of sample"),
                ("bad.npz", {"x": own[:, :9]}, "vectors of 9 features; expected vectors of 56"),
                ("bad.npz", {"x": own[:0]}, "at least one sample"),
                ("bad.npz", {"a": own, "b": own}, "x, x_test or x_train"),
                ("bad.npz", {"x": own.reshape(-1, 8, 7)}, "images of 1 x 8 x 7"),
                ("bad.h5", {"x": nan}, "bad.h5: /x: found nan as value 3 of sample"),
                ("bad.h5", {"x": own[:, :9]}, "vectors of 9 features"),
                ("bad.h5", {"x": own[:0]}, "at least one sample"),
                ("bad.h5", {"y": own}, "found the arrays y; expected x, test/x or train/x"),
                ("bad.h5", {"x": own.astype("S8")}, "/x: found"),
                ("bad.h5", {"x": own[0]}, "an array of shape [56]")):
            if name.endswith("npz"):
                numpy.savez(self.folder / name, **arrays)
            else:
                with h5py.File(self.folder / name, "w") as file:
                    for item, values in arrays.items():
                        file[item] = values
            self.expect_refused(name, text)
        for name, text in (("own.npz", "no archive"), ("own.h5", "no HDF5 file")):
            whole = (self.folder / name).read_bytes()
            (self.folder / f"cut-{name}").write_bytes(whole[:len(whole) // 2])
            self.expect_refused(f"cut-{name}", text)
        self.write_table("bad.csv", [{"a": 1}])
        self.expect_refused("bad.csv", "not trained on a table")

    # Images

    def test_images_of_floating_point_numbers_are_scored(self):
        images = self.images[:1200, ::2, ::2] / 255
        images = numpy.stack([images, 1 - images], axis=1)
        train, test = self.split(images)
        train_labels, test_labels = self.split(self.labels[:1200])
        with h5py.File(self.folder / "floats.h5", "w") as file:
            file["train/x"], file["train/y"] = train, train_labels
            file["test/x"], file["test/y"] = test, test_labels
        self.train_on("hdf5", "floats.h5", "model.convolutions=[{channels: 4, stride: 2}]")
        own = numpy.array(self.own_samples([train, test]))
        numpy.savez(self.folder / "own.npz", x=own.transpose(0, 2, 3, 1))
        with h5py.File(self.folder / "own.h5", "w") as file:
            file["x"] = own

        self.expect_own_scores("own.npz")
        self.expect_own_scores("own.h5")

        # Bytes stand for the same intensities.
        (self.folder / "bytes").write_bytes(idx((own * 255).round().astype(numpy.uint8)))
        self.score("bytes")
        numpy.testing.assert_allclose(self.anomalies(), self.scores_csv(), rtol=1e-4, atol=1e-4)
        numpy.savez(self.folder / "wide.npz", x=(own * 65535).round().astype(numpy.uint16))
        self.score("wide.npz", "scores.h5", "--scale", "65535")
        numpy.testing.assert_allclose(self.anomalies(), self.scores_csv(), rtol=1e-4, atol=1e-4)
        lines = [json.dumps({"pixels": image.tolist()}) for image in own[:5]]
        lines += [json.dumps((own[0] * 255).ravel().tolist()), "[0.5, 0.5]"]
        answers, _ = self.stream("\n".join(lines).encode())
        numpy.testing.assert_allclose([answer["anomaly_score"] for answer in answers[:5]],
                                      self.scores_csv()[:5], rtol=1e-5, atol=1e-5)
        self.assertIn("expected a number from 0 to 1", answers[5]["error"])
        self.assertIn("2 pixels", answers[6]["error"])
        bright = own.copy()
        bright[7, 1, 2, 3] = 1.25
        for name, values, text in (
                ("bright", bright, "1.25 as value 227 of sample 7; expected intensities"),
                ("channels", own[:, :1], "images of 1 x 14 x 14"),
                ("nan", numpy.where(bright > 1, numpy.nan, bright), "nan as value 227 of sample 7"),
                ("size", own[:, :, :12], "images of 2 x 12 x 14")):
            numpy.savez(self.folder / f"{name}.npz", x=values)
            self.expect_refused(f"{name}.npz", text)

    def write_image(self, path, image, number):
        """As a PNG of one of several sizes."""
        size = [(1, 1), (2, 2), (2, 1), (1, 3)][number % 4]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make_images.png(numpy.kron(image, numpy.ones(size, numpy.uint8))))

    def train_on_images(self):
        paths = []
        for split, name in enumerate(("train", "test")):
            split_images = self.split(self.images[:1200])[split]
            split_labels = self.split(self.labels[:1200])[split]
            found = []
            for number, (image, label) in enumerate(zip(split_images, split_labels)):
                path = self.folder / "pictures" / name / make_images.NAMES[label] / f"{number:04}.png"
                self.write_image(path, image, number)
                found.append(path)
            # As the dataset counts them: class by class.
            paths.append(sorted(found))
        self.train_once_on("images", "pictures", "dataset.image.height=16",
                           "dataset.image.width=20", "dataset.image.colour=grey",
                           "dataset.outlier_classes=[sandal]")
        self.own_files = self.own_samples(paths)

    def test_folder_of_images_is_scored_with_the_names_of_its_files(self):
        self.train_on_images()
        names = []
        for number, path in enumerate(self.own_files):
            name = f"card {number // 100}/{number:04}.png"
            (self.folder / "own" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, self.folder / "own" / name)
            names.append(name)
        (self.folder / "own/notes.txt").write_text("no image")

        self.expect_own_scores("own")

        self.assertEqual([row["file"] for row in rows(self.folder / "scores.csv")], names)
        with h5py.File(self.folder / "scores.h5", "r") as file:
            self.assertEqual([name.decode() for name in file["file"]], names)
        result = self.succeed("score", "runs/small", "own", "--output", "scores.csv")
        self.assertIn("passed over 1 file", result.stdout + result.stderr)
        self.score("pictures", "test.csv")
        self.assertEqual(len(rows(self.folder / "test.csv")), 300)
        self.score(self.own_files[3], "one.csv")
        self.assertEqual([row["file"] for row in rows(self.folder / "one.csv")],
                         [self.own_files[3].name])

    def test_large_tree_of_images_is_the_same_on_any_number_of_ranks(self):
        self.train_on_images()
        for card in range(4):
            shutil.copytree(self.folder / "pictures", self.folder / f"many/{card}")

        self.expect_same_on_any_number_of_ranks("many", 4800)

        table = rows(self.folder / "many.csv")
        files = [row["file"] for row in table]
        self.assertEqual(files, sorted(files))
        self.assertEqual(len(set(files)), 4800)

    def test_images_that_can_not_be_scored_are_refused(self):
        self.train_on_images()
        (self.folder / "cards").mkdir()
        self.expect_refused("cards", "cards: found no images in it")
        shutil.copy(self.own_files[0], self.folder / "cards/a.png")
        whole = self.own_files[0].read_bytes()
        for content, text in ((whole[:-30], "a damaged or cut-off PNG"), (b"", "an empty file"),
                              (b"text", "no image that is known")):
            (self.folder / "cards/b.png").write_bytes(content)
            self.expect_refused("cards", f"cards/b.png: found {text}")
        numpy.savez(self.folder / "wrong.npz", x=self.images[:5])
        self.expect_refused("wrong.npz", "images of 1 x 28 x 28 (channels x height x width); "
                                         "expected images of 1 x 16 x 20")

    def test_bytes_of_one_format_are_scored_by_a_run_on_another(self):
        self.train()
        numpy.savez_compressed(self.folder / "own.npz", x=self.images)
        with h5py.File(self.folder / "own.h5", "w") as file:
            file["test/x"] = self.images[:, None]
        for number, image in enumerate(self.images):
            path = self.folder / "own-folder" / f"{number:05}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(make_images.png(image))

        for name in ("own.npz", "own.h5", "own-folder"):
            self.expect_own_scores(name)

        slice_images, slice_labels = make_images.read(pathlib.Path(SLICE), "train")
        numpy.savez(self.folder / "slice.npz", x_train=slice_images, y_train=slice_labels,
                    x_test=slice_images[:300], y_test=slice_labels[:300])
        shutil.rmtree(self.folder / "runs")
        self.train_on("npz", "slice.npz")
        own = numpy.array(self.own_samples([slice_images, slice_images[:300]]))
        (self.folder / "own-idx").write_bytes(idx(own))
        self.expect_own_scores("own-idx")
