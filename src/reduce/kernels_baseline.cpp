#define CLVAE_BUILD baseline
#include "kernels_body.inc"
