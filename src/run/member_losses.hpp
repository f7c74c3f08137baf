#pragma once
/// \file
/// What the loss of a member was, epoch by epoch, as its run file has it.

#include <vector>

#include "core/kind.hpp"
#include "core/strong.hpp"
#include "store/reader.hpp"

namespace clvae::run {

/// Of the epochs that were run, in their order.
struct MemberLosses {
  std::vector<float> training;    ///< the whole loss; of a classifier its cross-entropy
  std::vector<float> validation;  ///< the same of the held-out inliers; NaN without these
};

/// Whether members of the kind are trained in epochs.
bool has_losses(const store::Reader& reader, Kind kind);

/// \param record of the member, which is done \throws RunFileError
MemberLosses losses_of(const store::Reader& reader, Kind kind, MemberIndex member,
                       const store::CommitRecord& record);

}  // namespace clvae::run
