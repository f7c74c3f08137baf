#pragma once
/// \file
/// The ways to score the members of a run: from what they left in the run file to tables of values.

#include <functional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "evaluate/test_bed.hpp"
#include "reduce/packed_scores.hpp"

namespace clvae::evaluate {

/// One way to score the members of one kind.
struct Scoring {
  std::string method;  ///< the kind's name
  std::string score;   ///< e.g. "density"
  std::string title;   ///< for figures
  std::string family;  ///< what scores of one kind have in common that are variants of one another
  reduce::ScoreTraits traits;
  std::vector<reduce::Merge> merges;  ///< the one that figures show first
  bool is_primary = true;             ///< whether figures show this score
  bool is_deterministic = false;      ///< one member says all there is
  std::size_t members = 0;
  /// Values of one of the kind's intact members. \param part "validation" or "test"
  /// \return [samples, classes]
  std::function<std::vector<double>(std::size_t member, const std::string& part)> values;
};

/// All ways to score the members of one kind; those of the CL-VAE's latents first, and among them
/// `density`. The ranks share the fits that this takes. Collective.
/// \param reader must outlive what is returned
std::vector<Scoring> scorings_of(const comm::Communicator& world, const store::Reader& reader,
                                 const TestBed& bed, const KindMembers& kind,
                                 const config::Reduction& reduction);

/// Looks at values of a member as they pass by.
using Observer = std::function<void(const std::vector<double>& values)>;

/// All members' values of one part, ready to be merged. Reads one member at a time.
reduce::PackedScores pack(const Scoring& scoring, reduce::Merge merge, const std::string& part,
                          const std::vector<std::size_t>& places, const Observer& observer = {});

}  // namespace clvae::evaluate
