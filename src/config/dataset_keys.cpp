#include "config/dataset_keys.hpp"

#include "config/rules.hpp"
#include "data/formats/table.hpp"

namespace clvae::config {

namespace {

/// "idx, MNIST's four files; cifar10, the binary batches; ...".
std::string layouts() {
  std::string text;
  for (const data::FormatFacts& format : data::kFormatFacts) {
    text += fmt::format("{}{}, {}", text.empty() ? "" : "; ", format.word, format.layout);
  }
  return text;
}

/// "idx and cifar10": the formats for which no key of those means anything.
std::string formats_without(unsigned keys) {
  std::vector<std::string> words;
  for (const data::FormatFacts& format : data::kFormatFacts) {
    if ((format.keys & keys) == 0) words.emplace_back(format.word);
  }
  return fmt::format("{}", fmt::join(words, " and "));
}

}  // namespace

std::string formats_in_blocks() {
  return fmt::format("{}", fmt::join(data::formats_with(data::kBlocks), " or "));
}

std::vector<Key> source_keys() {
  const auto section = &Config::dataset;
  return {
      {"dataset.format", KeyClass::execution, "",
       word(data::formats_with(data::kNoKeys), section, &Dataset::format),
       "Format of the data: " + layouts() +
           ". A run is tied to the samples and labels by their fingerprint, so the same data in "
           "another format continues it."},
      {"dataset.path", KeyClass::execution, "", path_text(false, section, &Dataset::path),
       "Folder or file of the data; where it is relative, to the folder that the job is started "
       "in. The data may move between resumes, as long as their fingerprint stays the same.",
       true},
      {"dataset.stage", KeyClass::execution, "", path_text(true, section, &Dataset::stage),
       "Folder on a disk of each host that the data files are copied to before they are read, and "
       "found again by the next job; for data on a slow shared file system. One rank a host reads "
       "them in any case."},
      {"dataset.image.height", KeyClass::execution, "pixels",
       integer<int>({1, 4096}, section, &Dataset::image, &Image::height),
       "Of format images alone: the height that every image is brought to, by interpolation and "
       "without keeping proportions. More keeps finer detail and takes more time. Another height "
       "is other data, and so another run."},
      {"dataset.image.width", KeyClass::execution, "pixels",
       integer<int>({1, 4096}, section, &Dataset::image, &Image::width),
       "The same of their width. Each convolution of stride 2 needs an even size."},
      {"dataset.image.colour", KeyClass::execution, "",
       word({"rgb", "grey"}, section, &Dataset::image, &Image::colour),
       "Of format images alone: what every image is brought to, three channels or one. grey takes "
       "less time where colours tell nothing about the class."},
      {"dataset.image.background", KeyClass::execution, "",
       word({"black", "white"}, section, &Dataset::image, &Image::background),
       "Of format images alone: what transparent pixels are composed on, so that colours below "
       "full transparency, which nobody sees, have no part in the training. Another background is "
       "other data, where images are transparent."},
      {"dataset.image.reading", KeyClass::execution, "",
       word({"standard", "legacy"}, section, &Dataset::image, &Image::reading),
       "Of format images alone: standard takes images as they are looked at, composed on the "
       "background and turned as their EXIF data say, and values as stored, whatever gamma a PNG "
       "names; legacy is how versions without this key did it: transparency dropped, "
       "a PNG's gamma applied, EXIF passed over. Runs made by them go on so by themselves."},
      {"dataset.axes", KeyClass::execution, "",
       word({"auto", "channels_first", "channels_last"}, section, &Dataset::axes),
       fmt::format(
           "Where arrays of images ({}) have their channels: channels_first is [n, channels, "
           "height, width], channels_last [n, height, width, channels]; auto takes whichever of "
           "the two has at most 4 channels, and refuses to guess.",
           joined(data::formats_with(data::kAxes)))},
      {"dataset.scale", KeyClass::execution, "",
       number({0, 1e30, false, true}, section, &Dataset::scale),
       fmt::format(
           "The number that stands for white in arrays of images ({}) that are not of uint8, whose "
           "values are divided by it: 1 for intensities in 0..1, 255 or 65535 for what other types "
           "hold. Vectors of features are not scaled. Another scale is other data, and so another "
           "run.",
           joined(data::formats_with(data::kAxes)))},
      {"dataset.cifar100.labels", KeyClass::execution, "",
       word({"fine", "coarse"}, section, &Dataset::cifar100, &Cifar100::labels),
       "Which labels of format cifar100 are the classes: the 100 fine ones or the 20 coarse ones. "
       "Others are other data, and so another run."},
      {"dataset.test_fraction", KeyClass::execution, "of each class",
       number({0, 0.9, false, true}, section, &Dataset::test_fraction),
       fmt::format("Share of the samples that the test split is drawn from, where the data have "
                   "none: the same draw in every run. Another share is another split, and so "
                   "another run. Formats {} have a test split of their own.",
                   formats_without(data::kTestFraction))},
      {"dataset.csv.label", KeyClass::execution, "column",
       text_like(
           "the name of a column", [](const std::string& name) { return !name.empty(); }, section,
           &Dataset::csv, &Csv::label),
       "Name of the column of a table that holds the class of each record, in words or whole "
       "numbers. All other columns become features."},
      {"dataset.csv.categorical", KeyClass::execution, "columns",
       list_of_texts(section, &Dataset::csv, &Csv::categorical),
       "Columns of a table that hold categories, each of which becomes a feature of its own that "
       "is 0 or 1. The other columns must hold numbers. All features are then standardised by mean "
       "and standard deviation of the training samples."},
      {"dataset.csv.separator", KeyClass::execution, "",
       word({"auto", "comma", "semicolon", "tab"}, section, &Dataset::csv, &Csv::separator),
       "What stands between the fields of a table, also of one that is scored. auto takes what a "
       "spreadsheet's first line such as sep=; says, else the first of the three by which the line "
       "of names has the columns that are asked for. Where it is no comma, numbers may have a comma "
       "before their decimals."},
  };
}

std::vector<Key> dataset_keys() {
  const auto section = &Config::dataset;
  return {
      {"dataset.outlier_classes", KeyClass::identity, "class numbers or names",
       list_of_class_words({1, 255}, section, &Dataset::outlier_classes),
       "Classes that no member sees in training and that the ensemble has to recognise as "
       "anomalies in the test; at least two other classes must be left. A number is the class's "
       "place among the sorted names, or the label itself where all labels are numbers. Every AUC "
       "holds for this choice alone."},
      {"dataset.excluded_classes", KeyClass::identity, "class numbers or names",
       list_of_class_words({0, 255}, section, &Dataset::excluded_classes),
       "Classes whose samples are in no part of the run: neither trained on, nor held out, nor in "
       "the test. It keeps the classes that are to be reported on out of runs that settings are "
       "chosen by (clvae sweep --choose-on-classes)."},
      {"dataset.test_mix", KeyClass::identity, "",
       word({"equal", "all"}, section, &Dataset::test_mix),
       "equal cuts the larger of test inliers and outliers to the size of the smaller by a fixed "
       "draw, as in the paper; all keeps every sample, which narrows the intervals and changes "
       "measures that depend on the share of outliers, but not the expected AUC."},
      {"dataset.train_limit", KeyClass::identity, "samples",
       optional_integer({1, 100'000'000}, "no limit", section, &Dataset::train_limit),
       "At most so many inliers are trained on, every class in proportion, drawn the same way in "
       "every run after the validation samples were set aside. An epoch takes proportionally less "
       "time; members become less accurate."},
  };
}

std::vector<Key> memory_keys() {
  const auto section = &Config::dataset;
  return {
      {"dataset.memory", KeyClass::identity, "",
       word({"resident", "blocks"}, section, &Dataset::memory),
       fmt::format(
           "resident holds the samples in memory, once a host; blocks, of format {} alone, reads "
           "them from the file in every epoch, for data larger than memory: blocks of samples in a "
           "random order, as many at a time as the buffer holds, shuffled in there. That is "
           "another order than of resident samples, and so another run, unless the buffer holds "
           "all of them. There is no pca then. Every rank reads for itself: dataset.stage spares a "
           "shared file system.",
           formats_in_blocks())},
      {"dataset.blocks.buffer", KeyClass::identity, "MiB",
       integer<int>({1, 16'777'216}, section, &Dataset::blocks, &Blocks::buffer),
       "Samples that a rank holds at once where dataset.memory is blocks. A larger one shuffles "
       "better."},
      {"dataset.blocks.samples", KeyClass::identity, "samples",
       integer<int>({1, 1'000'000}, section, &Dataset::blocks, &Blocks::samples),
       "Training inliers of a block, which follow one another in the file and are read together. "
       "Smaller blocks shuffle better, larger ones are read faster; where samples of a class lie "
       "together in the file, the buffer should hold many blocks."},
  };
}

}  // namespace clvae::config
