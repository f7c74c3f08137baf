#include "fetch/fetch.hpp"

#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "command_line.hpp"

namespace clvae::jobs {

namespace {

struct FetchOptions {
  std::string dataset;
  std::string folder;
  std::vector<std::string> mirrors;
};

void fetch_into_folder(const FetchOptions& options) {
  Console console(stdout);
  fetch::fetch(
      fetch::collection_named(options.dataset), options.mirrors, options.folder,
      [&](const std::string& line) {
        console.end_live();
        console.event(line);
      },
      [&](const std::string& file, double bytes, double total) {
        console.live(
            total > 0 ? fmt::format("{}: {} of {}", file, format_bytes(bytes), format_bytes(total))
                      : fmt::format("{}: {}", file, format_bytes(bytes)));
      });
  console.event(fmt::format("{} is in {}; dataset.path names it", options.dataset, options.folder));
}

}  // namespace

void add_fetch(CLI::App& app, Job& job) {
  const auto options = std::make_shared<FetchOptions>();
  CLI::App* command =
      app.add_subcommand("fetch", "Bring a public dataset into a folder, and check its content");
  command->footer(R"(
Examples:
  clvae fetch mnist --to data/mnist
  clvae fetch cifar10 --to data/cifar-10-batches-bin
  clvae fetch mnist --to data/mnist --mirror https://mirror.example.org/mnist

An interrupted download goes on where it was when the command is given again. Proxies are taken
from the environment: https_proxy, http_proxy, no_proxy.)");
  command->add_option("dataset", options->dataset, "mnist, fashion_mnist or cifar10")
      ->required()
      ->type_name("DATASET");
  command->add_option("--to", options->folder, "folder for its files, made where it is not there")
      ->required()
      ->type_name("FOLDER");
  command
      ->add_option("--mirror", options->mirrors,
                   "URL of a folder with its files, in place of the public ones; may be repeated")
      ->type_name("URL")
      ->allow_extra_args(false);
  run_alone(*command, job, [=] { fetch_into_folder(*options); });
}

}  // namespace clvae::jobs
