#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "completion_scripts.hpp"
#include "manual_pages.hpp"
#include "run/version.hpp"

namespace clvae::jobs {

namespace {

namespace files = std::filesystem;

/// \throws IoError
void write_page(const files::path& path, const std::string& text) {
  std::error_code error;
  files::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw IoError(path.string(), "write it", error ? error.value() : errno);
}

/// Lays out what is installed with the program, as below its prefix.
void write_manual(const files::path& folder, const Command& program) {
  const files::path pages = folder / "man/man1";
  write_page(pages / "clvae.1", manual_page(program, run::kVersion));
  for (const Command& command : program.commands) {
    write_page(pages / ("clvae-" + command.name + ".1"),
               manual_page(program, command, run::kVersion));
  }
  write_page(folder / "bash-completion/completions/clvae", bash_completion(program));
  write_page(folder / "zsh/site-functions/_clvae", zsh_completion(program));
  write_page(folder / "fish/vendor_completions.d/clvae.fish", fish_completion(program));
}

}  // namespace

/// For the build, so not in the help.
void add_manual(CLI::App& app, Job& job) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "manual", "Write the manual pages and completions that are installed into a folder");
  command->group("");
  command->add_option("folder", *folder, "of its own")->required()->type_name("FOLDER");
  const CLI::App* program = &app;
  run_alone(*command, job, [=] { write_manual(*folder, describe(*program)); });
}

}  // namespace clvae::jobs
