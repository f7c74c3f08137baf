#include "store/creation.hpp"

#include <cmath>
#include <functional>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "fixture.hpp"
#include "hdf5/file_view.hpp"
#include "store/reader.hpp"

namespace clvae::store {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Creator, keeps_how_features_were_made_where_there_are_any) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  create(folder.file("images.h5"), contents, ignore_warning);
  contents.features = {
      R"([{"name": "colour", "categories": ["blue", "red"]}])", {0.5, 0.25}, {2, 1}};
  create(folder.file("features.h5"), contents, ignore_warning);

  const FeatureTable found = Reader(folder.file("features.h5")).contents().features;
  EXPECT_EQ(found.columns, contents.features.columns);
  EXPECT_EQ(found.means, contents.features.means);
  EXPECT_EQ(found.deviations, contents.features.deviations);
  EXPECT_EQ(found.precision, FeaturePrecision::float64);
  EXPECT_THAT(Reader(folder.file("images.h5")).features().means, IsEmpty());
}

TEST(Creator, says_nothing_of_precision_where_features_were_rounded_as_in_earlier_versions) {
  const TemporaryFolder folder;
  const std::string path = folder.file("features.h5");
  Contents contents = small_contents();
  contents.features = {"[]", {0.5}, {2}, FeaturePrecision::float32};

  create(path, contents, ignore_warning);

  EXPECT_FALSE(hdf5::FileView(path, "file", "one").has_attribute("/features", "precision"));
  EXPECT_EQ(Reader(path).features().precision, FeaturePrecision::float32);
  contents.features.precision = FeaturePrecision::float64;
  create(folder.file("exact.h5"), contents, ignore_warning);
  EXPECT_EQ(
      hdf5::FileView(folder.file("exact.h5"), "file", "one").group_text("/features", "precision"),
      "float64");
}

TEST(Creator, keeps_all_contents_when_read_back) {
  const TemporaryFolder folder;
  const Contents contents = small_contents();

  create(folder.file("run.h5"), contents, ignore_warning);

  const Reader reader(folder.file("run.h5"));
  EXPECT_EQ(reader.config(), contents.config);
  EXPECT_EQ(reader.program_version(), contents.program_version);
  EXPECT_EQ(reader.dataset_name(), contents.dataset_name);
  EXPECT_EQ(reader.dataset_fingerprint(), contents.dataset_fingerprint);
  EXPECT_EQ(reader.class_names(), contents.class_names);
  EXPECT_EQ(reader.inlier_classes(), contents.inlier_classes);
  EXPECT_EQ(reader.outlier_classes(), contents.outlier_classes);
  EXPECT_THAT(reader.sessions(), IsEmpty());
  for (const SampleTable& table : contents.parts) {
    const SampleTable found = reader.samples(table.part);
    EXPECT_EQ(found.part, table.part);
    EXPECT_EQ(found.labels, table.labels);
    EXPECT_EQ(found.original_index, table.original_index);
    EXPECT_EQ(found.original_split, table.original_split);
    EXPECT_EQ(found.is_outlier, table.is_outlier);
  }
  const KindLayout& layout = contents.kinds.front();
  EXPECT_THAT(reader.kinds(), ElementsAre(Kind::clvae));
  EXPECT_EQ(reader.seeds(Kind::clvae), layout.seeds);
  EXPECT_EQ(reader.permutations(Kind::clvae), layout.permutations);
  EXPECT_EQ(reader.centres(Kind::clvae), layout.centres);
  const std::vector<MemberDataset> datasets = reader.datasets(Kind::clvae);
  ASSERT_THAT(datasets, SizeIs(layout.datasets.size()));
  for (std::size_t i = 0; i < datasets.size(); ++i) {
    EXPECT_EQ(datasets[i].name, layout.datasets[i].name);
    EXPECT_EQ(datasets[i].slab_shape, layout.datasets[i].slab_shape);
    EXPECT_EQ(datasets[i].axes, layout.datasets[i].axes);
    EXPECT_EQ(datasets[i].unit, layout.datasets[i].unit);
    EXPECT_EQ(datasets[i].meaning, layout.datasets[i].meaning);
  }
}

