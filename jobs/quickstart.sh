#!/bin/sh
# From nothing to a figure: installs what is missing, builds clvae, trains an ensemble of 8 CL-VAEs
# on Fashion-MNIST over all cores, and draws AUC against ensemble size into runs/quickstart/.
#
#   jobs/quickstart.sh [clvae run options]       e.g. --set ensemble.size=4 --output runs/mine
#
# Run again, it trains only what is not done yet. Debian 12 or 13, as root or with sudo.
set -eu
cd "$(dirname "$0")/.."

jobs/install_dependencies.sh
jobs/build.sh build -DCLVAE_TESTS=OFF

# More ranks than members would have nothing to do.
ranks=$(nproc)
[ "$ranks" -le 8 ] || ranks=8
# Open MPI refuses root unless it is told twice.
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
exec mpirun -np "$ranks" --oversubscribe --bind-to none build/jobs/clvae run configs/quickstart.yaml "$@"
