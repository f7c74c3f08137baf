#include "reduce/joint_scripts.hpp"

#include <algorithm>

#include "reduce/kernels.hpp"
#include "reduce/nearest_scores.hpp"

namespace clvae::reduce {

// Rounded as JointScores and NearestScores do: adding 1.5 * 2^22 and taking it away again.
static_assert(kGrid == 6291456.0, "the scripts have it in words");

const std::string_view kJointScript = R"(
nowhere = torch.zeros_like(latents[:1])
padded = torch.cat([latents, nowhere]).double()
sums = torch.zeros_like(values[0])
for i in range(self.joint_places.size(0)):
    joined = torch.cat([padded[int(place)] for place in self.joint_places[i]], 1)
    gaps = joined.unsqueeze(1) - self.joint_means[i]
    whitened = torch.matmul(self.joint_whiteners[i], gaps.unsqueeze(3)).squeeze(3)
    distances = (whitened * whitened).sum([2])
    distances = torch.clamp((distances + 6291456.0) - 6291456.0, 0.0, 3.4028234663852886e38)
    sums = sums - distances.float().double()
merged = (sums / float(latents.size(0))).float()
)";

const std::string_view kNearestScript = R"(
merged = values.float().mean([0])
squares = values.new_zeros([latents.size(1), self.references.size(1)])
for i in range(latents.size(0)):
    gaps = latents[i].double().unsqueeze(1) - self.references[i]
    squares = squares + (((gaps * gaps).sum([2]) + 6291456.0) - 6291456.0)
neighbour = torch.kthvalue(squares, min(5, squares.size(1)), 1)[0].float()
strangeness = torch.sqrt(neighbour.double() / float(latents.size(0))).float()
)";

static_assert(kNeighbour == 5, "the script has it in words");

std::vector<NamedTensor> joint_tensors(const References& references) {
  const std::vector<MemberBlock>& blocks = references.blocks();
  const std::size_t classes = references.classes();
  const std::size_t width = kBlockMembers * references.dimension();
  NamedTensor places{"joint_places", {blocks.size(), kBlockMembers}, {}};
  NamedTensor means{"joint_means", {blocks.size(), classes, width}, {}};
  NamedTensor whiteners{"joint_whiteners", {blocks.size(), classes, width, width}, {}};
  means.values.resize(blocks.size() * classes * width);
  whiteners.values.resize(means.values.size() * width);
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    const std::vector<std::size_t>& members = blocks[block].members;
    for (std::size_t i = 0; i < kBlockMembers; ++i) {
      // A place that nobody has is that behind the last member, where all latents are 0.
      const std::size_t place = i < members.size() ? members[i] : references.members();
      places.values.push_back(static_cast<double>(place));
    }
    const Gaussians& fit = blocks[block].fits.back();
    const auto own = static_cast<std::size_t>(fit.dimension);
    for (std::size_t row = 0; row < classes * own; ++row) {
      const std::size_t to = (block * classes + row / own) * width + row % own;
      means.values[to] = fit.means[row];
      std::copy_n(&fit.whiteners[row * own], own, &whiteners.values[to * width]);
    }
  }
  return {places, means, whiteners};
}

std::vector<NamedTensor> nearest_tensors(const References& references) {
  const std::size_t count = std::min(kNearestReferences, references.size());
  NamedTensor tensor{"references", {references.members(), count, references.dimension()}, {}};
  for (std::size_t member = 0; member < references.members(); ++member) {
    const auto latents = references.latents(member).first(count * references.dimension());
    tensor.values.insert(tensor.values.end(), latents.begin(), latents.end());
  }
  return {tensor};
}

}  // namespace clvae::reduce
