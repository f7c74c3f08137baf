#include "store/descriptions.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "store/items.hpp"

namespace clvae::store {

namespace {

struct AxisMeaning {
  const char* axis;
  const char* meaning;
};

constexpr std::array<AxisMeaning, 13> kAxes{{
    {"member", "index of the member among those of its kind, from 0"},
    {"class",
     "inlier class k, from 0: its index into class_names is entry k of inlier_classes, both "
     "attributes of the root group"},
    {"centre", "index of the centre, from 0, as permutations gives it to a class"},
    {"latent dimension", "dimension of the latent space, from 0"},
    {"epoch", "epoch of the training, from 0"},
    {"term", "term of the loss, in the order in which meaning names them"},
    {"parameter", "parameter of the network, in the order that meaning tells"},
    {"component", "principal component, the largest variance first"},
    {"pixel",
     "pixel, channel by channel, row by row; the root group's attribute image_shape has their "
     "numbers"},
    {"feature", "feature, in the order of /features/columns, or of the data where that is empty"},
    {"attempt", "attempt at training the member, from 0"},
    {"session", "job, in the order in which they started"},
    {"sample", "sample, in the order of the data"},
}};

/// "train", where the dataset is about the samples of that part; else "".
std::string part_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  for (const std::string& part : kParts) {
    if (path.rfind("/" + part + "/", 0) == 0 || name.rfind(part + "_", 0) == 0) return part;
  }
  return "";
}

}  // namespace

std::string axis_meaning(const std::string& axis, const std::string& path) {
  if (const std::string part = part_of(path); axis == "sample" && !part.empty()) {
    return fmt::format("sample of the {} part, from 0, in the order of every dataset of /{}", part,
                       part);
  }
  const auto found = std::find_if(kAxes.begin(), kAxes.end(),
                                  [&](const AxisMeaning& known) { return axis == known.axis; });
  return found == kAxes.end() ? axis + ", from 0" : found->meaning;
}

std::vector<std::string> axis_meanings(const std::vector<std::string>& axes,
                                       const std::string& path) {
  std::vector<std::string> meanings;
  for (const std::string& axis : axes) meanings.push_back(axis_meaning(axis, path));
  return meanings;
}

std::vector<GroupMeaning> group_meanings(const std::vector<Kind>& kinds, bool has_features) {
  std::vector<GroupMeaning> groups{
      {"/",
       "A run of clvae: an ensemble of models trained to recognise classes that they have never "
       "seen as anomalies. What was trained on what is in config; samples in train, validation "
       "and test; results of each model in members. Each dataset has the attributes axes (a name "
       "for each extent), axis_meanings (what an index along it stands for), unit (1: none) and "
       "meaning."},
      {"/train", "Which samples the members were trained on; all of inlier classes."},
      {"/validation",
       "Which samples were held out of the training to stop it early and to set thresholds; all of "
       "inlier classes."},
      {"/test", "Which samples the members are judged by: inliers, and outliers of all classes."},
      {"/members",
       "One group for each kind of model. Where the first axis is member, row i is of member i."},
      {kProvenanceGroup,
       "What may differ between runs that are equal: jobs, hosts, times, failures."}};
  if (has_features) {
    groups.push_back({kFeatureGroup,
                      "How samples became vectors of features, and what standardised them: value = "
                      "(feature - mean) / deviation."});
  }
  for (const Kind kind : kinds) {
    groups.push_back(
        {kind_group(kind),
         fmt::format(
             "Members of the kind {}: {}. A member counts only where state in commits is 1; "
             "what it left elsewhere means nothing before, and is NaN until it is written. "
             "checksum_order: names of the datasets that hold the members' results, in the "
             "order in which a member's checksum takes them.",
             name_of(kind), entry_of(kind).meaning)});
    groups.push_back({kind_provenance_group(kind),
                      "Where and when each member was trained, and why attempts failed."});
  }
  return groups;
}

std::vector<std::string> root_attribute_meanings() {
  return {
      "schema_version: version of the format; a reader refuses a version it does not know",
      "program, program_version: what made the file",
      "dataset_name, dataset_fingerprint: the dataset, and XXH3-128 of its samples and labels",
      "class_names: names of all classes of the dataset; labels are indices into it, from 0",
      "inlier_classes: indices into class_names of those trained on; axes named class count these",
      "outlier_classes: indices into class_names of the classes that count as anomalies",
      "image_shape: channels, height and width of a sample; of features their number, 1 and 1",
      "sample_type: bytes (images of 0..255), intensities (images of 0..1) or features"};
}

}  // namespace clvae::store
