#pragma once
/// \file
/// What stands in a run file: names, shapes, units and meaning of every dataset.
/// `src/store/README.md` is the written format.

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <gsl/span>

#include "core/kind.hpp"
#include "core/strong.hpp"
#include "core/value_type.hpp"

namespace clvae::store {

/// Version of the format; a reader refuses any other.
inline constexpr int kSchemaVersion = 1;

/// The type of a member dataset's numbers.
enum class Precision {
  single,  ///< float32
  exact,   ///< float64
};

/// A dataset with one slab a member; its whole shape is [members, slab_shape...].
struct MemberDataset {
  std::string name;  ///< e.g. "train_latents"
  std::vector<std::size_t> slab_shape;
  std::vector<std::string> axes;  ///< one name for each axis of the slab, e.g. {"sample", "latent"}
  std::string unit;               ///< "1" where there is none
  std::string meaning;            ///< one sentence
  Precision precision = Precision::single;
};

/// All members of one kind.
struct KindLayout {
  Kind kind{};
  std::vector<std::uint64_t> seeds;        ///< [N]
  std::vector<std::int32_t> permutations;  ///< [N, K]: centre of each class; empty without centres
  std::vector<double> centres;             ///< [K, d]; empty where the kind has none
  std::size_t latent_dim = 0;
  std::vector<MemberDataset> datasets;  ///< in checksum order
  std::size_t members() const { return seeds.size(); }
};

/// Identity of the samples of one part ("train", "validation", "test").
struct SampleTable {
  std::string part;
  std::vector<std::int32_t> labels;          ///< class in the dataset
  std::vector<std::int64_t> original_index;  ///< position in the published split
  std::vector<std::uint8_t> original_split;  ///< 0: training split, 1: test split
  std::vector<std::uint8_t> is_outlier;      ///< 1: outlier
};

/// How vectors of features were made and standardised; empty where samples are images.
struct FeatureTable {
  std::string columns;             ///< of a table, JSON: [{"name": ..., "categories": [...]}, ...]
  std::vector<double> means;       ///< [features]
  std::vector<double> deviations;  ///< [features]
  /// Of features before they were standardised.
  FeaturePrecision precision = FeaturePrecision::float64;
};

/// What the numbers of a sample may be: those of an image, 0..255 or 0..1, or of a vector.
inline constexpr const char* kBytes = "bytes";
inline constexpr const char* kIntensities = "intensities";
inline constexpr const char* kFeatures = "features";

/// Everything that is known before training starts.
struct Contents {
  std::string config;  ///< resolved, YAML
  std::string program_version;
  std::string dataset_name;
  std::string dataset_fingerprint;
  std::vector<std::string> class_names;       ///< of all classes of the dataset
  std::vector<std::int32_t> inlier_classes;   ///< [K], ascending
  std::vector<std::int32_t> outlier_classes;  ///< ascending
  /// Channels, height and width of a sample; empty where a run file of an earlier version was read.
  std::vector<std::int32_t> image_shape;
  /// One of the three; empty where a run file of an earlier version was read.
  std::string sample_type;
  std::vector<SampleTable> parts;  ///< train, validation, test
  std::vector<KindLayout> kinds;
  FeatureTable features;
  std::size_t max_attempts = 1;  ///< room for attempt messages in /provenance
  /// One text for each run that members were merged from; empty where the run was trained as one.
  std::vector<std::string> merged_from;
};

enum class MemberState : std::uint8_t {
  pending = 0,  ///< never committed
  done = 1,     ///< slabs complete, checksum taken
  failed = 2,   ///< all attempts failed; its slabs mean nothing
};

/// One row of `/members/<kind>/commits`, written after the member's slabs are on disk.
struct CommitRecord {
  MemberState state = MemberState::pending;
  std::uint32_t attempt = 0;  ///< that succeeded, or the last that failed
  std::uint32_t epochs_run = 0;
  std::uint32_t best_epoch = 0;  ///< whose weights were kept, from 0
  std::uint64_t checksum = 0;    ///< XXH3-64 of the member's slabs, in the order of KindLayout
  friend bool operator==(const CommitRecord& a, const CommitRecord& b) {
    return a.state == b.state && a.attempt == b.attempt && a.epochs_run == b.epochs_run &&
           a.best_epoch == b.best_epoch && a.checksum == b.checksum;
  }
};

/// One row of `/provenance/<kind>/members`: what may differ between equal runs.
struct MemberProvenance {
  std::int32_t rank = -1;
  std::int32_t ranks = 0;       ///< of the job that committed it
  std::int64_t started_at = 0;  ///< seconds since 1970, UTC
  double training_seconds = 0;  ///< of the attempt that counts
  double encoding_seconds = 0;
  std::string host;    ///< cut to 63 bytes
  std::string device;  ///< e.g. "cpu", "cuda:1"; cut to 31 bytes
};

/// Values of one member's dataset, to be written.
struct Slab {
  std::string name;  ///< of a MemberDataset
  /// Of the dataset's precision.
  std::variant<gsl::span<const float>, gsl::span<const double>> values;
};

}  // namespace clvae::store
