#include "store/score_file.hpp"

#include <algorithm>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/new_file.hpp"
#include "store/disk.hpp"
#include "store/items.hpp"
#include "store/rows.hpp"

namespace clvae::store {

namespace {

struct ScoreItems {
  ScoreItems(std::size_t samples, const ScoreColumns& columns) {
    const auto item = [samples](const char* path, hdf5::ElementType type, const char* meaning) {
      return Item{path, hdf5::number(type), {samples}, {"sample"}, "1", meaning};
    };
    anomaly = item("/anomaly_score", hdf5::ElementType::float32,
                   "higher = more anomalous: minus the largest merged class score of the members "
                   "(of densities: minus its natural logarithm)");
    if (columns.is_anomaly) {
      is_anomaly =
          item("/is_anomaly", hdf5::ElementType::uint8,
               "1 where anomaly_score is above the attribute threshold of the file, else 0");
    }
    nearest_class = item("/nearest_class", hdf5::ElementType::int32,
                         "the class with the largest merged score, an index into the attribute "
                         "class_names of the file");
    confidence = item("/confidence", hdf5::ElementType::float32,
                      "share, in 0..1, of the nearest class in the merged densities of all "
                      "classes; says how surely classes are told apart, not whether it is any");
    disagreement = item("/disagreement", hdf5::ElementType::float32,
                        "share, in 0..1, of the members whose own nearest class is another");
    if (columns.name_bytes == 0) return;
    file = Item{"/file",   hdf5::text(columns.name_bytes + 1),
                {samples}, {"sample"},
                "1",       "the image's file, relative to the attribute data of the file"};
  }
  std::vector<const Item*> all() const {
    std::vector<const Item*> items{&anomaly};
    if (is_anomaly) items.push_back(&*is_anomaly);
    items.insert(items.end(), {&nearest_class, &confidence, &disagreement});
    if (file) items.push_back(&*file);
    return items;
  }

  Item anomaly;
  std::optional<Item> is_anomaly;
  Item nearest_class;
  Item confidence;
  Item disagreement;
  std::optional<Item> file;
};

std::size_t bytes_in(const ScoreAttribute& attribute) {
  struct Count {
    std::size_t operator()(const std::string& text) const { return text.size(); }
    std::size_t operator()(std::int32_t /*number*/) const { return sizeof(std::int32_t); }
    std::size_t operator()(double /*number*/) const { return sizeof(double); }
    std::size_t operator()(const std::vector<std::int32_t>& numbers) const {
      return numbers.size() * sizeof(std::int32_t);
    }
    std::size_t operator()(const std::vector<std::string>& texts) const {
      std::size_t longest = 0;
      for (const std::string& text : texts) longest = std::max(longest, text.size() + 1);
      return longest * texts.size();
    }
  };
  return std::visit(Count(), attribute.value);
}

std::size_t size_needed(const ScoreItems& items, const std::vector<ScoreAttribute>& attributes) {
  constexpr std::size_t kAttributeOverhead = 256;
  std::size_t bytes = 2 * hdf5::kGroupOverhead + 3 * kAttributeOverhead;
  for (const ScoreAttribute& attribute : attributes) {
    bytes += kAttributeOverhead + 2 * bytes_in(attribute);
  }
  for (const Item* item : items.all()) {
    bytes +=
        hdf5::kDatasetOverhead + description_bytes(*item) + hdf5::byte_count(*item).value_or(0);
  }
  return bytes;
}

}  // namespace

struct ScoreFile::Impl {
  Impl(std::string name, std::size_t count, const ScoreColumns& columns)
      : path(std::move(name)), samples(count), items(count, columns), temporary(path + ".new") {}

  std::string path;
  std::size_t samples;
  std::size_t written = 0;
  ScoreItems items;
  TemporaryFile temporary;
  Descriptor descriptor;
  std::unique_ptr<hdf5::NewFile> file;
};

ScoreFile::ScoreFile(const std::string& path, std::size_t samples, const ScoreColumns& columns,
                     const std::vector<ScoreAttribute>& attributes,
                     const std::function<void(const std::string&)>& warn)
    : impl_(std::make_unique<Impl>(path, samples, columns)) {
  hdf5::prepare_library();
  const std::string& temporary = impl_->temporary.path();
  unlink(temporary.c_str());  // what a kill left
  const std::string nothing_yet = hdf5::empty_file(temporary);
  impl_->descriptor = Descriptor(temporary, O_RDWR | O_CREAT | O_EXCL);
  impl_->temporary.own();
  // The whole room first: see NewRunFile.
  impl_->descriptor.occupy(size_needed(impl_->items, attributes), 0.0F, warn);
  impl_->descriptor.write_at_start(nothing_yet);
  impl_->file = std::make_unique<hdf5::NewFile>(temporary, kAlignment);
  const hdf5::AttributeOwner root = impl_->file->root();
  write_attribute(root, "format", std::string("clvae scores"));
  write_attribute(root, "format_version", std::int32_t{kScoreFileVersion});
  write_attribute(root, "program", std::string("clvae"));
  for (const ScoreAttribute& attribute : attributes) {
    std::visit([&](const auto& value) { write_attribute(root, attribute.name, value); },
               attribute.value);
  }
  for (const Item* item : impl_->items.all())
    impl_->file->add(*item, axis_meanings(*item), nullptr);
}

ScoreFile::~ScoreFile() = default;

void ScoreFile::append(const ScoreRows& rows) {
  const std::size_t count = rows.anomaly.size();
  const std::size_t begin = impl_->written;
  if (rows.is_anomaly.size() != (impl_->items.is_anomaly ? count : 0) ||
      rows.nearest_class.size() != count || rows.confidence.size() != count ||
      rows.disagreement.size() != count || rows.file.size() != (impl_->items.file ? count : 0) ||
      count > impl_->samples - begin) {
    throw UsageError(fmt::format("{}: {} scores do not follow {} of {}", impl_->path, count, begin,
                                 impl_->samples));
  }
  hdf5::NewFile& file = *impl_->file;
  file.write_rows(impl_->items.anomaly, begin, count, rows.anomaly.data());
  if (impl_->items.is_anomaly) {
    file.write_rows(*impl_->items.is_anomaly, begin, count, rows.is_anomaly.data());
  }
  file.write_rows(impl_->items.nearest_class, begin, count, rows.nearest_class.data());
  file.write_rows(impl_->items.confidence, begin, count, rows.confidence.data());
  file.write_rows(impl_->items.disagreement, begin, count, rows.disagreement.data());
  if (impl_->items.file) {
    std::string names;
    for (const std::string& name : rows.file) {
      names += hdf5::padded(name, impl_->items.file->element.bytes);
    }
    file.write_rows(*impl_->items.file, begin, count, names.data());
  }
  impl_->written += count;
}

void ScoreFile::finish() {
  if (impl_->written != impl_->samples) {
    throw UsageError(
        fmt::format("{}: {} of {} scores", impl_->path, impl_->written, impl_->samples));
  }
  impl_->file->close();
  impl_->descriptor.sync_all();
  impl_->temporary.replace(impl_->path);
}

}  // namespace clvae::store
