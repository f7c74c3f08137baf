#include "report/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/drawing.hpp"
#include "report/html.hpp"

namespace clvae::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSvg = "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>";

Reduction full_reduction() {
  Reduction reduction = reduction_of(
      {rising_curve("CL-VAE", 12), rising_curve("PCA", 1, 0.75), rising_curve("CL-VAE", 12, 0.9)});
  for (reduce::CurvePoint& row : reduction.curves[0].rows) {
    row.total.lower = row.mean - 0.05;
    row.total.upper = row.mean + 0.05;
    row.average_precision = 0.8765;
    row.fpr_at_95_tpr = 0.4321;
  }
  reduction.curves[1].is_deterministic = true;
  reduction.curves[2].is_primary = false;
  reduction.curves[2].merge = "geometric";
  reduction.comparisons = {{0, 1, 3, {{1, -0.1, -0.2, 0.1, -0.15}, {12, 0.1, 0.05, 0.2, 0.07}}},
                           {1, 0, std::nullopt, {}}};
  reduction.forecasts = {{{0.005, 23, 0.98, {0.97, 0.99}, "A fit of a + b/k."}, 0}};
  return reduction;
}

class Summary : public testing::Test {
 protected:
  Summary() {
    std::ofstream(folder_.file("a.svg")) << kSvg;
    page_.title = "runs/mnist";
    page_.facts = {{"Latent dimension", "2"}};
    page_.reduction = full_reduction();
    page_.members = {{"clvae", 0, 1, 5, 3, 12.34, 0.95, {{"density", 0.9375}}},
                     {"cnn", 2, 0, 4, 3, 5.6, kUnknown, {{"confidence", 0.8125}}}};
    page_.figures = {
        {folder_.file("a.svg"), "AUC against size", "Bands: curve interval.", "A line that rises"}};
    page_.timings = {{"Training", "1 h"}};
    page_.versions = {{"clvae", "0.1.0"}};
    page_.config = "ensemble:\n  size: 12 # <12>\n";
  }

  std::string html() const {
    write_summary(page_, folder_.file("summary.html"));
    return content_of_file(folder_.file("summary.html"));
  }

  const Folder folder_;
  SummaryPage page_;
};

TEST_F(Summary, says_what_ran_what_came_out_and_how_sure_it_is) {
  const auto texts = texts_of_xml(html());

  for (const char* text :
       {"runs/mnist", "6,903 inliers, 6,904 outliers", "Latent dimension", "CL-VAE", "geometric",
        "12 of 14", "0.8765", "0.4321", "Training", "1 h", "clvae 0", "cnn 2", "0.9375", "12.3",
        "AUC, density", "+0.1000", "+0.0500 to +0.2000", "not here", "0.1.0"}) {
    EXPECT_THAT(texts, Contains(text));
  }
  EXPECT_THAT(texts, Contains(HasSubstr("Curve interval (95 %): for the mean AUC")));
  EXPECT_THAT(texts, Contains(HasSubstr("Total interval (95 %): the same with the chance")));
  EXPECT_THAT(texts, Contains(HasSubstr("about 23 members for a 95 % curve interval")));
  EXPECT_THAT(texts, Contains(HasSubstr("size: 12 # <12>")));
  EXPECT_THAT(texts, Contains(HasSubstr("Bands: curve interval.")));
}

TEST_F(Summary, begins_with_links_to_its_parts_and_has_figures_before_tables) {
  const std::string page = html();

  for (const char* id : {"figures", "auc-against-size", "auc-at-each-ensemble-size", "members",
                         "what-ran", "config"}) {
    const std::size_t link = page.find(std::string("<a href=\"#") + id + "\">");
    const std::size_t place = page.find(std::string(" id=\"") + id + "\"");
    EXPECT_NE(link, std::string::npos) << id;
    EXPECT_NE(place, std::string::npos) << id;
    EXPECT_LT(link, place) << id;
  }
  EXPECT_LT(page.find("<img"), page.find("<table"));
  EXPECT_LT(page.find("</nav>"), page.find("<img"));
}

TEST_F(Summary, needs_no_other_file_script_or_network) {
  const std::string page = html();

  EXPECT_THAT(page, HasSubstr("src=\"data:image/svg+xml;base64," + base64(kSvg) + "\""));
  EXPECT_THAT(page, HasSubstr("alt=\"A line that rises\""));
  for (const char* text : {"<script", "http:", "https:", "<link", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(text)));
  }
  EXPECT_EQ(folder_.names().size(), 2U);
}

