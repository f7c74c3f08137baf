#pragma once
/// \file
/// From the members in a run file to each method's scores of the test set.

#include <cstdint>
#include <string>
#include <vector>

#include "clvae/config/config.hpp"
#include "clvae/reduce/gaussians.hpp"
#include "clvae/reduce/merge.hpp"
#include "clvae/store/reader.hpp"

namespace clvae::jobs {

/// What a reduction works on.
struct TestBed {
  store::SampleTable test;
  std::vector<std::int32_t> train_classes;        ///< inlier index of each training sample
  std::vector<std::int32_t> test_inlier_classes;  ///< inlier index of each test inlier, in order
  std::vector<MemberIndex> members;               ///< that are done and intact
  int classes = 0;                                ///< K
  int latent_dim = 0;
};

/// \param intact [members] \throws RunError where no member is
TestBed test_bed(const store::Reader& reader, const std::vector<bool>& intact);

/// One way to score, with its values of all members.
struct Method {
  std::string name;   ///< the kind's
  std::string score;  ///< e.g. "density"
  std::string title;  ///< for figures
  reduce::Merge merge = reduce::Merge::mean;
  reduce::MemberScores values;
};

/// All methods' values, and what the Gaussians say of each member.
struct Scores {
  std::vector<Method> methods;
  std::vector<double> inlier_accuracy;  ///< [members], on the test inliers
};

/// Reads the members' latents, fits their Gaussians and scores the test set. Any rank.
Scores score_members(const store::Reader& reader, const TestBed& bed,
                     const config::Reduction& reduction);

}  // namespace clvae::jobs
