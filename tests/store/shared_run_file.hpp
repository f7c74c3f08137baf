#pragma once
/// \file
/// A small run file that all ranks of a test see and write to.

#include <mpi.h>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "fixture.hpp"
#include "store/writer.hpp"

namespace clvae::store {

/// The values that a member has in these tests.
struct Values {
  explicit Values(std::uint32_t member) : latents(8), weights(5) {
    for (std::size_t i = 0; i < latents.size(); ++i) {
      latents[i] = static_cast<float>(member) + 0.125F * static_cast<float>(i);
    }
    weights[0] = -static_cast<float>(member);
  }
  /// Not in the order of the layout.
  std::vector<Slab> slabs() const {
    return {{"weights", weights}, {"nothing", {}}, {"latents", latents}};
  }
  std::uint64_t checksum() const {
    return Digest()
        .add(latents.data(), latents.size() * sizeof(float))
        .add(weights.data(), weights.size() * sizeof(float))
        .value64();
  }
  std::vector<float> latents;
  std::vector<float> weights;
};

inline CommitRecord record(std::uint32_t member) {
  CommitRecord record;
  record.attempt = 1;
  record.epochs_run = 10 + member;
  record.best_epoch = member;
  return record;
}

inline MemberProvenance provenance(std::uint32_t member) {
  MemberProvenance provenance;
  provenance.rank = 5;
  provenance.ranks = 6;
  provenance.started_at = 1'700'000'000 + member;
  provenance.training_seconds = 1.5;
  provenance.encoding_seconds = 0.25;
  provenance.host = "node";
  provenance.device = "cpu";
  return provenance;
}

inline void commit(Writer& writer, std::uint32_t member) {
  writer.commit(Kind::clvae, MemberIndex(member), Values(member).slabs(), record(member),
                provenance(member));
}

/// A fresh run file that all ranks see.
class SharedRunFile : public testing::Test {
 protected:
  SharedRunFile() {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
    if (rank_ == 0) folder_.emplace();
    std::string name = rank_ == 0 ? folder_->file("") : "";
    int length = static_cast<int>(name.size());
    MPI_Bcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD);
    name.resize(static_cast<std::size_t>(length));
    MPI_Bcast(name.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD);
    folder_name_ = name;
    create_on_one_rank("run.h5");
  }
  ~SharedRunFile() override { wait_for_all(); }

  void create_on_one_rank(const std::string& name) const {
    if (rank_ == 0) create(folder_name_ + name, small_contents(), ignore_warning);
    wait_for_all();
  }
  static void wait_for_all() { MPI_Barrier(MPI_COMM_WORLD); }
  std::string path() const { return folder_name_ + "run.h5"; }
  /// Whether this rank is the one that works on `member`.
  bool has(std::uint32_t member) const {
    return member % static_cast<std::uint32_t>(ranks_) == static_cast<std::uint32_t>(rank_);
  }
  void commit_all(Writer& writer) const {
    for (std::uint32_t member = 0; member < kMembers; ++member) {
      if (has(member)) commit(writer, member);
    }
    wait_for_all();
  }
  /// What every rank says, by rank.
  std::vector<std::string> gathered(const std::string& text) const {
    constexpr std::size_t kWidth = 1000;
    std::string own = text;
    own.resize(kWidth);
    std::string all(kWidth * static_cast<std::size_t>(ranks_), '\0');
    MPI_Allgather(own.data(), kWidth, MPI_CHAR, all.data(), kWidth, MPI_CHAR, MPI_COMM_WORLD);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < all.size(); i += kWidth) texts.emplace_back(&all[i]);
    return texts;
  }

  int rank_ = 0;
  int ranks_ = 0;
  std::optional<TemporaryFolder> folder_;
  std::string folder_name_;
};

}  // namespace clvae::store
