#pragma once
/// \file
/// What a user can set, as plain structs; `configs/README.md` lists every key with its effect.
///
/// Words that choose among alternatives (`score: density`) stay strings here, checked against the
/// allowed words on loading; the room that acts on one turns it into its own enumeration.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/kind.hpp"

namespace clvae::config {

/// How images are read now, and were by versions that had no key for it.
inline constexpr const char* kImageReading = "standard";
inline constexpr const char* kLegacyImageReading = "legacy";

/// What images of any size are brought to.
struct Image {
  int height = 32;                      ///< pixels
  int width = 32;                       ///< pixels
  std::string colour = "rgb";           ///< rgb | grey
  std::string background = "black";     ///< black | white: behind transparent pixels
  std::string reading = kImageReading;  ///< standard | legacy
};

/// The columns of a table.
struct Csv {
  std::string label = "label";           ///< that holds the classes
  std::vector<std::string> categorical;  ///< that hold no numbers
  std::string separator = "auto";        ///< auto | comma | semicolon | tab
};

/// What of CIFAR-100 is read.
struct Cifar100 {
  std::string labels = "fine";  ///< fine | coarse
};

/// How samples that are not held in memory are read.
struct Blocks {
  int buffer = 256;   ///< MiB; of samples held at once
  int samples = 128;  ///< that follow one another in the file and are read together
};

struct Dataset {
  std::string format = "idx";  ///< a word of data's table of formats
  std::string path;            ///< folder or file of the data; required
  std::string stage;           ///< folder on each host to copy them to; empty: none
  Image image;                 ///< of format images
  std::string axes = "auto";   ///< auto | channels_first | channels_last, of arrays
  double scale = 1;            ///< of arrays of images that are not of bytes: what stands for white
  Cifar100 cifar100;           ///< of format cifar100
  Csv csv;                     ///< of format csv
  double test_fraction = 0.2;  ///< of each class, where the data have no test split
  std::vector<std::string> outlier_classes = {"0"};  ///< numbers or names of those held back
  std::vector<std::string> excluded_classes;  ///< numbers or names of those in no part at all
  std::string test_mix = "equal";   ///< equal: as many inliers as outliers; all: every sample
  std::optional<int> train_limit;   ///< samples; at most this many inliers are used for training
  std::string memory = "resident";  ///< resident | blocks: held as a whole, or read in every epoch
  Blocks blocks;
};

/// Members of each kind that is to have another number of them than `Ensemble::size`.
using Sizes = std::map<Kind, int>;

struct Ensemble {
  std::vector<std::string> methods = {"clvae"};  ///< kinds of members to train
  int size = 20;                                 ///< members of each kind
  Sizes sizes;
  std::uint64_t seed = 1;
  std::string permutation = "random";  ///< random | identity: how classes are assigned to centres
  int max_attempts = 3;                ///< at one member, the first included
};

struct Convolution {
  int channels = 0;
  int stride = 1;  ///< 1 keeps the size, 2 halves it
};

struct Model {
  int latent_dim = 2;             ///< also the components of the PCA
  std::string centres = "fixed";  ///< fixed | learned
  double centre_radius = 3.0;     ///< distance of every class centre from the origin
  int hidden = 16;                ///< units of the dense layer between convolutions and latents
  std::vector<Convolution> convolutions = {{32, 2}, {64, 2}};  ///< of images
  std::vector<int> layers = {64, 32};  ///< units of the dense layers, of vectors of features
};

struct Reconstruction {
  std::string error = "squared";  ///< squared | cross_entropy
  std::string over = "mean";      ///< mean | sum: over pixels and channels
};

struct Prior {
  std::string over = "sum";        ///< sum | mean: over latent dimensions
  std::string at = "closed_form";  ///< closed_form | sample: where the divergence is taken
};

struct Training {
  int epochs = 50;       ///< at most
  int batch_size = 128;  ///< samples
  std::string optimizer = "adam";
  double learning_rate = 1e-3;        ///< constant, or the peak of one_cycle
  std::string schedule = "constant";  ///< constant | one_cycle
  std::string precision = "float32";  ///< float32 | tf32 | bfloat16: of the steps
  double validation_fraction = 0.1;   ///< of the training inliers, held out to stop early
  int patience = 3;          ///< epochs without a better validation loss; 0: never stop early
  double alpha = 1.0 / 6.0;  ///< weight of the reconstruction; 1 - alpha weighs the prior
  Reconstruction reconstruction;
  Prior prior;
  std::string device = "auto";              ///< auto | cpu | cuda
  std::optional<int> members_per_gpu;       ///< at a time, of a rank; nothing: auto
  int threads = 1;                          ///< a rank, on the CPU
  std::string checkpoint_every = "10 min";  ///< or "2 epochs", "never"
};

struct Store {
  bool train_latents = true;  ///< false: only what the Gaussians need of them
};

struct Reduction {
  std::string score = "density";  ///< a row of reduce/score_table.cpp that can be primary
  std::string merge = "mean";     ///< a row of reduce/merge.cpp that merges classes
  int draws = 200;           ///< orders of the members, at least; rounded up to whole rotations
  double confidence = 0.95;  ///< of the intervals
  std::uint64_t seed = 1;    ///< of the orders
  double forecast_half_width = 0.005;  ///< AUC; of the curve interval that members are counted for
};

/// A set from elsewhere, whose samples a run's ensembles are to recognise as anomalies.
struct EvaluationSet {
  std::string name;                  ///< in tables and figures, and of the folder with its results
  std::string path;                  ///< of a file or folder, in any format that can be scored
  std::string format = {};           ///< a word of data's table of formats; empty: the data tell it
  std::string group = {};            ///< near | far; empty: none
  bool resize = false;               ///< whether images of another shape are brought to the run's
  std::optional<double> scale = {};  ///< of arrays of images; nothing: dataset.scale
};

/// What a run is held against when it is trained.
struct Evaluation {
  std::vector<EvaluationSet> sets;
  bool corruptions = false;  ///< also the run's own test inliers, corrupted
  bool is_empty() const { return sets.empty() && !corruptions; }
};

struct Config {
  Dataset dataset;
  Ensemble ensemble;
  Model model;
  Training training;
  Store store;
  Reduction reduction;
  Evaluation evaluation;
  std::string output;  ///< folder of the run; empty: runs/<name of the config file>
};

/// What a change of a key means for a run that exists already.
enum class KeyClass {
  identity,   ///< changes what a member is: compared on resume
  execution,  ///< may change between resumes
  reduction,  ///< may change at any time
};

/// One key as a user sees it.
struct KeyDescription {
  std::string key;  ///< dotted
  KeyClass key_class;
  std::string type;           ///< "integer", "number", "word", "text", "list of integers", ...
  std::string unit;           ///< "samples", "epochs", ...; empty where there is none
  std::string allowed;        ///< "1 to 1000000", "density, peak_normalised, mahalanobis", ...
  std::string effect;         ///< the consequence of a change, in whole sentences
  std::string default_value;  ///< as YAML; "required" where there is none
};

/// Every key, in the order in which `to_yaml` writes them.
std::vector<KeyDescription> describe_keys();

/// Parses YAML text, applies `overrides` ("training.epochs=4", later ones win), checks every value.
/// `file` is only named in errors. Any rank.
/// \throws ConfigError at the first key that is unknown (names the nearest known one), given twice,
///   of the wrong type or out of range, with file and line; for overrides file is "--set".
Config parse(const std::string& text, const std::string& file,
             const std::vector<std::string>& overrides = {});

/// The same of the config that a run file keeps, in which every key is written out. One of a
/// version that had no key for it means what that version did, not today's default.
Config parse_stored(const std::string& text, const std::string& file,
                    const std::vector<std::string>& overrides = {});

/// The value of one key as `to_yaml` writes it, so that equal values are equal texts.
/// \param option that it was given by, named in errors in place of a file
/// \throws ConfigError as `parse` of an override
std::string canonical_value(const std::string& key, const std::string& text,
                            const std::string& option);

/// Reads and parses a config file. \throws ConfigError also where the file can't be read.
Config load(const std::string& path, const std::vector<std::string>& overrides = {});

/// The text of a config file. \throws ConfigError (missing, a directory, larger than 1 MiB).
std::string read_text(const std::string& path);

/// The resolved config, every key written out; `parse` of it gives an equal config (numbers
/// bit for bit).
std::string to_yaml(const Config& config);

/// One key whose values differ.
struct Difference {
  std::string key;
  std::string stored;  ///< as YAML
  std::string wanted;  ///< as YAML
};

/// The keys of that class in which the two configs differ, in the order of `describe_keys`.
std::vector<Difference> differences(const Config& stored, const Config& wanted, KeyClass key_class);

}  // namespace clvae::config
