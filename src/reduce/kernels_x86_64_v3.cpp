#define CLVAE_BUILD x86_64_v3
#include "kernels_body.inc"
