#include <algorithm>
#include <hdf5.h>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/formats/unlabelled.hpp"
#include "hdf5/handles.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Files with labelled samples of two features: sample i is (i, i + 0.5), and has label i % 2.
class Hdf5Test : public UnlabelledTest {
 protected:
  void SetUp() override {
    UnlabelledTest::SetUp();
    form_.shape = {2, 1, 1, true};
  }

  /// \param groups such as "/train", each with x and y; "" for /x and /y at the root
  void make(const std::string& name, const std::vector<std::pair<std::string, int>>& groups) const {
    const hdf5::FileHandle made(
        H5Fcreate(file(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    for (const auto& [group, samples] : groups) {
      hdf5::GroupHandle opened;
      if (!group.empty()) {
        opened = hdf5::GroupHandle(
            H5Gcreate2(made.id(), group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
      }
      std::vector<float> values;
      std::vector<int> labels;
      for (int i = 0; i < samples; ++i) {
        values.push_back(static_cast<float>(i));
        values.push_back(static_cast<float>(i) + 0.5F);
        labels.push_back(i % 2);
      }
      const auto count = static_cast<hsize_t>(samples);
      write(made, group + "/x", {count, 2}, H5T_NATIVE_FLOAT, values.data());
      write(made, group + "/y", {count}, H5T_NATIVE_INT, labels.data());
    }
  }

  Dataset load(const std::string& name) const {
    Source source;
    source.format = "hdf5";
    source.path = file(name);
    source.test_fraction = 0.5;
    return data::load(source);
  }

  void replace(const std::string& name, const std::string& item,
               const std::vector<hsize_t>& extents, hid_t type, const void* values) const {
    const hdf5::FileHandle made(H5Fopen(file(name).c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    H5Ldelete(made.id(), item.c_str(), H5P_DEFAULT);
    write(made, item, extents, type, values);
  }

  static void write(const hdf5::FileHandle& made, const std::string& item,
                    const std::vector<hsize_t>& extents, hid_t type, const void* values) {
    const hdf5::DataspaceHandle space(
        H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
    const hdf5::DatasetHandle dataset(H5Dcreate2(made.id(), item.c_str(), type, space.id(),
                                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Dwrite(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  }
};

TEST_F(Hdf5Test, leaves_the_samples_in_their_file) {
  make("data.h5", {{"/train", 4}, {"/test", 2}});

  const Dataset dataset = load("data.h5");

  EXPECT_EQ(dataset.name, "data");
  EXPECT_EQ(dataset.train.shape, form_.shape);
  EXPECT_THAT(dataset.train.labels, ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(dataset.test.labels, ElementsAre(0, 1));
  EXPECT_TRUE(dataset.train.values.empty());
  ASSERT_TRUE(dataset.train.source);
  std::vector<double> read(4);
  dataset.train.source->read(2, 2, gsl::as_writable_bytes(gsl::make_span(read)));
  EXPECT_THAT(read, ElementsAre(2, 2.5, 3, 3.5));
}

TEST_F(Hdf5Test, has_a_drawn_test_split_when_there_is_none) {
  make("data.h5", {{"/train", 8}});

  const Dataset dataset = load("data.h5");

  EXPECT_THAT(dataset.train.labels, testing::UnorderedElementsAre(0, 0, 1, 1));
  EXPECT_EQ(dataset.test.size(), 4U);
}

TEST_F(Hdf5Test, has_features_as_they_are_stored_unless_they_are_wanted_in_single_precision) {
  make("data.h5", {{"/train", 1}});
  const double values[] = {1'700'000'001.0, 1e-60, 1'700'000'002.0, 0.1, 1e300, -3};
  replace("data.h5", "/train/x", {3, 2}, H5T_NATIVE_DOUBLE, values);
  const std::int64_t labels[] = {0, 1, 0};
  replace("data.h5", "/train/y", {3}, H5T_NATIVE_INT64, labels);

  EXPECT_THAT(all_of("data.h5", 2).features, testing::ElementsAreArray(values));
  form_.precision = FeaturePrecision::float32;
  expect_refused("data.h5", "inf as value 0 of sample 2");
  replace("data.h5", "/train/x", {2, 2}, H5T_NATIVE_DOUBLE, values);
  EXPECT_THAT(all_of("data.h5", 2).features,
              ElementsAre(1'700'000'000.0, 0, 1'700'000'000.0, static_cast<double>(0.1F)));
}

TEST_F(Hdf5Test, is_found_by_other_names_that_are_in_use) {
  make("flat.h5", {{"", 8}});
  const Dataset flat = load("flat.h5");
  EXPECT_EQ(flat.train.size() + flat.test.size(), 8U);
  EXPECT_EQ(flat.test.size(), 4U);

  make("named.h5", {{"", 4}, {"/test", 2}});
  {
    const hdf5::FileHandle made(H5Fopen(file("named.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    for (const auto& [from, to] : {std::pair{"/x", "/train_images"}, {"/y", "/train_labels"}}) {
      H5Lmove(made.id(), from, made.id(), to, H5P_DEFAULT, H5P_DEFAULT);
    }
  }
  const Dataset named = load("named.h5");
  EXPECT_THAT(named.train.labels, ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(named.test.labels, ElementsAre(0, 1));
}

TEST_F(Hdf5Test, is_scored_from_the_root_or_the_test_split_or_the_training_split) {
  make("root.h5", {{"", 1}, {"/train", 2}, {"/test", 3}});
  make("both.hdf5", {{"/train", 2}, {"/test", 3}});
  make("train", {{"/train", 2}});
  make("only.h5", {{"/other", 2}});
  {
    const hdf5::FileHandle made(H5Fopen(file("only.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    H5Ldelete(made.id(), "/other/y", H5P_DEFAULT);
  }

  EXPECT_EQ(open("root.h5")->size(), 1U);
  EXPECT_EQ(open("both.hdf5")->size(), 3U);
  EXPECT_EQ(open("train")->shape(), form_.shape);
  EXPECT_EQ(open("only.h5")->size(), 2U);
  for (const std::size_t most : {1U, 2U, 9U}) {
    EXPECT_THAT(all_of("both.hdf5", most).features, ElementsAre(0, 0.5, 1, 1.5, 2, 2.5)) << most;
  }
}

TEST_F(Hdf5Test, has_labels_that_are_enumerated_floating_point_booleans_or_one_hot) {
  const std::vector<float> values{0, 0.5F, 1, 1.5F, 2, 2.5F, 3, 3.5F};
  const auto with_labels = [&](const hdf5::DatatypeHandle& type, const std::vector<hsize_t>& shape,
                               const void* labels) {
    {
      const hdf5::FileHandle made(
          H5Fcreate(file("data.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
      write(made, "/x", {4, 2}, H5T_NATIVE_FLOAT, values.data());
      write(made, "/y", shape, type.id(), labels);
    }
    const Dataset dataset = load("data.h5");
    std::vector<std::string> names;
    for (const LabelledImages* part : {&dataset.train, &dataset.test}) {
      for (std::size_t i = 0; i < part->size(); ++i) {
        names.push_back(dataset.class_names.at(static_cast<std::size_t>(part->labels[i])));
      }
    }
    std::sort(names.begin(), names.end());
    return std::pair(dataset.class_names, names);
  };
  const auto enumeration = [](const std::vector<std::pair<const char*, std::int8_t>>& members) {
    hdf5::DatatypeHandle type(H5Tenum_create(H5T_STD_I8LE));
    for (const auto& [name, value] : members) H5Tenum_insert(type.id(), name, &value);
    return type;
  };
  const std::vector<std::int8_t> small{5, -1, 5, -1};
  const std::vector<std::int8_t> truths{1, 0, 1, 0};
  const std::vector<double> floats{7, -2, 7, -2};
  const std::vector<float> one_hot{0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0};
  using Names = std::vector<std::string>;

  // In the order of the values, not of the names; without the one that does not occur.
  EXPECT_EQ(with_labels(enumeration({{"ant", 5}, {"bee", -1}, {"cow", 2}}), {4}, small.data()),
            std::pair(Names{"bee", "ant"}, Names{"ant", "ant", "bee", "bee"}));
  EXPECT_EQ(with_labels(enumeration({{"FALSE", 0}, {"TRUE", 1}}), {4}, truths.data()),
            std::pair(Names{"0", "1"}, Names{"0", "0", "1", "1"}));
  EXPECT_EQ(with_labels(hdf5::DatatypeHandle(H5Tcopy(H5T_NATIVE_DOUBLE)), {4}, floats.data()),
            std::pair(Names{"-2", "7"}, Names{"-2", "-2", "7", "7"}));
  EXPECT_EQ(with_labels(hdf5::DatatypeHandle(H5Tcopy(H5T_NATIVE_FLOAT)), {4, 3}, one_hot.data()),
            std::pair(Names{"0", "2"}, Names{"0", "0", "2", "2"}));
}

TEST_F(Hdf5Test, has_images_of_booleans_and_of_16_bits_when_white_is_told) {
  const std::vector<std::int8_t> truths{1, 0, 0, 1};
  const std::vector<std::uint16_t> counts{0, 4095, 1024, 4095};
  hdf5::DatatypeHandle boolean(H5Tenum_create(H5T_STD_I8LE));
  for (const auto& [name, value] : {std::pair{"FALSE", std::int8_t{0}}, {"TRUE", std::int8_t{1}}}) {
    H5Tenum_insert(boolean.id(), name, &value);
  }
  {
    const hdf5::FileHandle made(
        H5Fcreate(file("data.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    write(made, "/x", {2, 1, 2}, boolean.id(), truths.data());
    const hdf5::FileHandle other(
        H5Fcreate(file("deep.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    write(other, "/x", {2, 1, 2}, H5T_NATIVE_UINT16, counts.data());
  }
  take_images();
  EXPECT_THAT(all_of("data.h5", 1).values, ElementsAre(1, 0, 0, 1));
  expect_refused("deep.h5",
                 "found 4095 as value 1 of sample 0; expected intensities from 0 to 1, or "
                 "images of uint8; dataset.scale");
  form_.scale = 4095;
  EXPECT_THAT(all_of("deep.h5", 1).values, ElementsAre(0, 1, 1024.0F / 4095, 1));
  form_.scale = 255;
  expect_refused("deep.h5", "expected numbers from 0 to 255, as dataset.scale says");
}

TEST_F(Hdf5Test, is_refused_with_the_file_and_what_is_missing_in_it) {
  make("data.h5", {{"/other", 2}});
  put("text.h5", text_bytes("no HDF5"));

  expect_refused("data.h5", "the arrays other/x, other/y; expected x, test/x or train/x");
  expect_refused("text.h5", "no HDF5 file that can be read");
  EXPECT_THAT([&] { load("data.h5"); },
              ThrowsMessage<DataError>(HasSubstr("data.h5: found the arrays other/x, other/y; "
                                                 "expected /train/x and /train/y")));
}

}  // namespace
}  // namespace clvae::data
