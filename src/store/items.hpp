#pragma once
/// \file
/// Every dataset and group of a run file, described once: what `create` makes, what the reader
/// demands, and what people read of them in the file itself.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "hdf5/file_view.hpp"
#include "hdf5/item.hpp"
#include "store/schema.hpp"

namespace clvae::store {

using hdf5::Item;

inline constexpr std::size_t kAttemptMessageBytes = 256;
inline constexpr std::size_t kSessionBytes = 8192;
inline constexpr std::size_t kSessions = 32;

inline const std::array<std::string, 3> kParts{"train", "validation", "test"};

struct SampleItems {
  Item labels;
  Item original_index;
  Item original_split;
  Item is_outlier;
};

struct FeatureItems {
  Item columns;
  Item means;
  Item deviations;
};

struct KindItems {
  Item seeds;
  Item permutations;
  Item centres;
  Item commits;
  std::vector<Item> datasets;  ///< in checksum order
  Item provenance;
  Item attempt_messages;
};

/// The extents that the shapes of a kind's datasets follow from.
struct KindExtents {
  std::size_t members = 0;
  std::size_t centres = 0;  ///< one for each inlier class, or 0 where the kind has none
  std::size_t latent_dim = 0;
  std::size_t max_attempts = 0;
};

inline constexpr const char* kFeatureGroup = "/features";
inline constexpr const char* kPrecision = "precision";  ///< attribute of the group of features
inline constexpr const char* kFloat64 = "float64";      ///< what it says
inline constexpr const char* kProvenanceGroup = "/provenance";
inline constexpr const char* kImageShape = "image_shape";  ///< attribute of the root
inline constexpr const char* kSampleType = "sample_type";  ///< attribute of the root
inline constexpr const char* kMergedFrom = "merged_from";  ///< attribute of that group

std::string kind_group(Kind kind);             ///< "/members/<kind>"
std::string kind_provenance_group(Kind kind);  ///< "/provenance/<kind>"

/// In the same order.
std::vector<std::string> names_of(const std::vector<MemberDataset>& datasets);

Item config_item(std::size_t bytes);
Item sessions_item();
SampleItems sample_items(const std::string& part, std::size_t samples);
/// \param bytes of the text that describes the columns
FeatureItems feature_items(std::size_t bytes, std::size_t features);
KindItems kind_items(Kind kind, const KindExtents& extents,
                     const std::vector<MemberDataset>& datasets);

/// Opens a run file to look at its items. \throws RunFileError
hdf5::FileView view_of(const std::string& path);

/// What the file says of itself beside the datasets' own meanings, for people who open it without
/// its written format: attributes that no reader needs, and that files of earlier versions lack.
inline constexpr const char* kGroupMeaning = "meaning";  ///< of a group
inline constexpr const char* kAttributeMeanings = "attribute_meanings";

/// What an index along an axis stands for. \param path of the dataset, e.g. "/train/labels"
std::string axis_meaning(const std::string& axis, const std::string& path);
/// The same of each axis of an item.
std::vector<std::string> axis_meanings(const hdf5::Item& item);
/// Returns the bytes of what a dataset says of itself.
std::size_t description_bytes(const hdf5::Item& item);

/// A group and what is in it.
struct GroupMeaning {
  std::string path;
  std::string text;
};
/// Returns every group of a run file, the root first.
std::vector<GroupMeaning> group_meanings(const std::vector<Kind>& kinds, bool has_features);

/// "name: meaning" of the root's attributes; each may be missing where it does not apply.
std::vector<std::string> root_attribute_meanings();

}  // namespace clvae::store
