#include <cerrno>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "clvae/core/errors.hpp"
#include "report/fixture.hpp"

namespace clvae::report {
namespace {

using testing::ElementsAre;

constexpr const char* kHeader =
    "method,score,merge,primary,size,auc_mean,curve_lower,curve_upper,ensemble_lower,"
    "ensemble_upper,total_lower,total_upper,confidence,aupr,fpr_at_95_tpr,draws,"
    "members_achieved,members_requested\n";

TEST(WriteCsv, writes_one_row_for_each_size_with_digits_that_read_back_the_same) {
  const Folder folder;
  Curve curve{"clvae", "density", "mean", "CL-VAE", true, 2, 3, {}};
  curve.rows = {{1, 0.1 + 0.2, 0.25, 1.0 / 3, 0.125, 0.5, 0.1, 0.6, 200, 0.75, 0.0625},
                {2, 1, 0, 1, kUnknown, kUnknown, 0, 1, 200, 1, 0}};
  Curve other{"clvae", "density", "max", "CL-VAE", false, 1, 3, {}};
  other.rows = {{1, 0.5, kUnknown, kUnknown, kUnknown, kUnknown, 0.25, 0.75, 1, 0.5, 0.5}};
  Reduction reduction = reduction_of({curve, other});
  reduction.confidence = 0.9;

  write_csv(reduction, folder.file("auc.csv"));

  EXPECT_EQ(content_of_file(folder.file("auc.csv")),
            std::string(kHeader) +
                "clvae,density,mean,1,1,0.30000000000000004,0.25,0.3333333333333333,0.125,0.5,0.1,"
                "0.6,0.9,0.75,0.0625,200,2,3\n"
                "clvae,density,mean,1,2,1,0,1,,,0,1,0.9,1,0,200,2,3\n"
                "clvae,density,max,0,1,0.5,,,,,0.25,0.75,0.9,0.5,0.5,1,1,3\n");
  EXPECT_THAT(folder.names(), ElementsAre("auc.csv"));
}

TEST(WriteCsv, leaves_the_interval_empty_when_there_is_one_member) {
  const Folder folder;

  write_csv(reduction_of({rising_curve("CL-VAE", 1, 0.5)}), folder.file("auc.csv"));

  EXPECT_EQ(content_of_file(folder.file("auc.csv")),
            std::string(kHeader) + "clvae,density,mean,1,1,0.5,,,,,,,0.95,,,200,1,3\n");
}

TEST(WriteCsv, quotes_text_when_it_holds_what_separates_fields) {
  const Folder folder;
  Curve curve = rising_curve("CL-VAE", 1, 0.5);
  curve.method = "a,b";
  curve.score = "say \"x\"";
  curve.merge = "two\nlines";

  write_csv(reduction_of({curve}), folder.file("auc.csv"));

  EXPECT_EQ(content_of_file(folder.file("auc.csv")),
            std::string(kHeader) +
                "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",1,1,0.5,,,,,,,0.95,,,200,1,3\n");
}

TEST(WriteCsv, replaces_the_table_of_an_earlier_reduction_whole) {
  const Folder folder;
  write_csv(reduction_of({rising_curve("CL-VAE", 100)}), folder.file("auc.csv"));

  write_csv(reduction_of({}), folder.file("auc.csv"));

  EXPECT_EQ(content_of_file(folder.file("auc.csv")), kHeader);
}

TEST(WriteCsv, says_why_when_the_folder_is_missing) {
  const Folder folder;
  try {
    write_csv(reduction_of({}), folder.file("missing/auc.csv"));
    FAIL() << "no error";
  } catch (const IoError& error) {
    EXPECT_EQ(error.error_number(), ENOENT);
    EXPECT_THAT(error.what(), testing::HasSubstr("missing/auc.csv"));
  }
}

TEST(WriteCsv, leaves_nothing_behind_when_the_name_is_taken_by_a_folder) {
  const Folder folder;
  std::filesystem::create_directory(folder.file("auc.csv"));

  EXPECT_THROW(write_csv(reduction_of({}), folder.file("auc.csv")), IoError);

  EXPECT_THAT(folder.names(), ElementsAre("auc.csv"));
}

TEST(WriteComparisonsCsv, names_both_curves_in_each_row_and_leaves_empty_what_is_not_known) {
  const Folder folder;
  Reduction reduction = reduction_of({rising_curve("CL-VAE", 2), rising_curve("CNN", 2)});
  reduction.curves[1].method = "c,n";
  reduction.comparisons = {{0, 1, 2, {{1, -0.5, -0.75, -0.25, -0.7}, {2, 0.25, 0.125, 0.5, 0.2}}},
                           {1, 0, std::nullopt, {{1, 0.5, kUnknown, kUnknown, kUnknown}}}};

  write_comparisons_csv(reduction, folder.file("comparisons.csv"));

  EXPECT_EQ(content_of_file(folder.file("comparisons.csv")),
            "first_method,first_score,first_merge,second_method,second_score,second_merge,size,"
            "auc_difference,lower,upper,one_sided_lower,confidence,overtakes_at\n"
            "clvae,density,mean,\"c,n\",density,mean,1,-0.5,-0.75,-0.25,-0.7,0.95,2\n"
            "clvae,density,mean,\"c,n\",density,mean,2,0.25,0.125,0.5,0.2,0.95,2\n"
            "\"c,n\",density,mean,clvae,density,mean,1,0.5,,,,0.95,\n");
}

TEST(WriteComparisonsCsv, is_refused_when_the_folder_is_missing) {
  const Folder folder;

  EXPECT_THROW(write_comparisons_csv(reduction_of({}), folder.file("missing/comparisons.csv")),
               IoError);
}

/// While it lives, files of this process can't grow beyond `bytes`, as if the disk were full.
class LittleRoom {
 public:
  explicit LittleRoom(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit little{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
  }
  ~LittleRoom() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  LittleRoom(const LittleRoom&) = delete;
  LittleRoom& operator=(const LittleRoom&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST(WriteCsv, keeps_the_old_table_and_no_half_when_there_is_no_room_for_the_new_one) {
  const Folder folder;
  const std::string path = folder.file("auc.csv");
  write_csv(reduction_of({}), path);
  const Reduction large = reduction_of({rising_curve("CL-VAE", 50)});
  int error_number = 0;

  try {
    const LittleRoom little(1000);
    write_csv(large, path);
  } catch (const IoError& error) {
    error_number = error.error_number();
  }

  EXPECT_EQ(error_number, EFBIG);
  EXPECT_EQ(content_of_file(path), kHeader);
  EXPECT_THAT(folder.names(), ElementsAre("auc.csv"));
}

}  // namespace
}  // namespace clvae::report
