"""New images scored with a trained run one after the other, from a stream."""

import json
import signal
import subprocess

import h5py

from program import PROGRAM
from scoring import ScoreTestCase, idx, json_lines


class ScoreStreamTestCase(ScoreTestCase):

    def test_answers_equal_the_file_whatever_the_form_of_the_images(self):
        self.train()
        self.score("own-images")
        with h5py.File(self.folder / "scores.h5", "r") as file:
            expected = {name: file[name][:] for name in file}
            names = [name.decode() for name in file.attrs["class_names"]]
        flat = "\n".join(json.dumps(image.ravel().tolist()) for image in self.images)

        for form, content in (("nested", json_lines(self.images).encode()),
                              ("flat, no last newline", flat.encode()), ("idx", idx(self.images))):
            answers, said = self.stream(content)

            self.assertEqual(len(answers), len(self.images), form)
            for i, answer in enumerate(answers):
                self.assertEqual(answer.get("line", answer.get("index", -1) + 1), i + 1)
                self.assertEqual(answer.get("id"), f"image {i}" if form == "nested" else None)
                score = float(expected["anomaly_score"][i])
                self.assertAlmostEqual(answer["anomaly_score"], score,
                                       delta=1e-5 * max(1, abs(score)), msg=form)
                self.assertEqual(answer["nearest_class"], names[expected["nearest_class"][i]])
                self.assertAlmostEqual(answer["confidence"], expected["confidence"][i], delta=1e-4)
                self.assertAlmostEqual(answer["disagreement"], expected["disagreement"][i],
                                       delta=1e-6)
            alarms = sum(answer["is_anomaly"] for answer in answers)
            self.assertAlmostEqual(alarms, expected["is_anomaly"].sum(), delta=1)
            self.assertIn(f"answered {len(self.images)} images", said)

    def test_answers_equal_the_file_bit_for_bit_when_full_batches_wait(self):
        self.train()
        (self.folder / "lines").write_text(json_lines(self.images))

        with open(self.folder / "lines", "rb") as lines:
            result = subprocess.run([PROGRAM, "score", "runs/small", "-"], cwd=self.folder,
                                    stdin=lines, capture_output=True, timeout=300, check=True)

        scores = [json.loads(line)["anomaly_score"] for line in result.stdout.splitlines()]
        self.assertEqual(scores, self.scores_csv().tolist())

    def test_an_answer_waits_for_no_further_input(self):
        self.train()
        process = self.open_stream()
        lines = json_lines(self.images[:3]).splitlines(keepends=True)

        answers = []
        for sent in (lines[0], lines[1] + lines[2][:1000], lines[2][1000:]):
            process.stdin.write(sent.encode())
            process.stdin.flush()
            answers.append(json.loads(process.stdout.readline()))

        self.assertEqual([answer["line"] for answer in answers], [1, 2, 3])
        process.stdin.close()
        self.assertEqual(process.wait(60), 0)

    def test_goes_on_when_lines_are_broken(self):
        self.train()
        good = json_lines(self.images[:1]).strip()
        nan = json.dumps([float("nan")] + [0] * 783)
        wide = json.dumps({"id": 7, "pixels": [[0] * 29] * 28})
        large = json.dumps([256] + [0] * 783)
        content = "\n".join([good, "nonsense", good, nan, wide, "", large, "[1, 2", good])

        answers, said = self.stream(content.encode())

        self.assertEqual([answer["line"] for answer in answers], [1, 2, 3, 4, 5, 7, 8, 9])
        self.assertEqual(["error" in answer for answer in answers],
                         [False, True, False, True, True, True, True, False])
        self.assertIn("NaN", answers[3]["error"])
        self.assertIn("29", answers[4]["error"])
        self.assertEqual(answers[4]["id"], 7)
        self.assertIn("256", answers[5]["error"])
        self.assertIn("5 of them could not be scored", said)

    def test_says_what_is_missing_when_a_raw_stream_is_cut_off_or_of_another_size(self):
        self.train()
        answers, _ = self.stream(idx(self.images[:4])[:-100])
        self.assertEqual(len(answers), 4)
        self.assertIn("ends after 684 of its 784 bytes", answers[3]["error"])

        answers, said = self.stream(idx(self.images[:3]) + idx(self.images[:3, :27]), status=2)
        self.assertEqual(len(answers), 3)
        self.assertIn("images of 1 x 27 x 28; expected images of 1 x 28 x 28", said)

    def test_is_refused_when_it_holds_no_image(self):
        self.train()
        for content in (b"", b"\n \n", idx(self.images[:0])):
            answers, said = self.stream(content, status=2)
            self.assertEqual(answers, [])
            self.assertIn("clvae: error: standard input: found nothing", said)
        answers, said = self.stream(b"nonsense\n[1]\n", status=2)
        self.assertEqual(len(answers), 2)
        self.assertIn("no image that can be scored", said)

    def test_ends_well_when_a_signal_comes_or_nobody_reads_on(self):
        self.train()
        line = json_lines(self.images[:1]).encode()
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.open_stream()
            process.stdin.write(line)
            process.stdin.flush()
            self.assertIn(b"anomaly_score", process.stdout.readline())
            process.send_signal(number)
            self.assertEqual(process.wait(60), 0)
            self.assertIn(b"answered 1 images", process.stderr.read())

        process = self.open_stream()
        process.stdin.write(line)
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(line)
        process.stdin.flush()
        self.assertEqual(process.wait(60), 0)
        self.assertNotIn(b"error", process.stderr.read())
