#pragma once
/// \file
/// What a config asks for, in the words of each room.

#include <string>
#include <vector>

#include "clvae/config/config.hpp"
#include "clvae/data/split.hpp"
#include "clvae/plan/plan.hpp"
#include "clvae/store/schema.hpp"
#include "clvae/train/trainer.hpp"

namespace clvae::jobs {

/// Reads the dataset and draws the experiment. Any rank. \throws DataError, also where a class has
/// too few training samples for its Gaussian
data::Experiment load_experiment(const config::Config& config);

/// One line: which data, which classes are held back, how many samples.
std::string describe(const data::Experiment& experiment);

/// Names of classes. \param classes indices into `class_names`
std::vector<std::string> names_of_classes(const std::vector<int>& classes,
                                          const std::vector<std::string>& class_names);

/// \param shape of an image \throws UsageError where the networks can't be built for such images
model::Architecture architecture_of(const config::Config& config, const data::ImageShape& shape);

train::TrainingOptions training_options(const config::Config& config, const data::ImageShape& shape,
                                        const std::string& device);

std::vector<plan::Member> planned_members(const config::Config& config, std::size_t classes);

/// Centres of the K classes, before any permutation. [K, d]
std::vector<double> centres_of(const config::Config& config, std::size_t classes);

/// The centre of each class for one member. \param centres [K, d]  \return [K, d]
std::vector<double> permuted_centres(const std::vector<double>& centres,
                                     const std::vector<std::int32_t>& permutation);

/// What the run file of this experiment holds before training.
store::Contents run_contents(const config::Config& config, const data::Experiment& experiment,
                             const std::vector<plan::Member>& members);

/// The member datasets' names in a run file, used for writing and for reading.
namespace slab {
inline constexpr const char* kTrainLatents = "train_latents";
inline constexpr const char* kValidationLatents = "validation_latents";
inline constexpr const char* kTestLatents = "test_latents";
inline constexpr const char* kValidationErrors = "validation_reconstruction_errors";
inline constexpr const char* kTestErrors = "test_reconstruction_errors";
inline constexpr const char* kLossHistory = "loss_history";
inline constexpr const char* kEncoderWeights = "encoder_weights";
inline constexpr const char* kDecoderWeights = "decoder_weights";
}  // namespace slab

}  // namespace clvae::jobs
