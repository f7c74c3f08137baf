// What ranks are told of their devices, from made-up facts: there is no GPU here.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/preflight_findings.hpp"

namespace clvae::run {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::size_t kGiB = std::size_t{1} << 30U;

/// A rank on a GPU that nothing is wrong with.
RankFacts good_rank(int rank, const std::string& host = "node1",
                    const std::string& device = "cuda:0", const std::string& bus = "0000:3B:00.0") {
  RankFacts facts;
  facts.place = {Rank{rank}, host, device};
  facts.device.is_built_for_cuda = true;
  facts.device.runtime_version = 13000;
  facts.device.driver_version = 13000;
  facts.device.name = "NVIDIA H100";
  facts.device.capability = "9.0";
  facts.device.bus = bus;
  facts.device.free_bytes = 79 * kGiB;
  facts.device.total_bytes = 80 * kGiB;
  facts.driver = "580.65.06";
  facts.gpus = 1;
  return facts;
}

RankFacts broken_rank(const std::string& error) {
  RankFacts facts = good_rank(2, "node7", "cuda:1");
  facts.device.error = error;
  return facts;
}

LaunchFacts launch_of(int ranks) {
  LaunchFacts launch;
  launch.ranks = ranks;
  return launch;
}

/// The message about a single rank, on which nothing can be trained.
std::string fatal_of(const RankFacts& rank) {
  const auto found = findings({rank}, launch_of(1));
  EXPECT_THAT(found, SizeIs(1));
  if (found.empty()) return {};
  EXPECT_TRUE(found[0].is_fatal) << found[0].message;
  return found[0].message;
}

/// The only thing told, which does not keep from training.
std::string note_of(const std::vector<RankFacts>& ranks, const LaunchFacts& launch) {
  const auto found = findings(ranks, launch);
  EXPECT_THAT(found, SizeIs(1));
  if (found.empty()) return {};
  EXPECT_FALSE(found[0].is_fatal) << found[0].message;
  return found[0].message;
}

TEST(Preflight, says_nothing_when_nothing_is_wrong) {
  RankFacts cpu;
  cpu.place = {Rank{0}, "node1", "cpu"};

  EXPECT_THAT(findings({good_rank(0)}, launch_of(1)), IsEmpty());
  EXPECT_THAT(findings({cpu}, launch_of(1)), IsEmpty());
}

TEST(Preflight, names_the_architecture_when_libtorch_has_no_kernel_for_the_gpu) {
  EXPECT_THAT(fatal_of(broken_rank("CUDA error: no kernel image is available for execution on the "
                                   "device")),
              AllOf(HasSubstr("node7, cuda:1 (NVIDIA H100 at 0000:3B:00.0): "),
                    HasSubstr("capability 9.0"), HasSubstr("TORCH_CUDA_ARCH_LIST with 9.0")));
}

TEST(Preflight, names_the_driver_that_is_needed_when_it_is_too_old) {
  RankFacts rank = broken_rank("CUDA driver version is insufficient for CUDA runtime version");
  rank.driver = "535.54.03";

  EXPECT_THAT(fatal_of(rank), AllOf(HasSubstr("driver 535.54.03 is too old for the CUDA 13.0"),
                                    HasSubstr("580 or later")));
}

TEST(Preflight, tells_of_an_old_driver_when_it_hides_all_gpus) {
  RankFacts rank = good_rank(0, "node3", "cpu", "");
  rank.driver = "535.54.03";
  rank.gpus = 4;

  EXPECT_THAT(note_of({rank}, launch_of(1)),
              AllOf(HasSubstr("node3: 4 GPUs are there"), HasSubstr("580 or later")));
  LaunchFacts on_the_cpu = launch_of(1);
  on_the_cpu.is_cuda_wanted = false;
  EXPECT_THAT(findings({rank}, on_the_cpu), IsEmpty());
}

TEST(Preflight, tells_of_a_libtorch_without_cuda_once_a_host_when_there_are_gpus) {
  RankFacts rank = good_rank(0, "node3", "cpu", "");
  rank.device.is_built_for_cuda = false;
  RankFacts other = rank;
  other.place.rank = Rank{1};

  EXPECT_THAT(note_of({rank, other}, launch_of(2)),
              AllOf(HasSubstr("node3: 1 GPU is there"), HasSubstr("LibTorch without CUDA")));
}

TEST(Preflight, says_nothing_of_gpus_that_a_launcher_hides_from_a_rank) {
  EXPECT_THAT(findings({good_rank(0, "node3", "cpu", "")}, launch_of(1)), IsEmpty());
}

TEST(Preflight, tells_how_much_is_free_when_the_gpu_is_full) {
  RankFacts rank = broken_rank("CUDA out of memory. Tried to allocate 2.00 MiB");
  rank.device.free_bytes = kGiB / 10;
  EXPECT_THAT(fatal_of(rank), AllOf(HasSubstr("is full (0.1 of 80.0 GiB are free)"),
                                    HasSubstr("nvidia-smi"), HasSubstr("CUDA_VISIBLE_DEVICES")));

  rank.device.error.clear();
  EXPECT_THAT(fatal_of(rank),
              HasSubstr("node7, cuda:1 (NVIDIA H100 at 0000:3B:00.0): the GPU is full"));
}

TEST(Preflight, tells_of_the_compute_mode_when_another_process_has_the_gpu) {
  EXPECT_THAT(
      fatal_of(broken_rank("CUDA error: CUDA-capable device(s) is/are busy or unavailable")),
      HasSubstr("Exclusive_Process"));
}

TEST(Preflight, quotes_what_it_does_not_know) {
  EXPECT_THAT(fatal_of(broken_rank("CUDA error: uncorrectable ECC error encountered")),
              HasSubstr("does not run there: CUDA error: uncorrectable ECC error"));
}

TEST(Preflight, notes_what_others_use_when_it_is_more_than_ranks_themselves_need) {
  RankFacts rank = good_rank(0);
  rank.device.free_bytes = 39 * kGiB;
  EXPECT_THAT(note_of({rank}, launch_of(1)),
              AllOf(HasSubstr("about 40 GiB are used by others"), HasSubstr("39.0 of 80.0")));

  // Eight ranks that share a GPU through MPS use some themselves.
  std::vector<RankFacts> sharing;
  for (int i = 0; i < 8; ++i) {
    sharing.push_back(good_rank(i));
    sharing.back().device.free_bytes = 74 * kGiB;
  }
  EXPECT_THAT(findings(sharing, launch_of(8)), IsEmpty());
}

TEST(Preflight, tells_of_idle_gpus_when_all_ranks_are_on_one) {
  std::vector<RankFacts> ranks;
  for (int i = 0; i < 4; ++i) {
    ranks.push_back(good_rank(i));
    ranks.back().gpus = 4;
  }
  EXPECT_THAT(
      note_of(ranks, launch_of(4)),
      AllOf(HasSubstr("node1: all 4 ranks are on the same GPU (cuda:0)"),
            HasSubstr("3 of its 4 GPUs have nothing to do"), HasSubstr("--gpus-per-task=1")));

  ranks[1].device.bus = ranks[3].device.bus = "0000:5E:00.0";
  EXPECT_THAT(note_of(ranks, launch_of(4)), HasSubstr("are on 2 GPUs, and 2 of its 4"));
}

TEST(Preflight, says_nothing_of_shared_gpus_when_all_are_used) {
  std::vector<RankFacts> ranks = {good_rank(0), good_rank(1), good_rank(2, "node2")};
  EXPECT_THAT(findings(ranks, launch_of(3)), IsEmpty());

  // One rank on a host with four GPUs: a user's wish.
  ranks.resize(1);
  ranks[0].gpus = 4;
  EXPECT_THAT(findings(ranks, launch_of(1)), IsEmpty());
}

TEST(Preflight, tells_the_cure_when_ranks_do_not_find_each_other) {
  LaunchFacts launch = launch_of(1);
  launch.tasks = 4;

  launch.launcher = Launcher::srun;
  EXPECT_THAT(
      note_of({good_rank(0)}, launch),
      AllOf(
          HasSubstr(
              "node1, cuda:0 (NVIDIA H100 at 0000:3B:00.0): srun started 4 tasks, but MPI knows of 1 "
              "rank"),
          HasSubstr("PMIx"), HasSubstr("CLVAE_LAUNCHER=mpirun")));
  launch.launcher = Launcher::mpirun;
  EXPECT_THAT(note_of({good_rank(0)}, launch), HasSubstr("mpirun is that of another MPI"));
  launch.launcher = Launcher::none;
  EXPECT_THAT(note_of({good_rank(0)}, launch),
              HasSubstr("the Slurm job has 4 tasks, and 1 rank is at work"));
  launch.tasks = 1;
  EXPECT_THAT(findings({good_rank(0)}, launch), IsEmpty());
}

TEST(Preflight, tells_of_each_device_once_when_several_ranks_share_it) {
  const RankFacts rank = broken_rank("CUDA error: no kernel image is available");

  EXPECT_THAT(findings({rank, rank}, launch_of(2)), SizeIs(1));
}

TEST(Driver, is_the_version_in_what_the_kernel_module_says) {
  EXPECT_EQ(driver_in("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6 "
                      "22:20:39 UTC 2023"),
            "535.54.03");
  EXPECT_EQ(driver_in("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release "
                      "Build  (dvs-builder@U22)"),
            "580.65.06");
  EXPECT_EQ(driver_in("no version"), "");
}

}  // namespace
}  // namespace clvae::run
