#pragma once
/// \file
/// All sets that a run is to be held against, before any is read.

#include <string>
#include <vector>

#include "config/config.hpp"
#include "data/unlabelled.hpp"

namespace clvae::evaluate {

/// Refuses a set that is called as one of the corrupted ones, where those are asked for as well.
/// \throws UsageError
void require_distinct(const config::Evaluation& evaluation);

/// Opens each set, and closes it again, so that what is missing or of another shape is found before
/// anything is trained. Any rank. \param form of the run's samples \return a line for each
/// \throws DataError that names the place in the list as well; UsageError
std::vector<std::string> checked_sets(const config::Evaluation& evaluation,
                                      const data::SampleForm& form);

}  // namespace clvae::evaluate
