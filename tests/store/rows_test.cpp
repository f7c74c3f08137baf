#include "store/rows.hpp"

#include <gtest/gtest.h>

namespace clvae::store {
namespace {

TEST(ProvenanceRow, keeps_long_names_cut) {
  MemberProvenance provenance;
  provenance.host = std::string(100, 'h');
  provenance.device = std::string(100, 'd');
  const MemberProvenance found = from_row(to_row(provenance));
  EXPECT_EQ(found.host, std::string(63, 'h'));
  EXPECT_EQ(found.device, std::string(31, 'd'));
}

}  // namespace
}  // namespace clvae::store
