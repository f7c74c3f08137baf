// Makes a run file of many members out of one of few, to try what `clvae reduce` needs:
// the CL-VAEs of the run over and over, their values changed a little at random.
//
//   multiply_members FROM TO MEMBERS      FROM and TO: run.h5

#include <cstdio>
#include <cstdlib>
#include <random>

#include <fmt/format.h>

#include "comm/guard.hpp"
#include "comm/session.hpp"
#include "store/creation.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

namespace {

using namespace clvae;  // NOLINT(google-build-using-namespace): this file is the end of the line

template <class Value>
std::vector<Value> repeated(const std::vector<Value>& values, std::size_t count) {
  std::vector<Value> many;
  for (std::size_t i = 0; i < count; ++i) many.push_back(values[i % values.size()]);
  return many;
}

/// The run as it is, but for the number of its CL-VAEs and that it has no other kinds.
store::Contents enlarged(const store::Reader& reader, std::size_t members) {
  store::Contents contents;
  contents.config = reader.config();
  contents.program_version = reader.program_version();
  contents.dataset_name = reader.dataset_name();
  contents.dataset_fingerprint = reader.dataset_fingerprint();
  contents.class_names = reader.class_names();
  contents.inlier_classes = reader.inlier_classes();
  contents.outlier_classes = reader.outlier_classes();
  for (const char* part : {"train", "validation", "test"}) {
    contents.parts.push_back(reader.samples(part));
  }
  const store::KindSummary summary = reader.summary(Kind::clvae);
  contents.max_attempts = summary.attempt_messages.front().size();
  store::KindLayout layout;
  layout.kind = Kind::clvae;
  layout.latent_dim = summary.latent_dim;
  layout.centres = reader.centres(Kind::clvae);
  layout.datasets = reader.datasets(Kind::clvae);
  layout.seeds = repeated(reader.seeds(Kind::clvae), members);
  const std::vector<std::int32_t> permutations = reader.permutations(Kind::clvae);
  layout.permutations = repeated(permutations, members * contents.inlier_classes.size());
  contents.kinds.push_back(std::move(layout));
  return contents;
}

void multiply(const std::string& from, const std::string& to, std::size_t members) {
  constexpr float kChange = 0.02F;  // relative, of latents and errors
  const store::Reader reader(from);
  const store::KindSummary summary = reader.summary(Kind::clvae);
  const std::vector<store::MemberDataset> datasets = reader.datasets(Kind::clvae);
  store::create(to, enlarged(reader, members),
                [](const std::string& line) { fmt::print("{}\n", line); });
  store::Writer writer(to, MPI_COMM_SELF);
  for (std::size_t member = 0; member < members; ++member) {
    const MemberIndex source{static_cast<std::uint32_t>(member % summary.members)};
    std::mt19937_64 random(member);
    std::normal_distribution<float> noise(1, kChange);
    std::vector<std::vector<float>> values;
    std::vector<store::Slab> slabs;
    for (const store::MemberDataset& dataset : datasets) {
      values.push_back(reader.slab(Kind::clvae, source, dataset.name));
      if (dataset.name.find("weights") != std::string::npos) continue;
      for (float& value : values.back()) value *= noise(random);
    }
    for (std::size_t i = 0; i < datasets.size(); ++i)
      slabs.push_back({datasets[i].name, values[i]});
    writer.commit(Kind::clvae, MemberIndex{static_cast<std::uint32_t>(member)}, slabs,
                  summary.commits.at(source.value()), summary.provenance.at(source.value()));
  }
  writer.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: multiply_members FROM TO MEMBERS\n");
    return 2;
  }
  const comm::Session session;
  const comm::Communicator world = comm::Communicator::world();
  return comm::guarded(world, stderr,
                       [&] { multiply(argv[1], argv[2], std::strtoul(argv[3], nullptr, 10)); });
}
