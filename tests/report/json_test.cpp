#include <cstring>
#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "report/fixture.hpp"

namespace clvae::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Equal bits, or both NaN: JSON's null carries no payload.
bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

bool same(const reduce::Interval& a, const reduce::Interval& b) {
  return same(a.lower, b.lower) && same(a.upper, b.upper);
}

void expect_same(const Curve& read, const Curve& written) {
  EXPECT_EQ(read.method, written.method);
  EXPECT_EQ(read.score, written.score);
  EXPECT_EQ(read.merge, written.merge);
  EXPECT_EQ(read.title, written.title);
  EXPECT_EQ(read.is_primary, written.is_primary);
  EXPECT_EQ(read.is_deterministic, written.is_deterministic);
  EXPECT_EQ(read.achieved, written.achieved);
  EXPECT_EQ(read.requested, written.requested);
  ASSERT_EQ(read.rows.size(), written.rows.size());
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    EXPECT_EQ(read.rows[i].size, written.rows[i].size);
    EXPECT_EQ(read.rows[i].draws, written.rows[i].draws);
    for (const auto field : {&reduce::CurvePoint::mean, &reduce::CurvePoint::average_precision,
                             &reduce::CurvePoint::fpr_at_95_tpr}) {
      EXPECT_TRUE(same(read.rows[i].*field, written.rows[i].*field)) << i;
    }
    for (const auto field :
         {&reduce::CurvePoint::curve, &reduce::CurvePoint::ensemble, &reduce::CurvePoint::total}) {
      EXPECT_TRUE(same(read.rows[i].*field, written.rows[i].*field)) << i;
    }
  }
}

void expect_same(const Comparison& read, const Comparison& written) {
  EXPECT_EQ(read.first, written.first);
  EXPECT_EQ(read.second, written.second);
  EXPECT_EQ(read.overtakes_at, written.overtakes_at);
  ASSERT_EQ(read.rows.size(), written.rows.size());
  for (std::size_t i = 0; i < read.rows.size(); ++i) {
    EXPECT_EQ(read.rows[i].size, written.rows[i].size);
    for (const auto field :
         {&reduce::ComparisonPoint::difference, &reduce::ComparisonPoint::lower,
          &reduce::ComparisonPoint::upper, &reduce::ComparisonPoint::one_sided_lower}) {
      EXPECT_TRUE(same(read.rows[i].*field, written.rows[i].*field)) << i;
    }
  }
}

