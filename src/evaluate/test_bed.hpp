#pragma once
/// \file
/// What a reduction works on: the samples, and the members that can be relied upon.

#include <cstdint>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "core/console.hpp"
#include "reduce/test_set.hpp"
#include "store/reader.hpp"

namespace clvae::evaluate {

/// The members of one kind.
struct KindMembers {
  Kind kind{};
  std::vector<MemberIndex> intact;  ///< done, and with the checksum of their record
  std::size_t requested = 0;
  std::string name() const { return std::string(name_of(kind)); }
};

/// Samples and members of a run.
struct TestBed {
  store::SampleTable test;
  reduce::TestSet test_set;
  std::vector<std::int32_t> train_classes;  ///< inlier index of each training sample
  std::vector<std::int32_t> test_classes;   ///< inlier index of each test sample; -1: outlier
  std::size_t validation_samples = 0;       ///< all of them inliers
  int classes = 0;                          ///< K
  std::vector<KindMembers> kinds;           ///< those that have an intact member
};

/// Reads and checks what is there, and says which members are missing. Collective.
/// \throws SharedError where no member of any kind is intact
TestBed agreed_test_bed(const comm::Communicator& world, const store::Reader& reader,
                        Console& console);

}  // namespace clvae::evaluate
