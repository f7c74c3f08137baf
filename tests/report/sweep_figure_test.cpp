#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/drawing.hpp"
#include "report/figures.hpp"

namespace clvae::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Three values of one key and two of another; the last combination has no run.
Sweep grid_sweep() {
  Sweep sweep;
  sweep.dataset = "Fashion-MNIST";
  sweep.methods = {"CL-VAE, latent divergence", "CNN"};
  sweep.keys = {"training.alpha", "model.latent_dim"};
  for (const char* alpha : {"0.1", "0.5"}) {
    for (const char* dimension : {"2", "3", "8"}) {
      sweep.rows.push_back(
          {"0", {{0.8, 0.75, 0.85}, {0.7, kUnknown, kUnknown}}, {alpha, dimension}});
    }
  }
  sweep.rows.pop_back();
  return sweep;
}

class SweepFigure : public Drawing {
 protected:
  std::vector<std::string> texts_of(const Sweep& sweep) const {
    plot_sweep(sweep, "sweep", folder_.path());
    return texts_of_figure("sweep");
  }
};

TEST_F(SweepFigure, has_the_values_of_one_key_on_the_axis_and_a_line_for_each_of_the_other) {
  const auto texts = texts_of(grid_sweep());

  EXPECT_THAT(texts, Contains("AUC: Fashion-MNIST, outliers 0"));
  EXPECT_THAT(texts, Contains("Bars: 95 % total interval"));
  EXPECT_THAT(texts, Contains("model.latent_dim"));
  EXPECT_THAT(texts, Contains("training.alpha"));
  EXPECT_THAT(texts, Contains("8"));
  EXPECT_THAT(texts, Contains("0.5"));
  EXPECT_THAT(texts, Contains("CNN"));
  // The combination without a run is a gap.
  EXPECT_THAT(content_of_file(folder_.file("sweep.gnuplot")),
              HasSubstr("$panel1_2 << EOD\n0.045 0.8 0.75 0.85\n1.045 0.8 0.75 0.85\n"
                        "2.045 NaN NaN NaN\nEOD\n"));
}

TEST_F(SweepFigure, has_a_line_for_each_method_when_one_key_was_tried) {
  Sweep sweep = grid_sweep();
  sweep.rows.resize(3);

  const auto texts = texts_of(sweep);

  EXPECT_THAT(texts, Contains("model.latent_dim"));
  EXPECT_THAT(texts, Contains("CL-VAE, latent divergence"));
  EXPECT_THAT(texts, Not(Contains("training.alpha")));
}

TEST_F(SweepFigure, has_a_panel_for_each_value_of_a_third_key_and_names_those_that_are_left_out) {
  Sweep sweep = grid_sweep();
  sweep.methods.pop_back();
  sweep.keys.push_back("ensemble.permutation");
  std::vector<SweepRow> rows;
  for (const char* permutation : {"random", "identity"}) {
    for (SweepRow row : sweep.rows) {
      row.cells.pop_back();
      row.values.push_back(permutation);
      rows.push_back(row);
    }
  }
  sweep.rows = rows;
  EXPECT_THAT(texts_of(sweep), Contains("ensemble.permutation = identity"));

  sweep.methods.assign(7, "method");
  for (std::size_t i = 0; i < sweep.methods.size(); ++i) sweep.methods[i] += std::to_string(i);
  for (SweepRow& row : sweep.rows) row.cells.resize(7, {0.5, 0.4, 0.6});
  EXPECT_THAT(
      texts_of(sweep),
      Contains("Bars: 95 % total interval; 2 more panels are left out, sweep.csv has them"));
}

TEST_F(SweepFigure, has_the_classes_on_the_axis_when_no_key_was_tried) {
  Sweep sweep = grid_sweep();
  sweep.keys.clear();
  sweep.rows.resize(2);
  for (SweepRow& row : sweep.rows) row.values.clear();
  sweep.rows[1].outlier_name = "Ankle boot";

  const auto texts = texts_of(sweep);

  EXPECT_THAT(texts, Contains("Ankle boot"));
  EXPECT_THAT(texts, Contains("Outlier class"));
}

