// The program: reads the command line and starts the command that is given.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "run/launch.hpp"
#include "run/version.hpp"

// The commands in the order of the help. Each is added by the function add_NAME of its own file.
#define CLVAE_COMMANDS(COMMAND) \
  COMMAND(run)                  \
  COMMAND(train)                \
  COMMAND(sweep)                \
  COMMAND(check)                \
  COMMAND(benchmark)            \
  COMMAND(reduce)               \
  COMMAND(plot)                 \
  COMMAND(compare)              \
  COMMAND(evaluate)             \
  COMMAND(extend)               \
  COMMAND(merge)                \
  COMMAND(info)                 \
  COMMAND(score)                \
  COMMAND(export)               \
  COMMAND(cite)                 \
  COMMAND(fetch)                \
  COMMAND(doctor)               \
  COMMAND(completion)           \
  COMMAND(manual)

#define CLVAE_DECLARE(name) void add_##name(CLI::App& app, Job& job);
#define CLVAE_ADD(name) jobs::add_##name(app, job);

namespace clvae::jobs {
CLVAE_COMMANDS(CLVAE_DECLARE)
}  // namespace clvae::jobs

namespace {

using namespace clvae;  // NOLINT(google-build-using-namespace): this file is the end of the line

constexpr const char* kAbout =
    "Trains ensembles of Conditional Latent-space VAEs and tells how well unseen kinds of data\n"
    "are recognised as anomalies as the ensemble grows.";

constexpr const char* kFooter = R"(
Examples:
  clvae check configs/mnist.yaml                       what the run will be and need
  mpirun -np 4 clvae run configs/mnist.yaml            train on 4 ranks, reduce, plot
  srun --mpi=pmix clvae run configs/mnist.yaml         the same within a Slurm allocation
  clvae info runs/mnist                                how far it has come
  clvae score runs/mnist new-images --output out.csv   rate new, unlabelled data
  clvae export runs/mnist --torchscript modules        the same from Python

Exit status: 0 done; 1 something broke while the job ran; 2 the command line, the config, the data
or the run file can't be used as given; 75 stopped, as a signal (USR1, USR2, TERM, INT) or the time
limit asked for. A run that was interrupted goes on where it was when the same command is given
again. A second TERM or INT ends a job at once.)";

/// What is wrong with the command line, in one line.
std::string describe_mistake(const CLI::App& app, const CLI::ParseError& found,
                             const std::string& first_word) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (!command->get_group().empty()) known.push_back(command->get_name());  // else it is hidden
  }
  const bool is_command = std::find(known.begin(), known.end(), first_word) != known.end();
  if (first_word.empty() || first_word.front() == '-' || is_command) return first_line(found);
  const auto nearest = nearest_word(first_word, known);
  return fmt::format("there is no command {}{}; the commands are {}", first_word,
                     nearest ? " (did you mean " + *nearest + "?)" : "", joined(known));
}

/// Prints the help that was asked for, or the mistake.
int end_early(const CLI::App& app, const CLI::ParseError& found, const std::string& first_word) {
  if (found.get_exit_code() == 0) return run::launched_rank() == 0 ? app.exit(found) : 0;
  run::print_error(describe_mistake(app, found, first_word) + "; clvae --help tells more");
  // mpirun ends all processes as soon as one has failed, which rank 0 must not be before it speaks.
  constexpr std::chrono::seconds kPatience{5};
  if (run::launched_rank() != 0) std::this_thread::sleep_for(kPatience);
  return static_cast<int>(ExitStatus::usage);
}

}  // namespace

int main(int argc, char** argv) {
  run::survive_file_size_limits();
  CLI::App app(kAbout, "clvae");
  app.set_version_flag("--version", std::string("clvae ") + run::kVersion);
  app.require_subcommand(1);
  app.footer(kFooter);
  jobs::Job job;
  CLVAE_COMMANDS(CLVAE_ADD)
  jobs::take_paths_as_written(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& found) {
    return run::with_output_written(end_early(app, found, argc > 1 ? argv[1] : ""));
  }
  // All files are closed by now. What LibTorch would clean up takes a sixth as long as its start.
  std::quick_exit(run::with_output_written(job()));
}
