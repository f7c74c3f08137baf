#include "report/new_samples_csv.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "report/fixture.hpp"

namespace clvae::report {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ScoredCsvTest, has_one_line_for_each_image_when_it_is_finished) {
  const Folder folder;
  const std::string path = folder.file("scores.csv");
  ScoredCsv table(path, SampleNames::none);
  table.append({0, 0.1F, false, "7", 0.9F, 0});
  EXPECT_FALSE(std::filesystem::exists(path));
  table.append({1, 12.5F, true, "T-shirt, \"top\"", 1, 0.125F});
  table.finish();

  EXPECT_EQ(content_of(path),
            "index,anomaly_score,is_anomaly,nearest_class,confidence,disagreement\n"
            "0,0.10000000149011612,0,7,0.9,0\n"
            "1,12.5,1,\"T-shirt, \"\"top\"\"\",1,0.125\n");
}

TEST(ScoredCsvTest, names_the_files_when_samples_are_files) {
  const Folder folder;
  const std::string path = folder.file("scores.csv");
  ScoredCsv table(path, SampleNames::files);
  table.append({0, 0.5F, false, "7", 1, 0, "fox/1, \"big\".png"});
  table.finish();

  EXPECT_EQ(content_of(path),
            "index,file,anomaly_score,is_anomaly,nearest_class,confidence,disagreement\n"
            "0,\"fox/1, \"\"big\"\".png\",0.5,0,7,1,0\n");
}

TEST(ScoredCsvTest, has_no_column_for_what_is_an_anomaly_when_that_is_not_told) {
  const Folder folder;
  const std::string path = folder.file("scores.csv");
  ScoredCsv table(path, SampleNames::none, Judgement::none);
  table.append({0, 0.5F, false, "7", 1, 0});
  table.finish();

  EXPECT_EQ(content_of(path),
            "index,anomaly_score,nearest_class,confidence,disagreement\n0,0.5,7,1,0\n");
}

TEST(ScoredCsvTest, leaves_what_was_there_when_it_is_not_finished) {
  const Folder folder;
  const std::string path = folder.file("scores.csv");
  std::ofstream(path) << "older";
  {
    ScoredCsv table(path, SampleNames::none);
    for (std::size_t i = 0; i < 100'000; ++i) table.append({i, 1, false, "7", 1, 0});
  }

  EXPECT_EQ(content_of(path), "older");
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

}  // namespace
}  // namespace clvae::report
