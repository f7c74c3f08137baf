#include <cstdio>

#include <fmt/format.h>

#include "command_line.hpp"
#include "fetch/fetch.hpp"
#include "run/launch.hpp"

namespace clvae::jobs {

namespace {

void fetch_into(const std::string& name, const std::string& folder,
                const std::vector<std::string>& mirrors) {
  Console console(stdout);
  fetch::fetch(
      fetch::collection_named(name), mirrors, folder,
      [&](const std::string& line) {
        console.end_live();
        console.event(line);
      },
      [&](const std::string& file, double bytes, double total) {
        console.live(
            total > 0 ? fmt::format("{}: {} of {}", file, format_bytes(bytes), format_bytes(total))
                      : fmt::format("{}: {}", file, format_bytes(bytes)));
      });
  console.event(fmt::format("{} is in {}; dataset.path names it", name, folder));
}

}  // namespace

void add_fetch_command(CLI::App& app, CommandLine& line) {
  CLI::App* command =
      app.add_subcommand("fetch", "Bring a public dataset into a folder, and check its content");
  command->footer(
      "\nExamples:\n"
      "  clvae fetch mnist --to data/mnist\n"
      "  clvae fetch cifar10 --to data/cifar-10-batches-bin\n"
      "  clvae fetch mnist --to data/mnist --mirror https://mirror.example.org/mnist\n"
      "\nAn interrupted download goes on where it was when the command is given again. Proxies are "
      "taken\n"
      "from the environment: https_proxy, http_proxy, no_proxy.");
  command->add_option("dataset", line.dataset, "mnist, fashion_mnist or cifar10")
      ->required()
      ->type_name("DATASET");
  command->add_option("--to", line.output, "folder for its files, made where it is not there")
      ->required()
      ->type_name("FOLDER");
  command
      ->add_option("--mirror", line.mirrors,
                   "URL of a folder with its files, in place of the public ones; may be repeated")
      ->type_name("URL")
      ->allow_extra_args(false);
  command->callback([&line] {
    line.job = [&line] {
      return run::alone([&] { fetch_into(line.dataset, line.output, line.mirrors); });
    };
  });
}

}  // namespace clvae::jobs