TEST_F(SweepFigure, is_whole_when_values_and_names_are_hostile_or_nothing_is_known) {
  const std::string trap = folder_.file("trapped");
  Sweep sweep = grid_sweep();
  const std::vector<std::string> names = hostile_names(trap);
  sweep.dataset = sweep.keys[1] = names[5];
  sweep.methods.clear();
  sweep.rows.clear();
  for (const std::string& name : names) {
    sweep.methods.push_back(name);
    sweep.rows.push_back({name, {}, {"0.1", name}});
    sweep.rows.push_back({name, {}, {names[7], name}});
  }
  for (SweepRow& row : sweep.rows) row.cells.assign(names.size(), {});
  texts_of(sweep);
  sweep.keys.clear();
  for (SweepRow& row : sweep.rows) row.values.clear();
  texts_of(sweep);
  EXPECT_FALSE(std::filesystem::exists(trap));
  EXPECT_THROW(plot_sweep(Sweep(), "sweep", folder_.path()), RunError);
}

class Losses : public Drawing {
 protected:
  std::vector<std::string> texts_of(const LossFigure& figure) const {
    plot_losses(figure, folder_.path());
    return texts_of_figure("losses");
  }
};

LossFigure losses_of_two() {
  LossFigure figure;
  figure.dataset = "Fashion-MNIST";
  figure.outlier_names = {"T-shirt/top"};
  figure.panels = {
      {"CL-VAE", {{4.0F, 2.0F, 1.0F}, {3.0F, 2.5F}}, {{4.5F, 2.5F, 1.5F}, {3.5F, 3.0F}}},
      {"CNN", {{1.0F}}, {{std::numeric_limits<float>::quiet_NaN()}}}};
  return figure;
}

TEST_F(Losses, are_a_line_for_each_member_with_a_panel_for_each_method) {
  const auto texts = texts_of(losses_of_two());

  EXPECT_THAT(texts, Contains("Losses: Fashion-MNIST, outlier class T-shirt/top"));
  EXPECT_THAT(texts, Contains("Training"));
  EXPECT_THAT(texts, Contains("Validation"));
  EXPECT_THAT(texts, Contains("2 members"));
  EXPECT_THAT(texts, Contains("1 member"));
  const std::string script = content_of_file(folder_.file("losses.gnuplot"));
  EXPECT_THAT(script, HasSubstr("$training1 << EOD\n1 4\n2 2\n3 1\n\n1 3\n2 2.5\n\nEOD\n"));
  EXPECT_THAT(script, HasSubstr("$validation2 << EOD\n1 NaN\n\nEOD\n"));
}

TEST_F(Losses, say_so_when_some_members_are_drawn_alone) {
  LossFigure figure = losses_of_two();
  figure.panels[0].training.assign(1000, {200.0F, 2.0F});
  figure.panels[0].validation.assign(1000, {300.0F, 3.0F});

  EXPECT_THAT(texts_of(figure), Contains("60 of 1,000 members"));
  EXPECT_THAT(content_of_file(folder_.file("losses.gnuplot")), HasSubstr("set logscale y"));
}

TEST_F(Losses, are_drawn_for_latex_too_when_a_width_is_given) {
  LossFigure figure = losses_of_two();
  figure.panels[0].title = "CL-VAE_1";
  figure.panels.push_back(figure.panels[0]);
  figure.panels[2].training = {{200.0F, 2.0F}};  // along a logarithmic axis
  figure.panels[2].validation = {{300.0F, 3.0F}};

  plot_losses(figure, folder_.path(), 237.6);

  const std::string tex = latex_figure("losses", 237.6);
  for (const char* text : {"CL-VAE\\_1", "2 members", "Training", "Validation", "Epoch", "Loss"}) {
    EXPECT_THAT(tex, HasSubstr(text));
  }
}

TEST_F(Losses, are_refused_when_there_are_none_or_lengths_disagree) {
  EXPECT_THROW(plot_losses({}, folder_.path()), RunError);
  LossFigure figure = losses_of_two();
  figure.panels[0].validation.pop_back();
  EXPECT_THROW(plot_losses(figure, folder_.path()), UsageError);
}

}  // namespace
}  // namespace clvae::report
