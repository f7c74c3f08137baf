#include "evaluate/summary.hpp"

#include <filesystem>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/config.hpp"
#include "core/console.hpp"
#include "core/nearest.hpp"
#include "data/sample_words.hpp"
#include "embed/trained_run.hpp"
#include "methods/architecture.hpp"
#include "run/experiment.hpp"

namespace clvae::evaluate {

namespace {

/// The shape of the run's samples. An earlier version did not store the size of images: then it is
/// one that every stride divides, for descriptions do not depend on it.
data::ImageShape shape_of(const store::Reader& reader, const config::Config& config) {
  const int side = 1 << config.model.convolutions.size();
  return embed::stored_shape(reader).value_or(data::ImageShape{1, side, side});
}

std::vector<report::Fact> facts_of(const store::Reader& reader, const config::Config& config) {
  const std::vector<std::int32_t> inliers = reader.inlier_classes();
  const data::ImageShape shape = shape_of(reader, config);
  std::vector<report::Fact> facts{
      {"Inlier classes",
       joined(embed::names_of_classes({inliers.begin(), inliers.end()}, reader.class_names()))},
      {"Samples", fmt::format("{} for training, {} for validation, {} for testing",
                              reader.samples("train").labels.size(),
                              reader.samples("validation").labels.size(),
                              reader.samples("test").labels.size())},
      {"Networks",
       fmt::format("{}, latent dimension {}", methods::architecture_of(config, shape)->describe(),
                   config.model.latent_dim)},
      {"Class centres", fmt::format("{}, radius {}, {} permutations", config.model.centres,
                                    config.model.centre_radius, config.ensemble.permutation)},
      {"Training",
       fmt::format("{}, batches of {}, learning rate {} ({}), at most {} epochs, patience {}",
                   config.training.optimizer, config.training.batch_size,
                   config.training.learning_rate, config.training.schedule, config.training.epochs,
                   config.training.patience)},
      {"Reconstruction",
       fmt::format("{} error, {} over {}s, weight {:.4g}", config.training.reconstruction.error,
                   config.training.reconstruction.over, data::words_of(shape).place,
                   config.training.alpha)},
      {"Dataset fingerprint", reader.dataset_fingerprint()}};
  for (const std::string& source : reader.merged_from()) {
    const auto described = nlohmann::json::parse(source, nullptr, false);
    if (!described.is_object() || !described.contains("run_file")) continue;
    facts.emplace_back("Merged from",
                       fmt::format("{}, ensemble seed {}", described["run_file"].get<std::string>(),
                                   described["ensemble_seed"].dump()));
  }
  return facts;
}

std::vector<report::Fact> timings_of(const store::Reader& reader) {
  std::vector<report::Fact> timings;
  for (const Kind kind : reader.kinds()) {
    const store::KindSummary summary = reader.summary(kind);
    double training = 0;
    double encoding = 0;
    std::size_t done = 0;
    for (std::size_t member = 0; member < summary.members; ++member) {
      if (summary.commits[member].state != store::MemberState::done) continue;
      ++done;
      training += summary.provenance[member].training_seconds;
      encoding += summary.provenance[member].encoding_seconds;
    }
    timings.emplace_back(fmt::format("{} of {} {} members", done, summary.members, name_of(kind)),
                         fmt::format("{} of training, {} of encoding", format_duration(training),
                                     format_duration(encoding)));
  }
  for (const std::string& text : reader.sessions()) {
    const auto session = nlohmann::json::parse(text, nullptr, false);
    if (!session.is_object() || !session.contains("started_at")) continue;
    const auto started = session["started_at"].get<std::time_t>();
    timings.emplace_back(
        fmt::format("Job of {:%Y-%m-%d %H:%M} UTC", fmt::gmtime(started)),
        fmt::format("{} ranks, {} members to train; {}", session["ranks"].dump(),
                    session["members_to_train"].dump(),
                    fmt::join(session["devices"].get<std::vector<std::string>>(), "; ")));
  }
  return timings;
}

std::vector<report::Fact> versions_of(const store::Reader& reader) {
  std::vector<report::Fact> versions{{"clvae", reader.program_version()},
                                     {"Run file", fmt::format("schema {}", store::kSchemaVersion)}};
  const std::vector<std::string> sessions = reader.sessions();
  if (sessions.empty()) return versions;
  const auto latest = nlohmann::json::parse(sessions.back(), nullptr, false);
  if (latest.is_object() && latest.contains("torch_version")) {
    versions.emplace_back("LibTorch", latest["torch_version"].get<std::string>());
  }
  return versions;
}

}  // namespace

report::SummaryPage summary_page(const store::Reader& reader, const report::Reduction& reduction,
                                 const std::vector<report::MemberRow>& members,
                                 const std::vector<report::SummaryFigure>& figures) {
  const config::Config config = config::parse_stored(reader.config(), reader.path() + ":/config");
  const auto folder = std::filesystem::absolute(reader.path()).parent_path().lexically_normal();
  report::SummaryPage page;
  page.title = folder.filename().string();
  page.facts = facts_of(reader, config);
  page.reduction = reduction;
  page.members = members;
  page.figures = figures;
  page.timings = timings_of(reader);
  page.versions = versions_of(reader);
  page.config = reader.config();
  return page;
}

}  // namespace clvae::evaluate
