#define CLVAE_BUILD baseline
#include "map_passes_body.inc"
