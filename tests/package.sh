#!/bin/bash
# Makes the Debian package, and uses it where nothing else of clvae is: installs it in a bare Debian 12,
# trains a small run there from Debian's Fashion-MNIST, scores, draws, reads the manual, completes a
# command line in three shells. As root; needs debootstrap, and lintian where it is installed. No part of
# tests/run.sh: it takes some minutes and a gigabyte of downloads.
#
#   tests/package.sh BUILD [FOLDER]     BUILD: the folder of a build without tests, or a package that was
#                                       made; FOLDER: for the Debian [a temporary one, removed at the
#                                       end]; one that is there is used again
# shellcheck disable=SC2016  # the quotes hold what the shells inside are to see
set -eu -o pipefail
cd "$(dirname "$0")/.."
build=$1
folder=${2:-}
if [ -z "$folder" ]; then
  folder=$(mktemp -d /var/tmp/clvae-package-XXXXXX)/root
  trap 'umount "$folder/proc" 2>/dev/null; rm -rf "$(dirname "$folder")"' EXIT
fi

say() { echo "== $*"; }
inside() { chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

say "the package"
package=$build
if [ -d "$build" ]; then
  rm -f "$build"/clvae_*.deb
  cmake --build "$build" >/dev/null
  (cd "$build" && cpack -G DEB >/dev/null)
  package=$(echo "$build"/clvae_*.deb)
fi
dpkg-deb --info "$package"
if command -v lintian >/dev/null; then
  say "lintian"
  lintian --allow-root --show-overrides "$package" || true
  lintian --allow-root --fail-on error,warning "$package"
else
  echo "lintian not run: it is not installed"
fi

if [ ! -e "$folder/etc/debian_version" ]; then
  say "a bare Debian 12"
  # From where this machine takes its own packages.
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
  debootstrap --variant=minbase bookworm "$folder" "$mirror" >/dev/null
  # Its proxies and certificates as well, and the updates.
  cp -r /etc/apt/apt.conf.d/. "$folder/etc/apt/apt.conf.d/"
  cp /etc/apt/sources.list.d/debian.sources "$folder/etc/apt/sources.list.d/" 2>/dev/null &&
    : >"$folder/etc/apt/sources.list"
fi
mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"

say "its installation"
# A bare Debian of containers leaves out manual pages.
rm -f "$folder/etc/dpkg/dpkg.cfg.d/docker"
cp "$package" "$folder/tmp/clvae.deb"
inside apt-get update -qq
inside dpkg --purge clvae 2>/dev/null  # of an earlier try
inside apt-get install -y -qq --no-install-recommends /tmp/clvae.deb dataset-fashion-mnist man-db \
  bash-completion zsh fish >/dev/null
# What it does not depend on goes, so that a dependency that is missing shows.
inside apt-get autoremove -y -qq --purge >/dev/null
inside dpkg --verify clvae
inside sh -c 'ldd /usr/bin/clvae /usr/lib/libclvae.so | grep "not found"' && exit 1
inside clvae --version

say "clvae doctor"
inside clvae doctor /root

say "a small job"
inside sh -eu -c '
  cd /root
  rm -rf runs
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_plm_rsh_agent=/bin/false
  mpirun -np 2 --oversubscribe clvae run /usr/share/clvae/configs/quickstart.yaml --output runs/small \
    --set ensemble.size=2 --set training.epochs=1 --set dataset.train_limit=1500 --set reduction.draws=8
  clvae info runs/small --verify
  clvae score runs/small /usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz --output scores.csv
  ls -l runs/small/figure3.png runs/small/summary.html scores.csv'

say "the manual"
pages=$(inside sh -c 'ls /usr/share/man/man1/clvae*.1.gz')
echo "$pages"
for page in $pages; do
  warnings=$(inside sh -c "man --warnings -l $page 2>&1 >/dev/null")
  [ -z "$warnings" ] || { echo "$page: $warnings"; exit 1; }
done
inside sh -c 'MANWIDTH=100 man clvae-doctor | cat'
inside sh -c 'MANWIDTH=100 man clvae | head -n 60'

say "completion"
inside bash -c '
  . /usr/share/bash-completion/bash_completion
  _completion_loader clvae
  COMP_WORDS=(clvae run --set training.ep) COMP_CWORD=3
  _clvae
  printf "bash: %s\n" "${COMPREPLY[@]}"
  [ "${COMPREPLY[0]}" = training.epochs= ]'
inside zsh -c 'autoload -Uz compinit && compinit -u && print "zsh: ${_comps[clvae]}" && [ "${_comps[clvae]}" = _clvae ]'
inside fish -c 'complete -C "clvae fetch " | head -n 3; complete -C "clvae fetch " | string match -q "cifar10*"'

say "the batch scripts"
inside bash -u -c '
  slurm_folder=/usr/share/clvae/slurm repository=/usr/share/clvae
  . $slurm_folder/common.sh
  read_site
  find_program
  [ "${program[0]}" = /usr/bin/clvae ]'

say "the library"
inside sh -c 'ls -l /usr/lib/libclvae.so* /usr/include/clvae/clvae.hpp /usr/lib/cmake/clvae/'
say "all of it is well"