TEST(Creator, leaves_every_member_pending_and_its_values_not_a_number) {
  const TemporaryFolder folder;

  create(folder.file("run.h5"), small_contents(), ignore_warning);

  const Reader reader(folder.file("run.h5"));
  const KindSummary summary = reader.summary(Kind::clvae);
  EXPECT_EQ(summary.members, kMembers);
  EXPECT_EQ(summary.latent_dim, 2U);
  EXPECT_THAT(summary.commits, AllOf(SizeIs(kMembers), Each(CommitRecord{})));
  EXPECT_THAT(summary.attempt_messages, AllOf(SizeIs(kMembers), Each(ElementsAre("", ""))));
  ASSERT_THAT(summary.provenance, SizeIs(kMembers));
  EXPECT_EQ(summary.provenance.back().rank, -1);
  EXPECT_EQ(summary.provenance.back().host, "");
  for (std::uint32_t member = 0; member < kMembers; ++member) {
    EXPECT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(member)));
    EXPECT_THAT(reader.slab(Kind::clvae, MemberIndex(member), "latents"),
                AllOf(SizeIs(8), Each(testing::NanSensitiveFloatEq(std::nanf("")))));
  }
}

TEST(Creator, makes_the_same_bytes_twice) {
  const TemporaryFolder folder;

  create(folder.file("first.h5"), small_contents(), ignore_warning);
  create(folder.file("second.h5"), small_contents(), ignore_warning);

  EXPECT_EQ(bytes_of(folder.file("first.h5")), bytes_of(folder.file("second.h5")));
}

TEST(Creator, keeps_a_config_that_is_larger_than_an_attribute_can_be) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  contents.config = std::string(200'000, 'x');

  create(folder.file("run.h5"), contents, ignore_warning);

  EXPECT_EQ(Reader(folder.file("run.h5")).config(), contents.config);
}

TEST(Creator, takes_a_kind_without_centres) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  contents.kinds.front().centres.clear();
  contents.kinds.front().permutations.clear();

  create(folder.file("run.h5"), contents, ignore_warning);

  const Reader reader(folder.file("run.h5"));
  EXPECT_THAT(reader.centres(Kind::clvae), IsEmpty());
  EXPECT_THAT(reader.permutations(Kind::clvae), IsEmpty());
  EXPECT_EQ(reader.summary(Kind::clvae).latent_dim, 2U);
}

TEST(Creator, keeps_what_the_numbers_of_a_sample_are_where_it_is_known) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  create(folder.file("unknown.h5"), contents, ignore_warning);
  contents.sample_type = kIntensities;
  create(folder.file("known.h5"), contents, ignore_warning);
  contents.sample_type = "colours";
  create(folder.file("wrong.h5"), contents, ignore_warning);

  EXPECT_EQ(Reader(folder.file("unknown.h5")).sample_type(), "");
  EXPECT_EQ(Reader(folder.file("known.h5")).sample_type(), "intensities");
  EXPECT_EQ(Reader(folder.file("known.h5")).contents().sample_type, "intensities");
  EXPECT_THAT(message_of<RunFileError>([&] { Reader(folder.file("wrong.h5")).sample_type(); }),
              AllOf(HasSubstr("sample_type"), HasSubstr("colours")));
}

TEST(Creator, keeps_the_size_of_the_images_where_it_is_known) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  create(folder.file("unknown.h5"), contents, ignore_warning);
  contents.image_shape = {3, 32, 28};
  create(folder.file("known.h5"), contents, ignore_warning);
  contents.image_shape = {3, 0, 28};
  create(folder.file("wrong.h5"), contents, ignore_warning);

  EXPECT_THAT(Reader(folder.file("unknown.h5")).image_shape(), IsEmpty());
  EXPECT_THAT(Reader(folder.file("known.h5")).image_shape(), ElementsAre(3, 32, 28));
  EXPECT_THAT(Reader(folder.file("known.h5")).contents().image_shape, ElementsAre(3, 32, 28));
  EXPECT_THAT(message_of<RunFileError>([&] { Reader(folder.file("wrong.h5")).image_shape(); }),
              HasSubstr("image_shape"));
}

TEST(Creator, needs_no_more_than_it_foretold_and_little_less) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  for (int i = 0; i < 40; ++i) {
    contents.kinds.front().datasets.push_back(
        {"more_" + std::to_string(i), {1000, 2}, {"sample", "latent"}, "1", "More of the same."});
  }

  create(folder.file("run.h5"), contents, ignore_warning);

  const auto found = std::filesystem::file_size(folder.file("run.h5"));
  EXPECT_GE(size_needed(contents), found);
  EXPECT_LE(size_needed(contents), found + 24'576);
}

