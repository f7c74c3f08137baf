"""Every #include of src/, include/ and jobs/ is one that the table of rooms in src/README.md allows.

The table is what is read here: "room" names the folder, "may use" lists, with commas between, the
rooms above it in the table (`comm`), single headers of them (`comm/channel`) and libraries (`fmt`).
Nothing is allowed because a room that is used uses it.
"""

import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Where the headers of each library begin.
LIBRARIES = {
    "Boost.Math": ["boost/math/"],
    "CLI11": ["CLI/"],
    "CUDA": ["cuda.h", "cuda_runtime.h", "cuda_runtime_api.h"],
    "Eigen": ["Eigen/"],
    "fmt": ["fmt/"],
    "GSL": ["gsl/"],
    "HDF5": ["hdf5.h", "hdf5_hl.h", "H5"],
    "libarchive": ["archive.h", "archive_entry.h"],
    "libcsv": ["csv.h"],
    "libcurl": ["curl/"],
    "libjpeg-turbo": ["jpeglib.h", "jerror.h"],
    "libtiff": ["tiffio.h"],
    "libpng": ["png.h"],
    "CUDA": ["cuda_runtime_api.h"],
    "LibTorch": ["torch/", "ATen/", "c10/", "caffe2/"],
    "libzip": ["zip.h"],
    "MPI": ["mpi.h"],
    "nlohmann-json": ["nlohmann/"],
    "OpenSSL": ["openssl/"],
    "xxHash": ["xxhash.h"],
    "yaml-cpp": ["yaml-cpp/"],
    "zlib": ["zlib.h"],
}
SYSTEM = re.compile(r"[a-z_0-9]+|sys/[a-z_]+\.h|(dirent|dlfcn|fcntl|malloc|poll|pthread|sched|signal|"
                    r"spawn|unistd|immintrin|netdb|pwd)\.h")
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SOURCES = {".cpp", ".hpp", ".h", ".inc", ".in", ".cu", ".cuh"}


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read_table(readme):
    """What each room may use, in the order of the table."""
    rows = None
    for line in readme.read_text().splitlines():
        if not line.startswith("|"):
            if rows:
                return rows
            continue
        if rows is None:
            heads = cells(line)
            if "room" in heads and "may use" in heads:
                rows = {}
            continue
        if set(line) <= set("|- :"):
            continue
        row = dict(zip(heads, cells(line)))
        name = re.search(r"\w+", row["room"]).group()
        allowed = row["may use"].replace("`", "")
        rows[name] = [word.strip() for word in allowed.split(",") if word.strip()]
    return rows or {}


def room_of(path):
    """The room of a source, or of what a quoted include names."""
    if path.startswith("include/"):
        path = path[len("include/"):]
    if path.startswith("src/"):
        path = path[len("src/"):]
    if path.startswith("clvae/"):  # what is installed; the library's own header is embed's
        parts = path.split("/")
        return parts[1] if len(parts) > 2 else "embed"
    return path.split("/")[0]


def library_of(header):
    for name, begins in LIBRARIES.items():
        if any(header.startswith(begin) for begin in begins):
            return name
    return None


