#include <cstdio>

#include <fmt/format.h>

#include "command_line.hpp"
#include "run/version.hpp"

namespace clvae::jobs {

namespace {

/// What the file CITATION.cff says, for LaTeX. \param version of the program
std::string bibtex(const std::string& version) {
  return fmt::format(
      R"(@article{{astrom2024improved,
  title = {{Improved Anomaly Detection through Conditional Latent Space {{VAE}} Ensembles}},
  author = {{{{\AA}}str{{\"o}}m, Oskar and Sopasakis, Alexandros}},
  journal = {{arXiv preprint arXiv:2410.12328}},
  year = {{2024}},
  doi = {{10.48550/arXiv.2410.12328}},
  url = {{https://arxiv.org/abs/2410.12328}}
}}

@misc{{clvae,
  title = {{clvae: ensembles of {{Conditional Latent-space VAEs}}}},
  author = {{{{The clvae authors}}}},
  note = {{Software, version {0}}}
}}
)",
      version);
}

}  // namespace

void add_cite(CLI::App& app, Job& job) {
  CLI::App* command =
      app.add_subcommand("cite", "Print the paper and this software as BibTeX, to cite them");
  command->footer(R"(
Example:
  clvae cite >> references.bib)");
  run_alone(*command, job, [] { fmt::print("{}", bibtex(run::kVersion)); });
}

}  // namespace clvae::jobs
