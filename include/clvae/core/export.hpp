#pragma once
/// \file
/// What the shared library shows of itself: everything else is hidden.

#if defined(__GNUC__)
#define CLVAE_EXPORT __attribute__((visibility("default")))
#else
#define CLVAE_EXPORT
#endif
