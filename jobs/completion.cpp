#include <cstdio>
#include <memory>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "completion_scripts.hpp"

namespace clvae::jobs {

namespace {

/// \throws UsageError
std::string completion_for(const std::string& shell, const Command& program) {
  if (shell == "bash") return bash_completion(program);
  if (shell == "zsh") return zsh_completion(program);
  if (shell == "fish") return fish_completion(program);
  throw UsageError("found the shell " + shell + "; expected bash, zsh or fish");
}

}  // namespace

void add_completion(CLI::App& app, Job& job) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("completion", "Print what a shell needs to complete this command line");
  command->footer(R"(
Examples:
  source <(clvae completion bash)                          for this shell, and in ~/.bashrc for each
  clvae completion zsh > ~/.zfunc/_clvae                   where ~/.zfunc is in fpath before compinit
  clvae completion fish > ~/.config/fish/completions/clvae.fish

TAB then completes commands, options, the keys after --set, configs, runs and folders. What is
installed with the program has them already where the shell looks for them.)");
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->type_name("SHELL");
  // The program outlives its job.
  const CLI::App* program = &app;
  run_alone(*command, job,
            [=] { std::fputs(completion_for(*shell, describe(*program)).c_str(), stdout); });
}

}  // namespace clvae::jobs
