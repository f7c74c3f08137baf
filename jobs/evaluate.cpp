#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "embed/trained_run.hpp"
#include "evaluate/corrupted_inliers.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/run_images.hpp"
#include "evaluate/set_folder.hpp"
#include "evaluate/set_list.hpp"
#include "jobs.hpp"
#include "report/figures.hpp"
#include "report/latex.hpp"

namespace clvae::jobs {

namespace {

struct EvaluateArguments {
  std::string run;
  std::vector<std::string> sets;
  bool with_corruptions = false;
  std::string inliers;
  bool resize = false;
  std::optional<double> scale;
  EvaluationOptions options;
  LoadOptions loading;
  std::vector<std::string> overrides;
};

/// Everything that one job holds a run against.
class Evaluations {
 public:
  Evaluations(const comm::Communicator& world, const store::Reader& reader,
              const config::Config& config, const EvaluationOptions& options, std::string output,
              Console& console)
      : world_(world),
        reader_(reader),
        config_(config),
        options_(options),
        output_(std::move(output)),
        console_(console),
        evaluator_(world, reader, config, options.inliers, console) {
    all_.run = reader.dataset_name();
    all_.inliers = evaluator_.inliers();
    all_.confidence = config.reduction.confidence;
  }

  void take(const config::EvaluationSet& set) {
    const evaluate::OutsideSet samples = evaluator_.read(set);
    if (take_finished(set, samples.fingerprint())) return;
    evaluate_set(set, samples, samples.fingerprint());
  }
  void take(const evaluate::CorruptedSet& corrupted) {
    if (take_finished(corrupted.set, corrupted.fingerprint())) return;
    comm::together(world_, [&] {
      if (!corrupted_) corrupted_.emplace(reader_, config_);
    });
    evaluate_set(corrupted.set, corrupted_->samples(corrupted), corrupted.fingerprint());
  }

  /// One table and one figure of all sets. Rank 0.
  void write() const {
    report::write_evaluation_csv(all_, output_ + "/evaluate.csv");
    report::write_evaluation_json(all_, output_ + "/evaluate.json");
    report::write_latex_evaluation(all_, output_ + "/tables.tex");
    console_.event(report::table(all_));
    const std::vector<std::string> figures =
        report::plot_figure3(reductions_, output_, names_, options_.latex_width);
    console_.event(fmt::format(
        "tables: {0}/evaluate.csv, {0}/evaluate.json, {0}/tables.tex; of each set: {0}/NAME",
        output_));
    console_.event("figures: " + joined(figures));
  }

 private:
  /// Takes what an earlier job has done. Collective. \return whether there was such
  bool take_finished(const config::EvaluationSet& set, const std::string& samples) {
    std::string is_there;
    comm::together(world_, [&] {
      if (!world_.is_root() || options_.is_fresh) return;
      auto result = folder_of(set).finished(set, evaluator_.fingerprint(samples));
      if (!result) return;
      is_there = "yes";
      add(set, std::move(*result));
      console_.event(fmt::format("{}: done before; --fresh does it again", set.name));
    });
    return !world_.broadcast(is_there).empty();
  }

  /// Collective. \param fingerprint of the samples
  void evaluate_set(const config::EvaluationSet& set, const evaluate::OutsideSet& samples,
                    const std::string& fingerprint) {
    const evaluate::SetFindings findings = evaluator_.evaluate(set, samples);
    comm::together(world_, [&] {
      if (!world_.is_root()) return;
      report::Evaluation one{all_.run, all_.inliers, all_.confidence, findings.rows, {}};
      one.sets.push_back({set.name, set.group, set.path, samples.size(), samples.brought_from(),
                          evaluator_.fingerprint(fingerprint)});
      const evaluate::ShownSamples shown{&samples, evaluator_.other_inliers(), dataset(),
                                         evaluator_.shape()};
      add(set, folder_of(set).write(findings, one, shown));
    });
  }

  void add(const config::EvaluationSet& set, evaluate::SetResult result) {
    const report::Evaluation& one = result.evaluation;
    all_.rows.insert(all_.rows.end(), one.rows.begin(), one.rows.end());
    all_.sets.insert(all_.sets.end(), one.sets.begin(), one.sets.end());
    reductions_.push_back(std::move(result.reduction));
    names_.push_back(set.name);
  }

  evaluate::SetFolder folder_of(const config::EvaluationSet& set) const {
    return evaluate::SetFolder(output_ + "/" + set.name, options_.latex_width);
  }

  /// Of the run's own inliers, where they are shown. Read once.
  const data::Dataset* dataset() {
    if (evaluator_.other_inliers() == nullptr && !was_dataset_read_) {
      dataset_ = evaluate::images_of_run(reader_, config_.dataset, "the inliers of figure 4 are",
                                         console_);
      was_dataset_read_ = true;
    }
    return dataset_ ? &*dataset_ : nullptr;
  }

