#include "store/checks.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "store/items.hpp"

namespace clvae::store {

namespace {

void require_flags(const std::string& path, const std::string& item,
                   const std::vector<std::uint8_t>& flags) {
  const auto wrong = std::find_if(flags.begin(), flags.end(), [](auto flag) { return flag > 1; });
  if (wrong != flags.end()) throw RunFileError(path, item, fmt::format("{}", *wrong), "0 or 1");
}

void require_count(const std::string& path, const std::string& item, std::size_t found,
                   std::size_t expected, const std::string& meaning) {
  if (found == expected) return;
  throw RunFileError(path, item, fmt::format("{} values", found),
                     fmt::format("{} ({})", expected, meaning));
}

void require_ascending(const std::string& path, const std::string& item,
                       const std::vector<std::int32_t>& listed, std::size_t classes) {
  std::int32_t previous = -1;
  for (const std::int32_t label : listed) {
    if (label <= previous || static_cast<std::size_t>(label) >= classes) {
      throw RunFileError(path, item, fmt::format("{}", fmt::join(listed, ", ")),
                         fmt::format("ascending classes below {}", classes));
    }
    previous = label;
  }
}

void require_distinct_names(const std::string& path, const KindLayout& layout) {
  std::set<std::string> taken{"seeds", "permutations", "centres", "commits"};
  for (const MemberDataset& dataset : layout.datasets) {
    const std::string item = kind_group(layout.kind) + "/" + dataset.name;
    if (dataset.name.empty() || dataset.name.find('/') != std::string::npos) {
      throw RunFileError(path, item, "a name that HDF5 can't take", "a name without \"/\"");
    }
    if (!taken.insert(dataset.name).second) {
      throw RunFileError(path, item, "the name twice", "one dataset of that name");
    }
    if (dataset.axes.size() != dataset.slab_shape.size()) {
      throw RunFileError(path, item, fmt::format("{} axes", dataset.axes.size()),
                         fmt::format("{}, one for each extent", dataset.slab_shape.size()));
    }
  }
}

void require_valid(const std::string& path, const KindLayout& layout, std::size_t classes,
                   std::size_t max_attempts) {
  const std::string group = kind_group(layout.kind);
  const std::size_t members = layout.members();
  if (members == 0) throw RunFileError(path, group, "no members", "one or more");
  const std::size_t centres = layout.centres.empty() ? 0 : classes;
  require_count(path, group + "/permutations", layout.permutations.size(), members * centres,
                centres == 0 ? "without centres"
                             : fmt::format("{} members, {} inlier classes", members, classes));
  require_permutations(path, group + "/permutations", layout.permutations, classes);
  if (!layout.centres.empty()) {
    require_count(path, group + "/centres", layout.centres.size(), classes * layout.latent_dim,
                  fmt::format("{} inlier classes, {} latents", classes, layout.latent_dim));
  }
  require_distinct_names(path, layout);
  const KindItems items = kind_items(layout.kind, {members, 0, 0, max_attempts}, layout.datasets);
  for (const Item& item : items.datasets) {
    if (!hdf5::byte_count(item)) {
      throw RunFileError(path, item.path, "shape " + hdf5::describe(item.shape),
                         "one that a file holds");
    }
  }
}

}  // namespace

void require_valid(const std::string& path, const SampleTable& table, std::size_t classes) {
  const SampleItems items = sample_items(table.part, table.labels.size());
  const std::size_t samples = table.labels.size();
  for (const auto& [item, found] : {std::pair{&items.original_index, table.original_index.size()},
                                    std::pair{&items.original_split, table.original_split.size()},
                                    std::pair{&items.is_outlier, table.is_outlier.size()}}) {
    require_count(path, item->path, found, samples, "as many as labels");
  }
  for (const std::int32_t label : table.labels) {
    if (label < 0 || static_cast<std::size_t>(label) >= classes) {
      throw RunFileError(path, items.labels.path, fmt::format("class {}", label),
                         fmt::format("0 to {}", static_cast<std::ptrdiff_t>(classes) - 1));
    }
  }
  require_flags(path, items.original_split.path, table.original_split);
  require_flags(path, items.is_outlier.path, table.is_outlier);
}

void require_permutations(const std::string& path, const std::string& item,
                          const std::vector<std::int32_t>& permutations, std::size_t classes) {
  for (std::size_t start = 0; start < permutations.size(); start += classes) {
    std::vector<bool> taken(classes, false);
    for (std::size_t k = 0; k < classes; ++k) {
      const std::int32_t centre = permutations[start + k];
      if (centre < 0 || static_cast<std::size_t>(centre) >= classes ||
          taken[static_cast<std::size_t>(centre)]) {
        throw RunFileError(path, item,
                           fmt::format("{} as centre {} of member {}", centre, k, start / classes),
                           fmt::format("each of 0 to {} once", classes - 1));
      }
      taken[static_cast<std::size_t>(centre)] = true;
    }
  }
}

void require_classes(const std::string& path, const std::vector<std::int32_t>& inliers,
                     const std::vector<std::int32_t>& outliers, std::size_t classes) {
  require_ascending(path, "attribute inlier_classes", inliers, classes);
  require_ascending(path, "attribute outlier_classes", outliers, classes);
  if (inliers.empty()) {
    throw RunFileError(path, "attribute inlier_classes", "none", "one or more");
  }
}

void require_valid(const std::string& path, const Contents& contents) {
  const std::size_t classes = contents.class_names.size();
  require_classes(path, contents.inlier_classes, contents.outlier_classes, classes);
  if (contents.max_attempts == 0) {
    throw RunFileError(path, "/provenance", "0 attempts", "one or more");
  }
  std::vector<std::string> parts;
  for (const SampleTable& table : contents.parts) parts.push_back(table.part);
  if (!std::equal(parts.begin(), parts.end(), kParts.begin(), kParts.end())) {
    throw RunFileError(path, "parts", "\"" + joined(parts) + "\"",
                       joined({"train", "validation", "test"}));
  }
  for (const SampleTable& table : contents.parts) require_valid(path, table, classes);
  require_count(path, std::string(kFeatureGroup) + "/deviations",
                contents.features.deviations.size(), contents.features.means.size(),
                "as many as means");
  if (contents.kinds.empty()) throw RunFileError(path, "/members", "no kind", "one or more");
  std::set<Kind> kinds;
  for (const KindLayout& layout : contents.kinds) {
    if (!kinds.insert(layout.kind).second) {
      throw RunFileError(path, kind_group(layout.kind), "the kind twice", "once");
    }
    require_valid(path, layout, contents.inlier_classes.size(), contents.max_attempts);
  }
}

}  // namespace clvae::store
