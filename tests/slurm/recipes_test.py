"""The recipes of slurm/spack, read through stand-ins for Spack's own modules, which Debian does not have:
they are Python that can be read, and name what CMake looks for. Spack itself did not see them."""

import contextlib
import pathlib
import re
import sys
import types
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "slurm/spack/packages"

# What CMakeLists.txt asks for, and what Spack calls it; the tests' own libraries and what CMake brings
# are left out.
NAMES = {"fmt": "fmt", "MPI": "mpi", "HDF5": "hdf5", "yaml-cpp": "yaml-cpp", "ZLIB": "zlib-api",
         "Eigen3": "eigen", "Boost": "boost", "CLI11": "cli11", "nlohmann_json": "nlohmann-json",
         "Microsoft.GSL": "cppgsl", "PkgConfig": "pkgconfig", "libxxhash": "xxhash", "libzip": "libzip",
         "JPEG": "jpeg", "libtiff-4": "libtiff", "PNG": "libpng", "CURL": "curl", "OpenSSL": "openssl",
         "libarchive": "libarchive", "csv": "libcsv", "Torch": "py-torch"}
LEFT_OUT = {"GTest", "hdf5-serial"}


class Package:
    """Stands in for the classes that recipes derive from."""

    cuda_arch_values = ("80", "90")

    @staticmethod
    def define(name, value):
        return f"-D{name}={value}"


class Spec:
    """Of a package with CUDA for two kinds of GPU."""

    package = types.SimpleNamespace(cmake_prefix_paths=["/torch/share/cmake"])
    variants = {"cuda_arch": types.SimpleNamespace(value=("80", "90"))}

    def __getitem__(self, name):
        return self

    @staticmethod
    def satisfies(_):
        return True


@contextlib.contextmanager
def stand_ins(calls):
    """Modules of Spack whose directives write down how they were called."""
    def directive(name):
        return lambda *words, **options: calls.append((name, words, options))

    package = types.ModuleType("spack.package")
    for name in ("version", "depends_on", "conflicts", "license", "generator"):
        setattr(package, name, directive(name))
    package.join_path = lambda *parts: "/".join(parts)
    modules = {"spack": types.ModuleType("spack"), "spack.package": package}
    systems = "spack_repo.builtin.build_systems"
    for name in ("spack_repo", "spack_repo.builtin", systems):
        modules[name] = types.ModuleType(name)
    for name, word in (("cmake", "CMakePackage"), ("cuda", "CudaPackage"),
                       ("autotools", "AutotoolsPackage")):
        module = types.ModuleType(f"{systems}.{name}")
        setattr(module, word, type(word, (Package,), {}))
        modules[f"{systems}.{name}"] = module
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def read(name):
    """The recipe's class, and how it called Spack's directives."""
    calls = []
    path = PACKAGES / name / "package.py"
    names = {}
    with stand_ins(calls):
        exec(compile(path.read_text(), path, "exec"), names)  # pylint: disable=exec-used
    return names[name.capitalize()], calls


def wanted_by_cmake():
    text = (ROOT / "CMakeLists.txt").read_text()
    found = set(re.findall(r"find_package\((\S+)", text))
    found |= {word.split(">")[0] for word in re.findall(r"pkg_check_modules\(.*?IMPORTED_TARGET (\S+?)\)", text)}
    found |= set(re.findall(r"find_library\(\S+ (\S+)", text))
    return {word.rstrip(")") for word in found} - LEFT_OUT


class RecipesTestCase(unittest.TestCase):

    def test_recipe_names_every_library_that_cmake_looks_for(self):
        _, calls = read("clvae")
        named = {re.match(r"[a-z0-9-]+", words[0]).group()
                 for directive, words, _ in calls if directive == "depends_on"}

        self.assertEqual({name for name in wanted_by_cmake() if NAMES.get(name) not in named}, set())
        self.assertIn("gnuplot", named)

    def test_recipe_gives_cmake_the_torch_and_the_architectures_of_its_gpus(self):
        recipe, _ = read("clvae")
        package = recipe()
        package.spec = Spec()

        self.assertIn("-DTorch_DIR=/torch/share/cmake/Torch", package.cmake_args())
        self.assertIn("-DTORCH_CUDA_ARCH_LIST=8.0;9.0", package.cmake_args())

    def test_recipe_of_libcsv_has_a_version_with_its_checksum(self):
        _, calls = read("libcsv")
        versions = [options for directive, _, options in calls if directive == "version"]

        self.assertEqual(len(versions), 1)
        self.assertRegex(versions[0]["sha256"], "^[0-9a-f]{64}$")


if __name__ == "__main__":
    unittest.main()
