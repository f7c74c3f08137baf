#include "evaluate/set_list.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/sample_words.hpp"
#include "evaluate/corrupted_inliers.hpp"
#include "evaluate/outside_set.hpp"

namespace clvae::evaluate {

namespace {

std::string described_set(const config::EvaluationSet& set, const data::SampleForm& form) {
  const OpenSet open = open_set(set, form);
  std::string line = set.name;
  if (!set.group.empty()) line += fmt::format(" ({})", set.group);
  line += fmt::format(": {} {} of {}", open.samples->size(), data::words_of(form.shape).samples,
                      set.path);
  if (!open.brought_from.empty()) line += fmt::format(", from {}", open.brought_from);
  return line;
}

}  // namespace

void require_distinct(const config::Evaluation& evaluation) {
  if (!evaluation.corruptions) return;
  for (const CorruptedSet& corrupted : corrupted_sets()) {
    for (const config::EvaluationSet& set : evaluation.sets) {
      if (set.name != corrupted.set.name) continue;
      throw UsageError(
          fmt::format("{}: a set has the name of a corruption; expected another one", set.name));
    }
  }
}

std::vector<std::string> checked_sets(const config::Evaluation& evaluation,
                                      const data::SampleForm& form) {
  require_distinct(evaluation);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < evaluation.sets.size(); ++i) {
    try {
      lines.push_back(described_set(evaluation.sets[i], form));
    } catch (const DataError& error) {
      throw DataError(error.file(), error.found(),
                      fmt::format("{}; it is evaluation[{}], {}", error.expected(), i,
                                  evaluation.sets[i].name));
    }
  }
  if (!evaluation.corruptions) return lines;
  require_images(form.shape);
  lines.push_back(fmt::format("{} sets of corrupted test inliers", corrupted_sets().size()));
  return lines;
}

}  // namespace clvae::evaluate
