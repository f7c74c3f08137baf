#define CLVAE_BUILD x86_64_v4
#include "map_passes_body.inc"