TEST(Creator, has_its_whole_space_on_the_disk) {
  const TemporaryFolder folder;

  create(folder.file("run.h5"), small_contents(), ignore_warning);

  struct stat found {};
  ASSERT_EQ(stat(folder.file("run.h5").c_str(), &found), 0);
  EXPECT_GE(found.st_blocks * 512, found.st_size);
}

TEST(Creator, overwrites_what_a_killed_creation_left) {
  const TemporaryFolder folder;
  write_bytes(folder.file("run.h5.new"), std::string(5'000'000, 'x'));

  create(folder.file("run.h5"), small_contents(), ignore_warning);

  EXPECT_EQ(Reader(folder.file("run.h5")).config(), small_contents().config);
  EXPECT_EQ(folder.size(), 1U);
  EXPECT_LT(std::filesystem::file_size(folder.file("run.h5")), 5'000'000U);
}

TEST(Creator, never_overwrites_a_file) {
  const TemporaryFolder folder;
  write_bytes(folder.file("run.h5"), "precious");

  const std::string message = message_of<RunFileError>(
      [&] { create(folder.file("run.h5"), small_contents(), ignore_warning); });

  EXPECT_THAT(message, HasSubstr("run.h5: run file: found a file of that name; expected none"));
  EXPECT_EQ(bytes_of(folder.file("run.h5")), "precious");
  EXPECT_EQ(folder.size(), 1U);
}

TEST(Creator, names_the_file_when_its_folder_is_missing) {
  const TemporaryFolder folder;

  const std::string message = message_of<IoError>(
      [&] { create(folder.file("no/run.h5"), small_contents(), ignore_warning); });

  EXPECT_THAT(message, HasSubstr("no/run.h5.new: can't create the file: No such file"));
}

TEST(Creator, names_the_file_when_its_folder_can_not_be_written) {
  // Nobody can create files in sysfs, not even root.
  const std::string message =
      message_of<IoError>([&] { create("/sys/run.h5", small_contents(), ignore_warning); });

  EXPECT_THAT(message, HasSubstr("/sys/run.h5.new: can't create the file: "));
}

TEST(Creator, names_the_file_when_a_folder_has_its_temporary_name) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.file("run.h5.new"));

  const std::string message =
      message_of<IoError>([&] { create(folder.file("run.h5"), small_contents(), ignore_warning); });

  EXPECT_THAT(message, HasSubstr("run.h5.new: can't create the file"));
  EXPECT_TRUE(std::filesystem::is_directory(folder.file("run.h5.new")));
}

TEST(Creator, leaves_nothing_behind_when_the_room_ends_anywhere) {
  const TemporaryFolder folder;
  create(folder.file("whole.h5"), small_contents(), ignore_warning);
  const auto whole = std::filesystem::file_size(folder.file("whole.h5"));

  for (std::size_t part = 0; part < 10; ++part) {
    std::string message;
    {
      const Limit limit(RLIMIT_FSIZE, whole * part / 10);  // as a full disk would
      message = message_of<IoError>(
          [&] { create(folder.file("run.h5"), small_contents(), ignore_warning); });
    }
    EXPECT_THAT(message, HasSubstr("run.h5.new: can't make a file of ")) << part;
    EXPECT_THAT(message, HasSubstr(std::to_string(size_needed(small_contents())))) << part;
    EXPECT_THAT(message, HasSubstr("ulimit -f")) << part;
    EXPECT_THAT(message, HasSubstr("File too large")) << part;
    EXPECT_EQ(folder.size(), 1U) << part;
  }
  create(folder.file("run.h5"), small_contents(), ignore_warning);
  EXPECT_EQ(bytes_of(folder.file("run.h5")), bytes_of(folder.file("whole.h5")));
}

TEST(Creator, tells_what_is_needed_and_free_when_no_disk_is_large_enough) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  contents.kinds.front().datasets.front().slab_shape = {std::size_t{1} << 50U};

  contents.kinds.front().datasets.front().axes = {"weight"};
  const std::string message =
      message_of<IoError>([&] { create(folder.file("run.h5"), contents, ignore_warning); });

  // A file system may refuse files of such a size, or find that the disk has no room for one.
  EXPECT_THAT(message, AnyOf(HasSubstr("can't find room for 135107988"),
                             HasSubstr("can't make a file of 135107988")));
  EXPECT_EQ(folder.size(), 0U);
}

struct Contradiction {
  const char* name;
  std::function<void(Contents&)> make;
  const char* message;
};

void PrintTo(const Contradiction& contradiction, std::ostream* stream) {
  *stream << contradiction.name;
}

class ContradictoryContents : public testing::TestWithParam<Contradiction> {};

