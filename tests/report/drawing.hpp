#pragma once
/// \file
/// What tests of figures share.

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "report/fixture.hpp"
#include "report/xml.hpp"

namespace clvae::report {

/// Names that would do harm, or break a figure or page, where they were not quoted.
inline std::vector<std::string> hostile_names(const std::string& trap) {
  return {"it's \"q\" \\",
          "a_b^c{d}@e&f",
          "<b>&amp;%d %s",
          "</td></table><script>alert(1)</script>",
          "\" onload=\"alert(1)",
          "' . system('touch " + trap + "') . '",
          "`touch " + trap + "`",
          "\"; system('touch " + trap + "') #",
          "\\",
          "EOD",
          "\xff\x1b[31m",
          "$curve1",
          "columnheader(1)",
          "@ARG1",
          ""};
}

/// Tests that draw are left out where there is nothing to draw with.
class Drawing : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("gnuplot --version > /dev/null 2>&1") != 0)
      GTEST_SKIP() << "gnuplot is not installed: figures are not drawn and not tested";
  }

  /// The figure is whole, well-formed, and alone with its script. \return the SVG's texts
  std::vector<std::string> texts_of_figure(const std::string& name) const {
    EXPECT_EQ(content_of_file(folder_.file(name + ".png")).substr(0, 8), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(content_of_file(folder_.file(name + ".pdf")).substr(0, 5), "%PDF-");
    EXPECT_TRUE(std::filesystem::exists(folder_.file(name + ".gnuplot")));
    return texts_of_xml(content_of_file(folder_.file(name + ".svg")));
  }

  /// The figure for LaTeX is whole, names its PDF without a folder, and is as wide as was asked
  /// for. \return the .tex
  std::string latex_figure(const std::string& name, double width) const {
    const std::string file = name + "_latex";
    EXPECT_EQ(content_of_file(folder_.file(file + ".pdf")).substr(0, 5), "%PDF-");
    EXPECT_TRUE(std::filesystem::exists(folder_.file(file + ".gnuplot")));
    std::string tex = content_of_file(folder_.file(file + ".tex"));
    EXPECT_NE(tex.find("\\includegraphics[width={"), std::string::npos);
    EXPECT_NE(tex.find("]{" + file + "}}"), std::string::npos);
    // gnuplot counts in twentieths of a point.
    const std::string picture = "\\begin{picture}(";
    const std::size_t begin = tex.find(picture);
    EXPECT_NE(begin, std::string::npos);
    EXPECT_NEAR(std::strtod(tex.c_str() + begin + picture.size(), nullptr) / 20, width, 1);
    return tex;
  }

  const Folder folder_;
};

}  // namespace clvae::report
