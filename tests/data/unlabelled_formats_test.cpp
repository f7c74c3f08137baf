#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/files.hpp"
#include "data/golden.hpp"
#include "data/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

/// A PGM image of one row.
Bytes pgm(const Bytes& values) {
  Bytes bytes = bytes_of("P5\n" + std::to_string(values.size()) + " 1\n255\n");
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

/// An array of shape [4, 3, 8, 3].
Bytes ambiguous_archive() {
  const nlohmann::json bad = golden("npz.json").at("bad");
  for (const auto& archive : bad) {
    if (archive.at("name") == "ambiguous axes") return from_hex(archive.at("file"));
  }
  return {};
}

class UnlabelledFormatsTest : public FolderTest {
 protected:
  std::string file(const std::string& name) const { return folder_ + "/" + name; }
  void put(const std::string& name, const Bytes& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
    write(name, bytes);
  }
  std::unique_ptr<UnlabelledSamples> open(const std::string& name) const {
    return open_unlabelled(place_of_data(file(name), form_), form_);
  }
  /// All samples in blocks of so many.
  SampleBlock all_of(const std::string& name, std::size_t most) const {
    const auto samples = open(name);
    SampleBlock all;
    while (true) {
      const SampleBlock some = samples->next(most);
      if (some.pixels.empty() && some.values.empty()) return all;
      all.pixels.insert(all.pixels.end(), some.pixels.begin(), some.pixels.end());
      all.values.insert(all.values.end(), some.values.begin(), some.values.end());
    }
  }
  void expect_refused(const std::string& name, const std::string& complaint) const {
    EXPECT_THAT([&] { all_of(name, 2); },
                ThrowsMessage<DataError>(testing::AllOf(HasSubstr(name), HasSubstr(complaint))))
        << name;
  }
  /// A run on images of two grey pixels.
  void take_images() { form_.shape = {1, 1, 2}; }
  /// A run on a table of size, colour and weight.
  void take_a_table() {
    form_.shape = {4, 1, 1, true};
    form_.columns = {{"size", {}}, {"colour", {"blue", "red"}}, {"weight", {}}};
    form_.label_column = "kind";
  }

  SampleForm form_;
};

TEST_F(UnlabelledFormatsTest, takes_the_axis_of_channels_that_fits_the_run) {
  put("new.npz", ambiguous_archive());
  for (const Axes axes : {Axes::automatic, Axes::channels_first, Axes::channels_last}) {
    form_.axes = axes;  // of the training data, which may have lain otherwise
    for (const ImageShape& shape : {ImageShape{3, 8, 3}, ImageShape{3, 3, 8}}) {
      form_.shape = shape;
      EXPECT_EQ(open("new.npz")->shape(), shape);
    }
  }
}

TEST_F(UnlabelledFormatsTest, does_not_guess_the_axis_of_channels_when_none_fits_the_run) {
  put("new.npz", ambiguous_archive());
  form_.shape = {1, 8, 8};
  expect_refused("new.npz", "[4, 3, 8, 3]");
}

using ImageTreeTest = UnlabelledFormatsTest;

TEST_F(ImageTreeTest, gives_all_images_of_a_tree_with_their_names) {
  take_images();
  put("cards/b/2.pgm", pgm({5, 6}));
  put("cards/b/10.PGM", pgm({3, 4}));
  put("cards/a/deep/er/x.pgm", pgm({1, 2}));
  put("cards/c.pgm", pgm({9, 9, 9, 9}));
  put("cards/notes.txt", {'x'});
  put("cards/.hidden.png", {'x'});
  put("cards/b/.thumbnails/1.pgm", pgm({0, 0}));
  std::filesystem::create_directories(file("cards/empty"));

  for (const std::size_t most : {1U, 3U, 9U}) {
    EXPECT_THAT(all_of("cards", most).pixels, ElementsAre(1, 2, 3, 4, 5, 6, 9, 9)) << most;
  }
  const auto samples = open("cards");
  EXPECT_EQ(samples->size(), 4U);
  EXPECT_EQ(samples->shape(), form_.shape);
  EXPECT_THAT(samples->names(), ElementsAre("a/deep/er/x.pgm", "b/10.PGM", "b/2.pgm", "c.pgm"));
  EXPECT_THAT(samples->warning(), HasSubstr("cards: passed over 1 file that is no image by its "
                                            "name, such as notes.txt"));
  samples->skip(2);
  EXPECT_THAT(samples->next(1).pixels, ElementsAre(5, 6));
}

TEST_F(ImageTreeTest, gives_one_image_and_the_test_split_of_a_dataset) {
  take_images();
  put("data/train/a/1.pgm", pgm({1, 2}));
  put("data/test/a/1.pgm", pgm({3, 4}));

  EXPECT_THAT(all_of("data", 4).pixels, ElementsAre(3, 4));
  EXPECT_THAT(open("data")->names(), ElementsAre("test/a/1.pgm"));
  EXPECT_EQ(open("data")->warning(), "");
  EXPECT_THAT(all_of("data/train/a/1.pgm", 4).pixels, ElementsAre(1, 2));
  EXPECT_THAT(open("data/train/a/1.pgm")->names(), ElementsAre("1.pgm"));
}

TEST_F(ImageTreeTest, brings_images_to_the_runs_channels_and_size) {
  form_.shape = {3, 1, 1};
  put("x/1.pgm", pgm({10, 30}));

  EXPECT_THAT(all_of("x", 1).pixels, ElementsAre(20, 20, 20));
}

TEST_F(ImageTreeTest, names_the_image_that_can_not_be_read) {
  take_images();
  std::filesystem::create_directories(file("empty"));
  expect_refused("empty", "no images in it");
  put("bad/1.pgm", pgm({1, 2}));
  put("bad/2.png", bytes_of("not an image"));
  expect_refused("bad", "bad/2.png: found no image that is known");
  put("bad/2.png", {});
  expect_refused("bad", "bad/2.png: found an empty file");
  const Bytes whole = from_hex(golden("images.json").at("files").at("rgb.png"));
  put("bad/2.png", Bytes(whole.begin(), whole.begin() + static_cast<long>(whole.size() / 2)));
  expect_refused("bad", "bad/2.png: found a damaged or cut-off PNG image");
  remove("bad/2.png");
  std::filesystem::create_symlink(file("bad"), file("bad/again"));
  expect_refused("bad", "folders more than 32 deep");
  put("single.png", bytes_of("nothing"));
  expect_refused("single.png", "no image that is known");
}

TEST_F(ImageTreeTest, is_refused_when_the_run_takes_no_image_files) {
  put("x/1.pgm", pgm({10, 30}));
  form_.shape = {5, 1, 1, true};
  expect_refused("x", "a folder; expected a file of vectors of 5 features");
  form_.shape = {2, 8, 8};
  expect_refused("x/1.pgm", "an image; expected a file of images of 2 x 8 x 8");
  form_.shape = {};
  expect_refused("x", "this run file doesn't tell the size");
}

using TableSamplesTest = UnlabelledFormatsTest;

TEST_F(TableSamplesTest, has_the_runs_features_whatever_the_order_of_the_columns) {
  take_a_table();
  const std::string text =
      "weight,note,colour,kind,size\n1,x,red,a,2\n\n3,\"a, b\",blue,,4\n5,,red,never seen,6\n";
  put("new.csv", bytes_of(text));
  write_packed("packed.csv.gz", bytes_of(text));
  put("folder/test.csv", bytes_of(text));
  put("unusual.dat", bytes_of(text));

  for (const char* name : {"new.csv", "packed.csv.gz", "folder", "unusual.dat"}) {
    for (const std::size_t most : {1U, 2U, 9U}) {
      EXPECT_THAT(all_of(name, most).values, ElementsAre(2, 0, 1, 1, 4, 1, 0, 3, 6, 0, 1, 5));
    }
    const auto samples = open(name);
    EXPECT_EQ(samples->size(), 3U);
    EXPECT_EQ(samples->shape(), form_.shape);
    EXPECT_THAT(samples->names(), IsEmpty());
    samples->skip(2);
    EXPECT_THAT(samples->next(5).values, ElementsAre(6, 0, 1, 5));
    EXPECT_THAT(samples->next(5).values, IsEmpty());
  }
}

TEST_F(TableSamplesTest, reads_a_file_that_is_longer_than_its_pieces) {
  take_a_table();
  std::string text = "size,colour,weight\n";
  for (int i = 0; i < 30'000; ++i) text += std::to_string(i) + ",red,\"1\"\n";
  put("long.csv", bytes_of(text));

  const auto samples = open("long.csv");

  ASSERT_EQ(samples->size(), 30'000U);
  samples->skip(29'999);
  EXPECT_THAT(samples->next(2).values, ElementsAre(29'999, 0, 1, 1));
}

TEST_F(TableSamplesTest, names_record_and_column_that_can_not_be_used) {
  take_a_table();
  const std::string names = "size,colour,weight\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {names + "1,red,1\n2,green,1\n", "the category \"green\" in column colour of record 2"},
      {names + "1,red,1\n1,red,x\n", "\"x\" in column weight of record 2"},
      {names + "nan,red,1\n", "\"nan\" in column size of record 1"},
      {names + ",red,1\n", "nothing in column size of record 1"},
      {names + "1,red,1\n1,red\n", "2 fields in record 2"},
      {"size,color,weight\n1,red,1\n", "no column colour (did you mean color?)"},
      {names, "no records"},
      {"", "no records"},
      {names + "1,\"red,1\n", "misplaced quote"},
      {"size,colour,size,weight\n1,red,1,1\n", "a name twice"}};
  for (const auto& [text, complaint] : cases) {
    put("bad.csv", bytes_of(text));
    expect_refused("bad.csv", complaint);
  }
  put("endless.csv", bytes_of(names + "\"" + std::string(std::size_t{65} << 20U, 'x')));
  expect_refused("endless.csv", "a record of more than 67108864 bytes");
  std::filesystem::create_directories(file("folder"));
  expect_refused("folder", "a folder without such a file; expected test.csv");
  form_.columns.clear();
  put("good.csv", bytes_of(names + "1,red,1\n"));
  expect_refused("good.csv", "the run was not trained on a table");
}

using ArchiveSamplesTest = UnlabelledFormatsTest;

TEST_F(ArchiveSamplesTest, has_the_numbers_that_numpy_has_saved) {
  const nlohmann::json archives = golden("npz.json");
  for (const auto& expected : archives.at("good")) {
    const std::string name = expected.at("name");
    put("good.npz", from_hex(expected.at("file")));
    put("other name", from_hex(expected.at("file")));
    const auto samples = open("good.npz");
    const auto numbers = expected.at("samples").get<std::vector<float>>();
    const std::size_t size = samples->shape().pixels();
    EXPECT_EQ(samples->shape(),
              (ImageShape{expected.at("shape").at(0), expected.at("shape").at(1),
                          expected.at("shape").at(2), expected.at("shape").at(1) == 1}))
        << name;
    // Where there is a test split, it is the first two samples.
    ASSERT_EQ(samples->size(), name == "keras, compressed" ? 2 : numbers.size() / size) << name;
    for (const std::size_t most : {1U, 3U, 9U}) {
      const SampleBlock all = all_of("other name", most);
      const std::vector<float> found =
          expected.at("is_bytes") ? std::vector<float>(all.pixels.begin(), all.pixels.end())
                                  : all.values;
      EXPECT_THAT(
          found, testing::ElementsAreArray(std::vector<float>(
                     numbers.begin(), numbers.begin() + static_cast<long>(samples->size() * size))))
          << name << " in blocks of " << most;
    }
    samples->skip(1);
    const SampleBlock second = samples->next(1);
    EXPECT_EQ(expected.at("is_bytes") ? second.pixels.at(0) : second.values.at(0), numbers[size])
        << name;
  }
}

TEST_F(ArchiveSamplesTest, is_refused_with_the_fault_that_it_has) {
  // What is wrong with labels, or with one split beside the other, is not looked at.
  const std::vector<std::string> harmless{"no labels",
                                          "test labels alone",
                                          "fewer labels",
                                          "labels of another shape",
                                          "one label",
                                          "floating-point labels",
                                          "objects",
                                          "other test images",
                                          "other type of test images",
                                          "unknown label",
                                          "a name twice"};
  const nlohmann::json archives = golden("npz.json");
  for (const auto& bad : archives.at("bad")) {
    const std::string name = bad.at("name");
    put("bad.npz", from_hex(bad.at("file")));
    if (std::find(harmless.begin(), harmless.end(), name) != harmless.end()) {
      EXPECT_FALSE(all_of("bad.npz", 2).pixels.empty()) << name;
      continue;
    }
    expect_refused("bad.npz", name == "no arrays" ? "expected x, x_test or x_train"
                                                  : bad.at("complaint").get<std::string>());
  }
}

TEST_F(UnlabelledFormatsTest, are_told_by_what_is_in_a_file_before_its_name) {
  const auto kind_of = [&](const std::string& name, const Bytes& bytes) {
    put(name, bytes);
    return place_of_data(file(name), form_).kind;
  };
  EXPECT_EQ(kind_of("a.bin", bytes_of("\x89HDF\r\n\x1a\nrest")), DataKind::hdf5);
  EXPECT_EQ(kind_of("b.csv", bytes_of("PK\x03\x04rest")), DataKind::npz);
  EXPECT_EQ(kind_of("c", bytes_of("\x89PNG\r\n\x1a\n")), DataKind::images);
  EXPECT_EQ(kind_of("d.h5", {}), DataKind::hdf5);
  EXPECT_EQ(kind_of("e.npz", {}), DataKind::npz);
  EXPECT_EQ(kind_of("f.JPG", {}), DataKind::images);
  EXPECT_EQ(kind_of("g.bin.gz", {}), DataKind::cifar10);
  EXPECT_EQ(kind_of("h", idx_images(1)), DataKind::idx);
  take_a_table();
  EXPECT_EQ(kind_of("i", bytes_of("P5,size")), DataKind::csv);
  EXPECT_EQ(kind_of("j", idx_images(1)), DataKind::idx);
}

}  // namespace
}  // namespace clvae::data