TEST_P(ContradictoryContents, are_refused_before_anything_is_written) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  GetParam().make(contents);

  const std::string message =
      message_of<RunFileError>([&] { create(folder.file("run.h5"), contents, ignore_warning); });

  EXPECT_THAT(message, HasSubstr(GetParam().message));
  EXPECT_EQ(folder.size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Creator, ContradictoryContents,
    testing::Values(
        Contradiction{"no_inliers", [](Contents& c) { c.inlier_classes.clear(); },
                      "attribute inlier_classes: found none"},
        Contradiction{"descending_inliers",
                      [](Contents& c) {
                        c.inlier_classes = {2, 0};
                      },
                      "attribute inlier_classes: found 2, 0; expected ascending classes below 3"},
        Contradiction{"unknown_outlier", [](Contents& c) { c.outlier_classes = {3}; },
                      "attribute outlier_classes: found 3"},
        Contradiction{"no_attempts", [](Contents& c) { c.max_attempts = 0; }, "found 0 attempts"},
        Contradiction{"missing_part", [](Contents& c) { c.parts.pop_back(); },
                      "found \"train, validation\"; expected train, validation, test"},
        Contradiction{"short_column", [](Contents& c) { c.parts[0].original_index.pop_back(); },
                      "/train/original_index: found 3 values; expected 4 (as many as labels)"},
        Contradiction{"unknown_label", [](Contents& c) { c.parts[2].labels[0] = -1; },
                      "/test/labels: found class -1; expected 0 to 2"},
        Contradiction{"odd_flag", [](Contents& c) { c.parts[2].is_outlier[0] = 2; },
                      "/test/is_outlier: found 2; expected 0 or 1"},
        Contradiction{"short_deviations",
                      [](Contents& c) {
                        c.features.means = {1, 2};
                      },
                      "/features/deviations: found 0 values; expected 2 (as many as means)"},
        Contradiction{"no_kinds", [](Contents& c) { c.kinds.clear(); }, "found no kind"},
        Contradiction{"kind_twice", [](Contents& c) { c.kinds.push_back(c.kinds[0]); },
                      "/members/clvae: found the kind twice"},
        Contradiction{"no_members", [](Contents& c) { c.kinds[0].seeds.clear(); },
                      "/members/clvae: found no members"},
        Contradiction{"short_permutations", [](Contents& c) { c.kinds[0].permutations.pop_back(); },
                      "permutations: found 5 values; expected 6 (3 members, 2 inlier classes)"},
        Contradiction{"no_permutation", [](Contents& c) { c.kinds[0].permutations[3] = 1; },
                      "found 1 as centre 1 of member 1; expected each of 0 to 1 once"},
        Contradiction{"permutations_of_nothing", [](Contents& c) { c.kinds[0].centres.clear(); },
                      "permutations: found 6 values; expected 0 (without centres)"},
        Contradiction{"short_centres", [](Contents& c) { c.kinds[0].centres.pop_back(); },
                      "centres: found 3 values; expected 4"},
        Contradiction{"taken_name", [](Contents& c) { c.kinds[0].datasets[0].name = "commits"; },
                      "/members/clvae/commits: found the name twice"},
        Contradiction{"no_name", [](Contents& c) { c.kinds[0].datasets[0].name = ""; },
                      "found a name that HDF5 can't take"},
        Contradiction{"slash_in_name", [](Contents& c) { c.kinds[0].datasets[0].name = "a/b"; },
                      "/members/clvae/a/b: found a name that HDF5 can't take"},
        Contradiction{"axis_missing", [](Contents& c) { c.kinds[0].datasets[0].axes.pop_back(); },
                      "latents: found 1 axes; expected 2"},
        Contradiction{"more_than_a_file_holds",
                      [](Contents& c) {
                        c.kinds[0].datasets[0].slab_shape = {SIZE_MAX / 2, 4};
                      },
                      "expected one that a file holds"}),
    [](const auto& test) { return test.param.name; });

TEST(Creator, refuses_an_attribute_that_hdf5_can_not_hold) {
  const TemporaryFolder folder;
  Contents contents = small_contents();
  contents.dataset_name = std::string(70'000, 'x');

  const std::string message =
      message_of<RunFileError>([&] { create(folder.file("run.h5"), contents, ignore_warning); });

  EXPECT_THAT(message, HasSubstr("attribute dataset_name: found 70001 bytes; expected at most"));
  EXPECT_EQ(folder.size(), 0U);
}

}  // namespace
}  // namespace clvae::store
