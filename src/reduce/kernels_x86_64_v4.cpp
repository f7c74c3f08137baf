#define CLVAE_BUILD x86_64_v4
#include "kernels_body.inc"