def sources_in(root):
    for folder in ("src", "include", "jobs"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SOURCES and path.is_file():
                yield path


def mistakes_of_table(table, rooms, sources):
    for room in sorted(rooms - set(table)):
        yield f"src/README.md: the room {room} has no row in the table"
    above = set()
    for room, allowed in table.items():
        if room not in rooms:
            yield f"src/README.md: the row {room} has no room: there is no such folder with sources"
        for word in allowed:
            other = word.split("/")[0]
            if other in above and "/" in word and f"src/{word}.hpp" not in sources:
                yield f"src/README.md: {room} may use {word}, but there is no src/{word}.hpp"
            if other not in above and word not in LIBRARIES:
                yield (f"src/README.md: {room} may use {word}, which is neither a room above it nor a "
                       f"library; those are {', '.join(LIBRARIES)}")
        above.add(room)


def why_forbidden(room, quoted, header, allowed):
    """What is wrong with an include; empty where nothing is."""
    if header is not None:
        if SYSTEM.fullmatch(header):
            return ""
        library = library_of(header)
        if library is None:
            return f"<{header}> is of no library that {pathlib.Path(__file__).name} knows"
        return "" if library in allowed else f"uses {library} (<{header}>)"
    if "/" not in quoted:
        return ""  # beside the file
    other = room_of(quoted)
    without_suffix = quoted.rsplit(".", 1)[0]
    if other == room or other in allowed or without_suffix in allowed:
        return ""
    return f"reaches into {other} (\"{quoted}\")"


def mistakes_in(root):
    """All that the tree has and the table does not allow, and rows and rooms without each other."""
    table = read_table(root / "src" / "README.md")
    sources = [str(path.relative_to(root)) for path in sources_in(root)]
    mistakes = list(mistakes_of_table(table, {room_of(name) for name in sources}, sources))
    for name in sources:
        room = room_of(name)
        if room not in table:
            continue
        for number, line in enumerate((root / name).read_text().splitlines(), start=1):
            found = INCLUDE.match(line)
            if not found:
                continue
            why = why_forbidden(room, *found.groups(), table[room])
            if why:
                mistakes.append(f"{name}:{number}: the room {room} {why}; its row in src/README.md "
                                f"allows {', '.join(table[room]) or 'nothing'}")
    return mistakes


class RoomsTestCase(unittest.TestCase):
    def test_every_include_is_one_that_the_table_allows(self):
        mistakes = mistakes_in(ROOT)
        if mistakes:
            self.fail("\n" + "\n".join(mistakes))

    def mistakes_of(self, files, rows="| core | ... | fmt |\n| comm | ... | core, MPI |\n"
                                      "| plan | ... | core, comm/channel |\n"):
        """Of a made-up tree in which each room has a file."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            readme = "| room | what lives there | may use |\n| --- | --- | --- |\n" + rows + "\nText.\n"
            here = {"src/README.md": readme, "src/core/a.cpp": "", "src/comm/a.cpp": "",
                    "src/comm/channel.hpp": "", "src/plan/a.cpp": "", **files}
            for name, text in here.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return mistakes_in(root)

    def test_a_tree_that_keeps_to_its_table_has_no_mistakes(self):
        self.assertEqual([], self.mistakes_of({
            "src/core/a.cpp": '#include "core/a.hpp"\n#include <vector>\n#include <fmt/format.h>\n',
            "src/comm/a.cpp": '#include "clvae/core/errors.hpp"\n#include <mpi.h>\n#include <unistd.h>\n',
            "src/plan/a.cpp": '#include "comm/channel.hpp"\n#include "beside.hpp"\n'}))

    def test_a_room_that_its_row_does_not_name_is_found_with_its_place(self):
        mistakes = self.mistakes_of({"src/core/a.cpp": '#include <string>\n\n#include "plan/a.hpp"\n'})
        self.assertEqual(['src/core/a.cpp:3: the room core reaches into plan ("plan/a.hpp"); its row '
                          'in src/README.md allows fmt'], mistakes)

    def test_a_library_that_its_row_does_not_name_is_found(self):
        mistakes = self.mistakes_of({"src/plan/a.cpp": "# include <mpi.h>\n"})
        self.assertEqual(1, len(mistakes))
        self.assertIn("src/plan/a.cpp:1: the room plan uses MPI (<mpi.h>)", mistakes[0])

    def test_a_header_beside_the_one_that_is_allowed_is_found(self):
        mistakes = self.mistakes_of({"src/plan/a.cpp": '#include "comm/session.hpp"\n'})
        self.assertIn('reaches into comm ("comm/session.hpp")', "".join(mistakes))

    def test_what_a_used_room_may_use_is_not_allowed_by_that(self):
        mistakes = self.mistakes_of({"src/comm/a.cpp": "#include <fmt/format.h>\n"})
        self.assertIn("the room comm uses fmt", "".join(mistakes))

    def test_a_header_of_an_unknown_library_is_found(self):
        mistakes = self.mistakes_of({"src/core/a.cpp": "#include <unheard/of.hpp>\n"})
        self.assertIn("<unheard/of.hpp> is of no library", "".join(mistakes))

    def test_a_room_without_a_row_and_a_row_without_a_room_are_found(self):
        mistakes = self.mistakes_of({"jobs/main.cpp": ""}, "| core | ... | |\n| comm | ... | |\n"
                                    "| plan | ... | |\n| attic | ... | core |\n")
        self.assertEqual(["src/README.md: the room jobs has no row in the table",
                          "src/README.md: the row attic has no room: there is no such folder with "
                          "sources"], mistakes)

    def test_a_row_that_names_a_header_that_is_gone_is_found(self):
        mistakes = self.mistakes_of({}, "| core | ... | |\n| comm | ... | |\n"
                                        "| plan | ... | comm/bridge |\n")
        self.assertEqual(["src/README.md: plan may use comm/bridge, but there is no "
                          "src/comm/bridge.hpp"], mistakes)

    def test_a_row_that_names_a_room_below_it_is_found(self):
        mistakes = self.mistakes_of({}, "| core | ... | plan |\n| comm | ... | |\n| plan | ... | |\n")
        self.assertIn("core may use plan, which is neither a room above it nor a library",
                      "".join(mistakes))


if __name__ == "__main__":
    unittest.main()