TEST_F(Summary, takes_the_png_when_the_svg_is_heavy) {
  std::ofstream(folder_.file("a.svg")) << std::string(400'000, ' ') << kSvg;
  std::string png = "\x89PNG\r\n\x1a\n" + std::string(16, '\0');
  png[18] = 6;  // 1536 pixels
  std::ofstream(folder_.file("a.png"), std::ios::binary) << png;

  EXPECT_THAT(html(),
              HasSubstr("<img width=\"512\" src=\"data:image/png;base64," + base64(png) + "\""));
}

TEST_F(Summary, escapes_hostile_names_wherever_they_stand) {
  for (const std::string& name : hostile_names("/tmp/trap")) {
    page_.title = page_.config = name;
    page_.facts = page_.timings = page_.versions = {{name, name}};
    page_.reduction->dataset = name;
    page_.reduction->outlier_names = {name};
    for (Curve& curve : page_.reduction->curves) curve.title = curve.merge = name;
    page_.reduction->forecasts[0].note = name;
    page_.members[0].kind = page_.members[0].aucs[0].first = name;
    page_.figures[0].title = page_.figures[0].caption = page_.figures[0].alternative = name;
    const std::string page = html();
    EXPECT_NO_THROW(texts_of_xml(page)) << name;
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("\" onload")));
    EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  }
}

TEST_F(Summary, leaves_out_what_there_is_none_of) {
  page_ = SummaryPage();
  page_.title = "empty";

  const std::string page = html();

  EXPECT_NO_THROW(texts_of_xml(page));
  EXPECT_THAT(page, Not(HasSubstr("<h2>")));
  page_.reduction = reduction_of({});
  EXPECT_THAT(html(), HasSubstr("No method has a member that took part."));
}

TEST_F(Summary, shows_the_first_members_and_says_so_when_there_are_many) {
  page_.members.assign(1234, page_.members[0]);

  EXPECT_THAT(html(), HasSubstr("The first 40 of 1,234; all are in members.csv."));
}

TEST_F(Summary, holds_the_table_of_a_sweep) {
  page_.reduction.reset();
  page_.sweep = Sweep{"MNIST", {"A <b>", "B"}, 0.9, "total interval", {}};
  page_.sweep->rows = {{"cat & dog", {{0.5, 0.4, 0.6}, {}}}, {"frog", {{0.75, 0.65, 0.85}, {}}}};

  const auto texts = texts_of_xml(html());

  for (const char* text :
       {"cat & dog", "A <b>", "0.5000", "0.4000 \u2013 0.6000", "Mean", "0.6250"}) {
    EXPECT_THAT(texts, Contains(text));
  }
  EXPECT_THAT(texts, Contains(HasSubstr("with its 90 % total interval")));
}

TEST_F(Summary, is_refused_when_a_figure_or_the_folder_is_missing_and_leaves_nothing) {
  EXPECT_THROW(write_summary(page_, folder_.file("missing/summary.html")), IoError);
  page_.figures[0].svg_path = folder_.file("missing.svg");
  EXPECT_THROW(html(), IoError);
  EXPECT_THAT(folder_.names(), testing::ElementsAre("a.svg"));
}

TEST(KeyResult, names_the_best_primary_method_with_its_widest_interval_and_the_next) {
  EXPECT_EQ(key_result(full_reduction()),
            "On MNIST with outlier class 0, CL-VAE has a mean AUC of 0.8622 with 12 members (95 % "
            "total interval 0.8122 to 0.9122); one member alone has 0.8000. It is the best of 2 "
            "methods here; the next is PCA with 0.7500.");
}

TEST(KeyResult, claims_no_interval_when_there_is_one_member) {
  EXPECT_EQ(key_result(reduction_of({rising_curve("CL-VAE", 1)})),
            "On MNIST with outlier class 0, CL-VAE has a mean AUC of 0.8000 with one member.");
}

TEST(Base64, pads_what_is_not_a_multiple_of_three_bytes) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xff\xfe\xfd\xfc"), "//79/A==");
}

TEST(Anchor, has_small_letters_digits_and_single_hyphens_alone) {
  EXPECT_EQ(anchor("AUC, by size: \"95 %\" <b>"), "auc-by-size-95-b");
  EXPECT_EQ(anchor("\u00e9--"), "");
}

TEST(Escaped, writes_the_five_characters_as_entities_and_keeps_lines_when_asked) {
  EXPECT_EQ(escaped("a<b> & \"c\" 'd'\n"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; ");
  EXPECT_EQ(escaped_lines("a: <b>\n\n  c: \x1b"), "a: &lt;b&gt;\n\n  c:  \n");
}

}  // namespace
}  // namespace clvae::report
