#include "store/items.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hdf5/new_file.hpp"
#include "store/rows.hpp"

namespace clvae::store {

using hdf5::ElementType;
using hdf5::number;
using hdf5::text;

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

std::string kind_group(Kind kind) { return fmt::format("/members/{}", name_of(kind)); }

std::string kind_provenance_group(Kind kind) {
  return fmt::format("/provenance/{}", name_of(kind));
}

std::vector<std::string> names_of(const std::vector<MemberDataset>& datasets) {
  std::vector<std::string> names;
  names.reserve(datasets.size());
  for (const MemberDataset& dataset : datasets) names.push_back(dataset.name);
  return names;
}

Item config_item(std::size_t bytes) {
  return {"/config", text(bytes), {}, {}, "1", "The resolved config of the run, as YAML."};
}

Item sessions_item() {
  return {"/provenance/sessions",
          text(kSessionBytes),
          {kSessions},
          {"session"},
          "1",
          "One text, JSON, for each job that worked on the run: started_at in seconds since "
          "1970-01-01 UTC, its ranks, hosts, devices and versions; unused places are empty."};
}

SampleItems sample_items(const std::string& part, std::size_t samples) {
  const auto item = [&](const char* name, ElementType type, const char* meaning) {
    return Item{
        fmt::format("/{}/{}", part, name), number(type), {samples}, {"sample"}, "1", meaning};
  };
  return {
      item("labels", ElementType::int32,
           "Class of the sample, an index into the root group's attribute class_names."),
      item("original_index", ElementType::int64,
           "Position of the sample, from 0, in the split that original_split tells: the published "
           "one, or the one that was drawn."),
      item("original_split", ElementType::uint8,
           "Published split of the sample: 0 training, 1 test."),
      item("is_outlier", ElementType::uint8,
           "1 where the sample's class is an outlier class, else 0.")};
}

FeatureItems feature_items(std::size_t bytes, std::size_t features) {
  const std::string group = kFeatureGroup;
  const auto item = [&](const char* name, const char* meaning) {
    return Item{group + "/" + name, number(ElementType::float64), {features},
                {"feature"},        "as the feature's own",       meaning};
  };
  return {{group + "/columns",
           text(bytes),
           {},
           {},
           "1",
           "Columns of the table that the features were made of, as JSON, in the order of the "
           "features; a column with categories is one feature for each of them, 0 or 1. Empty "
           "where the data were no table."},
          item("means", "Mean of each feature over the training samples; taken away first."),
          item("deviations",
               "Standard deviation of each feature over the training samples, divisor n, 1 where "
               "it is constant; divided by then.")};
}

KindItems kind_items(Kind kind, const KindExtents& extents,
                     const std::vector<MemberDataset>& datasets) {
  const std::string group = kind_group(kind);
  const std::string provenance = kind_provenance_group(kind);
  const std::size_t members = extents.members;
  KindItems items;
  items.seeds = {group + "/seeds",
                 number(ElementType::uint64),
                 {members},
                 {"member"},
                 "1",
                 "Base of all random streams of the member."};
  items.permutations = {group + "/permutations",
                        number(ElementType::int32),
                        {members, extents.centres},
                        {"member", "class"},
                        "1",
                        "Index of the centre that the member gives to each inlier class; no "
                        "columns where the kind has no centres."};
  items.centres = {group + "/centres",
                   number(ElementType::float64),
                   {extents.centres, extents.latent_dim},
                   {"centre", "latent dimension"},
                   "1",
                   "Prior means in the latent space; no rows where the kind has no centres."};
  items.commits = {group + "/commits",
                   commit_rows(),
                   {members},
                   {"member"},
                   "1",
                   "state: 0 pending, 1 done, 2 failed; attempt: that succeeded, or the last that "
                   "failed; epochs_run; best_epoch: whose weights were kept, from 0; checksum: "
                   "XXH3-64 of the member's slabs in the order of checksum_order."};
  for (const MemberDataset& dataset : datasets) {
    Item item{
        group + "/" + dataset.name,
        number(dataset.precision == Precision::exact ? ElementType::float64 : ElementType::float32),
        {members},
        {"member"},
        dataset.unit,
        dataset.meaning};
    item.shape.insert(item.shape.end(), dataset.slab_shape.begin(), dataset.slab_shape.end());
    item.axes.insert(item.axes.end(), dataset.axes.begin(), dataset.axes.end());
    items.datasets.push_back(std::move(item));
  }
  items.provenance = {provenance + "/members",
                      provenance_rows(),
                      {members},
                      {"member"},
                      "started_at, training_seconds, encoding_seconds: s; others: 1",
                      "rank that committed the member, -1 if none has; ranks of its job; "
                      "started_at: since 1970-01-01 UTC; training_seconds of the attempt that "
                      "counts; encoding_seconds; host; device."};
  items.attempt_messages = {provenance + "/attempt_messages",
                            text(kAttemptMessageBytes),
                            {members, extents.max_attempts},
                            {"member", "attempt"},
                            "1",
                            "Why the attempt failed; empty where it did not, or was not made."};
  return items;
}

hdf5::FileView view_of(const std::string& path) {
  return hdf5::FileView(path, "run file", "a run file of clvae");
}

std::string axis_meaning(const std::string& axis, const std::string& path) {
  if (const std::string part = part_of(path); axis == "sample" && !part.empty()) {
    return fmt::format("sample of the {} part, from 0, in the order of every dataset of /{}", part,
                       part);
  }
  const auto found = std::find_if(kAxes.begin(), kAxes.end(),
                                  [&](const AxisMeaning& known) { return axis == known.axis; });
  return found == kAxes.end() ? axis + ", from 0" : found->meaning;
}

std::vector<std::string> axis_meanings(const Item& item) {
  std::vector<std::string> meanings;
  for (const std::string& axis : item.axes) meanings.push_back(axis_meaning(axis, item.path));
  return meanings;
}

std::size_t description_bytes(const Item& item) {
  return item.meaning.size() + hdf5::described_bytes(axis_meanings(item));
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
                      "(feature - mean) / deviation. precision: float64, that of the features; "
                      "without it they were rounded to float32 first."});
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
