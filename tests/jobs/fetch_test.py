"""Fetching public datasets from a local server: mirrors, damage, interruption, no network."""

import gzip
import http.server
import io
import os
import pathlib
import re
import tarfile
import threading

from program import ProgramTestCase

FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
NAMES = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
         "t10k-labels-idx1-ubyte.gz"]


class Server(http.server.ThreadingHTTPServer):
    """Serves files from memory, with ranges where it is told to, and notes what it was asked."""

    daemon_threads = True

    def __init__(self, contents, has_ranges=True, breaks_after=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.contents = contents
        self.has_ranges = has_ranges
        self.breaks_after = breaks_after
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, folder="data"):
        return f"http://127.0.0.1:{self.server_address[1]}/{folder}"


class Handler(http.server.BaseHTTPRequestHandler):

    def do_GET(self):
        server = self.server
        wanted = self.headers.get("Range")
        server.asked.append((self.path, wanted))
        content = server.contents.get(self.path.rsplit("/", 1)[-1])
        if content is None:
            self.send_error(404)
            return
        begin = 0
        if wanted and server.has_ranges:
            begin = int(re.match(r"bytes=(\d+)-", wanted)[1])
            if begin >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        end = len(content) if server.breaks_after is None else begin + server.breaks_after
        self.wfile.write(content[begin:end])

    def log_message(self, *_):
        pass


class FetchTestCase(ProgramTestCase):

    def setUp(self):
        super().setUp()
        # A proxy of this machine must not come between.
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            value = os.environ.pop(name)
            self.addCleanup(os.environ.__setitem__, name, value)
        self.files = {name: (FASHION / name).read_bytes() for name in NAMES}
        self.data = self.folder / "data"

    def serve(self, contents, **options):
        server = Server(contents, **options)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def fetch(self, *servers):
        mirrors = []
        for server in servers:
            mirrors += ["--mirror", server.url()]
        return ["fetch", "fashion_mnist", "--to", self.data, *mirrors]

    def expect_data(self):
        for name in NAMES:
            self.assertEqual(gzip.decompress((self.data / name).read_bytes()),
                             gzip.decompress(self.files[name]))
        self.assertEqual(sorted(path.name for path in self.data.iterdir()), sorted(NAMES))

    def test_files_are_fetched_once_and_left_alone_when_they_are_right(self):
        server = self.serve(self.files)
        self.succeed(*self.fetch(server))
        self.expect_data()
        asked = len(server.asked)
        (self.data / NAMES[3]).write_bytes(b"damaged")

        result = self.succeed(*self.fetch(server))

        self.expect_data()
        self.assertEqual([path for path, _ in server.asked[asked:]], [f"/data/{NAMES[3]}"])
        self.assertEqual(result.stdout.count("is there already"), 3)
        self.succeed("check", self.config, "--set", f"dataset.path={self.data}")

    def test_next_mirror_is_asked_when_one_lacks_a_file_or_has_it_damaged(self):
        damaged = bytearray(self.files[NAMES[0]])
        damaged[len(damaged) // 2] ^= 1
        first = self.serve({**{name: self.files[name] for name in NAMES[1:3]},
                            NAMES[0]: bytes(damaged)})
        second = self.serve(self.files)

        self.succeed(*self.fetch(first, second))

        self.expect_data()
        self.assertEqual([path for path, _ in second.asked],
                         [f"/data/{NAMES[0]}", f"/data/{NAMES[3]}"])

    def test_download_that_was_cut_off_goes_on_where_it_was(self):
        broken = self.serve(self.files, breaks_after=3_000_000)
        self.fail_with(1, NAMES[0], *self.fetch(broken))
        self.assertEqual((self.data / (NAMES[0] + ".part")).stat().st_size, 3_000_000)
        self.assertFalse((self.data / NAMES[0]).exists())
        server = self.serve(self.files)

        self.succeed(*self.fetch(server))

        self.expect_data()
        self.assertEqual(server.asked[0], (f"/data/{NAMES[0]}", "bytes=3000000-"))

    def test_download_begins_again_when_the_server_knows_no_ranges_or_the_start_is_of_another(self):
        for has_ranges, start in ((False, self.files[NAMES[1]][:100]), (True, b"something else"),
                                  (True, self.files[NAMES[1]]), (True, b"x" * 10**6)):
            self.data.mkdir(exist_ok=True)
            (self.data / NAMES[1]).unlink(missing_ok=True)
            (self.data / (NAMES[1] + ".part")).write_bytes(start)
            self.succeed(*self.fetch(self.serve(self.files, has_ranges=has_ranges)))
            self.expect_data()

    def test_error_says_where_to_put_the_file_when_there_is_no_network(self):
        server = self.serve({})
        nowhere = server.url()
        server.shutdown()
        server.server_close()
        result = self.fail_with(1, f"{NAMES[0]} can't be fetched", "fetch", "fashion_mnist", "--to",
                                self.data, "--mirror", nowhere)
        self.assertIn(f"put it into {self.data} by hand, plain or gzipped", result.stderr)
        self.assertIn("--mirror", result.stderr)

    def test_proxy_of_the_environment_is_asked(self):
        proxy = self.serve(self.files)
        os.environ["http_proxy"] = proxy.url("").rstrip("/")
        self.addCleanup(os.environ.pop, "http_proxy", None)
        self.succeed("fetch", "fashion_mnist", "--to", self.data, "--mirror",
                     "http://mirror.example/there")
        self.expect_data()
        self.assertEqual(proxy.asked[0][0], f"http://mirror.example/there/{NAMES[0]}")

    def test_archive_is_refused_when_its_checksum_is_not_the_published_one(self):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as file:
            file.addfile(tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin"))
        server = self.serve({"cifar-10-binary.tar.gz": archive.getvalue()})
        self.fail_with(1, "another MD5 checksum than the right c32a1d4ab5d03f1284b67883e8d87530",
                       "fetch", "cifar10", "--to", self.data, "--mirror", server.url())
        self.assertEqual(list(self.data.iterdir()), [])

    def test_command_line_is_refused_when_it_makes_no_sense(self):
        self.fail_with(2, "did you mean mnist?", "fetch", "mnst", "--to", self.data)
        self.fail_with(2, "--to is required", "fetch", "mnist")
        self.assertFalse(self.data.exists())
