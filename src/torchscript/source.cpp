#include "torchscript/source.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::torchscript {

namespace {

constexpr const char* kScores = R"(
    return torch.linear(values, self.mean_weight, self.mean_bias)

def class_scores(self, latents: Tensor) -> Tensor:
    bounded = torch.nan_to_num(latents.double(), self.farthest)
    bounded = torch.clamp(bounded, -self.farthest, self.farthest)
    gaps = bounded.unsqueeze(1) - self.class_means
    whitened = torch.matmul(self.whiteners, gaps.unsqueeze(3)).squeeze(3)
    return self.offsets - self.scale * (whitened * whitened).sum([2])

def forward(self, samples: Tensor) -> Tuple[Tensor, Tensor]:
    latents = self.encode(samples)
    return (latents, self.class_scores(latents))
)";

constexpr const char* kEnsemble = R"(
def class_scores(self, samples: Tensor) -> Tensor:
    return torch.stack([{members}])

def forward(self, samples: Tensor) -> Dict[str, Tensor]:
{values}{merged}    anomaly_score = {anomaly}
    nearest_class = torch.argmax(merged, 1)
    shares = torch.softmax(self.share_scale * merged.double(), 1)
    others = (torch.argmax(values, 2) != nearest_class).double().mean([0])
    return {{"anomaly_score": anomaly_score,{judged}
            "nearest_class": nearest_class, "confidence": torch.amax(shares, [1]).float(),
            "disagreement": others.float()}}
)";

/// Of a joint score, which takes what members encoded once.
constexpr const char* kJointValues = R"(    encoded = [{members}]
    values = torch.stack([said[1] for said in encoded])
    latents = torch.nan_to_num(torch.stack([said[0] for said in encoded]), self.farthest)
    latents = torch.clamp(latents, -self.farthest, self.farthest)
)";

std::string as_lines_of_method(const std::string& script) {
  std::istringstream lines(script);
  std::string indented;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) indented += "    " + line + "\n";
  }
  return indented;
}

/// The members' class scores, [members, n, K], become one table, as lines of a method.
std::string merged(const reduce::Score& score, reduce::Merge merge) {
  if (score.is_joint) return as_lines_of_method(std::string(score.joint_script));
  const reduce::MergeRow& row = reduce::row_of(merge);
  if (!row.merges_classes) throw UsageError(fmt::format("{} merges no classes", row.name));
  const bool is_other = score.has_logarithms && !row.logarithms_script.empty();
  return as_lines_of_method(is_other ? row.logarithms_script : row.script);
}

}  // namespace

std::string tensor_name(const std::string& parameter) {
  std::string name = parameter.substr(parameter.find('.') + 1);
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

std::string member_source(const networks::Architecture& architecture) {
  return architecture.encoder_source() + kScores;
}

std::string ensemble_source(std::size_t members, const reduce::Score& score, reduce::Merge merge,
                            bool has_threshold) {
  std::string scores;
  std::string said;
  for (std::size_t i = 0; i < members; ++i) {
    const std::string of_member =
        fmt::format("{}self.member_{}.forward(samples)", i == 0 ? "" : ", ", i);
    scores += of_member + "[1]";
    said += of_member;
  }
  const std::string values = score.is_joint ? fmt::format(kJointValues, fmt::arg("members", said))
                                            : "    values = self.class_scores(samples)\n";
  return fmt::format(
      kEnsemble, fmt::arg("members", scores), fmt::arg("values", values),
      fmt::arg("merged", merged(score, merge)), fmt::arg("anomaly", score.anomaly_script),
      fmt::arg("judged", has_threshold ? " \"is_anomaly\": anomaly_score > self.threshold," : ""));
}

}  // namespace clvae::torchscript
