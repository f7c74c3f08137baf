#pragma once
/// \file
/// What the members cost that are networks, and how fast they are made.

#include <string>

#include "methods/method.hpp"

namespace clvae::methods {

/// Resident memory of a rank before there is any data: LibTorch, MPI and HDF5. Measured, in bytes.
inline constexpr double kProgramBytes = 250.0 * 1024 * 1024;

/// Of all epochs. \param flops_of_sample of one step
double epochs_flops(const Setting& setting, double flops_of_sample);

/// Memory of one training step. \param halves of an autoencoder that there are: 2 with the decoder,
/// which mirrors the encoder
double network_memory(const Setting& setting, double halves);

/// Members at a time that are to be expected of a rank on a device: those that a config asks for,
/// or as many as a GPU takes where memory does not count. \param device "cpu" or "cuda:N"
int lanes_on(const config::Config& config, const std::string& device);

/// A member's time for all epochs with their validation, and for what is encoded and scored at the
/// end.
Pace network_pace(const Setting& setting, const train::Throughput& throughput);

/// Seconds for so many samples; 0 where that is not done.
double seconds_for(std::size_t samples, double per_second);

/// Samples that are scored at the end.
std::size_t scored_samples(const Setting& setting);

}  // namespace clvae::methods
