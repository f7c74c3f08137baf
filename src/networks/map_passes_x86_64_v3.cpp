#define CLVAE_BUILD x86_64_v3
#include "map_passes_body.inc"