void expect_same(const CurveForecast& read, const CurveForecast& written) {
  EXPECT_EQ(read.curve, written.curve);
  EXPECT_EQ(read.members_needed, written.members_needed);
  EXPECT_EQ(read.note, written.note);
  EXPECT_TRUE(same(read.half_width, written.half_width));
  EXPECT_TRUE(same(read.asymptote, written.asymptote));
  EXPECT_TRUE(same(read.asymptote_interval, written.asymptote_interval));
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string message_of_reading(const std::string& path) {
  try {
    read_json(path);
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

/// Two curves, a comparison and a forecast.
Reduction compared_reduction() {
  Reduction reduction = reduction_of({rising_curve("CL-VAE", 3), rising_curve("CNN", 2)});
  reduction.comparisons = {{0, 1, 2, {{1, -0.1, -0.2, 0.1, -0.15}, {2, 0.1, 0.05, 0.2, 0.07}}}};
  reduction.forecasts = {{{0.005, 23, 0.98, {0.97, 0.99}, "a fit"}, 0}};
  return reduction;
}

/// What reading says of a good file that was spoilt.
std::string message_when(const std::function<void(json&)>& spoil) {
  const Folder folder;
  const std::string path = folder.file("auc.json");
  write_json(compared_reduction(), path);
  json value = json::parse(content_of_file(path));
  spoil(value);
  write_text(path, value.dump());
  const std::string message = message_of_reading(path);
  EXPECT_THAT(message, testing::AnyOf(HasSubstr(path), "no error"));
  return message;
}

TEST(ReadJson, gives_back_what_was_written_bit_for_bit) {
  const Folder folder;
  Curve odd = rising_curve("one, \"two\" \u00e9\n", 3);
  odd.rows[0] = {
      1,       0.1 + 0.2, std::nextafter(0.0, 1.0), std::nextafter(1.0, 0.0), 0.1, 0.7, 0, 1, 1,
      1.0 / 3, 0.1};
  odd.rows[1] = {2, 1, 0, 1, kUnknown, kUnknown, 0.5, 1, std::numeric_limits<std::size_t>::max()};
  odd.is_primary = false;
  odd.is_deterministic = true;
  Reduction written = reduction_of({odd, rising_curve("alone", 1), rising_curve("many", 200)});
  written.dataset = "it's \\ \"mine\"";
  written.outlier_names = {"cat", "\t\u732b"};
  written.confidence = 0.1 + 0.2;
  written.comparisons = {{2, 0, 3, {{1, -1, kUnknown, kUnknown, 1.0 / 3}, {3, 0.1, 0, 1, -0.0}}},
                         {0, 1, std::nullopt, {}}};
  written.forecasts = {{{0.1 + 0.2, 7, 1.0 / 3, {0.1, 0.9}, "it's\n\u00e9"}, 1}, {{}, 0}};

  write_json(written, folder.file("auc.json"));
  const Reduction read = read_json(folder.file("auc.json"));

  EXPECT_EQ(read.dataset, written.dataset);
  EXPECT_EQ(read.outlier_names, written.outlier_names);
  EXPECT_EQ(read.test_inliers, written.test_inliers);
  EXPECT_EQ(read.test_outliers, written.test_outliers);
  EXPECT_TRUE(same(read.confidence, written.confidence));
  ASSERT_EQ(read.curves.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) expect_same(read.curves[i], written.curves[i]);
  ASSERT_EQ(read.comparisons.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) expect_same(read.comparisons[i], written.comparisons[i]);
  ASSERT_EQ(read.forecasts.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) expect_same(read.forecasts[i], written.forecasts[i]);
}

TEST(ReadJson, takes_a_mean_that_rounding_has_put_just_above_one) {
  const Folder folder;
  Curve perfect = rising_curve("CL-VAE", 2);
  perfect.rows[0] = perfect.rows[1] = {2, std::nextafter(1.0, 2.0), 1, 1, 1, 1, 1, 1, 6};
  perfect.rows[0].size = 1;

  write_json(reduction_of({perfect}), folder.file("auc.json"));

  EXPECT_GT(read_json(folder.file("auc.json")).curves[0].rows[0].mean, 1.0);
}

TEST(WriteJson, writes_null_for_a_missing_interval_and_says_which_interval_it_is) {
  const Folder folder;

  write_json(reduction_of({rising_curve("CL-VAE", 1)}), folder.file("auc.json"));

  const json value = json::parse(content_of_file(folder.file("auc.json")));
  EXPECT_TRUE(value["curves"][0]["rows"][0]["curve_lower"].is_null());
  EXPECT_THAT(value["intervals"]["curve"].get<std::string>(), HasSubstr("mean AUC"));
  EXPECT_THAT(value["intervals"]["total"].get<std::string>(), HasSubstr("test sample"));
  EXPECT_EQ(value["version"], 2);
}

TEST(WriteJson, replaces_bytes_that_are_no_text_instead_of_failing) {
  const Folder folder;
  Reduction reduction = reduction_of({});
  reduction.outlier_names = {"caf\xe9"};

  write_json(reduction, folder.file("auc.json"));

  EXPECT_EQ(read_json(folder.file("auc.json")).outlier_names[0], "caf\uFFFD");
}

TEST(WriteJson, says_why_when_the_folder_is_missing) {
  const Folder folder;

  EXPECT_THROW(write_json(reduction_of({}), folder.file("missing/auc.json")), IoError);
}

TEST(ReadJson, refuses_what_is_no_file_of_json) {
  const Folder folder;
  const std::string path = folder.file("auc.json");

  EXPECT_THAT(message_of_reading(path), HasSubstr("No such file"));
  EXPECT_THAT(message_of_reading(folder.path()), HasSubstr("a directory"));
  for (const char* text : {"", "size,auc\n1,0.8\n", "{\"format\":", "\xff\xfe", "{} {}"}) {
    write_text(path, text);
    EXPECT_THAT(message_of_reading(path), HasSubstr("JSON")) << text;
  }
}

TEST(ReadJson, refuses_a_file_that_was_cut_off_wherever_that_was) {
  const Folder folder;
  const std::string path = folder.file("auc.json");
  write_json(reduction_of({rising_curve("CL-VAE", 2)}), path);
  const std::string whole = content_of_file(path);
  // The last byte is the line break after the closing brace.
  for (std::size_t length = 0; length + 1 < whole.size(); length += 7) {
    write_text(path, whole.substr(0, length));
    EXPECT_THAT(message_of_reading(path), HasSubstr("no JSON")) << length;
  }
}

TEST(ReadJson, refuses_json_of_another_kind_or_version) {
  EXPECT_THAT(message_when([](json& file) { file = json::array({1, 2}); }), HasSubstr("no AUC"));
  EXPECT_THAT(message_when([](json& file) { file = "clvae auc"; }), HasSubstr("no AUC"));
  EXPECT_THAT(message_when([](json& file) { file["format"] = "x"; }), HasSubstr("no AUC"));
  EXPECT_THAT(message_when([](json& file) { file.erase("version"); }), HasSubstr("no AUC"));
  EXPECT_THAT(message_when([](json& file) { file["version"] = 1; }), HasSubstr("version 1"));
  EXPECT_THAT(message_when([](json& file) { file["version"] = "1"; }), HasSubstr("version"));
}

TEST(ReadJson, names_the_key_that_is_missing_or_too_many) {
  const json whole = [] {
    const Folder folder;
    write_json(compared_reduction(), folder.file("auc.json"));
    return json::parse(content_of_file(folder.file("auc.json")));
  }();
  for (const auto& entry : whole.items()) {
    EXPECT_NE(message_when([&](json& file) { file.erase(entry.key()); }), "no error");
  }
  for (const auto& entry : whole["curves"][0].items()) {
    EXPECT_THAT(message_when([&](json& file) { file["curves"][1].erase(entry.key()); }),
                HasSubstr("no \"" + entry.key() + "\" in curves[1]"));
  }
  for (const auto& entry : whole["curves"][0]["rows"][0].items()) {
    EXPECT_THAT(message_when([&](json& file) { file["curves"][0]["rows"][2].erase(entry.key()); }),
                HasSubstr("no \"" + entry.key() + "\" in curves[0].rows[2]"));
  }
  for (const auto& entry : whole["comparisons"][0].items()) {
    EXPECT_THAT(message_when([&](json& file) { file["comparisons"][0].erase(entry.key()); }),
                HasSubstr("no \"" + entry.key() + "\" in comparisons[0]"));
  }
  for (const auto& entry : whole["comparisons"][0]["rows"][0].items()) {
    EXPECT_THAT(
        message_when([&](json& file) { file["comparisons"][0]["rows"][1].erase(entry.key()); }),
        HasSubstr("no \"" + entry.key() + "\" in comparisons[0].rows[1]"));
  }
  for (const auto& entry : whole["forecasts"][0].items()) {
    EXPECT_THAT(message_when([&](json& file) { file["forecasts"][0].erase(entry.key()); }),
                HasSubstr("no \"" + entry.key() + "\" in forecasts[0]"));
  }
  EXPECT_THAT(message_when([](json& file) { file["note"] = 1; }), HasSubstr("\"note\""));
}

TEST(ReadJson, refuses_values_of_the_wrong_type) {
  EXPECT_THAT(message_when([](json& file) { file["dataset"] = 1; }), HasSubstr("a string"));
  EXPECT_THAT(message_when([](json& file) { file["outlier_classes"] = "0"; }),
              HasSubstr("an array"));
  EXPECT_THAT(message_when([](json& file) { file["outlier_classes"][0] = 0; }),
              HasSubstr("outlier_classes[0]"));
  EXPECT_THAT(message_when([](json& file) { file["test_inliers"] = -1; }), HasSubstr("a count"));
  EXPECT_THAT(message_when([](json& file) { file["test_outliers"] = 1.5; }), HasSubstr("a count"));
  EXPECT_THAT(message_when([](json& file) { file["confidence"] = nullptr; }),
              HasSubstr("confidence"));
  EXPECT_THAT(message_when([](json& file) { file["intervals"] = nullptr; }),
              HasSubstr("intervals"));
  EXPECT_THAT(message_when([](json& file) { file["curves"][1]["is_primary"] = 1; }),
              HasSubstr("curves[1].is_primary; expected true or false"));
  EXPECT_THAT(message_when([](json& file) { file["curves"] = json::object(); }),
              HasSubstr("an array"));
  EXPECT_THAT(message_when([](json& file) { file["curves"][0] = 3; }), HasSubstr("an object"));
  EXPECT_THAT(message_when([](json& file) { file["curves"][0]["rows"][0]["auc_mean"] = "0.8"; }),
              HasSubstr("curves[0].rows[0].auc_mean"));
  EXPECT_THAT(message_when([](json& file) { file["curves"][0]["rows"][0]["auc_mean"] = nullptr; }),
              HasSubstr("curves[0].rows[0].auc_mean"));
}

TEST(ReadJson, refuses_numbers_that_can_not_be) {
  const auto message_for = [](const char* key, const json& value) {
    return message_when([&](json& file) { file["curves"][0]["rows"][1][key] = value; });
  };
  EXPECT_THAT(message_for("size", 1), HasSubstr("curves[0].rows[1].size"));
  EXPECT_THAT(message_for("size", 0), HasSubstr("curves[0].rows[1].size"));
  EXPECT_THAT(message_for("size", 4), HasSubstr("at most 3"));
  EXPECT_THAT(message_for("auc_mean", 1.01), HasSubstr("from 0 to 1"));
  EXPECT_THAT(message_for("auc_mean", -0.01), HasSubstr("auc_mean"));
  EXPECT_THAT(message_for("auc_mean", 0.1), HasSubstr("outside its curve interval"));
  EXPECT_THAT(message_for("curve_upper", 1.01), HasSubstr("curve_upper"));
  EXPECT_THAT(message_for("curve_lower", -0.01), HasSubstr("curve_lower"));
  EXPECT_THAT(message_for("curve_lower", nullptr), HasSubstr("one bound"));
  EXPECT_THAT(message_when([](json& file) { file["confidence"] = 0; }), HasSubstr("confidence"));
  EXPECT_THAT(message_when([](json& file) { file["confidence"] = 1.0; }), HasSubstr("confidence"));
  EXPECT_THAT(message_when([](json& file) { file["curves"][0]["members_achieved"] = 6; }),
              HasSubstr("at most 5, as requested"));
}

TEST(ReadJson, refuses_comparisons_and_forecasts_that_can_not_be) {
  const auto message_for = [](const char* list, const char* key, const json& value) {
    return message_when([&](json& file) { file[list][0][key] = value; });
  };
  EXPECT_THAT(message_for("comparisons", "first", 2), HasSubstr("one of 2 curves"));
  EXPECT_THAT(message_for("comparisons", "second", -1), HasSubstr("a count"));
  EXPECT_THAT(message_for("comparisons", "overtakes_at", "3"), HasSubstr("overtakes_at"));
  EXPECT_THAT(message_for("forecasts", "curve", 7), HasSubstr("one of 2 curves"));
  EXPECT_THAT(message_for("forecasts", "asymptote", 1.5), HasSubstr("from 0 to 1"));
  EXPECT_THAT(message_for("forecasts", "asymptote", nullptr), HasSubstr("around nothing"));
  EXPECT_THAT(message_for("forecasts", "asymptote_lower", 0.99), HasSubstr("outside its"));
  EXPECT_THAT(message_for("forecasts", "note", nullptr), HasSubstr("a string"));
  const auto message_for_row = [](const char* key, const json& value) {
    return message_when([&](json& file) { file["comparisons"][0]["rows"][1][key] = value; });
  };
  EXPECT_THAT(message_for_row("size", 1), HasSubstr("comparisons[0].rows[1].size"));
  EXPECT_THAT(message_for_row("auc_difference", -1.5), HasSubstr("from -1 to 1"));
  EXPECT_THAT(message_for_row("lower", 0.15), HasSubstr("outside its interval"));
}

}  // namespace
}  // namespace clvae::report
