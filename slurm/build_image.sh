#!/bin/sh
# Builds and installs clvae in a bare Debian 12, as root: what slurm/clvae.def does in its image. The
# sources lie where this script does.
#
#   slurm/build_image.sh CUDA LIBTORCH     versions, 12.6 and 2.11.0; CUDA none: Debian's LibTorch, for
#                                          processors
#
# What is there already is taken as it is: LibTorch in /opt/libtorch, the CUDA toolkit in
# /usr/local/cuda. Else they come from pytorch.org and nvidia.com.
set -eu
cuda=$1
libtorch=$2
sources=$(cd "$(dirname "$0")/.." && pwd)
export DEBIAN_FRONTEND=noninteractive

install() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

apt-get update -qq
# The same steps as on any Debian 12.
"$sources/jobs/install_dependencies.sh"

set -- -DCLVAE_TESTS=OFF -DCMAKE_INSTALL_PREFIX=/usr/local
if [ "$cuda" != none ]; then
  if [ ! -e /opt/libtorch/share/cmake/Torch ]; then
    install ca-certificates curl unzip
    tag=cu$(echo "$cuda" | tr -d .)
    # From 2.7 on there is one archive a version, with the C++ ABI of today.
    curl -fsSL -o /tmp/libtorch.zip \
      "https://download.pytorch.org/libtorch/$tag/libtorch-shared-with-deps-$libtorch%2B$tag.zip"
    unzip -q /tmp/libtorch.zip -d /opt
    rm /tmp/libtorch.zip
  fi
  # LibTorch's CMake files ask for the toolkit, of the same version.
  if [ ! -x /usr/local/cuda/bin/nvcc ]; then
    install ca-certificates curl
    curl -fsSL -o /tmp/keyring.deb \
      https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64/cuda-keyring_1.1-1_all.deb
    dpkg -i /tmp/keyring.deb >/dev/null
    rm /tmp/keyring.deb
    apt-get update -qq
    version=$(echo "$cuda" | tr . -)
    install "cuda-nvcc-$version" "cuda-libraries-dev-$version" "cuda-cupti-dev-$version" \
      "cuda-nvtx-$version"
  fi
  export PATH="/usr/local/cuda/bin:$PATH"
  # clvae has no kernels of its own, so that any architecture will do: LibTorch brings the GPU's code.
  set -- "$@" -DCMAKE_PREFIX_PATH=/opt/libtorch -DTORCH_CUDA_ARCH_LIST=9.0
fi
"$sources/jobs/build.sh" "$sources/build" "$@"
cmake --install "$sources/build" >/dev/null
ldconfig
clvae --version
