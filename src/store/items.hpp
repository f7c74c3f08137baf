#pragma once
/// \file
/// Every dataset of a run file, described once: what `create` makes and what the reader demands.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "store/datatypes.hpp"
#include "store/schema.hpp"

namespace clvae::store {

inline const std::array<std::string, 3> kParts{"train", "validation", "test"};

/// One dataset.
struct Item {
  std::string path;  ///< within the file, e.g. "/train/labels"
  Element element;
  std::vector<std::size_t> shape;
  std::vector<std::string> axes;  ///< [shape.size()]
  std::string unit;
  std::string meaning;
};

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

/// Elements of a shape, or bytes of an item; nothing where that exceeds what a file can hold.
std::optional<std::size_t> element_count(const std::vector<std::size_t>& shape);
std::optional<std::size_t> byte_count(const Item& item);
/// Bytes of one row along the first axis. \pre `byte_count` has a value
std::size_t row_bytes(const Item& item);

/// "float32 [3, 100, 2]".
std::string describe(const Item& item);
std::string describe(const std::vector<std::size_t>& shape);

}  // namespace clvae::store
