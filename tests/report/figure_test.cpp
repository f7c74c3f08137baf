#include <cerrno>
#include <cstdlib>
#include <optional>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "report/drawing.hpp"
#include "report/figures.hpp"

namespace clvae::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

/// Sets an environment variable for the length of a scope.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (before_) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class Figure3 : public Drawing {
 protected:
  std::string drawn_svg(const Reduction& reduction) const {
    plot_figure3({reduction}, folder_.path());
    return content_of_file(folder_.file("figure3.svg"));
  }
};

/// A program in place of gnuplot that does what `body` says.
void write_program(const Folder& folder, const std::string& body) {
  std::ofstream(folder.file("gnuplot")) << "#!/bin/sh\n" << body;
  chmod(folder.file("gnuplot").c_str(), 0755);
}

std::string message_of_plotting(const std::string& folder) {
  try {
    plot_figure3({reduction_of({rising_curve("CL-VAE", 3)})}, folder);
  } catch (const RunError& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Figure3, is_an_svg_a_png_and_a_pdf_beside_their_script_and_nothing_else) {
  const auto paths = plot_figure3({reduction_of({rising_curve("CL-VAE", 8)})}, folder_.path());

  EXPECT_THAT(paths, ElementsAre(folder_.file("figure3.svg"), folder_.file("figure3.png"),
                                 folder_.file("figure3.pdf")));
  EXPECT_THAT(folder_.names(),
              UnorderedElementsAre("figure3.svg", "figure3.png", "figure3.pdf", "figure3.gnuplot"));
  EXPECT_EQ(content_of_file(paths[0]).substr(0, 5), "<?xml");
  EXPECT_EQ(content_of_file(paths[1]).substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_THAT(content_of_file(paths[1]), HasSubstr("IEND"));
  EXPECT_EQ(content_of_file(paths[2]).substr(0, 5), "%PDF-");
  EXPECT_THAT(content_of_file(paths[2]), HasSubstr("%%EOF"));
}

TEST_F(Figure3, says_what_was_measured_on_what_and_what_the_band_is) {
  Reduction reduction =
      reduction_of({rising_curve("CL-VAE, latent divergence", 8), rising_curve("CNN", 5)});
  reduction.confidence = 0.9;

  const auto texts = texts_of_xml(drawn_svg(reduction));

  EXPECT_THAT(texts, Contains("MNIST, outlier class 0"));
  EXPECT_THAT(texts, Contains("Test set: 6,903 inliers, 6,904 outliers"));
  EXPECT_THAT(texts, Contains(HasSubstr("Band: 90 % curve interval, for the mean AUC of k fresh "
                                        "members")));
  EXPECT_THAT(texts, Contains("Ensemble size (members)"));
  EXPECT_THAT(texts, Contains("AUC"));
  EXPECT_THAT(texts, Contains("CL-VAE, latent divergence (8 of 10 members)"));
  EXPECT_THAT(texts, Contains("CNN (5 of 7 members)"));
  for (const char* size : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
    EXPECT_THAT(texts, Contains(size));
  }
  EXPECT_THAT(texts, Not(Contains("1.5")));
}

TEST_F(Figure3, is_one_point_without_a_band_when_there_is_one_member) {
  const auto texts = texts_of_xml(drawn_svg(reduction_of({rising_curve("CL-VAE", 1)})));

  EXPECT_THAT(texts, Contains("One member: no interval"));
  EXPECT_THAT(texts, Not(Contains(HasSubstr("Band"))));
  EXPECT_THAT(content_of_file(folder_.file("figure3.gnuplot")), Not(HasSubstr("filledcurves")));
}

TEST_F(Figure3, takes_many_members_and_many_curves) {
  std::vector<Curve> curves;
  for (int i = 0; i < 9; ++i) {
    curves.push_back(rising_curve("method " + std::to_string(i), 200, 0.5 + 0.05 * i));
  }

  const auto texts = texts_of_xml(drawn_svg(reduction_of(curves)));

  for (int i = 0; i < 9; ++i) {
    EXPECT_THAT(texts, Contains("method " + std::to_string(i) + " (200 of 202 members)"));
  }
  EXPECT_THAT(texts, Contains("200"));
}

TEST_F(Figure3, leaves_out_curves_that_are_not_primary) {
  Reduction reduction = reduction_of({rising_curve("shown", 3), rising_curve("hidden", 3)});
  reduction.curves[1].is_primary = false;

  const auto texts = texts_of_xml(drawn_svg(reduction));

  EXPECT_THAT(texts, Contains(HasSubstr("shown")));
  EXPECT_THAT(texts, Not(Contains(HasSubstr("hidden"))));
  reduction.curves[0].is_primary = false;
  EXPECT_THROW(plot_figure3({reduction}, folder_.path()), RunError);
}

TEST_F(Figure3, draws_a_deterministic_method_as_a_flat_line_across_all_sizes) {
  Reduction reduction = reduction_of({rising_curve("CL-VAE", 8), rising_curve("PCA", 1, 0.75)});
  reduction.curves[1].is_deterministic = true;

  const auto texts = texts_of_xml(drawn_svg(reduction));

  EXPECT_THAT(texts, Contains("PCA (deterministic)"));
  EXPECT_THAT(content_of_file(folder_.file("figure3.gnuplot")),
              HasSubstr("$panel1_2 << EOD\n1 0.75 NaN NaN\n8 0.75 NaN NaN\nEOD\n"));
}

TEST_F(Figure3, has_a_panel_for_each_run_and_one_key_when_there_are_several) {
  std::vector<Reduction> runs{reduction_of({rising_curve("A", 8), rising_curve("B", 5)}),
                              reduction_of({rising_curve("B", 3)}), reduction_of({}),
                              reduction_of({rising_curve("A", 20)})};
  runs[1].dataset = "CIFAR-10";
  runs[2].dataset = "nothing here";
  runs[3].dataset = "Fashion-MNIST";
  runs[3].confidence = 0.9;

  plot_figure3(runs, folder_.path());

  const auto texts = texts_of_figure("figure3");
  EXPECT_THAT(texts, Contains("MNIST, outlier class 0"));
  EXPECT_THAT(texts, Contains("CIFAR-10, outlier class 0"));
  EXPECT_THAT(texts, Contains("Fashion-MNIST, outlier class 0"));
  EXPECT_THAT(texts, Not(Contains(HasSubstr("nothing here"))));
  EXPECT_THAT(texts, Contains("A (members: 8, 20)"));
  EXPECT_THAT(texts, Contains("B (members: 5, 3)"));
  EXPECT_THAT(texts, Contains(HasSubstr("Band: 95 %, 90 % curve interval")));
}

TEST_F(Figure3, has_the_names_of_runs_on_the_same_data_and_anomalies) {
  std::vector<Reduction> runs(3, reduction_of({rising_curve("CL-VAE", 8)}));
  runs[1].dataset = "CIFAR-10";

  plot_figure3(runs, folder_.path(), {"small", "other", "large"});

  const auto texts = texts_of_figure("figure3");
  EXPECT_THAT(texts, Contains("small"));
  EXPECT_THAT(texts, Contains("large"));
  EXPECT_THAT(texts, Contains("MNIST, outlier class 0").Times(2));
  EXPECT_THAT(texts, Contains("CIFAR-10, outlier class 0"));
  EXPECT_THAT(texts, Not(Contains("other")));
}

TEST_F(Figure3, takes_two_and_seven_runs) {
  for (const std::size_t count : {2U, 7U}) {
    const std::vector<Reduction> runs(count, reduction_of({rising_curve("CL-VAE", 8)}));
    EXPECT_NO_THROW(plot_figure3(runs, folder_.path())) << count;
    EXPECT_NO_THROW(texts_of_figure("figure3")) << count;
  }
}

TEST_F(Figure3, keeps_curves_apart_when_two_members_make_the_bands_as_wide_as_can_be) {
  Curve curve = rising_curve("CL-VAE", 2, 0.9);
  for (reduce::CurvePoint& row : curve.rows) {
    row.curve.lower = 0;
    row.curve.upper = 1;
  }

  const auto texts = texts_of_xml(drawn_svg(reduction_of({curve})));

  EXPECT_THAT(texts, Contains("0.90"));
  EXPECT_THAT(texts, Not(Contains("0.50")));
}

TEST_F(Figure3, takes_flat_curves_at_the_ends_of_what_an_auc_can_be) {
  for (const double auc : {0.0, 1.0}) {
    Curve flat = rising_curve("flat", 3);
    for (reduce::CurvePoint& row : flat.rows) row.mean = row.curve.lower = row.curve.upper = auc;
    EXPECT_NO_THROW(plot_figure3({reduction_of({flat})}, folder_.path())) << auc;
  }
}

TEST_F(Figure3, shows_hostile_names_as_they_are_and_obeys_none_of_them) {
  const std::string trap = folder_.file("trap");
  for (const std::string& name : hostile_names(trap)) {
    Reduction reduction = reduction_of({rising_curve(name, 3)});
    reduction.dataset = name;
    reduction.outlier_names = {name, name};
    EXPECT_NO_THROW(texts_of_xml(drawn_svg(reduction))) << name;
    EXPECT_FALSE(std::filesystem::exists(trap)) << name;
  }
  Reduction reduction = reduction_of({rising_curve("it's <a_b> & \"{c}\" `d` @e \\", 3)});
  EXPECT_THAT(texts_of_xml(drawn_svg(reduction)),
              Contains("it's <a_b> & \"{c}\" `d` @e \\ (3 of 5 members)"));
  EXPECT_EQ(folder_.names().size(), 4U);
}

TEST_F(Figure3, is_the_same_every_time) {
  const Reduction reduction = reduction_of({rising_curve("CL-VAE", 8)});
  const std::string svg = drawn_svg(reduction);
  const std::string png = content_of_file(folder_.file("figure3.png"));

  EXPECT_EQ(drawn_svg(reduction), svg);
  EXPECT_EQ(content_of_file(folder_.file("figure3.png")), png);
}

TEST_F(Figure3, can_be_drawn_again_from_its_script) {
  drawn_svg(reduction_of({rising_curve("CL-VAE", 8)}));
  std::filesystem::remove(folder_.file("figure3.pdf"));

  const std::string command = "cd '" + folder_.path() + "' && gnuplot figure3.gnuplot 2> errors";

  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(content_of_file(folder_.file("errors")), "");
  EXPECT_TRUE(std::filesystem::exists(folder_.file("figure3.pdf")));
}

TEST_F(Figure3, goes_into_a_folder_whose_name_would_be_a_command) {
  const std::string before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  for (const char* name : {"| touch trap", "< touch trap", "it's `touch trap`", "-e 1"}) {
    std::filesystem::create_directory(name);
    EXPECT_NO_THROW(plot_figure3({reduction_of({rising_curve("CL-VAE", 3)})}, name)) << name;
    EXPECT_TRUE(std::filesystem::exists(std::string(name) + "/figure3.pdf")) << name;
  }
  EXPECT_FALSE(std::filesystem::exists("trap"));
  std::filesystem::current_path(before);
}

TEST_F(Figure3, does_not_depend_on_the_users_settings_or_display) {
  const Reduction reduction = reduction_of({rising_curve("CL-VAE", 3)});
  const std::string plain = drawn_svg(reduction);
  const Folder home;
  std::ofstream(home.file(".gnuplot")) << "set logscale y\nexit status 3\n";
  const Variable variables[] = {{"HOME", home.path()}, {"DISPLAY", ":77"}, {"GNUTERM", "x11"}};

  EXPECT_EQ(drawn_svg(reduction), plain);
}

Reduction with_merges() {
  Reduction reduction = reduction_of({rising_curve("CL-VAE", 8), rising_curve("CL-VAE", 8, 0.7),
                                      rising_curve("CL-VAE", 8, 0.6), rising_curve("CNN", 4)});
  reduction.curves[1].merge = "geometric";
  reduction.curves[1].is_primary = false;
  reduction.curves[2].merge = "own <b>";
  reduction.curves[2].is_primary = false;
  reduction.curves[3].method = "cnn";
  return reduction;
}

constexpr double kColumn = 237.6;

TEST_F(Figure3, is_drawn_for_latex_too_when_a_width_is_given) {
  const Reduction reduction = reduction_of({rising_curve("CL-VAE & 100 %", 8)});

  const auto paths = plot_figure3({reduction}, folder_.path(), {}, kColumn);

  ASSERT_EQ(paths.size(), 5U);
  EXPECT_EQ(paths[3], folder_.file("figure3_latex.tex"));
  EXPECT_EQ(paths[4], folder_.file("figure3_latex.pdf"));
  const std::string tex = latex_figure("figure3", kColumn);
  EXPECT_THAT(tex, HasSubstr("CL-VAE \\& 100 \\% (8 of 10 members)"));
  EXPECT_THAT(tex, HasSubstr("Ensemble size"));
  // That is the caption's.
  EXPECT_THAT(tex, Not(HasSubstr("Band")));
  EXPECT_THAT(tex, Not(HasSubstr("MNIST")));
}

TEST_F(Figure3, shortens_its_key_for_latex_when_the_column_has_no_room_for_all_words) {
  const Reduction reduction =
      reduction_of({rising_curve("CL-VAE, latent divergence and reconstruction", 8)});

  plot_figure3({reduction}, folder_.path(), {}, kColumn);

  const std::string tex = latex_figure("figure3", kColumn);
  EXPECT_THAT(tex, HasSubstr("CL-VAE, latent divergence and reconstruction}"));
  EXPECT_THAT(tex, Not(HasSubstr("members)")));
}

TEST_F(Figure3, stays_within_the_column_for_latex_when_there_are_many_panels) {
  std::vector<Reduction> runs(7, reduction_of({rising_curve("CL-VAE", 8)}));
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].outlier_names = {"set_" + std::to_string(i)};

  plot_figure3(runs, folder_.path(), {}, kColumn);

  const std::string tex = latex_figure("figure3", kColumn);
  for (const char* set : {"set\\_0", "set\\_6"}) EXPECT_THAT(tex, HasSubstr(set));
  EXPECT_THAT(tex, HasSubstr("CL-VAE (members: 8 each)"));
}

TEST_F(Figure3, obeys_no_hostile_name_when_it_is_drawn_for_latex) {
  const std::string trap = folder_.file("trap");
  for (const std::string& name : hostile_names(trap)) {
    std::vector<Reduction> runs(2, reduction_of({rising_curve(name, 2)}));
    runs[1].dataset = "[" + name;
    EXPECT_NO_THROW(plot_figure3(runs, folder_.path(), {}, kColumn)) << name;
    EXPECT_FALSE(std::filesystem::exists(trap)) << name;
  }
}

class Merges : public Drawing {};

TEST_F(Merges, show_a_panel_for_each_method_that_has_several) {
  EXPECT_TRUE(has_merges(with_merges()));

  plot_merges(with_merges(), folder_.path());

  const auto texts = texts_of_figure("merges");
  EXPECT_THAT(texts, Contains("CL-VAE"));
  EXPECT_THAT(texts, Contains("arithmetic mean"));
  EXPECT_THAT(texts, Contains("geometric mean"));
  EXPECT_THAT(texts, Contains("own <b>"));
  EXPECT_THAT(texts, Contains("Band: 95 % curve interval of the merge in use"));
  EXPECT_THAT(texts, Not(Contains("CNN")));
}

TEST_F(Merges, take_two_methods_with_different_merges) {
  Reduction reduction = with_merges();
  reduction.curves.push_back(reduction.curves[3]);
  reduction.curves.back().merge = "max_first";

  plot_merges(reduction, folder_.path(), kColumn);

  EXPECT_THAT(latex_figure("merges", kColumn), HasSubstr("geometric mean"));
  const auto texts = texts_of_figure("merges");
  EXPECT_THAT(texts, Contains("CNN"));
  EXPECT_THAT(texts, Contains("4 members"));
  EXPECT_THAT(texts, Contains("each member's maximum, then the mean"));
}

TEST(PlotMerges, is_refused_when_every_method_has_one_merge) {
  const Folder folder;
  const Reduction reduction = reduction_of({rising_curve("CL-VAE", 3)});

  EXPECT_FALSE(has_merges(reduction));
  EXPECT_THROW(plot_merges(reduction, folder.path()), RunError);
}

TEST(PlotFigure3, says_how_to_get_gnuplot_when_it_is_missing_and_leaves_the_script) {
  const Folder folder;
  const Folder nothing;
  const Variable path("PATH", nothing.path());

  EXPECT_THAT(message_of_plotting(folder.path()), HasSubstr("gnuplot-nox"));

  EXPECT_THAT(folder.names(), ElementsAre("figure3.gnuplot"));
}

TEST(PlotFigure3, carries_gnuplots_reason_when_it_fails) {
  const Folder folder;
  const Folder programs;
  write_program(programs,
                "printf '\\ngnuplot> set terminal pdfcairo\\n             ^\\n"
                "         \"a.gnuplot\" line 7: unknown terminal\\n' >&2\nexit 1\n");
  const Variable path("PATH", programs.path() + ":/bin:/usr/bin");

  EXPECT_THAT(message_of_plotting(folder.path()), HasSubstr("line 7: unknown terminal"));

  EXPECT_THAT(folder.names(), ElementsAre("figure3.gnuplot"));
}

TEST(PlotFigure3, is_refused_when_gnuplot_ends_well_but_makes_no_whole_figures_or_is_killed) {
  const Folder folder;
  const Folder programs;
  const Variable path("PATH", programs.path() + ":/bin:/usr/bin");

  write_program(programs, "exit 0\n");
  EXPECT_THAT(message_of_plotting(folder.path()), HasSubstr("made no whole"));
  write_program(programs, "for kind in svg png pdf; do echo cut >$4/figure3.$kind; done\n");
  EXPECT_THAT(message_of_plotting(folder.path()), HasSubstr("figure3.svg, and gave no reason"));
  write_program(programs, "kill -9 $$\n");
  EXPECT_THAT(message_of_plotting(folder.path()), HasSubstr("signal 9"));

  EXPECT_THAT(folder.names(), ElementsAre("figure3.gnuplot"));
}

TEST(PlotFigure3, is_finished_when_signals_ask_all_processes_of_a_job_to_stop) {
  const Folder folder;
  const Folder programs;
  write_program(programs,
                "for signal in USR1 USR2 TERM INT; do kill -$signal $$; done\n"
                "PATH=${PATH#*:}\nexec gnuplot \"$@\"\n");
  const Variable path("PATH", programs.path() + ":" + std::getenv("PATH"));

  plot_figure3({reduction_of({rising_curve("CL-VAE", 2)})}, folder.path());

  EXPECT_THAT(folder.names(), Contains("figure3.pdf"));
}

TEST(PlotFigure3, is_refused_when_there_is_no_curve_or_no_folder) {
  const Folder folder;
  EXPECT_THROW(plot_figure3({reduction_of({})}, folder.path()), RunError);
  EXPECT_THROW(plot_figure3({reduction_of({Curve{}})}, folder.path()), RunError);
  try {
    plot_figure3({reduction_of({rising_curve("CL-VAE", 2)})}, folder.file("missing"));
    FAIL() << "no error";
  } catch (const IoError& error) {
    EXPECT_EQ(error.error_number(), ENOENT);
  }
}

}  // namespace
}  // namespace clvae::report
