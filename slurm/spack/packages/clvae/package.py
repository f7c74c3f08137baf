"""clvae, built from the folder that this recipe lies in.

    spack repo add slurm/spack
    spack dev-build clvae@main +cuda cuda_arch=90      # from the repository's folder
"""

from spack_repo.builtin.build_systems.cmake import CMakePackage
from spack_repo.builtin.build_systems.cuda import CudaPackage

from spack.package import *


class Clvae(CMakePackage, CudaPackage):
    """Trains ensembles of Conditional Latent-space VAEs over MPI, and tells how well unseen kinds of
    data are recognised as anomalies as the ensemble grows."""

    homepage = "https://arxiv.org/abs/2410.12328"

    # The sources of the folder, whose CMakeLists.txt tells the version. They are not fetched.
    version("main")

    generator("ninja")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("gzip", type="build")
    depends_on("git", type="build")

    depends_on("mpi")
    depends_on("hdf5+mpi~cxx~fortran+shared")
    depends_on("fmt@9:")
    depends_on("yaml-cpp@0.7:")
    depends_on("cli11@2.1:")
    depends_on("nlohmann-json@3.11:")
    depends_on("cppgsl@3.1:")
    depends_on("eigen@3.4:")
    depends_on("boost@1.74:")
    depends_on("xxhash@0.8:")
    depends_on("zlib-api")
    depends_on("libzip")
    depends_on("libpng")
    depends_on("jpeg")
    depends_on("libtiff@4.5:")
    depends_on("curl")
    depends_on("openssl@3:")
    depends_on("libarchive")
    depends_on("libcsv@3.0.3:")

    # LibTorch comes with PyTorch alone. Its collective communication is not used: ranks exchange no
    # gradients.
    depends_on("py-torch@1.13:~distributed")
    depends_on("py-torch~cuda", when="~cuda")
    for arch in CudaPackage.cuda_arch_values:
        depends_on(f"py-torch+cuda cuda_arch={arch}", when=f"+cuda cuda_arch={arch}")
    conflicts("cuda_arch=none", when="+cuda", msg="the GPU's architecture is needed: cuda_arch=90")

    # What is started while the program runs.
    depends_on("gnuplot+cairo", type="run")

    def cmake_args(self):
        torch = self.spec["py-torch"].package.cmake_prefix_paths[0]
        arguments = [
            self.define("CLVAE_TESTS", False),
            self.define("CMAKE_UNITY_BUILD", True),
            self.define("Torch_DIR", join_path(torch, "Torch")),
        ]
        if self.spec.satisfies("+cuda"):
            # "90" is "9.0" to LibTorch.
            capabilities = [f"{arch[:-1]}.{arch[-1]}" for arch in self.spec.variants["cuda_arch"].value]
            arguments.append(self.define("TORCH_CUDA_ARCH_LIST", ";".join(capabilities)))
        return arguments
