#include "store/schema.hpp"

#include <limits>

#include <fmt/format.h>

#include "store/items.hpp"

namespace clvae::store {

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

std::optional<std::size_t> element_count(const std::vector<std::size_t>& shape) {
  // File offsets are signed.
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && count > kMost / extent) return std::nullopt;
    count *= extent;
  }
  return count;
}

std::optional<std::size_t> byte_count(const Item& item) {
  std::vector<std::size_t> shape = item.shape;
  shape.push_back(item.element.bytes);
  return element_count(shape);
}

std::size_t row_bytes(const Item& item) {
  const std::vector<std::size_t> row(item.shape.begin() + 1, item.shape.end());
  return element_count(row).value_or(0) * item.element.bytes;
}

std::string describe(const std::vector<std::size_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::string describe(const Item& item) {
  return fmt::format("{} {}", describe(file_type(item.element, item.path).id()),
                     describe(item.shape));
}

}  // namespace clvae::store
