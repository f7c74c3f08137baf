#pragma once
/// \file
/// What a config asks of the training, in the words of `train`.

#include <string>

#include "config/config.hpp"
#include "data/dataset.hpp"
#include "networks/precision.hpp"
#include "train/training.hpp"

namespace clvae::methods {

/// \param device "cpu" or "cuda:N"
train::TrainingOptions training_options(const config::Config& config, const data::ImageShape& shape,
                                        const std::string& device);

/// Of the training's steps.
networks::Precision precision_of(const config::Config& config);

}  // namespace clvae::methods