  const comm::Communicator& world_;
  const store::Reader& reader_;
  const config::Config& config_;
  const EvaluationOptions& options_;
  std::string output_;
  Console& console_;
  evaluate::Evaluator evaluator_;
  std::optional<evaluate::CorruptedInliers> corrupted_;  ///< once they are needed
  std::optional<data::Dataset> dataset_;                 ///< of rank 0
  bool was_dataset_read_ = false;
  report::Evaluation all_;  ///< of rank 0, as the next two
  std::vector<report::Reduction> reductions_;
  std::vector<std::string> names_;
};

/// The run's config, with what the command line wants in place of its list of sets.
config::Config config_for(const store::Reader& reader, const EvaluateArguments& arguments) {
  config::Config config = embed::scoring_config(reader, arguments.loading);
  config.reduction = embed::reduction_of(reader, arguments.overrides);
  if (!arguments.sets.empty() || arguments.with_corruptions) {
    config.evaluation = {evaluate::parse_sets(arguments.sets), arguments.with_corruptions};
  }
  if (config.evaluation.is_empty()) {
    throw UsageError(
        "nothing to evaluate on: give NAME=DATA, or --corruptions; the run's config names no set");
  }
  for (config::EvaluationSet& set : config.evaluation.sets) {
    set.resize = set.resize || arguments.resize;
    if (arguments.scale) set.scale = arguments.scale;
  }
  return config;
}

void evaluate_run(const comm::Communicator& world, const EvaluateArguments& arguments,
                  Console& console) {
  run::RunFolder folder("");
  config::Config config;
  EvaluationOptions options = arguments.options;
  comm::together(world, [&] {
    folder = run::RunFolder::find(arguments.run);
    config = config_for(store::Reader(folder.run_file()), arguments);
    if (arguments.inliers.empty()) return;
    options.inliers = config::EvaluationSet{"inliers", arguments.inliers};
    options.inliers->resize = arguments.resize;
    options.inliers->scale = arguments.scale;
  });
  evaluate(world, folder, config, options, console);
  comm::together(world, [&] {
    if (world.is_root() && options.output.empty()) refresh_summary(folder, console);
  });
}

}  // namespace

void evaluate(const comm::Communicator& world, const run::RunFolder& folder,
              const config::Config& config, const EvaluationOptions& options, Console& console) {
  const std::string output =
      options.output.empty() ? folder.evaluation() : run::RunFolder(options.output).path();
  std::optional<store::Reader> reader;
  comm::together(world, [&] {
    evaluate::require_distinct(config.evaluation);
    reader.emplace(folder.run_file());
    if (world.is_root()) run::RunFolder(output).make();
  });
  Evaluations evaluations(world, *reader, config, options, output, console);
  for (const config::EvaluationSet& set : config.evaluation.sets) evaluations.take(set);
  if (config.evaluation.corruptions) {
    for (const evaluate::CorruptedSet& corrupted : evaluate::corrupted_sets()) {
      evaluations.take(corrupted);
    }
  }
  comm::together(world, [&] {
    if (world.is_root()) evaluations.write();
  });
}

void add_evaluate(CLI::App& app, Job& job) {
  const auto options = std::make_shared<EvaluateArguments>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "Tell how well a trained run recognises datasets from elsewhere as anomalies");
  command->footer(R"(
Examples:
  clvae evaluate runs/mnist fashion=data/fashion
  mpirun -np 4 clvae evaluate runs/mnist near:letters=emnist far:fashion=data/fashion
  clvae evaluate runs/mnist --corruptions
  clvae evaluate runs/cifar10 digits=data/mnist --resize
  clvae evaluate runs/mnist clothes=fashion.npz --inliers new-digits.npz --output figures/mnist
  clvae evaluate runs/mnist                        # the sets that the config of the run names

A set may lie in any format that can be scored (clvae score --help), as long as its samples have the
run's shape. With --resize, images of another size or with other channels are brought to it, as files
of images always are: by linear interpolation, without keeping proportions; grey becomes three
channels alike, a colour its grey (ITU-R BT.601). Output and evaluate.json say which were. No labels are looked at, and nothing is trained. Every sample of a set counts as an
anomaly, the run's own test inliers as normal. All members and methods of the run take part: for each
set there are AUC against ensemble size with intervals, comparisons and scores, as clvae reduce makes
them, in a folder of its name, and the samples that are most mistaken; evaluate.csv has one table over
all sets, with the mean over near, far and all of them. Sets that an earlier job has done, with the
same members, data, inliers and settings, are not done again: a job that was stopped goes on.

--corruptions takes the run's dataset, and makes 15 sets of its test inliers: Gaussian noise, impulse
noise, blur and contrast as in CIFAR-10-C (arXiv 1903.12261), and a shift, each at severity 1, 3 and
5 of 5. A corrupted inlier is still of its class: that it is found strange is what some want, and
others do not.)");
  add_run_option(*command, options->run);
  command->add_option("sets", options->sets, "sets of anomalies; with near: or far: in groups")
      ->type_name("[near:|far:]NAME=DATA...");
  command->add_flag("--corruptions", options->with_corruptions,
                    "also the run's own test inliers with noise, blur, less contrast, or shifted");
  command
      ->add_option("--inliers", options->inliers,
                   "data that count as normal [the run's test inliers]")
      ->type_name("DATA");
  command->add_flag("--resize", options->resize,
                    "bring images of another size or with other channels to the run's");
  command
      ->add_option("--scale", options->scale,
                   "of arrays of images: the number that stands for white [dataset.scale]")
      ->check(CLI::PositiveNumber)
      ->type_name("NUMBER");
  command->add_flag("--fresh", options->options.is_fresh, "do again what was done before");
  command
      ->add_option("--output", options->options.output,
                   "folder for tables and figures [RUN/evaluate]")
      ->type_name("FOLDER");
  command->add_option("--device", options->loading.device, "auto, cpu or cuda [as the run says]")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("WORD");
  add_overrides_option(*command, options->overrides, "reduction.*");
  add_width_option(*command, options->options.latex_width);
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    evaluate_run(world, *options, console);
  });
}

}  // namespace clvae::jobs
